#pragma once

#include "arcuate/analysis/series.hpp"
#include "arcuate/core/aligned.hpp"

namespace arcuate::analysis {

/// Products of all pairs of many long vectors, of which a slice of entries is there at a time: the
/// sum over entries is taken in their order, each as fma(x, y, sum), whatever the threads, the
/// width of registers and the size of slices.
class Gram {
 public:
  /// Vectors lie side by side in panels: entry k of vector v at [v / panel][k][v % panel].
  static constexpr Index panel = 24;

  explicit Gram(Index n_vectors);

  /// Room for a slice of `entries` of every vector, all of which are then to be written.
  void resize(Index entries);
  double* panel_at(Index number) { return slice_.data() + number * entries_ * panel; }
  [[nodiscard]] Index panels() const { return panels_; }

  /// Adds the products of the slice. Costs half of n_vectors^2 entries multiply-adds.
  void add();

  /// (n_vectors, n_vectors) Products on and above the diagonal; gives its memory away.
  Matrix take();

 private:
  void add_block(Index rows, Index columns);

  [[nodiscard]] Index stride() const { return panels_ * panel; }

  Index n_vectors_;
  Index panels_;
  Index entries_ = 0;
  // On huge pages: blocks of the sums touch more small ones than a core finds at once.
  AlignedVector<double> slice_;
  AlignedVector<double> sums_;  ///< (vectors of whole panels, the same) a row is one vector's
};

}  // namespace arcuate::analysis
