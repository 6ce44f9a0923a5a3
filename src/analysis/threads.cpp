#include "threads.hpp"

#include <algorithm>
#include <atomic>

#include "arcuate/analysis/series.hpp"

namespace arcuate::analysis {
namespace {

// Not OpenMP's own number: that is all cores unless somebody says otherwise, of each of many ranks.
std::atomic<int> used = 1;

}  // namespace

int threads() {
  return used;
}

void use_threads(int wanted) {
  used = std::max(1, wanted);
}

}  // namespace arcuate::analysis
