#pragma once

#include <string>
#include <vector>

/// Configurations of the program VectorialNeuroModulators as studies (docs/spiking.md).
namespace arcuate::io {

struct ConvertedStudy {
  std::string text;                ///< the study, YAML
  std::vector<std::string> notes;  ///< what could not be taken, or is not what it was; each begins
                                   ///< with file, line and key of the configuration
};

/// Throws ConfigError: file, line and key of the configuration.
ConvertedStudy convert_lif(const std::string& configuration);

}  // namespace arcuate::io
