#include <algorithm>
#include <array>

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

void TilePass::run_stage(int stage, int replica, LocalIndex tile,
                         const std::vector<double>& stage_values, TileScratch& scratch) {
  const int regions = std::min(lanes, static_cast<int>(owned_.size()) - tile * lanes);
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
      const int channel = link.first + part;
      const auto& delayed = scratch.sums[index_of(when)];
      std::copy_n(delayed.data() + z(channel) * z(plan_.block) * lanes, lanes,
                  sums.data() + part * lanes);
      const double* values =
          stage_values.data() + z(replica * channels_.channels + channel) * z(plan_.slots.size());
      add_undelayed(plan_.stage, link.squared, values, tile * lanes, regions,
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
