#pragma once

// A builder of connectomes of your own for Arcuate. As it stands it puts regions on a sphere and
// connects two of them with a probability that falls with their distance d:
//
//   probability = exp(-d/reach)     weight = exp(-d/decay)     length = d
//
//   arcuate connectivity build NAME.hpp           makes NAME.so
//   arcuate connectivity list --plugin NAME.so    shows what the tables below say
//   connectome: { generator: { name: NAME, plugin: NAME.so, regions: 100, reach: 30 mm } }
//                                                 in a study beside it
//   arcuate connectome generate NAME --plugin NAME.so --set reach=30 -o NAME.h5
//
// Change, in this order: the parameters, the text of `info`, the rule.

#include <array>
#include <cmath>

#include "arcuate/network/builder.hpp"
#include "arcuate/network/draws.hpp"

namespace arcuate::network {

struct NAME {
  // Numbers that a study may give beside `regions` and `seed`. `value` where it gives none; `least`
  // and `most` are allowed; `.whole = true` for a whole number.
  static constexpr std::array parameters{
      BuilderParameter{.name = "reach",
                       .unit = "mm",
                       .value = 40.0,
                       .least = 1.0,
                       .most = 1000.0,
                       .meaning = "length scale of the probability"},
      BuilderParameter{.name = "decay",
                       .unit = "mm",
                       .value = 30.0,
                       .least = 1.0,
                       .most = 1000.0,
                       .meaning = "length scale of the weights"},
  };

  static constexpr BuilderInfo info{.name = "NAME",
                                    .meaning = "Near regions on a sphere are connected",
                                    .reference = "",
                                    .parameters = parameters,
                                    .least_regions = 2};

  // Runs once, on rank 0. The same settings must give the same connectome: random numbers are
  // draws.uniform(a, b), a function of seed and two whole numbers, in (0, 1). `from_edges` takes
  // edges in any order, each once; an edge leads from `source` to `target`. Beyond that you may set
  // labels, centres [mm], hemisphere (1 right), cortical (1 cortical), area [mm^2], orientation.
  static Connectome build(const BuilderSettings& settings) {
    const double reach = settings.numbers[0];  // in the order of `parameters`
    const double decay = settings.numbers[1];
    const auto centres = points_on_sphere(settings.regions);
    const Draws draws(settings.seed, Purpose::mask);
    std::vector<Edge> edges;
    for (GlobalIndex i = 0; i < settings.regions; ++i) {
      for (GlobalIndex j = 0; j < i; ++j) {
        const double d =
            distance(centres[static_cast<std::size_t>(i)], centres[static_cast<std::size_t>(j)]);
        const double u =
            draws.uniform(static_cast<std::uint64_t>(i), static_cast<std::uint64_t>(j));
        if (u >= std::exp(-d / reach)) continue;
        const double weight = std::exp(-d / decay);
        edges.push_back({.target = i, .source = j, .weight = weight, .length = d});
        edges.push_back({.target = j, .source = i, .weight = weight, .length = d});
      }
    }
    Connectome connectome = from_edges(settings.regions, std::move(edges));
    connectome.centres = centres;
    return connectome;
  }
};

}  // namespace arcuate::network
