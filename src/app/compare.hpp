#pragma once

#include <functional>

namespace CLI {
class App;
}

namespace arcuate::app {

/// `arcuate compare`.
void add_compare(CLI::App& program, std::function<void()>& run);

}  // namespace arcuate::app
