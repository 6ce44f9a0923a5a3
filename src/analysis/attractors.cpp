#include "arcuate/analysis/attractors.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>

#include "arcuate/analysis/transitions.hpp"
#include "arcuate/core/index.hpp"

namespace arcuate::analysis {
namespace {

constexpr double missing = std::numeric_limits<double>::quiet_NaN();

double average_of(const std::vector<double>& values) {
  return values.empty() ? missing
                        : std::accumulate(values.begin(), values.end(), 0.0) /
                              static_cast<double>(values.size());
}

double to_tenth_of_ms(double seconds) {
  return std::round(seconds * 1e4) / 1e4;
}

double time_of(Step step, double dt) {
  return to_tenth_of_ms(static_cast<double>(step) * dt);
}

/// The sum is over clusters of sums over time, as when spikes are streamed.
struct Above {
  Activity active;
  double sum = 0.0;
  std::size_t count = 0;
};

Above above(const Rates& rates, const std::vector<double>& thresholds) {
  Above result;
  for (std::size_t c = 0; c < rates.size(); ++c) {
    std::vector<std::uint8_t>& active = result.active.emplace_back(rates[c].size());
    double sum = 0.0;
    for (std::size_t t = 0; t < rates[c].size(); ++t) {
      if (!(rates[c][t] > thresholds[c])) continue;
      active[t] = 1;
      sum += rates[c][t];
      ++result.count;
    }
    result.sum += sum;
  }
  return result;
}

std::vector<int> clusters_at(const Activity& active, std::size_t step) {
  std::vector<int> clusters;
  for (std::size_t c = 0; c < active.size(); ++c) {
    if (active[c][step] != 0) clusters.push_back(static_cast<int>(c));
  }
  return clusters;
}

bool changes_at(const Activity& active, std::size_t step) {
  return std::any_of(active.begin(), active.end(),
                     [step](const auto& one) { return one[step] != one[step - 1]; });
}

/// Numbers sets of clusters as they come.
class States {
 public:
  explicit States(std::vector<std::vector<int>>& states) : states_(states) {}
  int number_of(const std::vector<int>& clusters) {
    const auto [found, is_new] = numbers_.try_emplace(clusters, static_cast<int>(states_.size()));
    if (is_new) states_.push_back(clusters);
    return found->second;
  }

 private:
  std::vector<std::vector<int>>& states_;
  std::map<std::vector<int>, int> numbers_;
};

std::vector<double> rates_in(const Rates& rates, const std::vector<int>& clusters,
                             std::size_t begin, std::size_t end) {
  std::vector<double> means;
  if (rates.empty()) return means;
  for (const int cluster : clusters) {
    const std::vector<double>& rate = rates[z(cluster)];
    means.push_back(std::accumulate(rate.begin() + static_cast<std::ptrdiff_t>(begin),
                                    rate.begin() + static_cast<std::ptrdiff_t>(end), 0.0) /
                    static_cast<double>(end - begin));
  }
  return means;
}

std::vector<std::int64_t> occurrences_of(const Attractors& all) {
  std::vector<std::int64_t> counts(all.states.size(), 0);
  for (const Occurrence& one : all.occurrences)
    ++counts[z(one.state)];
  return counts;
}

double median_of(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t n = values.size();
  return n % 2 == 1 ? values[n / 2] : 0.5 * (values[n / 2 - 1] + values[n / 2]);
}

}  // namespace

ActiveClusters find_active(const Rates& rates, const ActivityOptions& options) {
  std::vector<double> thresholds;
  for (const std::vector<double>& rate : rates)
    thresholds.push_back(options.baseline < 0.0 ? average_of(rate) : options.baseline);
  ActiveClusters result;
  for (int round = 0; round < options.most_rounds; ++round) {
    Above found = above(rates, thresholds);
    result.active = std::move(found.active);
    result.threshold = average_of(thresholds);
    if (found.count == 0) break;
    const double mean = found.sum / static_cast<double>(found.count);
    const bool settled = std::abs(mean - result.threshold) < options.tolerance;
    if (settled && !options.once_more) break;
    thresholds.assign(rates.size(), mean);
    if (settled) {
      result.active = above(rates, thresholds).active;
      result.threshold = mean;
      break;
    }
  }
  return result;
}

void fill_gaps(Activity& active, Step shortest) {
  for (std::vector<std::uint8_t>& one : active) {
    const auto n = std::ssize(one);
    for (std::int64_t last = -1, t = 0; t < n; ++t) {
      if (one[z(t)] == 0) continue;
      if (last >= 0 && t - last - 1 < shortest)
        std::fill(one.begin() + last + 1, one.begin() + t, std::uint8_t{1});
      last = t;
    }
  }
}

void AttractorBuilder::add(const std::vector<int>& clusters, Step begin, Step end, double dt,
                           std::vector<double> rates) {
  const auto [found, is_new] =
      numbers_.try_emplace(clusters, static_cast<int>(found_.states.size()));
  if (is_new) found_.states.push_back(clusters);
  found_.occurrences.push_back(
      {found->second, 0, time_of(begin, dt), time_of(end, dt), std::move(rates)});
}

Attractors AttractorBuilder::finish(Step steps, double dt) {
  found_.session_ends = {time_of(steps, dt)};
  return std::move(found_);
}

Attractors find_attractors(const Activity& active, Step shortest, double dt, const Rates& rates) {
  if (active.empty()) return {};
  const std::size_t steps = active.front().size();
  AttractorBuilder builder;
  std::size_t begin = 0;
  for (std::size_t step = 1; step <= steps; ++step) {
    if (step < steps && !changes_at(active, step)) continue;
    if (static_cast<Step>(step - begin) >= shortest) {
      const std::vector<int> clusters = clusters_at(active, begin);
      builder.add(clusters, static_cast<Step>(begin), static_cast<Step>(step), dt,
                  rates_in(rates, clusters, begin, step));
    }
    begin = step;
  }
  return builder.finish(static_cast<Step>(steps), dt);
}

Attractors merge_sessions(const std::vector<Attractors>& sessions) {
  Attractors result;
  States states(result.states);
  for (const Attractors& session : sessions) {
    const double offset = result.seconds();
    const auto number = static_cast<int>(result.session_ends.size());
    for (const Occurrence& one : session.occurrences) {
      Occurrence moved = one;
      moved.state = states.number_of(session.states[z(one.state)]);
      moved.session = number + one.session;
      moved.begin = to_tenth_of_ms(one.begin + offset);
      moved.end = to_tenth_of_ms(one.end + offset);
      result.occurrences.push_back(std::move(moved));
    }
    for (const double end : session.session_ends)
      result.session_ends.push_back(to_tenth_of_ms(end + offset));
  }
  return result;
}

Attractors within(const Attractors& all, double from, double to) {
  if (from < 0.0) from += all.seconds();
  if (to < 0.0) to += all.seconds();
  from = to_tenth_of_ms(from);
  to = to_tenth_of_ms(to);
  if (from > to) std::swap(from, to);
  Attractors result;
  States states(result.states);
  for (const Occurrence& one : all.occurrences) {
    if (one.begin < from || one.begin > to) continue;
    Occurrence kept = one;
    kept.state = states.number_of(all.states[z(one.state)]);
    result.occurrences.push_back(std::move(kept));
  }
  result.session_ends = all.session_ends;
  result.window = std::min(to, all.seconds()) - std::max(from, 0.0);
  return result;
}

std::vector<double> transition_counts(const Attractors& all) {
  const std::size_t n = all.states.size();
  std::vector<double> counts(n * n, 0.0);
  for (std::size_t k = 1; k < all.occurrences.size(); ++k) {
    const Occurrence& before = all.occurrences[k - 1];
    const Occurrence& after = all.occurrences[k];
    if (before.session == after.session) counts[z(before.state) * n + z(after.state)] += 1.0;
  }
  return counts;
}

std::vector<double> transition_matrix(const Attractors& all) {
  const std::size_t n = all.states.size();
  const std::vector<std::int64_t> occurrences = occurrences_of(all);
  std::vector<double> matrix = transition_counts(all);
  for (std::size_t k = 0; k < matrix.size(); ++k) {
    const auto count = static_cast<double>(occurrences[k / n]);
    if (count > 0.0) matrix[k] /= count;
  }
  return matrix;
}

std::vector<double> first_passages(const Attractors& all) {
  const std::size_t n = all.states.size();
  std::vector<double> sums(n * n, 0.0), counts(n * n, 0.0);
  // Backwards: when each state begins next.
  std::vector<double> next(n, missing);
  for (std::size_t k = all.occurrences.size(); k-- > 0;) {
    const Occurrence& one = all.occurrences[k];
    if (k + 1 < all.occurrences.size() && all.occurrences[k + 1].session != one.session)
      std::fill(next.begin(), next.end(), missing);
    for (std::size_t state = 0; state < n; ++state) {
      if (std::isnan(next[state])) continue;
      sums[z(one.state) * n + state] += next[state] - one.begin;
      counts[z(one.state) * n + state] += 1.0;
    }
    next[z(one.state)] = one.begin;
  }
  for (std::size_t k = 0; k < sums.size(); ++k)
    sums[k] = counts[k] > 0.0 ? sums[k] / counts[k] : missing;
  return sums;
}

double sequence_probability(const Attractors& all, const std::vector<int>& states) {
  const std::vector<double> matrix = transition_matrix(all);
  double product = 1.0;
  for (std::size_t k = 1; k < states.size(); ++k)
    product *= matrix[z(states[k - 1]) * all.states.size() + z(states[k])];
  return product;
}

std::vector<StateStatistics> state_statistics(const Attractors& all) {
  std::vector<StateStatistics> statistics(all.states.size());
  std::vector<std::vector<double>> dwells(all.states.size());
  for (std::size_t state = 0; state < all.states.size(); ++state)
    statistics[state].rates.assign(all.states[state].size(), 0.0);
  for (const Occurrence& one : all.occurrences) {
    StateStatistics& of = statistics[z(one.state)];
    ++of.occurrences;
    of.total += one.seconds();
    dwells[z(one.state)].push_back(one.seconds());
    for (std::size_t c = 0; c < one.rates.size(); ++c)
      of.rates[c] += one.rates[c];
  }
  for (std::size_t state = 0; state < statistics.size(); ++state) {
    StateStatistics& of = statistics[state];
    const auto n = static_cast<double>(of.occurrences);
    of.dwell_mean = of.total / n;
    of.dwell_median = median_of(dwells[state]);
    double squares = 0.0;
    for (const double dwell : dwells[state])
      squares += (dwell - of.dwell_mean) * (dwell - of.dwell_mean);
    of.dwell_deviation = std::sqrt(squares / n);
    of.probability = of.total / all.looked_at();
    for (double& rate : of.rates)
      rate /= n;
  }
  return statistics;
}

std::vector<double> marginal_probabilities(const Attractors& all, std::size_t n_clusters) {
  std::vector<double> sums(n_clusters, 0.0);
  double total = 0.0;
  for (const Occurrence& one : all.occurrences) {
    total += one.seconds();
    for (const int cluster : all.states[z(one.state)])
      sums[z(cluster)] += one.seconds();
  }
  for (double& sum : sums)
    sum = total > 0.0 ? sum / total : missing;
  return sums;
}

namespace {

/// Part of the ordered pairs of states seen that have followed each other.
double density_of(const Attractors& until, double states) {
  const std::vector<double> counts = transition_counts(until);
  const auto pairs = std::count_if(counts.begin(), counts.end(), [](double n) { return n > 0.0; });
  return states > 0.0 ? static_cast<double>(pairs) / (states * states) : 0.0;
}

}  // namespace

Evolution evolution_of(const Attractors& all, int steps) {
  Evolution result;
  const std::size_t n = all.states.size();
  std::vector<double> before(n * n, 0.0);
  for (int k = 0; k <= steps; ++k) {
    const double time = all.seconds() * k / steps;
    Attractors until;
    until.states = all.states;
    std::vector<bool> seen(n, false);
    for (const Occurrence& one : all.occurrences) {
      if (one.begin > time) break;
      until.occurrences.push_back({one.state, one.session, one.begin, one.end, {}});
      seen[z(one.state)] = true;
    }
    const std::vector<double> matrix = transition_matrix(until);
    result.time.push_back(time);
    result.change.push_back(k == 0 ? 0.0 : relative_difference(matrix, before));
    result.states.push_back(static_cast<double>(std::count(seen.begin(), seen.end(), true)));
    result.density.push_back(density_of(until, result.states.back()));
    before = matrix;
  }
  return result;
}

}  // namespace arcuate::analysis
