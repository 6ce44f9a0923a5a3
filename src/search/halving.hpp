#pragma once

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "candidates.hpp"

/// Successive halving: candidates that are compared after a shorter time, of which the best go on
/// (Jamieson and Talwalkar 2016, AISTATS 51:240).
namespace arcuate::search {

class Bracket {
 public:
  /// Both must outlive it.
  Bracket(const io::Fit& fit, const Judge& judge) : fit_(fit), judge_(judge) {}

  /// Whether another candidate can be one of those that are compared.
  [[nodiscard]] bool takes_more() const;
  void add(Asked& candidate);

  /// All that run have a result at the end of their time, which is not the whole: they can be
  /// compared.
  [[nodiscard]] bool is_ready(const std::map<std::uint64_t, Asked>& candidates) const;
  /// Compares them. Returns those that go on.
  std::vector<std::uint64_t> compare(std::map<std::uint64_t, Asked>& candidates);
  /// None is left, or those that are left have been simulated to their end.
  [[nodiscard]] bool has_ended(const std::map<std::uint64_t, Asked>& candidates) const;

  /// What a search is to learn of each, by number: the loss, of one that was not gone on with no
  /// less than the largest of those that were. Infinite: it has none.
  [[nodiscard]] std::vector<std::pair<std::uint64_t, double>> losses(
      const std::map<std::uint64_t, Asked>& candidates) const;

 private:
  [[nodiscard]] int last() const { return static_cast<int>(fit_.halving->rungs.size()); }
  const io::Fit& fit_;
  const Judge& judge_;
  std::vector<std::uint64_t> left_;                  ///< that run, ascending
  std::vector<std::vector<std::uint64_t>> dropped_;  ///< after each comparison
};

}  // namespace arcuate::search
