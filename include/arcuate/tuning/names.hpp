#pragma once

#include "arcuate/core/names.hpp"
#include "arcuate/tuning/inhibition.hpp"

namespace arcuate::core {

template <>
struct Names<tuning::InhibitionMethod> {
  using Kind = tuning::InhibitionMethod;
  static constexpr std::array table{
      Name{Kind::numeric, "numeric", "simulate and adjust, from the analytic solution on"},
      Name{Kind::analytic, "analytic", "equilibrium without noise"},
      Name{Kind::heuristic, "heuristic",
           "a line in the network strength, simulated once to see what rates it gives"}};
};

}  // namespace arcuate::core
