#pragma once

#include <vector>

namespace arcuate::optimise {

/// a is nowhere worse than b and somewhere better.
bool dominates(const std::vector<double>& a, const std::vector<double>& b);

/// (points): 0 for those that none dominates, 1 for those that only points of front 0 dominate, ...
/// Deb et al. 2002, doi:10.1109/4235.996017.
std::vector<int> fronts_of(const std::vector<std::vector<double>>& losses);

/// (members) of one front: how far the neighbours on both sides are apart, over all objectives;
/// infinite at the ends. The same source.
std::vector<double> crowding(const std::vector<std::vector<double>>& losses,
                             const std::vector<std::size_t>& members);

}  // namespace arcuate::optimise
