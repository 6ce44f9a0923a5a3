#pragma once

#include <span>
#include <vector>

#include "arcuate/engine/snapshot.hpp"
#include "history.hpp"
#include "tile_state.hpp"

/// What is saved of tiles and histories, region by region.
namespace arcuate::engine {

/// Where the values of one region are in the arrays of a TileState that must be saved. It follows
/// from their declaration: the axis of the tiles is the one that grows when there is one tile more,
/// and lanes are the last.
class TileMemory {
 public:
  explicit TileMemory(const TileSizes& sizes);

  /// Of one region.
  [[nodiscard]] std::size_t count() const { return count_; }
  /// place: of the region among those of the tiles, tile * lanes + lane. Appends count() values.
  void save(const TileState& state, LocalIndex place, std::vector<double>& values) const;
  /// values: (count())
  void load(TileState& state, LocalIndex place, std::span<const double> values) const;

 private:
  /// (outer, tiles, inner, lanes)
  struct Form {
    std::size_t outer = 0, inner = 0;
  };
  template <class State, class Visit>
  void each_value(State& state, LocalIndex place, const Visit& visit) const;

  TileSizes sizes_;
  std::vector<Form> kept_;  ///< in the order of the declaration
  std::size_t count_ = 0;
};

/// Appends the last 1 + `longest_lag` values of every channel of a slot.
void save_history(const History& history, const EdgePlan& edges, int channels, LocalIndex slot,
                  std::int32_t longest_lag, std::vector<double>& values);
/// Takes the history of a slot; what is older than what was saved is not read by anybody and
/// repeats its oldest value. Throws ConfigError when the values are too few.
void load_history(History& history, const EdgePlan& edges, int channels, LocalIndex slot,
                  const RegionSnapshot& saved);

}  // namespace arcuate::engine
