#pragma once

#include <string>
#include <vector>

#include "arcuate/analysis/sensitivity.hpp"

/// Experiments that steer a network of spiking neurons between its states: their studies, and what
/// their recordings show.
namespace arcuate::io {

/// A study as it is written, but with a perturbation of the rates of its excitatory clusters and a
/// sweep over the vectors and strengths. vectors: (n_vectors, n_clusters). names: a comment for
/// each. Throws ConfigError: the base study is none of spiking neurons, or has other clusters.
std::string study_of_directions(const std::string& base,
                                const std::vector<std::vector<double>>& vectors,
                                const std::vector<std::string>& names,
                                const std::vector<double>& strengths);

/// What the recordings of such an experiment hold.
struct SteeringResults {
  std::vector<std::string> clusters;        ///< names
  std::vector<analysis::Perturbed> trials;  ///< by perturbation, that of 0 first
  analysis::Sensitivity sensitivity;
  std::vector<analysis::Leakage> leakage;  ///< (n_trials) no target: an empty one
  std::vector<double> explained;           ///< (n_trials) R^2 of predicted probabilities
};

/// recordings: files, or folders of them. size: clusters of the states that may be targets, 0:
/// those with the most time. Throws ConfigError, DataError.
SteeringResults analyse_steering(const std::vector<std::string>& recordings, int size,
                                 const analysis::SensitivityOptions& options);
std::string describe(const SteeringResults& results);
/// A file with /sensitivity (state, cluster) and /perturbations. Throws EnvironmentError.
void write_steering(const SteeringResults& results, const std::string& output,
                    const std::vector<std::string>& inputs, bool overwrite);

}  // namespace arcuate::io
