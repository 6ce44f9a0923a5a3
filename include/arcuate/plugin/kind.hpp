#pragma once

#include <array>

#include "arcuate/core/names.hpp"

/// What a user may add to the program: a header that `arcuate KIND build` compiles into a shared
/// library.
namespace arcuate::plugin {

enum class Kind { model };

}  // namespace arcuate::plugin

namespace arcuate::core {

template <>
struct Names<plugin::Kind> {
  static constexpr std::array table{
      Name{plugin::Kind::model, "model", "equations of a region"},
  };
};

}  // namespace arcuate::core
