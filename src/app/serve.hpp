#pragma once

#include <functional>

namespace CLI {
class App;
}

namespace arcuate::app {

/// Registers `serve FOLDER`; the parsed command sets `run`. Without MPI, which it neither needs nor
/// should hand on to the jobs that it starts.
void add_serve(CLI::App& program, std::function<void()>& run);

}  // namespace arcuate::app
