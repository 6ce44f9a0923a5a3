#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "arcuate/analysis/spike_stream.hpp"

namespace arcuate::io {

/// The spikes of a run that goes on, in a file beside its recording in progress, so that memory and
/// checkpoints do not grow with them. It is removed with this object unless keep() was called.
class SpikeLog {
 public:
  /// How far a list has come, and what it must be to go on with it.
  struct Position {
    std::uint64_t count = 0;
    std::uint64_t sum = 0;  ///< checksum
  };

  /// "FILE.spikes" of a recording in progress.
  static std::string name_for(const std::string& partial);

  /// A new list. Throws EnvironmentError.
  explicit SpikeLog(const std::string& partial);
  /// Goes on with the one that is there; what comes behind the position is dropped. Throws
  /// DataError: it is not there, or is another.
  SpikeLog(const std::string& partial, const Position& position);
  ~SpikeLog();
  SpikeLog(const SpikeLog&) = delete;
  SpikeLog& operator=(const SpikeLog&) = delete;

  /// By step and then neuron, behind those that are there.
  void append(const std::vector<std::int64_t>& step, const std::vector<std::int32_t>& neuron);
  [[nodiscard]] Position position() const;
  /// To the disk; the file stays from now on, whatever happens.
  void keep();
  /// The recording is whole: the file goes.
  void discard();

  /// Some spikes from number `at` on; valid until the next call.
  [[nodiscard]] analysis::SpikePiece read(std::size_t at, std::size_t most) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// The list of a run that goes on, or that was interrupted, as far as it is written.
class SpikeListReader {
 public:
  /// neurons: how many there are. Throws DataError: a neuron that is not there, steps that do not
  /// ascend. EnvironmentError.
  SpikeListReader(const std::string& file, GlobalIndex neurons);
  ~SpikeListReader();
  SpikeListReader(const SpikeListReader&) = delete;
  SpikeListReader& operator=(const SpikeListReader&) = delete;

  [[nodiscard]] std::size_t count() const;
  /// One past the last step that has a spike, 0 where there is none.
  [[nodiscard]] Step end() const;
  /// Some spikes from number `at` on; valid until the next call.
  [[nodiscard]] analysis::SpikePiece read(std::size_t at, std::size_t most) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// The newest list of spikes of a run to this output that is not whole yet, or "".
std::string list_of_running(const std::string& output);

}  // namespace arcuate::io
