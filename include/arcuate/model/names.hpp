#pragma once

#include "arcuate/core/names.hpp"
#include "arcuate/model/kernel.hpp"

namespace arcuate::core {

template <>
struct Names<model::Method> {
  static constexpr std::array table{
      Name{model::Method::euler, "euler", "one evaluation, order 1"},
      Name{model::Method::heun, "heun", "predictor and corrector, order 2"},
      Name{model::Method::rk4, "rk4", "Runge and Kutta's, order 4"},
      Name{model::Method::exponential_euler, "exponential_euler",
           "every variable linearised in itself and solved exactly"},
      Name{model::Method::symplectic_euler, "symplectic_euler",
           "the last variable first, each from the newest values of all"}};
};

}  // namespace arcuate::core
