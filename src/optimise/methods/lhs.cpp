#include <numeric>

#include "design.hpp"

namespace arcuate::optimise {
namespace {

class Lhs : public Design {
 public:
  Lhs(const Task& task, const Settings&) : task_(task) {
    for (Index i = 0; i < task.dimension(); ++i)
      orders_.push_back(shuffled(i));
  }

 private:
  [[nodiscard]] std::vector<std::int64_t> shuffled(Index axis) const {
    std::vector<std::int64_t> order(static_cast<std::size_t>(task_.budget));
    std::iota(order.begin(), order.end(), std::int64_t{0});
    Draws draws(task_.stream, Purpose::scramble, static_cast<std::uint64_t>(axis));
    for (std::size_t k = order.size() - 1; k > 0; --k)
      std::swap(order[k], order[static_cast<std::size_t>(draws.below(static_cast<Index>(k) + 1))]);
    return order;
  }
  Vector point(std::uint64_t k) override {
    Vector unit = Draws(task_.stream, Purpose::candidate, k).uniforms(task_.dimension());
    const std::size_t row = std::min(static_cast<std::size_t>(k), orders_.front().size() - 1);
    for (Index i = 0; i < unit.size(); ++i) {
      const std::int64_t cell = orders_[static_cast<std::size_t>(i)][row];
      unit[i] = (static_cast<double>(cell) + unit[i]) / static_cast<double>(task_.budget);
    }
    return unit;
  }
  Task task_;
  std::vector<std::vector<std::int64_t>> orders_;
};

}  // namespace

extern const MethodKind method_lhs;
const MethodKind method_lhs{{.name = "lhs",
                             .meaning = "Latin hypercube: each of as many intervals of an axis as "
                                        "there are evaluations has one of them",
                             .source = "McKay, Beckman, Conover 1979, doi:10.2307/1268522",
                             .several = true},
                            make_design<Lhs>};

}  // namespace arcuate::optimise
