#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "arcuate/comm/communicator.hpp"
#include "arcuate/engine/simulation.hpp"
#include "arcuate/model/entry.hpp"
#include "arcuate/monitor/spec.hpp"

/// From the states of a running simulation to the samples of its monitors.
namespace arcuate::monitor {

/// [bytes] of a rank's samples between two flushes. They and what the sink holds of them share the
/// second-level cache with the histories: a megabyte makes steps of 80 regions 3 % slower.
inline constexpr std::int64_t default_buffer_bytes = std::int64_t{256} << 10;

/// Numbers of a checkpoint that are of the monitors, of all regions; without samples that some
/// variables make wait.
std::int64_t saved_values(const std::vector<MonitorSpec>& monitors, double dt, Step transient,
                          Step steps, GlobalIndex n_regions);

/// [bytes] that the monitors of a study take on each of some ranks with as many regions: samples,
/// twice as many on their way through the sink, what filters keep. dt: [ms].
std::int64_t expected_bytes(const std::vector<MonitorSpec>& monitors, double dt, Step transient,
                            Step steps, GlobalIndex n_regions, int ranks);

/// [bytes] of what their sensors see, on rank 0.
std::int64_t sensor_bytes(const std::vector<MonitorSpec>& monitors);

/// The same and what else rank 0 keeps to gather, reduce and name them.
std::int64_t root_bytes(const std::vector<MonitorSpec>& monitors, GlobalIndex n_regions);

/// The models of the regions.
struct RecordedModels {
  std::vector<const model::Entry*> entries;
  std::vector<std::uint8_t> model_of;  ///< (n_regions) position in `entries`; empty: one model
};
RecordedModels recorded_models(const engine::SimulationSpec& spec);

/// "NAME/sum": an accumulator of a time filter; "NAME/begun": a sample of which some variables wait
/// for the next step.
struct NamedState {
  std::string name;
  std::span<double> values;
};

/// Records all monitors of a study on this rank. What it writes depends on the states alone: not on
/// ranks, threads, lengths of runs, or the moments at which it is flushed.
///
///     while (simulation.now() < recorder.last_step()) {
///       simulation.run(recorder.next_flush(simulation.now()));
///       recorder.flush(sink);
///     }
///
/// What a sample is its kind says (monitor/kind.hpp). The input at a step is what the states at
/// that step and before cause, the one with which the next step begins; an observable of the input
/// is of the state and the input at its step. So where inputs are recorded, the last sample is
/// known one step later: see last_step(). A region whose model has no such variable is recorded as
/// not a number and left out of averages.
class Recorder final : public engine::Probe {
 public:
  /// owned: this rank's regions, as Simulation::owned() has them (engine::by_population). dt_ms:
  /// [ms]. transient, steps: [steps]; the duration is `steps` and includes the transient. threads:
  /// TileSample::thread lies below. buffer_bytes: for the samples of all monitors of this rank
  /// together, exceeded only if one sample of each is larger; it decides how often to flush, never
  /// what is recorded. `comm` and the models must outlive this object. Throws ConfigError when a
  /// spatial average has a group without regions. Collective.
  Recorder(const comm::Communicator& comm, RecordedModels models,
           const std::vector<MonitorSpec>& monitors, const std::vector<GlobalIndex>& owned,
           GlobalIndex n_regions, double dt_ms, Step transient, Step steps, int threads,
           std::int64_t buffer_bytes);

  ~Recorder() override;

  [[nodiscard]] bool wants_input() const override;

  /// No allocation, no locks; tiles may be recorded at the same time.
  void record(const engine::TileSample& sample) override;

  /// The step to which the simulation must run: the end of the study, or one step more.
  [[nodiscard]] Step last_step() const;

  /// The last step to which the simulation may run before some buffer must be flushed; `now` when
  /// one must be flushed already. The same on all ranks.
  [[nodiscard]] Step next_flush(Step now) const;

  /// Writes all complete samples and empties the buffers. The simulation must be between two runs,
  /// all tiles at the same step. Averages over regions are appended by rank 0; other ranks append
  /// nothing to them. Throws DivergedError when a filter lost a region (TimeFilter::lost).
  /// Collective.
  void flush(SampleSink& sink);

  /// What the sink will receive, in the order of the monitors. labels: (n_regions), or empty on
  /// ranks that have none: then the series of regions have no column labels there.
  [[nodiscard]] std::vector<SeriesInfo> series(const std::vector<std::string>& labels) const;

  /// What goes on from one sample to the next, of all monitors; after a flush that is all.
  [[nodiscard]] std::vector<NamedState> state();

  /// After a flush: appends what goes on for a region of this rank (position among the owned).
  void save(LocalIndex region, std::vector<double>& values) const;
  /// How many values that are.
  [[nodiscard]] std::size_t saved_values(LocalIndex region) const;
  /// Goes on with them, in a recorder that has recorded nothing, from step `now` on.
  void load(LocalIndex region, std::span<const double> values);
  void resume(Step now);

  /// Memory of this rank, including what rank 0 gathers for averages over regions.
  [[nodiscard]] std::int64_t buffer_bytes() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace arcuate::monitor
