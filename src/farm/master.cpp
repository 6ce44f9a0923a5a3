#include <algorithm>
#include <ctime>

#include "arcuate/farm/farm.hpp"

namespace arcuate::farm {
namespace {

/// [s] of processor time of this thread.
double processor_seconds() {
  timespec time{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

/// A worker as the master sees it.
struct Slot {
  enum class State { free, busy, asked, lost } state = State::free;
  Task task{};
  double began = 0.0;
  double asked_at = 0.0;  ///< to stop
};

class Master {
 public:
  Master(Work& work, Transport& transport, const Options& options)
      : work_(work),
        transport_(transport),
        options_(options),
        slots_(static_cast<std::size_t>(transport.workers())),
        begin_(transport.now()) {
    figures_.workers = transport.workers();
  }

  Figures run() {
    int idle = 0;
    double before = processor_seconds();
    while (true) {
      bool moved = take_results();
      notice_signal();
      const bool given = hand_out();
      moved = moved || given;
      watch_limits();
      if (busy() == 0 && !given && (figures_.signal != 0 || !work_.waits())) break;
      look();
      idle = moved ? 0 : idle + 1;
      figures_.master_seconds += processor_seconds() - before;
      if (idle > 0) transport_.nap(idle);
      before = processor_seconds();
    }
    figures_.master_seconds += processor_seconds() - before;
    figures_.wall = transport_.now() - begin_;
    figures_.busy = 0;
    return figures_;
  }

 private:
  [[nodiscard]] int busy() const {
    return static_cast<int>(std::count_if(slots_.begin(), slots_.end(), [](const Slot& slot) {
      return slot.state == Slot::State::busy || slot.state == Slot::State::asked;
    }));
  }

  /// All results that are there, before anything new is handed out.
  bool take_results() {
    std::vector<Done> all;
    while (std::optional<Done> done = transport_.finished())
      all.push_back(std::move(*done));
    std::sort(all.begin(), all.end(),
              [](const Done& a, const Done& b) { return a.worker < b.worker; });
    for (Done& done : all) {
      Slot& slot = slots_[static_cast<std::size_t>(done.worker)];
      const bool expected = slot.state == Slot::State::busy || slot.state == Slot::State::asked;
      if (!expected || done.id != slot.task.id) continue;  // of a task that was given up
      if (done.ending == Ending::stopped && figures_.signal == 0) done.ending = Ending::timed_out;
      if (done.ending == Ending::timed_out) done.reason = "took longer than its limit";
      slot.state = Slot::State::free;
      end(done);
    }
    return !all.empty();
  }

  void end(const Done& done) {
    ++figures_.tasks;
    figures_.busy_seconds += done.seconds;
    work_.take(done);
  }

  void notice_signal() {
    if (figures_.signal != 0) return;
    figures_.signal = transport_.signal();
    if (figures_.signal == 0) return;
    for (std::size_t w = 0; w < slots_.size(); ++w)
      ask_to_stop(w);
  }

  void ask_to_stop(std::size_t worker) {
    Slot& slot = slots_[worker];
    if (slot.state != Slot::State::busy) return;
    transport_.cancel(static_cast<int>(worker));
    slot.state = Slot::State::asked;
    slot.asked_at = transport_.now();
  }

  bool hand_out() {
    if (figures_.signal != 0) return false;
    bool given = false;
    for (std::size_t w = 0; w < slots_.size(); ++w) {
      if (slots_[w].state != Slot::State::free) continue;
      std::optional<Task> task = work_.next();
      if (!task) break;
      given = true;
      slots_[w] = {Slot::State::busy, std::move(*task), transport_.now(), 0.0};
      transport_.start(static_cast<int>(w), slots_[w].task);
    }
    return given;
  }

  void watch_limits() {
    const double now = transport_.now();
    for (std::size_t w = 0; w < slots_.size(); ++w) {
      Slot& slot = slots_[w];
      if (slot.state == Slot::State::busy && now - slot.began > slot.task.limit) ask_to_stop(w);
      if (slot.state != Slot::State::asked || now - slot.asked_at < options_.patience) continue;
      slot.state = Slot::State::lost;
      figures_.lost.push_back(static_cast<int>(w));
      Done done{slot.task.id,     Ending::lost,       "", "its ranks did not answer any more", 3,
                now - slot.began, static_cast<int>(w)};
      end(done);
    }
  }

  void look() {
    constexpr double often = 0.5;
    const double now = transport_.now();
    if (now - looked_ < often) return;
    looked_ = now;
    figures_.busy = busy();
    figures_.wall = now - begin_;
    work_.look(figures_);
  }

  Work& work_;
  Transport& transport_;
  Options options_;
  std::vector<Slot> slots_;
  double begin_;
  double looked_ = -1.0;
  Figures figures_;
};

}  // namespace

Figures serve(Work& work, Transport& transport, const Options& options) {
  return Master(work, transport, options).run();
}

}  // namespace arcuate::farm
