#include <algorithm>
#include <cmath>
#include <ctime>
#include <future>
#include <memory>

#include "arcuate/core/error.hpp"
#include "arcuate/core/index.hpp"
#include "arcuate/engine/simulation.hpp"
#include "arcuate/forecast/plan.hpp"

namespace arcuate::forecast {

using namespace engine;

namespace {

constexpr std::size_t sampled_targets = 65536;
constexpr GlobalIndex sampled_edges = 4'000'000;
constexpr double sampled_seconds = 0.12;  // of each of at most two measurements

// Of a message at one end, and of a value packed, moved and unpacked, through shared memory; a
// network of machines adds to both, hidden behind the run while the period allows it.
constexpr double seconds_per_message = 1.5e-6;
constexpr double seconds_per_halo_value = 1.5e-9;
constexpr double seconds_per_wait = 2.0e-6;

/// Some targets of a rank with the edges from every `stride`-th tile of sources: whole tiles, so
/// that histories are used as often as in the full run.
LocalNetwork sample(const network::Connectome& connectome, const Delays& delays,
                    const std::vector<std::int32_t>& owner, int rank, const RankCounts& counts,
                    GlobalIndex stride) {
  LocalNetwork local;
  local.n_regions = connectome.n_regions();
  local.owned = regions_of(owner, rank);
  if (local.owned.size() > sampled_targets) local.owned.resize(sampled_targets);
  local.owner.assign(owner.size(), 1);
  for (GlobalIndex region : local.owned)
    local.owner[z(region)] = 0;
  local.block = delays.block();
  local.row.push_back(0);
  for (GlobalIndex target : local.owned) {
    for (GlobalIndex e = connectome.row[z(target)]; e < connectome.row[z(target) + 1]; ++e) {
      if (stride == 0 || connectome.source[z(e)] / counts.source_tile % stride != 0) continue;
      local.source.push_back(connectome.source[z(e)]);
      local.weight.push_back(connectome.weight[z(e)]);
      local.delay.push_back(delays[e]);
    }
    local.row.push_back(static_cast<GlobalIndex>(local.source.size()));
  }
  return local;
}

/// Of the thread that calls: other programs on this machine do not count.
double processor_seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

/// [s] of processor time per step.
double time_steps(Simulation& simulation) {
  const auto run = [&](Step until) {
    // A sample of a network need not be stable; what is not finite takes as long.
    static_cast<void>(simulation.run(until));
  };
  run(Step{2} * simulation.block());
  const Step first = simulation.now();
  const double start = processor_seconds();
  double used = 0.0;
  while (used < sampled_seconds) {
    run(simulation.now() + Step{4} * simulation.block());
    used = processor_seconds() - start;
  }
  return used / static_cast<double>(simulation.now() - first);
}

using Pieces = std::vector<std::vector<double>>;

/// Numbers of all regions, counted or copied, in pieces as a checkpoint has them.
std::size_t save_all(const Simulation& simulation, bool copies, Pieces& pieces) {
  constexpr std::size_t piece = 1U << 17U;
  pieces.assign(1, {});
  std::size_t numbers = 0;
  for (std::size_t k = 0; k < simulation.owned().size(); ++k) {
    if (!copies) pieces.back().clear();
    if (pieces.back().size() >= piece) pieces.emplace_back();
    if (copies && pieces.back().empty()) pieces.back().reserve(piece);
    const std::size_t before = pieces.back().size();
    static_cast<void>(simulation.save(static_cast<LocalIndex>(k), pieces.back()));
    numbers += pieces.back().size() - before;
  }
  return numbers;
}

/// [s] for a number that is counted, then copied.
double time_saving(const Simulation& simulation) {
  Pieces pieces;  // that they are freed is no part of it: the thread that writes does so
  // A history that is hardly begun is memory that was never touched.
  const std::size_t numbers = save_all(simulation, false, pieces);
  const double start = processor_seconds();
  save_all(simulation, false, pieces);
  save_all(simulation, true, pieces);
  return numbers == 0 ? 0.0 : (processor_seconds() - start) / static_cast<double>(numbers);
}

/// A simulation, or several side by side.
struct Timed {
  double step = 0.0;    ///< [s] of processor time, of the slowest
  double saving = 0.0;  ///< [s] for a number
};

/// [s] of processor time per step of the slowest of `copies` simulations that run side by side, as
/// the ranks of one machine share its caches and its memory. They make no MPI calls while they run.
Timed time_steps(const comm::Communicator& alone, const SimulationSpec& spec,
                 const LocalNetwork& network, const SimulationOptions& options, int copies) {
  std::vector<std::unique_ptr<Simulation>> simulations;
  for (int copy = 0; copy < copies; ++copy)
    simulations.push_back(std::make_unique<Simulation>(alone, spec, network, options));
  std::vector<std::future<double>> others;
  for (std::size_t copy = 1; copy < simulations.size(); ++copy) {
    others.push_back(
        std::async(std::launch::async, [&, copy] { return time_steps(*simulations[copy]); }));
  }
  double slowest = time_steps(*simulations.front());
  for (std::future<double>& other : others)
    slowest = std::max(slowest, other.get());
  return {slowest, time_saving(*simulations.front())};
}

double exchange_seconds(const RankCounts& counts, const SimulationSpec& spec, double channels,
                        Step period, bool stagewise) {
  if (period == 0) return 0.0;
  const double values = channels * (static_cast<double>(counts.sent) + counts.ghosts);
  const double stages =
      stagewise ? spec.populations.front().model->make_kernel(spec.method)->stages() : 0.0;
  const double exchanges = 1.0 / static_cast<double>(period) + stages;
  return exchanges * (seconds_per_message * 2.0 * counts.peers + seconds_per_wait) +
         seconds_per_halo_value * values * (1.0 + stages);
}

/// Of what ranks tell each other of parcels in a step: all of them wait for each other once in a
/// period.
double parcel_seconds(const SimulationSpec& spec, int ranks) {
  if (!spec.tracts || ranks == 1) return 0.0;
  const double rounds = std::ceil(std::log2(static_cast<double>(ranks)));
  return rounds * (seconds_per_message + seconds_per_wait) /
         static_cast<double>(tract_period(spec));
}

/// Ranks that this machine can run at the same time, as far as its memory holds samples of them.
int side_by_side(const PlanRequest& request, std::int64_t rank_bytes) {
  std::int64_t copies = std::min(request.ranks, request.cores);
  if (request.available > 0)
    copies = std::min(copies, request.available / std::max<std::int64_t>(rank_bytes, 1));
  return static_cast<int>(std::max<std::int64_t>(copies, 1));
}

/// A step of a rank of the plan.
StepTime measure_step(const Plan& plan, int rank, const comm::Communicator& alone,
                      const network::Connectome& connectome, const Delays& delays,
                      const SimulationSpec& spec, int copies) {
  const RankCounts& counts = plan.counts[z(rank)];
  StepTime time;
  if (counts.regions == 0) return time;
  SimulationOptions options;
  options.source_tile = counts.source_tile;
  options.sub_block = plan.period > 0 ? std::min<Step>(plan.period, plan.block.block) : 0;
  if (counts.smallest_near_lag >= 0) {
    const Step near = counts.smallest_near_lag + 1;
    options.sub_block = options.sub_block > 0 ? std::min(options.sub_block, near) : near;
  }
  const auto measure = [&](GlobalIndex stride, GlobalIndex& edges) {
    const LocalNetwork local =
        sample(connectome, delays, plan.partition.owner, rank, counts, stride);
    edges = local.row.back();
    return time_steps(alone, spec, local, options, copies);
  };
  const double share = std::min(1.0, static_cast<double>(sampled_targets) / counts.regions);
  const double taken = share * static_cast<double>(counts.edges);
  const GlobalIndex stride = static_cast<GlobalIndex>(taken) / sampled_edges + 1;
  GlobalIndex edges = 0;
  GlobalIndex none = 0;
  const double bare = measure(0, none).step;
  time.regions = bare / share;
  if (counts.edges == 0) return time;
  const auto [full, saving] = measure(stride, edges);
  time.saving = saving;
  if (edges > 0)
    time.edges =
        std::max(0.0, full - bare) * static_cast<double>(counts.edges) / static_cast<double>(edges);
  return time;
}

}  // namespace

void predict_time(Plan& plan, const comm::Communicator& alone,
                  const network::Connectome& connectome, const Delays& delays,
                  const SimulationSpec& spec, const PlanRequest& request) {
  const auto work = [](const RankCounts& c) {
    return static_cast<double>(c.edges) + 100.0 * c.regions;
  };
  const auto slowest =
      std::max_element(plan.counts.begin(), plan.counts.end(),
                       [&](const RankCounts& a, const RankCounts& b) { return work(a) < work(b); });
  const int rank = static_cast<int>(slowest - plan.counts.begin());
  const int copies = side_by_side(request, plan.memory[z(rank)].peak);
  plan.slowest = measure_step(plan, rank, alone, connectome, delays, spec, copies);
  const auto channels = static_cast<double>(spec.n_channels());
  plan.exchange_seconds = exchange_seconds(*slowest, spec, channels, plan.period, plan.stagewise) +
                          parcel_seconds(spec, request.ranks);
  const double shared = connectome.n_regions() > 0 ? static_cast<double>(slowest->regions) /
                                                         static_cast<double>(connectome.n_regions())
                                                   : 0.0;
  plan.monitor_seconds = request.monitor_seconds * shared;
  const double threads = request.threads;
  const double crowd = std::max(
      1.0, static_cast<double>(request.ranks) * threads / static_cast<double>(request.cores));
  const double step =
      ((plan.slowest.total() + plan.monitor_seconds) / threads + plan.exchange_seconds) * crowd;
  plan.seconds = step * static_cast<double>(plan.steps);
}

}  // namespace arcuate::forecast
