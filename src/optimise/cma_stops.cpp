#include "cma_stops.hpp"

#include <algorithm>
#include <cmath>

namespace arcuate::optimise {
namespace {

double middle_of(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

/// The median of the last 30 % of the last `window` values is no less than that of the first 30 %.
bool no_better(const std::vector<double>& values, std::size_t window) {
  const auto begin = values.end() - static_cast<std::ptrdiff_t>(window);
  const auto part = static_cast<std::ptrdiff_t>(0.3 * static_cast<double>(window));
  return middle_of({values.end() - part, values.end()}) >= middle_of({begin, begin + part});
}

}  // namespace

void CmaStops::note(const std::vector<double>& losses) {
  if (losses.empty()) return;
  best_.push_back(losses.front());
  middle_.push_back(losses[losses.size() / 2]);
  range_ = losses.back() - losses.front();
  const bool same =
      losses[static_cast<std::size_t>(0.75 * static_cast<double>(losses.size() - 1))] ==
      losses.front();
  equal_ = same ? equal_ + 1 : 0;
}

bool CmaStops::flat(const Covariance& now) const {
  const Index window = 10 + 30 * now.constants().n / now.constants().lambda;
  if (best_.size() < static_cast<std::size_t>(window)) return false;
  const auto [low, high] = std::minmax_element(best_.end() - window, best_.end());
  return std::max(range_, *high - *low) < tolfun_;
}

bool CmaStops::stagnant(const Covariance& now) const {
  const auto t = static_cast<double>(best_.size());
  const double window =
      120.0 + 0.2 * t +
      30.0 * static_cast<double>(now.constants().n) / static_cast<double>(now.constants().lambda);
  if (t < window) return false;
  return no_better(best_, static_cast<std::size_t>(window)) &&
         no_better(middle_, static_cast<std::size_t>(window));
}

/// A tenth of an axis, or a fifth of a variable's deviation, is lost in the mean's last digits.
bool CmaStops::no_effect(const Covariance& now) {
  const Vector deviations = now.deviations();
  const Vector& mean = now.mean();
  for (Index j = 0; j < mean.size(); ++j)
    if (mean[j] == mean[j] + 0.2 * deviations[j]) return true;
  const Vector axis = 0.1 * now.sigma() * now.axis(now.generation() % mean.size());
  return mean == mean + axis;
}

std::optional<std::string_view> CmaStops::reached(const Covariance& now) const {
  const CmaConstants& k = now.constants();
  const Vector deviations = now.deviations();
  const double path = now.sigma() * now.path().cwiseAbs().maxCoeff();
  if (deviations.maxCoeff() < tolx_ && path < tolx_) return "tolx";
  if (flat(now)) return "tolfun";
  if (equal_ > 5) return "flat fitness";
  if (now.axes().maxCoeff() > 1e7 * now.axes().minCoeff()) return "condition";
  if (deviations.maxCoeff() > 1e4 * sigma_) return "sigma";
  if (no_effect(now)) return "no effect";
  if (stagnant(now)) return "stagnation";
  const auto n = static_cast<double>(k.n);
  const double most =
      100.0 + 150.0 * (n + 3.0) * (n + 3.0) / std::sqrt(static_cast<double>(k.lambda));
  if (static_cast<double>(now.generation()) > most) return "generations";
  return std::nullopt;
}

}  // namespace arcuate::optimise
