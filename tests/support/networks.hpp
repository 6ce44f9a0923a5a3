#pragma once

#include <cmath>
#include <string>
#include <vector>

#include "arcuate/core/random.hpp"
#include "arcuate/engine/spec.hpp"
#include "arcuate/network/connectome.hpp"
#include "tables.hpp"

/// Small networks and studies for tests.
namespace arcuate::test {

struct NetworkOptions {
  GlobalIndex regions = 23;
  double density = 0.4;
  double shortest = 4.0;  ///< [mm]
  double longest = 60.0;  ///< [mm]
  bool undelayed_self = false;
  double delayed_self = 0.0;  ///< [mm] above 0: the way by which every region hears itself
  bool undelayed_between = false;
  std::uint64_t seed = 7;
};

inline network::Connectome random_network(const NetworkOptions& o) {
  network::Connectome c;
  c.row.push_back(0);
  for (GlobalIndex i = 0; i < o.regions; ++i) {
    for (GlobalIndex j = 0; j < o.regions; ++j) {
      const random::Stream stream{o.seed, 9};
      const auto pair = static_cast<std::int64_t>(i * o.regions + j);
      const double exists = random::uniform01(stream, 0, pair);
      const double where = random::uniform01(stream, 1, pair);
      const bool self = i == j;
      if (self && !o.undelayed_self && o.delayed_self == 0.0) continue;
      if (!self && exists >= o.density) continue;
      const bool undelayed = self || (o.undelayed_between && where < 0.05);
      c.source.push_back(static_cast<LocalIndex>(j));
      c.weight.push_back(random::uniform01(stream, 2, pair));
      const double way = self        ? o.delayed_self
                         : undelayed ? 0.0
                                     : o.shortest + (o.longest - o.shortest) * where;
      c.length.push_back(static_cast<float>(way));
    }
    c.row.push_back(static_cast<GlobalIndex>(c.source.size()));
    c.labels.push_back("region" + std::to_string(i));
    const auto angle = static_cast<float>(i);
    c.centres.push_back({40.0F * std::cos(angle), 40.0F * std::sin(angle), static_cast<float>(i)});
  }
  return c;
}

/// Defaults of a model, its default links through `form`, heun at dt = 0.1 ms.
inline engine::SimulationSpec default_spec(const std::string& model, network::CouplingForm form,
                                           double gain) {
  engine::SimulationSpec spec;
  engine::Population& own = spec.populations.emplace_back();
  own.model = model::find(model);
  own.table = coarse_table(own.model->info);
  for (const auto& p : own.model->info.parameters)
    own.parameters.emplace_back(p.value);
  for (const auto& s : own.model->info.states) {
    engine::InitialValue initial;
    const double width = s.range.high - s.range.low;
    initial.uniform = model::Range{s.range.low + 0.3 * width, s.range.low + 0.6 * width};
    own.initial.push_back(initial);
  }
  spec.coupling.form = form;
  spec.coupling.gain = gain;
  const auto& inputs = own.model->info.inputs;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    if (inputs[i].source.empty()) continue;
    own.links.push_back(
        {own.model->observable(inputs[i].source), static_cast<int>(i), inputs[i].squared_weights});
  }
  spec.dt = 0.1;
  spec.steps = 300;
  return spec;
}

inline engine::NoiseTerm white_noise(int state, double sigma) {
  engine::NoiseTerm noise;
  noise.target = state;
  noise.sigma = RegionValues(sigma);
  return noise;
}

}  // namespace arcuate::test
