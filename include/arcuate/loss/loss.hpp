#pragma once

#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "arcuate/analysis/series.hpp"

/// How far what was simulated is from what was measured. A loss compares two sides of one kind, and
/// computes in double; sums run in a fixed order.
namespace arcuate::loss {

using analysis::Index;
using analysis::Matrix;
using analysis::Vector;

/// What both sides are.
enum class Compares {
  spectra,       ///< (n_bins, n_regions) on the same frequencies
  series,        ///< (n_samples, n_regions)
  connectivity,  ///< (n_regions, n_regions); an entry of the target that is NaN does not count
  dynamics,      ///< (n_values, 1) entries of an FCD matrix, of each side any number
};

struct Sides {
  Matrix predicted;
  Matrix target;
  Vector frequency{};  ///< (n_bins) [Hz] of spectra, ascending
  std::string name{};  ///< of the target, for messages
};

/// A number that a loss takes, as a row of its documentation.
struct LossOption {
  std::string_view name;
  std::string_view unit;  ///< "1" dimensionless
  double usual = 0.0;     ///< infinite: no limit
  double least = 0.0;     ///< allowed
  std::string_view meaning;
};

struct LossInfo {
  std::string_view name;
  std::string_view meaning;  ///< with its formula: P predicted, Q target
  Compares compares;
  bool similarity = false;  ///< the value is 1 at best, and the loss 1 - value
  std::span<const LossOption> options{};
  std::span<const std::string_view> forms{};  ///< of its equations, the usual one first
};

/// What a loss was asked for.
struct LossSettings {
  std::vector<double> numbers;  ///< (LossInfo::options)
  std::size_t form = 0;         ///< of LossInfo::forms
};

/// One header in include/arcuate/loss/catalogue and one line in cmake/ArcuateLosses.cmake.
struct Loss {
  LossInfo info;
  double (*value)(const Sides& sides, const LossSettings& settings);
};

/// In the order of the documentation.
std::span<const Loss* const> losses();
/// Throws ConfigError with the names that there are.
const Loss& loss_called(std::string_view name);

/// A loss in a sum.
struct LossTerm {
  const Loss* loss = nullptr;
  double weight = 1.0;
  LossSettings settings;
  std::string plugin{};  ///< absolute path of the library that holds it, or ""
  std::string plugin_sha256{};
};
/// "log_psd_mse*0.1,low=1,high=40", "fcd_ks,form=density", or of a plug-in "mine,plugin=mine.so".
/// Throws ConfigError, DataError (the plug-in).
LossTerm parse_term(const std::string& text);

struct LossValue {
  double value = 0.0;  ///< as the metric is known
  double loss = 0.0;   ///< 0 at best
};
/// Throws ConfigError: sides of different size, nothing to compare, frequencies outside the
/// spectrum; DataError: a target that gives no number, whatever was simulated.
LossValue evaluate(const LossTerm& term, const Sides& sides);

/// Throws DataError with the names of target and loss.
[[noreturn]] void refuse_target(const LossInfo& info, const Sides& sides, std::string_view why);

/// "fc": the option of `arcuate compare` that names the target of such losses.
std::string_view target_option(Compares compares);
/// What it compares, its meaning and its options, on a few lines.
std::string describe(const Loss& loss);
/// The table of losses of docs/losses.md.
std::string loss_reference();

}  // namespace arcuate::loss
