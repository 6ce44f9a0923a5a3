#include "domination.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace arcuate::optimise {

bool dominates(const std::vector<double>& a, const std::vector<double>& b) {
  bool better = false;
  for (std::size_t k = 0; k < a.size(); ++k) {
    if (a[k] > b[k]) return false;
    better = better || a[k] < b[k];
  }
  return better;
}

std::vector<int> fronts_of(const std::vector<std::vector<double>>& losses) {
  const std::size_t n = losses.size();
  std::vector<int> front(n, -1);
  std::vector<int> above(n, 0);
  std::vector<std::vector<std::size_t>> below(n);
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < n; ++j) {
      if (!dominates(losses[i], losses[j])) continue;
      below[i].push_back(j);
      ++above[j];
    }
  std::vector<std::size_t> now;
  for (std::size_t i = 0; i < n; ++i)
    if (above[i] == 0) now.push_back(i);
  for (int number = 0; !now.empty(); ++number) {
    std::vector<std::size_t> next;
    for (const std::size_t i : now) {
      front[i] = number;
      for (const std::size_t j : below[i])
        if (--above[j] == 0) next.push_back(j);
    }
    now = std::move(next);
  }
  return front;
}

std::vector<double> crowding(const std::vector<std::vector<double>>& losses,
                             const std::vector<std::size_t>& members) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  std::vector<double> distance(members.size(), 0.0);
  std::vector<std::size_t> order(members.size());
  const std::size_t objectives = members.empty() ? 0 : losses[members.front()].size();
  for (std::size_t m = 0; m < objectives; ++m) {
    std::iota(order.begin(), order.end(), std::size_t{0});
    const auto loss = [&](std::size_t k) { return losses[members[k]][m]; };
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return loss(a) < loss(b); });
    const double range = loss(order.back()) - loss(order.front());
    distance[order.front()] = distance[order.back()] = infinity;
    if (!(range > 0.0) || !std::isfinite(range)) continue;
    for (std::size_t k = 1; k + 1 < order.size(); ++k)
      distance[order[k]] += (loss(order[k + 1]) - loss(order[k - 1])) / range;
  }
  return distance;
}

}  // namespace arcuate::optimise
