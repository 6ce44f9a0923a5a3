#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace arcuate::app {

/// What a job needs of a machine.
struct Needs {
  int ranks = 1;
  double seconds = 0.0;         ///< predicted wall time; 0: not known
  std::int64_t rank_bytes = 0;  ///< of the rank that needs most
  std::int64_t bytes = 0;       ///< of all ranks
};

/// Of a study as `simulate`, `sweep`, `fit` or `steady`; of the phases of a protocol, one after
/// another; of a sweep or a fit, of the candidates that need most. ranks: 0: as many as `plan`
/// recommends on this machine, or as a sweep or a fit needs for an hour. On one rank. Throws
/// ConfigError when the study has no such section.
Needs needs_of(const std::string& verb, const std::string& file,
               const std::vector<std::string>& overrides, int ranks, int threads);

/// A master, and workers that share simulations of one rank.
Needs needs_of_farm(int ranks, double seconds, std::int64_t rank_bytes);

/// How many of the workers of a sweep or a fit each simulation gets when the study does not say; it
/// is one where there are at least as many simulations as workers and they fit into the machine.
/// here: workers on this machine. On one rank. Throws as needs_of.
int ranks_of_each(const std::string& verb, const std::string& file,
                  const std::vector<std::string>& overrides, int workers, int here, int threads);

}  // namespace arcuate::app
