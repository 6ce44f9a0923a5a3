#pragma once

#include "arcuate/core/names.hpp"
#include "arcuate/network/connectome.hpp"
#include "arcuate/network/coupling.hpp"
#include "arcuate/network/surface.hpp"

namespace arcuate::core {

template <>
struct Names<network::Normalisation> {
  using Kind = network::Normalisation;
  static constexpr std::array table{
      Name{Kind::none, "none", "the weights as they are"},
      Name{Kind::region_sum, "region_sum",
           "divided by the largest absolute row sum (The Virtual Brain's region)"},
      Name{Kind::row_sum, "row_sum", "each row divided by the sum of its absolute weights"},
      Name{Kind::max, "max", "divided by the largest absolute weight (The Virtual Brain's tract)"},
      Name{Kind::mean, "mean",
           "so that the mean absolute weight over all pairs of regions is 0.01 (cuBNM's mean)"}};
};

template <>
struct Names<network::SelfLoops> {
  using Kind = network::SelfLoops;
  static constexpr std::array table{
      Name{Kind::keep, "keep", "edges from a region to itself stay"},
      Name{Kind::remove, "remove", "they are removed before normalising"}};
};

template <>
struct Names<network::Laplacian> {
  using Kind = network::Laplacian;
  static constexpr std::array table{Name{Kind::none, "none", "the weights W as they are"},
                                    Name{Kind::plain, "plain", "W - D"},
                                    Name{Kind::random_walk, "random_walk", "D^-1 W - I"},
                                    Name{Kind::symmetric, "symmetric", "D^-1/2 W D^-1/2 - I"}};
};

template <>
struct Names<network::LocalKernel::Form> {
  using Kind = network::LocalKernel::Form;
  static constexpr std::array table{
      Name{Kind::neighbours, "neighbours", "the mean of the vertices that share an edge"},
      Name{Kind::gaussian, "gaussian", "amplitude exp(-d^2/(2 sigma^2)) at a distance d"},
      Name{Kind::double_gaussian, "double_gaussian",
           "the same less amplitude_2 exp(-d^2/(2 sigma_2^2))"},
      Name{Kind::exponential, "exponential", "amplitude exp(-d/sigma)"}};
};

template <>
struct Names<network::KuramotoNormalisation> {
  using Kind = network::KuramotoNormalisation;
  static constexpr std::array table{Name{Kind::none, "none", "the sum as it is"},
                                    Name{Kind::n, "n", "divided by the number of regions"},
                                    Name{Kind::strength, "strength", "divided by the row sum"}};
};

}  // namespace arcuate::core
