#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "arcuate/io/candidate.hpp"
#include "arcuate/io/fit.hpp"
#include "arcuate/io/results.hpp"
#include "arcuate/io/sweep.hpp"
#include "arcuate/optimise/islands.hpp"
#include "candidates.hpp"
#include "records.hpp"

namespace arcuate::search {

/// Columns of which the cells come row by row.
class CellColumns {
 public:
  explicit CellColumns(const std::vector<io::Column>& columns);
  void add(const std::vector<io::Cell>& row);
  std::vector<io::ResultColumn> take() { return std::move(columns_); }

 private:
  std::vector<bool> text_;
  std::vector<io::ResultColumn> columns_;
};

/// Simulations in the order in which they ended.
class EvaluationLog {
 public:
  EvaluationLog();
  void note(const Record& record, const Evaluation& one);
  [[nodiscard]] const std::vector<io::ResultColumn>& columns() const { return columns_; }

 private:
  std::vector<io::ResultColumn> columns_;
};

/// A row for each candidate.
struct Rows {
  std::string kind;
  std::string title;
  std::vector<io::ResultColumn> parameters;  ///< what was varied, and what else is known before
  std::vector<Record> records;               ///< (n_candidates)
  std::vector<bool> evaluated;               ///< (n_candidates) whether its record is one
  std::vector<analysis::Axis> grid{};
  int repeats = 1;           ///< neighbours that are the same but for their seeds
  std::int64_t first = 0;    ///< number of the first candidate
  std::int64_t planned = 0;  ///< candidates of the whole study
  bool complete = true;
  std::vector<io::ResultColumn> evaluations{};
  std::vector<io::ResultColumn> islands{};
  std::vector<io::ResultColumn> migrations{};

  /// nullptr: not evaluated.
  [[nodiscard]] const Record* record(std::size_t candidate) const {
    return evaluated[candidate] ? &records[candidate] : nullptr;
  }
};

/// Those of a sweep that its journal has, (n_candidates); the last of each counts.
std::vector<std::optional<Record>> records_of(const io::Sweep& sweep, const Records& records,
                                              EvaluationLog* log = nullptr);

/// The loss of a candidate of a sweep; of several conditions what a fit would minimise, the
/// weighted sum over them. records: (n_candidates). Not a number: not known.
double loss_of(const io::Sweep& sweep, const std::vector<std::optional<Record>>& records,
               std::int64_t number);

/// The candidates of a sweep. records: (n_candidates).
Rows rows_of(const io::Sweep& sweep, const std::vector<std::optional<Record>>& records);
/// Those of a fit that were asked for, with their losses.
Rows rows_of(const io::Fit& fit, const Judge& judge,
             const std::map<std::uint64_t, Asked>& candidates);
/// What islands are by, and what they sent each other.
std::vector<io::ResultColumn> columns_of(const std::vector<optimise::Island>& islands);
std::vector<io::ResultColumn> columns_of(const std::vector<optimise::Migrant>& migrants);

/// The table of a job, with the losses and features of its records, which must outlive it as the
/// rows must. Throws DataError.
io::ResultTable table_of(const Rows& rows, const Records& records);

/// Writes table and CSV of a job. Throws EnvironmentError, DataError.
void write_tables(const JobPaths& paths, const Rows& rows, const Records& records);

}  // namespace arcuate::search
