#pragma once

#include <string>
#include <vector>

#include "arcuate/io/results.hpp"
#include "records.hpp"

namespace arcuate::search {

/// A row for each candidate.
struct Rows {
  std::string kind;
  std::string title;
  std::vector<io::ResultColumn> parameters;  ///< what was varied, and what else is known before
  std::vector<const Record*> records;        ///< (n_candidates) nullptr: not evaluated
  std::vector<analysis::Axis> grid{};
};

/// Writes table and CSV of a job, with the losses and features of its records. Throws EnvironmentError, DataError.
void write_tables(const JobPaths& paths, const Rows& rows, const Records& records);

}  // namespace arcuate::search
