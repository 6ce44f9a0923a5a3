#include "partition.hpp"

#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "arcuate/engine/lags.hpp"
#include "arcuate/engine/partition_graph.hpp"
#include "arcuate/io/study.hpp"
#include "arcuate/partition/describe.hpp"
#include "arcuate/run/launch.hpp"

namespace arcuate::app {
namespace {

struct PartitionArguments {
  std::string file;
  int parts = 1;
  std::vector<std::string> overrides;
  bool json = false;
};

nlohmann::ordered_json to_json(const partition::Quality& quality, double dt) {
  const bool cut = quality.cut_edges > 0;
  nlohmann::ordered_json json;
  json["imbalance"] = quality.imbalance;
  json["cut_edges"] = quality.cut_edges;
  json["smallest_cut_lag_steps"] =
      cut ? nlohmann::ordered_json(quality.smallest_cut_lag) : nlohmann::ordered_json();
  json["epoch_steps"] = cut ? nlohmann::ordered_json(quality.period) : nlohmann::ordered_json();
  json["epoch_ms"] = cut ? nlohmann::ordered_json(static_cast<double>(quality.period) * dt)
                         : nlohmann::ordered_json();
  json["channels"] = quality.channels;
  json["halo_values_per_step"] = quality.halo_values;
  json["bytes_per_epoch"] = quality.bytes_per_period;
  json["messages_per_simulated_second"] = quality.messages_per_second;
  json["predicted_cost_edge_steps"] = quality.predicted_cost;
  return json;
}

void print_json(const std::vector<partition::Partition>& found, const partition::Graph& graph,
                int block, double dt) {
  const partition::Partition& best = found.front();
  nlohmann::ordered_json json;
  json["parts"] = best.parts;
  json["empty_parts"] = partition::empty_parts(best);
  json["regions"] = graph.n_regions();
  json["edges"] = graph.n_edges();
  json["far_block_steps"] = block;
  json["dt_ms"] = dt;
  json["method"] = best.method;
  if (!best.note.empty()) json["note"] = best.note;
  json["quality"] = to_json(best.quality, dt);
  json["owner"] = best.owner;
  for (const partition::Partition& candidate : found) {
    nlohmann::ordered_json entry = to_json(candidate.quality, dt);
    entry["method"] = candidate.method;
    json["candidates"].push_back(std::move(entry));
  }
  std::cout << json.dump(2) << '\n';
}

void print_partition(const std::vector<partition::Partition>& found, const partition::Graph& graph,
                     double dt) {
  std::cout << partition::describe(found.front(), graph, dt);
  if (found.size() > 1) std::cout << '\n' << partition::describe(found, graph, dt);
}

void run_partition(const PartitionArguments& arguments) {
  const io::Study study = io::read_study(arguments.file, arguments.overrides);
  const network::Connectome connectome = run::connectome_of(study);
  const io::ResolvedStudy resolved = io::resolve(study, connectome);
  const engine::SimulationSpec& spec = resolved.simulation;
  const partition::Graph graph = engine::partition_graph(connectome, resolved.delays, spec);
  const int block = resolved.delays.block().block;
  partition::Options options = study.partition;
  options.dt = spec.dt;
  const auto found = partition::candidates(graph, arguments.parts, block, options);
  if (arguments.json) {
    print_json(found, graph, block, spec.dt);
  } else {
    print_partition(found, graph, spec.dt);
  }
}

}  // namespace

void add_partition(CLI::App& program, std::function<void()>& run) {
  const auto arguments = std::make_shared<PartitionArguments>();
  CLI::App* verb = program.add_subcommand(
      "partition", "Compute which rank owns which region, and what that costs");
  verb->add_option("FILE", arguments->file, "Study file")->required();
  verb->add_option("--parts", arguments->parts, "Number of ranks")
      ->required()
      ->check(CLI::Range(1, 1 << 20));
  verb->add_option("--set", arguments->overrides, "Override a value: path=value")
      ->allow_extra_args(false);
  verb->add_flag("--json", arguments->json, "Print JSON, with the owner of every region");
  verb->callback([arguments, &run] { run = [arguments] { run_partition(*arguments); }; });
}

}  // namespace arcuate::app
