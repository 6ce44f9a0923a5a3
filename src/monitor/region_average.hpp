#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "arcuate/comm/communicator.hpp"
#include "arcuate/core/types.hpp"
#include "arcuate/monitor/space_reduction.hpp"
#include "gathered_regions.hpp"

/// Means over regions that lie on different ranks.
namespace arcuate::monitor {

/// Sums in ascending order of regions on rank 0, so the bits do not depend on who owns what.
class RegionAverage final : public SpaceReduction {
 public:
  /// mine: this rank's regions, ascending. group: (n_regions) group of each region; empty: all in
  /// group 0. Every group of 0 .. n_groups - 1 has a region on some rank. Collective.
  RegionAverage(const comm::Communicator& comm, const std::vector<GlobalIndex>& mine,
                const std::vector<int>& group, int n_groups, Presence presence);

  void reduce(const comm::Communicator& comm, Step first, Step rows, std::span<const double> values,
              std::vector<double>& means) override;
  [[nodiscard]] std::int64_t bytes() const override {
    return regions_.bytes() + static_cast<std::int64_t>(group_.size() * sizeof(int));
  }

 private:
  /// Adds the values of all members to the sums of `n` rows: first, first + n_variables, ...
  void add_rows(const double* values, Step rows, Step first, Step n, double* sums) const;

  std::size_t n_groups_;
  GatheredRegions regions_;
  std::vector<int> group_;     ///< (members)
  std::vector<double> count_;  ///< (n_variables, n_groups) regions
};

}  // namespace arcuate::monitor
