#include "stage_kernel.hpp"

#include <cmath>

#include "arcuate/core/index.hpp"

namespace arcuate::engine {
namespace {}  // namespace

template <class Real>
void add_undelayed(const StageEdges& edges, bool squared, const Real* values, LocalIndex first,
                   int count, Real* sums) {
  const Real* weights = weights_of(edges, squared).template data<Real>();
  for (int i = 0; i < count; ++i) {
    const std::size_t target = z(first + i);
    for (std::int64_t e = edges.row[target]; e < edges.row[target + 1]; ++e)
      sums[i] = std::fma(weights[z(e)], values[edges.slot[z(e)]], sums[i]);
  }
}

template void add_undelayed(const StageEdges&, bool, const double*, LocalIndex, int, double*);
template void add_undelayed(const StageEdges&, bool, const float*, LocalIndex, int, float*);

}  // namespace arcuate::engine
