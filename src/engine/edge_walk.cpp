#include "edge_walk.hpp"

namespace arcuate::engine {
namespace {

/// Regions that do not talk have no edges to sum.
std::span<const GlobalIndex> rows_of(const std::vector<GlobalIndex>& row,
                                     const SimulationSpec& spec) {
  return spec.n_links() == 0 ? std::span<const GlobalIndex>() : std::span(row);
}

}  // namespace

EdgeRows::EdgeRows(const LocalNetwork& network, const SimulationSpec& spec)
    : population(network.population),
      owned(network.owned),
      source(network.source),
      weight(network.weight),
      delay(network.delay),
      row_(rows_of(network.row, spec)),
      longest_lag_(network.longest_lag),
      of_network_(false) {}

EdgeRows::EdgeRows(const network::Connectome& connectome, const Delays& delays,
                   const SimulationSpec& spec, std::span<const GlobalIndex> regions, int number)
    : population(number),
      owned(regions),
      source(connectome.source),
      weight(connectome.weight),
      delay(delays.steps()),
      row_(rows_of(connectome.row, spec)),
      longest_lag_(delays.longest_lag()),
      of_network_(true) {}

GlobalIndex EdgeRows::n_edges() const {
  GlobalIndex edges = 0;
  for (LocalIndex target = 0; target < n_owned(); ++target) {
    const auto [begin, end] = edges_of(target);
    edges += end - begin;
  }
  return edges;
}

EdgeWalk::EdgeWalk(const SimulationSpec& spec, const BlockChoice& block)
    : block_(block), reading_(spec) {
  constexpr int last_piece = 4;
  if (kept_apart()) {
    undelayed_share_ = {Where::self, last_piece, 0, 1.0};
  } else {
    undelayed_share_ = {reading_.held() ? Where::near : Where::stage, last_piece, 0, 1.0};
  }
}

}  // namespace arcuate::engine
