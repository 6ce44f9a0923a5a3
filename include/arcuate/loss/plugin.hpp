#pragma once

#include <string>

#include "arcuate/loss/loss.hpp"

/// Losses from shared libraries that `arcuate loss build` made.
namespace arcuate::loss {

struct Plugin {
  const Loss* loss = nullptr;  ///< valid until the program ends
  std::string path;            ///< absolute
  std::string sha256;          ///< of the file
};

/// Loads a plug-in and tries its loss. Throws DataError, without the path: what plugin::load
/// throws, an unsound descriptor, the name of a loss of the catalogue, a function that throws what
/// is no error of Arcuate.
Plugin load_plugin(const std::string& path);

/// Throws DataError when a descriptor contradicts itself.
void require_sound(const Loss& loss);

/// Of two equal sides, which it was tried with: 0 of a loss that means what it says.
double loss_of_equal_sides(const Loss& loss);

}  // namespace arcuate::loss
