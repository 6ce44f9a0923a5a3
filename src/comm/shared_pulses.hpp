#pragma once

#include <mpi.h>

#include <atomic>
#include <cstddef>
#include <vector>

#include "arcuate/comm/communicator.hpp"
#include "arcuate/core/pulse.hpp"

namespace arcuate::comm {

/// What the ranks of a machine share besides their pulses.
struct alignas(64) Word {
  std::atomic<bool> is_said{false};  ///< one of them has said what is wrong
};

/// The pulses of all ranks of a machine in memory that all of them see, by their place on it; that
/// of this process is there while this lives. Where such memory cannot be had, a rank sees itself
/// alone.
class SharedPulses {
 public:
  /// Collective.
  explicit SharedPulses(const Communicator& comm);
  /// Collective, unless an exception is unwinding.
  ~SharedPulses();
  SharedPulses(const SharedPulses&) = delete;
  SharedPulses& operator=(const SharedPulses&) = delete;

  [[nodiscard]] int place() const { return place_; }
  [[nodiscard]] int size() const { return size_; }
  [[nodiscard]] bool is_whole() const { return is_whole_; }  ///< all ranks are on this machine
  [[nodiscard]] const core::Pulse& operator[](int place) const { return pulses_[place]; }
  [[nodiscard]] Word& word() const { return *word_; }

 private:
  void* shared(std::size_t bytes);

  MPI_Comm machine_ = MPI_COMM_NULL;
  MPI_Win window_ = MPI_WIN_NULL;
  std::vector<std::byte> own_;
  Word* word_ = nullptr;
  core::Pulse* pulses_ = nullptr;
  int place_ = 0, size_ = 1;
  bool is_whole_ = true;
};

}  // namespace arcuate::comm
