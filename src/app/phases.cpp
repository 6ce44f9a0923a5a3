#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <iostream>
#include <string>
#include <vector>

#include "arcuate/core/error.hpp"
#include "arcuate/io/study.hpp"
#include "arcuate/run/checkpoints.hpp"
#include "arcuate/run/launch.hpp"
#include "arcuate/run/run.hpp"
#include "earlier.hpp"
#include "file/status_file.hpp"
#include "simulation.hpp"

/// A protocol: one phase after the other.
namespace arcuate::app {
namespace {

SimulateArguments of_phase(const SimulateArguments& arguments, const std::string& name) {
  SimulateArguments one = arguments;
  one.overrides.push_back("phase=" + name);
  return one;
}

/// What is wrong with any of them shows before the first: their studies, their outputs, and whether
/// each can go on from the one before. Returns the outputs, on rank 0. Collective.
std::vector<std::string> check_all(const comm::Communicator& world,
                                   const SimulateArguments& arguments,
                                   const std::vector<std::string>& names) {
  const int threads = run::threads_of(world, arguments.threads);
  std::vector<std::string> outputs;
  run::Continuable before;
  for (std::size_t k = 0; k < names.size(); ++k) {
    const SimulateArguments phase = of_phase(arguments, names[k]);
    const auto read = [&] {
      io::Study study = io::read_study(phase.file, phase.overrides);
      require_free(study, phase);
      if (k + 1 < names.size() && !study.final_state)
        throw ConfigError(fmt::format(
            "{}: checkpoint.final: false: phase {} goes on from the final state of phase {}",
            phase.file, names[k + 1], names[k]));
      outputs.push_back(study.output);
      return study;
    };
    try {
      const run::Prepared prepared = run::prepare(world, {.study = read}, threads);
      const run::Continuable now = run::continuable(world, prepared);
      comm::on_root(world, [&] {
        if (k > 0) run::require_continuable(before, now, "phase " + names[k - 1]);
      });
      before = now;
    } catch (const ConfigError& error) {
      throw ConfigError(fmt::format("{} (phase {})", error.what(), names[k]));
    }
  }
  return outputs;
}

}  // namespace

namespace {

void simulate_phases(const comm::Communicator& world, const SimulateArguments& arguments) {
  std::vector<std::string> names;
  comm::on_root(world, [&] { names = io::phase_names(arguments.file, arguments.overrides); });
  const std::int64_t phases = world.max(static_cast<std::int64_t>(names.size()));
  if (phases == 0 || !arguments.from.empty()) return simulate_one(world, arguments);
  names.resize(static_cast<std::size_t>(phases));
  for (std::string& name : names)
    world.broadcast(name);
  const std::vector<std::string> outputs = check_all(world, arguments, names);
  for (std::size_t k = 0; k < names.size(); ++k) {
    SimulateArguments phase = of_phase(arguments, names[k]);
    if (k > 0) {
      if (world.is_root()) phase.from = outputs[k - 1];
      world.broadcast(phase.from);
    }
    if (world.is_root()) std::cout << fmt::format("phase {} ({} of {})\n", names[k], k + 1, phases);
    simulate_one(world, phase);
  }
}

}  // namespace

void simulate(const comm::Communicator& world, const SimulateArguments& arguments) {
  simulate_phases(world, arguments);
  if (world.is_root()) io::StatusFile(arguments.status).end("simulate");
}

}  // namespace arcuate::app
