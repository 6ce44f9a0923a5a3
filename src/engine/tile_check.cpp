#include <algorithm>
#include <array>

#include "arcuate/core/index.hpp"
#include "arcuate/model/limits.hpp"
#include "tile_pass.hpp"

namespace arcuate::engine {
namespace {}  // namespace

std::vector<model::Range> plausible_ranges(const model::Entry& model) {
  std::vector<model::Range> ranges;
  for (const model::StateInfo& state : model.info.states) {
    const auto [low, high] = model::plausible_range(state);
    ranges.push_back({std::max(low, any_finite.low), std::min(high, any_finite.high)});
  }
  return ranges;
}

/// Far outside of what the equations mean is looked for where blocks end and at the end, so at the
/// same steps whatever the ranks, threads and stops: a state may come back. What is not finite does
/// not.
void TilePass::check(int thread, LocalIndex tile, Step n, int m, const double* trace) {
  const bool every_range = phase_of(n + m) == 0 || n + m == plan_.steps;
  const model::Range* allowed = every_range ? plan_.plausible.data() : plan_.finite.data();
  const double* last = trace + z((m - 1) * plan_.n_states) * lanes;
  std::array<double, lanes> inside;
  inside.fill(1.0);
  for (int k = 0; k < plan_.n_states; ++k) {
    const auto [low, high] = allowed[k];
#pragma omp simd
    for (int lane = 0; lane < lanes; ++lane) {
      const double x = last[k * lanes + lane];
      inside[z(lane)] = x >= low && x <= high ? inside[z(lane)] : 0.0;
    }
  }
  double all = 1.0;
#pragma omp simd reduction(* : all)
  for (int lane = 0; lane < lanes; ++lane)
    all *= inside[z(lane)];
  if (all == 0.0) note_divergence(thread, tile, n, m, trace, allowed);
}

void TilePass::note_divergence(int thread, LocalIndex tile, Step n, int m, const double* trace,
                               const model::Range* at_the_end) {
  const int regions = plan_.regions_in(tile);
  Divergence& first = of_thread_[z(thread)].diverged;
  for (int s = 0; s < m; ++s) {
    const model::Range* allowed = s == m - 1 ? at_the_end : plan_.finite.data();
    for (int lane = 0; lane < regions; ++lane) {
      for (int k = 0; k < plan_.n_states; ++k) {
        const double x = trace[(s * plan_.n_states + k) * lanes + lane];
        if (x >= allowed[k].low && x <= allowed[k].high) continue;
        if (first.step < 0 || n + s + 1 < first.step) {
          first = {n + s + 1, plan_.owned[z(tile * lanes + lane)], k, x};
        }
        return;
      }
    }
  }
}

}  // namespace arcuate::engine
