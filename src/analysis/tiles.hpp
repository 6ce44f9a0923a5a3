#pragma once

#include <algorithm>

#include "arcuate/analysis/series.hpp"
#include "threads.hpp"

namespace arcuate::analysis {

/// Calls use(i, j, height, width) for every tile of `side` rows and columns on and below the
/// diagonal of an n by n matrix: rows i to i + height, columns j to j + width, j <= i. One thread
/// has a tile, so that the bits of what it computes do not depend on how many there are.
template <class Use>
void for_lower_tiles(Index n, Index side, Use use) {
  const Index tiles = (n + side - 1) / side;
#pragma omp parallel for num_threads(threads()) schedule(dynamic)
  for (Index t = 0; t < tiles * tiles; ++t) {
    const Index i = t / tiles * side;
    const Index j = t % tiles * side;
    if (j <= i) use(i, j, std::min(side, n - i), std::min(side, n - j));
  }
}

}  // namespace arcuate::analysis
