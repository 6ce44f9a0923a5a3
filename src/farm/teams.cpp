#include "teams.hpp"

#include <optional>
#include <utility>

#include "letters.hpp"

namespace arcuate::farm {

Teams::Teams(comm::Mailbox& mailbox, const core::Signals& signals, std::vector<int> leaders)
    : mailbox_(mailbox),
      signals_(signals),
      leaders_(std::move(leaders)),
      tasks_(leaders_.size(), 0) {}

void Teams::hand_out(int worker, const Task& task) {
  const auto w = static_cast<std::size_t>(worker);
  mailbox_.send(leaders_[w], task_letter, text_of(task));
  tasks_[w] = task.id;
}

void Teams::cancel(int worker) {
  const auto w = static_cast<std::size_t>(worker);
  mailbox_.send(leaders_[w], cancel_letter, text_of(tasks_[w]));
}

std::vector<Done> Teams::look() {
  std::vector<Done> found;
  while (const std::optional<comm::Letter> letter = mailbox_.next()) {
    if (letter->kind == done_letter) found.push_back(done_in(letter->text));
    if (letter->kind == signal_letter) signal_ = static_cast<int>(number_in(letter->text));
  }
  return found;
}

}  // namespace arcuate::farm
