#pragma once

#include <functional>

namespace CLI {
class App;
}

namespace arcuate::app {

/// Registers `report REC.h5 [-o page.html]`; the parsed command sets `run`. Not collective.
void add_report(CLI::App& program, std::function<void()>& run);

}  // namespace arcuate::app
