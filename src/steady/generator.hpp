#pragma once

#include <vector>

#include "characteristic.hpp"

namespace arcuate::steady {

/// A root as a discretisation knows it, with the states of its mode. (states) on every rank.
struct Candidate {
  Complex root;
  Eigen::VectorXcd state;
  std::size_t shift = 0;  ///< number of the shift that found it
};

/// What was found around one shift.
struct Neighbourhood {
  Complex shift;
  std::vector<Candidate> found;  ///< also the conjugates of complex ones
  double reach = 0.0;            ///< all roots whose image() is larger are among them
  double resolved = 0.0;         ///< [1/ms] of roots that are no larger; others are left out
  /// The size of what the operator of that shift makes of a root.
  [[nodiscard]] double image(Complex root) const;
};

/// The `wanted` eigenvalues nearest to a shift of the infinitesimal generator, discretised for as
/// many roots around it: states now, and what regions sent, at Chebyshev nodes back to the longest
/// delay. In real arithmetic: the operator is the real part of the inverse of generator minus
/// shift (Parlett and Saad 1987, doi:10.1016/0024-3795(87)90119-X), by SLEPc's Krylov-Schur method.
/// Collective. Throws UnconvergedError.
Neighbourhood roots_near(const LinearSystem& system, Complex shift, int wanted);

}  // namespace arcuate::steady
