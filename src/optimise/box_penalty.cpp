#include "box_penalty.hpp"

#include <algorithm>
#include <cmath>

#include "arcuate/core/math.hpp"

namespace arcuate::optimise {
namespace {

/// Of sorted values, between neighbours.
double quantile(const std::vector<double>& sorted, double part) {
  const double at = part * static_cast<double>(sorted.size() - 1);
  const auto low = static_cast<std::size_t>(at);
  const std::size_t high = std::min(low + 1, sorted.size() - 1);
  return sorted[low] + (at - static_cast<double>(low)) * (sorted[high] - sorted[low]);
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return quantile(values, 0.5);
}

}  // namespace

Vector BoxPenalty::outside(const Vector& x) const {
  return bounded_.cwiseProduct(x - x.cwiseMax(0.0).cwiseMin(1.0));
}

void BoxPenalty::remember(const Covariance& now, std::vector<double>& losses) {
  if (losses.size() < 2) return;
  std::sort(losses.begin(), losses.end());
  const double range = quantile(losses, 0.75) - quantile(losses, 0.25);
  const double slope = range / now.deviations().squaredNorm() * static_cast<double>(gamma_.size());
  if (std::isfinite(slope) && slope > 0.0) slopes_.push_back(slope);
  const Index kept = 20 + 3 * now.constants().n / now.constants().lambda;
  while (slopes_.size() > static_cast<std::size_t>(kept))
    slopes_.pop_front();
}

void BoxPenalty::update(const Covariance& now, std::vector<double> losses) {
  remember(now, losses);
  if (slopes_.empty()) return;
  const double df = median({slopes_.begin(), slopes_.end()});
  const Vector out = outside(now.mean()).cwiseAbs();
  if (!begun_) {
    if (out.maxCoeff() == 0.0) return;
    gamma_.setConstant(2.0 * df);
    begun_ = true;
  }
  const auto n = static_cast<double>(now.constants().n);
  const double mueff = now.constants().mueff;
  const double damping = std::min(1.0, mueff / (10.0 * n));
  const Vector deviations = now.deviations();
  for (Index j = 0; j < gamma_.size(); ++j) {
    const double far = out[j] / deviations[j] - 3.0 * std::max(1.0, std::sqrt(n) / mueff);
    if (far > 0.0) gamma_[j] *= math::exp(damping * std::tanh(far / 3.0) / 2.0);
    if (gamma_[j] > 5.0 * df) gamma_[j] *= math::exp(-damping / 3.0);
  }
}

double BoxPenalty::of(const Vector& x) const {
  if (!begun_) return 0.0;
  return gamma_.dot(outside(x).cwiseAbs2()) / static_cast<double>(gamma_.size());
}

}  // namespace arcuate::optimise
