#pragma once

#include <atomic>
#include <cstdint>

/// What a process is at, for those that watch it (comm/watchdog.hpp).
namespace arcuate::core {

enum class Doing : std::int32_t {
  computing,
  waiting,   ///< for a message of one rank
  agreeing,  ///< waits for all ranks
  writing,   ///< files, which may take long
  deciding   ///< on what is evaluated next, which may take long
};

/// Lock-free, so that it may lie in memory that processes share. One thread says what it does and
/// how far it is; any may say that something moves.
struct alignas(64) Pulse {
  std::atomic<std::int64_t> step{0};   ///< of the simulation
  std::atomic<std::int64_t> beats{0};  ///< whatever else moves
  std::atomic<Doing> doing{Doing::computing};
  std::atomic<std::int32_t> partner{-1};  ///< the rank that is waited for
  std::atomic<std::int32_t> rank{0};
  std::atomic<std::int32_t> process{0};
  std::atomic<bool> is_watched{false};
};
static_assert(std::atomic<std::int64_t>::is_always_lock_free &&
              std::atomic<Doing>::is_always_lock_free && std::atomic<bool>::is_always_lock_free);

namespace detail {
inline Pulse own_pulse;
inline std::atomic<Pulse*> current_pulse{&own_pulse};
}  // namespace detail

/// That of this process.
inline Pulse& pulse() {
  return *detail::current_pulse.load(std::memory_order_relaxed);
}
/// From now on it is there; nullptr: in memory of its own. Not while others use it.
inline void move_pulse(Pulse* to) {
  detail::current_pulse = to != nullptr ? to : &detail::own_pulse;
}

/// Costs a store.
inline void note_step(std::int64_t step) {
  pulse().step.store(step, std::memory_order_relaxed);
}
inline void beat() {
  pulse().beats.fetch_add(1, std::memory_order_relaxed);
}

/// What the process does while this lives.
class While {
 public:
  explicit While(Doing doing, int partner = -1)
      : doing_(pulse().doing.load(std::memory_order_relaxed)),
        partner_(pulse().partner.load(std::memory_order_relaxed)) {
    set(doing, partner);
  }
  ~While() { set(doing_, partner_); }
  While(const While&) = delete;
  While& operator=(const While&) = delete;

 private:
  static void set(Doing doing, int partner) {
    Pulse& mine = pulse();
    mine.partner.store(partner, std::memory_order_relaxed);
    mine.doing.store(doing, std::memory_order_relaxed);
  }
  Doing doing_;
  std::int32_t partner_;
};

}  // namespace arcuate::core
