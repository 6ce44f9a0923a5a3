#include "edge_layout.hpp"

#include <algorithm>
#include <numeric>

#include "arcuate/engine/tile_sizes.hpp"
#include "arcuate/model/kernel.hpp"
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

template <class Sizes>
std::int64_t sum_of(const std::vector<Sizes>& all, std::int64_t Sizes::*member) {
  std::int64_t sum = 0;
  for (const Sizes& sizes : all)
    sum += sizes.*member;
  return sum;
}

void note_near(EdgePlan& sources, std::int32_t lag) {
  std::int32_t& smallest = sources.smallest_near_lag;
  smallest = smallest < 0 ? lag : std::min(smallest, lag);
}

}  // namespace

std::int64_t EdgeSizes::far_shares() const {
  std::int64_t shares = 0;
  for (const SeriesSizes& own : series)
    shares += sum_of(own.far, &SegmentSizes::shares);
  return shares;
}

std::int64_t EdgeSizes::near_shares() const {
  std::int64_t shares = 0;
  for (const SeriesSizes& own : series)
    shares += sum_of(own.near, &SegmentSizes::shares) + sum_of(own.panels, &PanelSizes::edges);
  return shares;
}

std::int64_t EdgeSizes::stage_edges() const {
  return stage.edges + sum_of(stage.panels, &PanelSizes::edges);
}

std::int64_t EdgeSizes::far_segments() const {
  std::int64_t segments = 0;
  for (const SeriesSizes& own : series)
    segments += sum_of(own.far, &SegmentSizes::segments);
  return segments;
}

std::pair<LocalIndex, LocalIndex> PartLayout::targets_of(std::size_t thread) const {
  return {std::min(rows.n_owned(), thread_begin[thread] * model::lanes),
          std::min(rows.n_owned(), thread_begin[thread + 1] * model::lanes)};
}

EdgeLayout::EdgeLayout(std::vector<EdgeRows> rows, const std::vector<std::int32_t>& owner,
                       const SimulationSpec& spec, const BlockChoice& block,
                       const EdgePlanOptions& options)
    : walk_(spec, block),
      owner_(owner),
      form_{sums_squared_weights(spec), spec.stored()},
      slot_(owner.size(), -1) {
  for (EdgeRows& own : rows)
    parts_.push_back({std::move(own), {}, 0, {}, {}, {}});
  find_slots();
  for (const PartLayout& part : parts_)
    find_lags(part.rows, options.period);
  lay_out_sources(block.block, options.slack);
  share_tiles(options.threads);
  const bool short_runs =
      longest_run(spec, block.block, options.period, sources_.smallest_near_lag, false) < short_run;
  for (PartLayout& part : parts_)
    count(part, options, short_runs);
}

/// The sources that are read or owned here, ascending.
void EdgeLayout::find_slots() {
  for (const PartLayout& part : parts_) {
    for (const GlobalIndex region : part.rows.owned)
      slot_[z(region)] = 0;
    part.rows.each_edge([&](LocalIndex, GlobalIndex e) { slot_[z(part.rows.source[z(e)])] = 0; });
  }
  SourceSlots& slots = sources_.slots;
  slots.global.reserve(
      z(std::count_if(slot_.begin(), slot_.end(), [](LocalIndex s) { return s >= 0; })));
  for (std::size_t region = 0; region < slot_.size(); ++region) {
    if (slot_[region] < 0) continue;
    slot_[region] = slots.size();
    slots.global.push_back(static_cast<GlobalIndex>(region));
  }
  slots.longest_lag.assign(z(slots.size()), 0);
}

/// How far back the sources of these regions are read.
void EdgeLayout::find_lags(const EdgeRows& rows, Step period) {
  const auto back = static_cast<std::int32_t>(std::max<Step>(0, period - 1));
  for (LocalIndex target = 0; target < rows.n_owned(); ++target) {
    const LocalIndex slot = slot_of(rows.owned[z(target)]);
    std::int32_t& longest = sources_.slots.longest_lag[z(slot)];
    longest = std::max({longest, back, rows.longest_lag(target)});
  }
  for (const Series series : walk_.all_series()) {
    const std::int32_t carried = series == Series::end ? 1 : 0;  // from x[-1 - lag]
    for (LocalIndex target = 0; target < rows.n_owned(); ++target) {
      const std::int32_t rank = owner_[z(rows.owned[z(target)])];
      walk_.each_share(rows, series, target, [&](GlobalIndex e, const Share& share) {
        if (share.where == Where::near && owner_[z(rows.source[z(e)])] == rank)
          note_near(sources_, share.lag);
        if (share.where != Where::near && share.where != Where::far) return;
        std::int32_t& longest = sources_.slots.longest_lag[z(slot_of(rows, e))];
        longest = std::max(longest, share.lag + carried);
      });
    }
  }
}

void EdgeLayout::lay_out_sources(int block, Step slack) {
  HistoryLayout layout = lay_out_histories(sources_.slots.longest_lag, block, slack);
  sources_.stored = form_.weights;
  sources_.block = block;
  sources_.slack = layout.slack;
  sources_.row_start = std::move(layout.row_start);
  sources_.arena_size = layout.arena_size;
}

/// Contiguous tiles of targets for each thread, balanced by edges and regions. The tiles of all
/// parts are shared out together.
void EdgeLayout::share_tiles(int threads) {
  std::vector<double> cost_before{0.0};
  std::vector<LocalIndex> first{0};
  for (const PartLayout& part : parts_) {
    const double cheaper = cost_before.back();
    GlobalIndex edges = 0;
    for (LocalIndex target = 0; target < part.rows.n_owned(); ++target) {
      const auto [begin, end] = part.rows.edges_of(target);
      edges += end - begin;
      const LocalIndex regions = target + 1;
      if (regions % model::lanes != 0 && regions != part.rows.n_owned()) continue;
      cost_before.push_back(cheaper + static_cast<double>(edges) + region_cost * regions);
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
  for (std::size_t p = 0; p < parts_.size(); ++p) {
    for (const LocalIndex tile : begin)
      parts_[p].thread_begin.push_back(std::clamp(tile, first[p], first[p + 1]) - first[p]);
  }
}

void EdgeLayout::count(PartLayout& part, const EdgePlanOptions& options, bool short_runs) const {
  const LocalIndex slots = sources_.slots.size();
  part.source_tile = options.source_tile > 0
                         ? options.source_tile
                         : choose_source_tile(part.rows.n_edges(), part.rows.n_owned(), slots,
                                              sources_.arena_size);
  EdgeSizes& sizes = part.sizes;
  static_cast<WeightSizes&>(sizes) = form_;
  sizes.population = part.rows.population;
  sizes.owned = part.rows.n_owned();
  sizes.slots = slots;
  sizes.threads = options.threads;
  sizes.self = walk_.kept_apart();
  for (const Series series : walk_.all_series())
    count_series(part, series, short_runs);
  count_stage(part);
}

void EdgeLayout::count_series(PartLayout& part, Series series, bool short_runs) const {
  SeriesSizes sizes;
  sizes.series = series;
  if (short_runs) {
    sizes.panels = count_panels(part, [&](LocalIndex target, std::vector<PanelEdge>& edges) {
      near_edges(part.rows, series, target, edges);
    });
  }
  part.far.emplace_back();
  part.near_shares.emplace_back(part.rows.owned.size(), 0);
  for (std::size_t thread = 0; thread + 1 < part.thread_begin.size(); ++thread) {
    const FarTiles far = count_shares(part, series, thread, part.near_shares.back());
    sizes.far.push_back({form_, static_cast<std::int64_t>(far.segments.back()),
                         static_cast<std::int64_t>(far.shares.back())});
    part.far.back().push_back(far);
    SegmentSizes near{form_, 0, 0};
    const auto [first, last] = part.targets_of(thread);
    for (LocalIndex target = first; sizes.panels.empty() && target < last; ++target) {
      const std::int32_t shares = part.near_shares.back()[z(target)];
      near.segments += shares > 0 ? 1 : 0;
      near.shares += shares;
    }
    sizes.near.push_back(near);
  }
  part.sizes.series.push_back(std::move(sizes));
}

/// Far shares of the targets of a thread, and near ones of each: near, (n_owned).
FarTiles EdgeLayout::count_shares(const PartLayout& part, Series series, std::size_t thread,
                                  std::vector<std::int32_t>& near) const {
  const std::size_t tiles = z(sources_.slots.size() / part.source_tile + 1);
  FarTiles far{std::vector<std::uint64_t>(tiles + 1, 0), std::vector<std::uint64_t>(tiles + 1, 0)};
  std::vector<LocalIndex> last_target(tiles, -1);
  const auto [first, last] = part.targets_of(thread);
  for (LocalIndex target = first; target < last; ++target) {
    walk_.each_share(part.rows, series, target, [&, at = target](GlobalIndex e, const Share& s) {
      if (s.where == Where::near) ++near[z(at)];
      if (s.where != Where::far) return;
      const std::size_t tile = z(slot_of(part.rows, e) / part.source_tile);
      ++far.shares[tile + 1];
      if (last_target[tile] != at) ++far.segments[tile + 1];
      last_target[tile] = at;
    });
  }
  std::partial_sum(far.shares.begin(), far.shares.end(), far.shares.begin());
  std::partial_sum(far.segments.begin(), far.segments.end(), far.segments.begin());
  return far;
}

/// Panels of all threads, or none: when no thread's are full enough.
std::vector<PanelSizes> EdgeLayout::count_panels(const PartLayout& part,
                                                 const EdgesOf& edges_of) const {
  std::vector<PanelSizes> all;
  for (std::size_t thread = 0; thread + 1 < part.thread_begin.size(); ++thread) {
    const auto [first, last] = part.targets_of(thread);
    auto sizes = engine::count_panels(
        last - first, [&, from = first](LocalIndex target, std::vector<PanelEdge>& edges) {
          edges_of(from + target, edges);
        });
    if (!sizes && last > first) return {};
    all.push_back(sizes.value_or(PanelSizes{}));
    static_cast<WeightSizes&>(all.back()) = form_;
  }
  return all;
}

void EdgeLayout::count_stage(PartLayout& part) const {
  StageSizes& stage = part.sizes.stage;
  static_cast<WeightSizes&>(stage) = form_;
  if (!walk_.at_stages()) return;
  stage.panels = count_panels(part, [&](LocalIndex target, std::vector<PanelEdge>& edges) {
    stage_edges(part.rows, target, edges);
  });
  if (!stage.panels.empty()) return;
  stage.rows = part.sizes.owned + 1;
  for (LocalIndex target = 0; target < part.rows.n_owned(); ++target) {
    walk_.each_share(
        part.rows, walk_.all_series().front(), target,
        [&](GlobalIndex, const Share& s) { stage.edges += s.where == Where::stage ? 1 : 0; });
  }
}

/// Ranked as they are summed: by source and piece, then undelayed edges by source.
void EdgeLayout::near_edges(const EdgeRows& rows, Series series, LocalIndex target,
                            std::vector<PanelEdge>& edges) const {
  constexpr int pieces = 4;
  walk_.each_share(rows, series, target, [&](GlobalIndex e, const Share& share) {
    if (share.where != Where::near) return;
    const bool last = share.piece == pieces;
    const std::int64_t rank =
        (std::int64_t{last ? sources_.slots.size() : 0} + slot_of(rows, e)) * pieces +
        (last ? 0 : share.piece);
    const double weight = rows.weight[z(e)];
    edges.push_back({rank, offset_of(rows, e, share.lag), weight * share.part,
                     form_.squared ? weight * weight * share.part : 0.0});
  });
}

void EdgeLayout::stage_edges(const EdgeRows& rows, LocalIndex target,
                             std::vector<PanelEdge>& edges) const {
  walk_.each_share(rows, walk_.all_series().front(), target, [&](GlobalIndex e, const Share& s) {
    if (s.where != Where::stage) return;
    const LocalIndex slot = slot_of(rows, e);
    const double weight = rows.weight[z(e)];
    edges.push_back(
        {slot, static_cast<std::uint32_t>(slot), weight, form_.squared ? weight * weight : 0.0});
  });
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

}  // namespace arcuate::engine
