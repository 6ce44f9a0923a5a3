#pragma once

#include <functional>

namespace CLI {
class App;
}

namespace arcuate::app {

/// `arcuate show RECORDING`: what it holds; with --study the study that made it.
void add_show(CLI::App& program, std::function<void()>& run);

}  // namespace arcuate::app
