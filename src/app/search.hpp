#pragma once

#include <functional>

#include "arcuate/comm/communicator.hpp"

namespace CLI {
class App;
}

namespace arcuate::app {

/// `sweep`, `fit`, `evaluate` and `best`.
void add_search(CLI::App& program, const comm::Communicator& world, std::function<void()>& run);

}  // namespace arcuate::app
