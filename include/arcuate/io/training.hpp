#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "arcuate/io/export.hpp"
#include "arcuate/io/results.hpp"

namespace arcuate::io {

/// Parameters and features of the candidates of a sweep or a fit, for simulation-based inference.
struct TrainingSet {
  std::vector<std::string> parameters;  ///< (n_parameters) names
  std::vector<std::string> features;    ///< (n_features) names: "fc.fc[A, B]", "moments.mean[A]"
  std::vector<std::int64_t> candidate;  ///< (n_rows) numbers
  std::vector<double> theta;            ///< (n_rows, n_parameters) all finite
  std::vector<double> x;                ///< (n_rows, n_features) all finite
  std::vector<std::string> notes;       ///< what was left out
};

/// Of candidates with a result and without a value that is not finite. Parameters that are texts
/// and features that are finite nowhere are left out. feature: this one alone; "": all. Throws
/// ConfigError: nothing is left.
TrainingSet training_set(const ResultTable& table, const std::string& feature);

/// Writes a training set as .npz (`theta`, `x`, `parameter`, `feature`, `candidate`) or .csv (a
/// column for each). request.recording: where the table is from; inputs: never replaced. Throws
/// ConfigError, EnvironmentError.
Exported export_training(const ResultTable& table, const ExportRequest& request,
                         std::vector<std::string> inputs);

}  // namespace arcuate::io
