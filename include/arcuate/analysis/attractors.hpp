#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "arcuate/core/types.hpp"

/// States of a clustered network: which clusters are active together, how long, and what follows.
namespace arcuate::analysis {

/// By cluster, then step.
using Rates = std::vector<std::vector<double>>;
using Activity = std::vector<std::vector<std::uint8_t>>;

/// The threshold of activity is found in the data: at first each cluster's own mean rate (or
/// `baseline`), then the mean rate of all that is active, until it moves by less than `tolerance`.
struct ActivityOptions {
  double tolerance = 20.0;  ///< [Hz]
  double baseline = -1.0;   ///< [Hz] below 0: the means
  bool once_more = false;   ///< activity is above the last threshold and not the one before
  int most_rounds = 50;
};
struct ActiveClusters {
  Activity active;
  double threshold = 0.0;  ///< [Hz] mean over clusters of what the activity is above
};
ActiveClusters find_active(const Rates& rates, const ActivityOptions& options);

/// Fills gaps between two active times of a cluster that are shorter than some steps.
void fill_gaps(Activity& active, Step shortest);

/// A state held from begin to before end.
struct Occurrence {
  int state = 0;
  int session = 0;
  double begin = 0.0, end = 0.0;  ///< [s] since the first session began
  std::vector<double> rates;      ///< [Hz] of its clusters, mean over the time

  [[nodiscard]] double seconds() const { return end - begin; }
};

/// States are sets of clusters, also the empty one, numbered as they first appear.
struct Attractors {
  std::vector<std::vector<int>> states;  ///< clusters, ascending
  std::vector<Occurrence> occurrences;   ///< by begin
  std::vector<double> session_ends;      ///< [s]

  double window = -1.0;  ///< [s] of the time that occurrences were taken from; below 0: all of it

  [[nodiscard]] double seconds() const { return session_ends.empty() ? 0.0 : session_ends.back(); }
  [[nodiscard]] double looked_at() const { return window < 0.0 ? seconds() : window; }
};

/// Attractors of one session, occurrence after occurrence.
class AttractorBuilder {
 public:
  /// Clusters that are active from step `begin` to before `end`. Times are rounded to 0.1 ms.
  void add(const std::vector<int>& clusters, Step begin, Step end, double dt,
           std::vector<double> rates);
  /// steps: of the session.
  Attractors finish(Step steps, double dt);

 private:
  Attractors found_;
  std::map<std::vector<int>, int> numbers_;  ///< of the states
};

/// Splits time where any cluster changes; parts of at least `shortest` steps are kept. Times are
/// rounded to 0.1 ms. rates: may be empty.
Attractors find_attractors(const Activity& active, Step shortest, double dt,
                           const Rates& rates = {});

/// Sessions one after the other. States of one session are those of the others by their clusters.
Attractors merge_sessions(const std::vector<Attractors>& sessions);

/// Occurrences that begin in from .. to [s], both included; states without one are left out.
/// Negative times count from the end.
Attractors within(const Attractors& all, double from, double to);

// (n_states, n_states), a row for the state before.
std::vector<double> transition_counts(const Attractors& all);
/// By occurrences of the state before: a row sums to less than 1 where a session ends with it.
std::vector<double> transition_matrix(const Attractors& all);
/// [s] Mean over the occurrences of the row's state of the time until the column's state begins
/// next in the session, NaN where it never does.
std::vector<double> first_passages(const Attractors& all);
/// Product of the probabilities of the transitions. At least two states.
double sequence_probability(const Attractors& all, const std::vector<int>& states);

struct StateStatistics {
  std::int64_t occurrences = 0;
  double total = 0.0;       ///< [s]
  double dwell_mean = 0.0;  ///< [s] time of an occurrence
  double dwell_median = 0.0;
  double dwell_deviation = 0.0;  ///< of the population
  double probability = 0.0;      ///< total / time that was looked at
  std::vector<double> rates;     ///< [Hz] of its clusters, mean over occurrences
};
std::vector<StateStatistics> state_statistics(const Attractors& all);

/// By cluster: time in states that contain it / time in states.
std::vector<double> marginal_probabilities(const Attractors& all, std::size_t n_clusters);

/// How the transition matrix settles: its relative change from one time to the next, 2 |T - T'| /
/// (|T| + |T'|) (Frobenius), and states discovered until then.
struct Evolution {
  std::vector<double> time;    ///< [s]
  std::vector<double> change;  ///< of the first: 0
  std::vector<double> states;
  std::vector<double> density;
};
Evolution evolution_of(const Attractors& all, int steps);

}  // namespace arcuate::analysis
