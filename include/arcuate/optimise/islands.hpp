#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "arcuate/optimise/optimiser.hpp"

namespace arcuate::optimise {

/// Which island sends to which.
enum class Topology { none, ring, full, star, custom };
/// Which points an island sends.
enum class Selection { best, random };
/// When an island takes a point: always, or only one that is better than its own best.
enum class Acceptance { better, always };

struct Migration {
  Topology topology = Topology::ring;
  /// Topology::custom: (islands, islands) probability that column receives from row.
  Matrix edges{};
  int interval =
      10;        ///< results of an island over its dimension's 4 + 3 ln n between two migrations
  int size = 1;  ///< points that go over an edge at a time
  Selection selection = Selection::best;
  Acceptance acceptance = Acceptance::better;
};

struct Island {
  std::string method = "auto";
  double share = 1.0;  ///< of the evaluations, over the sum of all shares
};

struct IslandsOptions {
  std::vector<Island> islands;
  Migration migration;
  std::int64_t budget = 0;  ///< of all islands together
  std::uint64_t seed = 1;
  int workers = 1;  ///< of all islands together
  bool synchronous = false;
  bool noisy = false;
  int objectives = 1;
};

/// A candidate of an island.
struct IslandCandidate {
  Candidate candidate;  ///< its id counts over all islands
  std::size_t island = 0;
};

/// A point that went from one island to another.
struct Migrant {
  std::size_t from = 0;
  std::size_t to = 0;
  std::int64_t after = 0;  ///< results of all islands
  Vector unit;
  double loss = 0.0;
};

/// Several searches of one space that send each other their best points. An island gets evaluations
/// by its share; where one waits for results, others go on.
///
/// Several synchronous ones go in rounds: each island that is not ahead of its share gives a
/// generation, all are handed out island by island, and when the last of them has ended they are
/// told by their ids. Which candidate has which number, and who sends what when, then depends on
/// the losses alone.
class Islands {
 public:
  /// Throws ConfigError as Optimiser, naming the island; and: no islands, shares or edges that are
  /// no numbers above 0, an interval or a size below 1.
  Islands(const Space& space, IslandsOptions options);

  std::optional<IslandCandidate> ask();
  void tell(std::uint64_t id, double loss);
  void tell(std::uint64_t id, std::span<const double> losses);
  void fail(std::uint64_t id);
  void lose(std::uint64_t id);

  [[nodiscard]] std::size_t size() const { return searches_.size(); }
  [[nodiscard]] const Optimiser& operator[](std::size_t island) const { return searches_[island]; }
  /// `failing` only when all islands are.
  [[nodiscard]] Ended ended() const;
  [[nodiscard]] std::size_t best_island() const;
  [[nodiscard]] const std::optional<Point>& best() const;
  [[nodiscard]] std::int64_t told() const { return told_; }
  /// Of synchronous searches: the last of the generations (of rounds, where there are several
  /// islands) that have ended, by its id; a function of the losses alone whenever a candidate is
  /// handed out. 0: none has.
  [[nodiscard]] std::uint64_t settled() const { return settled_; }
  /// Those that were taken, in order; and how many were sent and not taken.
  [[nodiscard]] const std::vector<Migrant>& migrants() const { return migrants_; }
  [[nodiscard]] std::int64_t refused() const { return refused_; }
  /// What a user may not have meant: "migration after every generation ...".
  [[nodiscard]] const std::vector<std::string>& warnings() const { return warnings_; }

 private:
  struct Sender {
    std::size_t island;
    std::uint64_t id;
  };
  /// The last points of an island, of which migrants are chosen.
  struct Recent {
    std::vector<Point> points;
    std::map<std::uint64_t, Vector> out;
    std::int64_t since = 0;  ///< results since the last migration
  };
  [[nodiscard]] std::vector<std::size_t> by_deficit() const;
  [[nodiscard]] double spent(std::size_t island) const;
  [[nodiscard]] bool in_rounds() const { return options_.synchronous && searches_.size() > 1; }
  std::optional<IslandCandidate> ask_of(std::size_t island);
  [[nodiscard]] bool joins(std::size_t island) const;
  void begin_round();
  void settle();
  [[nodiscard]] Sender take(std::uint64_t id);
  /// losses: none of a candidate that failed.
  void told(std::uint64_t id, std::vector<double> losses);
  void pass_on(const Sender& sender, const std::vector<double>& losses);
  void received(const Sender& sender, std::span<const double> losses);
  void migrate(std::size_t from);
  void send(std::size_t from, std::size_t to, const Point& point);
  [[nodiscard]] std::vector<Point> chosen(std::size_t from);

  IslandsOptions options_;
  Matrix edges_;
  std::vector<Optimiser> searches_;
  std::vector<Recent> recent_;
  std::map<std::uint64_t, Sender> out_;
  std::vector<std::int64_t> batch_;    ///< (islands) candidates in the last round of each, or 0
  std::deque<IslandCandidate> round_;  ///< that wait to be asked for
  struct Held {
    Sender sender;
    std::vector<double> losses;
  };
  std::map<std::uint64_t, Held> held_;  ///< of a round that has not ended
  std::int64_t interval_ = 0;           ///< results
  std::uint64_t last_id_ = 0;
  std::uint64_t settled_ = 0;
  std::int64_t told_ = 0;
  std::uint64_t migrations_ = 0;
  std::int64_t refused_ = 0;
  std::vector<Migrant> migrants_;
  std::vector<std::string> warnings_;
};

/// (n, n) of a topology by name; the first is the centre of a star.
Matrix edges_of(Topology topology, Index n);

}  // namespace arcuate::optimise

namespace arcuate::core {

template <>
struct Names<optimise::Topology> {
  static constexpr std::array table{
      Name{optimise::Topology::none, "none", "no island sends"},
      Name{optimise::Topology::ring, "ring", "each sends to the next"},
      Name{optimise::Topology::full, "full", "each sends to all others"},
      Name{optimise::Topology::star, "star",
           "the first sends to all others, and they to the first"},
      Name{optimise::Topology::custom, "custom", "by a matrix of probabilities"}};
};

}  // namespace arcuate::core
