#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "arcuate/comm/communicator.hpp"
#include "arcuate/core/types.hpp"

/// Checkpoints: the state of a simulation between two steps, region by region, so that any number
/// of ranks, threads and parts can write and read one (docs/file-formats.md).
namespace arcuate::io {

/// One piece of a run: who simulated which steps.
struct RunPart {
  Step from = 0, to = 0;
  int ranks = 1, threads = 1;
  double wall_seconds = 0.0;
  std::string version;
};

/// What a checkpoint says of its run.
struct CheckpointHeader {
  std::string version;      ///< of Arcuate
  std::string created;      ///< ISO 8601
  std::string study;        ///< normalised
  std::string fingerprint;  ///< of all that the study resolves to, but its duration
  std::string connectome;   ///< checksums of weights, delays and who is connected to whom
  std::string form;         ///< fingerprint of what its numbers are, without those of the study
  std::string monitors;     ///< fingerprint of the monitors
  Step step = 0;
  double dt = 0.0;                 ///< [ms]
  Step steps = 0;                  ///< of the whole study
  std::string partial;             ///< file name of the recording in progress, beside it
  std::string recording;           ///< its identity
  std::vector<Step> samples;       ///< (n_series) that are in the recording
  std::vector<std::int64_t> sums;  ///< (n_series) of those samples (io::SampleSums)
  std::vector<RunPart> parts;      ///< so far
  bool overwrites = false;         ///< the run may replace a recording
};

/// As JSON.
std::string text_of(const std::vector<RunPart>& parts);

/// Numbers that belong to no region.
struct SharedNumbers {
  std::string name;
  std::vector<double> values;
};

/// Of one region, beside its numbers: those of the simulation, then those of the monitors.
struct SavedRegion {
  std::int32_t longest_lag = 0;  ///< [steps] how far its history reaches back
  std::int64_t of_monitors = 0;  ///< numbers
};
/// Appends the numbers of one region.
using SaveRegion = std::function<SavedRegion(std::size_t position, std::vector<double>& values)>;

/// The files of the checkpoints of one output: the newest, then those before it.
std::vector<std::string> checkpoint_files(const std::string& output, int keep);

/// Of a checkpoint that is not whole yet.
std::string name_while_written(const std::string& file);

/// [bytes] that writing one takes on a rank with so many regions: numbers on their way, and what
/// the index says of each.
constexpr std::int64_t bytes_while_written(GlobalIndex regions) {
  return (std::int64_t{1} << 20U) + 100 * regions;
}

/// What goes into a checkpoint.
struct CheckpointContent {
  CheckpointHeader header;               ///< of rank 0
  std::vector<SharedNumbers> shared;     ///< of rank 0
  std::span<const GlobalIndex> owned{};  ///< (n_owned) this rank's regions, in any order
  GlobalIndex n_regions = 0;             ///< of all ranks
  SaveRegion save;                       ///< asked twice for each position; gives the same
};

struct CheckpointSize {
  std::int64_t bytes = 0;
  double seconds = 0.0;  ///< from the beginning until it had its name
  double waited = 0.0;   ///< of which the caller could do nothing else
};

/// Writes a checkpoint beside the others and, when it is whole and on the disk, makes it the first
/// of its files, those before it each the next. Until then those that were there are as before.
class CheckpointWriter {
 public:
  enum class Manner {
    at_once,  ///< the constructor returns when the numbers are written
    beside    ///< they are copied, where every machine has room for that, and written by a thread
  };
  /// files: (>= 1) the newest, then those before it; the same on all ranks. first: what each rank
  /// has to do before the checkpoint is worth anything, by the thread that writes. Throws
  /// EnvironmentError, on all ranks: the disk. Collective.
  CheckpointWriter(const comm::Communicator& comm, std::vector<std::string> files,
                   const CheckpointContent& content, Manner manner,
                   std::function<void()> first = nullptr);
  /// Waits for the thread. What is not finished is given up.
  ~CheckpointWriter();
  CheckpointWriter(const CheckpointWriter&) = delete;
  CheckpointWriter& operator=(const CheckpointWriter&) = delete;

  /// go_on() does not wait for this rank: what it writes is written, or has failed to be.
  [[nodiscard]] bool done() const;
  /// The next step: what comes before the numbers is written once they are, then the file gets its
  /// name. True: it has it. Throws EnvironmentError, on all ranks. Collective.
  bool go_on();
  /// All steps, and waits until they are on the disk. Throws EnvironmentError, on all ranks.
  /// Collective.
  void finish();
  /// What it has cost so far.
  [[nodiscard]] CheckpointSize size() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// A checkpoint that is read. Every number is checked when it is read.
class Checkpoint {
 public:
  /// Throws DataError: damaged, truncated, another format; EnvironmentError: it cannot be read.
  explicit Checkpoint(const std::string& path);
  /// The same of a part of a file. [bytes]
  Checkpoint(const std::string& path, std::int64_t offset, std::int64_t size);
  ~Checkpoint();
  Checkpoint(Checkpoint&& other) noexcept;
  Checkpoint& operator=(Checkpoint&& other) noexcept;

  [[nodiscard]] const std::string& path() const;
  [[nodiscard]] const CheckpointHeader& header() const;
  [[nodiscard]] GlobalIndex n_regions() const;
  /// Throws DataError: there are none of that name, or they are damaged.
  [[nodiscard]] std::vector<double> shared(const std::string& name) const;
  struct Region {
    std::int32_t longest_lag = 0;      ///< [steps]
    std::span<const double> values;    ///< of the simulation; until the next call
    std::span<const double> monitors;  ///< of the monitors
  };
  /// Throws DataError: damaged.
  [[nodiscard]] Region region(GlobalIndex region) const;
  /// Reads all of it. Throws DataError: damaged, naming the place.
  void verify() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Whether the file begins as a checkpoint does.
bool is_checkpoint(const std::string& path);

}  // namespace arcuate::io
