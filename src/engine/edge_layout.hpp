#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "arcuate/engine/edges.hpp"
#include "edge_walk.hpp"
#include "panel_builder.hpp"

/// Where the edges of a rank will lie: all that an EdgePlan is, but what fills its arrays.
namespace arcuate::engine {

/// Far shares of a thread by tile of sources: what lies before each, (tiles + 1).
struct FarTiles {
  std::vector<std::uint64_t> shares;
  std::vector<std::uint64_t> segments;
};

/// The edges of one population on this rank.
struct PartLayout {
  EdgeRows rows;
  std::vector<LocalIndex> thread_begin;
  LocalIndex source_tile = 0;  ///< sources in a tile
  EdgeSizes sizes;
  std::vector<std::vector<FarTiles>> far;              ///< (series, threads)
  std::vector<std::vector<std::int32_t>> near_shares;  ///< (series, owned)

  /// The targets of a thread.
  [[nodiscard]] std::pair<LocalIndex, LocalIndex> targets_of(std::size_t thread) const;
};

class EdgeLayout {
 public:
  /// rows: of the populations of one rank. owner: (n_regions). Any size can be counted; offsets
  /// are good where sources().arena_size is below 2^32.
  EdgeLayout(std::vector<EdgeRows> rows, const std::vector<std::int32_t>& owner,
             const SimulationSpec& spec, const BlockChoice& block, const EdgePlanOptions& options);

  [[nodiscard]] const EdgeWalk& walk() const { return walk_; }
  /// What the parts have in common: slots, histories, block; no edges.
  [[nodiscard]] const EdgePlan& sources() const { return sources_; }
  [[nodiscard]] const std::vector<PartLayout>& parts() const { return parts_; }

  /// Where the source of an edge is among the slots.
  [[nodiscard]] LocalIndex slot_of(const EdgeRows& rows, GlobalIndex edge) const {
    return slot_[z(rows.source[z(edge)])];
  }
  [[nodiscard]] LocalIndex slot_of(GlobalIndex region) const { return slot_[z(region)]; }
  /// Of the value that a share reads, in an arena of histories.
  [[nodiscard]] std::uint32_t offset_of(const EdgeRows& rows, GlobalIndex edge,
                                        std::int32_t lag) const {
    return sources_.row_start[z(slot_of(rows, edge))] - static_cast<std::uint32_t>(lag);
  }
  /// Appends the near shares of a target in a series as edges of a panel.
  void near_edges(const EdgeRows& rows, Series series, LocalIndex target,
                  std::vector<PanelEdge>& edges) const;
  /// Appends those that are summed at every stage.
  void stage_edges(const EdgeRows& rows, LocalIndex target, std::vector<PanelEdge>& edges) const;

 private:
  void find_slots();
  void find_lags(const EdgeRows& rows, Step period);
  void lay_out_sources(int block, Step slack);
  void share_tiles(int threads);
  void count(PartLayout& part, const EdgePlanOptions& options, bool short_runs) const;
  void count_series(PartLayout& part, Series series, bool short_runs) const;
  FarTiles count_shares(const PartLayout& part, Series series, std::size_t thread,
                        std::vector<std::int32_t>& near) const;
  [[nodiscard]] std::vector<PanelSizes> count_panels(const PartLayout& part,
                                                     const EdgesOf& edges_of) const;
  void count_stage(PartLayout& part) const;

  EdgeWalk walk_;
  const std::vector<std::int32_t>& owner_;
  WeightSizes form_;
  std::vector<LocalIndex> slot_;  ///< (n_regions) -1: neither read nor owned here
  EdgePlan sources_;
  std::vector<PartLayout> parts_;
};

}  // namespace arcuate::engine
