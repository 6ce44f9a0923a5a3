#include "drive.hpp"

#include <algorithm>

#include "arcuate/core/index.hpp"
#include "tile_plan.hpp"

namespace arcuate::engine {
namespace {

/// Completes the constants that the model derives, lane by lane.
void derive(const model::Kernel& kernel, int rows, double* tile) {
  std::vector<double> one(z(rows));
  for (int lane = 0; lane < lanes; ++lane) {
    for (int p = 0; p < rows; ++p)
      one[z(p)] = tile[p * lanes + lane];
    kernel.derive_of_one(one.data());
    for (int p = 0; p < rows; ++p)
      tile[p * lanes + lane] = one[z(p)];
  }
}

}  // namespace

Drive::Drive(const SimulationSpec& spec, const Population& population, const model::Kernel& kernel,
             const std::vector<std::uint32_t>& lane_region)
    : kernel_(kernel),
      n_states_(static_cast<int>(population.model->info.states.size())),
      n_inputs_(static_cast<int>(population.model->info.inputs.size())),
      parameter_rows_(kernel.parameter_rows()),
      dt_(spec.dt),
      model_dt_(spec.dt / population.model->info.time_unit),
      n_lanes_(lane_region.size()) {
  const auto all = series_of(spec.method, spec.stages);
  middles_ = std::find(all.begin(), all.end(), Series::middle) != all.end();
  for (const Stimulus& stimulus : population.stimuli) {
    on_parameters_ = on_parameters_ || stimulus.on == StimulusOn::parameter;
    on_inputs_ = on_inputs_ || stimulus.on == StimulusOn::input;
    on_states_ = on_states_ || stimulus.on == StimulusOn::state;
    terms_.push_back({stimulus.on, stimulus.target, stimulus.function});
    weights_.weight.reserve(weights_.weight.size() + lane_region.size());
    for (const std::uint32_t region : lane_region)
      weights_.weight.push_back(stimulus.weight(region));
  }
}

void Drive::prepare(Step first, int steps, DriveScratch& scratch) const {
  if (terms_.empty() || (scratch.first == first && scratch.steps == steps)) return;
  scratch.first = first;
  scratch.steps = steps;
  for (std::size_t k = 0; k < terms_.size(); ++k) {
    for (int s = 0; s <= steps; ++s) {
      const std::size_t at = k * z(steps + 1) + z(s);
      const auto n = static_cast<double>(first + s);
      scratch.whole[at] = terms_[k].function.at(n * dt_, dt_);
      if (middles_) scratch.half[at] = terms_[k].function.at((n + 0.5) * dt_, dt_);
    }
  }
}

void Drive::add_to_inputs(LocalIndex tile, Series when, const DriveScratch& scratch,
                          double* inputs) const {
  const auto& course = when == Series::middle ? scratch.half : scratch.whole;
  const int shift = when == Series::end ? 1 : 0;
  for (std::size_t k = 0; k < terms_.size(); ++k) {
    if (terms_[k].on != StimulusOn::input) continue;
    const double* weight = weight_of(k, tile);
    for (int s = 0; s < scratch.steps; ++s) {
      const double value = course[k * z(scratch.steps + 1) + z(s + shift)];
      double* row = inputs + (s * n_inputs_ + terms_[k].target) * lanes;
#pragma omp simd
      for (int lane = 0; lane < lanes; ++lane)
        row[lane] = __builtin_fma(weight[lane], value, row[lane]);
    }
  }
}

void Drive::add_to_increments(LocalIndex tile, const DriveScratch& scratch,
                              double* increments) const {
  for (std::size_t k = 0; k < terms_.size(); ++k) {
    if (terms_[k].on != StimulusOn::state) continue;
    const double* weight = weight_of(k, tile);
    for (int s = 0; s < scratch.steps; ++s) {
      const double push = model_dt_ * scratch.whole[k * z(scratch.steps + 1) + z(s)];
      double* row = increments + (s * n_states_ + terms_[k].target) * lanes;
#pragma omp simd
      for (int lane = 0; lane < lanes; ++lane)
        row[lane] = __builtin_fma(weight[lane], push, row[lane]);
    }
  }
}

void Drive::change_parameters(LocalIndex tile, const double* constant,
                              const std::vector<double>& course, int rows, double* out) const {
  for (int s = 0; s < rows; ++s) {
    double* step = out + z(s) * z(parameter_stride());
    std::copy_n(constant, parameter_stride(), step);
    for (std::size_t k = 0; k < terms_.size(); ++k) {
      if (terms_[k].on != StimulusOn::parameter) continue;
      const double* weight = weight_of(k, tile);
      const double value = course[k * z(rows) + z(s)];
      double* row = step + terms_[k].target * lanes;
#pragma omp simd
      for (int lane = 0; lane < lanes; ++lane)
        row[lane] = __builtin_fma(weight[lane], value, row[lane]);
    }
    if (kernel_.derives()) derive(kernel_, parameter_rows_, step);
  }
}

void Drive::set_parameters(LocalIndex tile, const double* constant, DriveScratch& scratch) const {
  if (!on_parameters_) return;
  const int rows = scratch.steps + 1;
  change_parameters(tile, constant, scratch.whole, rows, scratch.parameter[0].data());
  if (middles_) {
    change_parameters(tile, constant, scratch.half, rows, scratch.parameter[1].data());
  }
}

const double* Drive::parameters(Series when, const DriveScratch& scratch) const {
  if (!on_parameters_) return nullptr;
  if (when == Series::middle) return scratch.parameter[1].data();
  return scratch.parameter[0].data() + (when == Series::end ? parameter_stride() : 0);
}

std::string_view target_name(const Stimulus& stimulus, const model::ModelInfo& info) {
  const std::size_t target = z(stimulus.target);
  switch (stimulus.on) {
    case StimulusOn::parameter:
      return info.parameters[target].name;
    case StimulusOn::state:
      return info.states[target].name;
    case StimulusOn::input:
      break;
  }
  return info.inputs[target].name;
}

std::string target_unit(const Stimulus& stimulus, const model::ModelInfo& info) {
  const std::size_t target = z(stimulus.target);
  if (stimulus.on == StimulusOn::parameter) return std::string(info.parameters[target].unit);
  if (stimulus.on == StimulusOn::input) return std::string(info.inputs[target].unit);
  const std::string unit(info.states[target].unit);
  const bool simple = unit.find_first_of("/ *") == std::string::npos;
  return (simple ? unit : "(" + unit + ")") + "/" + std::string(info.time_unit_name);
}

std::vector<double> parameters_at(const SimulationSpec& spec, const model::Kernel& kernel,
                                  GlobalIndex region, double t) {
  std::vector<double> rows = parameter_rows(spec, kernel, region);
  bool changed = false;
  for (const Stimulus& stimulus : spec.at(region).stimuli) {
    if (stimulus.on != StimulusOn::parameter) continue;
    double& value = rows[z(stimulus.target)];
    value = __builtin_fma(stimulus.weight(region), stimulus.function.at(t, spec.dt), value);
    changed = true;
  }
  if (changed) kernel.derive_of_one(rows.data());
  return rows;
}

}  // namespace arcuate::engine
