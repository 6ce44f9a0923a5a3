#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "arcuate/comm/communicator.hpp"
#include "arcuate/core/types.hpp"

namespace CLI {
class App;
}

namespace arcuate::app {

/// Registers `plan FILE [--ranks P --threads T]`; the parsed command sets `run`. Collective when
/// run.
void add_plan(CLI::App& program, const comm::Communicator& world, std::function<void()>& run);

/// A plan for more ranks than there are regions or neurons would take long, to say that they have
/// nothing to do. Throws ConfigError.
void refuse_idle_ranks(int ranks, GlobalIndex parts, const char* noun);

/// What a job asks a batch system for.
struct Needs {
  int ranks = 1;
  double seconds = 0.0;         ///< predicted wall time; 0: not known
  std::int64_t rank_bytes = 0;  ///< of the rank that needs most
};

/// Of a study as `simulate`, `sweep` or `fit`. ranks: 0: as many as `plan` recommends on this
/// machine, or as a sweep or a fit needs for an hour. On one rank. Throws ConfigError when the
/// study has no such section.
Needs needs_of(const std::string& verb, const std::string& file,
               const std::vector<std::string>& overrides, int ranks, int threads);

/// How many of the workers of a sweep or a fit each simulation gets when the study does not say; it
/// is one where there are at least as many simulations as workers and they fit into the machine.
/// here: workers on this machine. On one rank. Throws as needs_of.
int ranks_of_each(const std::string& verb, const std::string& file,
                  const std::vector<std::string>& overrides, int workers, int here, int threads);

}  // namespace arcuate::app
