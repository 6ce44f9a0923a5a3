#pragma once

#include <cstdint>
#include <vector>

#include "arcuate/core/reals.hpp"
#include "arcuate/engine/arrays.hpp"
#include "arcuate/engine/lags.hpp"

/// The numbers that all shapes of an EdgePlan's arrays follow from: counted by one walk over the
/// edges, before the engine lays them out, and when nothing but a forecast is wanted.
namespace arcuate::engine {

/// What all arrays of weights have in common.
struct WeightSizes {
  bool squared = false;  ///< some link sums with squared weights
  Stored weights = Stored::in_double;
  /// Squared weights beside that many weights.
  [[nodiscard]] std::int64_t of_squared(std::int64_t count) const { return squared ? count : 0; }
  /// Of arrays that are Reals.
  [[nodiscard]] Stored stored(Role /*role*/) const { return weights; }
};

/// Shares of one thread's targets, far or near.
struct SegmentSizes : WeightSizes {
  std::int64_t segments = 0;  ///< runs of shares of one target
  std::int64_t shares = 0;
};

/// Shares of one thread's targets as panels.
struct PanelSizes : WeightSizes {
  std::int64_t panels = 0;
  std::int64_t runs = 0;
  std::int64_t columns = 0;
  std::int64_t places = 0;  ///< in the columns, most of them with an edge
  std::int64_t edges = 0;
};

struct SeriesSizes {
  Series series = Series::begin;
  std::vector<SegmentSizes> far;   ///< (n_threads)
  std::vector<SegmentSizes> near;  ///< (n_threads)
  std::vector<PanelSizes> panels;  ///< (n_threads) in place of `near`, or empty
};

/// Undelayed edges of staged coupling.
struct StageSizes : WeightSizes {
  std::int64_t rows = 0;           ///< n_owned + 1, or 0
  std::int64_t edges = 0;          ///< in those rows
  std::vector<PanelSizes> panels;  ///< (n_threads) in place of rows, or empty
};

/// Of the regions of one population on one rank.
struct EdgeSizes : WeightSizes {
  int population = 0;  ///< its number
  std::int64_t owned = 0;
  std::int64_t slots = 0;  ///< sources that this rank reads or owns
  std::int64_t threads = 1;
  bool self = false;  ///< undelayed self-connections, kept apart
  std::vector<SeriesSizes> series;
  StageSizes stage;

  [[nodiscard]] std::int64_t far_shares() const;
  /// With undelayed edges of held coupling.
  [[nodiscard]] std::int64_t near_shares() const;
  [[nodiscard]] std::int64_t stage_edges() const;
  [[nodiscard]] std::int64_t far_segments() const;
};

}  // namespace arcuate::engine
