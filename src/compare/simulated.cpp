#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "arcuate/core/error.hpp"
#include "arcuate/core/suggest.hpp"
#include "sides.hpp"

namespace arcuate::compare {
namespace {

using analysis::Index;
using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

std::size_t variable_of(const Request& request, const io::RecordedSeries& series) {
  const std::vector<std::string>& names = series.variables;
  if (request.variable.empty() && names.size() == 1) return 0;
  const auto found = std::find(names.begin(), names.end(), request.variable);
  if (found != names.end()) return static_cast<std::size_t>(found - names.begin());
  const std::string place = fmt::format("{}: monitor {}", request.recording, series.name);
  if (request.variable.empty())
    throw ConfigError(fmt::format("{}: has several variables: choose one with --variable ({})",
                                  place, fmt::join(names, ", ")));
  throw ConfigError(fmt::format("{}: there is no variable '{}'{}", place, request.variable,
                                hint(request.variable, names)));
}

/// The first sample at `from` or later.
std::size_t first_of(const Request& request, const io::RecordedRun& run,
                     const io::RecordedSeries& series) {
  if (!(request.from > 0.0)) return 0;
  std::vector<double> times(series.samples);
  run.read_times(series, 0, times);
  const double little = 1e-6 * series.period;
  const auto first = std::lower_bound(times.begin(), times.end(), request.from - little);
  if (times.end() - first < 2)
    throw ConfigError(fmt::format("--from {}: monitor {} has samples from {} to {} s", request.from,
                                  series.name, times.empty() ? 0.0 : times.front(),
                                  times.empty() ? 0.0 : times.back()));
  return static_cast<std::size_t>(first - times.begin());
}

}  // namespace

const io::Array& Targets::read(const std::string& where, const std::vector<std::string>& usual) {
  const auto known = arrays_.find(where);
  if (known != arrays_.end()) return known->second;
  return arrays_.emplace(where, io::read_array(where, usual)).first->second;
}

Simulated simulated_of(const Request& request) {
  const io::RecordedRun run(request.recording);
  const io::RecordedSeries& series = run.series_called(request.monitor);
  const std::size_t chosen = variable_of(request, series);
  const std::size_t first = first_of(request, run, series);
  if (series.samples - first < 2)
    throw DataError(fmt::format("{}: monitor {}: {} samples are too few to compare",
                                request.recording, series.name, series.samples));
  std::vector<std::size_t> columns(series.labels.size());
  for (std::size_t c = 0; c < columns.size(); ++c)
    columns[c] = c;
  const std::size_t count = series.samples - first;
  const std::vector<double> values = run.read(series, chosen, columns, first, count);
  return {run.path,
          run.title,
          series,
          run.connectome.hemisphere,
          series.variables[chosen],
          Eigen::Map<const Matrix>(values.data(), static_cast<Index>(count),
                                   static_cast<Index>(columns.size()))};
}

bool is_samples(const io::Array& array) {
  return array.series || (!array.is_list() && !array.is_square());
}

Matrix as_samples(const io::Array& array, const Simulated& simulated, Comparison& result) {
  const Index rows = array.shape[0];
  const Index columns = array.shape.size() == 1 ? 1 : array.shape[1];
  Matrix samples = Eigen::Map<const RowMajor>(array.values.data(), rows, columns);
  const Index n = simulated.columns();
  const bool labelled = rows != columns && array.labels.size() == static_cast<std::size_t>(rows);
  const bool turned = !array.series && (labelled || (columns != n && rows == n));
  if (turned) {
    samples.transposeInPlace();
    result.notes.push_back(
        fmt::format("{}: {} is taken as (region, time)", array.name, array.size()));
  }
  if (array.labels.size() == static_cast<std::size_t>(samples.cols())) {
    Matrix ordered(samples.rows(), n);
    const auto place = io::matched(simulated.labels(), array.labels, array.name);
    for (Index c = 0; c < n; ++c)
      ordered.col(c) = samples.col(static_cast<Index>(place[static_cast<std::size_t>(c)]));
    return ordered;
  }
  if (samples.cols() != n)
    throw DataError(fmt::format("{}: has size {}: expected (time, region) of {} regions",
                                array.name, array.size(), n));
  if (!array.labels.empty())
    throw DataError(fmt::format("{}: {} labels, {} columns: expected a label for each region",
                                array.name, array.labels.size(), samples.cols()));
  result.notes.push_back(array.name + ": has no labels: regions are taken in their order");
  return samples;
}

}  // namespace arcuate::compare
