#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "arcuate/io/fit.hpp"
#include "arcuate/optimise/space.hpp"
#include "records.hpp"

/// Candidates of a fit, each simulated for one or several conditions and seeds.
namespace arcuate::search {

/// One simulation of a candidate: its number tells which.
struct Evaluation {
  std::uint64_t candidate = 0;
  std::size_t condition = 0;
  int repeat = 0;  ///< or the seed of a verification
  bool verification = false;
  int rung = 0;  ///< 0: the whole duration, else the rung of `halving` from 1

  static constexpr std::uint64_t most_repeats = 1 << 10;
  static constexpr std::uint64_t most_conditions = 1 << 16;
  static constexpr int first_bit_of_rung = 58;
  [[nodiscard]] std::uint64_t id() const;
  static Evaluation of(std::uint64_t id);
  [[nodiscard]] auto key() const { return std::pair(condition, repeat); }
  [[nodiscard]] RecordName name() const { return {candidate, condition, repeat, verification}; }
};

/// What a search proposed, and what became of it.
struct Asked {
  std::uint64_t id = 0;  ///< the row of the table
  std::size_t island = 0;
  optimise::Vector values{};  ///< (dimension); of another program's candidate maybe none
  std::map<std::pair<std::size_t, int>, Record> records{};       ///< by condition and repeat
  std::map<std::pair<std::size_t, int>, Record> verification{};  ///< by condition and seed
  int rung = 0;  ///< that `records` are of, as Evaluation::rung

  /// What was known of a shorter duration is forgotten.
  void note(const Record& record);
};

/// The loss of a candidate and how it comes about.
class Judge {
 public:
  explicit Judge(const io::Fit& fit) : fit_(fit) {}

  /// The simulations of a candidate in the search, and in a verification (of all conditions).
  [[nodiscard]] std::vector<Evaluation> evaluations(std::uint64_t candidate) const;
  [[nodiscard]] std::vector<Evaluation> verifications(std::uint64_t candidate) const;

  /// Whether candidates are simulated more than once in the search.
  [[nodiscard]] bool several() const { return evaluations(0).size() > 1; }
  [[nodiscard]] bool complete(const Asked& candidate) const;
  /// One record for all simulations of the search: terms of all conditions, averaged over repeats;
  /// the ending of the first that has no result.
  [[nodiscard]] Record combined(const Asked& candidate) const;
  /// Weighted over conditions, averaged over repeats as the fit says, with penalties; NaN where
  /// there is none.
  [[nodiscard]] double loss(const Asked& candidate) const;
  /// Each term with its weight, and in the last what penalties there are: of searches with several
  /// objectives. Means over repeats.
  [[nodiscard]] std::vector<double> losses(const Asked& candidate) const;
  /// As loss() of the conditions of a role, of the simulations of the verification.
  [[nodiscard]] double verified_loss(const Asked& candidate, io::Role role) const;
  /// Penalties that need no simulation.
  [[nodiscard]] double penalty(const Asked& candidate) const;

  /// The one with the least verified loss, or where none is verified the least loss; nullptr: none
  /// has a result.
  [[nodiscard]] const Asked* best(const std::map<std::uint64_t, Asked>& candidates) const;

 private:
  [[nodiscard]] double average(std::vector<double> losses) const;
  [[nodiscard]] double weighted(const std::map<std::pair<std::size_t, int>, Record>& records,
                                int seeds, io::Role role) const;
  const io::Fit& fit_;
};

/// "candidate 12, condition rest, repeat 2": as far as there are several.
std::string words_of(const Evaluation& one, const io::Fit& fit);

/// A line of a journal.
std::string line_of(const Asked& candidate);
std::optional<Asked> asked_in(const std::string& line);
std::string line_of_workers(int workers);
bool is_workers(const std::string& line);
int workers_in(const std::string& line);
/// Candidates were compared (halving).
std::string line_of_comparison();
bool is_comparison(const std::string& line);

}  // namespace arcuate::search
