#include "arcuate/run/launch.hpp"

#include <fmt/format.h>

#include <cstdio>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <string>

#include "arcuate/core/error.hpp"
#include "arcuate/core/memory.hpp"
#include "arcuate/core/one_line.hpp"
#include "arcuate/engine/partition_graph.hpp"
#include "arcuate/forecast/plan.hpp"
#include "arcuate/model/plugin.hpp"

namespace arcuate::run {
namespace {

/// [bytes] at the peak of every rank, known on all ranks. Collective.
std::vector<std::int64_t> peaks_of(const comm::Communicator& world, const Share& share,
                                   const Needs& needs) {
  std::vector<std::int64_t> peaks;
  comm::on_root(world, [&] {
    const auto counts = engine::count_ranks(share.connectome, share.delays, share.spec, share.owner,
                                            world.size(), needs.threads, share.period);
    const forecast::OutsideMemory outside{core::peak_resident_bytes() - needs.idle_bytes,
                                          needs.outside_bytes, needs.root_bytes,
                                          needs.feature_bytes};
    for (const forecast::RankMemory& rank : forecast::plan_memory(
             share.connectome, share.delays, share.spec, counts, share.period, outside))
      peaks.push_back(rank.peak);
  });
  world.broadcast(peaks);
  return peaks;
}

/// OMP_NUM_THREADS, the first of its numbers when it is a list for nested regions.
int threads_of_environment() {
  constexpr int most = 1024;
  const char* given = std::getenv("OMP_NUM_THREADS");
  if (given == nullptr || *given == 0) return 1;
  std::string text(given);
  text.erase(0, text.find_first_not_of(" \t"));
  const std::string first = text.substr(0, text.find_first_of(", \t"));
  int threads = 0;
  const auto [end, error] = std::from_chars(first.data(), first.data() + first.size(), threads);
  const bool number = error == std::errc() && end == first.data() + first.size();
  if (number && threads >= 1 && threads <= most) return threads;
  throw ConfigError(fmt::format(
      "OMP_NUM_THREADS={}: expected a whole number from 1 to {}; set it, or give --threads", given,
      most));
}

const model::Entry* load_same(const comm::Communicator& world, const io::ModelSource& source) {
  const std::string who = fmt::format("rank {}: {}: ", world.rank(), source.plugin);
  model::Plugin plugin;
  try {
    plugin = model::load_plugin(source.plugin);
  } catch (const DataError& error) {
    throw DataError(who + error.what());
  }
  if (plugin.sha256 != source.plugin_sha256) {
    throw DataError(who + "another file than that of rank 0; all ranks must see the same");
  }
  return plugin.entry;
}

}  // namespace

void warn_of(const std::vector<std::string>& warnings) {
  for (const std::string& warning : warnings)
    std::fprintf(stderr, "arcuate: warning: %s\n", core::one_line(warning).c_str());
}

int threads_of(const comm::Communicator& world, int threads) {
  comm::all_or_none(world, [&] {
    if (threads == 0) threads = threads_of_environment();
  });
  return threads;
}

network::Connectome connectome_of(const io::Study& study) {
  network::Connectome connectome = io::load_connectome(study);
  warn_of(connectome.warnings);
  return connectome;
}

io::ResolvedStudy resolve_study(const io::Study& study, const network::Connectome& connectome) {
  io::ResolvedStudy resolved = io::resolve(study, connectome);
  warn_of(resolved.warnings);
  warn_of(resolved.weight_warnings);
  return resolved;
}

partition::Partition choose_owners(const io::Study& study, const network::Connectome& connectome,
                                   const engine::Delays& delays, const engine::SimulationSpec& spec,
                                   int ranks) {
  partition::Options options = study.partition;
  options.dt = spec.dt;
  if (ranks == 1) {
    partition::Partition whole;
    whole.owner.assign(static_cast<std::size_t>(connectome.n_regions()), 0);
    whole.method = "one rank";
    return whole;
  }
  return partition::make_partition(engine::partition_graph(connectome, delays, spec), ranks,
                                   delays.block().block, options);
}

void load_plugins_everywhere(const comm::Communicator& world,
                             const std::vector<io::ModelSource>& models,
                             engine::SimulationSpec& spec) {
  for (std::size_t number = 0; number < models.size(); ++number) {
    if (models[number].plugin.empty()) continue;
    const model::Entry*& entry = spec.populations[number].model;
    comm::all_or_none(world, [&] { entry = load_same(world, models[number]); });
  }
}

void refuse_what_cannot_fit(const comm::Communicator& world, const Share& share,
                            const Needs& needs) {
  const std::vector<std::int64_t> peaks = peaks_of(world, share, needs);
  const auto machines = world.machines();
  const auto resident = world.all_gather(core::resident_bytes() - needs.idle_bytes);
  const auto mine = static_cast<std::size_t>(world.rank());
  std::int64_t needed = 0;
  std::int64_t available = core::available_bytes();
  for (std::size_t rank = 0; rank < machines.size(); ++rank) {
    if (machines[rank] != machines[mine]) continue;
    needed += peaks[rank];
    if (available > 0) available += resident[rank];
  }
  comm::all_or_none(world, [&] { forecast::require_memory(needed, available); });
}

}  // namespace arcuate::run
