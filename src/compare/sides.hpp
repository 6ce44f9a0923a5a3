#pragma once

#include "arcuate/compare/compare.hpp"
#include "arcuate/io/array_file.hpp"
#include "arcuate/io/recorded_run.hpp"

/// What is compared, from the recording and from the files of targets.
namespace arcuate::compare {

/// The samples that count.
struct Simulated {
  explicit Simulated(const Request& request);

  const io::RecordedRun run;
  const io::RecordedSeries* series = nullptr;
  std::string variable;
  double period = 0.0;  ///< [s]
  Matrix samples;       ///< (n_samples, n_columns)

  [[nodiscard]] const std::vector<std::string>& labels() const { return series->labels; }
  [[nodiscard]] analysis::Index columns() const { return samples.cols(); }
};

/// Each throws DataError where sizes, labels or numbers do not fit, and adds to the notes.
loss::Sides fc_sides(const Request& request, const Simulated& simulated, Comparison& result);
loss::Sides fcd_sides(const Request& request, const Simulated& simulated, Comparison& result);
loss::Sides psd_sides(const Request& request, const Simulated& simulated, Comparison& result);
loss::Sides series_sides(const Request& request, const Simulated& simulated, Comparison& result);

/// A target as samples (time, region) in the order of the regions that were simulated.
Matrix as_samples(const io::Array& array, const Simulated& simulated, Comparison& result);
/// Whether the array can only be samples: it says so, or is no list and not square.
bool is_samples(const io::Array& array);

}  // namespace arcuate::compare
