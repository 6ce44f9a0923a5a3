#pragma once

#include <array>
#include <cmath>
#include <string_view>
#include <vector>

#include "arcuate/optimise/draws.hpp"

namespace arcuate::optimise {

/// Which points are evaluated again.
inline constexpr std::array<std::string_view, 3> again_words{"none", "optimistic", "random"};

/// A point and what its evaluations gave, as nevergrad's MultiValue: one that was evaluated seldom
/// is judged with a margin.
struct Repeated {
  Vector unit;
  double count = 0.0;
  double mean = 0.0;
  double square = 0.0;  ///< mean of squares

  void add(double loss) {
    count += 1.0;
    if (std::isinf(loss)) mean = loss;  // what failed once is not trusted again
    if (std::isinf(mean)) return;
    mean += (loss - mean) / count;
    square += (loss * loss - square) / count;
  }
  [[nodiscard]] double margin() const {
    constexpr double unknown = 1e6;
    const double spread = std::max(0.0, square - mean * mean);
    const double variance = count < 2.0 ? unknown : std::sqrt(count / (count - 1.0)) * spread;
    return 0.1 * std::sqrt(variance / (1.0 + count));
  }
  [[nodiscard]] double pessimistic() const { return mean + margin(); }
  [[nodiscard]] double optimistic() const { return mean - margin(); }
};

/// a is at least as good as b. Of points that were evaluated once the margin is the same, and would
/// take their last digits away.
inline bool no_worse(const Repeated& a, const Repeated& b) {
  return a.count == 1.0 && b.count == 1.0 ? a.mean <= b.mean : a.pessimistic() <= b.pessimistic();
}

/// Points of a (1+1) search, which of them is the best, and which is to be evaluated again.
class Repeats {
 public:
  /// keep: points other than the best are looked at again.
  explicit Repeats(bool keep) : keep_(keep) {}
  /// The number of a new point.
  std::size_t add(Vector unit) {
    points_.push_back({std::move(unit)});
    return points_.size() - 1;
  }
  void tell(std::size_t k, double loss);
  [[nodiscard]] bool any() const { return known_ > 0; }
  [[nodiscard]] std::size_t size() const { return points_.size(); }
  [[nodiscard]] const Repeated& operator[](std::size_t k) const { return points_[k]; }
  /// By its pessimistic value; ties go to the later one, so that a search crosses plains.
  [[nodiscard]] const Repeated& best() const { return points_[best_]; }
  [[nodiscard]] std::size_t most_promising() const;
  /// One that was evaluated.
  [[nodiscard]] std::size_t any_known(Draws& draws) const;
  /// nevergrad's rule: distinct points grow with the cube root of the asks.
  [[nodiscard]] bool again(std::int64_t asks) const {
    const auto distinct = static_cast<double>(known_);
    return known_ > 0 && static_cast<double>(asks) <= 0.05 * distinct * distinct * distinct;
  }

 private:
  bool keep_;
  std::vector<Repeated> points_;
  std::size_t known_ = 0;
  std::size_t best_ = 0;
};

}  // namespace arcuate::optimise
