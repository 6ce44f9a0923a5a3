#include <algorithm>
#include <cmath>

#include "arcuate/engine/inhibition.hpp"

namespace arcuate::engine {
namespace {

std::size_t z(std::int64_t i) {
  return static_cast<std::size_t>(i);
}

constexpr Step blocks = 10;  ///< of a window, whose means show its noise and its drift

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
  /// (regions) mean of the second half of the blocks less that of the first.
  [[nodiscard]] std::vector<double> drift() const {
    std::vector<double> result(sum_.size());
    for (std::size_t i = 0; i < result.size(); ++i) {
      for (Step b = 0; b < blocks; ++b)
        result[i] += (2 * b < blocks ? -2.0 : 2.0) / blocks * block_mean(i, b);
    }
    return result;
  }
  /// (regions) standard error of the mean, from the differences of neighbouring blocks (von Neumann
  /// 1941): a drift hardly adds to it.
  [[nodiscard]] std::vector<double> error() const {
    std::vector<double> result(sum_.size());
    for (std::size_t i = 0; i < result.size(); ++i) {
      double squares = 0.0;
      for (Step b = 1; b < blocks; ++b)
        squares += std::pow(block_mean(i, b) - block_mean(i, b - 1), 2);
      result[i] = std::sqrt(squares / (2.0 * (blocks - 1) * blocks));
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

/// Values of owned regions -> values of all regions, on all ranks.
std::vector<double> of_all_regions(const comm::Communicator& comm, const LocalNetwork& network,
                                   const std::vector<double>& mine) {
  const std::vector<double> gathered = comm.gather(mine);
  std::vector<double> all(z(network.n_regions));
  if (comm.is_root()) {
    std::size_t at = 0;
    for (int rank = 0; rank < comm.size(); ++rank) {
      for (const GlobalIndex region : regions_of(network.owner, rank))
        all[z(region)] = gathered[at++];
    }
  }
  comm.broadcast(all);
  return all;
}

/// What one simulation shows of all regions. (n_regions) each
struct Observed {
  std::vector<double> rate, drift, error;
  std::vector<std::vector<double>> state;  ///< (n_states, n_regions)
};

/// spec.steps: up to the end of the window.
Observed observe(const comm::Communicator& comm, const SimulationSpec& spec,
                 const LocalNetwork& network, const InhibitionOptions& options,
                 const SimulationOptions& how) {
  const int rate = spec.model->observable(spec.model->info.fic.rate);
  WindowMean mean(*spec.model, rate, network.owned.size(), spec.steps - options.window,
                  options.window, how.threads);
  Simulation simulation(comm, spec, network, how);
  simulation.add_probe(mean);
  simulation.run(spec.steps);
  const auto all = [&](const std::vector<double>& mine) {
    return of_all_regions(comm, network, mine);
  };
  Observed seen{all(mean.mean()), all(mean.drift()), all(mean.error()), {}};
  for (std::size_t k = 0; k < spec.model->info.states.size(); ++k)
    seen.state.push_back(all(mean.state(static_cast<int>(k))));
  return seen;
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

constexpr double errors = 4.0;  ///< standard errors that noise may make of a difference

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

/// Another seed, by which noise and drawn initial values differ from the study's.
std::uint64_t second_seed(std::uint64_t seed) {
  return seed ^ 0x9E3779B97F4A7C15U;
}

/// Whether rates within the tolerance are those of a stationary state. Collective.
void check_steady(const comm::Communicator& comm, SimulationSpec spec, const LocalNetwork& network,
                  const InhibitionOptions& options, const SimulationOptions& how,
                  const Observed& first, TunedInhibition& tuned) {
  using Unsteady = TunedInhibition::Unsteady;
  const std::size_t n = first.rate.size();
  std::vector<double> allowed(n), deviation(n);
  for (std::size_t i = 0; i < n; ++i)  // a half has half the blocks: twice the variance, two halves
    allowed[i] = options.tolerance + errors * 2.0 * first.error[i];
  find_excess(first.drift, allowed, Unsteady::drifts, tuned);
  if (tuned.unsteady != Unsteady::no) return;
  spec.seed = second_seed(spec.seed);
  spec.steps += options.window;
  const Observed second = observe(comm, spec, network, options, how);
  for (std::size_t i = 0; i < n; ++i) {
    deviation[i] = second.rate[i] - options.target_rate;
    allowed[i] = options.tolerance + errors * std::hypot(first.error[i], second.error[i]);
  }
  find_excess(deviation, allowed, Unsteady::second_window, tuned);
}

/// Where the network comes to rest without noise. (n_regions, n_states). Collective.
std::vector<std::vector<double>> rest_of(const comm::Communicator& comm, SimulationSpec spec,
                                         const LocalNetwork& network,
                                         const InhibitionOptions& options,
                                         const SimulationOptions& how) {
  for (NoiseTerm& term : spec.noise)
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
  spec.steps = options.transient + options.window;
  WeightSteps steps(start.size(), options.step);
  std::vector<double> weight = start;
  TunedInhibition best;
  best.round.within = -1;
  for (int iteration = 1; iteration <= options.iterations; ++iteration) {
    spec.parameters[z(options.parameter)] = RegionValues(weight);
    const Observed seen = observe(comm, spec, network, options, how);
    const InhibitionRound round = summary(iteration, seen.rate, options);
    on_round(round);
    if (closer(round, best.round)) best = {weight, seen.rate, round, false, {}, 0, 0.0, {}};
    if (round.within == network.n_regions) {
      check_steady(comm, spec, network, options, how, seen, best);
      best.converged = best.unsteady == TunedInhibition::Unsteady::no;
      // Other weights within the tolerance would be no better: the state itself is not stationary.
      if (best.converged) best.rest = rest_of(comm, spec, network, options, how);
      break;
    }
    steps.apply(seen.rate, options, weight);
  }
  return best;
}

}  // namespace arcuate::engine
