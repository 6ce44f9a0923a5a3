#pragma once

#include <functional>

#include "arcuate/comm/communicator.hpp"

namespace CLI {
class App;
}

namespace arcuate::app {

/// Registers `simulate FILE`; the parsed command sets `run`. Collective when run.
void add_simulate(CLI::App& program, const comm::Communicator& world, std::function<void()>& run);
/// The same of `continue RECORDING`.
void add_continue(CLI::App& program, const comm::Communicator& world, std::function<void()>& run);
/// And of `replay RECORDING`.
void add_replay(CLI::App& program, const comm::Communicator& world, std::function<void()>& run);

}  // namespace arcuate::app
