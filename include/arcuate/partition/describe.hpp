#pragma once

#include <string>
#include <vector>

#include "arcuate/partition/partition.hpp"

/// Partitions as text for people: plain columns, no colours.
namespace arcuate::partition {

/// Parts that own nothing: those beyond the number of regions, if not more.
int empty_parts(const Partition& partition);

/// The figures of one partition, one a line: imbalance, cut, halo, smallest cut delay, epoch,
/// messages. `dt` [ms].
std::string describe(const Partition& partition, const Graph& graph, double dt);

/// All candidates, one a line, in the order given. `dt` [ms].
std::string describe(const std::vector<Partition>& candidates, const Graph& graph, double dt);

}  // namespace arcuate::partition
