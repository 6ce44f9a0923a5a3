#include <fmt/format.h>

#include <cmath>

#include "arcuate/analysis/spectrum.hpp"
#include "arcuate/core/error.hpp"
#include "sides.hpp"

namespace arcuate::compare {
namespace {

using analysis::Index;
using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// Frequencies [Hz] and the power at each, of one or of all regions.
struct SpectrumTarget {
  std::string name;
  analysis::Vector frequency;
  Matrix power;
  std::vector<std::string> labels;
};

SpectrumTarget read_spectrum(const std::string& where, Targets& targets) {
  const io::Array& array = targets.read(where, {"psd", "PSD", "spectrum", "data", "arr_0"});
  if (array.shape.size() != 2 || array.shape[1] < 2 || array.shape[0] < 2)
    throw DataError(
        fmt::format("{}: has size {}: expected a row for each frequency: the frequency "
                    "[Hz], then the power of one or of every region",
                    array.name, array.size()));
  const Matrix all =
      Eigen::Map<const RowMajor>(array.values.data(), array.shape[0], array.shape[1]);
  SpectrumTarget target{array.name, all.col(0), all.rightCols(all.cols() - 1), array.labels};
  // A header row has one for the frequencies, too.
  if (target.labels.size() == static_cast<std::size_t>(all.cols()))
    target.labels.erase(target.labels.begin());
  const double step = target.frequency[1] - target.frequency[0];
  for (Index k = 0; k < all.rows(); ++k) {
    const double even = target.frequency[0] + static_cast<double>(k) * step;
    if (!(step > 0.0) || target.frequency[0] < 0.0 ||
        std::abs(target.frequency[k] - even) > 1e-3 * step)
      throw DataError(
          fmt::format("{}: row {}: {} Hz: expected frequencies from 0 on in equal steps",
                      target.name, k + 1, target.frequency[k]));
  }
  if (!target.power.allFinite()) throw DataError(target.name + ": a power is not a number");
  for (Index k = 0; k < all.rows(); ++k) {
    const double least = target.power.row(k).minCoeff();
    if (least < 0.0)
      throw DataError(fmt::format("{}: row {}: a power of {} (allowed: 0 or more, no decibels)",
                                  target.name, k + 1, least));
  }
  return target;
}

/// Welch's segments that have the target's frequencies.
Index segment_for(const SpectrumTarget& target, const Simulated& simulated) {
  const double rate = 1.0 / simulated.series.period;
  const double step = target.frequency[1] - target.frequency[0];
  const double exact = rate / step;
  const Index segment = std::llround(exact);
  const double first = target.frequency[0] / step;
  if (std::abs(exact - static_cast<double>(segment)) > 1e-3 * exact ||
      std::abs(first - std::round(first)) > 1e-3)
    throw DataError(
        fmt::format("{}: frequencies every {} Hz from {} Hz on: a spectrum at {} Hz has "
                    "none of them (segments of {} samples)",
                    target.name, step, target.frequency[0], rate, exact));
  if (segment > simulated.samples.rows())
    throw DataError(
        fmt::format("{}: frequencies every {} Hz need segments of {} samples: monitor "
                    "{} has {}",
                    target.name, step, segment, simulated.series.name, simulated.samples.rows()));
  const double most = target.frequency[target.frequency.size() - 1];
  if (most > 0.5 * rate + 1e-3 * step)
    throw DataError(fmt::format("{}: has {} Hz: samples every {} s have a spectrum to {} Hz",
                                target.name, most, simulated.series.period, 0.5 * rate));
  return segment;
}

}  // namespace

loss::Sides psd_sides(const Request& request, const Simulated& simulated, Targets& targets,
                      Comparison& result) {
  SpectrumTarget target = read_spectrum(request.psd, targets);
  analysis::PsdOptions options;
  options.segment = segment_for(target, simulated);
  const analysis::Psd psd =
      analysis::psd(simulated.samples, 1.0 / simulated.series.period, options);
  const double step = target.frequency[1] - target.frequency[0];
  const Index first = std::llround(target.frequency[0] / step);
  loss::Sides sides{psd.power.middleRows(first, target.frequency.size()), target.power,
                    target.frequency, target.name};
  const Index n = simulated.columns();
  result.notes.push_back(fmt::format(
      "spectra: Welch's method, segments of {} samples, half overlap, Hann window, means removed",
      options.segment));
  if (target.power.cols() == 1 && n > 1) {
    sides.predicted = sides.predicted.rowwise().mean().eval();
    result.notes.push_back(target.name + ": one spectrum, compared with the mean over regions");
    return sides;
  }
  if (target.labels.size() == static_cast<std::size_t>(target.power.cols())) {
    const auto place = io::matched(simulated.labels(), target.labels, target.name);
    sides.target.resize(target.power.rows(), n);
    for (Index c = 0; c < n; ++c)
      sides.target.col(c) =
          target.power.col(static_cast<Index>(place[static_cast<std::size_t>(c)]));
    return sides;
  }
  if (target.power.cols() != n)
    throw DataError(fmt::format("{}: has {} spectra: expected 1, or {}, one for each region",
                                target.name, target.power.cols(), n));
  if (!target.labels.empty())
    throw DataError(fmt::format("{}: {} labels, {} spectra: expected a label for each region",
                                target.name, target.labels.size(), n));
  result.notes.push_back(target.name + ": has no labels: regions are taken in their order");
  return sides;
}

loss::Sides series_sides(const Request& request, const Simulated& simulated, Targets& targets,
                         Comparison& result) {
  const io::Array& array = targets.read(request.series, {"data", "tc", "series", "arr_0"});
  const Matrix target = as_samples(array, simulated, result);
  if (target.rows() != simulated.samples.rows())
    throw DataError(fmt::format("{}: has {} samples: monitor {} has {} that count", array.name,
                                target.rows(), simulated.series.name, simulated.samples.rows()));
  if (array.period > 0.0 && std::abs(array.period - simulated.series.period) > 1e-6 * array.period)
    throw DataError(fmt::format("{}: has a sample every {} s: monitor {} every {} s", array.name,
                                array.period, simulated.series.name, simulated.series.period));
  if (!target.allFinite()) throw DataError(array.name + ": a sample is not a number");
  return {simulated.samples, target, {}, array.name};
}

}  // namespace arcuate::compare
