#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "arcuate/analysis/feature.hpp"
#include "arcuate/core/names.hpp"
#include "arcuate/io/output.hpp"

/// Tables of candidates: HDF5 that opens in xarray and pandas (docs/file-formats.md).
namespace arcuate::io {

/// What a column tells of a candidate.
enum class ColumnRole { parameter, derived, design, loss, term, check, feature, ending };

/// A number or a text for each candidate.
struct ResultColumn {
  std::string name;
  std::string unit{};  ///< "" of texts
  std::string meaning{};
  std::vector<double> numbers{};     ///< (n_candidates), NaN where there is none; or
  std::vector<std::string> texts{};  ///< (n_candidates)
  ColumnRole role = ColumnRole::parameter;
  std::string scale{};  ///< of a parameter that is searched: linear, log, logit; "": not known
  double low = std::numeric_limits<double>::quiet_NaN();  ///< its bounds; NaN: not known
  double high = std::numeric_limits<double>::quiet_NaN();

  [[nodiscard]] bool text() const { return numbers.empty() && !texts.empty(); }
  [[nodiscard]] std::size_t size() const { return std::max(numbers.size(), texts.size()); }
};

/// An array for each candidate, which may be large: asked for when it is written.
struct ResultArray {
  std::string feature;
  std::string name;
  std::string unit;
  std::vector<analysis::Axis> axes;
  /// Values of a candidate in C order; empty where there are none (read from a table: NaN).
  std::function<std::vector<double>(std::size_t candidate)> values;
};

struct ResultTable {
  std::string kind;  ///< "sweep", "fit"
  std::string title;
  std::string study;  ///< normalised
  std::vector<ResultColumn> columns;
  std::vector<ResultArray> arrays;
  std::int64_t first = 0;  ///< number of the first candidate; the others follow
  /// Of a grid: its axes. Candidates are its cells in C order.
  std::vector<analysis::Axis> grid{};
  /// A row for each simulation in the order in which they ended: candidate (its number), condition,
  /// repeat, verification (0 or 1), worker, start [s since 1970], seconds, status.
  std::vector<ResultColumn> evaluations{};
  /// Of a fit: a row for each island (method), and for each candidate that one sent to another and
  /// that was taken (after: candidates that had ended by then; from, to, loss).
  std::vector<ResultColumn> islands{};
  std::vector<ResultColumn> migrations{};
  std::int64_t planned = 0;  ///< candidates of the whole study
  bool complete = true;      ///< nothing is left to be done
  std::int64_t records = 0;  ///< lines of the journal that the table is of
};

/// The column of a name; nullptr: there is none.
const ResultColumn* find_column(const std::vector<ResultColumn>& columns, std::string_view name);

/// `/candidates` has a dataset for each column, `/features/NAME` one for each array, (candidate,
/// ...) or of a grid (its axes, ...), and `/grid` the columns of numbers along the axes of a grid;
/// all with dimension scales; a slash in a name is the character U+2215 there. Throws
/// EnvironmentError.
void write_results(const Output& output, const ResultTable& table);

/// Reads a table that `write_results` wrote; its arrays when they are asked for. Throws DataError:
/// no such table, a damaged one, one of an earlier version; EnvironmentError: it cannot be opened.
ResultTable read_results(const std::string& path);

/// Whether a file says of itself that it is such a table. Throws DataError: reading it would end
/// the process.
bool is_results(const std::string& path);

/// Compares every byte of a table with the checksum that it holds, and says what holds. Throws
/// UnsoundError: it is damaged or changed, with the column and the row where it is a cell;
/// EnvironmentError: it cannot be read.
std::string verify_results(const std::string& path);

/// Whether a file ends with the checksum of a table, whatever it holds.
bool ends_as_results(const std::string& path);

/// The columns as CSV: a line for each candidate. Texts with commas, quotes or line ends are
/// quoted.
std::string results_csv(const ResultTable& table);

/// A table whose candidates are repeats of one another, `repeats` at a time, with a row for each
/// set of values: `repeats` that have a result, then of every loss and every feature that is one
/// number the mean over them and, as NAME.error, its standard error (NaN of one). Without arrays.
ResultTable means_of(const ResultTable& table, std::size_t repeats);

/// Of the repeats with the least mean loss, as means_of has it, the first that has a loss.
/// losses: (n_points x repeats), those of a point one after another; NaN where there is none.
/// Nothing: no loss is known.
std::optional<std::size_t> best_of_repeats(std::span<const double> losses, std::size_t repeats);

}  // namespace arcuate::io

namespace arcuate::core {

template <>
struct Names<io::ColumnRole> {
  static constexpr std::array table{
      Name{io::ColumnRole::parameter, "parameter", "what is varied"},
      Name{io::ColumnRole::derived, "derived", "computed from parameters"},
      Name{io::ColumnRole::design, "design", "seed, repeat, place in the design, island"},
      Name{io::ColumnRole::loss, "loss", "what is minimised"},
      Name{io::ColumnRole::term, "term", "a part of the loss"},
      Name{io::ColumnRole::check, "check",
           "a loss of simulations that did not count in the search"},
      Name{io::ColumnRole::feature, "feature", "a feature that is one number"},
      Name{io::ColumnRole::ending, "ending", "how the candidate ended"}};
};

}  // namespace arcuate::core
