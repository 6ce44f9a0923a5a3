#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <vector>

#include "arcuate/search/trial.hpp"

/// What a user should know of candidates.
namespace arcuate::search {

/// A note without its numbers: those of two candidates that differ in them alone are one.
/// "0.5 of 3 in fc2.csv" is "# of # in fc2.csv".
std::string kind_of_note(const std::string& note);

/// Tells each kind of note once in the life of a job, whichever candidate has it first.
class Notes {
 public:
  /// Those that are new go to standard error. whose: "candidate 12", or "" of the study. Returns
  /// lines for the journal, which read() takes.
  std::vector<std::string> tell(const Outcome& outcome, const std::string& whose);
  std::vector<std::string> warn(const std::vector<std::string>& warnings, const std::string& whose);

  /// Whether a line of a journal is one of a note: it has been told then.
  bool read(const std::string& line);

 private:
  static constexpr std::size_t most = 100;  ///< kinds
  void tell_one(const char* word, const std::string& note, const std::string& whose,
                std::vector<std::string>& lines);
  std::set<std::string> told_;
};

}  // namespace arcuate::search
