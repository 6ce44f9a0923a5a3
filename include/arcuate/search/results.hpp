#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "arcuate/compare/compare.hpp"
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

/// Where a fit leaves its best candidate: the study, and its recording. folder, here and below: of
/// the job.
std::string best_study_file(const std::string& folder);
std::string best_recording(const std::string& folder);

/// best_study() that records samples which were for losses alone, too. Throws as that.
std::string recorded_best(const std::string& folder);
/// Whether these files are there, and of what is the best now. Throws as best_study().
bool is_best_recorded(const std::string& folder);

/// The recording of the best candidate of a fit beside all targets of its first condition; nothing
/// where there is none of what is the best now. Throws DataError, ConfigError.
std::optional<compare::Comparison> best_beside_targets(const std::string& folder);
/// The features that a fit of spiking neurons compares, of its best candidate, beside the targets
/// of its first condition; empty of other jobs, and where the best is not recorded. Throws as
/// above.
std::vector<compare::NumberBeside> best_beside_numbers(const std::string& folder);

}  // namespace arcuate::search
