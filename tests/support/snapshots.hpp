#pragma once

#include <cstring>
#include <map>
#include <vector>

#include "arcuate/comm/communicator.hpp"
#include "arcuate/engine/simulation.hpp"

namespace arcuate::test {

/// Everything that a simulation needs to go on, on every rank.
class Snapshots {
 public:
  /// Collective.
  Snapshots(const comm::Communicator& comm, const engine::Simulation& simulation)
      : step_(simulation.now()), shared_(simulation.save_shared()) {
    std::vector<double> mine;
    for (std::size_t k = 0; k < simulation.owned().size(); ++k) {
      std::vector<double> values;
      const auto lag = simulation.save(static_cast<LocalIndex>(k), values);
      mine.insert(mine.end(), {static_cast<double>(simulation.owned()[k]), static_cast<double>(lag),
                               static_cast<double>(values.size())});
      mine.insert(mine.end(), values.begin(), values.end());
    }
    std::vector<double> all = comm.gather(mine);
    comm.broadcast(all);
    for (std::size_t at = 0; at < all.size();) {
      const auto count = static_cast<std::ptrdiff_t>(all[at + 2]);
      const auto first = all.begin() + static_cast<std::ptrdiff_t>(at) + 3;
      regions_[static_cast<GlobalIndex>(all[at])] = {static_cast<std::int32_t>(all[at + 1]),
                                                     {first, first + count}};
      at += 3 + static_cast<std::size_t>(count);
    }
  }

  /// Collective.
  void resume(engine::Simulation& simulation) const {
    simulation.resume(
        step_,
        [this](GlobalIndex region) -> engine::RegionSnapshot {
          const auto& [lag, values] = regions_.at(region);
          return {lag, values};
        },
        shared_);
  }

 private:
  Step step_;
  std::vector<double> shared_;
  std::map<GlobalIndex, std::pair<std::int32_t, std::vector<double>>> regions_;
};

}  // namespace arcuate::test
