#pragma once

#include "arcuate/analysis/saved.hpp"
#include "arcuate/analysis/series.hpp"

namespace arcuate::analysis {

/// Sums of z_i conj(z_j) over terms that come in blocks, for all pairs of many complex numbers:
/// cross spectra, phase locking. The same bits on any number of threads; the blocks are part of
/// the definition.
class CrossSums {
 public:
  /// The next terms: real and imaginary parts, (n_terms, n) each.
  void add(Series real, Series imaginary);
  void pass(Saved& saved) { saved.pass(sums_); }

  /// n; 0 before the first terms.
  [[nodiscard]] Index size() const { return sums_.rows(); }
  /// Sum of |z_i|^2.
  [[nodiscard]] double power(Index i) const { return sums_(i, i); }
  /// |sum of z_i conj(z_j)|^2, i > j.
  [[nodiscard]] double squared(Index i, Index j) const {
    return sums_(i, j) * sums_(i, j) + sums_(j, i) * sums_(j, i);
  }

 private:
  Matrix sums_;  ///< (n, n) real parts on and below the diagonal, imaginary ones above, [j][i]
};

}  // namespace arcuate::analysis
