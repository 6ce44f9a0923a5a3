#include "arcuate/engine/tile_sizes.hpp"

#include <algorithm>

#include "arcuate/engine/delays.hpp"
#include "arcuate/engine/edges.hpp"
#include "noise.hpp"

namespace arcuate::engine {
namespace {

template <class List>
std::int64_t count(const List& list) {
  return static_cast<std::int64_t>(list.size());
}

void count_noise(const Population& population, double dt, TileSizes& sizes) {
  for (const NoiseTerm& term : population.noise) {
    const std::int64_t memories = count(memories_of(term, dt / population.model->info.time_unit));
    sizes.noise_terms += memories > 0 ? memories : 1;
    sizes.noise_memory += memories;
    sizes.noisy_states = sizes.noisy_states || !term.on_input;
    sizes.noisy_inputs = sizes.noisy_inputs || term.on_input;
  }
  sizes.plain_noise = sizes.noisy_states && !sizes.noisy_inputs && sizes.noise_memory == 0;
}

}  // namespace

Step longest_run(const SimulationSpec& spec, int block, Step period, std::int32_t smallest_near_lag,
                 bool stagewise) {
  if (stagewise) return 1;
  Step run = block;
  if (period > 0) run = std::min(run, period);
  if (smallest_near_lag >= 0) run = std::min<Step>(run, smallest_near_lag + 1);
  for (const Population& population : spec.populations) {
    if (const Step delay = shortest_delay(population, spec.dt); delay > 0)
      run = std::min(run, delay + 1);
  }
  return run;
}

TileSizes tile_sizes(const SimulationSpec& spec, const Population& population, LocalIndex regions,
                     const BlockChoice& block, Step run) {
  const model::ModelInfo& info = population.model->info;
  const auto kernel = population.model->make_kernel(spec.method);
  TileSizes sizes;
  sizes.tiles = (regions + lanes - 1) / lanes;
  sizes.states = count(info.states);
  sizes.inputs = count(info.inputs);
  sizes.parameters = kernel->parameter_rows();
  sizes.channels = spec.n_channels();
  sizes.block = block.block;
  sizes.stage_rows = kernel->scratch_rows();
  sizes.states_stored = spec.stored_state();
  sizes.past_stored = spec.stored();
  for (const Series series : series_of(spec.method, spec.stages))
    sizes.series[static_cast<std::size_t>(series)] = true;
  sizes.held = sizes.series[static_cast<std::size_t>(Series::begin)];
  sizes.middles = sizes.series[static_cast<std::size_t>(Series::middle)];
  sizes.squared = sums_squared_weights(spec);
  sizes.self = block.undelayed > 0 && !block.undelayed_between_regions && sizes.channels > 0;
  sizes.stagewise = block.undelayed_between_regions && !sizes.held && sizes.channels > 0;
  sizes.short_runs = run < short_run;
  sizes.delayed = count(info.delayed);
  for (const KeptPast& kept : kept_past(population, spec.dt))
    sizes.own_past += kept.length;
  count_noise(population, spec.dt, sizes);
  sizes.stimuli = count(population.stimuli);
  for (const Stimulus& stimulus : population.stimuli) {
    sizes.changing_parameters = sizes.changing_parameters || stimulus.on == StimulusOn::parameter;
    if (stimulus.on != StimulusOn::state) continue;
    sizes.noisy_states = true;
    sizes.plain_noise = false;
  }
  return sizes;
}

}  // namespace arcuate::engine
