#pragma once

#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <vector>

#include "arcuate/compare/compare.hpp"
#include "arcuate/io/results.hpp"

/// What the page about a sweep or a fit shows, as its script reads it.
namespace arcuate::report {

/// A table of results, and what all its figures ask of it. The table must outlive it.
class Studied {
 public:
  explicit Studied(const io::ResultTable& table);

  [[nodiscard]] const io::ResultTable& table() const { return table_; }
  [[nodiscard]] std::size_t size() const { return size_; }  ///< candidates
  /// What `arcuate best` and the journal call a candidate.
  [[nodiscard]] std::int64_t number(std::size_t candidate) const {
    return table_.first + static_cast<std::int64_t>(candidate);
  }
  [[nodiscard]] const std::string& status(std::size_t candidate) const {
    return status_->texts[candidate];
  }
  [[nodiscard]] const std::string& reason(std::size_t candidate) const {
    return reason_->texts[candidate];
  }
  [[nodiscard]] bool done(std::size_t candidate) const { return status(candidate) == "done"; }
  /// Whether it ended without a result.
  [[nodiscard]] bool failed(std::size_t candidate) const;
  /// Candidates of which it is known how they ended.
  [[nodiscard]] std::vector<std::size_t> ended() const;
  [[nodiscard]] std::size_t count_done() const;
  [[nodiscard]] std::size_t count_failed() const;

  /// Those that are varied.
  [[nodiscard]] const std::vector<const io::ResultColumn*>& parameters() const {
    return parameters_;
  }
  /// Numbers that tell candidates apart: the loss, its terms, checks, features; without any, the
  /// seconds that each took. The first is what figures begin with.
  [[nodiscard]] const std::vector<const io::ResultColumn*>& quantities() const {
    return quantities_;
  }
  /// What is minimised; nullptr where nothing is.
  [[nodiscard]] const io::ResultColumn* loss() const { return loss_; }
  /// (n_candidates) from 0; -1: of no island.
  [[nodiscard]] int island(std::size_t candidate) const;

  /// Candidates that have a loss, the least first; of equal ones that with the lower number.
  [[nodiscard]] const std::vector<std::size_t>& ranked() const { return ranked_; }
  /// As `arcuate best`: the least verified loss, or where none is verified the least loss; size()
  /// where there is none. Of a sweep with repeats the first of those whose mean loss is least.
  [[nodiscard]] std::size_t best() const;

 private:
  const io::ResultTable& table_;
  std::size_t size_ = 0;
  const io::ResultColumn* status_ = nullptr;
  const io::ResultColumn* reason_ = nullptr;
  const io::ResultColumn* loss_ = nullptr;
  const io::ResultColumn* island_ = nullptr;
  std::vector<const io::ResultColumn*> parameters_;
  std::vector<const io::ResultColumn*> quantities_;
  std::vector<std::size_t> ranked_;
};

/// The place of a value between bounds in equal steps of the scale: 0 at `low`, 1 at `high`. NaN
/// outside what the scale allows.
double place_of(double value, const std::string& scale, double low, double high);

/// Bounds of a parameter: those that it was searched between, else the least and the largest value
/// of the candidates; of one value alone around it.
struct Bounds {
  double low = 0.0;
  double high = 1.0;
};
Bounds bounds_of(const io::ResultColumn& column);

/// JSON of a number: five digits, null of what is none.
nlohmann::ordered_json number_json(double value);

/// {after, best, islands, points, failed, migrations}: how the least loss fell as candidates ended
/// (`best`: [ended, loss, number] wherever it fell), of all islands and of each, and at most 2000
/// losses of candidates. Null of a sweep, and where there is no loss.
nlohmann::ordered_json convergence_chart(const Studied& studied);

/// {lanes, seconds, breaks, bars or grid}: what workers did when. Times in which none was busy are
/// cut out where they are long. Null where starts are not known.
nlohmann::ordered_json workers_chart(const Studied& studied);

/// {chosen, of, names, units, widths, correlation}: how narrow parameters are among the best, and
/// how they go together. Null with fewer than ten candidates that have a loss or without a
/// parameter that is a number.
nlohmann::ordered_json narrowed_chart(const Studied& studied);

/// {axes, quantities, endings}: what was found at each cell of a grid. Null without a grid, or with
/// more cells than a page takes (`most_grid_cells`).
nlohmann::ordered_json grid_chart(const Studied& studied);
constexpr std::size_t most_grid_cells = 250000;

/// Of those that have ended: {total, shown, number, parameters, quantities, status, ...}: at most
/// 3000 candidates, the best and of the others every so many.
nlohmann::ordered_json candidates_chart(const Studied& studied);

/// {number, parameters, terms, features, arrays, beside}: the best candidate. Null where none is.
nlohmann::ordered_json best_chart(const Studied& studied,
                                  const std::vector<compare::NumberBeside>& numbers);

/// [{ending, reason, count, numbers}]: reasons that differ in numbers alone count as one; the most
/// frequent first.
nlohmann::ordered_json failures_chart(const Studied& studied);

}  // namespace arcuate::report
