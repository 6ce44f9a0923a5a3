#pragma once

#include <map>
#include <string>
#include <vector>

#include "arcuate/io/fit.hpp"
#include "parameters.hpp"

namespace arcuate::io {

/// The list `fit.minimise`, of which conditions may give the targets. `regions`: to see whether
/// targets have them. Throws ConfigError, DataError.
std::vector<FitTerm> read_terms(const Context& context, const yaml::Node& list,
                                const Regions& regions);

/// The target of a term, which has to be there. `where`: as written.
std::string target_of(const Context& context, const FitTerm& term, const std::string& where,
                      const std::string& place, const Regions& regions);

}  // namespace arcuate::io
