#include "arcuate/engine/edges.hpp"

#include <algorithm>
#include <limits>
#include <numeric>
#include <string>

#include "arcuate/core/error.hpp"
#include "edge_layout.hpp"

namespace arcuate::engine {
namespace {

/// Segments in the order in which they are laid out, and where the shares of each begin.
struct Order {
  std::vector<Segment> segments;
  std::vector<std::uint64_t> begin;  ///< (segments) by position before they were ordered
};

/// `order`: positions before they were ordered.
Order arrange(const std::vector<Segment>& segments, const std::vector<std::size_t>& order) {
  Order arranged;
  arranged.segments.reserve(segments.size());
  arranged.begin.resize(segments.size());
  std::uint64_t share = 0;
  for (const std::size_t i : order) {
    arranged.segments.push_back(segments[i]);
    arranged.begin[i] = share;
    share += static_cast<std::uint64_t>(segments[i].edges);
  }
  return arranged;
}

std::vector<std::size_t> as_they_are(std::size_t count) {
  std::vector<std::size_t> order(count);
  std::iota(order.begin(), order.end(), std::size_t{0});
  return order;
}

/// Fills the arrays of the EdgePlan of one part, which the layout has counted.
class Filler {
 public:
  Filler(const EdgeLayout& layout, const PartLayout& part)
      : layout_(layout), part_(part), rows_(part.rows), squared_(part.sizes.squared) {}

  EdgePlan fill() {
    start_plan();
    for (std::size_t series = 0; series < plan_.series.size(); ++series) {
      plan_.series[series].series = part_.sizes.series[series].series;
      for (std::size_t thread = 0; thread + 1 < part_.thread_begin.size(); ++thread)
        fill_series(series, thread);
    }
    fill_stage();
    sum_strengths();
    return std::move(plan_);
  }

 private:
  /// Near shares of a thread on their way.
  struct NearPlaces {
    LocalIndex first = 0;             ///< target
    std::vector<std::uint64_t> next;  ///< (targets of the thread) share
  };
  /// Far shares of a thread on their way; by tile of sources.
  struct FarPlaces {
    LocalIndex first = 0;                     ///< target
    std::vector<std::uint64_t> next;          ///< (tiles) share
    std::vector<std::uint64_t> next_segment;  ///< (tiles)
    std::vector<LocalIndex> last_target;      ///< (tiles)
    std::vector<std::uint64_t> begin;         ///< of ordered segments, as in Order, or empty
  };

  [[nodiscard]] double weight(GlobalIndex e) const { return rows_.weight[z(e)]; }
  [[nodiscard]] double squared(GlobalIndex e) const { return weight(e) * weight(e); }
  [[nodiscard]] std::size_t tile_of(GlobalIndex e) const {
    return z(layout_.slot_of(rows_, e) / part_.source_tile);
  }

  void start_plan() {
    const EdgePlan& sources = layout_.sources();
    allocate(plan_, part_.sizes);
    plan_.stored = sources.stored;
    plan_.slots.global = sources.slots.global;
    plan_.slots.longest_lag = sources.slots.longest_lag;
    plan_.row_start = sources.row_start;
    plan_.arena_size = sources.arena_size;
    plan_.block = sources.block;
    plan_.slack = sources.slack;
    plan_.smallest_near_lag = sources.smallest_near_lag;
    plan_.thread_begin = part_.thread_begin;
    plan_.sizes = part_.sizes;
    for (std::size_t region = 0; region < rows_.owned.size(); ++region) {
      const LocalIndex slot = layout_.slot_of(rows_.owned[region]);
      plan_.slots.of_owned[region] = slot;
      plan_.next_of[region] = sources.row_start[z(slot)] + 1;
    }
  }

  void fill_series(std::size_t number, std::size_t thread) {
    SeriesEdges& edges = plan_.series[number];
    const auto [first, last] = part_.targets_of(thread);
    FarEdges& far = edges.far[thread];
    FarPlaces far_places = place_far(number, thread, far);
    const bool panels = !edges.panels.empty();
    NearEdges& near = edges.near[thread];
    NearPlaces near_places = panels ? NearPlaces{} : place_near(number, thread, near);
    for (LocalIndex target = first; target < last; ++target) {
      layout_.walk().each_share(rows_, edges.series, target,
                                [&, at = target](GlobalIndex e, const Share& share) {
                                  if (share.where == Where::far)
                                    put_far(at, e, share, far_places, far);
                                  if (share.where == Where::near && !panels)
                                    put_near(at, e, share, near_places, near);
                                });
    }
    if (!panels) return;
    fill_panels(
        last - first,
        [&, from = first](LocalIndex target, std::vector<PanelEdge>& to) {
          layout_.near_edges(rows_, edges.series, from + target, to);
        },
        squared_, edges.panels[thread]);
  }

  /// Counting sort by source tile; targets and sources keep their order.
  [[nodiscard]] FarPlaces place_far(std::size_t number, std::size_t thread, FarEdges& far) const {
    const FarTiles& tiles = part_.far[number][thread];
    const auto [first, last] = part_.targets_of(thread);
    far.fresh = tiles.segments[1] == z(last - first) ? last - first : 0;
    FarPlaces places{first,
                     {tiles.shares.begin(), tiles.shares.end() - 1},
                     {tiles.segments.begin(), tiles.segments.end() - 1},
                     std::vector<LocalIndex>(tiles.shares.size() - 1, -1),
                     {}};
    if (!is_dense(far)) return places;
    Order order = order_by_offset(plan_.series[number].series, places, first, last, far);
    far.segments = std::move(order.segments);
    places.begin = std::move(order.begin);
    return places;
  }

  /// Inside a tile of sources, targets by ascending mean offset: those that follow each other read
  /// neighbouring parts of the histories. The order inside a target stays as it is.
  [[nodiscard]] Order order_by_offset(Series series, FarPlaces places, LocalIndex first,
                                      LocalIndex last, const FarEdges& far) const {
    std::vector<Segment> segments(far.segments.size());
    std::vector<double> offsets(segments.size(), 0.0);  // sums
    for (LocalIndex target = first; target < last; ++target) {
      layout_.walk().each_share(rows_, series, target,
                                [&, at = target](GlobalIndex e, const Share& share) {
                                  if (share.where != Where::far) return;
                                  const std::size_t segment = segment_of(at, tile_of(e), places);
                                  segments[segment].target = at - first;
                                  ++segments[segment].edges;
                                  offsets[segment] += layout_.offset_of(rows_, e, share.lag);
                                });
    }
    std::vector<std::size_t> order = as_they_are(segments.size());
    const auto key = [&](std::size_t i) {
      return std::pair(-segments[i].edges, offsets[i] / segments[i].edges);
    };
    std::ptrdiff_t begin = 0;
    for (const std::uint64_t next : places.next_segment) {
      const auto end = static_cast<std::ptrdiff_t>(next);
      std::stable_sort(order.begin() + begin, order.begin() + end,
                       [&](std::size_t a, std::size_t b) { return key(a) < key(b); });
      begin = end;
    }
    return arrange(segments, order);
  }

  /// The segment of a target in a tile, before segments are ordered; a new one when the target has
  /// had no share there.
  static std::size_t segment_of(LocalIndex target, std::size_t tile, FarPlaces& places) {
    if (places.last_target[tile] != target) ++places.next_segment[tile];
    places.last_target[tile] = target;
    return places.next_segment[tile] - 1;
  }

  void put_far(LocalIndex target, GlobalIndex e, const Share& share, FarPlaces& places,
               FarEdges& far) const {
    const std::size_t tile = tile_of(e);
    const bool fresh = places.last_target[tile] != target;
    const std::size_t segment = segment_of(target, tile, places);
    if (places.begin.empty()) {
      far.segments[segment].target = target - places.first;
      ++far.segments[segment].edges;
    } else if (fresh) {
      places.next[tile] = places.begin[segment];
    }
    const std::uint64_t at = places.next[tile]++;
    far.weight.set(at, weight(e) * share.part);
    if (squared_) far.squared.set(at, squared(e) * share.part);
    far.offset[at] = layout_.offset_of(rows_, e, share.lag);
  }

  /// Targets with the most shares first. Long segments are left where they are: there the order
  /// gains nothing.
  [[nodiscard]] NearPlaces place_near(std::size_t number, std::size_t thread,
                                      NearEdges& near) const {
    constexpr std::size_t long_segment = 16;
    const auto [first, last] = part_.targets_of(thread);
    std::vector<Segment> segments;
    for (LocalIndex target = first; target < last; ++target) {
      const std::int32_t shares = part_.near_shares[number][z(target)];
      if (shares > 0) segments.push_back({target - first, shares});
    }
    std::vector<std::size_t> order = as_they_are(segments.size());
    if (near.weight.size() < long_segment * segments.size()) {
      std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return segments[a].edges > segments[b].edges;
      });
    }
    Order ordered = arrange(segments, order);
    near.segments = std::move(ordered.segments);
    NearPlaces places{first, std::vector<std::uint64_t>(z(last - first), 0)};
    for (std::size_t i = 0; i < segments.size(); ++i)
      places.next[z(segments[i].target)] = ordered.begin[i];
    return places;
  }

  void put_near(LocalIndex target, GlobalIndex e, const Share& share, NearPlaces& places,
                NearEdges& near) const {
    const std::uint64_t at = places.next[z(target - places.first)]++;
    near.weight.set(at, weight(e) * share.part);
    if (squared_) near.squared.set(at, squared(e) * share.part);
    near.offset[at] = layout_.offset_of(rows_, e, share.lag);
  }

  /// Undelayed edges that are not summed with the others.
  void fill_stage() {
    StageEdges& stage = plan_.stage;
    for (std::size_t thread = 0; thread < stage.panels.size(); ++thread) {
      const auto [first, last] = part_.targets_of(thread);
      fill_panels(
          last - first,
          [&, from = first](LocalIndex target, std::vector<PanelEdge>& to) {
            layout_.stage_edges(rows_, from + target, to);
          },
          squared_, stage.panels[thread]);
    }
    if (stage.row.empty() && plan_.self_weight.empty()) return;
    std::size_t next = 0;
    for (LocalIndex target = 0; target < rows_.n_owned(); ++target) {
      layout_.walk().each_share(rows_, plan_.series.front().series, target,
                                [&, at = z(target)](GlobalIndex e, auto share) {
                                  if (share.where == Where::stage) put_stage(e, next++);
                                  if (share.where == Where::self) put_self(e, at);
                                });
      if (!stage.row.empty()) stage.row[z(target) + 1] = static_cast<std::int64_t>(next);
    }
  }

  void put_stage(GlobalIndex e, std::size_t at) {
    plan_.stage.weight.set(at, weight(e));
    if (squared_) plan_.stage.squared.set(at, squared(e));
    plan_.stage.slot[at] = layout_.slot_of(rows_, e);
  }
  void put_self(GlobalIndex e, std::size_t target) {
    plan_.self_weight[target] = rounded(plan_.stored, weight(e));
    if (squared_) plan_.self_squared[target] = rounded(plan_.stored, squared(e));
  }

  void sum_strengths() {
    rows_.each_edge([&](LocalIndex target, GlobalIndex e) {
      plan_.strength[z(target)] += rounded(plan_.stored, weight(e));
      if (squared_) plan_.strength_squared[z(target)] += rounded(plan_.stored, squared(e));
    });
  }

  const EdgeLayout& layout_;
  const PartLayout& part_;
  const EdgeRows& rows_;
  bool squared_;
  EdgePlan plan_;
};

void require_offsets(std::uint64_t arena_size) {
  if (arena_size <= std::numeric_limits<std::uint32_t>::max()) return;
  throw ConfigError("the histories of one rank need " + std::to_string(arena_size) +
                    " values a channel; at most 4294967295 fit. Use more ranks or a larger dt");
}

}  // namespace

std::int64_t smallest_cut_lag(const LocalNetwork& network, const SimulationSpec& spec) {
  std::int64_t smallest = -2;
  const EdgeRows rows(network, spec);
  const EdgeWalk walk(spec, network.block);
  const auto note = [&](std::int64_t lag) {
    smallest = smallest == -2 ? lag : std::min(smallest, lag);
  };
  for (const Series series : walk.all_series()) {
    for (LocalIndex target = 0; target < rows.n_owned(); ++target) {
      const std::int32_t rank = network.owner[z(rows.owned[z(target)])];
      walk.each_share(rows, series, target, [&](GlobalIndex e, const Share& share) {
        if (network.owner[z(rows.source[z(e)])] != rank)
          note(share.where == Where::stage ? -1 : share.lag);
      });
    }
  }
  return smallest;
}

EdgePlan plan_edges(const LocalNetwork& network, const SimulationSpec& spec,
                    const EdgePlanOptions& options) {
  return std::move(plan_edges(std::span(&network, 1), spec, options).front());
}

std::vector<EdgePlan> plan_edges(std::span<const LocalNetwork> parts, const SimulationSpec& spec,
                                 const EdgePlanOptions& options) {
  std::vector<EdgeRows> rows;
  for (const LocalNetwork& network : parts)
    rows.emplace_back(network, spec);
  const EdgeLayout layout(std::move(rows), parts.front().owner, spec, parts.front().block, options);
  require_offsets(layout.sources().arena_size);
  std::vector<EdgePlan> plans;
  for (const PartLayout& part : layout.parts())
    plans.push_back(Filler(layout, part).fill());
  return plans;
}

}  // namespace arcuate::engine
