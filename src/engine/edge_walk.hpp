#pragma once

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "arcuate/core/index.hpp"
#include "arcuate/engine/lags.hpp"
#include "arcuate/engine/local_network.hpp"
#include "arcuate/engine/spec.hpp"

/// The one way along the edges of a rank, for whoever counts them and whoever lays them out.
namespace arcuate::engine {

/// The edges of some regions, wherever they are kept.
struct EdgeRows {
  /// A rank's own rows.
  EdgeRows(const LocalNetwork& network, const SimulationSpec& spec);
  /// Rows of a whole network. owned: (n_owned) ascending, of one population.
  EdgeRows(const network::Connectome& connectome, const Delays& delays, const SimulationSpec& spec,
           std::span<const GlobalIndex> regions, int number);

  int population;
  std::span<const GlobalIndex> owned;
  std::span<const LocalIndex> source;
  std::span<const double> weight;
  std::span<const double> delay;  ///< [steps]

  [[nodiscard]] LocalIndex n_owned() const { return static_cast<LocalIndex>(owned.size()); }
  [[nodiscard]] GlobalIndex n_edges() const;
  /// The edges of a target.
  [[nodiscard]] std::pair<GlobalIndex, GlobalIndex> edges_of(LocalIndex target) const {
    if (row_.empty()) return {0, 0};
    const std::size_t at = of_network_ ? z(owned[z(target)]) : z(target);
    return {row_[at], row_[at + 1]};
  }
  /// [steps] How far back anyone reads an owned region, as far as it is known.
  [[nodiscard]] std::int32_t longest_lag(LocalIndex target) const {
    if (longest_lag_.empty()) return 0;
    return longest_lag_[of_network_ ? z(owned[z(target)]) : z(target)];
  }
  /// Calls visit(target, edge).
  template <class Visit>
  void each_edge(const Visit& visit) const {
    for (LocalIndex target = 0; target < n_owned(); ++target) {
      const auto [begin, end] = edges_of(target);
      for (GlobalIndex e = begin; e < end; ++e)
        visit(target, e);
    }
  }

 private:
  std::span<const GlobalIndex> row_;  ///< empty: no region sends anything
  std::span<const std::int32_t> longest_lag_;
  bool of_network_;  ///< row_ has all regions, not only the owned ones
};

/// Where the engine sums a share of an edge.
enum class Where { far, near, stage, self };

struct Share {
  Where where = Where::far;
  int piece = 0;  ///< position among the shares of the edge
  std::int32_t lag = 0;
  double part = 1.0;  ///< of the weight
};

class EdgeWalk {
 public:
  EdgeWalk(const SimulationSpec& spec, const BlockChoice& block);

  [[nodiscard]] const std::vector<Series>& all_series() const { return reading_.all_series(); }
  /// Undelayed edges are not summed with the others of the block, but at every stage.
  [[nodiscard]] bool at_stages() const {
    return block_.undelayed_between_regions && !reading_.held();
  }
  /// Undelayed edges are weights of the region's own state.
  [[nodiscard]] bool kept_apart() const {
    return block_.undelayed > 0 && !block_.undelayed_between_regions;
  }

  /// Calls visit(edge, share) for all shares that a target sums in a series, in their order. Edges
  /// that are undelayed come last, with the first series.
  template <class Visit>
  void each_share(const EdgeRows& rows, Series series, LocalIndex target,
                  const Visit& visit) const {
    const auto [begin, end] = rows.edges_of(target);
    for (GlobalIndex e = begin; e < end; ++e) {
      const Stencil s = reading_.stencil(rows.delay[z(e)], series);
      for (int p = 0; p < s.size; ++p) {
        const Piece& piece = s.pieces[z(p)];
        const Where where = piece.lag < block_.block - 1 ? Where::near : Where::far;
        visit(e, Share{where, p, piece.lag, piece.weight});
      }
    }
    if (block_.undelayed == 0 || series != all_series().front()) return;
    for (GlobalIndex e = begin; e < end; ++e) {
      if (reading_.undelayed(rows.delay[z(e)])) visit(e, undelayed_share_);
    }
  }

 private:
  BlockChoice block_;
  DelayReading reading_;
  Share undelayed_share_;
};

}  // namespace arcuate::engine
