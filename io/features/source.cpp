#include "source.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "arcuate/core/suggest.hpp"
#include "pairs.hpp"
#include "table.hpp"

namespace arcuate::io {
namespace {

using analysis::Index;
using analysis::Input;
using analysis::OptionInfo;
using analysis::OptionType;

constexpr std::array sources{
    OptionInfo{"name", OptionType::text, "", "", "",
               "of its group in `/features`; none: that of the feature"},
    OptionInfo{"monitor", OptionType::text, "", "", "",
               "whose samples it is of; none: the only one"},
    OptionInfo{"variable", OptionType::text, "", "", "", "of that monitor; none: the only one"},
    OptionInfo{"from", OptionType::number, "s", "", "", "first time that counts; none: all"},
    OptionInfo{"until", OptionType::number, "s", "", "", "last time that counts; none: all"},
    OptionInfo{
        "pairs", OptionType::text, "", "all", "",
        "of regions: all, within_hemispheres, no_homotopic (the same region of both sides), or "
        "a file with a symmetric matrix of 0 and 1"}};

const RecordedSeries& series_of(const std::vector<RecordedSeries>& all,
                                const FeatureRequest& request) {
  std::vector<std::string> names;
  for (const RecordedSeries& one : all)
    names.push_back(one.name);
  if (names.empty()) throw ConfigError("there are no monitors");
  if (!request.options.has("monitor")) {
    if (names.size() == 1) return all.front();
    throw ConfigError(fmt::format("monitor: is missing, and there are several (allowed: {})",
                                  fmt::join(names, ", ")));
  }
  const std::string& name = request.options.word("monitor");
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) {
    throw ConfigError(fmt::format("monitor: there is no monitor '{}'{}", name, hint(name, names)));
  }
  return all[static_cast<std::size_t>(found - names.begin())];
}

std::size_t variable_of(const RecordedSeries& series, const FeatureRequest& request) {
  const std::vector<std::string>& names = series.variables;
  if (!request.options.has("variable")) {
    if (names.size() == 1) return 0;
    throw ConfigError(fmt::format("variable: is missing, and '{}' has several (allowed: {})",
                                  series.name, fmt::join(names, ", ")));
  }
  const std::string& name = request.options.word("variable");
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) {
    throw ConfigError(
        fmt::format("variable: '{}' has no variable '{}'{}", series.name, name, hint(name, names)));
  }
  return static_cast<std::size_t>(found - names.begin());
}

/// Samples that count: first and how many.
std::pair<std::size_t, std::size_t> samples_of(const RecordedSeries& series,
                                               const FeatureRequest& request) {
  const double rounding = 1e-6;  // of a sample
  const auto place = [&](double time) { return (time - series.first_time) / series.period; };
  const auto last = static_cast<double>(series.samples) - 1.0;
  double from = 0.0;
  double until = last;
  if (request.options.has("from"))
    from = std::max(0.0, std::ceil(place(request.options.number("from")) - rounding));
  if (request.options.has("until"))
    until = std::min(last, std::floor(place(request.options.number("until")) + rounding));
  if (until - from < 1.0) {
    throw ConfigError(fmt::format(
        "fewer than two samples of '{}' lie between `from` and `until` (it has {}, from {:.6g} s "
        "to "
        "{:.6g} s)",
        series.name, series.samples, series.first_time, series.first_time + last * series.period));
  }
  return {static_cast<std::size_t>(from), static_cast<std::size_t>(until - from) + 1};
}

analysis::Matrix distances(const network::Connectome& connectome, const RecordedSeries& series) {
  if (connectome.centres.empty() || series.columns.empty()) {
    throw ConfigError(series.columns.empty()
                          ? "the columns of '" + series.name + "' are no regions, and have no place"
                          : "the connectome does not say where regions are (centres)");
  }
  const Index n = std::ssize(series.columns);
  const auto centre = [&](Index column) {
    const GlobalIndex region = series.columns[static_cast<std::size_t>(column)];
    return Eigen::Map<const Eigen::Vector3d>(
        connectome.centres[static_cast<std::size_t>(region)].data());
  };
  analysis::Matrix distance(n, n);
  for (Index j = 0; j < n; ++j) {
    for (Index i = 0; i < n; ++i)
      distance(i, j) = (centre(i) - centre(j)).norm();
  }
  return distance;
}

}  // namespace

std::span<const OptionInfo> source_options() {
  return sources;
}

Source source_of(const std::vector<RecordedSeries>& all, const FeatureRequest& request) {
  const RecordedSeries& series = series_of(all, request);
  const auto [first, count] = samples_of(series, request);
  return {series, variable_of(series, request), first, count};
}

Input frame_of(const network::Connectome& connectome, const FeatureRequest& request,
               const Source& source) {
  const RecordedSeries& series = source.series;
  Input input;
  input.rate = 1.0 / series.period;
  input.first_time = series.first_time + static_cast<double>(source.first) * series.period;
  input.unit = source.variable < series.units.size() ? series.units[source.variable] : "1";
  input.labels = series.labels;
  input.expected = static_cast<Index>(source.count);
  if (request.feature->of_pairs)
    input.mask = pairs_of(connectome, series, request.options.word("pairs"));
  if (request.feature->needs_distance) input.distance = distances(connectome, series);
  return input;
}

void note_doubts(const FeatureRequest& request, const Input& frame, analysis::Result& result) {
  const analysis::Options& options = request.options;
  const auto note = [&](const std::string& words) {
    result.notes.push_back(std::string(request.feature->name) + ": " + words);
  };
  const bool filtered = options.has("band");
  const bool pairs = request.feature->of_pairs || request.feature->of_phases;
  if (pairs && frame.labels.size() < 2) note("one signal has nothing to be compared with");
  if (!filtered && (options.whole("order") != 2 || options.word("filter") != "zero_phase"))
    note("`order` and `filter` are of a `band`, and none is given");
  if (!request.feature->of_phases) return;
  if (options.has("phase") && options.word("phase") == "signal") {
    if (frame.unit != "rad")
      note("phase: signal: the signal is in " + (frame.unit == "1" ? "no unit" : frame.unit) +
           ", and a phase in rad");
  } else if (!filtered) {
    note("phases of a signal that no `band` was filtered of");
  }
}

}  // namespace arcuate::io
