#include "panel_builder.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "arcuate/core/index.hpp"
#include "arcuate/model/kernel.hpp"

namespace arcuate::engine {
namespace {

constexpr std::size_t lanes = model::lanes;
// Of the places in panels; below, what is loaded in vain costs more than one edge at a time.
constexpr double least_filled = 0.2;
constexpr double no_edge = std::numeric_limits<double>::quiet_NaN();

/// The edges of the targets of a panel.
using Targets = std::vector<std::vector<PanelEdge>>;

struct Column {
  std::int64_t rank = 0;
  std::uint32_t offset = 0;
  std::size_t edges = 0;

  friend bool operator<(const Column& a, const Column& b) {
    return std::pair(a.rank, a.offset) < std::pair(b.rank, b.offset);
  }
};

/// The columns in order.
std::vector<Column> columns_of(const Targets& targets) {
  std::vector<Column> columns;
  for (const auto& edges : targets) {
    for (const PanelEdge& edge : edges)
      columns.push_back({edge.rank, edge.offset, 1});
  }
  std::sort(columns.begin(), columns.end());
  std::size_t kept = 0;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (kept > 0 && !(columns[kept - 1] < columns[i])) {
      ++columns[kept - 1].edges;
    } else {
      columns[kept++] = columns[i];
    }
  }
  columns.resize(kept);
  return columns;
}

/// Tiles of each panel: as equal as possible, so that none has few sums under way at once.
std::vector<int> share_out(std::size_t tiles) {
  const std::size_t panels = (tiles + Panels::most_tiles - 1) / Panels::most_tiles;
  std::vector<int> widths;
  for (std::size_t p = 0; p < panels; ++p)
    widths.push_back(static_cast<int>((p + 1) * tiles / panels - p * tiles / panels));
  return widths;
}

std::vector<Panels::Run> runs_of(const std::vector<Column>& columns, std::size_t targets) {
  std::vector<Panels::Run> runs;
  bool after_partial = true;
  for (const Column& column : columns) {
    const bool full = column.edges == targets;
    if (runs.empty() || (full && after_partial)) runs.push_back({});
    ++(full ? runs.back().full : runs.back().partial);
    after_partial = !full;
  }
  return runs;
}

/// The way along the panels of a thread: visit(first tile, tiles, edges of the targets) until that
/// is false.
template <class Visit>
void each_panel(LocalIndex targets, const EdgesOf& edges_of, const Visit& visit) {
  LocalIndex tile = 0;
  for (const int tiles : share_out((z(targets) + lanes - 1) / lanes)) {
    Targets in_panel;
    const LocalIndex first = tile * model::lanes;
    for (LocalIndex target = first; target < std::min(targets, first + tiles * model::lanes);
         ++target) {
      in_panel.emplace_back();
      edges_of(target, in_panel.back());
    }
    if (!visit(tile, tiles, in_panel)) return;
    tile += tiles;
  }
}

/// Where the columns and the weights of the next panel begin.
struct Place {
  std::size_t panel = 0, run = 0, column = 0, weight = 0;
};

/// `tiles` of them, the last of which may lack targets: these get weights of 0.
void fill_panel(const Targets& targets, LocalIndex first_tile, int tiles, bool squared, Place& at,
                Panels& to) {
  const std::size_t wide = z(tiles) * lanes;
  const std::vector<Column> columns = columns_of(targets);
  for (const Column& column : columns) {
    to.offset[at.column++] = column.offset;
    for (std::size_t lane = 0; lane < wide; ++lane) {
      const std::size_t place = at.weight + z(&column - columns.data()) * wide + lane;
      to.weight.set(place, lane < targets.size() ? no_edge : 0.0);
      if (squared) to.squared.set(place, to.weight[place]);
    }
  }
  for (std::size_t lane = 0; lane < targets.size(); ++lane) {
    for (const PanelEdge& edge : targets[lane]) {
      const auto column =
          std::lower_bound(columns.begin(), columns.end(), Column{edge.rank, edge.offset, 0}) -
          columns.begin();
      to.weight.set(at.weight + z(column) * wide + lane, edge.weight);
      if (squared) to.squared.set(at.weight + z(column) * wide + lane, edge.squared);
    }
  }
  at.weight += columns.size() * wide;
  const std::vector<Panels::Run> runs = runs_of(columns, targets.size());
  to.panels[at.panel++] = {first_tile, tiles, static_cast<std::int32_t>(runs.size())};
  for (const Panels::Run& run : runs)
    to.runs[at.run++] = run;
}

}  // namespace

std::optional<PanelSizes> count_panels(LocalIndex targets, const EdgesOf& edges_of) {
  PanelSizes sizes;
  bool full_enough = true;
  each_panel(targets, edges_of, [&](LocalIndex /*tile*/, int tiles, const Targets& in_panel) {
    const std::vector<Column> columns = columns_of(in_panel);
    ++sizes.panels;
    sizes.runs += std::ssize(runs_of(columns, in_panel.size()));
    sizes.columns += std::ssize(columns);
    sizes.places += std::ssize(columns) * tiles * model::lanes;
    for (const auto& edges : in_panel)
      sizes.edges += std::ssize(edges);
    full_enough =
        static_cast<double>(sizes.edges) >= least_filled * static_cast<double>(sizes.places);
    return full_enough;
  });
  if (!full_enough || sizes.edges == 0) return std::nullopt;
  return sizes;
}

void fill_panels(LocalIndex targets, const EdgesOf& edges_of, bool squared, Panels& panels) {
  Place at;
  each_panel(targets, edges_of, [&](LocalIndex tile, int tiles, const Targets& in_panel) {
    for (const auto& edges : in_panel)
      panels.edges += std::ssize(edges);
    fill_panel(in_panel, tile, tiles, squared, at, panels);
    return true;
  });
}

}  // namespace arcuate::engine
