#pragma once

#include <string>

namespace arcuate::io {

/// Studies of spiking neurons that `spiking_template` makes.
enum class SpikingTemplate { simulation, mean_field };

/// A study file with every key of a network of spiking neurons, each with its default, what is
/// allowed and what it means; keys without a default are comments. It reads as a study of the
/// network that `spiking: {}` is.
std::string spiking_template(SpikingTemplate kind);

}  // namespace arcuate::io
