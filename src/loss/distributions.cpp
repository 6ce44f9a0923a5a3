#include "arcuate/loss/distributions.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace arcuate::loss {
namespace {

constexpr Index n_midpoints = 100;

/// Calls use(x, next, P, Q) for each interval between neighbouring values of both lists, where the
/// cumulative distributions are P and Q.
template <class Use>
void each_step(const std::vector<double>& p, const std::vector<double>& q, const Use& use) {
  const auto below = [](std::size_t k, const std::vector<double>& of) {
    return static_cast<double>(k) / static_cast<double>(of.size());
  };
  std::size_t i = 0;
  std::size_t j = 0;
  while (i < p.size() || j < q.size()) {
    const double x = j == q.size() || (i < p.size() && p[i] < q[j]) ? p[i] : q[j];
    while (i < p.size() && p[i] == x)
      ++i;
    while (j < q.size() && q[j] == x)
      ++j;
    double next = x;
    if (i < p.size()) next = p[i];
    if (j < q.size()) next = i < p.size() ? std::min(next, q[j]) : q[j];
    use(x, next, below(i, p), below(j, q));
  }
}

}  // namespace

std::vector<double> ascending(const Matrix& values) {
  std::vector<double> result;
  for (Index k = 0; k < values.size(); ++k) {
    if (std::isfinite(values.data()[k])) result.push_back(values.data()[k]);
  }
  std::sort(result.begin(), result.end());
  return result;
}

double kolmogorov_smirnov(const std::vector<double>& p, const std::vector<double>& q) {
  double most = 0.0;
  each_step(p, q, [&](double, double, double below_p, double below_q) {
    most = std::max(most, std::abs(below_p - below_q));
  });
  return most;
}

double wasserstein(const std::vector<double>& p, const std::vector<double>& q) {
  double area = 0.0;
  each_step(p, q, [&](double x, double next, double below_p, double below_q) {
    area += (next - x) * std::abs(below_p - below_q);
  });
  return area;
}

Vector density_midpoints() {
  return Vector::LinSpaced(n_midpoints, -0.99, 0.99);
}

Vector density(const std::vector<double>& values) {
  const auto n = static_cast<double>(values.size());
  const Eigen::Map<const Vector> x(values.data(), static_cast<Index>(values.size()));
  const double variance = (x.array() - x.mean()).square().sum() / (n - 1.0);
  const double width = std::pow(n, -0.2) * std::sqrt(variance);
  const Vector points = density_midpoints();
  if (!(width > 0.0)) return Vector::Constant(n_midpoints, std::nan(""));
  Vector result(n_midpoints);
  for (Index k = 0; k < n_midpoints; ++k)
    result[k] = (-0.5 * ((x.array() - points[k]) / width).square()).exp().sum();
  return result / (result.sum() * (points[1] - points[0]));
}

Vector cumulative(const Vector& density) {
  Vector sums(density.size());
  double sum = 0.0;
  for (Index k = 0; k < density.size(); ++k)
    sums[k] = sum += density[k];
  return sums / sum;
}

}  // namespace arcuate::loss
