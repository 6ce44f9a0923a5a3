#pragma once

#include <functional>

namespace CLI {
class App;
}

namespace arcuate::app {

/// Registers `submit STUDY`; the parsed command sets `run`.
void add_submit(CLI::App& program, std::function<void()>& run);

}  // namespace arcuate::app
