#include "arcuate/engine/lags.hpp"

#include <algorithm>
#include <cmath>

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

double delay_in_steps(const network::Connectome& connectome, GlobalIndex edge, double speed,
                      double dt) {
  const auto e = static_cast<std::size_t>(edge);
  if (!connectome.delay.empty()) return connectome.delay[e] / dt;
  return connectome.length[e] / speed / dt;
}

std::int64_t samples_read(const network::Connectome& connectome, const SimulationSpec& spec) {
  std::int64_t longest = 0;
  const auto all_series = series_of(spec.method, spec.stages);
  for (GlobalIndex e = 0; e < static_cast<GlobalIndex>(connectome.source.size()); ++e) {
    const double delay = delay_in_steps(connectome, e, spec.speed, spec.dt);
    for (Series series : all_series) {
      const Stencil s = stencil(delay, series, spec.delay);
      // The input at the begin of the first step is that at the end of the step before.
      const std::int64_t carried = series == Series::end ? 1 : 0;
      for (int p = 0; p < s.size; ++p)
        longest = std::max(longest, s.pieces[static_cast<std::size_t>(p)].lag + carried);
    }
  }
  return longest + 1;
}

BlockChoice choose_block(const network::Connectome& connectome, const SimulationSpec& spec) {
  constexpr std::array blocks{32, 16, 8};
  constexpr double tolerated = 0.02;
  std::array<std::int64_t, blocks.size()> shorter{};
  BlockChoice choice;
  const auto all_series = series_of(spec.method, spec.stages);
  for (GlobalIndex target = 0; target < connectome.n_regions(); ++target) {
    const auto t = static_cast<std::size_t>(target);
    for (GlobalIndex e = connectome.row[t]; e < connectome.row[t + 1]; ++e) {
      const double delay = delay_in_steps(connectome, e, spec.speed, spec.dt);
      if (undelayed(delay, spec.delay)) {
        ++choice.undelayed;
        if (connectome.source[static_cast<std::size_t>(e)] != target)
          choice.undelayed_between_regions = true;
        continue;
      }
      for (Series series : all_series) {
        const Stencil s = stencil(delay, series, spec.delay);
        for (int p = 0; p < s.size; ++p) {
          const std::int32_t lag = s.pieces[static_cast<std::size_t>(p)].lag;
          ++choice.shares;
          choice.largest_lag = std::max(choice.largest_lag, lag);
          for (std::size_t b = 0; b < blocks.size(); ++b)
            shorter[b] += lag < blocks[b] - 1 ? 1 : 0;
        }
      }
    }
  }
  choice.block = blocks.back();
  for (std::size_t b = blocks.size(); b-- > 0;) {
    if (static_cast<double>(shorter[b]) <= tolerated * static_cast<double>(choice.shares))
      choice.block = blocks[b];
  }
  return choice;
}

}  // namespace arcuate::engine
