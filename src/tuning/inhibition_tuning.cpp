#include <algorithm>
#include <cmath>

#include "arcuate/core/index.hpp"
#include "arcuate/tuning/inhibition.hpp"
#include "arcuate/tuning/window_noise.hpp"

namespace arcuate::tuning {

using namespace engine;

namespace {

constexpr Step blocks = window_blocks;

/// Averages one observable of this rank's regions, and the states, over the steps after a
/// transient, in ascending time.
class WindowMean final : public Probe {
 public:
  WindowMean(const model::Entry& model, int observable, std::size_t regions, Step transient,
             Step window, int threads)
      : states_(static_cast<int>(model.info.states.size())),
        inputs_(static_cast<int>(model.info.inputs.size())),
        observable_(observable),
        wants_input_(observable >= states_ &&
                     model.info.observables[z(observable - states_)].uses_input),
        transient_(transient),
        window_(window),
        sum_(regions),
        block_(regions * z(blocks)),
        state_(regions * z(states_)),
        scratch_(z(threads)) {}

  [[nodiscard]] bool wants_input() const override { return wants_input_; }

  void record(const TileSample& sample) override {
    const auto skipped =
        static_cast<int>(std::clamp<Step>(transient_ + 1 - sample.first, 0, sample.steps));
    const int steps = sample.steps - skipped;
    if (steps == 0) return;
    const double* trace = sample.trace + skipped * states_ * model::lanes;
    const double* values = trace + observable_ * model::lanes;
    int stride = states_ * model::lanes;
    if (observable_ >= states_) {
      std::vector<double>& out = scratch_[z(sample.thread)];
      out.resize(z(steps) * model::lanes);
      sample.kernel->observe(
          observable_ - states_, steps, trace,
          sample.parameter + std::ptrdiff_t{skipped} * sample.parameter_stride,
          sample.parameter_stride,
          sample.input == nullptr ? nullptr : sample.input + skipped * inputs_ * model::lanes,
          out.data());
      values = out.data();
      stride = model::lanes;
    }
    const Step begin = sample.first + skipped - transient_ - 1;
    for (int step = 0; step < steps; ++step) {
      const Step block = std::min(blocks - 1, (begin + step) * blocks / window_);
      const double* states = trace + std::ptrdiff_t{step} * states_ * model::lanes;
      for (int lane = 0; lane < sample.regions; ++lane) {
        const double value = values[std::ptrdiff_t{step} * stride + lane];
        const std::size_t region = z(sample.first_region + lane);
        sum_[region] += value;
        block_[region * z(blocks) + z(block)] += value;
        for (int k = 0; k < states_; ++k)
          state_[region * z(states_) + z(k)] += states[k * model::lanes + lane];
      }
    }
  }

  /// (regions) means over the window.
  [[nodiscard]] std::vector<double> mean() const { return divided(sum_); }
  /// (regions) means of one state.
  [[nodiscard]] std::vector<double> state(int k) const {
    std::vector<double> sum(sum_.size());
    for (std::size_t i = 0; i < sum.size(); ++i)
      sum[i] = state_[i * z(states_) + z(k)];
    return divided(std::move(sum));
  }
  /// (regions, blocks) means of the blocks.
  [[nodiscard]] std::vector<double> block_means() const {
    std::vector<double> result;
    for (std::size_t i = 0; i < sum_.size(); ++i) {
      for (Step b = 0; b < blocks; ++b)
        result.push_back(block_mean(i, b));
    }
    return result;
  }

 private:
  [[nodiscard]] std::vector<double> divided(std::vector<double> sum) const {
    for (double& value : sum)
      value /= static_cast<double>(window_);
    return sum;
  }
  /// A window shorter than the blocks leaves some of them empty: the mean then.
  [[nodiscard]] double block_mean(std::size_t region, Step block) const {
    const Step begin = (block * window_ + blocks - 1) / blocks;
    const Step end = ((block + 1) * window_ + blocks - 1) / blocks;
    return end == begin ? sum_[region] / static_cast<double>(window_)
                        : block_[region * z(blocks) + z(block)] / static_cast<double>(end - begin);
  }

  int states_, inputs_, observable_;
  bool wants_input_;
  Step transient_, window_;
  std::vector<double> sum_;                   ///< (regions)
  std::vector<double> block_;                 ///< (regions, blocks)
  std::vector<double> state_;                 ///< (regions, states)
  std::vector<std::vector<double>> scratch_;  ///< (threads)
};

/// Values of owned regions, `width` for each -> those of all regions, on all ranks.
std::vector<double> of_all_regions(const comm::Communicator& comm, const LocalNetwork& network,
                                   const std::vector<double>& mine, std::size_t width = 1) {
  const std::vector<double> gathered = comm.gather(mine);
  std::vector<double> all(z(network.n_regions) * width);
  if (comm.is_root()) {
    auto from = gathered.begin();
    for (int rank = 0; rank < comm.size(); ++rank) {
      for (const GlobalIndex region : regions_of(network.owner, rank)) {
        std::copy_n(from, width, all.begin() + region * static_cast<GlobalIndex>(width));
        from += static_cast<std::ptrdiff_t>(width);
      }
    }
  }
  comm.broadcast(all);
  return all;
}

/// What one simulation shows of all regions.
struct Observed {
  std::vector<double> rate;                ///< (n_regions)
  std::vector<double> drift;               ///< (n_regions)
  std::vector<double> error;               ///< (n_regions) of the rate
  std::vector<std::vector<double>> state;  ///< (n_states, n_regions)
};

/// spec.steps: up to the end of the window.
Observed observe(const comm::Communicator& comm, const SimulationSpec& spec,
                 const LocalNetwork& network, const InhibitionOptions& options,
                 const SimulationOptions& how) {
  const model::Entry& model = *spec.populations.front().model;
  const int rate = model.observable(model.info.fic.rate);
  WindowMean mean(model, rate, network.owned.size(), spec.steps - options.window, options.window,
                  how.threads);
  Simulation simulation(comm, spec, network, how);
  simulation.add_probe(mean);
  require_convergence(simulation.run(spec.steps), spec);
  Observed seen;
  seen.rate = of_all_regions(comm, network, mean.mean());
  const auto blocks_of_all = of_all_regions(comm, network, mean.block_means(), window_blocks);
  seen.drift = drifts(blocks_of_all);
  seen.error = standard_errors(blocks_of_all);
  for (std::size_t k = 0; k < model.info.states.size(); ++k)
    seen.state.push_back(of_all_regions(comm, network, mean.state(static_cast<int>(k))));
  return seen;
}

/// The first window is the study's own. Each further one is later, in a simulation with a seed of
/// its own, by which noise and drawn initial values differ.
Observed observe_window(int number, const comm::Communicator& comm, SimulationSpec spec,
                        const LocalNetwork& network, const InhibitionOptions& options,
                        const SimulationOptions& how) {
  if (number > 0) {
    spec.seed ^= 0x9E3779B97F4A7C15U * static_cast<std::uint64_t>(number);
    spec.steps += options.window;
  }
  return observe(comm, spec, network, options, how);
}

std::vector<double> mean_rate(const std::vector<Observed>& windows) {
  std::vector<double> mean(windows.front().rate.size());
  for (std::size_t i = 0; i < mean.size(); ++i) {
    for (const Observed& window : windows)
      mean[i] += window.rate[i];
    mean[i] /= static_cast<double>(windows.size());
  }
  return mean;
}

InhibitionRound summary(int iteration, const std::vector<double>& rate,
                        const InhibitionOptions& options) {
  InhibitionRound round;
  round.iteration = iteration;
  round.largest = -1.0;
  for (std::size_t i = 0; i < rate.size(); ++i) {
    const double deviation = std::abs(rate[i] - options.target_rate);
    round.mean += deviation;
    round.within += deviation <= options.tolerance ? 1 : 0;
    if (deviation <= round.largest) continue;
    round.largest = deviation;
    round.worst = static_cast<GlobalIndex>(i);
  }
  round.mean /= static_cast<double>(rate.size());
  return round;
}

/// More regions within the tolerance, else a smaller mean deviation. Not the largest: a region that
/// cannot reach the target would decide for all.
bool closer(const InhibitionRound& a, const InhibitionRound& b) {
  return a.within != b.within ? a.within > b.within : a.mean < b.mean;
}

/// Standard errors that noise may make of a difference: in few of a hundred stationary tunings it
/// makes more (docs/decisions/tuning-inhibition.md).
constexpr double errors = 6.0;

/// The largest of what exceeds what is allowed, if anything does.
void find_excess(const std::vector<double>& value, const std::vector<double>& allowed,
                 TunedInhibition::Unsteady why, TunedInhibition& tuned) {
  double most = 0.0;
  for (std::size_t i = 0; i < value.size(); ++i) {
    const double excess = std::abs(value[i]) - allowed[i];
    if (excess <= most) continue;
    most = excess;
    tuned.unsteady = why;
    tuned.unsteady_region = static_cast<GlobalIndex>(i);
    tuned.unsteady_by = value[i];
  }
}

/// The smaller of the standard errors in the first and the last window: a start-up adds to the
/// first, a state that is left in between to the last, and noise to both.
std::vector<double> noise_of(const Observed& first, const Observed& last) {
  std::vector<double> noise(first.error.size());
  for (std::size_t i = 0; i < noise.size(); ++i)
    noise[i] = std::min(first.error[i], last.error[i]);
  return noise;
}

/// Whether rates within the tolerance are those of a stationary state. windows: those that the
/// weights were tuned in, and a new one.
void check_steady(const std::vector<Observed>& windows, const InhibitionOptions& options,
                  TunedInhibition& tuned) {
  using Unsteady = TunedInhibition::Unsteady;
  const std::size_t n = windows.front().rate.size();
  tuned.noise = noise_of(windows.front(), windows.back());
  std::vector<double> allowed(n), deviation(n);
  for (std::size_t i = 0; i < n; ++i)  // a half has half the blocks: twice the variance, two halves
    allowed[i] = options.tolerance + errors * 2.0 * tuned.noise[i];
  find_excess(windows.front().drift, allowed, Unsteady::drifts, tuned);
  for (std::size_t i = 0; i < n; ++i)
    allowed[i] = options.tolerance + errors * std::sqrt(2.0) * tuned.noise[i];
  for (const Observed& window : windows) {
    if (tuned.unsteady == Unsteady::drifts) return;
    for (std::size_t i = 0; i < n; ++i)
      deviation[i] = window.rate[i] - options.target_rate;
    find_excess(deviation, allowed, Unsteady::other_window, tuned);
  }
}

using WindowOf = std::function<Observed(int)>;

/// The same with new windows from number `first` on, until one is not as the others: one, or three
/// where noise hides more than the tolerance in most regions. How many.
int check(const WindowOf& window, int first, std::vector<Observed>& windows,
          const InhibitionOptions& options, TunedInhibition& tuned) {
  constexpr int most = 3;
  for (int count = 1;; ++count) {
    windows.push_back(window(first + count - 1));
    check_steady(windows, options, tuned);
    const bool enough = median_of(tuned.noise) <= options.tolerance || count == most;
    if (enough || tuned.unsteady != TunedInhibition::Unsteady::no) return count;
  }
}

/// Where the network comes to rest without noise. (n_regions, n_states). Collective.
std::vector<std::vector<double>> rest_of(const comm::Communicator& comm, SimulationSpec spec,
                                         const LocalNetwork& network,
                                         const InhibitionOptions& options,
                                         const SimulationOptions& how) {
  for (NoiseTerm& term : spec.populations.front().noise)
    term.sigma = RegionValues(0.0);
  const Observed seen = observe(comm, spec, network, options, how);
  std::vector<std::vector<double>> rest(seen.rate.size());
  for (const std::vector<double>& state : seen.state) {
    for (std::size_t i = 0; i < rest.size(); ++i)
      rest[i].push_back(state[i]);
  }
  return rest;
}

}  // namespace

void WeightSteps::apply(const std::vector<double>& rate, const InhibitionOptions& options,
                        std::vector<double>& weight) {
  for (std::size_t i = 0; i < weight.size(); ++i) {
    const double excess = rate[i] - options.target_rate;
    if (std::abs(excess) <= options.tolerance) continue;
    const int turn = excess > 0.0 ? 1 : -1;
    if (turn_[i] != 0) step_[i] *= turn == turn_[i] ? 1.2 : 0.5;
    turn_[i] = turn;
    weight[i] = std::max(0.0, weight[i] + turn * step_[i]);
  }
}

TunedInhibition tune_inhibition(const comm::Communicator& comm, SimulationSpec spec,
                                const LocalNetwork& network, const InhibitionOptions& options,
                                const std::vector<double>& start, const SimulationOptions& how,
                                const std::function<void(const InhibitionRound&)>& on_round) {
  constexpr std::size_t most_windows = 4;
  spec.steps = options.transient + options.window;
  int all = 0;
  const WindowOf window = [&](int number) {
    ++all;
    return observe_window(number, comm, spec, network, options, how);
  };
  WeightSteps steps(start.size(), options.step);
  std::vector<double> weight = start;
  TunedInhibition best;
  std::vector<int> numbers{0};  // of the windows whose mean rates are tuned
  int next = 1, simulations = 0;
  bool anew = true;
  for (int iteration = 1;; ++iteration) {
    simulations += static_cast<int>(numbers.size());
    if (simulations > options.iterations) break;
    spec.populations.front().parameters[z(options.parameter)] = RegionValues(weight);
    std::vector<Observed> windows;
    for (const int number : numbers)
      windows.push_back(window(number));
    const std::vector<double> rate = mean_rate(windows);
    InhibitionRound round = summary(iteration, rate, options);
    round.windows = static_cast<int>(numbers.size());
    on_round(round);
    if (anew || closer(round, best.round))
      best = {weight, rate, round, 0, false, {}, 0, 0.0, {}, {}};
    anew = false;
    if (round.within < network.n_regions) {
      steps.apply(rate, options, weight);
      continue;
    }
    next += check(window, next, windows, options, best);
    best.converged = best.unsteady == TunedInhibition::Unsteady::no;
    if (best.converged) {
      best.rest = rest_of(comm, spec, network, options, how);
      ++all;
    }
    // Other weights do not help where the network has not arrived yet. Where noise decided, the
    // weights fit the noise of their windows: the one that told is taken to them.
    const bool more = best.unsteady == TunedInhibition::Unsteady::other_window;
    if (!more || numbers.size() == most_windows) break;
    numbers.push_back(next - 1);
    steps = WeightSteps(start.size(), options.step);
    anew = true;
  }
  best.simulations = all;
  return best;
}

}  // namespace arcuate::tuning
