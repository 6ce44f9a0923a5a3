#pragma once

#include <functional>

namespace CLI {
class App;
}

namespace arcuate::app {

/// Registers `KIND new NAME` and `KIND build HEADER` for every kind of plug-in: `model new`, ...
void add_plugin_verbs(CLI::App& program, std::function<void()>& run);

}  // namespace arcuate::app
