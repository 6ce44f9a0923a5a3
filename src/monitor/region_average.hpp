#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "arcuate/comm/communicator.hpp"
#include "arcuate/core/types.hpp"
#include "arcuate/monitor/space_reduction.hpp"

/// Means over regions that lie on different ranks.
namespace arcuate::monitor {

/// Sums in ascending order of regions on rank 0, so the bits do not depend on who owns what.
class RegionAverage final : public SpaceReduction {
 public:
  /// mine: this rank's regions, ascending. group: (n_regions) group of each region; empty: all in
  /// group 0. Every group of 0 .. n_groups - 1 has a region on some rank. Collective.
  RegionAverage(const comm::Communicator& comm, const std::vector<GlobalIndex>& mine,
                const std::vector<int>& group, int n_groups, Presence presence);

  void reduce(const comm::Communicator& comm, Step rows, std::span<const double> values,
              std::vector<double>& means) override;
  [[nodiscard]] std::int64_t bytes() const override {
    return static_cast<std::int64_t>(members_.size() * sizeof(Member));
  }

 private:
  /// Where rank 0 finds a region in what it gathers: one (rows, width) array per rank, in rank
  /// order.
  struct Member {
    GlobalIndex region = 0;
    GlobalIndex before = 0;  ///< columns of the ranks below
    LocalIndex width = 0;    ///< columns of the rank that owns it
    LocalIndex column = 0;
    int group = 0;
    int model = 0;
  };
  void find_members(const std::vector<std::int64_t>& widths, const std::vector<double>& regions,
                    const std::vector<int>& group);

  /// Adds the values of all members to the sums of `n` rows: first, first + n_variables, ...
  void add_rows(const double* values, Step rows, Step first, Step n, double* sums) const;

  [[nodiscard]] bool has(const Member& member, std::size_t variable) const {
    return presence_.has.empty() ||
           presence_.has[static_cast<std::size_t>(member.model)][variable] != 0;
  }

  std::size_t n_groups_;
  Presence presence_;
  std::size_t n_variables_;       ///< 1 when all regions have all
  std::vector<Member> members_;   ///< on rank 0, ascending regions
  std::vector<double> count_;     ///< (n_variables, n_groups) regions
  std::vector<double> gathered_;  ///< on rank 0 of several: kept, as new memory costs page faults
};

}  // namespace arcuate::monitor
