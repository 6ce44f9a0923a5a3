#pragma once

#include <string>
#include <vector>

#include "arcuate/analysis/connectivity.hpp"
#include "arcuate/io/recorded_run.hpp"
#include "arcuate/network/connectome.hpp"

namespace arcuate::io {

/// The pairs of the columns of a monitor that count. pairs: all, within_hemispheres, no_homotopic,
/// or a file with a matrix of 0 and 1 over the columns or over all regions. Empty: all. Throws
/// ConfigError, DataError.
analysis::PairMask pairs_of(const network::Connectome& connectome, const RecordedSeries& series,
                            const std::string& pairs);

}  // namespace arcuate::io
