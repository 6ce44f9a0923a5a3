#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "arcuate/io/study.hpp"

/// The section `sweep` of a study: which candidates there are.
namespace arcuate::io {

/// Values of one path.
struct SweepAxis {
  std::string path;                 ///< of the study file: "coupling.gain"
  std::vector<std::string> values;  ///< as YAML; of a grid those along the axis, else one for each
                                    ///< candidate (without repeats)
  std::vector<double> numbers;      ///< the same in the unit of the key, or empty: words
  std::string unit;                 ///< of the numbers
};

enum class SweepDesign { grid, table, random, lhs, sobol, morris };

struct Sweep {
  std::vector<SweepAxis> axes;
  SweepDesign design = SweepDesign::grid;
  int repeats = 1;
  bool common_seeds = true;  ///< repeat k of all candidates has the same seed
  std::uint64_t seed = 0;    ///< of the study
  bool tune_inhibition = false;   ///< before each simulation
  bool keep_features = true;
  bool keep_recordings = false;
  double time_limit = 0.0;        ///< [s] of a candidate; 0: none
  /// Of Morris' design: which axis changed from the candidate before (repeats left out), -1 where a
  /// trajectory begins.
  std::vector<int> changed;

  /// Candidates: points of the design, each as often as there are repeats, which run fastest.
  [[nodiscard]] std::int64_t size() const;
  [[nodiscard]] std::int64_t points() const;
  /// Of candidate `number`, as `--set` takes it: "path=value", the seed where there are repeats.
  [[nodiscard]] std::vector<std::string> changes(std::int64_t number) const;
  /// Position on axis `axis` of candidate `number`.
  [[nodiscard]] std::size_t position(std::int64_t number, std::size_t axis) const;
  /// The seed of candidate `number`, where repeats give it one.
  [[nodiscard]] std::uint64_t seed_of(std::int64_t number) const;
};

/// Reads the section and tries its values on the study. text: of the study file; overrides: of the
/// command line. Throws ConfigError: file, line, key, value, what is allowed.
Sweep read_sweep(const std::string& text, const std::string& path,
                 const std::vector<std::string>& overrides);

}  // namespace arcuate::io
