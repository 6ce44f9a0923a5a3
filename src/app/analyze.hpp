#pragma once

#include <functional>

namespace CLI {
class App;
}
namespace arcuate::comm {
class Communicator;
}

namespace arcuate::app {

/// Registers `analyze REC.h5 [FEATURES.yml]`; the parsed command sets `run`. Collective: rank 0
/// computes.
void add_analyze(CLI::App& program, const comm::Communicator& world, std::function<void()>& run);

}  // namespace arcuate::app
