#pragma once

#include <functional>

namespace CLI {
class App;
}

namespace arcuate::app {

/// `arcuate capacity` and `arcuate sensitivity`: how well perturbations steer networks of spiking
/// neurons between their states.
void add_steering(CLI::App& program, std::function<void()>& run);

}  // namespace arcuate::app
