#pragma once

#include <complex>
#include <vector>

#include "arcuate/core/rest_kind.hpp"
#include "arcuate/equilibrium/resting_network.hpp"

/// How small departures from a fixed point grow.
namespace arcuate::steady {

/// Roots of det(lambda E - A - sum_e A_e exp(-lambda tau_e)) = 0, those with the largest real part
/// first, of a pair the one with the positive imaginary part first. [1/ms]
struct Spectrum {
  std::vector<std::complex<double>> roots;
  std::vector<double> errors;  ///< |change of the last Newton step| of each. [1/ms]
  /// All roots right of the last one are among them up to this imaginary part [1/ms]; infinite:
  /// wherever they are.
  double complete_up_to = 0.0;
  bool all = false;  ///< there are no others
};

enum class Delays { none, all };

/// The `wanted` rightmost roots (a pair is not cut in two), with all delays or with none. Without
/// delays and up to 400 states: all eigenvalues (Eigen). Else the discretised infinitesimal
/// generator: the past of what regions send at Chebyshev nodes (Breda, Maset and Vermiglio 2005,
/// doi:10.1137/030601600), in real arithmetic around shifts that are placed until their discs cover
/// where roots can be (SLEPc EPS), and each root polished on the characteristic matrix.
/// Collective. Throws UnconvergedError.
Spectrum rightmost(const equilibrium::RestingNetwork& network,
                   const equilibrium::LinearNetwork& linear, int wanted, Delays delays);

using Kind = RestKind;

/// What the rightmost roots say of a fixed point.
struct Stability {
  Kind kind = Kind::marginal;
  int unstable = 0;        ///< roots with a positive real part, among those that are known
  double frequency = 0.0;  ///< [Hz] of the rightmost root
  double damping = 0.0;    ///< [1/s] of the rightmost root, negative: it grows
};

/// marginal: real parts within 1e-9 of the roots' size of 0.
Stability stability_of(const Spectrum& spectrum);

}  // namespace arcuate::steady
