#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <vector>

#include "arcuate/analysis/attractors.hpp"

/// What follows what in a list of attractors, one by one, and several lists beside each other.
namespace arcuate::analysis {

/// The end of one occurrence and the begin of the next of the same session.
struct Transition {
  std::size_t before = 0;   ///< occurrence; the one after it is before + 1
  int from = 0, to = 0;     ///< states
  int overlap = 0;          ///< clusters of both
  std::int64_t number = 0;  ///< the how many-th of this pair of states, from 1
};
std::vector<Transition> transitions_of(const Attractors& all);

/// Transitions are alike when the clusters of one can be renamed to those of the other.
struct SymmetryClass {
  int from_size = 0, to_size = 0, overlap = 0;

  auto operator<=>(const SymmetryClass&) const = default;
};
SymmetryClass class_of(const Transition& one, const Attractors& all);

/// Of an occurrence.
struct Neighbours {
  std::int64_t number = 0;  ///< the how many-th of its state, from 1
  int previous = -1;        ///< state before in the session, -1: none
  int next = -1;
};
std::vector<Neighbours> neighbours_of(const Attractors& all);

/// Transition matrices of several lists over the states of all of them, which are in lexicographic
/// order of their clusters; 0 where a list lacks a state.
struct AlignedTransitions {
  std::vector<std::vector<int>> states;
  std::vector<std::vector<double>> matrices;  ///< (n_lists) each (n_states, n_states)
};
AlignedTransitions align_transitions(const std::vector<Attractors>& lists);

/// 2 |T - T'| / (|T| + |T'|), Frobenius norms; 0 of two that are 0.
double relative_difference(const std::vector<double>& one, const std::vector<double>& other);

}  // namespace arcuate::analysis
