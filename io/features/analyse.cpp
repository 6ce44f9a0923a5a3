#include "arcuate/io/features.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <numeric>

#include "arcuate/analysis/stream.hpp"
#include "arcuate/core/error.hpp"
#include "arcuate/io/output.hpp"
#include "arcuate/io/recorded_run.hpp"
#include "arcuate/core/suggest.hpp"
#include "pairs.hpp"
#include "table.hpp"
#include "write.hpp"

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

/// Begins what is wrong with a request with its place.
template <class Do>
auto at_place(const FeatureRequest& request, const Do& work) {
  try {
    return work();
  } catch (const ConfigError& error) {
    throw ConfigError(request.place + error.what());
  } catch (const DataError& error) {
    throw DataError(request.place + error.what());
  }
}

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

struct Source {
  const RecordedSeries& series;
  std::size_t variable;
  std::size_t first, count;
};

Source source_of(const std::vector<RecordedSeries>& all, const FeatureRequest& request) {
  const RecordedSeries& series = series_of(all, request);
  const auto [first, count] = samples_of(series, request);
  return {series, variable_of(series, request), first, count};
}

/// All but the samples.
Input frame_of(const network::Connectome& connectome, const FeatureRequest& request,
               const Source& source) {
  const RecordedSeries& series = source.series;
  Input input;
  input.rate = 1.0 / series.period;
  input.first_time = series.first_time + static_cast<double>(source.first) * series.period;
  input.unit = source.variable < series.units.size() ? series.units[source.variable] : "1";
  input.labels = series.labels;
  if (request.feature->of_pairs)
    input.mask = pairs_of(connectome, series, request.options.word("pairs"));
  if (request.feature->needs_distance) input.distance = distances(connectome, series);
  return input;
}

/// (count, n_columns) Samples from `first` of those that count.
analysis::Matrix read_samples(const RecordedRun& run, const Source& source, std::size_t first,
                              std::size_t count) {
  std::vector<std::size_t> columns(source.series.labels.size());
  std::iota(columns.begin(), columns.end(), std::size_t{0});
  const std::vector<double> values =
      run.read(source.series, source.variable, columns, source.first + first, count);
  return Eigen::Map<const analysis::Matrix>(values.data(), static_cast<Index>(count),
                                            std::ssize(columns));
}

/// Of samples as they are read where that is possible, else of all at once.
analysis::Result result_of(const RecordedRun& run, const FeatureRequest& request,
                           const Source& source, const Input& frame) {
  const auto accumulator = analysis::accumulator_of(*request.feature, frame, request.options);
  if (accumulator == nullptr) {
    Input input = frame;
    input.series =
        analysis::prepare(read_samples(run, source, 0, source.count), frame.rate, request.options);
    return request.feature->compute(input, request.options);
  }
  constexpr std::size_t at_a_time = 4096;
  for (std::size_t first = 0; first < source.count; first += at_a_time) {
    accumulator->push(read_samples(run, source, first, std::min(at_a_time, source.count - first)));
  }
  return accumulator->finish();
}

/// A feature that is computed and not yet written.
struct Computed {
  RecordedSeries series;
  std::size_t variable = 0;
  std::size_t samples = 0;
  Input frame;  ///< without samples
  analysis::Result result;
};

Computed compute(const RecordedRun& run, const FeatureRequest& request) {
  return at_place(request, [&] {
    const Source source = source_of(run.series, request);
    Computed done{source.series,
                  source.variable,
                  source.count,
                  frame_of(run.connectome, request, source),
                  {}};
    done.result = result_of(run, request, source, done.frame);
    if (request.feature->of_phases && !request.options.has("band") &&
        (!request.options.has("phase") || request.options.word("phase") == "hilbert")) {
      done.result.notes.push_back(std::string(request.feature->name) +
                                  ": phases of a signal that no `band` was filtered of");
    }
    return done;
  });
}

/// Adds what a user should know to `notes`.
void write(const hdf5::Object& file, const FeatureRequest& request, const Computed& done,
           std::vector<std::string>& notes) {
  write_feature(file.open_group("features"), request,
                {done.series, done.variable, done.samples, done.frame}, done.result);
  for (const std::string& note : done.result.notes)
    notes.push_back(request.place + note);
}

/// A feature of a few signals that are as long as those to come: what its options cannot mean
/// shows before hours of computing.
void try_out(const network::Connectome& connectome, const FeatureRequest& request,
             const Source& source) {
  Input input = frame_of(connectome, request, source);
  const Index regions = std::min<Index>(3, std::ssize(input.labels));
  analysis::Matrix signals(static_cast<Index>(source.count), regions);
  for (Index i = 0; i < regions; ++i) {
    for (Index n = 0; n < signals.rows(); ++n) {
      const auto t = static_cast<double>(n);
      signals(n, i) = std::sin(0.7 * t + static_cast<double>(i)) +
                      std::sin(0.0019 * t * t * static_cast<double>(i + 1));
    }
  }
  input.mask = {};
  if (input.distance.size() > 0) input.distance = analysis::Matrix::Ones(regions, regions);
  input.series = analysis::prepare(std::move(signals), input.rate, request.options);
  if (request.feature->check != nullptr) {
    request.feature->check(input, request.options);
  } else {
    static_cast<void>(request.feature->compute(input, request.options));
  }
}

/// A copy of the recording, or a file of features alone.
hdf5::Object open_output(const Output& output, const RecordedRun& run, bool beside) {
  if (beside) {
    hdf5::Object file = hdf5::create_file(output.temporary());
    file.set("format", std::string("arcuate features 1"));
    file.set("recording", std::filesystem::absolute(run.path).string());
    static_cast<void>(file.create_group("features"));
    return file;
  }
  std::error_code failed;
  std::filesystem::copy_file(run.path, output.temporary(),
                             std::filesystem::copy_options::overwrite_existing, failed);
  if (failed) {
    throw EnvironmentError("copy: " + run.path + " to " + output.temporary() + ": " +
                           failed.message());
  }
  hdf5::Object file = hdf5::open_file(output.temporary(), hdf5::Access::write);
  if (!file.has("features")) static_cast<void>(file.create_group("features"));
  return file;
}

void make_room(const hdf5::Object& features, const FeatureRequest& request, bool overwrite) {
  if (!features.has(request.name)) return;
  if (!overwrite) {
    throw ConfigError(request.place + "the recording has a feature '" + request.name +
                      "' already (allowed: another `name`, or --overwrite)");
  }
  features.remove(request.name);
}

}  // namespace

std::span<const OptionInfo> source_options() {
  return sources;
}

void check_features(const std::vector<FeatureRequest>& requests,
                    const std::vector<RecordedSeries>& series,
                    const network::Connectome& connectome) {
  for (const FeatureRequest& request : requests)
    at_place(request, [&] { try_out(connectome, request, source_of(series, request)); });
}

std::vector<std::string> add_features(const std::string& recording,
                                      const std::vector<FeatureRequest>& requests) {
  std::vector<std::string> notes;
  for (const FeatureRequest& request : requests) {
    // A file is open for reading or for writing.
    const Computed done = compute(RecordedRun(recording), request);
    const hdf5::Object file = hdf5::open_file(recording, hdf5::Access::write);
    if (!file.has("features")) static_cast<void>(file.create_group("features"));
    write(file, request, done, notes);
    file.flush();
  }
  return notes;
}

std::vector<std::string> analyse(const std::string& recording,
                                 const std::vector<FeatureRequest>& requests,
                                 const FeatureOutput& wanted) {
  const RecordedRun run(recording);
  // What does not need the samples is checked before any of them is read.
  check_features(requests, run.series, run.connectome);
  const bool beside = !wanted.file.empty();
  std::vector<std::string> inputs = wanted.inputs;
  if (beside) inputs.push_back(recording);
  const OutputKind kind = beside ? OutputKind::features : OutputKind::recording;
  Output output(beside ? wanted.file : recording, {kind, !beside || wanted.overwrite, inputs});
  std::vector<std::string> notes;
  {
    const hdf5::Object file = open_output(output, run, beside);
    const hdf5::Object features = file.open_group("features");
    for (const FeatureRequest& request : requests)
      make_room(features, request, wanted.overwrite);
    for (const FeatureRequest& request : requests)
      write(file, request, compute(run, request), notes);
    file.flush();
  }
  output.publish();
  return notes;
}

}  // namespace arcuate::io
