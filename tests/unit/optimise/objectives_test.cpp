#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "arcuate/optimise/optimiser.hpp"
#include "optimise/domination.hpp"

namespace arcuate::optimise {
namespace {

/// Front by front, as the definition says.
std::vector<int> peeled(const std::vector<std::vector<double>>& losses) {
  std::vector<int> front(losses.size(), -1);
  for (int number = 0; std::count(front.begin(), front.end(), -1) > 0; ++number) {
    std::vector<std::size_t> now;
    for (std::size_t i = 0; i < losses.size(); ++i) {
      bool free = front[i] == -1;
      for (std::size_t j = 0; free && j < losses.size(); ++j) {
        bool worse_nowhere = true;
        bool better = false;
        for (std::size_t m = 0; m < losses[i].size(); ++m) {
          worse_nowhere = worse_nowhere && losses[j][m] <= losses[i][m];
          better = better || losses[j][m] < losses[i][m];
        }
        free = front[j] != -1 || !(worse_nowhere && better);
      }
      if (free) now.push_back(i);
    }
    for (const std::size_t i : now)
      front[i] = number;
  }
  return front;
}

TEST(Objectives, FrontsAreThoseOfTheDefinition) {
  for (std::uint64_t set = 0; set < 200; ++set) {
    Draws draws({set, 0}, Purpose::start, 0);
    std::vector<std::vector<double>> losses;
    for (int k = 0; k < 25; ++k)
      losses.push_back({std::floor(6.0 * draws.uniform()), std::floor(6.0 * draws.uniform()),
                        std::floor(3.0 * draws.uniform())});
    EXPECT_EQ(fronts_of(losses), peeled(losses)) << set;
  }
}

TEST(Objectives, CrowdingIsTheSpanOfTheNeighbours) {
  const std::vector<std::vector<double>> losses{{0, 4}, {1, 2}, {2, 1}, {4, 0}};
  const std::vector<double> d = crowding(losses, {0, 1, 2, 3});
  EXPECT_TRUE(std::isinf(d[0]) && std::isinf(d[3]));
  EXPECT_DOUBLE_EQ(d[1], 2.0 / 4.0 + 3.0 / 4.0);
  EXPECT_DOUBLE_EQ(d[2], 3.0 / 4.0 + 2.0 / 4.0);
}

Space unit_box(Index n) {
  std::vector<Variable> variables;
  for (Index i = 0; i < n; ++i)
    variables.push_back(real("x" + std::to_string(i), 0.0, 1.0));
  return Space(std::move(variables));
}

/// Zitzler, Deb and Thiele's first problem: the front is f2 = 1 - sqrt(f1).
std::vector<double> zdt1(const Vector& x) {
  const double g = 1.0 + 9.0 * x.tail(x.size() - 1).mean();
  return {x[0], g * (1.0 - std::sqrt(x[0] / g))};
}

/// The area that a front dominates below a point.
double hypervolume(std::vector<std::vector<double>> front, double r) {
  std::sort(front.begin(), front.end());
  double area = 0.0;
  double above = r;
  for (const auto& f : front) {
    if (f[0] >= r || f[1] >= above) continue;
    area += (r - f[0]) * (above - f[1]);
    above = f[1];
  }
  return area;
}

/// The whole front has 121 - 1/3.
TEST(Objectives, Nsga2FindsTheFrontOfZdt1) {
  for (const bool synchronous : {false, true}) {
    Optimiser search(unit_box(30), {.method = "nsga2",
                                    .budget = 25000,
                                    .seed = 5,
                                    .synchronous = synchronous,
                                    .objectives = 2});
    while (const auto candidate = search.ask())
      search.tell(candidate->id, zdt1(candidate->values));
    std::vector<std::vector<double>> front;
    for (const Point& p : search.front())
      front.push_back(p.losses);
    const double volume = hypervolume(front, 11.0);
    EXPECT_GE(volume, 120.6);
    EXPECT_LE(volume, 121.0 - 1.0 / 3.0);
  }
}

TEST(Objectives, TheFrontHasNoPointThatAnotherBeats) {
  Optimiser search(unit_box(3), {.method = "auto", .budget = 600, .objectives = 2});
  while (const auto candidate = search.ask()) {
    if (candidate->id % 7 == 0)
      search.fail(candidate->id);
    else
      search.tell(candidate->id, zdt1(candidate->values));
  }
  EXPECT_EQ(search.method().name, "nsga2");
  for (const Point& a : search.front())
    for (const Point& b : search.front())
      EXPECT_FALSE(dominates(a.losses, b.losses));
  EXPECT_GT(search.front().size(), 10U);
}

}  // namespace
}  // namespace arcuate::optimise
