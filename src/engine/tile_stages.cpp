#include <algorithm>
#include <array>

#include "panel_kernel.hpp"
#include "stage_kernel.hpp"
#include "tile_pass.hpp"

// Steps whose stages go one by one through all regions: staged coupling with undelayed edges
// between regions.

namespace arcuate::engine {
namespace {

constexpr int lanes = model::lanes;

std::size_t z(std::int64_t i) {
  return static_cast<std::size_t>(i);
}
std::size_t index_of(Series series) {
  return static_cast<std::size_t>(series);
}

}  // namespace

void TilePass::begin_step(int replica, LocalIndex tile, Step n, TileScratch& scratch) {
  const Noise::Drawn drawn = noise_.draw(replica, tile, n, 1, scratch.noise);
  scratch.drawn = drawn;
  drive_.prepare(n, 1, scratch.drive);
  drive_.set_parameters(tile, parameters(tile), scratch.drive);
  collect(replica, tile, n, 1, scratch);
  delays_.read(replica, tile, n, 1, scratch.delayed.data());
  std::copy_n(tile_memory(replica, tile, scratch).state, scratch.state_size, scratch.states.data());
}

void TilePass::broadcast_stage(int stage, int replica, LocalIndex tile,
                               std::vector<double>& stage_values, TileScratch& scratch) {
  const int regions = std::min(lanes, static_cast<int>(owned_.size()) - tile * lanes);
  const double* state = kernel_->stage_state(tile_memory(replica, tile, scratch), stage);
  double* own = scratch.values.data();
  double* sent = own + lanes;
  const auto when = static_cast<Series>(kernel_->phase(stage));
  for (const auto& link : channels_.links) {
    observe(link.observable, 1, state, parameters(tile, when, scratch), own);
    for (int part = 0; part < link.parts; ++part) {
      channels_.source.apply(lanes, own, sent, part);
      double* values = stage_values.data() +
                       z(replica * channels_.channels + link.first + part) * z(plan_.slots.size());
      for (int lane = 0; lane < regions; ++lane) {
        values[plan_.slots.of_owned[z(tile * lanes + lane)]] = sent[lane];
      }
    }
  }
}

void TilePass::sum_stage(int thread, int stage, int replica,
                         const std::vector<double>& stage_values,
                         std::span<const TileScratch> scratch) {
  const std::size_t when = z(static_cast<int>(kernel_->phase(stage)));
  const LocalIndex first = plan_.thread_begin[z(thread)];
  const LocalIndex last = plan_.thread_begin[z(thread) + 1];
  for (int c = 0; c < channels_.channels; ++c) {
    const std::size_t channel = z(replica * channels_.channels + c);
    const double* values = stage_values.data() + channel * z(plan_.slots.size());
    double* sums = stage_sums_.data() + channel * z(tiles_) * lanes;
    for (LocalIndex tile = first; tile < last; ++tile) {
      std::copy_n(scratch[z(tile)].sums[when].data() + z(c) * z(plan_.block) * lanes, lanes,
                  sums + tile * lanes);
    }
    if (!plan_.stage.panels.empty()) {
      multiply(plan_.stage.panels[z(thread)], channels_.squared(c), values, sums + first * lanes,
               lanes);
    } else {
      const LocalIndex end = std::min(static_cast<LocalIndex>(owned_.size()), last * lanes);
      add_undelayed(plan_.stage, channels_.squared(c), values, first * lanes, end - first * lanes,
                    sums + first * lanes);
    }
  }
}

void TilePass::run_stage(int stage, int replica, LocalIndex tile, TileScratch& scratch) {
  const auto when = static_cast<Series>(kernel_->phase(stage));
  model::Tile memory = tile_memory(replica, tile, scratch);
  const StepParameters at_stage = parameters(tile, when, scratch);
  memory.parameter = at_stage.first;
  const double* state = kernel_->stage_state(memory, stage);
  start_inputs(tile, 1, when, scratch.drawn.inputs, scratch);
  double* input = scratch.inputs[index_of(when)].data();
  std::array<double, lanes * most_parts> sums;
  std::array<double, lanes> own;
  std::array<double, lanes> result;
  for (const auto& link : channels_.links) {
    observe(link.observable, 1, state, at_stage, own.data());
    for (int part = 0; part < link.parts; ++part) {
      const std::size_t channel = z(replica * channels_.channels + link.first + part);
      std::copy_n(stage_sums_.data() + (channel * z(tiles_) + z(tile)) * lanes, lanes,
                  sums.data() + part * lanes);
    }
    channels_.target.apply(lanes, sums.data(), own.data(),
                           strength_[link.squared].data() + z(tile) * lanes, result.data());
    for (int lane = 0; lane < lanes; ++lane)
      input[link.input * lanes + lane] += result[z(lane)];
  }
  if (stage == 0) std::copy_n(input, z(n_inputs_) * lanes, scratch.used.data());
  kernel_->stage(stage, memory, input, scratch.drawn.states, dt_);
}

void TilePass::end_step(int thread, int replica, LocalIndex tile, Step n, History& history,
                        TileScratch& scratch, Probe* probe) {
  std::copy_n(tile_memory(replica, tile, scratch).state, z(n_states_) * lanes, scratch.trace());
  broadcast(replica, tile, 1, scratch.trace(), history, scratch);
  keep_past(replica, tile, n, 1, scratch);
  check(thread, replica, tile, n, 1, scratch);
  report(thread, replica, tile, n, 1, scratch, probe);
}

}  // namespace arcuate::engine
