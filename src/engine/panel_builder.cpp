#include "panel_builder.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "arcuate/model/kernel.hpp"

namespace arcuate::engine {
namespace {

constexpr std::size_t lanes = model::lanes;
// Of the places in panels; below, what is loaded in vain costs more than one edge at a time.
constexpr double least_filled = 0.2;
constexpr double no_edge = std::numeric_limits<double>::quiet_NaN();

using Column = std::pair<std::int64_t, std::uint32_t>;  // rank, offset
using Targets = std::vector<std::vector<PanelEdge>>;    // of a panel

/// The columns in order.
std::vector<Column> columns_of(const Targets& targets) {
  std::vector<Column> columns;
  for (const auto& edges : targets) {
    for (const PanelEdge& edge : edges)
      columns.emplace_back(edge.rank, edge.offset);
  }
  std::sort(columns.begin(), columns.end());
  columns.erase(std::unique(columns.begin(), columns.end()), columns.end());
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

void add_runs(const std::vector<std::size_t>& filled, std::size_t targets, Panels& to) {
  const std::size_t before = to.runs.size();
  bool after_partial = true;
  for (const std::size_t edges : filled) {
    const bool full = edges == targets;
    if (to.runs.size() == before || (full && after_partial)) to.runs.push_back({});
    ++(full ? to.runs.back().full : to.runs.back().partial);
    after_partial = !full;
  }
  to.panels.back().runs = static_cast<std::int32_t>(to.runs.size() - before);
}

/// `tiles` of them, the last of which may lack targets: these get weights of 0.
void add_panel(const Targets& targets, LocalIndex first_tile, int tiles, bool squared, Panels& to) {
  const std::size_t wide = static_cast<std::size_t>(tiles) * lanes;
  const std::vector<Column> columns = columns_of(targets);
  const std::size_t start = to.weight.size();
  for (std::size_t column = 0; column < columns.size(); ++column) {
    to.offset.push_back(columns[column].second);
    for (std::size_t lane = 0; lane < wide; ++lane)
      to.weight.push_back(lane < targets.size() ? no_edge : 0.0);
  }
  if (squared) to.squared.append(to.weight, start, to.weight.size() - start);
  std::vector<std::size_t> filled(columns.size(), 0);
  for (std::size_t lane = 0; lane < targets.size(); ++lane) {
    for (const PanelEdge& edge : targets[lane]) {
      const auto column = static_cast<std::size_t>(
          std::lower_bound(columns.begin(), columns.end(), Column(edge.rank, edge.offset)) -
          columns.begin());
      to.weight.set(start + column * wide + lane, edge.weight);
      if (squared) to.squared.set(start + column * wide + lane, edge.squared);
      ++filled[column];
    }
  }
  to.panels.push_back({first_tile, tiles, 0});
  add_runs(filled, targets.size(), to);
}

}  // namespace

std::optional<Panels> build_panels(LocalIndex targets, const EdgesOf& edges_of, bool squared,
                                   Stored stored) {
  Panels panels;
  panels.weight = Reals(stored);
  panels.squared = Reals(stored);
  LocalIndex tile = 0;
  for (const int tiles : share_out((static_cast<std::size_t>(targets) + lanes - 1) / lanes)) {
    Targets in_panel;
    const LocalIndex first = tile * model::lanes;
    for (LocalIndex target = first; target < std::min(targets, first + tiles * model::lanes);
         ++target) {
      in_panel.emplace_back();
      edges_of(target, in_panel.back());
      panels.edges += std::ssize(in_panel.back());
    }
    add_panel(in_panel, tile, tiles, squared, panels);
    tile += tiles;
    if (static_cast<double>(panels.edges) <
        least_filled * static_cast<double>(panels.weight.size()))
      return std::nullopt;
  }
  if (panels.edges == 0) return std::nullopt;
  return panels;
}

}  // namespace arcuate::engine
