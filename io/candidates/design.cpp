#include "design.hpp"

#include <numeric>

#include "arcuate/optimise/draws.hpp"
#include "arcuate/optimise/method.hpp"

namespace arcuate::io {
namespace {

using optimise::Draws;
using optimise::Index;
using optimise::Matrix;
using optimise::Vector;

std::vector<Index> shuffled(Index n, Draws& draws) {
  std::vector<Index> order(static_cast<std::size_t>(n));
  std::iota(order.begin(), order.end(), Index{0});
  for (std::size_t k = order.size() - 1; k > 0; --k)
    std::swap(order[k], order[static_cast<std::size_t>(draws.below(static_cast<Index>(k) + 1))]);
  return order;
}

}  // namespace

Matrix drawn_points(const std::string& method, const optimise::Space& space, std::int64_t size,
                    std::uint64_t seed) {
  optimise::Task task;
  task.space = &space;
  task.stream = {seed, 0};
  task.budget = size;
  const optimise::MethodChoice choice = optimise::choose_method(method, task);
  const auto design =
      choice.kind->make(task, optimise::Settings(choice.kind->info, choice.numbers));
  Matrix points(size, space.dimension());
  for (std::int64_t k = 0; k < size; ++k) {
    const auto id = static_cast<std::uint64_t>(k) + 1;
    points.row(k) = design->ask(id)->transpose();
    design->tell(id, {});
  }
  return points;
}

Matrix morris_points(Index dimension, std::int64_t trajectories, int levels, std::uint64_t seed,
                     std::vector<MorrisStep>& steps) {
  const double between = 1.0 / (levels - 1);
  const double delta = levels / 2 * between;
  Matrix points(trajectories * (dimension + 1), dimension);
  for (std::int64_t t = 0; t < trajectories; ++t) {
    Draws draws({seed, 0}, optimise::Purpose::candidate, static_cast<std::uint64_t>(t));
    Vector at(dimension);
    Vector change(dimension);
    for (Index i = 0; i < dimension; ++i) {
      const double low = static_cast<double>(draws.below(levels / 2)) * between;
      const bool up = draws.chance(0.5);
      at[i] = up ? low : low + delta;
      change[i] = up ? delta : -delta;
    }
    const std::vector<Index> order = shuffled(dimension, draws);
    points.row(t * (dimension + 1)) = at.transpose();
    steps.push_back({t, 0, -1, 0.0});
    for (Index k = 0; k < dimension; ++k) {
      const Index i = order[static_cast<std::size_t>(k)];
      at[i] = std::clamp(at[i] + change[i], 0.0, 1.0);
      points.row(t * (dimension + 1) + k + 1) = at.transpose();
      steps.push_back({t, k + 1, static_cast<int>(i), change[i]});
    }
  }
  return points;
}

}  // namespace arcuate::io
