#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "arcuate/engine/lags.hpp"
#include "arcuate/engine/spec.hpp"
#include "arcuate/network/connectome.hpp"
#include "arcuate/partition/partition.hpp"

/// What a simulation will need before it runs: exact counts, predicted memory and time.
namespace arcuate::engine {

/// The network as the partitioner sees it. Model cost follows the numbers of states, inputs and
/// stages.
partition::Graph partition_graph(const network::Connectome& connectome, const SimulationSpec& spec);

/// What this machine does, measured in a fraction of a second.
struct Calibration {
  double edge_cached = 0.1e-9;  ///< [s] per far share and step, histories in cache
  double edge_memory = 0.4e-9;  ///< [s] per far share and step, histories in memory
  double normal = 1.0e-9;       ///< [s] per standard normal
  double region_step = 10e-9;   ///< [s] per region and step of this model and method
};
Calibration calibrate(const SimulationSpec& spec);

struct RankMemory {
  std::int64_t setup_bytes = 0;  ///< connectome and rows while they are turned into the plan
  std::int64_t edges_bytes = 0;
  std::int64_t history_bytes = 0;
  std::int64_t regions_bytes = 0;  ///< states, parameters, sums, noise
  std::int64_t monitor_bytes = 0;
  std::int64_t peak_bytes = 0;  ///< largest sum of what is alive at the same time
};

struct Plan {
  int ranks = 1;
  int threads = 1;
  partition::Partition partition;
  BlockChoice block;
  Step steps = 0;
  std::vector<RankMemory> memory;  ///< (ranks)
  std::int64_t messages = 0;       ///< of the whole run, all ranks
  std::int64_t message_bytes = 0;
  double seconds = 0.0;              ///< predicted wall time
  std::int64_t available_bytes = 0;  ///< memory of this machine that is free now
};

/// Plans `ranks` ranks of `threads` threads on this machine's kind of core, `cores` of them here.
Plan make_plan(const network::Connectome& connectome, const SimulationSpec& spec,
               const partition::Options& options, int ranks, int threads,
               std::int64_t monitor_bytes, const Calibration& calibration);

}  // namespace arcuate::engine
