#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "arcuate/engine/edges.hpp"

namespace arcuate::engine {

/// An edge on its way into a panel. `rank` orders the edges of a target as they are summed; edges
/// of several targets that have the same rank and offset share a column.
struct PanelEdge {
  std::int64_t rank = 0;
  std::uint32_t offset = 0;
  double weight = 0.0;
  double squared = 0.0;
};

/// Appends the edges of a target, in any order.
using EdgesOf = std::function<void(LocalIndex target, std::vector<PanelEdge>& edges)>;

/// What the edges of one thread's targets need as panels; nothing where there are none, or where
/// panels would be mostly empty.
std::optional<PanelSizes> count_panels(LocalIndex targets, const EdgesOf& edges_of);
/// Puts the edges into panels that have been allocated with those sizes.
void fill_panels(LocalIndex targets, const EdgesOf& edges_of, bool squared, Panels& panels);

}  // namespace arcuate::engine
