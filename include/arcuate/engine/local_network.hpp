#pragma once

#include <vector>

#include "arcuate/comm/communicator.hpp"
#include "arcuate/core/types.hpp"
#include "arcuate/engine/arrays.hpp"
#include "arcuate/engine/lags.hpp"
#include "arcuate/network/connectome.hpp"

/// This rank's rows of the connectome, and who owns every region.
namespace arcuate::engine {

struct RowSizes {
  std::int64_t regions = 0;  ///< of the whole network
  std::int64_t owned = 0;
  std::int64_t edges = 0;
};

struct OwnedRegions {
  std::vector<std::int32_t> owner;  ///< (n_regions) rank
  std::vector<GlobalIndex> owned;   ///< (n_owned) global indices, ascending

  template <class Self, class Visit>
  static void arrays(Self& self, const RowSizes& n, const Visit& visit) {
    visit("owner", Role::parameter, self.owner, {n.regions});
    visit("owned", Role::parameter, self.owned, {n.owned});
  }
};

struct LocalNetwork : OwnedRegions {
  GlobalIndex n_regions = 0;       ///< of the whole network
  std::vector<GlobalIndex> row;    ///< (n_owned + 1)
  std::vector<LocalIndex> source;  ///< (n_edges) global index of the source, ascending in a row
  std::vector<double> weight;      ///< (n_edges)
  std::vector<double> delay;       ///< (n_edges) [steps]
  std::vector<std::int32_t> longest_lag;  ///< (n_owned) as Delays::longest_lag, or empty
  BlockChoice block;                      ///< of the whole network
  int population = 0;                     ///< its number, after split_by_population
  LocalIndex first = 0;                   ///< regions of this rank in populations of lower numbers

  [[nodiscard]] LocalIndex n_owned() const { return static_cast<LocalIndex>(owned.size()); }
  template <class Self, class Visit>
  static void arrays(Self& self, const RowSizes& n, const Visit& visit) {
    OwnedRegions::arrays(self, n, visit);
    visit("row", Role::parameter, self.row, {n.owned + 1});
    visit("source", Role::parameter, self.source, {n.edges});
    visit("weight", Role::parameter, self.weight, {n.edges});
    visit("delay", Role::parameter, self.delay, {n.edges});
    visit("longest_read", Role::parameter, self.longest_lag, {n.owned});
  }
};

/// The regions of one rank by population, for every one that has some; one without regions
/// when the rank has none. `owner` stays with the first.
std::vector<LocalNetwork> split_by_population(LocalNetwork&& network, const SimulationSpec& spec);

/// `regions` by population, ascending within each: as the parts of split_by_population follow each
/// other.
std::vector<GlobalIndex> by_population(const std::vector<GlobalIndex>& regions,
                                       const SimulationSpec& spec);

/// The regions of one rank, ascending.
std::vector<GlobalIndex> regions_of(const std::vector<std::int32_t>& owner, int rank);

/// Hands every rank its rows. Rank 0 holds the connectome and its delays and gives them up (one
/// rank: no copy); others pass empty ones. owner: (n_regions), the same on all ranks. Collective.
LocalNetwork distribute(const comm::Communicator& comm, network::Connectome&& connectome,
                        Delays&& delays, const std::vector<std::int32_t>& owner);
/// The same where nobody has needed the delays before.
LocalNetwork distribute(const comm::Communicator& comm, network::Connectome&& connectome,
                        const std::vector<std::int32_t>& owner, const SimulationSpec& spec);

}  // namespace arcuate::engine
