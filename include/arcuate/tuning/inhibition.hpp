#pragma once

#include <functional>
#include <vector>

#include "arcuate/comm/communicator.hpp"
#include "arcuate/engine/local_network.hpp"
#include "arcuate/engine/simulation.hpp"
#include "arcuate/engine/spec.hpp"
#include "arcuate/network/connectome.hpp"

/// Feedback inhibition control: the inhibitory weight of every region that holds its excitatory
/// rate, for models that say what weight and rate are (model::FicInfo).
namespace arcuate::tuning {

enum class InhibitionMethod { numeric, analytic, heuristic };

struct InhibitionOptions {
  InhibitionMethod method = InhibitionMethod::numeric;
  int parameter = 0;         ///< index of the weight
  double target_rate = 3.0;  ///< [Hz] > 0
  double tolerance = 0.1;    ///< [Hz] largest deviation of a region's mean rate
  Step transient = 0;        ///< [steps] before the window
  Step window = 1;           ///< [steps] over which the rate is averaged
  int iterations = 50;       ///< most simulations, but for those that check
  double step = 0.02;        ///< [weight] first change of a weight
};

/// A region in equilibrium.
struct BalancedRegion {
  std::vector<double> state;  ///< (n_states)
  double rate = 0.0;          ///< [Hz]
  double weight = 0.0;        ///< negative: the region would need excitation; not a number: no
                              ///< weight of any size gives the rate
};

/// An uncoupled region with all parameters at the model's defaults, in the equilibrium of lowest
/// excitation: its rate, about 3 Hz, is what Deco et al. 2014 (doi:10.1523/JNEUROSCI.5068-13.2014)
/// hold all regions at.
BalancedRegion resting_region(const model::Entry& model);

/// The equilibrium in which every region has the target rate, and its weights (Demirtas et al.
/// 2019, doi:10.1016/j.neuron.2019.01.017, for any coupling). Noise and stimuli are left out,
/// delays do not matter. From the model's own right-hand side: bracketed roots, to the last bits of
/// a double. Throws ConfigError when the network input does not settle.
std::vector<BalancedRegion> balanced_regions(const engine::SimulationSpec& spec,
                                             const network::Connectome& connectome,
                                             const InhibitionOptions& options);

/// 1 + slope x strength, the strength with the gain of the coupling and the weight of the input
/// (Herzog et al. 2024, doi:10.1162/netn_a_00410, with model::FicInfo::slope). (n_regions). Throws
/// ConfigError when the coupling is not linear in the sources.
std::vector<double> heuristic_weights(const engine::SimulationSpec& spec,
                                      const network::Connectome& connectome);

/// How small departures from an equilibrium grow: largest real parts of eigenvalues [1/model time
/// unit], negative where they decay.
struct Stability {
  double region = 0.0;  ///< of the region where it is largest, its network input held
  GlobalIndex worst = 0;
  double network = 0.0;  ///< of the whole network without delays; not a number when too large
  [[nodiscard]] bool stable() const { return region < 0.0 && !(network >= 0.0); }
};

/// Most states (regions x states) of a network whose eigenvalues are computed: a dense matrix.
constexpr GlobalIndex most_linearised = 2000;

/// Of the equilibrium with these states: (n_regions, n_states). An unstable equilibrium without
/// delays whose eigenvalue is real is unstable with any delays; oscillations that only delays cause
/// are not seen. Noise and stimuli are left out.
Stability stability_at(const engine::SimulationSpec& spec, const network::Connectome& connectome,
                       const std::vector<std::vector<double>>& states);

/// How weights move from one simulation to the next. As Deco et al. 2014: every region outside the
/// tolerance moves by a step against its deviation, never below 0. Their step shrinks with the
/// iterations; here each region has its own, 1.2 times longer as long as it moves on and half as
/// long when it turns (Riedmiller and Braun 1993, doi:10.1109/ICNN.1993.298623), so that a start
/// far away arrives too.
class WeightSteps {
 public:
  WeightSteps(std::size_t regions, double first) : step_(regions, first), turn_(regions, 0) {}
  /// rate, weight: (n_regions).
  void apply(const std::vector<double>& rate, const InhibitionOptions& options,
             std::vector<double>& weight);

 private:
  std::vector<double> step_;  ///< (n_regions) [weight]
  std::vector<int> turn_;     ///< (n_regions) direction of the last move, 0: none yet
};

/// One simulation of a tuning.
struct InhibitionRound {
  int iteration = 0;       ///< from 1
  double largest = 0.0;    ///< [Hz] deviation from the target
  double mean = 0.0;       ///< [Hz] deviation, mean over regions
  GlobalIndex worst = 0;   ///< region with the largest
  GlobalIndex within = 0;  ///< regions within the tolerance
  int windows = 1;         ///< whose mean the rates are
};

/// Weights by region and the rates they gave.
struct TunedInhibition {
  std::vector<double> weight;  ///< (n_regions)
  std::vector<double> rate;    ///< (n_regions) [Hz] means over the windows
  InhibitionRound round;       ///< in which they were simulated
  int simulations = 0;         ///< of all rounds, and those that check
  bool converged = false;      ///< within the tolerance, and steady
  /// Why the rates of a round within the tolerance are not those of a stationary state.
  enum class Unsteady { no, drifts, other_window } unsteady = Unsteady::no;
  GlobalIndex unsteady_region = 0;
  double unsteady_by = 0.0;               ///< [Hz] the drift, or the deviation in the second window
  std::vector<std::vector<double>> rest;  ///< (n_regions, n_states) where the network comes to rest
                                          ///< without noise; of a converged tuning
  std::vector<double> noise;  ///< (n_regions) [Hz] standard errors of the mean over a window, of a
                              ///< round within the tolerance
};

/// Simulates the study again and again from its initial state, its noise included, and moves the
/// weights in between, until all regions are within the tolerance and stay there: no drift from the
/// first to the second half of the window, and the same rates in a later window of a simulation
/// with a seed of its own (both but for the tolerance and six standard errors of the noise,
/// tuning/window_noise.hpp), in three such windows where most standard errors exceed the tolerance.
/// Rates that are others there came from the noise of the first window: then the weights are tuned
/// on, to the mean over both windows, and new ones check; at most over four. Otherwise the weights
/// of the round with most regions within the tolerance, of those the one with the smallest mean
/// deviation. spec: as the study gives it; its duration is replaced by transient + window. start:
/// (n_regions) first weights. The bits of the result do not depend on ranks, threads or the
/// partition. on_round is called on all ranks. Collective. Throws DivergedError.
TunedInhibition tune_inhibition(const comm::Communicator& comm, engine::SimulationSpec spec,
                                const engine::LocalNetwork& network,
                                const InhibitionOptions& options, const std::vector<double>& start,
                                const engine::SimulationOptions& simulation,
                                const std::function<void(const InhibitionRound&)>& on_round);

}  // namespace arcuate::tuning
