#pragma once

#include <concepts>

#include "arcuate/network/plugin_stamp.hpp"

/// The plug-in's side: checks that a struct is a builder, with a readable message. Included by the
/// source that `arcuate connectivity build` writes.
namespace arcuate::network::own {

template <class Own>
concept HasInfo = requires {
  { Own::info } -> std::convertible_to<BuilderInfo>;
};
template <class Own>
concept HasBuild = requires {
  { &Own::build } -> std::convertible_to<Connectome (*)(const BuilderSettings&)>;
};

}  // namespace arcuate::network::own

namespace arcuate::network {

template <class Own>
const void* plugin_entry() {
  static_assert(own::HasInfo<Own>, "the builder needs its descriptor `info`, a BuilderInfo");
  static_assert(own::HasBuild<Own>,
                "the builder needs: static Connectome build(const BuilderSettings&)");
  if constexpr (own::HasInfo<Own> && own::HasBuild<Own>) {
    static const Builder builder{Own::info, &Own::build};
    return &builder;
  }
  return nullptr;
}

}  // namespace arcuate::network
