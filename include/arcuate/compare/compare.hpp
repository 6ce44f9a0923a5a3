#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "arcuate/io/array_file.hpp"
#include "arcuate/io/recorded_run.hpp"
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

/// Spectra or samples of both sides: (n, columns) at `at` [Hz, s].
struct Lines {
  std::vector<double> at;
  Matrix predicted;
  Matrix target;
};

/// A number of what was simulated, and what it is to be.
struct NumberBeside {
  std::string name, unit;
  double value = 0.0;
  double target = 0.0;
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
  std::optional<Lines> psd;
  std::optional<Lines> samples_beside;
};

/// What was simulated: samples of one variable of a monitor.
struct Simulated {
  std::string name;  ///< of the recording, for messages
  std::string title;
  io::RecordedSeries series;
  std::vector<std::uint8_t> hemisphere;  ///< (n_regions), or empty: not known
  std::string variable;
  Matrix samples;  ///< (n_samples, n_columns) those that count

  [[nodiscard]] const std::vector<std::string>& labels() const { return series.labels; }
  [[nodiscard]] analysis::Index columns() const { return samples.cols(); }
};

/// Targets that were read, for those who compare many times with the same.
class Targets {
 public:
  /// As io::read_array. Throws DataError.
  const io::Array& read(const std::string& where, const std::vector<std::string>& usual);
  /// FCD of a target that is samples, computed once for a way to do it (`how`).
  Matrix& dynamics(const std::string& how) { return dynamics_[how]; }

 private:
  std::map<std::string, io::Array> arrays_;
  std::map<std::string, Matrix> dynamics_;
};

/// Throws ConfigError, DataError: targets that do not fit, losses without a target.
Comparison compare(const Request& request);
/// The same with samples that are there already: what `request` says of recording, monitor and
/// variable and from when on was done before.
Comparison compare(const Request& request, const Simulated& simulated, Targets& targets);
/// Whether targets fit samples of this size, monitor and labels, which are noise: throws what
/// compare() would, and DataError where a loss is not a number. Losses of plug-ins are not
/// computed.
void check_targets(const Request& request, const Simulated& simulated, Targets& targets);

}  // namespace arcuate::compare
