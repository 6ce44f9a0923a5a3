#pragma once

#include <string>
#include <vector>

#include "arcuate/farm/farm.hpp"
#include "arcuate/io/fit.hpp"
#include "arcuate/io/subject.hpp"
#include "arcuate/search/job.hpp"
#include "arcuate/search/trial.hpp"
#include "notes.hpp"
#include "records.hpp"
#include "table.hpp"

/// What jobs have in common.
namespace arcuate::search {

/// The study of a job, on rank 0.
struct JobStudy {
  /// Reads it. Throws ConfigError.
  explicit JobStudy(const JobOptions& options);

  std::string text;
  std::string path;  ///< absolute
  std::vector<std::string> overrides;
  io::Subject study;

  [[nodiscard]] JobHeader header(const char* kind) const;
  [[nodiscard]] TrialSetup setup(const JobOptions& options, const io::EachCandidate& each) const;
  /// Reads and resolves the study of one candidate as an evaluation would, and compares noise that
  /// is as long as its samples will be with the targets of `terms`, whatever they are of. Returns
  /// warnings. Throws ConfigError, DataError.
  [[nodiscard]] std::vector<std::string> try_one(const std::vector<io::Change>& changes,
                                                 const std::vector<Term>& terms = {}) const;
};

/// try_one() of the first candidate of a fit, in every condition.
std::vector<std::string> try_fit(const JobStudy& study, const io::Fit& fit);

/// Losses by condition.
std::vector<std::vector<Term>> conditions_of(const io::Fit& fit);

/// Sum of weight times value of the terms that need no simulation.
double penalty_of(const io::Fit& fit, const optimise::Vector& values);

/// Runs what `work` (of rank 0) wants on all ranks, with the setup of rank 0. Collective.
farm::Figures run_farm(const comm::Communicator& world, farm::Work* work, const TrialSetup& setup,
                       const JobOptions& options);

/// Before anything is written: there are ranks for a simulation. Throws ConfigError.
void require_ranks(const comm::Communicator& world, const JobOptions& options);

/// After a farm: throws StoppedError where a signal ended it.
void require_end(const farm::Figures& figures, const std::string& folder);

/// What a farm said of a task, as a record; its arrays are kept, its notes told. whose: "candidate
/// 12". Throws EnvironmentError.
Record keep_result(const farm::Done& done, Records& records, Notes& notes,
                   const std::string& whose);

/// "12 of 256 failed; the first: candidate 3: ..." and how busy the workers were.
void print_end(const Rows& rows, const farm::Figures& figures);

}  // namespace arcuate::search
