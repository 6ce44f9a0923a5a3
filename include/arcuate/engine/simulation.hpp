#pragma once

#include <memory>
#include <vector>

#include "arcuate/comm/communicator.hpp"
#include "arcuate/engine/local_network.hpp"
#include "arcuate/engine/spec.hpp"
#include "arcuate/model/kernel.hpp"

/// The time loop over this rank's share of a network.
namespace arcuate::engine {

/// What one tile did in a run of steps, for monitors.
struct TileSample {
  int thread = 0;
  int replica = 0;
  int model = 0;                ///< its number, SimulationSpec::of_model
  LocalIndex first_region = 0;  ///< position in Simulation::owned() of lane 0
  int regions = 0;              ///< lanes in use
  Step first = 0;               ///< the samples are the states at steps first .. first + steps - 1
  int steps = 0;
  /// (steps, n_states, lanes); if the input is asked for, the state at step first - 1 lies before
  const double* trace = nullptr;
  const double* input = nullptr;  ///< (steps, n_inputs, lanes) of the step that ended at the
                                  ///< sample, so what the state before it causes; if asked for
  const double* parameter = nullptr;  ///< (Kernel::parameter_rows(), lanes) of the first sample
  const double* parameter_before = nullptr;  ///< of the state at step first - 1, as `parameter`
  int parameter_stride = 0;  ///< values on to those of the next; 0: they do not change
  const model::Kernel* kernel = nullptr;
};

/// Sees every tile after every run of steps, on the tile's thread; tiles never share a region.
/// Inputs are there when any probe of the simulation wants them.
class Probe {
 public:
  virtual ~Probe() = default;
  [[nodiscard]] virtual bool wants_input() const = 0;
  virtual void record(const TileSample& sample) = 0;
};

struct SimulationOptions {
  int threads = 1;
  std::vector<std::uint64_t> seeds;  ///< one per replica; empty: one replica with the study's seed
  LocalIndex source_tile = 0;        ///< performance only
  Step history_slack = 0;            ///< steps between two moves of the histories; performance only
  Step sub_block = 0;  ///< longest run of steps between two looks at other tiles; performance only
  Step period = 0;     ///< between messages; 0: the longest legal one with overlap. For tests: a
                       ///< longer one is wrong.
};

/// Exact counts of what was exchanged so far by this rank.
struct ExchangeCounts {
  std::int64_t messages = 0;
  std::int64_t bytes = 0;
};

/// The first number that was not finite, or far outside of what the equations mean
/// (model::plausible_range) at the end of a block.
struct Divergence {
  Step step = -1;  ///< -1: none
  GlobalIndex region = -1;
  int state = 0;  ///< of the region's model
  int replica = 0;
  double value = 0.0;  ///< [unit of the state]
};

class Simulation {
 public:
  /// Collective. Takes the network over and frees what is not needed for running.
  Simulation(const comm::Communicator& comm, const SimulationSpec& spec, LocalNetwork network,
             const SimulationOptions& options);
  ~Simulation();
  Simulation(const Simulation&) = delete;
  Simulation& operator=(const Simulation&) = delete;

  /// Integrates to step `until`. Collective. Throws DivergedError on all ranks when a state
  /// anywhere is not finite, or far outside of its plausible range.
  void run(Step until);

  [[nodiscard]] Step now() const;
  /// Every probe sees all that is run from now on; it must be there as long as it is run.
  void add_probe(Probe& probe);

  /// By model, ascending within each.
  [[nodiscard]] const std::vector<GlobalIndex>& owned() const;
  [[nodiscard]] int block() const;       ///< D* [steps]
  [[nodiscard]] Step period() const;     ///< [steps] between messages; 0: no exchange
  [[nodiscard]] Step sub_block() const;  ///< [steps] between two barriers of the threads
  [[nodiscard]] ExchangeCounts counts() const;
  /// State `k` of owned region `region` (position in owned()).
  [[nodiscard]] double state(int replica, LocalIndex region, int k) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace arcuate::engine
