#pragma once

#include <limits>
#include <memory>
#include <span>
#include <vector>

#include "arcuate/core/aligned.hpp"
#include "arcuate/engine/edges.hpp"
#include "arcuate/engine/history.hpp"
#include "arcuate/engine/noise.hpp"
#include "arcuate/engine/simulation.hpp"
#include "arcuate/network/coupling.hpp"
#include "drive.hpp"
#include "local_delays.hpp"

/// Everything a thread does to its tiles between two barriers: sums, inputs, noise, steps,
/// broadcast values.
namespace arcuate::engine {

inline constexpr int most_parts = 2;  ///< channels of one link

/// What no state may leave; not a number is outside of it, too.
inline constexpr model::Range any_finite{-std::numeric_limits<double>::max(),
                                         std::numeric_limits<double>::max()};
/// (n_states) what the states of a model may not leave for long, finite.
std::vector<model::Range> plausible_ranges(const model::Entry& model);

/// A coupling as the engine runs it: which channels exist and which input each enters.
struct ChannelPlan {
  struct LinkChannels {
    int observable = 0;
    int input = 0;
    int first = 0;  ///< channel
    int parts = 1;
    bool squared = false;  ///< sums with squared weights
  };
  explicit ChannelPlan(const network::Coupling& coupling, GlobalIndex n_regions);

  std::vector<LinkChannels> links;
  int channels = 0;
  [[nodiscard]] bool several_to_one_input() const;
  [[nodiscard]] bool squared(int channel) const;
  network::SourceFunction source;
  network::TargetFunction target;
};

/// Buffers of one thread, sized for one tile and one block.
struct TileScratch {
  explicit TileScratch(std::size_t n_states, std::size_t n_inputs, std::size_t delayed,
                       std::size_t channels, std::size_t block, std::size_t stage_rows,
                       const Noise& noise, const Drive& drive);
  AlignedVector<double> sums[3];    ///< by Series: (channels, block, lanes)
  AlignedVector<double> inputs[3];  ///< (block, n_inputs, lanes)
  AlignedVector<double> used;
  AlignedVector<double> delayed;  ///< (block, n_delayed, lanes)
  /// (1 + block, n_states, lanes) the state from which the steps start, then that after each
  AlignedVector<double> states;
  std::size_t state_size;  ///< (n_states, lanes)
  [[nodiscard]] double* trace() { return states.data() + state_size; }
  [[nodiscard]] const double* trace() const { return states.data() + state_size; }
  AlignedVector<double> values;  ///< (1 + most_parts, block, lanes)
  AlignedVector<double> stage;   ///< (scratch rows, lanes)
  NoiseScratch noise;
  DriveScratch drive;
  Noise::Drawn drawn;  ///< of the step in progress, when stages are run one by one
};

/// Parameters of a region and what its model derives from them: (kernel.parameter_rows()).
std::vector<double> parameter_rows(const SimulationSpec& spec, const model::Kernel& kernel,
                                   GlobalIndex region);

/// State `k` of a region at t = -lag steps, lag >= 0: as the study gives it, or drawn from (seed,
/// region, state). Before its first sample a given past repeats it; without one t = 0 is repeated.
double initial_value(const SimulationSpec& spec, std::uint64_t seed, GlobalIndex region, int k,
                     Step lag = 0);

/// Tiles that a thread steps together: the steps of one tile wait for each other, those of two do
/// not (docs/performance.md).
inline constexpr int tiles_side_by_side = 2;

/// Over the regions of one model.
class TilePass {
 public:
  TilePass(const SimulationSpec& spec, const LocalNetwork& network, const EdgePlan& plan,
           std::vector<std::uint64_t> seeds);

  [[nodiscard]] int replicas() const { return replicas_; }
  [[nodiscard]] LocalIndex tiles() const { return tiles_; }
  [[nodiscard]] const ChannelPlan& channels() const { return channels_; }
  [[nodiscard]] const model::Kernel& kernel() const { return *kernel_; }
  [[nodiscard]] TileScratch make_scratch() const;

  /// Far sums of the block that starts now, for a thread's targets.
  void start_block(int thread, const History& history);
  /// Near shares of steps n .. n + m - 1, for a thread's targets, before any of their tiles is
  /// taken on.
  void add_near(int thread, Step n, int m, const History& history);
  /// Steps n .. n + m - 1 of `count` <= tiles_side_by_side tiles, each with its own scratch.
  void advance(int thread, int replica, LocalIndex first, int count, Step n, int m,
               History& history, std::span<TileScratch> scratch, Probe* probe);

  /// One stage of step n of one tile, with undelayed sums from `stage_values` (n_slots per channel)
  /// of all regions.
  void begin_step(int replica, LocalIndex tile, Step n, TileScratch& scratch);
  void broadcast_stage(int stage, int replica, LocalIndex tile, std::vector<double>& stage_values,
                       TileScratch& scratch);
  /// Sums of all of a thread's targets over undelayed edges, before any of them runs the stage.
  /// scratch: of all tiles of the replica.
  void sum_stage(int thread, int stage, int replica, const std::vector<double>& stage_values,
                 std::span<const TileScratch> scratch);
  void run_stage(int stage, int replica, LocalIndex tile, TileScratch& scratch);
  void end_step(int thread, int replica, LocalIndex tile, Step n, History& history,
                TileScratch& scratch, Probe* probe);

  /// What one region with this state broadcasts. parameter: (parameter_rows).
  [[nodiscard]] double channel_value(int channel, const double* state,
                                     const double* parameter) const;
  /// An observable of one region. parameter: (parameter_rows).
  [[nodiscard]] double observed(int observable, const double* state, const double* parameter) const;
  [[nodiscard]] LocalDelays& delays() { return delays_; }
  /// Runs of steps will be shorter than short_run.
  void expect_short_runs() { noise_.keep_draws(); }
  /// The `end` sums at the initial time.
  void carry_from(const History& history);

  [[nodiscard]] double state(int replica, LocalIndex region, int k) const;
  [[nodiscard]] const Divergence& divergence(int thread) const {
    return diverged_[static_cast<std::size_t>(thread)];
  }

 private:
  friend class TileFeedback;
  void keep_past(int replica, LocalIndex tile, Step n, int m, TileScratch& scratch);
  [[nodiscard]] std::size_t sums_at(int replica, int channel, LocalIndex target) const;
  void collect(int replica, LocalIndex tile, Step n, int m, TileScratch& scratch);
  void add_panels(int thread, const SeriesEdges& edges, Step n, int m, const History& history);
  void carry(int replica, LocalIndex tile, int m, TileScratch& scratch);
  void start_inputs(LocalIndex tile, int m, Series when, const double* noise,
                    TileScratch& scratch) const;
  void complete_inputs(LocalIndex tile, int m, const double* noise, TileScratch& scratch) const;
  void prefetch_rows(int replica, LocalIndex first, int count, int m, History& history) const;
  void broadcast(int replica, LocalIndex tile, int m, const double* trace, History& history,
                 TileScratch& scratch);
  void check(int thread, int replica, LocalIndex tile, Step n, int m, const TileScratch& scratch);
  void note_divergence(int thread, int replica, LocalIndex tile, Step n, int m,
                       const TileScratch& scratch, const model::Range* at_the_end);
  void report(int thread, int replica, LocalIndex tile, Step n, int m, const TileScratch& scratch,
              Probe* probe);
  [[nodiscard]] model::Tile tile_memory(int replica, LocalIndex tile, TileScratch& scratch);
  [[nodiscard]] const double* parameters(LocalIndex tile) const;
  /// Parameters of the first of some steps at `when`, and the way to those of the next.
  struct StepParameters {
    const double* first;
    int stride;
  };
  [[nodiscard]] StepParameters parameters(LocalIndex tile, Series when,
                                          const TileScratch& scratch) const;
  void observe(int observable, int m, const double* trace, const StepParameters& parameters,
               double* out) const;

  const EdgePlan& plan_;
  const std::vector<GlobalIndex>& owned_;
  int model_;                ///< its number
  LocalIndex first_region_;  ///< position of owned_.front() among the regions of this rank
  std::unique_ptr<model::Kernel> kernel_;
  ChannelPlan channels_;
  int replicas_;
  int n_states_, n_inputs_, parameter_rows_;
  double dt_;                            ///< [model time unit]
  Step steps_;                           ///< of the whole simulation
  std::vector<model::Range> plausible_;  ///< (n_states)
  std::vector<model::Range> finite_;     ///< (n_states)
  LocalIndex tiles_;
  bool held_;
  std::vector<Series> read_at_;  ///< when the stages of the method read their inputs
  bool feedback_;
  bool several_links_;  ///< two links enter one input
  Noise noise_;
  Drive drive_;
  LocalDelays delays_;
  std::vector<std::uint32_t> next_of_;  ///< (owned) element of x[n + 1] in a history arena
  AlignedVector<double> state_;         ///< (replicas, tiles, n_states, lanes)
  AlignedVector<double> parameter_;     ///< (tiles, parameter_rows, lanes)
  AlignedVector<double> strength_[2];   ///< of W, of W squared: (tiles, lanes)
  AlignedVector<double> self_[2];  ///< (tiles, lanes); empty without undelayed self-connections
  AlignedVector<double> carry_;    ///< (replicas, channels, tiles, lanes)
  std::vector<AlignedVector<double>>
      sums_;  ///< by series: (replicas, channels, tiles x lanes, block)
  /// By series with panels: (replicas, channels, tiles, short_run, lanes)
  std::vector<AlignedVector<double>> short_sums_;
  AlignedVector<double> stage_sums_;  ///< (replicas, channels, tiles, lanes) of the stage
  std::vector<Divergence> diverged_;  ///< (threads)
};

}  // namespace arcuate::engine
