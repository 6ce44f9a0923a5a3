#pragma once

#include <optional>
#include <string>
#include <vector>

#include "arcuate/loss/loss.hpp"

/// A recording beside measured data (docs/losses.md).
namespace arcuate::compare {

using analysis::Matrix;

struct Request {
  std::string recording;
  std::string monitor;   ///< "": the only one
  std::string variable;  ///< "": the only one
  double from = 0.0;     ///< [s] samples before do not count
  /// Targets: FILE or FILE:NAME, or "".
  std::string fc;
  std::string fcd;
  std::string psd;
  std::string series;
  std::vector<std::string> losses;  ///< as loss::parse_term reads them; none: those of the targets
  std::string preset = "cubnm";     ///< of FCD (analysis::fcd_presets)
  std::optional<double> window;     ///< [s] of FCD in place of the preset's
  std::optional<double> step;       ///< [s]
  std::string pairs = "all";        ///< all, within (hemispheres), target (that the FC target has)
};

struct Row {
  std::string loss;
  loss::LossValue value;
  double weight = 1.0;
  std::string target;
  std::string plugin{};  ///< absolute path of the library that holds the loss, or ""
  std::string plugin_sha256{};
};

/// FC or FCD of both sides.
struct Beside {
  Matrix predicted;
  Matrix target;               ///< of FCD empty where the target is a list of values
  std::vector<double> values;  ///< of FCD: entries of the distribution that was simulated
  std::vector<double> target_values;
};

struct Comparison {
  std::string recording, title, monitor, variable;
  std::size_t samples = 0;
  std::vector<std::string> labels;  ///< of the regions that are compared
  std::vector<Row> rows;
  double total = 0.0;              ///< sum of weight times loss
  std::vector<std::string> notes;  ///< conventions, and what was left out
  std::optional<Beside> fc;
  std::optional<Beside> fcd;
  double fcd_step = 0.0;  ///< [s]
};

/// Throws ConfigError, DataError: targets that do not fit, losses without a target.
Comparison compare(const Request& request);

}  // namespace arcuate::compare
