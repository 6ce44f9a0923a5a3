#pragma once

#include <functional>

namespace CLI {
class App;
}

namespace arcuate::app {

/// Registers `connectome info|check|convert|generate`; the parsed command sets `run`.
void add_connectome(CLI::App& program, std::function<void()>& run);

}  // namespace arcuate::app
