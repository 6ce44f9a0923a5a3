#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "arcuate/comm/communicator.hpp"
#include "arcuate/engine/simulation.hpp"
#include "arcuate/model/entry.hpp"
#include "arcuate/monitor/region_average.hpp"
#include "arcuate/monitor/series_buffer.hpp"
#include "arcuate/monitor/spec.hpp"

/// From the states of a running simulation to the samples of its monitors.
namespace arcuate::monitor {

/// [bytes] of a rank's samples between two writes, for `simulate` and for what `plan` predicts of
/// it.
inline constexpr std::int64_t default_buffer_bytes = std::int64_t{16} << 20;

/// The models of the regions.
struct RecordedModels {
  std::vector<const model::Entry*> entries;
  std::vector<std::uint8_t> model_of;  ///< (n_regions) position in `entries`; empty: one model
};
RecordedModels recorded_models(const engine::SimulationSpec& spec);

/// Records all monitors of a study on this rank. What it writes depends on the states alone: not on
/// ranks, threads, lengths of runs, or the moments at which it is flushed.
///
///     while (simulation.now() < recorder.last_step()) {
///       simulation.run(recorder.next_flush(simulation.now()));
///       recorder.flush(sink);
///     }
///
/// raw, afferent_coupling: the value at the sample's step. The input at a step is what the states
/// at that step and before cause, the one with which the next step begins; an observable of the
/// input is of the state and the input at its step. So where inputs are recorded, the last sample
/// is known one step later: see last_step() temporal_average: sum over the period in ascending
/// time, divided by the period. global_average, spatial_average: raw samples summed over the
/// monitor's regions (of each group) in ascending order, divided by their number. A region whose
/// model has no such variable is recorded as not a number and left out of averages. Which steps are
/// sampled: see schedule().
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
  /// nothing to them. Collective.
  void flush(SampleSink& sink);

  /// What the sink will receive, in the order of the monitors. labels: (n_regions), or empty on
  /// ranks that have none: then the series of regions have no column labels there.
  [[nodiscard]] std::vector<SeriesInfo> series(const std::vector<std::string>& labels) const;

  /// Memory of this rank, including what rank 0 gathers for averages over regions.
  [[nodiscard]] std::int64_t buffer_bytes() const;

 private:
  struct Series {
    MonitorSpec spec;
    SeriesBuffer buffer;
    std::vector<GlobalIndex> positions;  ///< in the series, of this rank's columns, ascending
    std::vector<std::size_t> order;      ///< column of the buffer at each position; empty: the same
    GlobalIndex n_columns = 0;           ///< regions recorded on all ranks
    std::optional<RegionAverage> average;  ///< of global_average and spatial_average
    Step lag = 0;                          ///< steps after which the last of its variables is known
  };

  /// A derived observable that some monitor needs: at the multiples of `stride` in [begin, end].
  struct Derived {
    int index = 0;  ///< among model::ModelInfo::observables
    Step stride = 0;
    Step begin = 0;
    Step end = -1;
  };

  /// What a thread has to itself; aligned to keep other threads off its cache lines.
  struct alignas(64) Worker {
    std::vector<double> derived;  ///< (n_derived, steps_at_once, lanes)
    Step reached = 0;
  };

  /// 1 for what is known when the step that starts from the sample is done, else 0.
  [[nodiscard]] Step lag_of(const MonitorSpec& spec, int variable, int model) const;
  [[nodiscard]] Step lag_of(const MonitorSpec& spec) const;
  void add_derived(const MonitorSpec& spec, const Schedule& schedule, int model);
  [[nodiscard]] int derived_row(int observable, int model) const;
  [[nodiscard]] const model::ModelInfo& info(int model) const {
    return models_.entries[static_cast<std::size_t>(model)]->info;
  }
  void record_run(const engine::TileSample& sample, Worker& worker);
  void observe(const engine::TileSample& sample, Worker& worker) const;
  [[nodiscard]] Rows rows_of(const engine::TileSample& sample, const Worker& worker,
                             const MonitorSpec& spec, int variable) const;
  [[nodiscard]] Presence presence_of(const MonitorSpec& spec) const;
  void name_variables(const MonitorSpec& spec, SeriesInfo& info) const;
  [[nodiscard]] SeriesInfo describe(const Series& series,
                                    const std::vector<std::string>& labels) const;

  static constexpr int steps_at_once = 32;

  const comm::Communicator& comm_;
  RecordedModels models_;
  GlobalIndex n_regions_ = 0;
  double dt_ms_ = 0.0;
  Step steps_ = 0;
  std::vector<Series> series_;
  std::vector<std::vector<Derived>> derived_;  ///< by model
  std::vector<Worker> workers_;
};

}  // namespace arcuate::monitor
