#pragma once

#include <span>
#include <string_view>

namespace arcuate::optimise {

/// A name of nevergrad 1.0.12 and what it is here, as choose_method takes it.
struct Alias {
  std::string_view name;
  std::string_view text;
};

/// In the order of the documentation.
std::span<const Alias> nevergrad_names();

}  // namespace arcuate::optimise
