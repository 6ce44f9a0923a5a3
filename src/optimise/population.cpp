#include "population.hpp"

#include <algorithm>
#include <numeric>

namespace arcuate::optimise {

Population::Population(const Task& task, Index size)
    : members_(static_cast<std::size_t>(size)), gone_(members_.size(), false) {
  for (std::size_t k = 0; k < members_.size(); ++k) {
    Draws draws(task.stream, Purpose::start, k);
    members_[k].unit = draws.uniforms(task.dimension());
    queue_.push_back({k, true});
  }
}

Population::Turn Population::take(std::uint64_t id) {
  if (queue_.empty()) {  // more workers than members: one member has two trials
    for (const auto& [earlier, turn] : out_)
      if (!gone_[turn.target]) {
        queue_.push_back({turn.target, false});
        break;
      }
  }
  const Turn turn = queue_.front();
  queue_.pop_front();
  out_.emplace(id, turn);
  return turn;
}

Population::Turn Population::give_back(std::uint64_t id, bool lost) {
  const Turn turn = out_.extract(id).mapped();
  if (gone_[turn.target]) return turn;
  const auto same = [&](const Turn& t) { return t.target == turn.target; };
  const bool waits =
      std::any_of(queue_.begin(), queue_.end(), same) ||
      std::any_of(out_.begin(), out_.end(), [&](const auto& o) { return same(o.second); });
  if (lost && turn.first)
    queue_.push_front(turn);
  else if (!waits)
    queue_.push_back({turn.target, false});
  return turn;
}

void Population::inject(const Vector& unit, double loss) {
  Individual& member = members_[worst()];
  if (loss < member.loss) member = {unit, loss};
}

std::vector<std::size_t> Population::present() const {
  std::vector<std::size_t> found;
  for (std::size_t k = 0; k < members_.size(); ++k)
    if (!gone_[k]) found.push_back(k);
  return found;
}

std::vector<std::size_t> Population::ranked() const {
  std::vector<std::size_t> order = present();
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return members_[a].loss < members_[b].loss;
  });
  return order;
}

std::size_t Population::best() const {
  return ranked().front();
}

std::size_t Population::worst() const {
  return ranked().back();
}

std::size_t Population::other_than(std::initializer_list<std::size_t> taken, Draws& draws) const {
  const std::vector<std::size_t> all = present();
  for (;;) {
    const std::size_t k =
        all[static_cast<std::size_t>(draws.below(static_cast<Index>(all.size())))];
    if (std::find(taken.begin(), taken.end(), k) == taken.end()) return k;
  }
}

void Population::shrink(Index size) {
  std::vector<std::size_t> order = ranked();
  while (static_cast<Index>(order.size()) > size) {
    gone_[order.back()] = true;
    order.pop_back();
  }
  std::erase_if(queue_, [&](const Turn& t) { return gone_[t.target]; });
}

void repair(Vector& trial, const Vector& parent) {
  for (Index i = 0; i < trial.size(); ++i) {
    if (trial[i] < 0.0) trial[i] = 0.5 * parent[i];
    if (trial[i] > 1.0) trial[i] = 0.5 * (parent[i] + 1.0);
  }
}

void cross_binomially(Vector& trial, const Vector& parent, double rate, Draws& draws) {
  const Index forced = draws.below(trial.size());
  for (Index i = 0; i < trial.size(); ++i)
    if (!draws.chance(rate) && i != forced) trial[i] = parent[i];
}

}  // namespace arcuate::optimise
