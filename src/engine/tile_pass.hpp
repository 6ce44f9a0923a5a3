#pragma once

#include <algorithm>
#include <span>
#include <vector>

#include "arcuate/engine/edges.hpp"
#include "arcuate/engine/simulation.hpp"
#include "history.hpp"
#include "tile_plan.hpp"
#include "tile_state.hpp"
#include "tract_sums.hpp"

/// Everything a thread does to its tiles between two barriers: sums, inputs, noise, steps,
/// broadcast values.
namespace arcuate::engine {

/// Tiles that a thread steps together: the steps of one tile wait for each other, those of two do
/// not (docs/performance.md).
inline constexpr int tiles_side_by_side = 2;

inline std::size_t index_of(Series series) {
  return static_cast<std::size_t>(series);
}

/// Over the regions of one population.
class TilePass {
 public:
  /// All must outlive it.
  TilePass(const SimulationSpec& spec, const TilePlan& plan, const EdgePlan& edges,
           TileState& state);

  [[nodiscard]] const TilePlan& plan() const { return plan_; }
  /// Tracts between parcels, which must outlive it.
  void use(TractSums& tracts) { tracts_ = &tracts; }
  /// What comes from another simulation, likewise.
  void use(const Feed& feed) { feed_ = &feed; }

  /// Far sums of the block that starts now, for a thread's targets.
  void start_block(int thread, const History& history);
  /// Near shares of steps n .. n + m - 1, for a thread's targets, before any of their tiles is
  /// taken on.
  void add_near(int thread, Step n, int m, const History& history);
  /// Steps n .. n + m - 1 of all tiles of a thread, tiles_side_by_side at a time, each with its own
  /// scratch. last: of the call, so that the probe hears of all steps.
  void advance(int thread, Step n, int m, bool last, History& history,
               std::span<TileScratch> scratch, Probe* probe);

  /// One stage of step n of one tile, with undelayed sums from `stage_values` (n_slots per channel)
  /// of all regions.
  void begin_step(LocalIndex tile, Step n, TileScratch& scratch);
  void broadcast_stage(int stage, LocalIndex tile, Reals& stage_values, TileScratch& scratch);
  /// Sums of all of a thread's targets over undelayed edges, before any of them runs the stage.
  /// scratch: of all tiles.
  void sum_stage(int thread, int stage, const Reals& stage_values,
                 std::span<const TileScratch> scratch);
  void run_stage(int stage, LocalIndex tile, TileScratch& scratch);
  void end_step(int thread, LocalIndex tile, Step n, History& history, TileScratch& scratch,
                Probe* probe);

  /// What the regions' own delays read, in all lanes of all tiles.
  void fill_own_past(const SimulationSpec& spec);
  /// The `end` sums of the step before the first.
  void carry_from(const History& history);
  /// Blocks are counted from this step on.
  void start_at(Step origin) {
    origin_ = origin;
    for (OfThread& one : of_thread_)
      one.kept_from = origin;
  }

  [[nodiscard]] double state(LocalIndex region, int k) const;
  [[nodiscard]] const Divergence& divergence(int thread) const {
    return of_thread_[static_cast<std::size_t>(thread)].diverged;
  }

 private:
  /// Of `count` <= tiles_side_by_side tiles. kept: their states are reported later.
  void advance_some(int thread, LocalIndex first, int count, Step n, int m, bool kept,
                    History& history, std::span<TileScratch> scratch, Probe* probe);
  /// Whether steps can be taken by step_plainly().
  [[nodiscard]] bool is_plain() const;
  /// Step n of all tiles of a thread, kept.
  void step_plainly(int thread, Step n, History& history, std::span<TileScratch> scratch);
  /// Noise of the steps, what stimuli add to states, and the parameters as stimuli change them.
  [[nodiscard]] Noise::Drawn draw(LocalIndex tile, Step n, int m, TileScratch& scratch) const;
  void start_run(LocalIndex tile, Step n, int m, TileScratch& scratch, model::TileRun& run);
  /// Checks and reports the steps that are kept, up to `end`.
  void report_kept(int thread, Step end, const TileScratch& scratch, Probe* probe);
  [[nodiscard]] double* kept_trace(LocalIndex tile, Step after) {
    return state_.kept_trace.data() +
           static_cast<std::size_t>((tile * kept_steps + after) * plan_.n_states * lanes);
  }
  void keep_past(LocalIndex tile, Step n, int m, const double* trace, TileScratch& scratch);
  /// Values of all steps in the scratch of a channel.
  [[nodiscard]] std::size_t scratch_row() const {
    return static_cast<std::size_t>(plan_.sizes.scratch_steps()) * lanes;
  }
  [[nodiscard]] std::size_t sums_at(int channel, LocalIndex target) const;
  /// Of step n, among those of its block.
  [[nodiscard]] std::size_t phase_of(Step n) const {
    return static_cast<std::size_t>((n - origin_) % edges_.block);
  }
  void collect(LocalIndex tile, Step n, int m, TileScratch& scratch);
  void carry(LocalIndex tile, int m, TileScratch& scratch);
  void start_inputs(LocalIndex tile, int m, Series when, const double* noise,
                    TileScratch& scratch) const;
  void complete_inputs(LocalIndex tile, int m, const double* noise, TileScratch& scratch) const;
  void broadcast(LocalIndex tile, int m, const double* trace, History& history,
                 TileScratch& scratch);
  void send_to_parcels(int thread, LocalIndex tile, Step n, int m, const double* trace,
                       TileScratch& scratch);
  void add_from_feed(LocalIndex tile, int m, const TileScratch& scratch, double* inputs) const;
  void add_from_parcels(LocalIndex tile, int m, const TileScratch& scratch, double* inputs) const;
  void check(int thread, LocalIndex tile, Step n, int m, const double* trace);
  void note_divergence(int thread, LocalIndex tile, Step n, int m, const double* trace,
                       const model::Range* at_the_end);
  void report(int thread, LocalIndex tile, Step n, int m, const double* trace,
              const TileScratch& scratch, Probe* probe);
  void load_state(LocalIndex tile, TileScratch& scratch) const;
  void store_state(LocalIndex tile, const TileScratch& scratch);
  void place_tile(LocalIndex tile, TileScratch& scratch, model::Tile& memory);
  [[nodiscard]] model::Tile tile_memory(LocalIndex tile, TileScratch& scratch);

  // Real: as histories and their sums are stored (EdgePlan::stored).
  template <class Real>
  void add_near_of(int thread, Step n, int m, const History& history);
  template <class Real>
  void add_panels(int thread, const SeriesEdges& edges, Step n, int m, const History& history);
  template <class Real>
  void collect_of(const SeriesEdges& edges, LocalIndex tile, Step n, int m,
                  TileScratch& scratch) const;
  template <class Real>
  void prefetch_rows(LocalIndex first, int count, int m, const History& history) const;
  template <class Real>
  void write_rows(LocalIndex tile, int m, const double* values, int stride, Real* now) const;
  template <class Real>
  void sum_stage_of(int thread, std::size_t when, const Real* stage_values,
                    std::span<const TileScratch> scratch);
  template <class Real>
  void carry_sums(const History& history);

  const TilePlan& plan_;
  const EdgePlan& edges_;
  TileState& state_;
  TractSums* tracts_ = nullptr;
  const Feed* feed_ = nullptr;
  Step origin_ = 0;
  struct alignas(apart) OfThread {
    Step kept_from = 0;  ///< first step that is not reported yet
    Divergence diverged;
  };
  std::vector<OfThread> of_thread_;
};

}  // namespace arcuate::engine
