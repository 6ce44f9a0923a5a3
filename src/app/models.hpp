#pragma once

#include <functional>

namespace CLI {
class App;
}

namespace arcuate::app {

/// Registers `models [NAME] [--json] [--markdown DIR]`; the parsed command sets `run`.
void add_models(CLI::App& program, std::function<void()>& run);

}  // namespace arcuate::app
