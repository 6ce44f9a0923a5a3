#pragma once

#include "arcuate/core/names.hpp"

namespace arcuate {

/// What small departures from a fixed point do.
enum class RestKind {
  stable_node,
  stable_focus,
  saddle,
  saddle_focus,
  unstable_node,
  unstable_focus,
  marginal,
  undefined
};

constexpr bool is_stable(RestKind kind) {
  return kind == RestKind::stable_node || kind == RestKind::stable_focus;
}

namespace core {

template <>
struct Names<RestKind> {
  using Kind = RestKind;
  static constexpr std::array table{
      Name{Kind::stable_node, "stable node", "all decay, the slowest without turning"},
      Name{Kind::stable_focus, "stable focus", "all decay, the slowest while it turns"},
      Name{Kind::saddle, "saddle", "some grow, the fastest without turning"},
      Name{Kind::saddle_focus, "saddle-focus", "some grow, the fastest while it turns"},
      Name{Kind::unstable_node, "unstable node", "all grow, the fastest without turning"},
      Name{Kind::unstable_focus, "unstable focus", "all grow, the fastest while it turns"},
      Name{Kind::marginal, "marginal", "some neither grow nor decay"},
      Name{Kind::undefined, "undefined", "the derivatives are not finite"}};
};

}  // namespace core
}  // namespace arcuate
