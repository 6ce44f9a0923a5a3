#pragma once

#include <memory>
#include <string>
#include <vector>

#include "parts.hpp"

/// Whether the numbers of a study make sense: what the equations cannot take is a ConfigError, what
/// a user can hardly have meant a warning. Both begin with file, line and key.
namespace arcuate::io {

/// One population of a resolved study.
struct Sensed {
  const Study::Unresolved& parts;       ///< where things stand, of the study
  const PopulationForm& form;           ///< where things stand, of this population
  const engine::Population& own;        ///< this population
  const engine::SimulationSpec& whole;  ///< of the study
  const network::Connectome& connectome;
  std::vector<GlobalIndex> regions;  ///< ascending
  std::vector<std::string>& warnings;

  /// The regions in which the numbers of the model may differ: one when they are the same in all.
  [[nodiscard]] std::vector<GlobalIndex> different_regions() const;
  /// " in region NAME" where the values differ between regions.
  [[nodiscard]] std::string in_region(const RegionValues& values, GlobalIndex region) const;
};

/// The equations of one model, to be tried at some states.
class Trial {
 public:
  Trial(const engine::Population& population, model::Method method);
  /// From what a region starts, and a few states over the usual range of the model.
  [[nodiscard]] const std::vector<std::vector<double>>& states() const { return states_; }
  /// (n_parameters) of a region.
  [[nodiscard]] std::vector<double> parameters(GlobalIndex region) const;
  /// The model's defaults.
  [[nodiscard]] std::vector<double> defaults() const;
  /// (n_states) the right-hand side. inputs: (n_inputs).
  [[nodiscard]] std::vector<double> rates(const std::vector<double>& state,
                                          const std::vector<double>& parameters,
                                          const std::vector<double>& inputs) const;
  /// (n_states, n_states) its derivatives without input.
  [[nodiscard]] std::vector<double> jacobian(const std::vector<double>& state,
                                             const std::vector<double>& parameters) const;
  /// An observable, the states first.
  [[nodiscard]] double observed(int observable, const std::vector<double>& state,
                                const std::vector<double>& parameters) const;
  /// Whether an input changes the right-hand side at any of the states.
  [[nodiscard]] bool acts(int input, const std::vector<double>& parameters) const;

 private:
  [[nodiscard]] std::vector<double> rows(const std::vector<double>& parameters) const;
  [[nodiscard]] std::vector<double> given(const std::vector<double>& state,
                                          const std::vector<double>& rows,
                                          const std::vector<double>& inputs) const;

  const engine::Population& own_;
  std::unique_ptr<model::Kernel> kernel_;
  std::vector<std::vector<double>> states_;
};

/// Parameters, initial values, the time step and noise.
void check_numbers(const Sensed& sensed);
/// What the network does to the regions of a model.
void check_coupling(const Sensed& sensed);
void check_stimuli(const Sensed& sensed);
/// Weights that single precision cannot hold, where it is asked for.
void check_precision(const Study::Unresolved& parts, const engine::SimulationSpec& simulation,
                     const network::Connectome& connectome);

/// What drives monitors.
void check_sources(const Sensed& sensed, int population,
                   const std::vector<monitor::MonitorSpec>& monitors);

/// All of that. The warnings, in the order of the study.
std::vector<std::string> check_sense(const Study& study, const engine::SimulationSpec& simulation,
                                     const network::Connectome& connectome,
                                     const std::vector<monitor::MonitorSpec>& monitors);

}  // namespace arcuate::io
