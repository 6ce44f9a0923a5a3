#pragma once

#include "arcuate/core/names.hpp"
#include "arcuate/partition/partition.hpp"

namespace arcuate::core {

template <>
struct Names<partition::Method> {
  using Kind = partition::Method;
  static constexpr std::array table{
      Name{Kind::automatic, "auto", "the cheapest of several candidates"},
      Name{Kind::scotch, "scotch", "PT-Scotch's recursive bisection"},
      Name{Kind::bisection, "bisection", "by place, halved again and again"},
      Name{Kind::block, "block", "runs of the connectome's order"}};
};

}  // namespace arcuate::core
