#pragma once

#include <memory>
#include <string>
#include <vector>

#include "arcuate/io/results.hpp"

namespace arcuate::search {

/// What a sweep or a fit has found so far.
class JobResults {
 public:
  /// where: a table, or the folder of a job that may be running, whose journal is read when there
  /// is more in it than in the table. Throws DataError, ConfigError, EnvironmentError.
  explicit JobResults(const std::string& where);
  ~JobResults();
  JobResults(const JobResults&) = delete;
  JobResults& operator=(const JobResults&) = delete;

  /// Its arrays are read as long as this object lives.
  [[nodiscard]] const io::ResultTable& table() const { return table_; }
  /// Files that it read or that belong to the job: none of them is an output.
  [[nodiscard]] const std::vector<std::string>& inputs() const { return inputs_; }

 private:
  struct Journal;
  std::unique_ptr<Journal> journal_;
  io::ResultTable table_;
  std::vector<std::string> inputs_;
};

}  // namespace arcuate::search
