#include "arcuate/engine/simulation.hpp"

#include <fmt/format.h>
#include <omp.h>

#include <algorithm>
#include <atomic>
#include <bit>
#include <cmath>
#include <limits>
#include <new>
#include <optional>

#include "arcuate/core/error.hpp"
#include "arcuate/core/fault.hpp"
#include "arcuate/core/floating_point.hpp"
#include "arcuate/core/index.hpp"
#include "arcuate/core/pulse.hpp"
#include "arcuate/core/random.hpp"
#include "arcuate/partition/partition.hpp"
#include "exchange.hpp"
#include "network_plan.hpp"
#include "tile_memory.hpp"
#include "tile_pass.hpp"
#include "tract_sums.hpp"

// The order that makes results independent of ranks and threads. For a run of steps [n, n + m):
//   far(n)      needs x up to n of every source        (only where n is a multiple of D*)
//   steps(n, m) needs far, and near shares: x up to n + m - 1 - lag of every source
//   send(k)     after the steps that end at (k + 1) P; carries x[k P + 1 .. (k + 1) P]
//   tracts(j)   needs the steps up to (j + 1) Q of all ranks; the inputs of the Q steps from there
//   receive(k)  before the first run that reads it (partition::newest_needed), at the latest at n =
//   (k + 2) P
// A run ends at every multiple of P, D* and Q, and m <= smallest near lag + 1, m <=
// shortest delay inside a region + 1; Q <= smallest lag between parcels + 1; P <= smallest cut lag
// + 1, with overlap half of it (docs/architecture.md, "Epochs"). So everything a run reads was
// written, or received, before its barrier.

namespace arcuate::engine {
namespace {

Step power_of_two_below(Step value) {
  return static_cast<Step>(std::bit_floor(static_cast<std::uint64_t>(value)));
}

std::int64_t bytes_of_part(const EdgePlan& edges, const TilePlan& plan, const TileState& state,
                           const std::vector<TileScratch>& scratch) {
  const TileSizes& sizes = plan.sizes;
  std::int64_t bytes = held_bytes(edges, edges.sizes) + held_bytes(plan.of_lanes, sizes) +
                       held_bytes(plan.noise.factors(), sizes) +
                       held_bytes(plan.drive.weights(), sizes) +
                       held_bytes(plan.delays.own(), sizes) + held_bytes(state, sizes);
  for (const TileScratch& own : scratch)
    bytes += held_bytes(own, sizes);
  return bytes;
}

/// The regions of one population on this rank.
struct Part {
  Part(const SimulationSpec& spec, const NetworkPlan::Part& shared, Step run)
      : network(shared.network),
        edges(shared.edges),
        plan(spec, network, edges, run),
        pass(spec, plan, edges, state),
        memory(plan.sizes) {}

  const LocalNetwork& network;
  const EdgePlan& edges;
  TilePlan plan;
  TileState state;
  TilePass pass;
  TileMemory memory;
  /// (threads, tiles_side_by_side), or (tiles) when stages run one by one
  std::vector<TileScratch> scratch;
};

std::vector<std::unique_ptr<Part>> make_parts(const SimulationSpec& spec,
                                              const NetworkPlan& network, Step run) {
  network.require(spec);
  std::vector<std::unique_ptr<Part>> parts;
  for (const NetworkPlan::Part& part : network.parts)
    parts.push_back(std::make_unique<Part>(spec, part, run));
  return parts;
}

/// All probes of a simulation.
class Listeners final : public Probe {
 public:
  void add(Probe& probe) { probes_.push_back(&probe); }
  /// What tiles report to: one probe hears them without a detour.
  [[nodiscard]] Probe* heard() {
    if (probes_.size() == 1) return probes_.front();
    return probes_.empty() ? nullptr : this;
  }

  [[nodiscard]] bool wants_input() const override {
    return std::any_of(probes_.begin(), probes_.end(),
                       [](const Probe* probe) { return probe->wants_input(); });
  }
  void record(const TileSample& sample) override {
    for (Probe* probe : probes_)
      probe->record(sample);
  }

 private:
  std::vector<Probe*> probes_;
};

}  // namespace

struct Simulation::Impl {
  Impl(const comm::Communicator& c, const SimulationSpec& s, std::shared_ptr<const NetworkPlan> n)
      : comm(c),
        spec(s),
        network(std::move(n)),
        periods(network->periods),
        sources(network->sources()),
        threads(network->options.threads) {}

  [[nodiscard]] Step choose_sub_block() const {
    Step m = longest_run(spec, sources.block, periods.period, sources.smallest_near_lag,
                         periods.stagewise);
    if (network->options.sub_block > 0) m = std::min(m, network->options.sub_block);
    return m < short_run ? power_of_two_below(m) : m / short_run * short_run;
  }

  /// Runs are sub_block long and cut where far sums start and messages leave.
  [[nodiscard]] Step end_of_run(Step n) const {
    const Step window =
        periods.period > 0 ? std::min<Step>(periods.period, sources.block) : sources.block;
    const Step now_since = since(n);
    const Step begin = now_since / window * window;
    Step end = std::min(begin + window, begin + ((now_since - begin) / sub_block + 1) * sub_block);
    if (tracts) end = std::min(end, (now_since / tracts->period() + 1) * tracts->period());
    return origin + end;
  }

  void make();
  /// The parcels of all ranks send what they did.
  [[nodiscard]] bool at_period(Step n) const { return tracts && since(n) % tracts->period() == 0; }
  /// Blocks, messages and periods are counted from where the simulation began or went on.
  [[nodiscard]] Step since(Step n) const { return n - origin; }

  void start();
  void fill_own_histories(const Part& part);
  void start_tracts();
  void add_past(const Part& part, Step lag);
  void load(const SnapshotOf& snapshot_of);
  void load_region(LocalIndex region, const RegionSnapshot& saved);
  /// The part of an owned region.
  [[nodiscard]] Part& part_of(LocalIndex region) const {
    return **std::find_if(parts.rbegin(), parts.rend(), [region](const auto& candidate) {
      return candidate->network.first <= region;
    });
  }
  void fill_from_file();
  void fill_slot_from_file(const Part& part, LocalIndex slot);
  template <class Action>
  void each_tile(int thread, const Action& action);
  void thread_loop(int thread, Step until);
  void blockwise(int thread, Step n, int m, Step until);
  void stagewise(int thread, Step n);
  void meet() const;
  void communicate(Step n);
  [[nodiscard]] Divergence first_divergence() const;
  [[nodiscard]] HistorySizes history_sizes() const;
  [[nodiscard]] std::int64_t array_bytes() const;

  const comm::Communicator& comm;
  const SimulationSpec& spec;
  const std::shared_ptr<const NetworkPlan> network;
  const Periods& periods;
  const EdgePlan& sources;  // slots, histories and blocks are those of all parts
  const int threads;
  std::vector<std::unique_ptr<Part>> parts;  // by population; at least one
  int channels = 0;
  std::optional<History> history;
  std::optional<TractSums> tracts;
  Step sub_block = 1;
  std::unique_ptr<Exchange> exchange;
  std::unique_ptr<Exchange> stage_exchange;
  StageValues at_stage;
  Listeners listeners;
  std::atomic<bool> stop = false;
  Step now = 0;
  Step origin = 0;
  Step covered = 0;  // since the origin: the histories of ghosts reach up to here
};

/// All memory that the simulation needs, of this rank alone.
void Simulation::Impl::make() {
  sub_block = choose_sub_block();
  parts = make_parts(spec, *network, sub_block);
  channels = parts.front()->plan.channels.channels;
  history.emplace(sources, channels);
  for (const auto& part : parts) {
    part->pass.fill_own_past(spec);
    const int count = periods.stagewise ? part->plan.tiles : threads * tiles_side_by_side;
    for (int i = 0; i < count; ++i)
      part->scratch.push_back(make_scratch(part->plan.sizes));
  }
  allocate(at_stage, history_sizes());
  if (!spec.tracts) return;
  tracts.emplace(spec, network->owned, threads);
  for (const auto& part : parts)
    part->pass.use(*tracts);
}

void Simulation::Impl::start() {
  comm::all_or_none(comm, [this] {
    try {
      make();
    } catch (const std::bad_alloc&) {
      throw EnvironmentError("out of memory for the states and histories of a simulation");
    }
  });
  for (const auto& part : parts) {
    if (!spec.history) fill_own_histories(*part);
  }
  if (spec.history) fill_from_file();
  if (periods.period > 0) {
    exchange = make_exchange(comm, network->halo, sources, channels, periods.period);
    if (!spec.history) exchange->fill_ghosts(*history);
    if (periods.stagewise)
      stage_exchange = make_exchange(comm, network->halo, sources, channels, 1);
  }
  for (const auto& part : parts)
    part->pass.carry_from(*history);
  if (tracts) start_tracts();
}

/// The means over parcels before t = 0, and the inputs of the first period.
void Simulation::Impl::start_tracts() {
  const Step longest = tracts->past();
  for (Step lag = spec.history ? longest : 0; lag >= 0; --lag) {
    for (const auto& part : parts)
      add_past(*part, lag);
    tracts->set_past(comm, spec.history ? lag : longest, lag);
  }
  for (int thread = 0; thread < threads; ++thread)
    tracts->sum_inputs(thread);
}

void Simulation::Impl::add_past(const Part& part, Step lag) {
  const TilePlan& plan = part.plan;
  std::vector<double> state(z(plan.n_states));
  for (const GlobalIndex region : plan.owned) {
    const std::vector<double> parameter = parameters_at(spec, *plan.kernel, region, 0.0);
    for (std::size_t k = 0; k < state.size(); ++k)
      state[k] = initial_value(spec, spec.seed, region, static_cast<int>(k), lag);
    const auto& links = spec.population(plan.population).tracts;
    for (std::size_t link = 0; link < links.size(); ++link)
      tracts->add(0, link, spec.tracts->parcel_of[z(region)], 1,
                  plan.observed(links[link].source, state.data(), parameter.data()));
  }
}

void Simulation::Impl::fill_own_histories(const Part& part) {
  const TilePlan& plan = part.plan;
  const EdgePlan& edges = part.edges;
  std::vector<double> state(z(plan.n_states));
  for (LocalIndex region = 0; region < part.network.n_owned(); ++region) {
    const std::vector<double> parameter =
        parameters_at(spec, *plan.kernel, plan.owned[z(region)], 0.0);
    for (int k = 0; k < plan.n_states; ++k)
      state[z(k)] = part.pass.state(region, k);
    const LocalIndex slot = edges.slots.of_owned[z(region)];
    for (int c = 0; c < channels; ++c) {
      const double value = plan.channel_value(c, state.data(), parameter.data());
      with_real(sources.stored, [&]<class Real>() {
        Real* newest = history->now<Real>(c) + edges.row_start[z(slot)];
        std::fill(newest - edges.slots.longest_lag[z(slot)], newest + 1, static_cast<Real>(value));
      });
    }
  }
}

/// A given past, of ghosts too: their owners may keep a shorter one than is read here.
void Simulation::Impl::fill_from_file() {
  for (LocalIndex slot = 0; slot < sources.slots.size(); ++slot)
    fill_slot_from_file(*parts.front(), slot);
}

void Simulation::Impl::fill_slot_from_file(const Part& part, LocalIndex slot) {
  const TilePlan& plan = part.plan;
  const GlobalIndex region = sources.slots.global[z(slot)];
  const std::vector<double> parameter = parameters_at(spec, *plan.kernel, region, 0.0);
  std::vector<double> state(z(plan.n_states));
  for (std::ptrdiff_t lag = 0; lag <= sources.slots.longest_lag[z(slot)]; ++lag) {
    for (std::size_t k = 0; k < state.size(); ++k)
      state[k] = initial_value(spec, spec.seed, region, static_cast<int>(k), lag);
    for (int c = 0; c < channels; ++c) {
      const double value = plan.channel_value(c, state.data(), parameter.data());
      with_real(sources.stored, [&]<class Real>() {
        history->now<Real>(c)[sources.row_start[z(slot)] - lag] = static_cast<Real>(value);
      });
    }
  }
}

/// Waits for all threads. The barrier of a single one would still call the system.
void Simulation::Impl::meet() const {
  if (threads == 1) return;
#pragma omp barrier
}

void Simulation::Impl::blockwise(int thread, Step n, int m, Step until) {
  for (const auto& part : parts) {
    TilePass& pass = part->pass;
    const std::span<TileScratch> mine{part->scratch.data() + thread * tiles_side_by_side,
                                      tiles_side_by_side};
    if (since(n) % sources.block == 0) {
      pass.start_block(thread, *history);
      if (thread == 0) core::beat();  // the sums of a block may take as long as its steps
    }
    pass.add_near(thread, n, m, *history);
    pass.advance(thread, n, m, n + m == until, *history, mine, listeners.heard());
  }
}

/// Calls action(pass, tile, scratch) for the tiles of a thread.
template <class Action>
void Simulation::Impl::each_tile(int thread, const Action& action) {
  for (const auto& part : parts) {
    TilePass& pass = part->pass;
    const LocalIndex end = part->edges.thread_begin[z(thread) + 1];
    for (LocalIndex tile = part->edges.thread_begin[z(thread)]; tile < end; ++tile)
      action(pass, tile, part->scratch[z(tile)]);
  }
}

/// One step, all regions stage by stage: staged coupling with undelayed edges between regions.
void Simulation::Impl::stagewise(int thread, Step n) {
  for (const auto& part : parts) {
    if (since(n) % sources.block == 0) part->pass.start_block(thread, *history);
    part->pass.add_near(thread, n, 1, *history);
  }
  each_tile(thread, [&](TilePass& pass, LocalIndex tile, TileScratch& own) {
    pass.begin_step(tile, n, own);
  });
  const int stages = parts.front()->plan.kernel->stages();
  for (int stage = 0; stage < stages; ++stage) {
    each_tile(thread, [&](TilePass& pass, LocalIndex tile, TileScratch& own) {
      pass.broadcast_stage(stage, tile, at_stage.values, own);
    });
    meet();
    if (stage_exchange) {
#pragma omp master
      {
        stage_exchange->send_stage(at_stage.values);
        stage_exchange->receive_stage(at_stage.values);
      }
      meet();
    }
    for (const auto& part : parts)
      part->pass.sum_stage(thread, stage, at_stage.values, part->scratch);
    each_tile(thread, [&](TilePass& pass, LocalIndex tile, TileScratch& own) {
      pass.run_stage(stage, tile, own);
    });
    meet();
  }
  each_tile(thread, [&](TilePass& pass, LocalIndex tile, TileScratch& own) {
    pass.end_step(thread, tile, n, *history, own, listeners.heard());
  });
}

/// At n = k P sends the message that ends here; receives what the steps from n on read, and never
/// leaves two messages of a pair waiting.
void Simulation::Impl::communicate(Step n) {
  if (!exchange) return;
  const Step period = periods.period;
  const Step done = since(n);
  if (done % period == 0) exchange->send(*history);
  const Step visit = std::min<Step>(period, sources.block);
  const Step sent = done / period * period;
  const Step needed = partition::newest_needed(done / visit * visit, period,
                                               periods.smallest_cut_lag, sources.block);
  const Step goal = std::max(std::min(needed, sent), sent - period);
  while (covered < goal) {
    covered += period;
    exchange->receive(*history, done - covered);
  }
}

void Simulation::Impl::thread_loop(int thread, Step until) {
  const core::FlushToZero flush;
  Step n = now;
  while (n < until) {
    const Step end = std::min(until, end_of_run(n));
    const int m = static_cast<int>(end - n);
    if (periods.stagewise) {
      stagewise(thread, n);
    } else {
      blockwise(thread, n, m, until);
    }
    n = end;
    fault::here("thread");
    meet();
#pragma omp master
    {
      core::note_step(n);
      fault::here("step");
      if (fault::spoils("step")) parts.front()->state.state.set(0, std::nan(""));  // of a region
      history->advance(m);
      communicate(n);
      if (history->full(sub_block)) history->move_back();
      if (at_period(n)) tracts->reduce(comm);
    }
    meet();
    if (!at_period(n)) continue;
    tracts->sum_inputs(thread);
    meet();
  }
}

/// The first divergence of all ranks, the same on all of them.
Divergence Simulation::Impl::first_divergence() const {
  Divergence first;
  for (const auto& part : parts) {
    for (int thread = 0; thread < threads; ++thread) {
      const Divergence& d = part->pass.divergence(thread);
      if (d.step >= 0 && (first.step < 0 || d.step < first.step ||
                          (d.step == first.step && d.region < first.region)))
        first = d;
    }
  }
  constexpr std::int64_t none = std::int64_t{1} << 60;
  const std::int64_t step = comm.min(first.step < 0 ? none : first.step);
  if (step == none) return {};
  const std::int64_t region = comm.min(first.step == step ? first.region : none);
  const bool mine = first.step == step && first.region == region;
  const auto state = comm.max(std::int64_t{mine ? first.state : -1});
  const auto bits = comm.max(mine ? std::bit_cast<std::int64_t>(first.value)
                                  : std::numeric_limits<std::int64_t>::min());
  return {step, region, static_cast<int>(state), std::bit_cast<double>(bits)};
}

HistorySizes Simulation::Impl::history_sizes() const {
  return {channels, static_cast<std::int64_t>(sources.arena_size),
          periods.stagewise ? sources.slots.size() : 0, sources.stored};
}

std::int64_t Simulation::Impl::array_bytes() const {
  std::int64_t bytes =
      held_bytes(history->values(), history_sizes()) + held_bytes(at_stage, history_sizes());
  if (tracts) bytes += tracts->bytes();
  for (const auto& part : parts)
    bytes += bytes_of_part(part->edges, part->plan, part->state, part->scratch);
  for (const Exchange* e : {exchange.get(), stage_exchange.get()})
    bytes += e == nullptr ? 0 : e->buffer_bytes();
  return bytes;
}

std::shared_ptr<const NetworkPlan> plan_network(const comm::Communicator& comm,
                                                const SimulationSpec& spec, LocalNetwork network,
                                                const SimulationOptions& options) {
  return std::make_shared<const NetworkPlan>(comm, spec, std::move(network), options);
}

Simulation::Simulation(const comm::Communicator& comm, const SimulationSpec& spec,
                       std::shared_ptr<const NetworkPlan> plan)
    : impl_(std::make_unique<Impl>(comm, spec, std::move(plan))) {
  impl_->start();
}

Simulation::Simulation(const comm::Communicator& comm, const SimulationSpec& spec,
                       LocalNetwork network, const SimulationOptions& options)
    : Simulation(comm, spec, plan_network(comm, spec, std::move(network), options)) {}

Simulation::~Simulation() = default;

Outcome Simulation::run(Step until) {
  if (impl_->threads == 1) {
    impl_->thread_loop(0, until);  // a team of one would still ask the system to wake others
  } else {
#pragma omp parallel num_threads(impl_->threads)
    impl_->thread_loop(omp_get_thread_num(), until);
  }
  impl_->now = std::max(impl_->now, until);
  Outcome outcome;
  outcome.divergence = impl_->first_divergence();
  if (outcome.divergence.step >= 0) {
    outcome.kind = Outcome::Kind::diverged;
  } else if (impl_->comm.max(std::int64_t{impl_->stop ? 1 : 0}) == 1) {
    outcome.kind = Outcome::Kind::stopped;
  }
  return outcome;
}

std::int32_t Simulation::save(LocalIndex region, std::vector<double>& values) const {
  const Part& part = impl_->part_of(region);
  const LocalIndex own = region - part.network.first;
  const std::vector<std::int32_t>& lags = part.network.longest_lag;
  const LocalIndex slot = part.edges.slots.of_owned[z(own)];
  const std::int32_t lag = lags.empty() ? part.edges.slots.longest_lag[z(slot)] : lags[z(own)];
  save_history(*impl_->history, impl_->sources, impl_->channels, slot, lag, values);
  part.memory.save(part.state, own, values);
  return lag;
}

std::vector<double> Simulation::save_shared() const {
  return impl_->tracts ? impl_->tracts->save(impl_->comm, impl_->now) : std::vector<double>();
}

/// A snapshot of a region goes to the histories of all that read it, and to the tile of its owner.
void Simulation::Impl::load(const SnapshotOf& snapshot_of) {
  std::vector<LocalIndex> owned_at(z(sources.slots.size()), -1);
  for (const auto& part : parts) {
    for (LocalIndex region = 0; region < part->network.n_owned(); ++region)
      owned_at[z(part->edges.slots.of_owned[z(region)])] = part->network.first + region;
  }
  for (LocalIndex slot = 0; slot < sources.slots.size(); ++slot) {
    const RegionSnapshot saved = snapshot_of(sources.slots.global[z(slot)]);
    load_history(*history, sources, channels, slot, saved);
    if (owned_at[z(slot)] >= 0) load_region(owned_at[z(slot)], saved);
  }
}

void Simulation::Impl::load_region(LocalIndex region, const RegionSnapshot& saved) {
  Part& part = part_of(region);
  const LocalIndex own = region - part.network.first;
  const std::size_t of_history = z(channels) * (z(saved.longest_lag) + 1);
  const std::vector<std::int32_t>& lags = part.network.longest_lag;
  if (saved.values.size() != of_history + part.memory.count())
    throw ConfigError("what was saved of a region is of another model, method or noise");
  if (!lags.empty() && lags[z(own)] > saved.longest_lag) {
    throw ConfigError(fmt::format(
        "the saved history of region {} reaches back {} steps, and {} are read now: a longer delay "
        "cannot be continued",
        network->owned[z(region)], saved.longest_lag, lags[z(own)]));
  }
  // Lanes without a region repeat the last one.
  const LocalIndex last = own + 1 == part.network.n_owned() ? part.plan.tiles * lanes : own + 1;
  for (LocalIndex place = own; place < last; ++place)
    part.memory.load(part.state, place, saved.values.subspan(of_history));
}

void Simulation::resume(Step now, const SnapshotOf& snapshot_of, std::span<const double> shared) {
  comm::all_or_none(impl_->comm, [&] {
    impl_->load(snapshot_of);
    if (impl_->tracts) impl_->tracts->resume(shared, now);
  });
  impl_->now = impl_->origin = now;
  for (const auto& part : impl_->parts) {
    part->pass.start_at(now);
    part->pass.carry_from(*impl_->history);
  }
  for (int thread = 0; impl_->tracts && thread < impl_->threads; ++thread)
    impl_->tracts->sum_inputs(thread);
}

void Simulation::request_stop() noexcept {
  impl_->stop = true;
}

Step Simulation::now() const {
  return impl_->now;
}
void Simulation::add_probe(Probe& probe) {
  impl_->listeners.add(probe);
}
void Simulation::set_feed(const Feed& feed) {
  for (const auto& part : impl_->parts)
    part->pass.use(feed);
}
const std::vector<GlobalIndex>& Simulation::owned() const {
  return impl_->network->owned;
}
int Simulation::block() const {
  return impl_->sources.block;
}
Step Simulation::period() const {
  return impl_->periods.period;
}
Step Simulation::sub_block() const {
  return impl_->sub_block;
}

ExchangeCounts Simulation::counts() const {
  ExchangeCounts counts;
  for (const Exchange* e : {impl_->exchange.get(), impl_->stage_exchange.get()}) {
    if (e == nullptr) continue;
    counts.messages += e->messages();
    counts.bytes += e->bytes();
  }
  return counts;
}

std::int64_t Simulation::array_bytes() const {
  return impl_->array_bytes();
}

double Simulation::state(LocalIndex region, int k) const {
  const Part& part = impl_->part_of(region);
  return part.pass.state(region - part.network.first, k);
}

}  // namespace arcuate::engine
