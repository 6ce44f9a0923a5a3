#include "master.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <stdexcept>
#include <utility>

#include "arcuate/core/fault.hpp"
#include "arcuate/core/pulse.hpp"
#include "clock.hpp"

namespace arcuate::farm {
namespace {

constexpr double between_progress = 0.5;  // [s]
constexpr double limits_of_patience = 3.0;
constexpr double patience_at_the_end = 2.0 / 3.0;

}  // namespace

Master::Master(Work& work, Transport& transport, const Options& options)
    : work_(work),
      transport_(transport),
      options_(options),
      slots_(static_cast<std::size_t>(transport.workers())) {
  figures_.workers = transport.workers();
  figures_.ranks = options.ranks;
  for (int worker = 0; worker < figures_.workers; ++worker)
    free_.insert(free_.end(), worker);
}

template <class Call>
void Master::ask(const Call& call) {
  if (error_) return;
  const core::While deciding(core::Doing::deciding);
  try {
    call();
  } catch (...) {
    error_ = std::current_exception();
    stop();
  }
}

void Master::run() {
  start_ = told_ = looked_ = transport_.now();
  do {
    core::beat();
    const double before = own_seconds();
    if (round()) {
      figures_.master_seconds += own_seconds() - before;
      nap_.reset();
    } else if (!is_over()) {
      transport_.nap(nap_.next());
    }
    progress();
  } while (!is_over());
  figures_.wall = transport_.now() - start_;
  over_ = true;
}

double Master::own_seconds() const {
  return processor_seconds() - transport_.evaluation_seconds();
}

bool Master::round() {
  bool moved = take_all();
  give_up_late(transport_.now());
  const int signal = transport_.signalled();
  if (signal != 0 && figures_.signalled == 0) {
    figures_.signalled = signal;
    stop();
  }
  if (hand_out()) moved = true;
  return moved;
}

/// All that has ended, and what ended while the work was told of it: who is free by now is known
/// before the next task is asked for, and the work knows all that can be known.
bool Master::take_all() {
  constexpr double long_time = 1e-3;
  bool any = false;
  for (double before = transport_.now();; before = transport_.now()) {
    std::vector<Done> found = transport_.look();
    std::stable_sort(found.begin(), found.end(),
                     [](const Done& a, const Done& b) { return a.worker < b.worker; });
    for (const Done& done : found)
      take(done);
    if (!found.empty()) any = true;
    if (found.empty() || transport_.now() - before < long_time) return any;
  }
}

void Master::take(const Done& done) {
  Slot& slot = slots_.at(static_cast<std::size_t>(done.worker));
  const State was = std::exchange(slot.state, State::free);
  free_.insert(done.worker);
  if (was == State::busy) {
    --figures_.busy;
    figures_.busy_seconds += done.seconds;
    tell(done);
    return;
  }
  --figures_.lost;
  options_.warn(fmt::format("worker {} answers again, {:.0f} s after it got {}", done.worker,
                            transport_.now() - slot.since, slot.name));
  dry_ = false;
}

void Master::tell(const Done& done) {
  ++figures_.tasks;
  ++figures_.endings.at(static_cast<std::size_t>(done.ending));
  dry_ = false;
  ask([&] { work_.take(done); });
}

bool Master::may_have_more() {
  bool may = !dry_;
  if (dry_) ask([&] { may = work_.expects_more(); });
  return may && !stopping_;
}

bool Master::hand_out() {
  bool any = false;
  while (!stopping_ && !free_.empty() && may_have_more()) {
    std::optional<Task> task;
    ask([&] { task = work_.next(); });
    dry_ = !task;
    if (!task) break;
    hand_out(*free_.begin(), *task);
    any = true;
  }
  return any;
}

void Master::hand_out(int worker, const Task& task) {
  fault::here("farm.hand_out");
  Slot& slot = slots_[static_cast<std::size_t>(worker)];
  const double now = transport_.now();
  const double patience = std::max(options_.patience, limits_of_patience * task.limit);
  ask([&] {
    if (!(task.limit > 0.0)) throw std::logic_error("farm: a time limit that is not above 0");
    slot = {State::busy, task.id, task.name.empty() ? fmt::format("task {}", task.id) : task.name,
            now, now + patience};
    ++figures_.busy;
    free_.erase(worker);
    try {
      transport_.hand_out(worker, task);
    } catch (...) {
      slot.state = State::free;
      --figures_.busy;
      free_.insert(worker);
      throw;
    }
  });
}

/// When the work itself took long, answers may still be on their way: that is not their lateness.
void Master::give_up_late(double now) {
  constexpr double between = 0.1;
  const double passed = now - looked_;
  if (passed < between) return;
  looked_ = now;
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    if (passed > 10.0 * between) slots_[i].lost_at += passed;
    if (slots_[i].state == State::busy && now > slots_[i].lost_at)
      give_up(static_cast<int>(i), now);
  }
}

void Master::give_up(int worker, double now) {
  Slot& slot = slots_[static_cast<std::size_t>(worker)];
  slot.state = State::lost;
  --figures_.busy;
  ++figures_.lost;
  transport_.cancel(worker);
  Done done;
  done.id = slot.task;
  done.ending = Ending::lost;
  done.reason = fmt::format("worker {} has not answered for {:.0f} s and is given up", worker,
                            now - slot.since);
  done.exit_code = static_cast<int>(ExitCode::environment);
  done.seconds = now - slot.since;
  done.worker = worker;
  options_.warn(fmt::format("{} ({})", done.reason, slot.name));
  tell(done);
}

void Master::stop() {
  stopping_ = true;
  const double now = transport_.now();
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    if (slots_[i].state != State::busy) continue;
    transport_.cancel(static_cast<int>(i));
    slots_[i].lost_at = std::min(slots_[i].lost_at, now + patience_at_the_end * options_.patience);
  }
}

bool Master::is_over() {
  if (figures_.busy > 0) return false;
  if (stopping_) return true;
  if (figures_.lost == figures_.workers) {
    ask([&] {
      throw EnvironmentError(
          fmt::format("none of the {} workers answers any more", figures_.workers));
    });
  }
  return stopping_ || !may_have_more();
}

void Master::progress() {
  const double now = transport_.now();
  if (now - told_ < between_progress) return;
  told_ = now;
  const double before = processor_seconds();
  ask([&] { work_.idle(figures()); });
  figures_.master_seconds += processor_seconds() - before;
}

Figures Master::figures() {
  Figures now = figures_;
  if (over_) return now;
  const double time = transport_.now();
  now.wall = time - start_;
  for (const Slot& slot : slots_) {
    if (slot.state == State::busy) now.busy_seconds += time - slot.since;
  }
  return now;
}

}  // namespace arcuate::farm
