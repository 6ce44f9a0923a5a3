#include "arcuate/meanfield/transfer.hpp"

#include <algorithm>
#include <boost/math/quadrature/gauss.hpp>
#include <cmath>
#include <limits>
#include <numbers>

namespace arcuate::meanfield {
namespace {

constexpr double infinite_from = 26.0;

/// exp(x^2) erfc(x) for x >= 0.
double scaled_erfc(double x) {
  if (x < 25.0) {
    const double square = x * x;
    const double lost = std::fma(x, x, -square);  // exp() would make an error of it
    return std::exp(square) * (1.0 + lost) * std::erfc(x);
  }
  // Abramowitz and Stegun 7.1.23; what is left out is below 1e-16.
  const double y = 1.0 / (2.0 * x * x);
  const double series = 1.0 - y * (1.0 - 3.0 * y * (1.0 - 5.0 * y * (1.0 - 7.0 * y)));
  return series / (x * std::sqrt(std::numbers::pi));
}

/// Of `integrand`, in pieces over which it changes by a factor of exp(8) at most: there 20 points
/// are exact to the last digits.
double integral(double from, double to) {
  double sum = 0.0;
  for (double left = from; left < to;) {
    const double length = left < 0.0 ? std::max(1.0, -0.5 * left) : 4.0 / (4.0 + left);
    const double right = left + length < to ? left + length : to;
    sum += boost::math::quadrature::gauss<double, 20>::integrate(integrand, left, right);
    left = right;
  }
  return sum;
}

}  // namespace

double integrand(double z) {
  const double root_pi = std::sqrt(std::numbers::pi);
  if (z > infinite_from) return std::numeric_limits<double>::infinity();
  return z <= 0.0
             ? root_pi * scaled_erfc(-z)
             : root_pi * std::exp(z * z) * (1.0 + std::fma(z, z, -(z * z))) * (1.0 + std::erf(z));
}

Transfer transfer(const Neuron& neuron, double mean, double deviation) {
  constexpr double minus_zeta_of_half = 1.4603545088095868;
  const double shift = minus_zeta_of_half / std::numbers::sqrt2 *
                       std::sqrt(neuron.tau_synaptic / neuron.tau_membrane);
  const double low = (neuron.reset - mean) / deviation + shift;
  const double high = (neuron.threshold - mean) / deviation + shift;
  if (!(high <= infinite_from) || !std::isfinite(low)) return {};
  const double interval = neuron.tau_refractory + neuron.tau_membrane * integral(low, high);
  Transfer result;
  result.rate = 1.0 / std::max(interval, 1e-12);
  const double slope = result.rate * result.rate * neuron.tau_membrane / deviation;
  result.by_mean = slope * (integrand(high) - integrand(low));
  result.by_deviation = slope * (integrand(high) * (high - shift) - integrand(low) * (low - shift));
  return result;
}

}  // namespace arcuate::meanfield
