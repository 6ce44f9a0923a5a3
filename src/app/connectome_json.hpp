#pragma once

#include <string>

#include "arcuate/network/connectome.hpp"

namespace arcuate::app {

/// Figures, centres, labels, and the weights as a matrix of at most 200 rows (target) and columns:
/// means of blocks, null where there is no edge.
std::string connectome_json(const network::Connectome& connectome);

}  // namespace arcuate::app
