#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <queue>
#include <utility>
#include <vector>

#include "arcuate/io/candidate.hpp"
#include "arcuate/search/trial.hpp"
#include "records.hpp"

/// Which candidate's tuning starts with what that of which other found.
namespace arcuate::search {

/// By how much simulations moved the weights of a candidate, (n_regions), or {}.
std::vector<double> correction_in(const Outcome& outcome);

/// Of a sweep: a forest over its candidates that depends on their values alone, so that what a
/// candidate starts from does not depend on ranks or on time. Points are put in an order by chance
/// and each has the nearest before it as its parent (among the first 1024, which are everywhere),
/// repeats have the first one of their point. Parents are near, and the forest is as low as a
/// search tree.
class Lineage {
 public:
  /// points: (n_points) candidates / repeats.
  Lineage(const std::vector<io::Place>& points, int repeats);

  [[nodiscard]] std::optional<std::int64_t> parent(std::int64_t candidate) const;

  /// Begins to hand out those that have not ended.
  void begin(std::function<bool(std::int64_t)> ended);
  /// One whose parent has ended; none: nobody's has.
  std::optional<std::int64_t> next();
  /// Its children may be handed out.
  void note_end(std::int64_t candidate);

 private:
  [[nodiscard]] std::int64_t size() const { return std::ssize(parent_) * repeats_; }
  void offer(std::int64_t candidate);

  std::int64_t repeats_;
  std::vector<std::int64_t> rank_;                   ///< (n_points) place in the order
  std::vector<std::int64_t> parent_;                 ///< (n_points) a point, or -1
  std::vector<std::vector<std::int64_t>> children_;  ///< (n_points) points
  std::function<bool(std::int64_t)> ended_;
  using Offer = std::pair<std::int64_t, std::int64_t>;  ///< rank, candidate
  std::priority_queue<Offer, std::vector<Offer>, std::greater<>> offered_;
};

/// Of a fit: what candidates start from, among those that were there before them. A candidate is
/// many simulations (conditions, repeats, rungs); each starts from the same one of its neighbour.
class Neighbours {
 public:
  /// Which simulation of a candidate: condition and repeat.
  using Key = std::pair<std::size_t, int>;

  /// A candidate was asked for. `settled`: those below this number may be its neighbours.
  void add(std::uint64_t candidate, io::Place place, std::uint64_t settled);
  /// A simulation has ended and its weights are there; of several the first counts, since a
  /// candidate goes on from where it began.
  void note(std::uint64_t candidate, const Key& key, const Record& record);
  /// All simulations of a candidate have ended: it may be a neighbour.
  void note_end(std::uint64_t candidate);
  /// Of that of the neighbour; none: it starts from its own.
  [[nodiscard]] std::optional<Record> start_of(std::uint64_t candidate, const Key& key) const;
  /// Those of a candidate itself.
  [[nodiscard]] std::optional<Record> own(std::uint64_t candidate, const Key& key) const;

 private:
  struct One {
    io::Place place;
    std::optional<std::uint64_t> neighbour{};
    std::map<Key, Record> tuned{};
    bool ended = false;
  };
  std::map<std::uint64_t, One> all_;
};

}  // namespace arcuate::search
