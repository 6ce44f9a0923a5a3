#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "arcuate/comm/communicator.hpp"
#include "arcuate/engine/local_network.hpp"
#include "arcuate/engine/snapshot.hpp"
#include "arcuate/engine/spec.hpp"
#include "arcuate/model/kernel.hpp"

/// The time loop over this rank's share of a network.
namespace arcuate::engine {

/// What one tile did in a run of steps, for monitors.
struct TileSample {
  int thread = 0;
  int population = 0;           ///< its number
  LocalIndex first_region = 0;  ///< position in Simulation::owned() of lane 0
  int regions = 0;              ///< lanes in use
  Step first = 0;               ///< the samples are the states at steps first .. first + steps - 1
  int steps = 0;
  /// (steps, n_states, lanes); if the input is asked for, the state at step first - 1 lies before
  const double* trace = nullptr;
  const double* input = nullptr;      ///< (steps, n_inputs, lanes) of the step that ended at the
                                      ///< sample, so what the state before it causes; if asked for
  const double* parameter = nullptr;  ///< (Kernel::parameter_rows(), lanes) of the first sample
  const double* parameter_before = nullptr;  ///< of the state at step first - 1, as `parameter`
  int parameter_stride = 0;  ///< values on to those of the next; 0: they do not change
  const model::Kernel* kernel = nullptr;
};

/// Sees all steps of every tile once and in order, some at a time and the last when the call that
/// took them ends, on the tile's thread; tiles never share a region.
/// Inputs are there when any probe of the simulation wants them.
class Probe {
 public:
  virtual ~Probe() = default;
  [[nodiscard]] virtual bool wants_input() const = 0;
  virtual void record(const TileSample& sample) = 0;
};

/// The inputs of the coming steps of a tile, before those of the network are added.
struct TileInput {
  int population = 0;           ///< its number
  LocalIndex first_region = 0;  ///< position in Simulation::owned() of lane 0
  int regions = 0;              ///< lanes in use
  Step first = 0;               ///< the steps first -> first + 1, ...
  int steps = 0;
  int n_inputs = 0;
  double* input = nullptr;  ///< (steps, n_inputs, lanes), to be added to
};

/// What another simulation sends, beside noise and stimuli: the port of a co-simulation. Held over
/// a step, whatever its stages. A pure function of (region, step) while the simulation runs.
class Feed {
 public:
  virtual ~Feed() = default;
  /// On the tile's thread; tiles never share a region.
  virtual void add(const TileInput& to) const = 0;
};

struct SimulationOptions {
  int threads = 1;
  LocalIndex source_tile = 0;  ///< performance only
  Step history_slack = 0;      ///< steps between two moves of the histories; performance only
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
  int state = 0;       ///< of the region's model
  double value = 0.0;  ///< [unit of the state]
};

/// How a call of Simulation::run ended, the same on all ranks.
struct Outcome {
  enum class Kind {
    done,
    diverged,  ///< a state is not finite, or far outside of its plausible range
    stopped    ///< some rank was asked to stop
  };
  Kind kind = Kind::done;
  Divergence divergence;
};

/// One sentence: variable, region, value, time, parameters.
std::string explain(const Divergence& divergence, const SimulationSpec& spec);
/// Throws DivergedError when that is how it ended.
void require_convergence(const Outcome& outcome, const SimulationSpec& spec);

/// What the simulations of one network share: the edges of this rank in the order in which they are
/// summed, and who sends what to whom. Immutable (src/engine/network_plan.hpp).
class NetworkPlan;
/// Collective. Takes the network over and frees what is not needed for running.
std::shared_ptr<const NetworkPlan> plan_network(const comm::Communicator& comm,
                                                const SimulationSpec& spec, LocalNetwork network,
                                                const SimulationOptions& options);

class Simulation {
 public:
  /// Collective, as all ranks of the plan. `comm` and `spec` must outlive it. Throws ConfigError
  /// when the spec differs from that of the plan in more than numbers of regions, gain, seed and
  /// duration; EnvironmentError, on all ranks, when one is out of memory.
  Simulation(const comm::Communicator& comm, const SimulationSpec& spec,
             std::shared_ptr<const NetworkPlan> plan);
  /// With a plan of its own.
  Simulation(const comm::Communicator& comm, const SimulationSpec& spec, LocalNetwork network,
             const SimulationOptions& options);
  ~Simulation();
  Simulation(const Simulation&) = delete;
  Simulation& operator=(const Simulation&) = delete;

  /// Integrates to step `until`. Collective.
  [[nodiscard]] Outcome run(Step until);
  /// The next end of run() on all ranks, or this one, says `stopped`. From any thread, and from
  /// signal handlers.
  void request_stop() noexcept;

  /// Appends what owned region `region` (position in owned()) needs to go on from now; a pure
  /// function of the study and of time. Returns how far back its history reaches [steps].
  std::int32_t save(LocalIndex region, std::vector<double>& values) const;
  /// What belongs to no region (sums of tracts), the same on all ranks. Collective.
  [[nodiscard]] std::vector<double> save_shared() const;
  /// Goes on from step `now`, where all of that was saved, on whatever ranks. Before the first run.
  /// Throws ConfigError, on all ranks, when it is of another network, or reaches less far back than
  /// a delay reads; what `snapshot_of` throws. Collective.
  void resume(Step now, const SnapshotOf& snapshot_of, std::span<const double> shared);

  [[nodiscard]] Step now() const;
  /// Every probe sees all that is run from now on; it must be there as long as it is run.
  void add_probe(Probe& probe);
  /// Adds to the inputs of all steps from now on; it must be there as long as it is run.
  void set_feed(const Feed& feed);

  /// By population, ascending within each.
  [[nodiscard]] const std::vector<GlobalIndex>& owned() const;
  [[nodiscard]] int block() const;       ///< D* [steps]
  [[nodiscard]] Step period() const;     ///< [steps] between messages; 0: no exchange
  [[nodiscard]] Step sub_block() const;  ///< [steps] between two barriers of the threads
  [[nodiscard]] ExchangeCounts counts() const;
  /// [bytes] of all declared arrays (engine/arrays.hpp) and message buffers of this rank.
  [[nodiscard]] std::int64_t array_bytes() const;
  /// State `k` of owned region `region` (position in owned()).
  [[nodiscard]] double state(LocalIndex region, int k) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace arcuate::engine
