#include <algorithm>
#include <array>

#include "arcuate/core/index.hpp"
#include "tile_pass.hpp"

/// Steps between which tiles look at each other and which need nothing but sums, noise and states:
/// what TilePass::advance_some does besides would take a quarter of their time.
namespace arcuate::engine {

bool TilePass::is_plain() const {
  const bool as_stored = edges_.stored == Stored::in_double && plan_.is_plain() &&
                         !state_.short_sums[index_of(Series::begin)].empty();
  const bool noise_is_kept = plan_.sizes.noise_terms == 0 || !state_.kept.increments.empty();
  return as_stored && noise_is_kept && !edges_.series.front().panels.empty() && feed_ == nullptr &&
         tracts_ == nullptr;
}

void TilePass::step_plainly(int thread, Step n, History& history, std::span<TileScratch> scratch) {
  std::array<model::TileRun, tiles_side_by_side> runs;
  const auto& link = plan_.channels.links.front();
  const LocalIndex end = edges_.thread_begin[z(thread) + 1];
  const double* const sums = state_.short_sums[index_of(Series::begin)].data<double>();
  double* const now = history.now<double>(link.first);
  for (LocalIndex tile = edges_.thread_begin[z(thread)]; tile < end; tile += tiles_side_by_side) {
    const int count = std::min(tiles_side_by_side, end - tile);
    for (int i = 0; i < count; ++i) {
      TileScratch& own = scratch[z(i)];
      model::TileRun& run = runs[z(i)];
      double* const input = own.inputs[index_of(Series::begin)].data();
      plan_.channels.target.apply_rows(1, sums + z(tile + i) * z(short_run) * lanes,
                                       input + link.input * lanes, lanes);
      place_tile(tile + i, own, run.tile);
      run.input.begin = run.input.middle = run.input.end = input;
      if (plan_.sizes.noise_terms > 0)
        run.noise = plan_.noise.kept_on_states(tile + i, n, state_.kept, own.noise);
      run.trace = kept_trace(tile + i, n - of_thread_[z(thread)].kept_from);
    }
    plan_.kernel->advance({runs.data(), z(count)}, plan_.dt, 1);
    for (int i = 0; i < count; ++i) {
      const double* const sent = runs[z(i)].trace + link.observable * lanes;
      const std::uint32_t* const next = plan_.next_of.data() + (tile + i) * lanes;
      const int regions = plan_.regions_in(tile + i);
      for (int lane = 0; lane < regions; ++lane)
        now[next[lane]] = sent[lane];
    }
  }
}

}  // namespace arcuate::engine
