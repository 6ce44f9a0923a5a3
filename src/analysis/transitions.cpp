#include "arcuate/analysis/transitions.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>
#include <set>
#include <utility>

#include "arcuate/core/index.hpp"

namespace arcuate::analysis {
namespace {

int common_clusters(const std::vector<int>& one, const std::vector<int>& other) {
  std::vector<int> both;
  std::set_intersection(one.begin(), one.end(), other.begin(), other.end(),
                        std::back_inserter(both));
  return static_cast<int>(both.size());
}

double frobenius(const std::vector<double>& matrix) {
  double squares = 0.0;
  for (const double entry : matrix)
    squares += entry * entry;
  return std::sqrt(squares);
}

}  // namespace

std::vector<Transition> transitions_of(const Attractors& all) {
  std::vector<Transition> found;
  std::map<std::pair<int, int>, std::int64_t> counts;
  for (std::size_t k = 1; k < all.occurrences.size(); ++k) {
    const Occurrence& before = all.occurrences[k - 1];
    const Occurrence& after = all.occurrences[k];
    if (before.session != after.session) continue;
    found.push_back({k - 1, before.state, after.state,
                     common_clusters(all.states[z(before.state)], all.states[z(after.state)]),
                     ++counts[{before.state, after.state}]});
  }
  return found;
}

SymmetryClass class_of(const Transition& one, const Attractors& all) {
  return {static_cast<int>(all.states[z(one.from)].size()),
          static_cast<int>(all.states[z(one.to)].size()), one.overlap};
}

std::vector<Neighbours> neighbours_of(const Attractors& all) {
  std::vector<Neighbours> found(all.occurrences.size());
  std::vector<std::int64_t> counts(all.states.size(), 0);
  for (std::size_t k = 0; k < found.size(); ++k) {
    const Occurrence& one = all.occurrences[k];
    found[k].number = ++counts[z(one.state)];
    if (k == 0 || all.occurrences[k - 1].session != one.session) continue;
    found[k].previous = all.occurrences[k - 1].state;
    found[k - 1].next = one.state;
  }
  return found;
}

AlignedTransitions align_transitions(const std::vector<Attractors>& lists) {
  std::set<std::vector<int>> known;
  for (const Attractors& one : lists)
    known.insert(one.states.begin(), one.states.end());
  AlignedTransitions aligned{{known.begin(), known.end()}, {}};
  const std::size_t n = aligned.states.size();
  for (const Attractors& one : lists) {
    std::vector<std::size_t> place;
    for (const std::vector<int>& state : one.states)
      place.push_back(static_cast<std::size_t>(
          std::lower_bound(aligned.states.begin(), aligned.states.end(), state) -
          aligned.states.begin()));
    const std::vector<double> own = transition_matrix(one);
    std::vector<double>& matrix = aligned.matrices.emplace_back(n * n, 0.0);
    for (std::size_t from = 0; from < place.size(); ++from) {
      for (std::size_t to = 0; to < place.size(); ++to)
        matrix[place[from] * n + place[to]] = own[from * place.size() + to];
    }
  }
  return aligned;
}

double relative_difference(const std::vector<double>& one, const std::vector<double>& other) {
  std::vector<double> difference(one);
  for (std::size_t k = 0; k < difference.size(); ++k)
    difference[k] -= other[k];
  return 2.0 * frobenius(difference) / (frobenius(one) + frobenius(other) + 1e-12);
}

}  // namespace arcuate::analysis
