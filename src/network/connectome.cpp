#include "arcuate/network/connectome.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "arcuate/core/error.hpp"

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
  if (divisor == 0.0) return;
  for (double& weight : connectome.weight)
    weight /= divisor;
}

double sum_of_absolute_weights(const Connectome& connectome, std::size_t region) {
  double sum = 0.0;
  for (std::size_t e = first_edge(connectome, region); e < first_edge(connectome, region + 1); ++e)
    sum += std::abs(connectome.weight[e]);
  return sum;
}

double largest_row_sum(const Connectome& connectome) {
  double largest = 0.0;
  for (std::size_t i = 0; i + 1 < connectome.row.size(); ++i)
    largest = std::max(largest, std::abs(row_sum(connectome, i)));
  return largest;
}

double largest_weight(const Connectome& connectome) {
  double largest = 0.0;
  for (double weight : connectome.weight)
    largest = std::max(largest, std::abs(weight));
  return largest;
}

/// 100 times the mean over all pairs of regions, also those without an edge.
double hundred_means(const Connectome& connectome) {
  double sum = 0.0;
  for (std::size_t i = 0; i + 1 < connectome.row.size(); ++i)
    sum += sum_of_absolute_weights(connectome, i);
  const auto regions = static_cast<double>(connectome.n_regions());
  return regions > 0.0 ? 100.0 * sum / (regions * regions) : 0.0;
}

/// What divides all weights; of `none` and `row_sum` nothing does.
double common_divisor(const Connectome& connectome, Normalisation how) {
  switch (how) {
    case Normalisation::none:
    case Normalisation::row_sum:
      break;
    case Normalisation::region_sum:
      return largest_row_sum(connectome);
    case Normalisation::max:
      return largest_weight(connectome);
    case Normalisation::mean:
      return hundred_means(connectome);
  }
  return 1.0;
}

void normalise_row_sum(Connectome& connectome) {
  for (std::size_t i = 0; i + 1 < connectome.row.size(); ++i) {
    const double sum = sum_of_absolute_weights(connectome, i);
    if (sum == 0.0) continue;
    for (std::size_t e = first_edge(connectome, i); e < first_edge(connectome, i + 1); ++e) {
      connectome.weight[e] /= sum;
    }
  }
}

bool is_self(const Connectome& connectome, std::size_t edge, std::size_t target) {
  return static_cast<std::size_t>(connectome.source[edge]) == target;
}

std::size_t regions_without_self(const Connectome& connectome) {
  std::size_t missing = 0;
  for (std::size_t i = 0; i + 1 < connectome.row.size(); ++i) {
    bool found = false;
    for (std::size_t e = first_edge(connectome, i); e < first_edge(connectome, i + 1); ++e)
      found = found || is_self(connectome, e, i);
    missing += found ? 0 : 1;
  }
  return missing;
}

void move_edge(Connectome& connectome, std::size_t from, std::size_t to) {
  connectome.source[to] = connectome.source[from];
  connectome.weight[to] = connectome.weight[from];
  if (!connectome.length.empty()) connectome.length[to] = connectome.length[from];
  if (!connectome.delay.empty()) connectome.delay[to] = connectome.delay[from];
}

void set_edge(Connectome& connectome, std::size_t at, std::size_t source) {
  connectome.source[at] = static_cast<LocalIndex>(source);
  connectome.weight[at] = 0.0;
  if (!connectome.length.empty()) connectome.length[at] = 0.0;
  if (!connectome.delay.empty()) connectome.delay[at] = 0.0;
}

/// Gives every region an edge from itself, of weight 0 where there was none, undelayed. Rows are
/// spread from the last edge down, in place.
void complete_diagonal(Connectome& connectome) {
  const std::size_t missing = regions_without_self(connectome);
  const bool lengths = !connectome.length.empty() || connectome.delay.empty();
  std::size_t from = connectome.source.size();
  std::size_t to = from + missing;
  connectome.source.resize(to);
  connectome.weight.resize(to);
  lengths ? connectome.length.resize(to) : connectome.delay.resize(to);
  for (std::size_t i = connectome.row.size() - 1; i-- > 0;) {
    const std::size_t first = first_edge(connectome, i);
    connectome.row[i + 1] = static_cast<GlobalIndex>(to);
    bool found = false;
    while (from > first) {
      const auto source = static_cast<std::size_t>(connectome.source[from - 1]);
      if (!found && source < i) {
        set_edge(connectome, --to, i);
        found = true;
      }
      move_edge(connectome, --from, --to);
      if (source != i) continue;
      found = true;
      if (lengths) connectome.length[to] = 0.0;
      if (!lengths) connectome.delay[to] = 0.0;
    }
    if (!found) set_edge(connectome, --to, i);
  }
}

std::vector<double> degrees(const Connectome& connectome, Laplacian which) {
  constexpr double smallest = 1e-12;
  std::vector<double> degree;
  for (std::size_t i = 0; i + 1 < connectome.row.size(); ++i) {
    const double sum = row_sum(connectome, i);
    if (which != Laplacian::plain && sum < 0.0) {
      throw DataError(
          fmt::format("the weights into region {} sum to {} (allowed: >= 0 for a "
                      "random_walk or symmetric Laplacian)",
                      name_of(connectome, static_cast<GlobalIndex>(i)), sum));
    }
    degree.push_back(which == Laplacian::plain ? sum : std::max(sum, smallest));
  }
  return degree;
}

/// Removes the edges that `keep(edge, target)` does not want, in place.
template <class Keep>
void keep_edges(Connectome& connectome, Keep keep) {
  std::size_t kept = 0;
  std::size_t first = 0;
  for (std::size_t i = 0; i + 1 < connectome.row.size(); ++i) {
    const std::size_t last = first_edge(connectome, i + 1);
    for (std::size_t e = first; e < last; ++e) {
      if (!keep(e, i)) continue;
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

}  // namespace

std::string name_of(const Connectome& connectome, GlobalIndex region) {
  const auto r = static_cast<std::size_t>(region);
  return r < connectome.labels.size() ? connectome.labels[r] : fmt::format("{}", region);
}

void remove_self_loops(Connectome& connectome) {
  keep_edges(connectome, [&](std::size_t e, std::size_t target) {
    return static_cast<std::size_t>(connectome.source[e]) != target;
  });
}

void remove_edges_below(Connectome& connectome, double least) {
  keep_edges(connectome,
             [&](std::size_t e, std::size_t) { return std::abs(connectome.weight[e]) >= least; });
}

GlobalIndex scale_edges(Connectome& connectome, const EdgeSet& edges, double factor) {
  const auto has = [](const RegionSet& set, std::size_t region) {
    return set.empty() || set[region];
  };
  GlobalIndex scaled = 0;
  for (std::size_t i = 0; i + 1 < connectome.row.size(); ++i) {
    for (std::size_t e = first_edge(connectome, i); e < first_edge(connectome, i + 1); ++e) {
      const auto j = static_cast<std::size_t>(connectome.source[e]);
      const bool meant = (has(edges.from, j) && has(edges.to, i)) ||
                         (edges.both && has(edges.from, i) && has(edges.to, j));
      if (!meant) continue;
      connectome.weight[e] *= factor;
      ++scaled;
    }
  }
  return scaled;
}

void normalise(Connectome& connectome, Normalisation how) {
  if (how == Normalisation::none) return;
  if (how == Normalisation::row_sum) return normalise_row_sum(connectome);
  divide_all(connectome, common_divisor(connectome, how));
}

std::vector<GlobalIndex> not_normalisable(const Connectome& connectome, Normalisation how) {
  const bool by_row = how == Normalisation::row_sum;
  std::vector<GlobalIndex> regions;
  if (!by_row && common_divisor(connectome, how) > 0.0) return regions;
  for (GlobalIndex i = 0; i < connectome.n_regions(); ++i) {
    const double sum = sum_of_absolute_weights(connectome, static_cast<std::size_t>(i));
    if (!by_row || sum == 0.0) regions.push_back(i);
  }
  return regions;
}

void apply_laplacian(Connectome& connectome, Laplacian which) {
  if (which == Laplacian::none || connectome.row.empty()) return;
  const std::vector<double> degree = degrees(connectome, which);
  complete_diagonal(connectome);
  for (std::size_t i = 0; i + 1 < connectome.row.size(); ++i) {
    for (std::size_t e = first_edge(connectome, i); e < first_edge(connectome, i + 1); ++e) {
      double& weight = connectome.weight[e];
      if (which == Laplacian::random_walk) weight /= degree[i];
      if (which == Laplacian::symmetric) {
        weight /= std::sqrt(degree[i]) *
                  std::sqrt(degree[static_cast<std::size_t>(connectome.source[e])]);
      }
      if (is_self(connectome, e, i)) weight -= which == Laplacian::plain ? degree[i] : 1.0;
    }
  }
}

}  // namespace arcuate::network
