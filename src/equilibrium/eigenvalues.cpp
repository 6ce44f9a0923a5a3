#include "arcuate/equilibrium/eigenvalues.hpp"

#include <Eigen/Eigenvalues>

#include "arcuate/core/error.hpp"

namespace arcuate::equilibrium {

std::vector<std::complex<double>> eigenvalues(std::span<const double> matrix, int n) {
  using Rows = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  const Eigen::MatrixXd given = Eigen::Map<const Rows>(matrix.data(), n, n);
  const Eigen::EigenSolver<Eigen::MatrixXd> solver(given, false);
  if (solver.info() != Eigen::Success)
    throw UnconvergedError(
        "the eigenvalues of a matrix cannot be computed: it has entries that are not finite, or is "
        "out of the reach of QR iterations");
  return {solver.eigenvalues().begin(), solver.eigenvalues().end()};
}

}  // namespace arcuate::equilibrium
