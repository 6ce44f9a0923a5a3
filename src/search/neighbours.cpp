#include "neighbours.hpp"

#include <algorithm>
#include <limits>
#include <numeric>

#include "arcuate/core/random.hpp"

namespace arcuate::search {
namespace {

/// A number by chance for each point.
std::uint64_t lot(std::int64_t point) {
  const auto n = static_cast<std::uint64_t>(point);
  const auto words = random::philox(
      {static_cast<std::uint32_t>(n), static_cast<std::uint32_t>(n >> 32U), 0, 0}, {0x4E454947, 0});
  return (static_cast<std::uint64_t>(words[1]) << 32U) | words[0];
}

}  // namespace

std::vector<double> correction_in(const Outcome& outcome) {
  for (const KeptArray& array : outcome.features) {
    if (array.feature == tuning_feature && array.name == tuning_correction) return array.values;
  }
  return {};
}

Lineage::Lineage(const std::vector<io::Place>& points, int repeats)
    : repeats_(repeats),
      rank_(points.size()),
      parent_(points.size(), -1),
      children_(points.size()) {
  std::vector<std::size_t> order(points.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [](std::size_t a, std::size_t b) {
    return std::pair(lot(static_cast<std::int64_t>(a)), a) <
           std::pair(lot(static_cast<std::int64_t>(b)), b);
  });
  constexpr std::size_t most_parents = 1024;
  for (std::size_t k = 0; k < order.size(); ++k) {
    const std::size_t point = order[k];
    rank_[point] = static_cast<std::int64_t>(k);
    double least = std::numeric_limits<double>::infinity();
    for (std::size_t j = 0; j < std::min(k, most_parents); ++j) {
      const double away = io::distance(points[point], points[order[j]]);
      if (away >= least) continue;
      least = away;
      parent_[point] = static_cast<std::int64_t>(order[j]);
    }
    if (parent_[point] >= 0)
      children_[static_cast<std::size_t>(parent_[point])].push_back(
          static_cast<std::int64_t>(point));
  }
}

std::optional<std::int64_t> Lineage::parent(std::int64_t candidate) const {
  if (candidate % repeats_ != 0) return candidate - candidate % repeats_;
  const std::int64_t point = parent_[static_cast<std::size_t>(candidate / repeats_)];
  return point < 0 ? std::nullopt : std::optional(point * repeats_);
}

void Lineage::begin(std::function<bool(std::int64_t)> ended) {
  ended_ = std::move(ended);
  for (std::int64_t candidate = 0; candidate < size(); ++candidate) {
    const std::optional<std::int64_t> from = parent(candidate);
    if (!from || ended_(*from)) offer(candidate);
  }
}

void Lineage::offer(std::int64_t candidate) {
  if (ended_(candidate)) return;
  const std::int64_t rank = rank_[static_cast<std::size_t>(candidate / repeats_)];
  offered_.emplace(rank * repeats_ + candidate % repeats_, candidate);
}

std::optional<std::int64_t> Lineage::next() {
  if (offered_.empty()) return std::nullopt;
  const std::int64_t candidate = offered_.top().second;
  offered_.pop();
  return candidate;
}

void Lineage::note_end(std::int64_t candidate) {
  if (candidate % repeats_ != 0) return;
  for (std::int64_t repeat = 1; repeat < repeats_; ++repeat)
    offer(candidate + repeat);
  for (const std::int64_t child : children_[static_cast<std::size_t>(candidate / repeats_)])
    offer(child * repeats_);
}

void Neighbours::add(std::uint64_t candidate, io::Place place, std::uint64_t settled) {
  One one{std::move(place)};
  double least = std::numeric_limits<double>::infinity();
  for (const auto& [id, other] : all_) {
    if (id >= settled || !other.ended || other.tuned.empty()) continue;
    const double away = io::distance(one.place, other.place);
    if (away >= least) continue;
    least = away;
    one.neighbour = id;
  }
  all_.emplace(candidate, std::move(one));
}

void Neighbours::note(std::uint64_t candidate, const Key& key, const Record& record) {
  const auto found = all_.find(candidate);
  if (found != all_.end() && record.has_result()) found->second.tuned.emplace(key, record);
}

void Neighbours::note_end(std::uint64_t candidate) {
  const auto found = all_.find(candidate);
  if (found != all_.end()) found->second.ended = true;
}

std::optional<Record> Neighbours::start_of(std::uint64_t candidate, const Key& key) const {
  const auto found = all_.find(candidate);
  if (found == all_.end() || !found->second.neighbour) return std::nullopt;
  return own(*found->second.neighbour, key);
}

std::optional<Record> Neighbours::own(std::uint64_t candidate, const Key& key) const {
  const auto found = all_.find(candidate);
  if (found == all_.end()) return std::nullopt;
  const auto tuned = found->second.tuned.find(key);
  return tuned == found->second.tuned.end() ? std::nullopt : std::optional(tuned->second);
}

}  // namespace arcuate::search
