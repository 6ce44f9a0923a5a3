#include "dynamics.hpp"

#include <algorithm>
#include <cmath>

#include "arcuate/analysis/connectivity.hpp"
#include "grid.hpp"

namespace arcuate::report {
namespace {

constexpr double window_seconds = 60.0;
constexpr double step_seconds = 3.0;
constexpr analysis::Index fewest_windows = 10;
constexpr analysis::Index most_windows = 400;

/// Columns without those that correlate with nothing.
analysis::Matrix varying(const Signals& signals) {
  const std::vector<analysis::Index> constant = analysis::without_variance(signals.view());
  analysis::Matrix kept(signals.view().rows(),
                        signals.view().cols() - static_cast<analysis::Index>(constant.size()));
  analysis::Index at = 0;
  for (analysis::Index c = 0; c < signals.view().cols(); ++c) {
    if (!std::binary_search(constant.begin(), constant.end(), c))
      kept.col(at++) = signals.view().col(c);
  }
  return kept;
}

}  // namespace

nlohmann::ordered_json dynamics_chart(const Signals& signals, std::size_t cells) {
  const auto samples_of = [&](double seconds) {
    return static_cast<analysis::Index>(std::lround(seconds / signals.period));
  };
  const auto samples = static_cast<analysis::Index>(signals.samples);
  analysis::FcdOptions options;
  options.window = std::max<analysis::Index>(2, samples_of(window_seconds));
  const analysis::Index room = samples - options.window;
  const analysis::Index sparse = room / most_windows + 1;
  options.step = std::max({analysis::Index{1}, samples_of(step_seconds), sparse});
  if (room < 0 || room / options.step + 1 < fewest_windows) return nullptr;
  const analysis::Matrix series = varying(signals);
  if (series.cols() < 3) return nullptr;
  const analysis::Fcd fcd = analysis::fcd(series, options);
  nlohmann::ordered_json json{
      {"window", static_cast<double>(options.window) * signals.period},
      {"step", static_cast<double>(options.step) * signals.period},
      {"windows", fcd.matrix.rows()},
      {"start", signals.start},
      {"left_out", static_cast<analysis::Index>(signals.columns.size()) - series.cols()},
      {"matrix", to_json(grid_of(fcd.matrix, cells), {-1.0, 1.0})}};
  const analysis::Vector pairs = analysis::lower_triangle(fcd.matrix);
  const Bars bars = bars_of(span_of(pairs), {-1.0, 1.0}, 60);
  if (bars.values > 0) json["mean"] = bars.mean;
  json["histogram"] = bars.counts;
  return json;
}

}  // namespace arcuate::report
