#pragma once

#include <functional>

#include "arcuate/comm/communicator.hpp"

namespace CLI {
class App;
}

namespace arcuate::app {

/// Registers `plan FILE [--ranks P --threads T]`; the parsed command sets `run`. Collective when
/// run.
void add_plan(CLI::App& program, const comm::Communicator& world, std::function<void()>& run);

}  // namespace arcuate::app
