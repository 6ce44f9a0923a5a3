#include <algorithm>
#include <array>

#include "arcuate/core/index.hpp"
#include "panel_kernel.hpp"
#include "stage_kernel.hpp"
#include "tile_pass.hpp"

// Steps whose stages go one by one through all regions: staged coupling with undelayed edges
// between regions.

namespace arcuate::engine {

void TilePass::begin_step(LocalIndex tile, Step n, TileScratch& scratch) {
  scratch.first = n;
  scratch.drawn = draw(tile, n, 1, scratch);
  collect(tile, n, 1, scratch);
  plan_.delays.read(tile, n, 1, state_.own_past, scratch.delayed.data());
  load_state(tile, scratch);
  std::copy_n(tile_memory(tile, scratch).state, scratch.state_size, scratch.states.data());
}

void TilePass::broadcast_stage(int stage, LocalIndex tile, Reals& stage_values,
                               TileScratch& scratch) {
  const int regions = plan_.regions_in(tile);
  const double* state = plan_.kernel->stage_state(tile_memory(tile, scratch), stage);
  double* own = scratch.values.data();
  double* sent = own + lanes;
  const auto when = static_cast<Series>(plan_.kernel->phase(stage));
  for (const auto& link : plan_.channels.links) {
    plan_.observe(link.observable, 1, state, plan_.parameters(tile, when, scratch), own);
    for (int part = 0; part < link.parts; ++part) {
      plan_.channels.source.apply(lanes, own, sent, part);
      const std::size_t first = z(link.first + part) * z(edges_.slots.size());
      for (int lane = 0; lane < regions; ++lane)
        stage_values.set(first + z(edges_.slots.of_owned[z(tile * lanes + lane)]), sent[lane]);
    }
  }
}

void TilePass::sum_stage(int thread, int stage, const Reals& stage_values,
                         std::span<const TileScratch> scratch) {
  const std::size_t when = index_of(static_cast<Series>(plan_.kernel->phase(stage)));
  with_real(edges_.stored,
            [&]<class Real>() { sum_stage_of(thread, when, stage_values.data<Real>(), scratch); });
}

/// Delayed sums, then undelayed edges.
template <class Real>
void TilePass::sum_stage_of(int thread, std::size_t when, const Real* stage_values,
                            std::span<const TileScratch> scratch) {
  const LocalIndex first = edges_.thread_begin[z(thread)];
  const LocalIndex last = edges_.thread_begin[z(thread) + 1];
  for (int c = 0; c < plan_.channels.channels; ++c) {
    const Real* values = stage_values + z(c) * z(edges_.slots.size());
    Real* sums = state_.stage_sums.data<Real>() + z(c) * z(plan_.tiles) * lanes;
    for (LocalIndex tile = first; tile < last; ++tile) {
      const double* delayed = scratch[z(tile)].sums[when].data() + z(c) * scratch_row();
      std::transform(delayed, delayed + lanes, sums + tile * lanes,
                     [](double sum) { return static_cast<Real>(sum); });
    }
    if (!edges_.stage.panels.empty()) {
      multiply(edges_.stage.panels[z(thread)], plan_.channels.squared(c), values,
               sums + first * lanes, lanes);
    } else {
      const LocalIndex end = std::min(static_cast<LocalIndex>(plan_.owned.size()), last * lanes);
      add_undelayed(edges_.stage, plan_.channels.squared(c), values, first * lanes,
                    end - first * lanes, sums + first * lanes);
    }
  }
}

void TilePass::run_stage(int stage, LocalIndex tile, TileScratch& scratch) {
  const auto when = static_cast<Series>(plan_.kernel->phase(stage));
  model::Tile memory = tile_memory(tile, scratch);
  const StepParameters at_stage = plan_.parameters(tile, when, scratch);
  memory.parameter = at_stage.first;
  const double* state = plan_.kernel->stage_state(memory, stage);
  start_inputs(tile, 1, when, scratch.drawn.inputs, scratch);
  double* input = scratch.inputs[index_of(when)].data();
  std::array<double, lanes * most_link_parts> sums;
  std::array<double, lanes> own;
  std::array<double, lanes> result;
  for (const auto& link : plan_.channels.links) {
    plan_.observe(link.observable, 1, state, at_stage, own.data());
    for (int part = 0; part < link.parts; ++part) {
      const std::size_t channel = z(link.first + part);
      for (std::size_t lane = 0; lane < lanes; ++lane) {
        sums[z(part) * lanes + lane] =
            state_.stage_sums[(channel * z(plan_.tiles) + z(tile)) * lanes + lane];
      }
    }
    plan_.channels.target.apply(lanes, sums.data(), own.data(),
                                plan_.of_lanes.strength[link.squared].data() + z(tile) * lanes,
                                result.data());
    for (int lane = 0; lane < lanes; ++lane)
      input[link.input * lanes + lane] += result[z(lane)];
  }
  if (stage == 0) std::copy_n(input, z(plan_.n_inputs) * lanes, scratch.used.data());
  plan_.kernel->stage(stage, memory, input, scratch.drawn.states, plan_.dt);
  if (!plan_.bounds.empty()) model::clamp_stage(*plan_.kernel, plan_.bounds, memory, stage);
}

void TilePass::end_step(int thread, LocalIndex tile, Step n, History& history, TileScratch& scratch,
                        Probe* probe) {
  store_state(tile, scratch);
  load_state(tile, scratch);  // as it was rounded
  double* const trace = scratch.trace();
  std::copy_n(tile_memory(tile, scratch).state, z(plan_.n_states) * lanes, trace);
  broadcast(tile, 1, trace, history, scratch);
  if (tracts_ != nullptr) send_to_parcels(thread, tile, n, 1, trace, scratch);
  keep_past(tile, n, 1, trace, scratch);
  check(thread, tile, n, 1, trace);
  report(thread, tile, n, 1, trace, scratch, probe);
}

}  // namespace arcuate::engine
