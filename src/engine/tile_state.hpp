#pragma once

#include "arcuate/core/aligned.hpp"
#include "arcuate/engine/arrays.hpp"
#include "arcuate/engine/edges.hpp"
#include "arcuate/engine/tile_sizes.hpp"
#include "drive.hpp"
#include "noise.hpp"

/// What the tiles of a population change while they are stepped.
namespace arcuate::engine {

struct TileState {
  Reals state;
  AlignedVector<double> noise_memory;
  KeptDraws kept;
  Reals own_past;
  Reals carry;                       ///< sums at the end of the step before
  std::array<Reals, 3> sums;         ///< delayed, of the block in progress, by Series
  std::array<Reals, 3> short_sums;   ///< of the run in progress, where edges are in panels
  Reals stage_sums;                  ///< of the stage in progress
  AlignedVector<double> kept_trace;  ///< states of the runs that are not reported yet

  template <class Self, class Visit>
  static void arrays(Self& self, const TileSizes& n, const Visit& visit) {
    constexpr std::array names{"sums_at_begin", "sums_in_middle", "sums_at_end"};
    constexpr std::array short_names{"short_sums_at_begin", "short_sums_in_middle",
                                     "short_sums_at_end"};
    visit("state", Role::state, self.state, {n.tiles, n.states, lanes});
    visit("noise_memory", Role::state, self.noise_memory, {n.noise_memory, n.tiles, lanes});
    KeptDraws::arrays(self.kept, n, visit);
    visit("own_past", Role::history, self.own_past, {n.tiles, n.own_past, lanes});
    visit("carry", Role::derived, self.carry, {n.held ? 0 : n.channels, n.tiles, lanes});
    for (std::size_t when = 0; when < names.size(); ++when) {
      visit(names[when], Role::derived, self.sums[when],
            {n.series[when] ? n.channels : 0, n.tiles * lanes, n.block});
      visit(short_names[when], Role::derived, self.short_sums[when],
            {n.series[when] && n.short_runs ? n.channels : 0, n.tiles, short_run, lanes});
    }
    visit("stage_sums", Role::derived, self.stage_sums,
          {n.stagewise ? n.channels : 0, n.tiles, lanes});
    visit("kept_trace", Role::derived, self.kept_trace,
          {n.keeps_trace() ? n.tiles : 0, kept_steps, n.states, lanes});
  }
};

/// Buffers of one thread for one tile and one block; of every tile when stages are run one by one.
struct alignas(apart) TileScratch {
  std::array<AlignedVector<double>, 3> sums;    ///< as TileState::sums, lanes last
  std::array<AlignedVector<double>, 3> inputs;  ///< by Series
  AlignedVector<double> used;                   ///< inputs at the begins of the steps
  AlignedVector<double> delayed;
  AlignedVector<double> states;  ///< the state from which the steps start, then that after each
  AlignedVector<double> values;
  AlignedVector<double> stage;
  AlignedVector<double> state;  ///< of the tile while it is stepped, where it is stored in single
  NoiseScratch noise;
  DriveScratch drive;
  Noise::Drawn drawn;          ///< of the step in progress, when stages are run one by one
  Step first = 0;              ///< step in progress, the first of the run
  std::size_t state_size = 0;  ///< (n_states, lanes)

  [[nodiscard]] double* trace() { return states.data() + state_size; }
  [[nodiscard]] const double* trace() const { return states.data() + state_size; }

  template <class Self, class Visit>
  static void arrays(Self& self, const TileSizes& n, const Visit& visit) {
    constexpr std::array when{Series::begin, Series::middle, Series::end};
    constexpr std::array sums{"sums_at_begin", "sums_in_middle", "sums_at_end"};
    constexpr std::array inputs{"inputs_at_begin", "inputs_in_middle", "inputs_at_end"};
    for (std::size_t k = 0; k < when.size(); ++k) {
      const std::int64_t steps = n.reads(when[k]) ? n.scratch_steps() : 0;
      visit(sums[k], Role::scratch, self.sums[k], {n.channels, steps, lanes});
      visit(inputs[k], Role::scratch, self.inputs[k], {steps, n.inputs, lanes});
    }
    visit("used", Role::scratch, self.used, {n.scratch_steps(), n.inputs, lanes});
    visit("delayed", Role::scratch, self.delayed, {n.scratch_steps(), n.delayed, lanes});
    visit("states", Role::scratch, self.states, {1 + n.scratch_steps(), n.states, lanes});
    visit("values", Role::scratch, self.values, {1 + most_link_parts, n.scratch_steps(), lanes});
    visit("stage", Role::scratch, self.stage, {n.stage_rows, lanes});
    visit("state", Role::scratch, self.state,
          {n.states_stored == Stored::in_single ? n.states : 0, lanes});
    NoiseScratch::arrays(self.noise, n, visit);
    DriveScratch::arrays(self.drive, n, visit);
  }
};

/// Zeros, ready to be used.
inline TileScratch make_scratch(const TileSizes& sizes) {
  TileScratch scratch;
  allocate(scratch, sizes);
  scratch.state_size = static_cast<std::size_t>(sizes.states * lanes);
  return scratch;
}

}  // namespace arcuate::engine
