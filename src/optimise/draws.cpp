#include "arcuate/optimise/draws.hpp"

#include <cmath>
#include <numbers>

#include "arcuate/core/math.hpp"

namespace arcuate::optimise {
namespace {

/// Keeps these numbers apart from the noise of a simulation with the same seed.
constexpr std::uint64_t own_key = 0x6f7074696d697365U;

template <std::size_t n>
double horner(const std::array<double, n>& c, double x) {
  double sum = c[n - 1];
  for (std::size_t k = n - 1; k-- > 0;)
    sum = sum * x + c[k];
  return sum;
}

constexpr std::array centre_above{3.3871328727963666080e0, 1.3314166789178437745e2,
                                  1.9715909503065514427e3, 1.3731693765509461125e4,
                                  4.5921953931549871457e4, 6.7265770927008700853e4,
                                  3.3430575583588128105e4, 2.5090809287301226727e3};
constexpr std::array centre_below{1.0,
                                  4.2313330701600911252e1,
                                  6.8718700749205790830e2,
                                  5.3941960214247511077e3,
                                  2.1213794301586595867e4,
                                  3.9307895800092710610e4,
                                  2.8729085735721942674e4,
                                  5.2264952788528545610e3};
constexpr std::array middle_above{1.42343711074968357734e0,  4.63033784615654529590e0,
                                  5.76949722146069140550e0,  3.64784832476320460504e0,
                                  1.27045825245236838258e0,  2.41780725177450611770e-1,
                                  2.27238449892691845833e-2, 7.74545014278341407640e-4};
constexpr std::array middle_below{1.0,
                                  2.05319162663775882187e0,
                                  1.67638483018380384940e0,
                                  6.89767334985100004550e-1,
                                  1.48103976427480074590e-1,
                                  1.51986665636164571966e-2,
                                  5.47593808499534494600e-4,
                                  1.05075007164441684324e-9};
constexpr std::array tail_above{6.65790464350110377720e0,  5.46378491116411436990e0,
                                1.78482653991729133580e0,  2.96560571828504891230e-1,
                                2.65321895265761230930e-2, 1.24266094738807843860e-3,
                                2.71155556874348757815e-5, 2.01033439929228813265e-7};
constexpr std::array tail_below{1.0,
                                5.99832206555887937690e-1,
                                1.36929880922735805310e-1,
                                1.48753612908506148525e-2,
                                7.86869131145613259100e-4,
                                1.84631831751005468180e-5,
                                1.42151175831644588870e-7,
                                2.04426310338993978564e-15};

}  // namespace

Draws::Draws(const random::Stream& stream, Purpose purpose, std::uint64_t index)
    : key_{static_cast<std::uint32_t>(stream.seed ^ own_key),
           static_cast<std::uint32_t>((stream.seed ^ own_key) >> 32)},
      counter_{0, static_cast<std::uint32_t>(index),
               static_cast<std::uint32_t>(index >> 32) ^ static_cast<std::uint32_t>(purpose) << 24,
               stream.stream} {}

double Draws::uniform() {
  if (used_ == 2) {
    words_ = random::philox(counter_, key_);
    ++counter_[0];
    used_ = 0;
  }
  const std::uint64_t high = words_[2 * used_];
  const std::uint64_t low = words_[2 * used_ + 1];
  ++used_;
  return (static_cast<double>((high << 32 | low) >> 12) + 0.5) * 0x1p-52;
}

double Draws::normal() {
  return normal_quantile(uniform());
}

double Draws::cauchy() {
  return std::tan(std::numbers::pi * (uniform() - 0.5));
}

Index Draws::below(Index n) {
  return std::min(n - 1, static_cast<Index>(uniform() * static_cast<double>(n)));
}

Vector Draws::normals(Index n) {
  Vector z(n);
  for (Index i = 0; i < n; ++i)
    z[i] = normal();
  return z;
}

Vector Draws::uniforms(Index n) {
  Vector u(n);
  for (Index i = 0; i < n; ++i)
    u[i] = uniform();
  return u;
}

double normal_quantile(double probability) {
  const double q = probability - 0.5;
  if (std::fabs(q) <= 0.425) {
    const double r = 0.180625 - q * q;
    return q * horner(centre_above, r) / horner(centre_below, r);
  }
  const double tail = q < 0.0 ? probability : 1.0 - probability;
  double r = std::sqrt(-math::log(tail));
  double z = 0.0;
  if (r <= 5.0) {
    r -= 1.6;
    z = horner(middle_above, r) / horner(middle_below, r);
  } else {
    r -= 5.0;
    z = horner(tail_above, r) / horner(tail_below, r);
  }
  return q < 0.0 ? -z : z;
}

double normal_cdf(double x) {
  return 0.5 * math::erfc(-x / std::numbers::sqrt2);
}

}  // namespace arcuate::optimise
