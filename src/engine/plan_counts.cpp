#include <algorithm>
#include <utility>

#include "arcuate/engine/edges.hpp"
#include "arcuate/engine/plan.hpp"

namespace arcuate::engine {
namespace {

std::size_t z(std::int64_t i) {
  return static_cast<std::size_t>(i);
}

/// Counts rank after rank, with arrays over all regions that are used again.
class Counter {
 public:
  Counter(const network::Connectome& connectome, const SimulationSpec& spec,
          const std::vector<std::int32_t>& owner, int ranks, Step period, const BlockChoice& block)
      : connectome_(connectome),
        spec_(spec),
        owner_(owner),
        period_(period),
        block_(block),
        all_series_(series_of(spec.method, spec.stages)),
        owned_(z(ranks)),
        slot_(owner.size()),
        counts_(z(ranks)),
        talks_(z(ranks), std::vector<bool>(z(ranks))) {
    for (std::size_t region = 0; region < owner.size(); ++region)
      owned_[z(owner[region])].push_back(static_cast<GlobalIndex>(region));
  }

  std::vector<RankCounts> run() {
    for (std::size_t rank = 0; rank < owned_.size(); ++rank) {
      find_slots(rank);
      find_lags(rank);
      lay_out(rank);
      count_segments(rank);
    }
    for (std::size_t a = 0; a < owned_.size(); ++a) {
      for (std::size_t b = 0; b < owned_.size(); ++b) {
        counts_[a].messages += talks_[a][b] ? 1 : 0;
        counts_[a].peers += talks_[a][b] || talks_[b][a] ? 1 : 0;
      }
    }
    return std::move(counts_);
  }

 private:
  template <class Visit>
  void each_edge(std::size_t rank, const Visit& visit) const {
    for (GlobalIndex target : owned_[rank]) {
      for (GlobalIndex e = connectome_.row[z(target)]; e < connectome_.row[z(target) + 1]; ++e)
        visit(target, e);
    }
  }
  [[nodiscard]] GlobalIndex source(GlobalIndex e) const { return connectome_.source[z(e)]; }
  [[nodiscard]] double delay(GlobalIndex e) const {
    return delay_in_steps(connectome_, e, spec_.speed, spec_.dt);
  }
  [[nodiscard]] bool held() const { return all_series_.front() == Series::begin; }

  void find_slots(std::size_t rank) {
    RankCounts& counts = counts_[rank];
    counts.regions = static_cast<LocalIndex>(owned_[rank].size());
    counts.of_population.assign(z(spec_.n_populations()), 0);
    std::fill(slot_.begin(), slot_.end(), -1);
    for (GlobalIndex region : owned_[rank]) {
      slot_[z(region)] = 0;
      ++counts.of_population[z(spec_.number_at(region))];
    }
    each_edge(rank, [&](GlobalIndex, GlobalIndex e) {
      ++counts.edges;
      slot_[z(source(e))] = 0;
    });
    longest_.clear();
    for (std::size_t region = 0; region < slot_.size(); ++region) {
      if (slot_[region] < 0) continue;
      slot_[region] = counts.slots++;
      const auto from = z(owner_[region]);
      const bool mine = from == rank;
      longest_.push_back(mine ? static_cast<std::int32_t>(std::max<Step>(0, period_ - 1)) : 0);
      if (mine || period_ == 0) continue;
      ++counts.ghosts;
      ++counts_[from].sent;
      talks_[from][rank] = true;
    }
  }

  void find_lags(std::size_t rank) {
    RankCounts& counts = counts_[rank];
    each_edge(rank, [&](GlobalIndex target, GlobalIndex e) {
      const double steps = delay(e);
      const bool pair = owner_[z(source(e))] == owner_[z(target)] && source(e) != target;
      std::int32_t& longest = longest_[z(slot_[z(source(e))])];
      for (Series series : all_series_) {
        const Stencil s = stencil(steps, series, spec_.delay);
        for (int p = 0; p < s.size; ++p) {
          const std::int32_t lag = s.pieces[z(p)].lag;
          longest = std::max(longest, series == Series::end ? lag + 1 : lag);
          const bool far = lag >= block_.block - 1;
          ++(far ? counts.far_shares : counts.near_shares);
          if (!far && pair) note_near(counts, lag);
        }
      }
      if (!undelayed(steps, spec_.delay)) return;
      if (held() && pair) note_near(counts, 0);
      if (block_.undelayed_between_regions) ++(held() ? counts.near_shares : counts.stage_edges);
    });
  }

  static void note_near(RankCounts& counts, std::int32_t lag) {
    std::int32_t& smallest = counts.smallest_near_lag;
    smallest = smallest < 0 ? lag : std::min(smallest, lag);
  }

  void lay_out(std::size_t rank) {
    RankCounts& counts = counts_[rank];
    counts.arena_values =
        static_cast<std::int64_t>(lay_out_histories(longest_, block_.block).arena_size);
    counts.source_tile = choose_source_tile(counts.edges, counts.regions, counts.slots,
                                            static_cast<std::uint64_t>(counts.arena_values));
    if (counts.ghosts == 0) return;
    for (std::size_t region = 0; region < slot_.size(); ++region) {
      if (slot_[region] >= 0 && z(owner_[region]) != rank)
        counts.ghost_values += longest_[z(slot_[region])] + 1;
    }
  }

  /// Sources ascend in a row: a new tile begins a new segment.
  void count_segments(std::size_t rank) {
    RankCounts& counts = counts_[rank];
    for (Series series : all_series_) {
      GlobalIndex last_target = -1;
      LocalIndex last_tile = -1;
      each_edge(rank, [&](GlobalIndex target, GlobalIndex e) {
        const Stencil s = stencil(delay(e), series, spec_.delay);
        if (s.size == 0 || s.pieces[z(s.size - 1)].lag < block_.block - 1) return;
        const LocalIndex tile = slot_[z(source(e))] / counts.source_tile;
        if (target == last_target && tile == last_tile) return;
        ++counts.segments;
        last_target = target;
        last_tile = tile;
      });
    }
  }

  const network::Connectome& connectome_;
  const SimulationSpec& spec_;
  const std::vector<std::int32_t>& owner_;
  Step period_;
  const BlockChoice& block_;
  std::vector<Series> all_series_;
  std::vector<std::vector<GlobalIndex>> owned_;  // (ranks)
  std::vector<LocalIndex> slot_;                 // (n_regions) of the rank being counted
  std::vector<std::int32_t> longest_;            // (slots) of the rank being counted
  std::vector<RankCounts> counts_;
  std::vector<std::vector<bool>> talks_;  // (from, to)
};

}  // namespace

std::vector<RankCounts> count_ranks(const network::Connectome& connectome,
                                    const SimulationSpec& spec,
                                    const std::vector<std::int32_t>& owner, int ranks, Step period,
                                    const BlockChoice& block) {
  return Counter(connectome, spec, owner, ranks, period, block).run();
}

}  // namespace arcuate::engine
