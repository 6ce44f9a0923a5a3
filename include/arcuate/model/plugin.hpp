#pragma once

#include <string>

#include "arcuate/model/entry.hpp"

/// Models from shared libraries that `arcuate model build` made.
namespace arcuate::model {

struct Plugin {
  const Entry* entry = nullptr;  ///< valid until the program ends
  std::string path;              ///< absolute
  std::string sha256;            ///< of the file
};

/// Loads a plug-in and tries its hooks. Throws DataError, without the path: no such file, not a
/// shared library, not a plug-in, built for another program, an unsound descriptor, the name of a
/// catalogue model, a hook that throws. A plug-in is never unloaded.
Plugin load_plugin(const std::string& path);

/// Throws DataError when a descriptor contradicts itself: names, units, bounds, sources, gates,
/// presets.
void require_sound(const Entry& entry);

}  // namespace arcuate::model
