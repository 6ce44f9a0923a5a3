#include <algorithm>
#include <cmath>
#include <numbers>
#include <string>
#include <vector>

#include "arcuate/analysis/phase.hpp"
#include "arcuate/core/error.hpp"
#include "constants.hpp"
#include "sums.hpp"
#include "threads.hpp"

namespace arcuate::analysis {
namespace {

void check(Series series, const IgnitionOptions& options) {
  const Index inner = series.rows() - 2 * options.edge;
  if (options.edge < 0 || inner < 2) {
    throw ConfigError("ignition: edge is " + std::to_string(options.edge) +
                      " samples (allowed: 0 to " + std::to_string((series.rows() - 2) / 2) + ")");
  }
  if (options.window < 1 || options.window > inner) {
    throw ConfigError("ignition: window is " + std::to_string(options.window) +
                      " samples (allowed: 1 to " + std::to_string(inner) + ")");
  }
}

/// Regions of like phase: neighbours on the circle belong together when exp(-3 gap) exceeds a
/// threshold, so a group is a run of small gaps. The size of the largest, averaged over the
/// thresholds 0, 0.01, ... 0.99, as a share of the regions.
double integration_of(std::vector<double>& phase) {
  for (double& one : phase)
    one = wrapped(one);
  std::sort(phase.begin(), phase.end());
  const std::size_t n = phase.size();
  std::vector<double> likeness(n);
  for (std::size_t k = 0; k < n; ++k) {
    const double next = k + 1 < n ? phase[k + 1] : phase[0] + 2.0 * std::numbers::pi;
    const double gap = next - phase[k];
    likeness[k] = std::exp(-3.0 * std::min(gap, 2.0 * std::numbers::pi - gap));
  }
  // Every gap after the widest: no run goes on beyond it unless all are small.
  const auto widest = std::min_element(likeness.begin(), likeness.end());
  std::rotate(likeness.begin(), widest + 1, likeness.end());
  double sum = 0.0;
  for (int percent = 0; percent < 100; ++percent) {
    std::size_t longest = 1;
    std::size_t run = 1;
    for (std::size_t k = 0; k + 1 < n; ++k) {
      run = likeness[k] > 0.01 * percent ? run + 1 : 1;
      longest = std::max(longest, run);
    }
    sum += static_cast<double>(longest);
  }
  return 0.01 * sum / static_cast<double>(n);
}

/// Samples at which a signal comes to exceed its mean by so many standard deviations.
std::vector<Index> events_of(Eigen::Ref<const Vector> x, const IgnitionOptions& options) {
  const double level = mean_of(x) + options.threshold * deviation_of(x, 1.0);
  std::vector<Index> events;
  for (Index t = std::max<Index>(1, options.edge); t < x.size() - options.edge; ++t) {
    if (!(x[t] > level) || x[t - 1] > level) continue;
    const bool whole = t + options.window <= x.size() - options.edge;
    const bool free = events.empty() || t >= events.back() + options.window;
    if (whole && free) events.push_back(t);
  }
  return events;
}

}  // namespace

Ignition ignition(Series series, Series phase, const IgnitionOptions& options) {
  check(series, options);
  const Index n = series.rows();
  const Index regions = series.cols();
  Ignition result{Vector::Constant(n, not_a_number), Vector::Constant(regions, not_a_number),
                  Vector::Constant(regions, not_a_number),
                  Eigen::Matrix<Index, Eigen::Dynamic, 1>::Zero(regions)};
#pragma omp parallel for num_threads(threads()) schedule(static)
  for (Index t = options.edge; t < n - options.edge; ++t) {
    std::vector<double> now(static_cast<std::size_t>(regions));
    for (Index i = 0; i < regions; ++i)
      now[static_cast<std::size_t>(i)] = phase(t, i);
    result.integration[t] = integration_of(now);
  }
  for (Index i = 0; i < regions; ++i) {
    const std::vector<Index> events = events_of(series.col(i), options);
    result.events[i] = std::ssize(events);
    if (events.empty()) continue;
    Matrix evoked(options.window, std::ssize(events));
    for (Index e = 0; e < evoked.cols(); ++e)
      evoked.col(e) =
          result.integration.segment(events[static_cast<std::size_t>(e)], options.window);
    result.mean[i] = evoked.rowwise().mean().maxCoeff();
    const Vector most = evoked.colwise().maxCoeff();
    if (most.size() < 2) continue;
    result.variability[i] = deviation_of(most, 1.0);
  }
  return result;
}

}  // namespace arcuate::analysis
