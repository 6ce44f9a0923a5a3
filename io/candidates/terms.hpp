#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "arcuate/io/fit.hpp"
#include "parameters.hpp"

namespace arcuate::io {

/// Each member of the list `fit.minimise` as `read` takes it: (member, path). Some weight is not 0.
/// Throws ConfigError.
std::vector<FitTerm> members_of_minimise(
    const Context& context, const yaml::Node& list,
    const std::function<FitTerm(const yaml::Node&, const std::string&)>& read);

/// The list `fit.minimise`, of which conditions may give the targets. `regions`: to see whether
/// targets have them. Throws ConfigError, DataError.
std::vector<FitTerm> read_terms(const Context& context, const yaml::Node& list,
                                const Regions& regions);

/// The target of a term, which has to be there. `where`: as written.
std::string target_of(const Context& context, const FitTerm& term, const std::string& where,
                      const std::string& place, const Regions& regions);

}  // namespace arcuate::io
