#pragma once

#include <functional>

namespace CLI {
class App;
}

namespace arcuate::app {

/// Registers `check FILE [--set path=value]...`; the parsed command sets `run`. Not collective.
void add_check(CLI::App& program, std::function<void()>& run);

}  // namespace arcuate::app
