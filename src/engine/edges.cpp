#include "arcuate/engine/edges.hpp"

#include <algorithm>
#include <limits>
#include <numeric>

#include "arcuate/core/error.hpp"
#include "arcuate/engine/tile_sizes.hpp"
#include "arcuate/model/kernel.hpp"
#include "panel_builder.hpp"
#include "vector.hpp"

namespace arcuate::engine {
namespace {

constexpr double slack_share =
    16.0;  // of the mean history: moving all back then costs 1/16 value per source and step
// What a block reads of the histories of a source tile. Several times the second-level cache: in
// smaller tiles a target of a sparse network has one edge each, and loading and storing its sums
// costs more than reading the histories from the third level (docs/decisions/coupling-kernel.md).
constexpr std::size_t tile_bytes = 2 << 20;
constexpr double region_cost = 24.0;  // in edges, for balancing threads

std::size_t z(GlobalIndex i) {
  return static_cast<std::size_t>(i);
}

/// Calls visit(target, edge, source slot or global index) for every edge.
template <class Visit>
void each_edge(const LocalNetwork& network, const Visit& visit) {
  for (LocalIndex target = 0; target < network.n_owned(); ++target) {
    for (GlobalIndex e = network.row[z(target)]; e < network.row[z(target) + 1]; ++e)
      visit(target, e);
  }
}

bool is_self(const LocalNetwork& network, LocalIndex target, GlobalIndex edge) {
  return network.source[z(edge)] == network.owned[z(target)];
}

/// (n_regions) 0 for the sources that are read or owned here, -1 for others; `slots` gets them in
/// ascending order and the values become their slots.
std::vector<LocalIndex> find_slots(std::span<const LocalNetwork> parts, SourceSlots& slots) {
  std::vector<LocalIndex> slot(z(parts.front().n_regions), -1);
  for (const LocalNetwork& network : parts) {
    for (GlobalIndex region : network.owned)
      slot[z(region)] = 0;
    for (LocalIndex source : network.source)
      slot[z(source)] = 0;
  }
  slots.global.reserve(
      z(std::count_if(slot.begin(), slot.end(), [](LocalIndex s) { return s >= 0; })));
  for (GlobalIndex region = 0; region < parts.front().n_regions; ++region) {
    if (slot[z(region)] < 0) continue;
    slot[z(region)] = slots.size();
    slots.global.push_back(region);
  }
  slots.longest_lag.assign(z(slots.size()), 0);
  return slot;
}

void lay_out(EdgePlan& plan, int block, Step slack) {
  HistoryLayout layout = lay_out_histories(plan.slots.longest_lag, block, slack);
  plan.block = block;
  plan.slack = layout.slack;
  plan.row_start = std::move(layout.row_start);
  plan.arena_size = layout.arena_size;
  if (plan.arena_size > std::numeric_limits<std::uint32_t>::max()) {
    throw ConfigError("the histories of one rank need " + std::to_string(plan.arena_size) +
                      " values a channel; at most 4294967295 fit. Use more ranks or a larger dt");
  }
}

/// Contiguous tiles of targets for each thread, balanced by edges and regions:
/// EdgePlan::thread_begin of every part. The tiles of all parts are shared out together.
std::vector<std::vector<LocalIndex>> share_tiles(std::span<const LocalNetwork> parts, int threads) {
  std::vector<double> cost_before{0.0};
  std::vector<LocalIndex> first{0};
  for (const LocalNetwork& network : parts) {
    const double cheaper = cost_before.back();
    for (LocalIndex target = 0; target < network.n_owned();) {
      target = std::min(network.n_owned(), target + model::lanes);
      cost_before.push_back(cheaper + static_cast<double>(network.row[z(target)]) +
                            region_cost * target);
    }
    first.push_back(static_cast<LocalIndex>(cost_before.size()) - 1);
  }
  std::vector<LocalIndex> begin{0};
  for (int thread = 1; thread <= threads; ++thread) {
    LocalIndex tile = begin.back();
    const double goal = cost_before.back() * thread / threads;
    while (tile < first.back() && (cost_before[z(tile)] + cost_before[z(tile) + 1]) / 2 < goal)
      ++tile;
    begin.push_back(thread == threads ? first.back() : tile);
  }
  std::vector<std::vector<LocalIndex>> shares(parts.size());
  for (std::size_t p = 0; p < parts.size(); ++p) {
    for (const LocalIndex tile : begin)
      shares[p].push_back(std::clamp(tile, first[p], first[p + 1]) - first[p]);
  }
  return shares;
}

/// Builds the EdgePlan of one part; the members are the steps, in order.
class Builder {
 public:
  Builder(const LocalNetwork& network, const std::vector<std::int32_t>& owner,
          const std::vector<LocalIndex>& slot, const SimulationSpec& spec,
          const EdgePlanOptions& options)
      : network_(network),
        owner_(owner),
        slot_(slot),
        spec_(spec),
        options_(options),
        all_series_(series_of(spec.method, spec.stages)),
        squared_(sums_squared_weights(spec)) {}

  /// `sources`: what all parts have in common, with the lags of all.
  EdgePlan build(const EdgePlan& sources, std::vector<LocalIndex> thread_begin) {
    plan_ = sources;
    plan_.thread_begin = std::move(thread_begin);
    plan_.slots.of_owned.reserve(network_.owned.size());
    for (GlobalIndex region : network_.owned)
      plan_.slots.of_owned.push_back(slot_[z(region)]);
    for (Series series : all_series_)
      build_series(series);
    build_undelayed();
    sum_strengths();
    return std::move(plan_);
  }

  /// Notes how far back the sources of this part are read.
  void find_lags(EdgePlan& sources) {
    const auto back = static_cast<std::int32_t>(std::max<Step>(0, options_.period - 1));
    std::vector<std::int32_t>& all_longest = sources.slots.longest_lag;
    for (GlobalIndex region : network_.owned) {
      std::int32_t& longest = all_longest[z(slot_[z(region)])];
      longest = std::max(longest, back);
    }
    each_edge(network_, [&](LocalIndex target, GlobalIndex e) {
      std::int32_t& longest = all_longest[z(slot_of(e))];
      const bool local = owner_[z(network_.source[z(e)])] == owner_[z(network_.owned[z(target)])];
      for (Series series : all_series_) {
        const Stencil s = stencil(network_.delay_steps(e), series, spec_.delay);
        for (int p = 0; p < s.size; ++p) {
          const std::int32_t lag = s.pieces[static_cast<std::size_t>(p)].lag;
          longest =
              std::max(longest, series == Series::end ? lag + 1 : lag);  // carried from x[-1 - lag]
          if (lag < block() - 1 && local && !is_self(network_, target, e)) note_near(sources, lag);
        }
      }
      if (!undelayed(network_.delay_steps(e), spec_.delay)) return;
      ++undelayed_count_;
      if (held() && local && !is_self(network_, target, e)) note_near(sources, 0);
    });
  }

 private:
  [[nodiscard]] int block() const { return network_.block.block; }
  [[nodiscard]] bool held() const { return all_series_.front() == Series::begin; }
  [[nodiscard]] double squared(GlobalIndex edge) const {
    return network_.weight[z(edge)] * network_.weight[z(edge)];
  }
  /// No edges yet.
  template <class Edges>
  [[nodiscard]] Edges with_weights() const {
    Edges edges;
    edges.weight = Reals(plan_.stored);
    edges.squared = Reals(plan_.stored);
    return edges;
  }
  [[nodiscard]] LocalIndex slot_of(GlobalIndex edge) const {
    return slot_[z(network_.source[z(edge)])];
  }

  static void note_near(EdgePlan& sources, std::int32_t lag) {
    std::int32_t& smallest = sources.smallest_near_lag;
    smallest = smallest < 0 ? lag : std::min(smallest, lag);
  }

  [[nodiscard]] LocalIndex source_tile() const {
    if (options_.source_tile > 0) return options_.source_tile;
    const GlobalIndex edges = network_.row.empty() ? 0 : network_.row.back();
    return choose_source_tile(edges, network_.n_owned(), plan_.slots.size(), plan_.arena_size);
  }

  template <class Visit>
  void each_share(Series series, LocalIndex first, LocalIndex last, const Visit& visit) const {
    for (LocalIndex target = first; target < last; ++target) {
      for (GlobalIndex e = network_.row[z(target)]; e < network_.row[z(target) + 1]; ++e) {
        const Stencil s = stencil(network_.delay_steps(e), series, spec_.delay);
        for (int p = 0; p < s.size; ++p)
          visit(target, e, s.pieces[static_cast<std::size_t>(p)]);
      }
    }
  }

  [[nodiscard]] std::uint32_t offset_of(GlobalIndex e, std::int32_t lag) const {
    return plan_.row_start[z(slot_of(e))] - static_cast<std::uint32_t>(lag);
  }

  /// The targets of a thread.
  [[nodiscard]] std::pair<LocalIndex, LocalIndex> targets_of(int thread) const {
    return {std::min(network_.n_owned(), plan_.thread_begin[z(thread)] * model::lanes),
            std::min(network_.n_owned(), plan_.thread_begin[z(thread) + 1] * model::lanes)};
  }

  void build_series(Series series) {
    SeriesEdges edges;
    edges.series = series;
    const LocalIndex width = source_tile();
    edges.panels = panels_of_threads(short_runs(), [&](LocalIndex target,
                                                       std::vector<PanelEdge>& out) {
      each_near_share(series, target, [&](GlobalIndex e, int piece, std::int32_t lag, double part) {
        out.push_back({rank_of(e, piece), offset_of(e, lag), network_.weight[z(e)] * part,
                       squared_ ? squared(e) * part : 0.0});
      });
    });
    for (int thread = 0; thread < options_.threads; ++thread) {
      const auto [first, last] = targets_of(thread);
      edges.far.push_back(build_far(series, first, last, width));
      edges.near.push_back(edges.panels.empty() ? build_near(series, first, last) : NearEdges{});
      plan_.far_shares += static_cast<std::int64_t>(edges.far.back().weight.size());
      plan_.near_shares += static_cast<std::int64_t>(edges.near.back().weight.size());
      if (!edges.panels.empty()) plan_.near_shares += edges.panels[z(thread)].edges;
    }
    plan_.series.push_back(std::move(edges));
  }

  /// True when runs of steps are so short that vectors of steps gain nothing.
  [[nodiscard]] bool short_runs() const {
    return longest_run(spec_, block(), options_.period, plan_.smallest_near_lag, false) < short_run;
  }

  /// Orders what a target sums: shares by source and piece, then undelayed edges by source.
  [[nodiscard]] std::int64_t rank_of(GlobalIndex e, int piece) const {
    constexpr int pieces = 4;
    const bool last = piece == pieces;
    return (std::int64_t{last ? plan_.slots.size() : 0} + slot_of(e)) * pieces + (last ? 0 : piece);
  }

  /// Panels of all threads, or none: when they are not wanted, or no thread's are full enough.
  [[nodiscard]] std::vector<Panels> panels_of_threads(bool wanted, const EdgesOf& edges_of) const {
    std::vector<Panels> panels;
    for (int thread = 0; wanted && thread < options_.threads; ++thread) {
      const auto [first, last] = targets_of(thread);
      const LocalIndex from = first;
      auto built = build_panels(
          last - first,
          [&](LocalIndex target, std::vector<PanelEdge>& out) { edges_of(from + target, out); },
          squared_, plan_.stored);
      if (!built && last > first) return {};
      panels.push_back(built ? std::move(*built) : Panels{});
    }
    return panels;
  }

  /// Counting sort by source tile; targets and sources keep their order.
  [[nodiscard]] FarEdges build_far(Series series, LocalIndex first, LocalIndex last,
                                   LocalIndex width) const {
    const std::size_t tiles = z(plan_.slots.size() / width + 1);
    std::vector<std::uint64_t> next(tiles + 1, 0);
    std::vector<std::uint64_t> segments(tiles + 1, 0);
    std::vector<LocalIndex> last_target(tiles, -1);
    const auto count = [&](LocalIndex target, GlobalIndex e, const Piece& piece) {
      if (piece.lag < block() - 1) return;
      const std::size_t tile = z(slot_of(e) / width);
      ++next[tile + 1];
      if (last_target[tile] != target) ++segments[tile + 1];
      last_target[tile] = target;
    };
    each_share(series, first, last, count);
    std::partial_sum(next.begin(), next.end(), next.begin());
    std::partial_sum(segments.begin(), segments.end(), segments.begin());
    auto far = with_weights<FarEdges>();
    far.weight.resize(next.back());
    if (squared_) far.squared.resize(next.back());
    far.offset.resize(next.back());
    far.segments.resize(segments.back());
    std::fill(last_target.begin(), last_target.end(), -1);
    each_share(series, first, last, [&](LocalIndex target, GlobalIndex e, const Piece& piece) {
      if (piece.lag < block() - 1) return;
      const std::size_t tile = z(slot_of(e) / width);
      const std::uint64_t at = next[tile]++;
      far.weight.set(at, network_.weight[z(e)] * piece.weight);
      if (squared_) far.squared.set(at, squared(e) * piece.weight);
      far.offset[at] = offset_of(e, piece.lag);
      if (last_target[tile] != target) far.segments[segments[tile]++] = {target - first, 0};
      last_target[tile] = target;
      ++far.segments[segments[tile] - 1].edges;
    });
    if (is_dense(far)) order_by_offset(far, segments);
    far.fresh = segments.front() == z(last - first) ? last - first : 0;
    return far;
  }

  /// A segment on its way to its place.
  struct Run {
    Segment segment;
    std::size_t first = 0;  // share
  };

  static std::vector<Run> runs_of(const std::vector<Segment>& segments) {
    std::vector<Run> runs;
    runs.reserve(segments.size());
    std::size_t share = 0;
    for (const Segment& segment : segments) {
      runs.push_back({segment, share});
      share += static_cast<std::size_t>(segment.edges);
    }
    return runs;
  }

  /// The edges with the segments in the order of the runs.
  template <class Edges>
  static void arrange(const std::vector<Run>& runs, Edges& edges) {
    Edges arranged;
    arranged.weight = Reals(edges.weight.stored());
    arranged.squared = Reals(edges.squared.stored());
    arranged.segments.reserve(runs.size());
    arranged.weight.reserve(edges.weight.size());
    arranged.squared.reserve(edges.squared.size());
    arranged.offset.reserve(edges.offset.size());
    for (const Run& run : runs) {
      arranged.segments.push_back(run.segment);
      const auto count = static_cast<std::size_t>(run.segment.edges);
      arranged.weight.append(edges.weight, run.first, count);
      if (!edges.squared.empty()) arranged.squared.append(edges.squared, run.first, count);
      const std::uint32_t* offset = edges.offset.data() + run.first;
      arranged.offset.insert(arranged.offset.end(), offset, offset + count);
    }
    edges = std::move(arranged);
  }

  /// Inside a tile of sources, targets by ascending mean offset: those that follow each other read
  /// neighbouring parts of the histories. The order inside a target stays as it is.
  static void order_by_offset(FarEdges& far, const std::vector<std::uint64_t>& segment_end) {
    std::vector<Run> runs = runs_of(far.segments);
    std::vector<double> mean(far.segments.size());  // by position of the segment in `far`
    for (std::size_t i = 0; i < runs.size(); ++i) {
      const auto from = far.offset.begin() + static_cast<std::ptrdiff_t>(runs[i].first);
      mean[i] = std::accumulate(from, from + runs[i].segment.edges, 0.0) / runs[i].segment.edges;
    }
    std::vector<std::size_t> order(runs.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::size_t begin = 0;
    for (const std::uint64_t end : segment_end) {
      const auto key = [&](std::size_t i) { return std::pair(-runs[i].segment.edges, mean[i]); };
      std::stable_sort(order.begin() + static_cast<std::ptrdiff_t>(begin),
                       order.begin() + static_cast<std::ptrdiff_t>(end),
                       [&](std::size_t a, std::size_t b) { return key(a) < key(b); });
      begin = end;
    }
    std::vector<Run> ordered;
    ordered.reserve(runs.size());
    for (const std::size_t i : order)
      ordered.push_back(runs[i]);
    arrange(ordered, far);
  }

  [[nodiscard]] bool undelayed_in_near() const {
    return held() && network_.block.undelayed_between_regions;
  }

  [[nodiscard]] NearEdges build_near(Series series, LocalIndex first, LocalIndex last) const {
    auto near = with_weights<NearEdges>();
    reserve_near(series, first, last, near);
    for (LocalIndex target = first; target < last; ++target) {
      const std::size_t before = near.weight.size();
      each_near_share(series, target, [&](GlobalIndex e, int, std::int32_t lag, double part) {
        near.weight.push_back(network_.weight[z(e)] * part);
        if (squared_) near.squared.push_back(squared(e) * part);
        near.offset.push_back(offset_of(e, lag));
      });
      const auto shares = static_cast<std::int32_t>(near.weight.size() - before);
      if (shares > 0) near.segments.push_back({target - first, shares});
    }
    order_by_size(near);
    return near;
  }

  void reserve_near(Series series, LocalIndex first, LocalIndex last, NearEdges& near) const {
    std::size_t shares = 0;
    each_share(series, first, last, [&](LocalIndex, GlobalIndex, const Piece& piece) {
      shares += piece.lag < block() - 1 ? 1 : 0;
    });
    for (GlobalIndex e = network_.row[z(first)]; e < network_.row[z(last)]; ++e)
      shares += undelayed_in_near() && undelayed(network_.delay_steps(e), spec_.delay) ? 1 : 0;
    near.weight.reserve(shares);
    if (squared_) near.squared.reserve(shares);
    near.offset.reserve(shares);
  }

  /// Long segments are left where they are: there the order gains nothing, and the copy would cost
  /// memory.
  static void order_by_size(NearEdges& near) {
    constexpr std::size_t long_segment = 16;
    if (near.weight.size() >= long_segment * near.segments.size()) return;
    std::vector<Run> runs = runs_of(near.segments);
    std::stable_sort(runs.begin(), runs.end(),
                     [](const Run& a, const Run& b) { return a.segment.edges > b.segment.edges; });
    arrange(runs, near);
  }

  /// Calls visit(edge, piece, lag, part of the weight) for the near shares of a target and the
  /// undelayed edges behind them, in the order in which they are summed.
  template <class Visit>
  void each_near_share(Series series, LocalIndex target, const Visit& visit) const {
    constexpr int undelayed_piece = 4;
    for (GlobalIndex e = network_.row[z(target)]; e < network_.row[z(target) + 1]; ++e) {
      const Stencil s = stencil(network_.delay_steps(e), series, spec_.delay);
      for (int p = 0; p < s.size; ++p) {
        const Piece& piece = s.pieces[static_cast<std::size_t>(p)];
        if (piece.lag < block() - 1) visit(e, p, piece.lag, piece.weight);
      }
    }
    if (!undelayed_in_near()) return;
    for (GlobalIndex e = network_.row[z(target)]; e < network_.row[z(target) + 1]; ++e) {
      if (undelayed(network_.delay_steps(e), spec_.delay)) visit(e, undelayed_piece, 0, 1.0);
    }
  }

  void build_undelayed() {
    if (network_.block.undelayed == 0 || undelayed_in_near()) return;
    const bool between = network_.block.undelayed_between_regions;
    plan_.stage.panels =
        panels_of_threads(between, [&](LocalIndex target, std::vector<PanelEdge>& out) {
          for (GlobalIndex e = network_.row[z(target)]; e < network_.row[z(target) + 1]; ++e) {
            if (!undelayed(network_.delay_steps(e), spec_.delay)) continue;
            out.push_back({slot_of(e), static_cast<std::uint32_t>(slot_of(e)),
                           network_.weight[z(e)], squared_ ? squared(e) : 0.0});
          }
        });
    if (!plan_.stage.panels.empty()) return;
    plan_.stage.weight = Reals(plan_.stored);
    plan_.stage.squared = Reals(plan_.stored);
    if (between) {
      plan_.stage.weight.reserve(undelayed_count_);
      if (squared_) plan_.stage.squared.reserve(undelayed_count_);
      plan_.stage.slot.reserve(undelayed_count_);
      plan_.stage.row.push_back(0);
    }
    if (!between) plan_.self_weight.assign(z(network_.n_owned()), 0.0);
    if (!between && squared_) plan_.self_squared.assign(z(network_.n_owned()), 0.0);
    for (LocalIndex target = 0; target < network_.n_owned(); ++target) {
      for (GlobalIndex e = network_.row[z(target)]; e < network_.row[z(target) + 1]; ++e) {
        if (!undelayed(network_.delay_steps(e), spec_.delay)) continue;
        if (between) {
          plan_.stage.weight.push_back(network_.weight[z(e)]);
          if (squared_) plan_.stage.squared.push_back(squared(e));
          plan_.stage.slot.push_back(slot_of(e));
        } else {
          plan_.self_weight[z(target)] = rounded(plan_.stored, network_.weight[z(e)]);
          if (squared_) plan_.self_squared[z(target)] = rounded(plan_.stored, squared(e));
        }
      }
      if (between) plan_.stage.row.push_back(static_cast<std::int64_t>(plan_.stage.weight.size()));
    }
  }

  void sum_strengths() {
    plan_.strength.assign(z(network_.n_owned()), 0.0);
    if (squared_) plan_.strength_squared.assign(z(network_.n_owned()), 0.0);
    each_edge(network_, [&](LocalIndex target, GlobalIndex e) {
      plan_.strength[z(target)] += rounded(plan_.stored, network_.weight[z(e)]);
      if (squared_) plan_.strength_squared[z(target)] += rounded(plan_.stored, squared(e));
    });
  }

  const LocalNetwork& network_;
  const std::vector<std::int32_t>& owner_;  // (n_regions)
  const std::vector<LocalIndex>& slot_;     // (n_regions) -1: not read here
  const SimulationSpec& spec_;
  const EdgePlanOptions& options_;
  std::vector<Series> all_series_;
  bool squared_;                     // some link sums with squared weights
  std::size_t undelayed_count_ = 0;  // edges
  EdgePlan plan_;
};

}  // namespace

std::int64_t smallest_cut_lag(const LocalNetwork& network, const SimulationSpec& spec) {
  std::int64_t smallest = -2;
  const auto note = [&](std::int64_t lag) {
    smallest = smallest == -2 ? lag : std::min(smallest, lag);
  };
  const auto all_series = series_of(spec.method, spec.stages);
  each_edge(network, [&](LocalIndex target, GlobalIndex e) {
    if (network.owner[z(network.source[z(e)])] == network.owner[z(network.owned[z(target)])])
      return;
    if (undelayed(network.delay_steps(e), spec.delay))
      note(all_series.front() == Series::begin ? 0 : -1);
    for (Series series : all_series) {
      const Stencil s = stencil(network.delay_steps(e), series, spec.delay);
      for (int p = 0; p < s.size; ++p)
        note(s.pieces[static_cast<std::size_t>(p)].lag);
    }
  });
  return smallest;
}

HistoryLayout lay_out_histories(const std::vector<std::int32_t>& longest_lag, int block,
                                Step slack) {
  const double total = std::accumulate(longest_lag.begin(), longest_lag.end(), 0.0);
  const double mean = longest_lag.empty() ? 0.0 : total / static_cast<double>(longest_lag.size());
  HistoryLayout layout;
  if (slack == 0) slack = static_cast<Step>(slack_share * mean);
  layout.slack = (slack / block + 1) * block;
  std::uint64_t at = 0;
  layout.row_start.reserve(longest_lag.size());
  for (std::int32_t lag : longest_lag) {
    const std::uint64_t newest =
        (at + static_cast<std::uint64_t>(lag) + 8) / 8 * 8 - 1;  // x[n + 1] is aligned
    layout.row_start.push_back(static_cast<std::uint32_t>(newest));
    at = newest + 1 + static_cast<std::uint64_t>(block);
    if (at % 512 < 8) at += 8;  // rows a page apart would share cache sets
  }
  layout.arena_size = at + static_cast<std::uint64_t>(layout.slack) + 8;
  return layout;
}

LocalIndex choose_source_tile(std::int64_t edges, LocalIndex owned, LocalIndex slots,
                              std::uint64_t arena_size) {
  const double density = static_cast<double>(edges) / (static_cast<double>(owned) + 1) /
                         static_cast<double>(slots + 1);
  const double row_bytes = 8.0 * static_cast<double>(arena_size) / (slots + 1);
  const double in_cache = static_cast<double>(tile_bytes) / row_bytes;
  // Of a target: the kernel takes eight at a time, and wide vectors load and store sums in half the
  // time.
  const double edges_in_tile = native_width<double> >= 8 ? 8.0 : 16.0;
  const double dense_tile = edges_in_tile / std::max(density, 1e-9);
  return static_cast<LocalIndex>(std::clamp(dense_tile, 8.0, std::max(8.0, in_cache)));
}

EdgePlan plan_edges(const LocalNetwork& network, const SimulationSpec& spec,
                    const EdgePlanOptions& options) {
  return std::move(plan_edges(std::span(&network, 1), spec, options).front());
}

std::vector<EdgePlan> plan_edges(std::span<const LocalNetwork> parts, const SimulationSpec& spec,
                                 const EdgePlanOptions& options) {
  EdgePlan sources;
  sources.stored = spec.stored();
  const std::vector<LocalIndex> slot = find_slots(parts, sources.slots);
  std::vector<Builder> builders;
  for (const LocalNetwork& network : parts)
    builders.emplace_back(network, parts.front().owner, slot, spec, options);
  for (Builder& builder : builders)
    builder.find_lags(sources);
  lay_out(sources, parts.front().block.block, options.slack);
  const auto shares = share_tiles(parts, options.threads);
  std::vector<EdgePlan> plans;
  for (std::size_t p = 0; p < parts.size(); ++p)
    plans.push_back(builders[p].build(sources, shares[p]));
  return plans;
}

}  // namespace arcuate::engine
