#include "arcuate/io/features.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <numeric>

#include "arcuate/analysis/plugin.hpp"
#include "arcuate/analysis/stream.hpp"
#include "arcuate/core/error.hpp"
#include "arcuate/io/output.hpp"
#include "arcuate/io/recorded_run.hpp"
#include "arcuate/io/recording.hpp"
#include "source.hpp"
#include "write.hpp"

namespace arcuate::io {
namespace {

using analysis::Index;
using analysis::Input;

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

ComputedFeature compute(const RecordedRun& run, const FeatureRequest& request) {
  return at_place(request, [&] {
    const Source source = source_of(run.series, request);
    ComputedFeature done{request,
                         source.series,
                         source.variable,
                         source.count,
                         frame_of(run.connectome, request, source),
                         {}};
    done.result = result_of(run, request, source, done.frame);
    analysis::require_sound(*request.feature, done.result);
    note_doubts(request, done.frame, done.result);
    return done;
  });
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
      write_feature(features, compute(run, request), notes);
    file.flush();
  }
  if (!beside) seal_recording(output.temporary());
  output.publish();
  return notes;
}

}  // namespace arcuate::io
