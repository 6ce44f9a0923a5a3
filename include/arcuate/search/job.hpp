#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "arcuate/comm/communicator.hpp"

/// Sweeps and fits of a study as jobs that lose nothing: a folder with a journal, a table, and how
/// far it is (docs/sweeps-and-fits.md).
namespace arcuate::search {

/// What a user asks for on the command line.
struct JobOptions {
  std::string study;                   ///< file
  std::vector<std::string> overrides;  ///< "path=value"
  std::string folder;                  ///< "": the study's name with .sweep or .fit
  bool resume = false;                 ///< goes on with the folder's journal
  bool retry = false;                  ///< and runs again what failed
  bool overwrite = false;              ///< begins anew
  int threads = 1;                     ///< of each rank
  int ranks = 1;                       ///< of each simulation
  bool quiet = false;                  ///< no progress
  double watchdog = 0.0;               ///< [min] that rank 0 may stand still; 0: no matter
};

/// Runs the section `sweep` of a study. Throws ConfigError (exit code 2), EnvironmentError (3),
/// StoppedError (75: a signal; `resume` goes on). Collective.
void sweep(const comm::Communicator& world, const JobOptions& options);

/// Runs the section `fit`. Throws as sweep. Collective.
void fit(const comm::Communicator& world, const JobOptions& options);

/// Whether the first candidate of the section `fit` can be simulated and compared with its targets,
/// in every condition, as `fit` asks before it begins. Throws ConfigError, DataError.
void try_targets(const JobOptions& options);

/// Evaluates candidates of other programs: a JSON object on each line of standard input, one on
/// standard output for each, in the order in which they end. Throws as sweep. Collective.
void evaluate_lines(const comm::Communicator& world, const JobOptions& options);

/// The study of the best candidate of a sweep or a fit, with its tuned weights: YAML. folder: of
/// the job. condition: of a fit; "": its first. Throws ConfigError (nothing there, no losses, no
/// such condition), DataError.
std::string best_study(const std::string& folder, const std::string& condition);

}  // namespace arcuate::search
