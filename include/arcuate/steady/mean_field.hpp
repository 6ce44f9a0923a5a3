#pragma once

#include <optional>
#include <string>

#include "arcuate/io/output.hpp"
#include "arcuate/meanfield/fixed_points.hpp"
#include "arcuate/meanfield/landscape.hpp"

namespace arcuate::steady {

/// What `arcuate steady` finds of a network of spiking neurons.
struct MeanFieldResults {
  std::string title;
  std::string study;  ///< normalised
  std::vector<std::string> populations;
  meanfield::Search search;
  std::optional<meanfield::Landscape> landscape;
  std::optional<meanfield::Path> path;  ///< of a landscape of two populations
  double contrast = 0.1;                ///< of meanfield::active_clusters

  [[nodiscard]] meanfield::ActiveClusters active_in(const meanfield::FixedPoint& point) const {
    return meanfield::active_clusters(
        point.rates.head(static_cast<Eigen::Index>(populations.size() / 2 - 1)), contrast);
  }
};

/// `/fixed_points` (fixed_point, population), `/eigenvalues` (fixed_point, root), `/landscape` and
/// `/path`, with dimension scales (docs/spiking.md). Throws EnvironmentError.
void write_results(io::Output& output, const MeanFieldResults& results);

}  // namespace arcuate::steady
