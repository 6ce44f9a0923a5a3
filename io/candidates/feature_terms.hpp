#pragma once

#include <string>
#include <vector>

#include "arcuate/io/fit.hpp"
#include "context.hpp"

/// Losses of what is found in spiking neurons: values of features, and what they should be.
namespace arcuate::io {

/// The list `fit.minimise`. Throws ConfigError: a feature that such candidates lack, targets of
/// another length, what cannot be divided by.
std::vector<FitTerm> read_feature_terms(const Context& context, const yaml::Node& list,
                                        const EachCandidate& each);

/// Numbers that a term is compared with: one for all its entries, or one for each.
void set_feature_target(const Context& context, const EachCandidate& each, const yaml::Node& node,
                        const std::string& place, FitTerm& term);

}  // namespace arcuate::io
