#pragma once

#include "arcuate/spiking/config.hpp"
#include "study/schema.hpp"

namespace arcuate::io {

/// Reads `spiking.perturbation`. The sizes of `config` are known. Throws ConfigError.
void read_perturbations(const yaml::Document& document, const Section& spiking, yaml::Node& normal,
                        spiking::Config& config);

}  // namespace arcuate::io
