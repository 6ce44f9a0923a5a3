#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "arcuate/comm/communicator.hpp"
#include "arcuate/core/names.hpp"
#include "arcuate/engine/spec.hpp"
#include "arcuate/io/output.hpp"
#include "arcuate/monitor/spec.hpp"
#include "arcuate/network/connectome.hpp"

/// Recordings: HDF5 under a temporary name, renamed when whole (docs/file-formats.md).
namespace arcuate::io {

/// In which precision samples are kept; they are computed in double.
enum class Storage { double_precision, single_precision };
/// Of one number.
constexpr std::size_t bytes_of(Storage storage) {
  return storage == Storage::double_precision ? sizeof(double) : sizeof(float);
}

/// A stimulus as it acted: its time course before the weights of the regions.
struct RecordedStimulus {
  std::string model;
  std::string target;
  std::string unit;
  std::string kind;            ///< of the target: input, parameter or state
  std::string equation;        ///< in words, with its parameters
  std::vector<double> weight;  ///< (n_regions) 0 where it does not act
  std::vector<double> time;    ///< (n_points) [s] ascending
  std::vector<double> value;   ///< (n_points) [unit]
};

/// The stimuli of all models, sampled at every step; of long runs the extremes of 4096 pieces.
std::vector<RecordedStimulus> recorded_stimuli(const engine::SimulationSpec& simulation,
                                               GlobalIndex n_regions);

struct RecordingHeader {
  std::string study;  ///< the normalised study file
  std::string title;
  std::string model;
  std::string plugin;  ///< absolute path of the library that holds the model, or ""
  std::string plugin_sha256;
  std::string connectome_plugin;  ///< of the library that built the connectome, or ""
  std::string connectome_plugin_sha256;
  std::string table;  ///< absolute path of the table that the model looks up, or ""
  std::string table_sha256;
  std::uint64_t seed = 0;
  double dt = 0.0;        ///< [ms]
  double duration = 0.0;  ///< [s]
  std::string precision;  ///< of the computation
  Storage storage = Storage::double_precision;
  int ranks = 1;
  int threads = 1;
  std::string partition_method;
  std::vector<std::int32_t> owner;     ///< (n_regions) rank of each region
  std::vector<std::string> models;     ///< names, when there are several
  std::vector<std::int32_t> model_of;  ///< (n_regions) position in `models`
  std::string recovered{};             ///< how much of an interrupted run this is, in words, or ""
  std::string continues;               ///< the recording from whose end this one goes on, or ""
  std::vector<RecordedStimulus> stimuli;  ///< needed on rank 0 only
};

/// Figures known only at the end.
struct RunFigures {
  double wall_seconds = 0.0;
  double setup_seconds = 0.0;
  std::int64_t steps = 0;
  std::int64_t messages = 0;
  std::int64_t message_bytes = 0;
  std::int64_t peak_memory_bytes = 0;  ///< sum over ranks
  std::string parts;  ///< JSON: who simulated which steps, when that were several runs; else ""
};

/// Puts the final state of a simulation, a checkpoint, into a recording that is not yet in place.
/// Throws EnvironmentError.
void keep_state(const std::string& recording, const std::string& checkpoint);
/// Adds to a recording that is closed a checksum of all that has none of its own: everything but
/// samples and the final state. Throws EnvironmentError.
void seal_recording(const std::string& recording);
/// Whether a file ends as a recording does, whatever else it is.
bool ends_as_recording(const std::string& path);
/// Where it is in a whole recording. [bytes] Throws ConfigError when there is none; DataError.
struct StatePlace {
  std::int64_t offset = 0, size = 0;
};
StatePlace state_of_recording(const std::string& recording);

/// How far a recording has come, and what it must be to go on with it.
struct RecordingPosition {
  std::string partial;             ///< name of its file in the folder of the output
  std::string identity;            ///< its attribute `identity`
  std::vector<Step> samples;       ///< (n_series) that are in the file
  std::vector<std::int64_t> sums;  ///< (n_series) checksums of them (docs/file-formats.md)
};

/// Beside a recording in progress that was about to be completed: what it was before.
std::string name_of_what_was(const std::string& partial);

/// Throws DataError when a recording in progress is not the one, or its samples are not those that
/// were there. series: those that are wanted of it, of no more samples.
void require_recording(const std::string& partial, const RecordingPosition& position,
                       const std::vector<monitor::SeriesInfo>& series);

/// Writes /connectome, /partition and /monitors/NAME. Samples are written by a thread of their own
/// (docs/decisions/recordings.md), so that what goes wrong shows at a later call. All calls are
/// collective.
class RecordingWriter : public monitor::SampleSink {
 public:
  /// Creates everything whose size is known in the temporary file of the output, which rank 0 has
  /// claimed (others pass none). The connectome is complete on rank 0. Throws EnvironmentError
  /// naming call and file; all ranks or none.
  RecordingWriter(const comm::Communicator& comm, Output output, const RecordingHeader& header,
                  const network::Connectome& connectome, std::vector<monitor::SeriesInfo> series);
  /// Goes on with a recording: the output has taken its file over, and the samples before
  /// `position` are those that were written. Throws DataError, on all ranks, when they are not.
  RecordingWriter(const comm::Communicator& comm, Output output, const RecordingHeader& header,
                  std::vector<monitor::SeriesInfo> series, const RecordingPosition& position);
  /// A new recording of a longer run, which has the samples of a shorter one before it: its series
  /// are the same but for their number of samples. Throws DataError, on all ranks, when the samples
  /// are not those that were there.
  RecordingWriter(const comm::Communicator& comm, Output output, const RecordingHeader& header,
                  const network::Connectome& connectome, std::vector<monitor::SeriesInfo> series,
                  const std::string& shorter, const RecordingPosition& position);
  /// Removes the temporary file unless finish() was reached, or keep_partial() was called.
  ~RecordingWriter() override;
  RecordingWriter(const RecordingWriter&) = delete;
  RecordingWriter& operator=(const RecordingWriter&) = delete;

  void append(int series, Step first_sample, Step n_samples, std::vector<double>& data,
              const std::vector<GlobalIndex>& owned) override;
  /// Of everything that was appended, which is in the file then, but perhaps not yet on the disk.
  RecordingPosition position();
  /// What this rank appended before position() goes to the disk. Not collective; any thread may
  /// call it. Throws EnvironmentError.
  void sync() const;
  /// Where the samples of each series begin in the file in progress, for who reads them meanwhile.
  /// [bytes], below 0: not recorded
  [[nodiscard]] const std::vector<std::int64_t>& places() const;
  [[nodiscard]] const std::string& temporary() const;  ///< the file in progress
  /// From now on the file in progress stays, whatever happens: a checkpoint goes on with it.
  void keep_partial();

  /// Waits for the samples, writes the figures, closes, checks and renames. last: what rank 0 adds
  /// to the file before it gets its name, which it gets even where that throws; it may still change
  /// the figures.
  void finish(const RunFigures& figures,
              const std::function<void(const std::string& file)>& last = nullptr);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace arcuate::io

namespace arcuate::core {

template <>
struct Names<io::Storage> {
  using Kind = io::Storage;
  static constexpr std::array table{
      Name{Kind::double_precision, "double", "64 bits, as they are computed"},
      Name{Kind::single_precision, "single", "32 bits: half the file, seven digits"}};
};

}  // namespace arcuate::core
