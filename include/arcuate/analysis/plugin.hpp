#pragma once

#include <string>

#include "arcuate/analysis/feature.hpp"

/// Features from shared libraries that `arcuate feature build` made.
namespace arcuate::analysis {

struct Plugin {
  const Feature* feature = nullptr;  ///< valid until the program ends
  std::string path;                  ///< absolute
  std::string sha256;                ///< of the file
};

/// Loads a plug-in. Throws DataError, without the path: what plugin::load throws, an unsound
/// descriptor, the name of a feature of Arcuate.
Plugin load_plugin(const std::string& path);

/// Throws DataError when a descriptor contradicts itself.
void require_sound(const Feature& feature);

/// Throws DataError when a result is not what its feature says that it returns: arrays, axes and
/// numbers of values.
void require_sound(const Feature& feature, const Result& result);

}  // namespace arcuate::analysis
