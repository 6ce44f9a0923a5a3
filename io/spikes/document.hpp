#pragma once

#include <string>
#include <vector>

#include "arcuate/io/spiking_study.hpp"
#include "file/yaml.hpp"

/// Studies of spiking networks from documents that were parsed already.
namespace arcuate::io {

bool is_spiking_document(const yaml::Document& document,
                         const std::vector<std::string>& overrides);
/// As parse_spiking_study().
SpikingStudy spiking_study_of(yaml::Document document, const std::vector<std::string>& overrides);

}  // namespace arcuate::io
