#pragma once

#include <functional>

namespace CLI {
class App;
}

namespace arcuate::app {

/// Registers `model new NAME` and `model build HEADER`: models of the user's own, as plug-ins.
void add_model(CLI::App& program, std::function<void()>& run);

}  // namespace arcuate::app
