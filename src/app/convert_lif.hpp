#pragma once

#include <functional>

namespace CLI {
class App;
}

namespace arcuate::app {

/// `arcuate convert-lif`.
void add_convert_lif(CLI::App& program, std::function<void()>& run);

}  // namespace arcuate::app
