#include "stage_kernel.hpp"

namespace arcuate::engine {
namespace {

std::size_t z(std::int64_t i) {
  return static_cast<std::size_t>(i);
}

}  // namespace

void add_undelayed(const StageEdges& edges, bool squared, const double* values, LocalIndex first,
                   int count, double* sums) {
  const auto& weights = weights_of(edges, squared);
  for (int i = 0; i < count; ++i) {
    const std::size_t target = z(first + i);
    for (std::int64_t e = edges.row[target]; e < edges.row[target + 1]; ++e)
      sums[i] = __builtin_fma(weights[z(e)], values[edges.slot[z(e)]], sums[i]);
  }
}

}  // namespace arcuate::engine
