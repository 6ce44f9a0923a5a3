#include "arcuate/network/connectome.hpp"

#include <algorithm>

namespace arcuate::network {
namespace {

std::size_t first_edge(const Connectome& connectome, std::size_t region) {
  return static_cast<std::size_t>(connectome.row[region]);
}

double row_sum(const Connectome& connectome, std::size_t region) {
  double sum = 0.0;
  for (std::size_t e = first_edge(connectome, region); e < first_edge(connectome, region + 1);
       ++e) {
    sum += connectome.weight[e];
  }
  return sum;
}

void divide_all(Connectome& connectome, double divisor) {
  for (double& weight : connectome.weight)
    weight /= divisor;
}

void normalise_region_sum(Connectome& connectome) {
  double largest = 0.0;
  for (std::size_t i = 0; i + 1 < connectome.row.size(); ++i) {
    largest = std::max(largest, row_sum(connectome, i));
  }
  if (largest > 0.0) divide_all(connectome, largest);
}

void normalise_row_sum(Connectome& connectome) {
  for (std::size_t i = 0; i + 1 < connectome.row.size(); ++i) {
    const double sum = row_sum(connectome, i);
    if (sum == 0.0) continue;
    for (std::size_t e = first_edge(connectome, i); e < first_edge(connectome, i + 1); ++e) {
      connectome.weight[e] /= sum;
    }
  }
}

void normalise_max(Connectome& connectome) {
  if (connectome.weight.empty()) return;
  const double largest = *std::max_element(connectome.weight.begin(), connectome.weight.end());
  if (largest > 0.0) divide_all(connectome, largest);
}

}  // namespace

void remove_self_loops(Connectome& connectome) {
  std::size_t kept = 0;
  std::size_t first = 0;
  for (std::size_t i = 0; i + 1 < connectome.row.size(); ++i) {
    const std::size_t last = first_edge(connectome, i + 1);
    for (std::size_t e = first; e < last; ++e) {
      if (static_cast<std::size_t>(connectome.source[e]) == i) continue;
      connectome.source[kept] = connectome.source[e];
      connectome.weight[kept] = connectome.weight[e];
      if (!connectome.length.empty()) connectome.length[kept] = connectome.length[e];
      if (!connectome.delay.empty()) connectome.delay[kept] = connectome.delay[e];
      ++kept;
    }
    first = last;
    connectome.row[i + 1] = static_cast<GlobalIndex>(kept);
  }
  connectome.source.resize(kept);
  connectome.weight.resize(kept);
  if (!connectome.length.empty()) connectome.length.resize(kept);
  if (!connectome.delay.empty()) connectome.delay.resize(kept);
}

void normalise(Connectome& connectome, Normalisation how) {
  switch (how) {
    case Normalisation::none:
      return;
    case Normalisation::region_sum:
      return normalise_region_sum(connectome);
    case Normalisation::row_sum:
      return normalise_row_sum(connectome);
    case Normalisation::max:
      return normalise_max(connectome);
  }
}

}  // namespace arcuate::network
