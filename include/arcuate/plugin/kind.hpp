#pragma once

#include <array>

#include "arcuate/core/names.hpp"

/// What a user may add to the program: a header that `arcuate KIND build` compiles into a shared
/// library.
namespace arcuate::plugin {

enum class Kind { model, loss, feature, connectivity };

}  // namespace arcuate::plugin

namespace arcuate::core {

template <>
struct Names<plugin::Kind> {
  static constexpr std::array table{
      Name{plugin::Kind::model, "model", "equations of a region"},
      Name{plugin::Kind::loss, "loss", "how far a simulation is from data"},
      Name{plugin::Kind::feature, "feature", "what is computed of recorded signals"},
      Name{plugin::Kind::connectivity, "connectivity", "a builder of connectomes"},
  };
};

}  // namespace arcuate::core
