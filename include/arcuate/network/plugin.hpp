#pragma once

#include <string>

#include "arcuate/network/builder.hpp"

/// Builders of connectomes from shared libraries that `arcuate connectivity build` made.
namespace arcuate::network {

struct Plugin {
  const Builder* builder = nullptr;  ///< valid until the program ends
  std::string path;                  ///< absolute
  std::string sha256;                ///< of the file
};

/// Loads a plug-in. Throws DataError, without the path: what plugin::load throws, an unsound
/// descriptor, the name of a generator of Arcuate.
Plugin load_plugin(const std::string& path);

/// Throws DataError when a descriptor contradicts itself.
void require_sound(const Builder& builder);

/// Its meaning and its parameters, on a few lines.
std::string describe(const Builder& builder);

/// Builds a small connectome twice. Throws DataError where the second is another one: a study could
/// not be run again.
void require_repeatable(const Builder& builder);

}  // namespace arcuate::network
