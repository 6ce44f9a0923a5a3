#pragma once

#include <string>
#include <vector>

#include "arcuate/io/candidate.hpp"
#include "arcuate/io/results.hpp"
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

/// A row for each candidate.
struct Rows {
  std::string kind;
  std::string title;
  std::vector<io::ResultColumn> parameters;  ///< what was varied, and what else is known before
  std::vector<const Record*> records;        ///< (n_candidates) nullptr: not evaluated
  std::vector<analysis::Axis> grid{};
};

/// Writes table and CSV of a job, with the losses and features of its records. Throws
/// EnvironmentError, DataError.
void write_tables(const JobPaths& paths, const Rows& rows, const Records& records);

}  // namespace arcuate::search
