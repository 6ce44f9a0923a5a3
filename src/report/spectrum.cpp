#include "spectrum.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "grid.hpp"
#include "math.hpp"

namespace arcuate::report {
namespace {

using Json = nlohmann::ordered_json;

constexpr ClassicalBand classical_bands[] = {{"delta", 1.0, 4.0},
                                             {"theta", 4.0, 8.0},
                                             {"alpha", 8.0, 13.0},
                                             {"beta", 13.0, 30.0},
                                             {"gamma", 30.0, 80.0}};

/// Three segments at least, four seconds at most.
std::size_t segment_of(const Signals& signals) {
  const auto four_seconds = static_cast<std::size_t>(std::min(4.0 / signals.period, 8192.0));
  const std::size_t wanted =
      std::clamp<std::size_t>(signals.samples / 3, 32, std::max<std::size_t>(32, four_seconds));
  return std::min(wanted, signals.samples);
}

/// The logarithm of mean and percentiles over regions, a row each: mean, 5, 25, 75, 95 %.
Grid rows_of(const analysis::Matrix& power) {
  const auto bins = static_cast<std::size_t>(power.rows());
  Grid grid{5, bins, std::vector<double>(5 * bins)};
  for (std::size_t k = 0; k < bins; ++k) {
    const analysis::Vector bin = power.row(static_cast<Eigen::Index>(k));
    grid.values[k] = bin.mean();
    std::size_t row = 0;
    for (const double q : {0.05, 0.25, 0.75, 0.95})
      grid.values[++row * bins + k] = quantile({bin.begin(), bin.end()}, q);
  }
  for (double& value : grid.values)
    value = value > 0.0 ? std::log10(value) : std::numeric_limits<double>::quiet_NaN();
  return grid;
}

}  // namespace

std::vector<ClassicalBand> bands_of(const analysis::Psd& psd) {
  std::vector<ClassicalBand> bands;
  const double highest = psd.frequency[psd.frequency.size() - 1];
  for (const ClassicalBand& band : classical_bands) {
    const auto within = [&](double f) { return f >= band.low && f <= band.high; };
    if (band.high <= highest &&
        std::count_if(psd.frequency.begin(), psd.frequency.end(), within) > 1)
      bands.push_back(band);
  }
  return bands;
}

std::optional<analysis::Psd> psd_of(const Signals& signals, bool phase) {
  if (signals.samples < 32 || signals.columns.empty()) return std::nullopt;
  analysis::PsdOptions options;
  options.segment = static_cast<analysis::Index>(segment_of(signals));
  const double rate = 1.0 / signals.period;
  if (!phase) return analysis::psd(signals.view(), rate, options);
  const analysis::Matrix cosine = signals.view().array().cos();
  return analysis::psd(cosine, rate, options);
}

Json spectrum_chart(const analysis::Psd& psd) {
  const Grid rows = rows_of(psd.power);
  Json json = to_json(rows, limits_of(rows.values, 0.0));
  json["step"] = psd.frequency[1];
  const analysis::Vector mean = psd.power.rowwise().mean();
  const std::size_t peak = peak_of(span_of(mean), 2);
  if (peak > 0) json["peak"] = rounded(psd.frequency[static_cast<Eigen::Index>(peak)]);
  json["regions"] = psd.power.cols();
  json["bands"] = Json::array();
  for (const ClassicalBand& band : bands_of(psd)) {
    const double power = analysis::band_power(psd, band.low, band.high).mean();
    json["bands"].push_back(
        {{"name", band.name}, {"low", band.low}, {"high", band.high}, {"power", rounded(power)}});
  }
  return json;
}

}  // namespace arcuate::report
