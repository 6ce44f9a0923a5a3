#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "arcuate/analysis/attractors.hpp"
#include "arcuate/analysis/capacity.hpp"

/// How perturbations of single clusters change how much time a network spends in its states, and
/// whether what several of them do together follows from that.
namespace arcuate::analysis {

/// What was seen under one perturbation, all repeats together.
struct Perturbed {
  std::vector<double> strength;                          ///< (n_clusters) [Hz] of external rates
  std::map<std::vector<int>, double> seconds;            ///< by state
  std::map<std::vector<int>, std::int64_t> occurrences;  ///< likewise
  double looked_at = 0.0;                                ///< [s]

  void add(const Attractors& all);
  /// Part of the time that was spent in a state.
  [[nodiscard]] double probability(const std::vector<int>& state) const;
  [[nodiscard]] bool is_baseline() const;
};

struct SensitivityOptions {
  double weak = 0.05;   ///< [Hz] perturbations up to this size count for slopes
  int occurrences = 5;  ///< a state counts where it occurs as often
  double linear = 0.9;  ///< R^2 from which a slope is called linear
  double far = 2.0;     ///< standard deviations of the residual at which the law breaks
};

/// ln p of a state against the perturbation of one cluster. NaN where fewer than two strengths
/// count.
struct SensitivitySlope {
  double value = 0.0;   ///< [1/Hz]
  double R2 = 0.0;      ///< of the line; 1 through two points
  int points = 0;       ///< strengths that counted
  bool linear = false;  ///< three points or more, R2 above what is asked for
  double breaks = 0.0;  ///< [Hz] the least size beyond `weak` that is far from the line, or NaN
};

struct Sensitivity {
  std::vector<std::vector<int>> states;  ///< of the baseline, by their clusters
  std::vector<double> probability;       ///< (n_states) of the baseline
  std::vector<SensitivitySlope> slopes;  ///< (n_states, n_clusters)
};

/// Throws ConfigError: no perturbation of 0 everywhere, lists of other lengths than n_clusters.
Sensitivity sensitivity_of(const std::vector<Perturbed>& all, int n_clusters,
                           const SensitivityOptions& options);

/// (n_states) p0 exp(sum over clusters of slope times strength), scaled to what the states have
/// together in the baseline; slopes that are NaN count as 0.
std::vector<double> predicted(const Sensitivity& sensitivity, const std::vector<double>& strength);

/// R^2 of what was seen against what was predicted; NaN of fewer than two states.
double explained(const std::vector<double>& seen, const std::vector<double>& expected);

/// The state of which the perturbation reaches most clusters most: x' strength is largest. Empty
/// where two are equal, or none is above 0.
std::vector<int> target_of(const std::vector<double>& strength, const Vocabulary& states);

/// Of a state as seen from a target: the target itself; one cluster for another; some clusters in
/// common; none; another size.
enum class Role { target, bottleneck, partial, orthogonal, other };
Role role_of(const std::vector<int>& state, const std::vector<int>& target);

/// Where the time goes.
struct Leakage {
  std::vector<int> target;
  std::map<Role, double> probability, baseline;  ///< summed by role
  bool dominates = false;                        ///< no other state has as much time as the target
  double of_size = 0.0;  ///< part of the time in states that is in those of the target's size
  int visited = 0;       ///< states with more than 1 % of the time
};
Leakage leakage_of(const Perturbed& one, const Perturbed& baseline, const std::vector<int>& target);

}  // namespace arcuate::analysis
