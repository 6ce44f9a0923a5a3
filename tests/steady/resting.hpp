#pragma once

#include <gtest/gtest.h>

#include <complex>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "arcuate/comm/communicator.hpp"
#include "arcuate/engine/local_network.hpp"
#include "arcuate/equilibrium/resting_network.hpp"
#include "arcuate/steady/fixed_points.hpp"
#include "arcuate/steady/session.hpp"
#include "arcuate/steady/stability.hpp"
#include "support/networks.hpp"

/// Networks at rest for tests.
namespace arcuate::test {

using Settings = std::vector<std::pair<const char*, double>>;
using Complex = std::complex<double>;

inline void set(engine::SimulationSpec& spec, const Settings& settings) {
  engine::Population& own = spec.populations.front();
  for (const auto& [name, value] : settings) {
    const int index = own.model->parameter(name);
    ASSERT_GE(index, 0) << name;
    own.parameters[static_cast<std::size_t>(index)] = RegionValues(value);
  }
}

/// Initial values are the model's.
inline engine::SimulationSpec study_of(const char* model, const Settings& settings = {},
                                       network::CouplingForm form = network::CouplingForm::linear,
                                       double gain = 0.0) {
  engine::SimulationSpec spec = default_spec(model, form, gain);
  const auto& states = spec.populations.front().model->info.states;
  for (std::size_t k = 0; k < states.size(); ++k)
    spec.populations.front().initial[k] = {RegionValues(states[k].initial), std::nullopt};
  set(spec, settings);
  return spec;
}

inline network::Connectome one_region() {
  network::Connectome connectome;
  connectome.row = {0, 0};
  connectome.labels = {"only"};
  return connectome;
}

/// Shared out to the ranks of a communicator, one region after the other.
inline std::unique_ptr<equilibrium::RestingNetwork> at_rest(const comm::Communicator& comm,
                                                            const engine::SimulationSpec& spec,
                                                            const network::Connectome& connectome) {
  std::vector<std::int32_t> owner;
  for (GlobalIndex i = 0; i < connectome.n_regions(); ++i)
    owner.push_back(static_cast<std::int32_t>(i * 7 % connectome.n_regions() % comm.size()));
  network::Connectome mine = comm.is_root() ? connectome : network::Connectome{};
  return std::make_unique<equilibrium::RestingNetwork>(
      comm, spec, engine::distribute(comm, std::move(mine), owner, spec));
}

/// The states of all regions, in their order.
inline std::vector<double> by_region(const equilibrium::RestingNetwork& network,
                                     const std::vector<double>& own) {
  const std::vector<double> all = network.everywhere(own);
  std::vector<double> states;
  for (std::size_t i = 0; i < network.layout().first.size(); ++i) {
    const auto first = all.begin() + network.layout().first[i];
    states.insert(states.end(), first, first + network.layout().states[i]);
  }
  return states;
}

}  // namespace arcuate::test
