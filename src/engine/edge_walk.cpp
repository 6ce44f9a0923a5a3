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
      row_(rows_of(network.row, spec)),
      of_network_(false),
      delay_(network.delay),
      speed_(network.speed),
      dt_(network.dt) {}

EdgeRows::EdgeRows(const network::Connectome& connectome, const SimulationSpec& spec,
                   std::span<const GlobalIndex> regions, int number)
    : population(number),
      owned(regions),
      source(connectome.source),
      weight(connectome.weight),
      row_(rows_of(connectome.row, spec)),
      of_network_(true),
      delay_(connectome.delay.empty() ? connectome.length : connectome.delay),
      speed_(connectome.delay.empty() ? spec.speed : 0.0),
      dt_(spec.dt) {}

GlobalIndex EdgeRows::n_edges() const {
  GlobalIndex edges = 0;
  for (LocalIndex target = 0; target < n_owned(); ++target) {
    const auto [begin, end] = edges_of(target);
    edges += end - begin;
  }
  return edges;
}

EdgeWalk::EdgeWalk(const SimulationSpec& spec, const BlockChoice& block)
    : block_(block),
      all_series_(series_of(spec.method, spec.stages)),
      mode_(spec.delay),
      held_(all_series_.front() == Series::begin) {
  constexpr int last_piece = 4;
  if (kept_apart()) {
    undelayed_share_ = {Where::self, last_piece, 0, 1.0};
  } else {
    undelayed_share_ = {held_ ? Where::near : Where::stage, last_piece, 0, 1.0};
  }
}

}  // namespace arcuate::engine
