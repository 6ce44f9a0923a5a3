#pragma once

#include <deque>
#include <limits>
#include <map>
#include <optional>

#include "arcuate/optimise/draws.hpp"
#include "arcuate/optimise/method.hpp"

namespace arcuate::optimise {

/// Members of differential evolution, and whose turn it is. A member whose first point is not told
/// yet has an infinite loss; one that has a trial out waits, until there are none that do not.
struct Individual {
  Vector unit;
  double loss = std::numeric_limits<double>::infinity();
};

class Population {
 public:
  Population(const Task& task, Index size);

  struct Turn {
    std::size_t target = 0;
    bool first = false;  ///< its first point is evaluated
  };
  Turn take(std::uint64_t id);
  /// The turn of a candidate that is told or lost, which returns to the queue.
  Turn give_back(std::uint64_t id, bool lost);
  /// Takes the place of the worst if it is better.
  void inject(const Vector& unit, double loss);

  [[nodiscard]] Index size() const { return static_cast<Index>(members_.size()); }
  Individual& operator[](std::size_t k) { return members_[k]; }
  [[nodiscard]] const std::vector<Individual>& members() const { return members_; }
  [[nodiscard]] std::size_t best() const;
  [[nodiscard]] std::size_t worst() const;
  /// Numbers of the members, best first.
  [[nodiscard]] std::vector<std::size_t> ranked() const;
  /// Another member than those, by chance.
  std::size_t other_than(std::initializer_list<std::size_t> taken, Draws& draws) const;
  /// The worst leave until `size` are left. Their trials come to nothing.
  void shrink(Index size);
  [[nodiscard]] bool left(std::size_t target) const { return gone_[target]; }
  [[nodiscard]] std::vector<std::size_t> present() const;

 private:
  std::vector<Individual> members_;
  std::vector<bool> gone_;
  std::deque<Turn> queue_;
  std::map<std::uint64_t, Turn> out_;
};

/// A coordinate outside the box goes half-way from the parent's to the bound.
void repair(Vector& trial, const Vector& parent);

/// Coordinates of the trial with probability `rate`, at least one; the others from the parent.
void cross_binomially(Vector& trial, const Vector& parent, double rate, Draws& draws);

}  // namespace arcuate::optimise
