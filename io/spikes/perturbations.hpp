#pragma once

#include "arcuate/io/spiking_study.hpp"
#include "study/schema.hpp"

namespace arcuate::io {

/// Reads `spiking.perturbation`. The sizes of the network are known. Throws ConfigError, DataError.
void read_perturbations(const yaml::Document& document, const Section& spiking, yaml::Node& normal,
                        SpikingStudy& study);

}  // namespace arcuate::io
