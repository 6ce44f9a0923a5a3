#pragma once

#include <string>
#include <vector>

#include "arcuate/comm/communicator.hpp"
#include "arcuate/spiking/config.hpp"
#include "needs.hpp"
#include "simulation.hpp"

/// Studies of spiking networks: what the verbs do with them.
namespace arcuate::app {

/// Whether rank 0 finds a section `spiking` in the study; then it is known on all. Collective.
bool is_spiking(const comm::Communicator& world, const std::string& file,
                const std::vector<std::string>& overrides);

/// study file -> network -> spikes -> recording. Collective.
void simulate_spiking(const comm::Communicator& world, const SimulateArguments& arguments);
/// Says what would be simulated. On one rank.
void check_spiking(const std::string& file, const std::vector<std::string>& overrides);
/// A line for each stimulus and perturbation.
void print_spiking_inputs(const spiking::Config& config);
/// What it takes on so many ranks. On one rank.
void plan_spiking(const std::string& file, const std::vector<std::string>& overrides, int ranks,
                  int threads, bool json);
/// As needs_of. ranks: 0: as many as simulate it within an hour or are a sweep's or a fit's
/// workers.
Needs needs_of_spiking(const std::string& verb, const std::string& file,
                       const std::vector<std::string>& overrides, int ranks, int threads);

}  // namespace arcuate::app
