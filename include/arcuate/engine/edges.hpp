#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "arcuate/core/aligned.hpp"
#include "arcuate/core/index.hpp"
#include "arcuate/core/reals.hpp"
#include "arcuate/engine/arrays.hpp"
#include "arcuate/engine/edge_sizes.hpp"
#include "arcuate/engine/lags.hpp"
#include "arcuate/engine/local_network.hpp"

/// The edges of this rank in the order and the form in which they are summed.
///
/// The canonical order of a target (the same for every rank count, thread count and block): far
/// shares by ascending global source, then near shares, then undelayed edges, each as acc =
/// fma(weight, history, acc). A share is far when its lag is at least D* - 1: all D* values of a
/// block are known when the block starts.
namespace arcuate::engine {

/// A source this rank reads: owned or ghost. Slots ascend by global index, so local order is global
/// order.
struct SourceSlots {
  std::vector<GlobalIndex> global;        ///< (n_slots)
  std::vector<std::int32_t> longest_lag;  ///< (n_slots) [steps] 0 when nobody here reads it
  std::vector<LocalIndex> of_owned;       ///< (n_owned) slot of each owned region
  [[nodiscard]] LocalIndex size() const { return static_cast<LocalIndex>(global.size()); }

  template <class Self, class Visit>
  static void arrays(Self& self, const EdgeSizes& n, const Visit& visit) {
    visit("slot_region", Role::parameter, self.global, {n.slots});
    visit("longest_lag", Role::parameter, self.longest_lag, {n.slots});
    visit("slot_of_owned", Role::parameter, self.of_owned, {n.owned});
  }
};

/// A run of edges of one target inside one tile of sources.
struct Segment {
  LocalIndex target = 0;  ///< first target of the thread = 0
  std::int32_t edges = 0;
};

/// Far shares of one thread's targets, by source tile; in a tile by target, in a target by source.
struct FarEdges {
  std::vector<Segment> segments;
  /// Segments at the front that start the sums of all targets; 0 when some has none in the first
  /// tile.
  LocalIndex fresh = 0;
  Reals weight;                         ///< (n_shares) stored as histories are
  Reals squared;                        ///< (n_shares) of squared weights; empty: no link asks
  AlignedVector<std::uint32_t> offset;  ///< (n_shares) history row of the source less the lag

  template <class Self, class Visit>
  static void arrays(Self& self, const SegmentSizes& n, const Visit& visit) {
    visit("far_segments", Role::parameter, self.segments, {n.segments});
    visit("far_weight", Role::parameter, self.weight, {n.shares});
    visit("far_squared", Role::parameter, self.squared, {n.of_squared(n.shares)});
    visit("far_offset", Role::parameter, self.offset, {n.shares});
  }
};

/// True when a target has so many edges in a tile that the sums of the next edges need no
/// prefetching and the targets of a tile are worth ordering.
inline bool is_dense(const FarEdges& edges) {
  return edges.segments.size() * 6 < edges.weight.size();
}

/// Near shares of one thread's targets (and undelayed edges between regions when coupling is held),
/// by target: those with the most shares first, so that runs of targets have equally many.
struct NearEdges {
  std::vector<Segment> segments;
  Reals weight;                         ///< as in FarEdges
  Reals squared;                        ///< as in FarEdges
  AlignedVector<std::uint32_t> offset;  ///< as in FarEdges

  template <class Self, class Visit>
  static void arrays(Self& self, const SegmentSizes& n, const Visit& visit) {
    visit("near_segments", Role::parameter, self.segments, {n.segments});
    visit("near_weight", Role::parameter, self.weight, {n.shares});
    visit("near_squared", Role::parameter, self.squared, {n.of_squared(n.shares)});
    visit("near_offset", Role::parameter, self.offset, {n.shares});
  }
};

/// Edges of neighbouring targets side by side, for runs of few steps: the columns of a matrix that
/// is multiplied with what the sources sent. A panel is some tiles of targets; its columns are in
/// the order in which every one of the targets sums.
struct Panels {
  struct Panel {
    LocalIndex tile = 0;  ///< first; first tile of the thread = 0
    int tiles = 0;        ///< 1 to most_tiles
    std::int32_t runs = 0;
  };
  /// Columns that follow each other: first some in which all targets have an edge, then others.
  struct Run {
    std::int32_t full = 0;
    std::int32_t partial = 0;
  };
  static constexpr int most_tiles = 4;
  std::vector<Panel> panels;
  std::vector<Run> runs;
  AlignedVector<std::uint32_t> offset;  ///< (columns) as in FarEdges, or the slot of the source
  Reals weight;   ///< (columns, tiles of the panel, lanes); not a number: no edge
  Reals squared;  ///< as in FarEdges
  std::int64_t edges = 0;

  template <class Self, class Visit>
  static void arrays(Self& self, const PanelSizes& n, const Visit& visit) {
    visit("panels", Role::parameter, self.panels, {n.panels});
    visit("panel_runs", Role::parameter, self.runs, {n.runs});
    visit("panel_offset", Role::parameter, self.offset, {n.columns});
    visit("panel_weight", Role::parameter, self.weight, {n.places});
    visit("panel_squared", Role::parameter, self.squared, {n.of_squared(n.places)});
  }
};
/// [steps] Runs shorter than this sum near shares by panels where these are full enough: vectors of
/// steps would be nearly empty.
inline constexpr Step short_run = 4;

/// Undelayed edges of staged coupling, evaluated at every stage.
struct StageEdges {
  std::vector<std::int64_t> row;  ///< (n_owned + 1); empty when there are none
  Reals weight;                   ///< as in FarEdges
  Reals squared;                  ///< as in FarEdges
  std::vector<LocalIndex> slot;
  std::vector<Panels> panels;  ///< (n_threads) in place of weights and slots, or empty

  void make_room(const StageSizes& n) { panels.resize(n.panels.size()); }
  template <class Self, class Visit>
  static void arrays(Self& self, const StageSizes& n, const Visit& visit) {
    visit("stage_row", Role::parameter, self.row, {n.rows});
    visit("stage_weight", Role::parameter, self.weight, {n.edges});
    visit("stage_squared", Role::parameter, self.squared, {n.of_squared(n.edges)});
    visit("stage_slot", Role::parameter, self.slot, {n.edges});
    for (std::size_t thread = 0; thread < n.panels.size(); ++thread)
      Panels::arrays(self.panels[thread], n.panels[thread], visit);
  }
};

/// The weights of those edges that a link sums with.
template <class Edges>
const auto& weights_of(const Edges& edges, bool squared) {
  return squared ? edges.squared : edges.weight;
}

struct SeriesEdges {
  Series series = Series::begin;
  std::vector<FarEdges> far;    ///< (n_threads)
  std::vector<NearEdges> near;  ///< (n_threads)
  std::vector<Panels> panels;   ///< (n_threads) in place of `near`, or empty

  void make_room(const SeriesSizes& n) {
    far.resize(n.far.size());
    near.resize(n.near.size());
    panels.resize(n.panels.size());
  }
  template <class Self, class Visit>
  static void arrays(Self& self, const SeriesSizes& n, const Visit& visit) {
    for (std::size_t thread = 0; thread < n.far.size(); ++thread) {
      FarEdges::arrays(self.far[thread], n.far[thread], visit);
      NearEdges::arrays(self.near[thread], n.near[thread], visit);
    }
    for (std::size_t thread = 0; thread < n.panels.size(); ++thread)
      Panels::arrays(self.panels[thread], n.panels[thread], visit);
  }
};

struct EdgePlan {
  Stored stored = Stored::in_double;  ///< histories, weights and messages
  SourceSlots slots;
  std::vector<std::uint32_t>
      row_start;  ///< (n_slots) element of x[n] in a history arena before it slides
  std::vector<std::uint32_t> next_of;  ///< (n_owned) element of x[n + 1] of the owned regions
  std::uint64_t arena_size = 0;        ///< [values] of one channel
  int block = 32;                      ///< D* of the network
  Step slack = 0;                      ///< [steps] an arena slides over before it is moved back
  std::vector<SeriesEdges> series;
  std::vector<double>
      self_weight;  ///< (n_owned) undelayed self-connection; empty when there are none
  std::vector<double> self_squared;
  StageEdges stage;
  std::vector<double> strength;          ///< (n_owned) sum of weights of a row, as stored
  std::vector<double> strength_squared;  ///< (n_owned) of squared weights; empty: no link asks
  std::int32_t smallest_near_lag = -1;   ///< of near edges between different owned regions; -1 none
  std::vector<LocalIndex> thread_begin;  ///< (n_threads + 1) first tile of each thread
  EdgeSizes sizes;

  void make_room(const EdgeSizes& n) {
    series.resize(n.series.size());
    for (std::size_t i = 0; i < series.size(); ++i)
      series[i].make_room(n.series[i]);
    stage.make_room(n.stage);
  }
  template <class Self, class Visit>
  static void arrays(Self& self, const EdgeSizes& n, const Visit& visit) {
    SourceSlots::arrays(self.slots, n, visit);
    visit("row_start", Role::parameter, self.row_start, {n.slots});
    visit("next_of_owned", Role::parameter, self.next_of, {n.owned});
    for (std::size_t i = 0; i < n.series.size(); ++i)
      SeriesEdges::arrays(self.series[i], n.series[i], visit);
    const std::int64_t self_weights = n.self ? n.owned : 0;
    visit("self_weight", Role::parameter, self.self_weight, {self_weights});
    visit("self_squared", Role::parameter, self.self_squared, {n.of_squared(self_weights)});
    StageEdges::arrays(self.stage, n.stage, visit);
    visit("strength", Role::parameter, self.strength, {n.owned});
    visit("strength_squared", Role::parameter, self.strength_squared, {n.of_squared(n.owned)});
    visit("thread_begin", Role::parameter, self.thread_begin, {n.threads + 1});
  }
};

/// The smallest lag of the edges that come from other ranks: -2 none, -1 undelayed edges of staged
/// coupling.
std::int64_t smallest_cut_lag(const LocalNetwork& network, const SimulationSpec& spec);

/// Where the histories of the sources lie in an arena: rows as long as their own longest lag and a
/// block, and a slack behind the last.
struct HistoryLayout {
  std::vector<std::uint32_t> row_start;  ///< (n_slots) as EdgePlan::row_start
  std::uint64_t arena_size = 0;          ///< [values] of one channel; row_start is good up to 2^32
  Step slack = 0;                        ///< [steps]
};
/// slack: [steps] at least; 0: chosen.
HistoryLayout lay_out_histories(const std::vector<std::int32_t>& longest_lag, int block,
                                Step slack = 0);

/// Sources in a tile, from the cache and the density.
LocalIndex choose_source_tile(std::int64_t edges, LocalIndex owned, LocalIndex slots,
                              std::uint64_t arena_size);

struct EdgePlanOptions {
  int threads = 1;
  Step period = 0;  ///< [steps] between messages; owned histories reach back at least that far
  LocalIndex source_tile = 0;  ///< sources in a tile; 0: chosen from the cache and the density
  Step slack = 0;              ///< [steps] of the histories; 0: chosen
};

/// A function of this rank's rows. Throws ConfigError when the histories exceed 2^32 values a
/// channel.
EdgePlan plan_edges(const LocalNetwork& network, const SimulationSpec& spec,
                    const EdgePlanOptions& options);
/// One for each part of split_by_population, with the same slots and the same layout of histories.
std::vector<EdgePlan> plan_edges(std::span<const LocalNetwork> parts, const SimulationSpec& spec,
                                 const EdgePlanOptions& options);

}  // namespace arcuate::engine
