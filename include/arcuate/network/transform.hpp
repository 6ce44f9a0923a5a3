#pragma once

#include "arcuate/network/connectome.hpp"

/// What is done to weights before they are normalised.
namespace arcuate::network {

struct Transform {
  enum class Kind {
    log1p,      ///< log(1 + w)
    sqrt,       ///< the square root of w
    binary,     ///< 1 for every edge
    power,      ///< w^value
    scale,      ///< value w
    mean,       ///< scaled so that the mean over all pairs of different regions, without an edge 0, is `value`
    threshold,  ///< edges with |w| below `value` are removed
  };
  Kind kind = Kind::log1p;
  double value = 0.0;
};

/// Throws DataError naming source and target of a weight that cannot be transformed (negative under log1p, sqrt and power),
/// and when no factor gives the mean. What becomes 0 by threshold is no edge any more. O(edges).
void apply(Connectome& connectome, const Transform& transform);

}  // namespace arcuate::network
