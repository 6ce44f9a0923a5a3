#include "arcuate/engine/plan.hpp"

#include <algorithm>

#include "arcuate/model/kernel.hpp"
#include "arcuate/network/coupling.hpp"

namespace arcuate::engine {
namespace {

// In units of a far edge's step, about 0.1 ns; docs/decisions/plan.md has the measurements.
constexpr double cost_of_state_stage = 25.0;
constexpr double cost_of_input = 20.0;

double region_cost(const Population& population, model::Method method) {
  const model::ModelInfo& info = population.model->info;
  const int stages = population.model->make_kernel(method)->stages();
  return cost_of_state_stage * static_cast<double>(info.states.size()) * stages +
         cost_of_input * static_cast<double>(info.inputs.size());
}

/// (n_regions) each that of its population.
std::vector<double> region_costs(const SimulationSpec& spec) {
  std::vector<double> of_population;
  for (const Population& population : spec.populations)
    of_population.push_back(region_cost(population, spec.method));
  std::vector<double> costs;
  for (const std::uint8_t number : spec.population_of)
    costs.push_back(of_population[number]);
  return costs;
}

}  // namespace

partition::Graph partition_graph(const network::Connectome& connectome, const Delays& delays,
                                 const SimulationSpec& spec) {
  partition::Graph graph;
  graph.centres = connectome.centres;
  graph.region_cost = region_cost(spec.populations.front(), spec.method);
  if (spec.n_populations() > 1) graph.region_costs = region_costs(spec);
  graph.values_per_source = spec.n_channels();
  if (spec.n_links() == 0) {
    graph.row.assign(connectome.row.size(), 0);
    return graph;
  }
  graph.row = connectome.row;
  graph.source = connectome.source;
  graph.lag.reserve(connectome.source.size());
  const DelayReading reading(spec);
  for (const double delay : delays.steps())
    graph.lag.push_back(reading.smallest_lag(delay));
  return graph;
}

Plan make_plan(const network::Connectome& connectome, const Delays& delays,
               const partition::Graph& graph, const SimulationSpec& spec,
               const partition::Options& options, const PlanRequest& request) {
  Plan plan;
  plan.ranks = request.ranks;
  plan.threads = request.threads;
  plan.steps = spec.steps;
  plan.block = delays.block();
  plan.partition = partition::make_partition(graph, request.ranks, plan.block.block, options);
  const partition::Quality& quality = plan.partition.quality;
  plan.period = quality.period;
  plan.stagewise =
      plan.block.undelayed_between_regions && spec.n_links() > 0 && !DelayReading(spec).held();
  plan.counts = count_ranks(connectome, delays, spec, plan.partition.owner, request.ranks,
                            request.threads, plan.period);
  plan.memory = plan_memory(connectome, delays, spec, plan.counts, plan.period, request.outside);
  if (plan.period == 0) return plan;
  // A message of every pair at each multiple of the period, and at every stage of every step.
  const int stages =
      plan.stagewise ? spec.populations.front().model->make_kernel(spec.method)->stages() : 0;
  const Step exchanges = plan.steps / plan.period;
  plan.messages = quality.channels * (exchanges + plan.steps * stages);
  plan.message_bytes = bytes_per_value(spec.stored()) * quality.halo_values *
                       (exchanges * plan.period + plan.steps * stages);
  return plan;
}

}  // namespace arcuate::engine
