#pragma once

#include <cmath>
#include <cstddef>
#include <string_view>
#include <utility>
#include <vector>

#include "arcuate/engine/reference.hpp"
#include "arcuate/model/entry.hpp"
#include "arcuate/network/connectome.hpp"

/// What the tests of numerical methods and noise share.
namespace arcuate::test {

inline std::size_t at(std::int64_t i) {
  return static_cast<std::size_t>(i);
}

/// Regions that nothing connects.
inline network::Connectome unconnected(GlobalIndex regions) {
  network::Connectome c;
  c.row.assign(at(regions + 1), 0);
  return c;
}

/// A model at its defaults, starting at its default state, without coupling, noise or steps.
inline engine::SimulationSpec quiet_spec(
    std::string_view model, const std::vector<std::pair<const char*, double>>& parameters = {}) {
  engine::SimulationSpec spec;
  engine::Population& own = spec.populations.emplace_back();
  own.model = model::find(model);
  for (const auto& p : own.model->info.parameters)
    own.parameters.emplace_back(p.value);
  for (const auto& [name, value] : parameters)
    own.parameters.at(at(own.model->parameter(name))) = RegionValues(value);
  for (const auto& s : own.model->info.states) {
    engine::InitialValue initial;
    initial.value = RegionValues(s.initial);
    own.initial.push_back(initial);
  }
  return spec;
}

/// Links the model's inputs to the observables they receive by default.
inline void couple(engine::SimulationSpec& spec, network::CouplingForm form, double gain) {
  spec.coupling.form = form;
  spec.coupling.gain = gain;
  engine::Population& own = spec.populations.front();
  const auto& inputs = own.model->info.inputs;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    if (inputs[i].source.empty()) continue;
    const int source = own.model->observable(inputs[i].source);
    own.links.push_back({source, static_cast<int>(i), inputs[i].squared_weights});
  }
}

/// The slope of log(error) over log(dt), by least squares.
inline double order(const std::vector<double>& dts, const std::vector<double>& errors) {
  const auto n = static_cast<double>(dts.size());
  double x = 0.0, y = 0.0, xx = 0.0, xy = 0.0;
  for (std::size_t i = 0; i < dts.size(); ++i) {
    const double u = std::log(dts[i]), v = std::log(errors[i]);
    x += u;
    y += v;
    xx += u * u;
    xy += u * v;
  }
  return (n * xy - x * y) / (n * xx - x * x);
}

}  // namespace arcuate::test
