#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "arcuate/comm/communicator.hpp"
#include "arcuate/core/types.hpp"
#include "arcuate/monitor/space_reduction.hpp"

/// The samples of regions of all ranks, on rank 0.
namespace arcuate::monitor {

class GatheredRegions {
 public:
  /// Where rank 0 finds a region in what it gathers: one (rows, width) array per rank, in rank
  /// order.
  struct Member {
    GlobalIndex region = 0;
    GlobalIndex before = 0;  ///< columns of the ranks below
    LocalIndex width = 0;    ///< columns of the rank that owns it
    LocalIndex column = 0;
    int model = 0;
  };

  /// mine: this rank's regions, ascending. Collective.
  GatheredRegions(const comm::Communicator& comm, const std::vector<GlobalIndex>& mine,
                  Presence presence);

  /// On rank 0, ascending regions: whoever sums along them sums in an order that does not depend on
  /// who owns what.
  [[nodiscard]] const std::vector<Member>& members() const { return members_; }

  /// values: (rows, regions of this rank). Returns those of all ranks on rank 0, else nothing.
  /// Collective.
  std::span<const double> gather(const comm::Communicator& comm, std::span<const double> values);
  /// In what gather() returns; the rows of a member lie Member::width apart.
  static const double* find(const double* values, Step rows, Step row, const Member& member) {
    return values + rows * member.before + row * member.width + member.column;
  }

  /// Variables that may be missing; 1 when all regions have all.
  [[nodiscard]] std::size_t n_variables() const { return n_variables_; }
  [[nodiscard]] bool has(const Member& member, std::size_t variable) const {
    return presence_.has.empty() ||
           presence_.has[static_cast<std::size_t>(member.model)][variable] != 0;
  }
  [[nodiscard]] std::int64_t bytes() const {
    return static_cast<std::int64_t>(members_.size() * sizeof(Member));
  }

 private:
  void find_members(const std::vector<std::int64_t>& widths, const std::vector<double>& regions);

  Presence presence_;
  std::size_t n_variables_;
  std::vector<Member> members_;
  std::vector<double> gathered_;  ///< on rank 0 of several: kept, as new memory costs page faults
};

}  // namespace arcuate::monitor
