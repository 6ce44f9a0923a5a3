#pragma once

#include "arcuate/comm/communicator.hpp"
#include "arcuate/engine/simulation.hpp"
#include "arcuate/io/study.hpp"
#include "arcuate/run/run.hpp"
#include "arcuate/tuning/inhibition.hpp"

/// Inhibitory weights for a candidate, as `arcuate tune-inhibition` finds them.
namespace arcuate::search {

/// How the weights of one candidate are tuned.
struct Tuning {
  tuning::InhibitionOptions options;
  std::vector<double> first;   ///< (n_regions) the candidate's own, before anything is simulated
  std::vector<double> weight;  ///< (n_regions)
  int simulations = 0;         ///< that it took

  /// (n_regions) what simulations changed, with which a neighbour starts.
  [[nodiscard]] std::vector<double> correction() const;
};

/// First weights: on rank 0, before others know of the simulation. Those of tuning by simulation
/// are moved by `correction`, that of another candidate with as many regions, if there is one.
/// Throws ConfigError (the study has nothing to tune), UnconvergedError (regions without a weight,
/// where there is only the analytic one).
Tuning first_weights(const io::Study& study, const run::Prepared& prepared,
                     const std::vector<double>& correction);

/// Gives the regions their weights.
void set_weights(const Tuning& tuning, engine::SimulationSpec& simulation);

/// Tunes on by simulation, where the method does. `tuning`: of rank 0. Collective. Throws
/// UnconvergedError.
void tune_by_simulation(const comm::Communicator& team, Tuning& tuning, run::Prepared& prepared,
                        const engine::SimulationOptions& options);

/// The name of the monitor of add_rates().
constexpr const char* rates_monitor = "rates of tuned regions";

/// Adds a monitor of the mean rates after the transient. On rank 0, before others know of the
/// simulation. Throws ConfigError: no weight to tune, no time after the transient.
void add_rates(const io::Study& study, run::Prepared& prepared);

/// [Hz2] of the mean rates, averaged over regions. samples: (n, regions).
double squared_deviation(std::span<const double> samples, std::size_t regions, double target);

}  // namespace arcuate::search
