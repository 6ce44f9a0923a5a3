#pragma once

#include <functional>

namespace CLI {
class App;
}

namespace arcuate::app {

/// `arcuate export`.
void add_export(CLI::App& program, std::function<void()>& run);

}  // namespace arcuate::app
