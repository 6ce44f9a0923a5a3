#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "arcuate/comm/communicator.hpp"
#include "arcuate/core/types.hpp"

/// From samples of regions, which lie on different ranks, to the columns that are recorded.
namespace arcuate::monitor {

struct MonitorSpec;

/// Which variables exist in which regions; empty: all in all.
struct Presence {
  std::vector<std::uint8_t> model_of;          ///< (n_regions)
  std::vector<std::vector<std::uint8_t>> has;  ///< (n_models, n_variables)
};

/// What it sums it sums in ascending order of regions, so the bits do not depend on who owns what.
class SpaceReduction {
 public:
  virtual ~SpaceReduction() = default;
  /// values: (rows, regions of this rank), the variables of each sample from number `first` on side
  /// by side. On rank 0 `columns` becomes (rows, n_columns); elsewhere it becomes empty.
  /// Collective.
  virtual void reduce(const comm::Communicator& comm, Step first, Step rows,
                      std::span<const double> values, std::vector<double>& columns) = 0;
  /// [bytes] of this rank that do not depend on the number of rows.
  [[nodiscard]] virtual std::int64_t bytes() const = 0;
};

/// mine: this rank's regions of the monitor, ascending.
using MakeReduction = std::unique_ptr<SpaceReduction> (*)(const comm::Communicator& comm,
                                                          const MonitorSpec& spec,
                                                          const std::vector<GlobalIndex>& mine,
                                                          Presence presence);

/// The mean over the regions of each group of MonitorSpec::region_group (without groups: over all),
/// those left out whose model has no such variable; not a number where no region is left. Throws
/// ConfigError when a group has no region. Collective.
std::unique_ptr<SpaceReduction> make_group_means(const comm::Communicator& comm,
                                                 const MonitorSpec& spec,
                                                 const std::vector<GlobalIndex>& mine,
                                                 Presence presence);

}  // namespace arcuate::monitor
