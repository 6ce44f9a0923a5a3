#pragma once

#include <array>

#include "arcuate/engine/arrays.hpp"
#include "arcuate/engine/lags.hpp"
#include "arcuate/engine/spec.hpp"
#include "arcuate/model/kernel.hpp"

/// The numbers that all shapes of a population's arrays follow from.
namespace arcuate::engine {

inline constexpr int lanes = model::lanes;
inline constexpr int most_link_parts = 2;  ///< channels of one link
/// Where runs of steps are short, what serves several of them is done for so many steps at once.
inline constexpr int kept_steps = 16;

struct TileSizes {
  std::int64_t tiles = 0;
  std::int64_t states = 0;
  std::int64_t inputs = 0;
  std::int64_t parameters = 0;  ///< rows, with what the model derives
  std::int64_t channels = 0;
  std::int64_t block = 0;       ///< D* [steps]
  std::int64_t stage_rows = 0;  ///< of the method's scratch
  bool held = true;
  bool squared = false;           ///< some link sums with squared weights
  bool self = false;              ///< undelayed self-connections
  std::array<bool, 3> series{};   ///< delayed sums, by Series
  std::int64_t delayed = 0;       ///< values that are read from a region's own past
  std::int64_t own_past = 0;      ///< [steps] of all sources of those
  std::int64_t noise_terms = 0;   ///< processes that are drawn
  std::int64_t noise_memory = 0;  ///< those that remember
  bool noisy_states = false;
  bool noisy_inputs = false;
  std::int64_t stimuli = 0;
  bool changing_parameters = false;  ///< by stimuli
  bool middles = false;              ///< inputs are read in the middle of steps
  bool stagewise = false;            ///< stages are run one by one
  bool short_runs = false;           ///< runs of steps between two looks at other tiles
  bool plain_noise = false;          ///< white, on states that no stimulus acts on

  Stored states_stored = Stored::in_double;
  Stored past_stored = Stored::in_double;  ///< histories, and what is summed of them

  /// Of arrays that are Reals.
  [[nodiscard]] Stored stored(Role role) const {
    return role == Role::state ? states_stored : past_stored;
  }
  /// [steps] that a scratch holds: stages that are run one by one are those of one step.
  [[nodiscard]] std::int64_t scratch_steps() const { return stagewise ? 1 : block; }
  /// States of several runs stay in a fast cache.
  [[nodiscard]] bool few_states() const {
    constexpr std::int64_t most_bytes = 256 * 1024;
    constexpr std::int64_t of_a_row = kept_steps * lanes * sizeof(double);
    return tiles * states * of_a_row <= most_bytes;
  }
  /// Increments are drawn for several runs.
  [[nodiscard]] bool keeps_increments() const { return short_runs && plain_noise && few_states(); }
  /// States of several runs are kept, and checked and reported together.
  [[nodiscard]] bool keeps_trace() const {
    return short_runs && !stagewise && !changing_parameters && few_states();
  }
  /// Inputs are read at that time of a step.
  [[nodiscard]] bool reads(Series when) const {
    return when == Series::begin || series[static_cast<std::size_t>(when)];
  }
};

/// [steps] The longest run between two looks at other tiles. period: of messages, 0: none;
/// smallest_near_lag: of edges between owned regions, -1: none.
Step longest_run(const SimulationSpec& spec, int block, Step period, std::int32_t smallest_near_lag,
                 bool stagewise);

/// regions: of the population on this rank. block: of the network. run: the longest run of steps.
TileSizes tile_sizes(const SimulationSpec& spec, const Population& population, LocalIndex regions,
                     const BlockChoice& block, Step run);

}  // namespace arcuate::engine
