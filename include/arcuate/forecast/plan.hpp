#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "arcuate/comm/communicator.hpp"
#include "arcuate/engine/footprint.hpp"
#include "arcuate/engine/lags.hpp"
#include "arcuate/engine/spec.hpp"
#include "arcuate/network/connectome.hpp"
#include "arcuate/partition/partition.hpp"

/// What a simulation will need before it runs: exact counts, predicted memory and time.
/// docs/decisions/plan.md says how well the predictions hold.
namespace arcuate::forecast {

/// [bytes] of one rank.
struct RankMemory {
  std::int64_t setup = 0;    ///< largest sum of what is alive before the run
  std::int64_t edges = 0;    ///< shares in the form they are summed in
  std::int64_t history = 0;  ///< and message buffers
  std::int64_t regions = 0;  ///< states, parameters, sums, noise
  std::int64_t other = 0;    ///< monitors, owners, libraries
  std::int64_t peak = 0;     ///< the larger of set-up and run
};

/// Memory that the engine does not know of.
struct OutsideMemory {
  std::int64_t root_setup =
      0;                      ///< [bytes] peak of rank 0 while it read and partitioned the network
  std::int64_t monitors = 0;  ///< [bytes] of each rank
  std::int64_t sensors = 0;   ///< [bytes] of rank 0
  std::int64_t features = 0;  ///< [bytes] of rank 0 while it runs
};

/// [bytes] Code and tables of the libraries that a run touches: the root reads and writes files,
/// the other ranks send messages only (docs/decisions/plan.md).
std::int64_t library_bytes(bool root);

std::vector<RankMemory> plan_memory(const network::Connectome& connectome,
                                    const engine::Delays& delays,
                                    const engine::SimulationSpec& spec,
                                    const std::vector<engine::RankCounts>& counts, Step period,
                                    const OutsideMemory& outside);

/// Throws ConfigError when the ranks on one machine need more than it has. available <= 0: unknown,
/// nothing is refused.
void require_memory(std::int64_t needed, std::int64_t available);

/// What the engine does on this machine, measured with the engine itself.
struct StepTime {
  double regions = 0.0;  ///< [s] of processor time per step: update, noise, broadcast
  double edges = 0.0;    ///< [s] per step: delayed sums
  double saving = 0.0;   ///< [s] for a number of its state, counted and copied for a checkpoint
  [[nodiscard]] double total() const { return regions + edges; }
};

struct Plan {
  int ranks = 1;
  int threads = 1;
  partition::Partition partition;
  engine::BlockChoice block;
  Step steps = 0;
  Step period = 0;                         ///< [steps] between messages; 0: none
  bool stagewise = false;                  ///< and an exchange at every stage of every step
  std::vector<engine::RankCounts> counts;  ///< (ranks)
  std::vector<RankMemory> memory;          ///< (ranks)
  std::int64_t messages = 0;               ///< of the whole run, all ranks
  std::int64_t message_bytes = 0;
  StepTime slowest;               ///< of the rank with most work
  double exchange_seconds = 0.0;  ///< per step, of the slowest rank
  double monitor_seconds = 0.0;   ///< per step
  double seconds = 0.0;           ///< predicted wall time of the run, without set-up

  [[nodiscard]] std::int64_t total_memory() const;
};

struct PlanRequest {
  int ranks = 1;
  int threads = 1;
  int cores = 1;               ///< of this machine; more ranks x threads share them
  std::int64_t available = 0;  ///< [bytes] of memory for samples of the ranks; 0: not known
  OutsideMemory outside{};
  double monitor_seconds = 0.0;  ///< per step, of all regions
};

/// Counts without running anything: memory, messages. `graph` is partition_graph(connectome,
/// delays, spec).
Plan make_plan(const network::Connectome& connectome, const engine::Delays& delays,
               const partition::Graph& graph, const engine::SimulationSpec& spec,
               const partition::Options& options, const PlanRequest& request);

/// Adds the predicted time of a run to a plan. Runs a sample of the slowest rank's share (its
/// targets, some tiles of its sources) for a fraction of a second, on one thread for every rank
/// that this machine has a core for. alone: a communicator of one rank.
void predict_time(Plan& plan, const comm::Communicator& alone,
                  const network::Connectome& connectome, const engine::Delays& delays,
                  const engine::SimulationSpec& spec, const PlanRequest& request);

/// Of one simulation on so many ranks.
struct RanksCost {
  int ranks = 1;
  double seconds = 0.0;    ///< 0: not known, or no matter
  std::int64_t bytes = 0;  ///< of all ranks
};

/// Simulations that workers share, `here` of which are on a machine with `available` bytes (0: not
/// known).
struct Shared {
  std::int64_t simulations = 1;
  int workers = 1;
  int here = 1;
  std::int64_t available = 0;
};

/// How many ranks each simulation should have so that all are done soonest, of costs (ascending
/// ranks) whose simulations side by side fit into the machine; the fewest within 5 %. Where none
/// fits the most ranks, since fewer simulations are then side by side.
int ranks_of_each(const std::vector<RanksCost>& costs, const Shared& shared);

}  // namespace arcuate::forecast
