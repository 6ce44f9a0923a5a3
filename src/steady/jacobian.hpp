#pragma once

#include <span>
#include <vector>

#include "arcuate/equilibrium/resting_network.hpp"
#include "petsc.hpp"

namespace arcuate::steady {

/// Rows of this rank, compressed.
struct Rows {
  std::vector<PetscInt> start;   ///< (own + 1)
  std::vector<PetscInt> column;  ///< ascending in a row
  std::vector<double> value;
};

/// d rates / d states without delays, in units of widths: entry (i, k) is times
/// width[k]/width[i]. width: (unknowns).
Rows jacobian_rows(const equilibrium::RestingNetwork& network,
                   const equilibrium::LinearNetwork& linear, std::span<const double> width);

/// The rows of all ranks as one matrix.
Matrix matrix_of(const equilibrium::RestingNetwork& network, Rows& rows);

/// Solves with such matrices: GMRES preconditioned by the blocks of the regions in a network, where
/// coupling is weaker than what a region does itself; LU (MUMPS) where that fails, and at once in
/// small ones.
class JacobianSolver {
 public:
  explicit JacobianSolver(const equilibrium::RestingNetwork& network);
  /// Sets up `solver` for `matrix`.
  void prepare(KSP solver, bool direct) const;
  /// False: the matrix is singular. Collective.
  bool solve(Mat matrix, Vec right, Vec solution);
  [[nodiscard]] bool small() const { return small_; }

 private:
  const equilibrium::RestingNetwork& network_;
  bool small_;
};

}  // namespace arcuate::steady
