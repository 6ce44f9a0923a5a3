#pragma once

#include <deque>
#include <optional>
#include <string_view>
#include <vector>

#include "covariance.hpp"

namespace arcuate::optimise {

/// When a run of CMA-ES has nothing more to find: the criteria of pycma 4.4 and Hansen 2009
/// (BI-population CMA-ES, doi:10.1145/1570256.1570333).
class CmaStops {
 public:
  CmaStops(double tolx, double tolfun, double sigma)
      : tolx_(tolx), tolfun_(tolfun), sigma_(sigma) {}

  /// losses: of a generation, ascending, the failed ones left out.
  void note(const std::vector<double>& losses);
  /// The name of the criterion that holds.
  [[nodiscard]] std::optional<std::string_view> reached(const Covariance& now) const;

 private:
  [[nodiscard]] bool flat(const Covariance& now) const;
  [[nodiscard]] bool stagnant(const Covariance& now) const;
  [[nodiscard]] static bool no_effect(const Covariance& now);

  double tolx_;
  double tolfun_;
  double sigma_;                ///< at the begin
  std::vector<double> best_;    ///< of each generation
  std::vector<double> middle_;  ///< median of each generation
  double range_ = 0.0;          ///< of the last one
  int equal_ = 0;               ///< generations in a row whose best is their 75 % quantile
};

}  // namespace arcuate::optimise
