#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "arcuate/analysis/feature.hpp"
#include "arcuate/io/output.hpp"

/// Tables of candidates: HDF5 that opens in xarray and pandas (docs/file-formats.md).
namespace arcuate::io {

/// A number or a text for each candidate.
struct ResultColumn {
  std::string name;
  std::string unit{};  ///< "" of texts
  std::string meaning{};
  std::vector<double> numbers{};     ///< (n_candidates), NaN where there is none; or
  std::vector<std::string> texts{};  ///< (n_candidates)
};

/// An array for each candidate, which may be large: asked for when it is written.
struct ResultArray {
  std::string feature;
  std::string name;
  std::string unit;
  std::vector<analysis::Axis> axes;
  /// Values of a candidate in C order; empty where there are none.
  std::function<std::vector<double>(std::size_t candidate)> values;
};

struct ResultTable {
  std::string kind;  ///< "sweep", "fit"
  std::string title;
  std::string study;  ///< normalised
  std::vector<ResultColumn> columns;
  std::vector<ResultArray> arrays;
  /// Of a grid: its axes. Candidates are its cells in C order.
  std::vector<analysis::Axis> grid{};
};

/// `/candidates` has a dataset for each column, `/features/NAME` one for each array, (candidate,
/// ...) or of a grid (its axes, ...), and `/grid` the columns of numbers along the axes of a grid;
/// all with dimension scales. Throws EnvironmentError.
void write_results(const Output& output, const ResultTable& table);

/// The columns as CSV: a line for each candidate. Texts with commas, quotes or line ends are
/// quoted.
std::string results_csv(const ResultTable& table);

}  // namespace arcuate::io
