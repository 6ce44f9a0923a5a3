#include "shared_pulses.hpp"

#include <unistd.h>

#include <exception>
#include <memory>
#include <new>

namespace arcuate::comm {

SharedPulses::SharedPulses(const Communicator& comm) {
  MPI_Comm_split_type(comm.handle(), MPI_COMM_TYPE_SHARED, comm.rank(), MPI_INFO_NULL, &machine_);
  MPI_Comm_rank(machine_, &place_);
  MPI_Comm_size(machine_, &size_);
  is_whole_ = size_ == comm.size();
  constexpr std::size_t line = alignof(core::Pulse);
  std::size_t room = sizeof(Word) + static_cast<std::size_t>(size_) * sizeof(core::Pulse) + line;
  void* begin = size_ > 1 ? shared(room) : nullptr;
  if (begin == nullptr) {
    own_.resize(room);
    begin = own_.data();
    is_whole_ = is_whole_ && size_ == 1;
    place_ = 0;
    size_ = 1;
  }
  word_ = static_cast<Word*>(std::align(line, sizeof(Word), begin, room));
  pulses_ = reinterpret_cast<core::Pulse*>(word_ + 1);
  auto* mine = new (pulses_ + place_) core::Pulse;
  mine->rank = comm.rank();
  mine->process = ::getpid();
  if (place_ == 0) new (word_) Word;
  MPI_Barrier(machine_);
  core::move_pulse(mine);
}

/// Freeing is collective: it must not wait for ranks that did not fail.
SharedPulses::~SharedPulses() {
  core::move_pulse(nullptr);
  if (std::uncaught_exceptions() > 0) return;
  if (window_ != MPI_WIN_NULL) MPI_Win_free(&window_);
  MPI_Comm_free(&machine_);
}

/// nullptr: one of the ranks cannot have it.
void* SharedPulses::shared(std::size_t bytes) {
  void* begin = nullptr;
  MPI_Aint there = 0;
  int unit = 1;
  MPI_Comm_set_errhandler(machine_, MPI_ERRORS_RETURN);
  int failed =
      MPI_Win_allocate_shared(place_ == 0 ? static_cast<MPI_Aint>(bytes) : 0, 1, MPI_INFO_NULL,
                              machine_, static_cast<void*>(&begin), &window_);
  if (failed == MPI_SUCCESS)
    failed = MPI_Win_shared_query(window_, 0, &there, &unit, static_cast<void*>(&begin));
  int any = failed != MPI_SUCCESS ? 1 : 0;
  MPI_Allreduce(MPI_IN_PLACE, &any, 1, MPI_INT, MPI_MAX, machine_);
  return any == 0 ? begin : nullptr;
}

}  // namespace arcuate::comm
