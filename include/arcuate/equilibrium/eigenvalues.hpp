#pragma once

#include <complex>
#include <span>
#include <vector>

namespace arcuate::equilibrium {

/// Eigenvalues of a real matrix, in no particular order (Eigen's QR iterations on the Hessenberg
/// form; to about 1e-15 of the matrix's norm). matrix: (n, n), row by row; their unit is that of
/// its entries.
/// @throws UnconvergedError when they cannot be found, as where entries are not finite
std::vector<std::complex<double>> eigenvalues(std::span<const double> matrix, int n);

}  // namespace arcuate::equilibrium
