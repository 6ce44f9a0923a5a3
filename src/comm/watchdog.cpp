#include "arcuate/comm/watchdog.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cmath>
#include <condition_variable>
#include <cstdio>
#include <fstream>
#include <initializer_list>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "arcuate/core/error.hpp"
#include "arcuate/core/leftovers.hpp"
#include "arcuate/core/pulse.hpp"
#include "arcuate/core/threads.hpp"
#include "shared_pulses.hpp"
#include "stall.hpp"

namespace arcuate::comm {
namespace {

using Clock = std::chrono::steady_clock;
using core::Doing;
using core::Pulse;

/// How a process is, by the letter of /proc; 0 where its number means something else here.
char state_of(int process) {
  std::ifstream in("/proc/" + std::to_string(process) + "/stat");
  std::string stat;
  std::getline(in, stat);
  const std::size_t end = stat.rfind(')');
  if (end == std::string::npos || end + 2 >= stat.size()) return 0;
  std::string name;
  std::getline(std::ifstream("/proc/self/comm"), name);
  return stat.find("(" + name + ")") != std::string::npos ? stat[end + 2] : '\0';
}

}  // namespace

class Watchdog::Impl {
 public:
  Impl(const Communicator& comm, double patience, std::string what)
      : pulses_(comm),
        patience_{patience, pulses_.is_whole()},
        what_(std::move(what)),
        known_(static_cast<std::size_t>(pulses_.size())) {
    try {
      thread_ = core::start_without_signals([this] { look_on(); });
    } catch (const EnvironmentError&) {
      // Where no thread can be started the job runs without.
    }
  }
  ~Impl() {
    {
      const std::lock_guard guard(mutex_);
      ending_ = true;
    }
    wake_.notify_all();
    if (thread_.joinable()) thread_.join();
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  void set_resumable() { resumable_ = true; }
  [[nodiscard]] std::string remark();

 private:
  struct Known {
    std::int64_t step = -1, beats = -1;
    double still = 0.0;
    std::array<std::int64_t, 5> found{};  ///< how often at what, by Doing
  };
  /// [s] between two looks. The lowest rank samples what ranks do; the others only guard.
  [[nodiscard]] double interval() const {
    return std::min(pulses_.place() == 0 ? 0.1 : 1.0, patience_.seconds / 10.0);
  }
  void look_on();
  void look(double passed);
  [[noreturn]] void end_all(const std::string& stall);

  SharedPulses pulses_;
  Patience patience_;
  std::string what_;
  std::vector<Known> known_;
  std::atomic<bool> resumable_{false};
  std::thread thread_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool ending_ = false;
};

void Watchdog::Impl::look_on() {
  std::unique_lock guard(mutex_);
  auto looked = Clock::now();
  while (!wake_.wait_for(guard, std::chrono::duration<double>(interval()),
                         [this] { return ending_; })) {
    const auto now = Clock::now();
    // A process that was stopped itself has not seen what others did meanwhile.
    look(std::min(std::chrono::duration<double>(now - looked).count(), 2.0 * interval()));
    looked = now;
  }
}

void Watchdog::Impl::look(double passed) {
  std::vector<Seen> all;
  for (int place = 0; place < pulses_.size(); ++place) {
    const Pulse& pulse = pulses_[place];
    Known& known = known_[static_cast<std::size_t>(place)];
    const bool is_watched = pulse.is_watched;
    const std::int64_t step = pulse.step, beats = pulse.beats;
    const Doing doing = pulse.doing;
    const bool moved = step != known.step || beats != known.beats || !is_watched;
    known.still = moved ? 0.0 : known.still + passed;
    known.step = step;
    known.beats = beats;
    if (is_watched) ++known.found.at(static_cast<std::size_t>(doing));
    all.push_back({pulse.rank, doing, pulse.partner, step, known.still, is_watched, 0});
  }
  // The lowest rank that can speaks first: files that must go are those of rank 0.
  Patience mine = patience_;
  constexpr double apart = 0.5;
  mine.seconds += apart * std::min(pulses_.place(), 8);
  if (!find_stall(all, mine, what_)) return;
  for (std::size_t place = 0; place < all.size(); ++place)
    all[place].state = state_of(pulses_[static_cast<int>(place)].process);
  if (const auto stall = find_stall(all, mine, what_)) end_all(*stall);
}

/// MPI is for the main thread, which is stuck. A launcher ends all ranks when one ends with an
/// error; where it does not, the watchdogs of the others do the same a moment later.
void Watchdog::Impl::end_all(const std::string& stall) {
  const ExitCode code = resumable_ ? ExitCode::stopped : ExitCode::environment;
  if (!pulses_.word().is_said.exchange(true)) {
    const std::string line =
        "arcuate: error: " + stall + ". All ranks are ended (--watchdog); " +
        (resumable_ ? "--resume goes on" : "there is no checkpoint to go on with") + "\n";
    static_cast<void>(!::write(STDERR_FILENO, line.data(), line.size()));
  }
  core::remove_leftovers();
  core::end_is_near(static_cast<int>(code));
  ::_exit(static_cast<int>(code));
}

std::string Watchdog::Impl::remark() {
  const std::lock_guard guard(mutex_);
  if (pulses_.place() != 0) return "";
  constexpr std::int64_t fewest = 10;
  const auto share = [](const Known& known, std::initializer_list<Doing> doings) {
    std::int64_t of = 0, all = 0;
    for (const std::int64_t found : known.found)
      all += found;
    for (const Doing doing : doings)
      of += known.found.at(static_cast<std::size_t>(doing));
    return all < fewest ? 0.0 : static_cast<double>(of) / static_cast<double>(all);
  };
  const auto percent = [](double value) {
    return std::to_string(std::lround(100.0 * value)) + " %";
  };
  double others = 0.0;
  int slow = -1, n_slow = 0;
  for (int place = 0; place < pulses_.size(); ++place) {
    const Known& known = known_[static_cast<std::size_t>(place)];
    const double written = share(known, {Doing::writing});
    if (written > 0.5)
      return "rank " + std::to_string(pulses_[place].rank) + " waited for the disk " +
             percent(written) + " of the time: its storage is slower than the simulation";
    if (share(known, {Doing::computing}) > 0.5) {
      slow = place;
      ++n_slow;
    } else {
      others += share(known, {Doing::waiting, Doing::agreeing});
    }
  }
  others /= std::max(1, pulses_.size() - 1);
  if (n_slow != 1 || others < 0.5) return "";
  return "rank " + std::to_string(pulses_[slow].rank) + " was the slowest: the others waited " +
         percent(others) + " of the time. Its processor is slower or shared, or its part larger";
}

Watchdog::Watchdog(const Communicator& comm, double patience, const std::string& what) {
  const double longest = comm.max(patience);
  if (longest > 0.0) impl_ = std::make_unique<Impl>(comm, longest, what);
}

Watchdog::~Watchdog() {
  watch(false);
}

void Watchdog::watch(bool is_in_loop) {
  if (impl_) core::pulse().is_watched = is_in_loop;
}

void Watchdog::set_resumable() {
  if (impl_) impl_->set_resumable();
}

std::string Watchdog::remark() const {
  return impl_ ? impl_->remark() : "";
}

}  // namespace arcuate::comm
