#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "arcuate/comm/communicator.hpp"
#include "arcuate/io/features.hpp"
#include "arcuate/monitor/spec.hpp"

/// Features of a simulation while it runs: no file is written and no trajectory kept.
namespace arcuate::io {

/// Receives the samples of monitors, brings those that features are of to rank 0 in the order of
/// the columns, and hands them to the features:
///
///     io::FeatureSink features(comm, requests, recorder.series(labels), connectome);
///     while (simulation.now() < recorder.last_step()) {
///       simulation.run(recorder.next_flush(simulation.now()));
///       recorder.flush(features);
///     }
///     features.finish([&](const io::ComputedFeature& one) { ... });
///
/// Results do not depend on ranks, threads or how many samples come at a time, and are those of
/// `analyse` on a recording of the same samples. Features that need all samples at once keep those
/// that count, once for all features of a signal (FeatureMemory). Everything is computed by rank 0
/// on the threads of analysis::use_threads.
class FeatureSink final : public monitor::SampleSink {
 public:
  /// requests, labels of regions in `series`, connectome: of rank 0, whatever others have. Throws
  /// ConfigError, DataError on all ranks. `comm` must outlive this object. Collective.
  FeatureSink(const comm::Communicator& comm, const std::vector<FeatureRequest>& requests,
              const std::vector<monitor::SeriesInfo>& series,
              const network::Connectome& connectome);
  ~FeatureSink() override;

  void append(int series, Step first_sample, Step n_samples, std::vector<double>& data,
              const std::vector<GlobalIndex>& owned) override;

  /// What goes on from the samples taken so far; nothing on other ranks than 0.
  [[nodiscard]] std::vector<double> save();
  /// Goes on with it, in a sink of the same features that has taken nothing; on rank 0. Throws
  /// DataError when it is of other features, and ConfigError, with nothing changed, where a run of
  /// this length computes them in another way.
  void resume(std::span<const double> saved);

  /// After the last sample: computes the features and hands them on, in the order of the requests.
  /// Throws DataError, ConfigError where one cannot be computed, with its place; those before it
  /// were handed on. Nothing on other ranks than 0; not collective. Once.
  void finish(const std::function<void(const ComputedFeature& done)>& use);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Finishes features of a run whose recording is whole, nobody else's, and not yet in place, and
/// adds them to it. notes: what a user should know, of those before one that fails too. Throws as
/// FeatureSink::finish; features before one that fails are kept.
void write_features(const std::string& recording, FeatureSink& sink,
                    std::vector<std::string>& notes);

/// What a monitor of a running simulation hands on, as its recording would say it.
RecordedSeries recorded_series(const monitor::SeriesInfo& info);

}  // namespace arcuate::io
