#include "member.hpp"

#include <algorithm>
#include <utility>

#include "clock.hpp"
#include "evaluation.hpp"
#include "letters.hpp"
#include "nap.hpp"

namespace arcuate::farm {
namespace {

constexpr int master = 0;

/// The first rank decides, and all ranks know it after the same call.
class TeamWatch : public SpacedWatch {
 public:
  TeamWatch(const Task& task, Member& member, const comm::Communicator& control)
      : SpacedWatch(task.limit), task_(task.id), member_(member), control_(control) {}

 private:
  Decision decide() override {
    constexpr std::int64_t no_cause = 0xffff;
    member_.pass_signal();
    Decision mine;
    std::int64_t both = 0;
    if (control_.is_root()) {
      mine = decision(member_.is_cancelled(task_));
      both = (std::int64_t{mine.calls} << 16) |
             (mine.cause ? static_cast<std::int64_t>(*mine.cause) : no_cause);
    }
    both = control_.max(both);
    mine.calls = static_cast<int>(both >> 16);
    const std::int64_t cause = both & 0xffff;
    if (cause != no_cause) mine.cause = static_cast<Ending>(cause);
    return mine;
  }

  std::uint64_t task_;
  Member& member_;
  const comm::Communicator& control_;
};

}  // namespace

Member::Member(comm::Mailbox& mailbox, const core::Signals& signals, const comm::Communicator& team,
               std::vector<int> ranks, int number)
    : mailbox_(mailbox),
      signals_(signals),
      team_(team),
      control_(team.handle()),
      ranks_(std::move(ranks)),
      number_(number) {}

void Member::serve(const Evaluate& evaluate) {
  while (const std::optional<Task> task = wait()) {
    if (leads()) {
      for (std::size_t i = 1; i < ranks_.size(); ++i)
        mailbox_.send(ranks_[i], task_letter, text_of(*task));
    }
    TeamWatch watch(*task, *this, control_);
    Done done = evaluate_task(team_, control_, *task, evaluate, watch);
    done.worker = number_;
    if (leads()) mailbox_.send(master, done_letter, text_of(done));
  }
}

/// The next task; none: it is over. A cancel that comes here is of a task that has ended.
std::optional<Task> Member::wait() {
  for (Nap nap;;) {
    pass_signal();
    const std::optional<comm::Letter> letter = next_letter();
    if (!letter) {
      sleep_seconds(nap.next());
    } else if (letter->kind == quit_letter) {
      return std::nullopt;
    } else if (letter->kind == task_letter) {
      return task_in(letter->text);
    }
  }
}

std::optional<comm::Letter> Member::next_letter() {
  if (inbox_.empty()) return mailbox_.next();
  std::optional<comm::Letter> letter = std::move(inbox_.front());
  inbox_.pop_front();
  return letter;
}

bool Member::is_cancelled(std::uint64_t task) {
  while (std::optional<comm::Letter> letter = mailbox_.next())
    inbox_.push_back(std::move(*letter));
  return std::any_of(inbox_.begin(), inbox_.end(), [task](const comm::Letter& letter) {
    return letter.kind == cancel_letter && number_in(letter.text) == task;
  });
}

void Member::pass_signal() {
  const int signal = signals_.caught();
  if (signal == 0 || std::exchange(passed_signal_, true)) return;
  mailbox_.send(master, signal_letter, text_of(static_cast<std::uint64_t>(signal)));
}

}  // namespace arcuate::farm
