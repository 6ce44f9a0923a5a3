#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "arcuate/comm/communicator.hpp"
#include "arcuate/engine/lags.hpp"
#include "arcuate/engine/spec.hpp"
#include "arcuate/io/study.hpp"
#include "arcuate/network/connectome.hpp"
#include "arcuate/partition/partition.hpp"

/// What verbs that simulate do before they simulate.
namespace arcuate::run {

/// `given` (--threads) when positive, else OMP_NUM_THREADS, else one. Collective. Throws
/// ConfigError when that is not a number of threads.
int threads_of(const comm::Communicator& world, int given);

/// Each on a line of standard error.
void warn_of(const std::vector<std::string>& warnings);

/// The connectome of a study; what a user should know of it goes to standard error. On one rank.
network::Connectome connectome_of(const io::Study& study);

/// A study in its connectome; what a user can hardly mean goes to standard error. On one rank.
io::ResolvedStudy resolve_study(const io::Study& study, const network::Connectome& connectome);

/// Who owns which region, as the study asks for it.
partition::Partition choose_owners(const io::Study& study, const network::Connectome& connectome,
                                   const engine::Delays& delays, const engine::SimulationSpec& spec,
                                   int ranks);

/// The models of plug-ins, on every rank: all have the same ones, or all throw DataError. models:
/// (n_models). Collective.
void load_plugins_everywhere(const comm::Communicator& world,
                             const std::vector<io::ModelSource>& models,
                             engine::SimulationSpec& spec);

/// What is to be simulated, and by whom.
struct Share {
  const network::Connectome& connectome;  ///< on rank 0
  const engine::Delays& delays;           ///< on rank 0
  const engine::SimulationSpec& spec;
  const std::vector<std::int32_t>& owner;  ///< (n_regions)
  Step period = 0;                         ///< [steps] between messages; on rank 0
};

struct Needs {
  int threads = 1;
  std::int64_t idle_bytes = 0;     ///< resident before the study was read
  std::int64_t outside_bytes = 0;  ///< of each rank, beyond what the engine knows of
  std::int64_t root_bytes = 0;     ///< of rank 0, likewise
  std::int64_t feature_bytes = 0;  ///< of rank 0 while it runs
};

/// Before anything large is allocated: every machine must have room for its ranks. Collective.
/// Throws ConfigError.
void refuse_what_cannot_fit(const comm::Communicator& world, const Share& share,
                            const Needs& needs);

}  // namespace arcuate::run
