#include "arcuate/engine/lags.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "arcuate/core/error.hpp"
#include "arcuate/core/index.hpp"
#include "arcuate/network/prepare.hpp"

namespace arcuate::engine {
namespace {

/// Offset of a series from the begin of the step.
double offset_of(Series series) {
  switch (series) {
    case Series::begin:
      return 0.0;
    case Series::middle:
      return 0.5;
    case Series::end:
      break;
  }
  return 1.0;
}

/// Weights of Lagrange interpolation at `position` on the points first .. first + n - 1.
Stencil lagrange(double position, std::int32_t first, int n) {
  Stencil s;
  s.size = n;
  for (int i = 0; i < n; ++i) {
    double weight = 1.0;
    for (int k = 0; k < n; ++k) {
      if (k != i) weight *= (position - (first + k)) / (i - k);
    }
    s.pieces[static_cast<std::size_t>(i)] = {first + i, weight};
  }
  return s;
}

Stencil single(double lag) {
  Stencil s;
  s.size = 1;
  s.pieces[0] = {static_cast<std::int32_t>(lag), 1.0};
  return s;
}

}  // namespace

std::vector<Series> series_of(model::Method method, Stages stages) {
  if (stages == Stages::staged && method == model::Method::heun) return {Series::end};
  if (stages == Stages::staged && method == model::Method::rk4)
    return {Series::middle, Series::end};
  return {Series::begin};
}

bool undelayed(double delay, DelayMode mode) {
  return mode == DelayMode::nearest ? std::nearbyint(delay) == 0.0 : delay == 0.0;
}

Stencil stencil(double delay, Series series, DelayMode mode) {
  if (undelayed(delay, mode)) return {};
  const double delayed = mode == DelayMode::nearest ? std::nearbyint(delay) : delay;
  const double position = delayed - offset_of(series);
  const double below = std::floor(position);
  if (position == below && below >= 0.0) return single(position);
  if (mode == DelayMode::cubic) {
    return lagrange(position, static_cast<std::int32_t>(std::max(0.0, below - 1.0)), 4);
  }
  return lagrange(position, static_cast<std::int32_t>(std::max(0.0, below)), 2);
}

DelayReading::DelayReading(const SimulationSpec& spec)
    : all_series_(series_of(spec.method, spec.stages)), mode_(spec.delay) {}

std::int32_t DelayReading::smallest_lag(double delay) const {
  if (undelayed(delay)) return held() ? 0 : -1;
  std::int32_t smallest = stencil(delay, all_series_.front()).pieces[0].lag;
  for (const Series series : all_series_)
    smallest = std::min(smallest, stencil(delay, series).pieces[0].lag);
  return smallest;
}

Delays::Delays(const network::Connectome& connectome, const SimulationSpec& spec) {
  steps_.reserve(connectome.source.size());
  for (GlobalIndex e = 0; e < connectome.n_edges(); ++e)
    steps_.push_back(network::delay_ms(connectome, e, spec.speed) / spec.dt);
  longest_lag_.assign(z(connectome.n_regions()), 0);
  if (spec.n_links() == 0) return;
  require_short(connectome, spec.dt);
  choose_block(connectome, DelayReading(spec));
}

void Delays::require_short(const network::Connectome& connectome, double dt) const {
  constexpr double most = 2147483640.0;  // interpolation looks a few steps further back
  const auto longest = std::max_element(steps_.begin(), steps_.end());
  if (longest == steps_.end() || *longest <= most) return;
  const GlobalIndex edge = longest - steps_.begin();
  const auto row = std::upper_bound(connectome.row.begin(), connectome.row.end(), edge) - 1;
  throw ConfigError(fmt::format(
      "the delay from region {} to {} is {:.3g} steps of dt = {} ms (allowed: up to {:.0f}); "
      "check {}",
      network::name_of(connectome, connectome.source[z(edge)]),
      network::name_of(connectome, row - connectome.row.begin()), *longest, dt, most,
      connectome.delay.empty() ? "the speed and the lengths" : "the delays"));
}

void Delays::choose_block(const network::Connectome& connectome, const DelayReading& reading) {
  constexpr std::array blocks{32, 16, 8};
  constexpr double tolerated = 0.02;
  std::array<std::int64_t, blocks.size()> shorter{};
  const auto note = [&](LocalIndex source, std::int32_t lag, Series series) {
    ++block_.shares;
    block_.largest_lag = std::max(block_.largest_lag, lag);
    // The input at the begin of the first step is that at the end of the step before.
    const std::int32_t back = series == Series::end ? lag + 1 : lag;
    samples_read_ = std::max(samples_read_, std::int64_t{back} + 1);
    longest_lag_[z(source)] = std::max(longest_lag_[z(source)], back);
    for (std::size_t b = 0; b < blocks.size(); ++b)
      shorter[b] += lag < blocks[b] - 1 ? 1 : 0;
  };
  for (GlobalIndex target = 0; target < connectome.n_regions(); ++target) {
    for (GlobalIndex e = connectome.row[z(target)]; e < connectome.row[z(target) + 1]; ++e) {
      const double delay = steps_[z(e)];
      if (reading.undelayed(delay)) {
        ++block_.undelayed;
        if (connectome.source[z(e)] != target) block_.undelayed_between_regions = true;
        continue;
      }
      for (const Series series : reading.all_series()) {
        const Stencil s = reading.stencil(delay, series);
        for (int p = 0; p < s.size; ++p)
          note(connectome.source[z(e)], s.pieces[z(p)].lag, series);
      }
    }
  }
  block_.block = blocks.back();
  for (std::size_t b = blocks.size(); b-- > 0;) {
    if (static_cast<double>(shorter[b]) <= tolerated * static_cast<double>(block_.shares))
      block_.block = blocks[b];
  }
}

}  // namespace arcuate::engine
