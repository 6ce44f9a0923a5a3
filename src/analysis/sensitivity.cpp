#include "arcuate/analysis/sensitivity.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <numeric>
#include <string>
#include <utility>

#include "arcuate/core/error.hpp"
#include "arcuate/core/index.hpp"

namespace arcuate::analysis {
namespace {

constexpr double no_slope = std::numeric_limits<double>::quiet_NaN();

/// One strength of one cluster, and ln p there.
struct LogPoint {
  double strength = 0.0, value = 0.0;
};

/// The only cluster that is perturbed, -1: none or several.
int only_cluster(const std::vector<double>& strength) {
  int found = -1;
  for (std::size_t c = 0; c < strength.size(); ++c) {
    if (strength[c] == 0.0) continue;
    if (found >= 0) return -1;
    found = static_cast<int>(c);
  }
  return found;
}

std::vector<LogPoint> points_of(const std::vector<Perturbed>& all, const std::vector<int>& state,
                                int cluster, const SensitivityOptions& options) {
  std::vector<LogPoint> points;
  for (const Perturbed& one : all) {
    if (!one.is_baseline() && only_cluster(one.strength) != cluster) continue;
    const auto count = one.occurrences.find(state);
    if (count == one.occurrences.end() || count->second < options.occurrences) continue;
    points.push_back({one.strength[z(cluster)], std::log(one.probability(state))});
  }
  return points;
}

SensitivitySlope fit(const std::vector<LogPoint>& points, const SensitivityOptions& options) {
  double n = 0.0, x = 0.0, y = 0.0, xx = 0.0, xy = 0.0, yy = 0.0;
  for (const LogPoint& one : points) {
    if (std::abs(one.strength) > options.weak * (1.0 + 1e-9)) continue;
    n += 1.0;
    x += one.strength;
    y += one.value;
  }
  for (const LogPoint& one : points) {
    if (std::abs(one.strength) > options.weak * (1.0 + 1e-9)) continue;
    const double dx = one.strength - x / n, dy = one.value - y / n;
    xx += dx * dx;
    xy += dx * dy;
    yy += dy * dy;
  }
  SensitivitySlope slope{no_slope, no_slope, static_cast<int>(n), false, no_slope};
  if (n < 2.0 || xx == 0.0) return slope;
  slope.value = xy / xx;
  const double residual = std::max(0.0, yy - slope.value * xy);
  slope.R2 = yy > 0.0 ? 1.0 - residual / yy : 1.0;
  slope.linear = n > 2.0 && slope.R2 >= options.linear;
  const double deviation = std::sqrt(residual / n) + 1e-9;
  for (const LogPoint& one : points) {
    const double size = std::abs(one.strength);
    const double off = one.value - (y / n + slope.value * (one.strength - x / n));
    if (size <= options.weak * (1.0 + 1e-9) || std::abs(off) <= options.far * deviation) continue;
    slope.breaks = std::fmin(slope.breaks, size);
  }
  return slope;
}

}  // namespace

void Perturbed::add(const Attractors& all) {
  for (const Occurrence& one : all.occurrences) {
    seconds[all.states[z(one.state)]] += one.seconds();
    ++occurrences[all.states[z(one.state)]];
  }
  looked_at += all.looked_at();
}

double Perturbed::probability(const std::vector<int>& state) const {
  const auto found = seconds.find(state);
  return found == seconds.end() || looked_at <= 0.0 ? 0.0 : found->second / looked_at;
}

bool Perturbed::is_baseline() const {
  return std::all_of(strength.begin(), strength.end(), [](double x) { return x == 0.0; });
}

Sensitivity sensitivity_of(const std::vector<Perturbed>& all, int n_clusters,
                           const SensitivityOptions& options) {
  const auto baseline =
      std::find_if(all.begin(), all.end(), [](const Perturbed& one) { return one.is_baseline(); });
  if (baseline == all.end())
    throw ConfigError("sensitivity: no recording is without a perturbation of rates");
  for (const Perturbed& one : all) {
    if (std::ssize(one.strength) != n_clusters)
      throw ConfigError("sensitivity: a perturbation of " + std::to_string(one.strength.size()) +
                        " clusters, not " + std::to_string(n_clusters));
  }
  Sensitivity found;
  for (const auto& [state, seconds] : baseline->seconds) {
    found.states.push_back(state);
    found.probability.push_back(baseline->probability(state));
    for (int cluster = 0; cluster < n_clusters; ++cluster)
      found.slopes.push_back(fit(points_of(all, state, cluster, options), options));
  }
  return found;
}

std::vector<double> predicted(const Sensitivity& sensitivity, const std::vector<double>& strength) {
  std::vector<double> expected;
  for (std::size_t s = 0; s < sensitivity.states.size(); ++s) {
    double exponent = 0.0;
    for (std::size_t c = 0; c < strength.size(); ++c) {
      const double slope = sensitivity.slopes[s * strength.size() + c].value;
      if (!std::isnan(slope)) exponent += slope * strength[c];
    }
    expected.push_back(sensitivity.probability[s] * std::exp(exponent));
  }
  const auto sum = [](const std::vector<double>& values) {
    return std::accumulate(values.begin(), values.end(), 0.0);
  };
  const double scale = sum(sensitivity.probability) / sum(expected);
  for (double& one : expected)
    one *= scale;
  return expected;
}

double explained(const std::vector<double>& seen, const std::vector<double>& expected) {
  if (seen.size() < 2) return no_slope;
  const double mean =
      std::accumulate(seen.begin(), seen.end(), 0.0) / static_cast<double>(seen.size());
  double residual = 0.0, total = 0.0;
  for (std::size_t k = 0; k < seen.size(); ++k) {
    residual += (seen[k] - expected[k]) * (seen[k] - expected[k]);
    total += (seen[k] - mean) * (seen[k] - mean);
  }
  return total > 0.0 ? 1.0 - residual / total : no_slope;
}

std::vector<int> target_of(const std::vector<double>& strength, const Vocabulary& states) {
  double best = 0.0;
  std::vector<int> target;
  for (const std::vector<int>& state : states) {
    double sum = 0.0;
    for (const int cluster : state)
      sum += strength[z(cluster)];
    if (sum > best + 1e-12) {
      best = sum;
      target = state;
    } else if (sum > best - 1e-12) {
      target.clear();
    }
  }
  return target;
}

Role role_of(const std::vector<int>& state, const std::vector<int>& target) {
  if (state == target) return Role::target;
  if (state.size() != target.size()) return Role::other;
  std::vector<int> both;
  std::set_intersection(state.begin(), state.end(), target.begin(), target.end(),
                        std::back_inserter(both));
  if (both.size() + 1 == target.size()) return Role::bottleneck;
  return both.empty() ? Role::orthogonal : Role::partial;
}

Leakage leakage_of(const Perturbed& one, const Perturbed& baseline,
                   const std::vector<int>& target) {
  constexpr double visited = 0.01;
  Leakage leakage;
  leakage.target = target;
  for (const Role role :
       {Role::target, Role::bottleneck, Role::partial, Role::orthogonal, Role::other})
    leakage.probability[role] = leakage.baseline[role] = 0.0;
  double sum = 0.0, most = 0.0;
  for (const auto& [state, seconds] : one.seconds) {
    const double p = one.probability(state);
    leakage.probability[role_of(state, target)] += p;
    sum += p;
    if (state.size() == target.size()) leakage.of_size += p;
    if (state != target) most = std::max(most, p);
    leakage.visited += p > visited ? 1 : 0;
  }
  for (const auto& [state, seconds] : baseline.seconds)
    leakage.baseline[role_of(state, target)] += baseline.probability(state);
  leakage.dominates = leakage.probability[Role::target] > most;
  leakage.of_size = sum > 0.0 ? leakage.of_size / sum : no_slope;
  return leakage;
}

}  // namespace arcuate::analysis
