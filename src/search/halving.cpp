#include "halving.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace arcuate::search {
namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();

}  // namespace

bool Bracket::takes_more() const {
  return dropped_.empty() && left_.size() < static_cast<std::size_t>(fit_.halving->bracket);
}

void Bracket::add(Asked& candidate) {
  candidate.rung = 1;
  left_.push_back(candidate.id);
}

bool Bracket::is_ready(const std::map<std::uint64_t, Asked>& candidates) const {
  return !left_.empty() && static_cast<int>(dropped_.size()) < last() &&
         std::all_of(left_.begin(), left_.end(),
                     [&](std::uint64_t id) { return judge_.complete(candidates.at(id)); });
}

std::vector<std::uint64_t> Bracket::compare(std::map<std::uint64_t, Asked>& candidates) {
  std::vector<std::pair<double, std::uint64_t>> ranked;
  for (const std::uint64_t id : left_) {
    const double loss = judge_.loss(candidates.at(id));
    ranked.emplace_back(std::isfinite(loss) ? loss : infinite, id);
  }
  std::sort(ranked.begin(), ranked.end());
  const double share = fit_.halving->keep * static_cast<double>(ranked.size());
  auto most = std::max<std::size_t>(1, static_cast<std::size_t>(std::ceil(share - 1e-9)));
  while (most > 0 && ranked[most - 1].first == infinite)
    --most;
  dropped_.emplace_back();
  left_.clear();
  for (std::size_t k = 0; k < ranked.size(); ++k)
    (k < most ? left_ : dropped_.back()).push_back(ranked[k].second);
  std::sort(left_.begin(), left_.end());
  const int next = static_cast<int>(dropped_.size());
  for (const std::uint64_t id : left_) {
    Asked& candidate = candidates.at(id);
    candidate.rung = next == last() ? 0 : next + 1;
    candidate.records.clear();
  }
  return left_;
}

bool Bracket::has_ended(const std::map<std::uint64_t, Asked>& candidates) const {
  if (left_.empty()) return !dropped_.empty();
  return static_cast<int>(dropped_.size()) == last() &&
         std::all_of(left_.begin(), left_.end(),
                     [&](std::uint64_t id) { return judge_.complete(candidates.at(id)); });
}

std::vector<std::pair<std::uint64_t, double>> Bracket::losses(
    const std::map<std::uint64_t, Asked>& candidates) const {
  std::vector<std::pair<std::uint64_t, double>> all;
  double least = -infinite;
  const auto learn = [&](const std::vector<std::uint64_t>& ids) {
    double largest = least;
    for (const std::uint64_t id : ids) {
      const double loss = judge_.loss(candidates.at(id));
      all.emplace_back(id, std::isfinite(loss) ? std::max(loss, least) : infinite);
      if (std::isfinite(loss)) largest = std::max(largest, all.back().second);
    }
    least = largest;
  };
  learn(left_);
  for (auto group = dropped_.rbegin(); group != dropped_.rend(); ++group)
    learn(*group);
  std::sort(all.begin(), all.end());
  return all;
}

}  // namespace arcuate::search
