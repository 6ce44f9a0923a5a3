#pragma once

#include <concepts>

#include "arcuate/loss/plugin_stamp.hpp"

/// The plug-in's side: checks that a struct is a loss, with a readable message. Included by the
/// source that `arcuate loss build` writes.
namespace arcuate::loss::own {

template <class Own>
concept HasInfo = requires {
  { Own::info } -> std::convertible_to<LossInfo>;
};
template <class Own>
concept HasValue = requires(const Sides& sides, const LossSettings& settings) {
  { &Own::value } -> std::convertible_to<double (*)(const Sides&, const LossSettings&)>;
};

}  // namespace arcuate::loss::own

namespace arcuate::loss {

template <class Own>
const void* plugin_entry() {
  static_assert(own::HasInfo<Own>, "the loss needs its descriptor `info`, a LossInfo");
  static_assert(own::HasValue<Own>,
                "the loss needs: static double value(const Sides&, const LossSettings&)");
  if constexpr (own::HasInfo<Own> && own::HasValue<Own>) {
    static const Loss loss{Own::info, &Own::value};
    return &loss;
  }
  return nullptr;
}

}  // namespace arcuate::loss
