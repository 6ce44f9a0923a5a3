#pragma once

#include <functional>

namespace CLI {
class App;
}

namespace arcuate::app {

/// Adds "verify"; when chosen, `run` becomes what it does.
void add_verify(CLI::App& program, std::function<void()>& run);

}  // namespace arcuate::app
