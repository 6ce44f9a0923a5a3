#include "arcuate/engine/simulation.hpp"

#include <fmt/format.h>
#include <omp.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <string>

#include "arcuate/core/error.hpp"
#include "arcuate/core/floating_point.hpp"
#include "arcuate/core/random.hpp"
#include "arcuate/model/limits.hpp"
#include "arcuate/partition/partition.hpp"
#include "exchange.hpp"
#include "tile_pass.hpp"

// The order that makes results independent of ranks and threads. For a run of steps [n, n + m):
//   far(n)      needs x up to n of every source        (only where n is a multiple of D*)
//   steps(n, m) needs far, and near shares: x up to n + m - 1 - lag of every source
//   send(k)     after the steps that end at (k + 1) P; carries x[k P + 1 .. (k + 1) P]
//   receive(k)  before the first run that reads it (partition::newest_needed), at the latest at n =
//   (k + 2) P
// A run ends at every multiple of P and D*, and m <= smallest near lag + 1 between tiles, m <=
// shortest delay inside a region + 1; P <= smallest cut lag + 1, with overlap half of it
// (docs/architecture.md, "Epochs"). So everything a run reads was written, or received, before its
// barrier.

namespace arcuate::engine {
namespace {

std::size_t z(std::int64_t i) {
  return static_cast<std::size_t>(i);
}

Step power_of_two_below(Step value) {
  return static_cast<Step>(std::bit_floor(static_cast<std::uint64_t>(value)));
}

std::vector<std::uint64_t> seeds_of(const SimulationSpec& spec, const SimulationOptions& options) {
  return options.seeds.empty() ? std::vector<std::uint64_t>{spec.seed} : options.seeds;
}

/// Frees the memory; assigning {} would only set the size.
template <class T>
void release(std::vector<T>& values) {
  std::vector<T>().swap(values);
}

struct Periods {
  Step period = 0;  ///< between messages; 0: none
  std::int64_t smallest_cut_lag = 0;
  bool stagewise = false;
};

Periods choose_periods(const comm::Communicator& comm, const LocalNetwork& network,
                       const SimulationSpec& spec, const SimulationOptions& options) {
  Periods periods;
  periods.stagewise = network.block.undelayed_between_regions && spec.stages == Stages::staged &&
                      series_of(spec.method, spec.stages).front() != Series::begin &&
                      !spec.coupling.links.empty();
  constexpr std::int64_t none = std::int64_t{1} << 40;
  const std::int64_t mine = smallest_cut_lag(network, spec);
  const std::int64_t smallest = comm.min(mine == -2 ? none : mine);
  if (comm.size() == 1 || smallest == none || spec.coupling.links.empty()) return periods;
  periods.smallest_cut_lag = std::max<std::int64_t>(0, smallest);
  periods.period = options.period > 0
                       ? options.period
                       : partition::message_period(periods.smallest_cut_lag, network.block.block);
  return periods;
}

/// [steps] the shortest delay inside any region of any model; 0: none has one.
Step shortest_own_delay(const SimulationSpec& spec) {
  Step shortest = 0;
  for (int number = 0; number < spec.n_models(); ++number) {
    const Step delay = shortest_delay(spec.of_model(number));
    if (delay > 0) shortest = shortest == 0 ? delay : std::min(shortest, delay);
  }
  return shortest;
}

/// The regions of one model on this rank.
struct Part {
  Part(const SimulationSpec& s, LocalNetwork n, EdgePlan p, const std::vector<std::uint64_t>& seeds)
      : spec(s), network(std::move(n)), plan(std::move(p)), pass(s, network, plan, seeds) {}

  const SimulationSpec& spec;  ///< of the model
  LocalNetwork network;        ///< without edges: they are in the plan
  EdgePlan plan;
  TilePass pass;
  /// (threads, tiles_side_by_side), or (replicas, tiles) when stages run one by one
  std::vector<TileScratch> scratch;
};

/// The plan holds every edge in the form it is summed in: the rows are not needed any more.
std::vector<std::unique_ptr<Part>> make_parts(LocalNetwork&& network, const SimulationSpec& spec,
                                              const EdgePlanOptions& options,
                                              const std::vector<std::uint64_t>& seeds) {
  std::vector<LocalNetwork> networks = split_by_model(std::move(network), spec);
  std::vector<EdgePlan> plans = plan_edges(networks, spec, options);
  for (LocalNetwork& part : networks) {
    release(part.source);
    release(part.weight);
    release(part.delay);
    release(part.row);
  }
  std::vector<std::unique_ptr<Part>> parts;
  for (std::size_t p = 0; p < networks.size(); ++p) {
    const SimulationSpec& own = spec.of_model(networks[p].model);
    parts.push_back(
        std::make_unique<Part>(own, std::move(networks[p]), std::move(plans[p]), seeds));
  }
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

std::vector<GlobalIndex> owned_by(const std::vector<std::unique_ptr<Part>>& parts) {
  std::vector<GlobalIndex> owned;
  for (const auto& part : parts)
    owned.insert(owned.end(), part->network.owned.begin(), part->network.owned.end());
  return owned;
}

}  // namespace

std::vector<double> parameter_rows(const SimulationSpec& spec, const model::Kernel& kernel,
                                   GlobalIndex region) {
  std::vector<double> rows(z(kernel.parameter_rows()));
  for (std::size_t p = 0; p < spec.parameters.size(); ++p)
    rows[p] = spec.parameters[p](region);
  kernel.derive_of_one(rows.data());
  return rows;
}

double initial_value(const SimulationSpec& spec, std::uint64_t seed, GlobalIndex region, int k,
                     Step lag) {
  if (spec.history) {
    const InitialHistory& h = *spec.history;
    const std::size_t states = spec.model->info.states.size();
    const std::size_t regions = h.values.size() / (z(h.samples) * states);
    const Step sample = std::max<Step>(0, h.samples - 1 - lag);
    return h.values[(z(sample) * states + z(k)) * regions + z(region)];
  }
  const InitialValue& initial = spec.initial[z(k)];
  if (!initial.uniform) return initial.value(region);
  const random::Stream stream{seed, initial_stream(k)};
  const double u = random::uniform01(stream, static_cast<std::uint32_t>(region), 0);
  return initial.uniform->low + (initial.uniform->high - initial.uniform->low) * u;
}

struct Simulation::Impl {
  Impl(const comm::Communicator& c, const SimulationSpec& s, LocalNetwork n,
       const SimulationOptions& o)
      : comm(c),
        spec(s),
        options(o),
        periods(choose_periods(c, n, s, o)),
        parts(make_parts(std::move(n), s,
                         {o.threads, periods.period, o.source_tile, o.history_slack},
                         seeds_of(s, o))),
        owned(owned_by(parts)),
        sources(parts.front()->plan),
        replicas(parts.front()->pass.replicas()),
        channels(parts.front()->pass.channels().channels),
        history(sources, replicas, channels),
        sub_block(choose_sub_block()) {}

  [[nodiscard]] Step choose_sub_block() const {
    if (periods.stagewise) return 1;
    Step m = sources.block;
    if (periods.period > 0) m = std::min(m, periods.period);
    if (sources.smallest_near_lag >= 0) m = std::min<Step>(m, sources.smallest_near_lag + 1);
    if (const Step delay = shortest_own_delay(spec); delay > 0) m = std::min(m, delay + 1);
    if (options.sub_block > 0) m = std::min(m, options.sub_block);
    return m < 4 ? power_of_two_below(m) : m / 4 * 4;
  }

  /// Runs are sub_block long and cut where far sums start and messages leave.
  [[nodiscard]] Step end_of_run(Step n) const {
    const Step window =
        periods.period > 0 ? std::min<Step>(periods.period, sources.block) : sources.block;
    const Step begin = n / window * window;
    return std::min(begin + window, begin + ((n - begin) / sub_block + 1) * sub_block);
  }

  void start();
  void fill_own_histories(const Part& part);
  void fill_from_file();
  void fill_slot_from_file(const Part& part, LocalIndex slot);
  void fill_own_past(Part& part);
  template <class Action>
  void each_tile(int thread, const Action& action);
  void thread_loop(int thread, Step until);
  void blockwise(int thread, Step n, int m);
  void stagewise(int thread, Step n);
  void communicate(Step n);
  void throw_if_diverged();

  const comm::Communicator& comm;
  const SimulationSpec& spec;
  SimulationOptions options;
  Periods periods;
  std::vector<std::unique_ptr<Part>> parts;  // by model; at least one
  std::vector<GlobalIndex> owned;            // regions of the parts, one after the other
  const EdgePlan& sources;                   // slots, histories and blocks are those of all parts
  int replicas, channels;
  History history;
  Step sub_block;
  std::unique_ptr<Exchange> exchange;
  std::unique_ptr<Exchange> stage_exchange;
  std::vector<double> stage_values;  // (replicas, channels, slots)
  Listeners listeners;
  Step now = 0;
  Step covered = 0;  // the histories of ghosts reach up to here
};

void Simulation::Impl::start() {
  for (const auto& part : parts) {
    if (!spec.history) fill_own_histories(*part);
    fill_own_past(*part);
  }
  if (spec.history) fill_from_file();
  if (periods.period > 0) {
    const LocalNetwork& network = parts.front()->network;
    exchange =
        std::make_unique<Exchange>(comm, network, sources, replicas, channels, periods.period);
    if (!spec.history) exchange->fill_ghosts(history);
    if (periods.stagewise) {
      stage_exchange = std::make_unique<Exchange>(comm, network, sources, replicas, channels, 1);
    }
  }
  for (const auto& part : parts) {
    part->pass.carry_from(history);
    const int count =
        periods.stagewise ? replicas * part->pass.tiles() : options.threads * tiles_side_by_side;
    for (int i = 0; i < count; ++i)
      part->scratch.push_back(part->pass.make_scratch());
  }
  if (periods.stagewise) stage_values.resize(z(replicas * channels) * z(sources.slots.size()));
}

void Simulation::Impl::fill_own_histories(const Part& part) {
  const auto& [own, network, plan, pass, scratch] = part;
  const int states = static_cast<int>(own.model->info.states.size());
  std::vector<double> state(z(states));
  for (int r = 0; r < replicas; ++r) {
    for (int c = 0; c < channels; ++c) {
      for (LocalIndex region = 0; region < network.n_owned(); ++region) {
        const std::vector<double> parameter =
            parameters_at(own, pass.kernel(), network.owned[z(region)], 0.0);
        for (int k = 0; k < states; ++k)
          state[z(k)] = pass.state(r, region, k);
        const LocalIndex slot = plan.slots.of_owned[z(region)];
        double* newest = history.now(r, c) + plan.row_start[z(slot)];
        std::fill(newest - plan.slots.longest_lag[z(slot)], newest + 1,
                  pass.channel_value(c, state.data(), parameter.data()));
      }
    }
  }
}

/// A given past, of ghosts too: their owners may keep a shorter one than is read here.
void Simulation::Impl::fill_from_file() {
  for (LocalIndex slot = 0; slot < sources.slots.size(); ++slot)
    fill_slot_from_file(*parts.front(), slot);
}

void Simulation::Impl::fill_slot_from_file(const Part& part, LocalIndex slot) {
  const TilePass& pass = part.pass;
  const EdgePlan& plan = part.plan;
  const GlobalIndex region = plan.slots.global[z(slot)];
  const std::vector<double> parameter = parameters_at(spec, pass.kernel(), region, 0.0);
  std::vector<double> state(spec.model->info.states.size());
  for (std::ptrdiff_t lag = 0; lag <= plan.slots.longest_lag[z(slot)]; ++lag) {
    for (std::size_t k = 0; k < state.size(); ++k)
      state[k] = initial_value(spec, 0, region, static_cast<int>(k), lag);
    for (int c = 0; c < channels; ++c) {
      const double value = pass.channel_value(c, state.data(), parameter.data());
      for (int r = 0; r < replicas; ++r)
        history.now(r, c)[plan.row_start[z(slot)] - lag] = value;
    }
  }
}

/// What the regions' own delays read, in all lanes of all tiles.
void Simulation::Impl::fill_own_past(Part& part) {
  auto& [own, network, plan, pass, scratch] = part;
  LocalDelays& delays = pass.delays();
  if (delays.sources().empty()) return;
  const auto seeds = seeds_of(spec, options);
  std::vector<double> state(own.model->info.states.size());
  for (int r = 0; r < replicas; ++r) {
    for (LocalIndex place = 0; place < pass.tiles() * model::lanes; ++place) {
      const GlobalIndex region = network.owned[z(std::min(place, network.n_owned() - 1))];
      const std::vector<double> parameter = parameters_at(own, pass.kernel(), region, 0.0);
      for (std::size_t source = 0; source < delays.sources().size(); ++source) {
        for (Step lag = 0; lag < delays.length(source); ++lag) {
          for (std::size_t k = 0; k < state.size(); ++k) {
            state[k] = initial_value(own, seeds[z(r)], region, static_cast<int>(k), lag);
          }
          delays.remember(r, place / model::lanes, place % model::lanes, source, lag,
                          pass.observed(delays.sources()[source], state.data(), parameter.data()));
        }
      }
    }
  }
}

void Simulation::Impl::blockwise(int thread, Step n, int m) {
  for (const auto& part : parts) {
    TilePass& pass = part->pass;
    const std::span<TileScratch> mine{part->scratch.data() + thread * tiles_side_by_side,
                                      tiles_side_by_side};
    if (n % sources.block == 0) pass.start_block(thread, history);
    pass.add_near(thread, n, m, history);
    const LocalIndex begin = part->plan.thread_begin[z(thread)];
    const LocalIndex end = part->plan.thread_begin[z(thread) + 1];
    for (int r = 0; r < replicas; ++r) {
      for (LocalIndex tile = begin; tile < end; tile += tiles_side_by_side) {
        const int count = std::min(tiles_side_by_side, end - tile);
        pass.advance(thread, r, tile, count, n, m, history, mine, listeners.heard());
      }
    }
  }
}

/// Calls action(pass, replica, tile, scratch) for the tiles of a thread.
template <class Action>
void Simulation::Impl::each_tile(int thread, const Action& action) {
  for (const auto& part : parts) {
    TilePass& pass = part->pass;
    const LocalIndex end = part->plan.thread_begin[z(thread) + 1];
    for (int r = 0; r < replicas; ++r) {
      for (LocalIndex tile = part->plan.thread_begin[z(thread)]; tile < end; ++tile)
        action(pass, r, tile, part->scratch[z(r * pass.tiles() + tile)]);
    }
  }
}

/// One step, all regions stage by stage: staged coupling with undelayed edges between regions.
void Simulation::Impl::stagewise(int thread, Step n) {
  for (const auto& part : parts) {
    if (n % sources.block == 0) part->pass.start_block(thread, history);
    part->pass.add_near(thread, n, 1, history);
  }
  each_tile(thread, [&](TilePass& pass, int r, LocalIndex tile, TileScratch& own) {
    pass.begin_step(r, tile, n, own);
  });
  const int stages = parts.front()->pass.kernel().stages();
  for (int stage = 0; stage < stages; ++stage) {
    each_tile(thread, [&](TilePass& pass, int r, LocalIndex tile, TileScratch& own) {
      pass.broadcast_stage(stage, r, tile, stage_values, own);
    });
#pragma omp barrier
    if (stage_exchange) {
#pragma omp master
      {
        stage_exchange->send_stage(stage_values);
        stage_exchange->receive_stage(stage_values);
      }
#pragma omp barrier
    }
    each_tile(thread, [&](TilePass& pass, int r, LocalIndex tile, TileScratch& own) {
      pass.run_stage(stage, r, tile, stage_values, own);
    });
#pragma omp barrier
  }
  each_tile(thread, [&](TilePass& pass, int r, LocalIndex tile, TileScratch& own) {
    pass.end_step(thread, r, tile, n, history, own, listeners.heard());
  });
}

/// At n = k P sends the message that ends here; receives what the steps from n on read, and never
/// leaves two messages of a pair waiting.
void Simulation::Impl::communicate(Step n) {
  if (!exchange) return;
  const Step period = periods.period;
  if (n % period == 0) exchange->send(history);
  const Step visit = std::min<Step>(period, sources.block);
  const Step sent = n / period * period;
  const Step needed =
      partition::newest_needed(n / visit * visit, period, periods.smallest_cut_lag, sources.block);
  const Step goal = std::max(std::min(needed, sent), sent - period);
  while (covered < goal) {
    covered += period;
    exchange->receive(history, n - covered);
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
      blockwise(thread, n, m);
    }
    n = end;
#pragma omp barrier
#pragma omp master
    {
      history.advance(m);
      communicate(n);
      if (history.full(sub_block)) history.move_back();
    }
#pragma omp barrier
  }
}

/// Of a state that diverged.
std::string what_is_wrong(const model::StateInfo& state, const Divergence& divergence) {
  if (!std::isfinite(divergence.value)) return "is not finite";
  const auto [low, high] = model::plausible_range(state);
  return fmt::format("is {:.3g} {}, far outside of what its equations mean ({:.3g} to {:.3g})",
                     divergence.value, state.unit, low, high);
}

void Simulation::Impl::throw_if_diverged() {
  Divergence first;
  for (const auto& part : parts) {
    for (int thread = 0; thread < options.threads; ++thread) {
      const Divergence& d = part->pass.divergence(thread);
      if (d.step >= 0 && (first.step < 0 || d.step < first.step ||
                          (d.step == first.step && d.region < first.region)))
        first = d;
    }
  }
  constexpr std::int64_t none = std::int64_t{1} << 60;
  const std::int64_t step = comm.min(first.step < 0 ? none : first.step);
  if (step == none) return;
  const std::int64_t region = comm.min(first.step == step ? first.region : none);
  std::string message;
  comm::all_or_none(comm, [&] {
    if (first.step != step || first.region != region) return;
    const SimulationSpec& own = spec.at(region);
    const auto& info = own.model->info;
    message = "the simulation diverged: " + std::string(info.name) + " variable '" +
              std::string(info.states[z(first.state)].name) + "' of region " +
              std::to_string(region) + ' ' + what_is_wrong(info.states[z(first.state)], first) +
              " at t = " + std::to_string(static_cast<double>(step) * spec.dt) + " ms; parameters:";
    for (std::size_t p = 0; p < info.parameters.size(); ++p) {
      message += ' ' + std::string(info.parameters[p].name) + '=' +
                 std::to_string(own.parameters[p](region));
    }
    throw DivergedError(message + ". Try a smaller dt or weaker coupling");
  });
}

Simulation::Simulation(const comm::Communicator& comm, const SimulationSpec& spec,
                       LocalNetwork network, const SimulationOptions& options)
    : impl_(std::make_unique<Impl>(comm, spec, std::move(network), options)) {
  impl_->start();
}

Simulation::~Simulation() = default;

void Simulation::run(Step until) {
  if (impl_->options.threads == 1) {
    impl_->thread_loop(0,
                       until);  // a barrier of a team of one still asks the system to wake others
  } else {
#pragma omp parallel num_threads(impl_->options.threads)
    impl_->thread_loop(omp_get_thread_num(), until);
  }
  impl_->now = std::max(impl_->now, until);
  impl_->throw_if_diverged();
}

Step Simulation::now() const {
  return impl_->now;
}
void Simulation::add_probe(Probe& probe) {
  impl_->listeners.add(probe);
}
const std::vector<GlobalIndex>& Simulation::owned() const {
  return impl_->owned;
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

double Simulation::state(int replica, LocalIndex region, int k) const {
  const auto& parts = impl_->parts;
  const auto part = std::find_if(parts.rbegin(), parts.rend(), [region](const auto& candidate) {
    return candidate->network.first <= region;
  });
  return (*part)->pass.state(replica, region - (*part)->network.first, k);
}

}  // namespace arcuate::engine
