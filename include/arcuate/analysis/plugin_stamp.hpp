#pragma once

#include <Eigen/Core>
#include <string>
#include <string_view>

#include "arcuate/analysis/feature.hpp"
#include "arcuate/plugin/stamp.hpp"

namespace arcuate::analysis {

/// Matrices that one side makes and the other frees.
inline std::string eigen_stamp() {
  return "Eigen " + std::to_string(EIGEN_WORLD_VERSION) + "." +
         std::to_string(EIGEN_MAJOR_VERSION) + "." + std::to_string(EIGEN_MINOR_VERSION) +
         " aligned to " + std::to_string(EIGEN_MAX_ALIGN_BYTES);
}

/// The stamp of a plug-in with a feature (plugin/stamp.hpp).
inline std::string plugin_stamp(std::string_view program) {
  return plugin::stamp(program,
                       eigen_stamp() + "; " + plugin::sizes<Feature, Input, Options, Result>());
}

}  // namespace arcuate::analysis
