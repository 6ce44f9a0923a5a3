#include <algorithm>
#include <cmath>

#include "arcuate/engine/inhibition.hpp"

namespace arcuate::engine {
namespace {

std::size_t z(std::int64_t i) {
  return static_cast<std::size_t>(i);
}

/// Averages one observable of this rank's regions over the steps after a transient, in ascending
/// time.
class WindowMean final : public Probe {
 public:
  WindowMean(const model::Entry& model, int observable, std::size_t regions, Step transient,
             int threads)
      : states_(static_cast<int>(model.info.states.size())),
        inputs_(static_cast<int>(model.info.inputs.size())),
        observable_(observable),
        wants_input_(observable >= states_ &&
                     model.info.observables[z(observable - states_)].uses_input),
        transient_(transient),
        sum_(regions),
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
    for (int step = 0; step < steps; ++step) {
      for (int lane = 0; lane < sample.regions; ++lane)
        sum_[z(sample.first_region + lane)] += values[std::ptrdiff_t{step} * stride + lane];
    }
  }

  /// (regions) means over `steps` steps.
  [[nodiscard]] std::vector<double> mean(Step steps) const {
    std::vector<double> result = sum_;
    for (double& value : result)
      value /= static_cast<double>(steps);
    return result;
  }

 private:
  int states_, inputs_, observable_;
  bool wants_input_;
  Step transient_;
  std::vector<double> sum_;                   ///< (regions)
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

std::vector<double> simulated_rates(const comm::Communicator& comm, const SimulationSpec& spec,
                                    const LocalNetwork& network, const InhibitionOptions& options,
                                    const SimulationOptions& how) {
  const int rate = spec.model->observable(spec.model->info.fic.rate);
  WindowMean mean(*spec.model, rate, network.owned.size(), options.transient, how.threads);
  Simulation simulation(comm, spec, network, how);
  simulation.set_probe(&mean);
  simulation.run(spec.steps);
  return of_all_regions(comm, network, mean.mean(options.window));
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
  for (int iteration = 1; iteration <= options.iterations && !best.converged; ++iteration) {
    spec.parameters[z(options.parameter)] = RegionValues(weight);
    std::vector<double> rate = simulated_rates(comm, spec, network, options, how);
    const InhibitionRound round = summary(iteration, rate, options);
    on_round(round);
    const bool converged = round.within == network.n_regions;
    if (closer(round, best.round)) best = {weight, rate, round, converged};
    steps.apply(rate, options, weight);
  }
  return best;
}

}  // namespace arcuate::engine
