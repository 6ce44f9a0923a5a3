#include "arcuate/analysis/attractors.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "arcuate/analysis/spike_trains.hpp"
#include "arcuate/analysis/transitions.hpp"

/// The toy of the original, whose results its own code gave, and signals of a formula.
namespace arcuate::analysis {
namespace {

/// Three clusters in 400 steps of 0.5 ms.
Activity toy() {
  Activity active(3, std::vector<std::uint8_t>(400, 0));
  for (std::size_t t = 0; t < 400; ++t) {
    active[0][t] = t < 100 || t >= 300 ? 1 : 0;
    active[1][t] = t >= 80 && t < 200 ? 1 : 0;
    active[2][t] = t >= 230 && t < 232 ? 1 : 0;
  }
  return active;
}

Attractors toy_session() {
  return find_attractors(toy(), 40, 0.0005);
}

TEST(Attractors, OfTheToyAreThoseOfTheOriginal) {
  const Attractors found = toy_session();
  EXPECT_EQ(found.states, (std::vector<std::vector<int>>{{0}, {1}, {}}));
  ASSERT_EQ(found.occurrences.size(), 4U);
  const auto expect = [&](std::size_t k, int state, double begin, double end) {
    EXPECT_EQ(found.occurrences[k].state, state);
    EXPECT_DOUBLE_EQ(found.occurrences[k].begin, begin * 0.0005);
    EXPECT_DOUBLE_EQ(found.occurrences[k].end, end * 0.0005);
  };
  expect(0, 0, 0, 80);
  expect(1, 1, 100, 200);
  expect(2, 2, 232, 300);
  expect(3, 0, 300, 400);
}

TEST(Attractors, OfTwoSessionsHaveNoTransitionsAcrossTheirBoundary) {
  Attractors both = merge_sessions({toy_session(), toy_session()});
  EXPECT_EQ(both.session_ends, (std::vector<double>{0.2, 0.4}));
  EXPECT_EQ(transition_matrix(both), (std::vector<double>{0, 0.5, 0, 0, 0, 1, 1, 0, 0}));
  for (Occurrence& one : both.occurrences)
    one.session = 0;
  EXPECT_EQ(transition_matrix(both), (std::vector<double>{0.25, 0.5, 0, 0, 0, 1, 1, 0, 0}));
  EXPECT_DOUBLE_EQ(sequence_probability(both, {0, 1, 2}), 0.5);
}

TEST(Attractors, HaveTheStatisticsOfTheirOccurrences) {
  const Attractors all = toy_session();
  const auto statistics = state_statistics(all);
  EXPECT_EQ(statistics[0].occurrences, 2);
  EXPECT_NEAR(statistics[0].total, 0.09, 1e-12);
  EXPECT_NEAR(statistics[0].dwell_mean, 0.045, 1e-12);
  EXPECT_NEAR(statistics[0].dwell_median, 0.045, 1e-12);
  EXPECT_NEAR(statistics[0].dwell_deviation, 0.005, 1e-12);
  EXPECT_NEAR(statistics[0].probability, 0.45, 1e-12);
  const auto marginal = marginal_probabilities(all, 3);
  EXPECT_NEAR(marginal[0], 0.09 / 0.174, 1e-12);
  EXPECT_NEAR(marginal[1], 0.05 / 0.174, 1e-12);
  EXPECT_EQ(marginal[2], 0.0);
  const auto passages = first_passages(all);
  EXPECT_NEAR(passages[0], 0.15, 1e-12);       // 0 -> 0: steps 0 to 300
  EXPECT_NEAR(passages[1], 0.05, 1e-12);       // 0 -> 1
  EXPECT_NEAR(passages[3], 0.1, 1e-12);        // 1 -> 0
  EXPECT_NEAR(passages[8 - 2], 0.034, 1e-12);  // 2 -> 0: 232 to 300
  EXPECT_TRUE(std::isnan(passages[8]));
}

TEST(Attractors, BelongToAWindowByTheirBegin) {
  const Attractors all = toy_session();
  const Attractors some = within(all, 0.05, 0.116);
  EXPECT_EQ(some.states, (std::vector<std::vector<int>>{{1}, {}}));
  EXPECT_EQ(within(all, -0.05, 0.2).occurrences.size(), 1U);
  EXPECT_EQ(within(all, 0.116, 0.05).occurrences.size(), 2U);
}

/// The toy's two sessions have the states 0 (E0), 1 (E1) and 2 (none) as 0 1 2 0 | 0 1 2 0.
TEST(Attractors, HaveTransitionsOneByOne) {
  const Attractors both = merge_sessions({toy_session(), toy_session()});
  const auto found = transitions_of(both);
  ASSERT_EQ(found.size(), 6U);
  const auto expect = [&](std::size_t k, std::size_t before, int from, int to,
                          std::int64_t number) {
    EXPECT_EQ(found[k].before, before) << k;
    EXPECT_EQ(found[k].from, from) << k;
    EXPECT_EQ(found[k].to, to) << k;
    EXPECT_EQ(found[k].overlap, 0) << k;
    EXPECT_EQ(found[k].number, number) << k;
  };
  expect(0, 0, 0, 1, 1);
  expect(2, 2, 2, 0, 1);
  expect(3, 4, 0, 1, 2);
  expect(5, 6, 2, 0, 2);
  EXPECT_EQ(class_of(found[0], both), (SymmetryClass{1, 1, 0}));
  EXPECT_EQ(class_of(found[2], both), (SymmetryClass{0, 1, 0}));
  const auto neighbours = neighbours_of(both);
  EXPECT_EQ(neighbours[3].number, 2);
  EXPECT_EQ(neighbours[3].previous, 2);
  EXPECT_EQ(neighbours[3].next, -1);  // the session ends
  EXPECT_EQ(neighbours[4].previous, -1);
  EXPECT_EQ(neighbours[4].next, 1);
  EXPECT_EQ(neighbours[7].number, 4);
}

TEST(Attractors, OfOneSizeThatShareClustersAreOfOneClass) {
  Attractors all;
  all.states = {{0, 1}, {1, 2}, {2, 3}, {0, 3, 4}};
  for (const int state : {0, 1, 2, 0, 3})
    all.occurrences.push_back({state, 0, 0.0, 0.1, {}});
  const auto found = transitions_of(all);
  EXPECT_EQ(class_of(found[0], all), (SymmetryClass{2, 2, 1}));
  EXPECT_EQ(class_of(found[1], all), class_of(found[0], all));
  EXPECT_EQ(class_of(found[2], all), (SymmetryClass{2, 2, 0}));
  EXPECT_EQ(class_of(found[3], all), (SymmetryClass{2, 3, 1}));
}

TEST(Attractors, OfSeveralListsAreComparedOverTheStatesOfAll) {
  Attractors other;
  other.states = {{1}, {0, 1}};
  for (const int state : {0, 1, 0})
    other.occurrences.push_back({state, 0, 0.0, 0.1, {}});
  const AlignedTransitions aligned = align_transitions({toy_session(), other});
  EXPECT_EQ(aligned.states, (std::vector<std::vector<int>>{{}, {0}, {0, 1}, {1}}));
  // none -> E0; E0 -> E1, where half of the occurrences end the session; E1 -> none.
  EXPECT_EQ(aligned.matrices[0],
            (std::vector<double>{0, 1, 0, 0, 0, 0, 0, 0.5, 0, 0, 0, 0, 1, 0, 0, 0}));
  EXPECT_EQ(aligned.matrices[1],
            (std::vector<double>{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0.5, 0}));
  // |T - T'|^2 = 1 + 1/4 + 1 + 1 + 1/4.
  EXPECT_NEAR(relative_difference(aligned.matrices[0], aligned.matrices[1]),
              2.0 * std::sqrt(3.5) / (std::sqrt(2.25) + std::sqrt(1.25)), 1e-11);
  EXPECT_EQ(relative_difference(aligned.matrices[0], aligned.matrices[0]), 0.0);
}

TEST(Attractors, HaveTheirProbabilitiesInAWindow) {
  const Attractors some = within(toy_session(), 0.05, 0.15);
  EXPECT_DOUBLE_EQ(some.looked_at(), 0.1);
  EXPECT_NEAR(state_statistics(some)[0].probability, 0.05 / 0.1, 1e-12);  // of E1
  EXPECT_DOUBLE_EQ(within(toy_session(), -0.05, 9.0).looked_at(), 0.05);
}

TEST(Attractors, SettleAsTheirTransitionsAreSeen) {
  const Evolution found = evolution_of(toy_session(), 4);
  EXPECT_EQ(found.states, (std::vector<double>{1, 2, 2, 3, 3}));
  // Of 1, 4, 4, 9 and 9 ordered pairs none, 1, 1, 3 and 3 have been seen.
  EXPECT_EQ(found.density, (std::vector<double>{0.0, 0.25, 0.25, 1.0 / 3.0, 1.0 / 3.0}));
  // 0 -> 1 at 0.05 s: from nothing to one number is a change of 2.
  EXPECT_NEAR(found.change[1], 2.0, 1e-9);
  EXPECT_NEAR(found.change[2], 0.0, 1e-12);
  // Rows (0, 1/2, 0), (0, 0, 1), (1, 0, 0) at the end, begins at 0.15 s included.
  const double last = std::sqrt(2.25), first = 1.0, change = std::sqrt(0.25 + 2.0);
  EXPECT_NEAR(found.change[3], 2.0 * change / (last + first), 1e-9);
}

TEST(Activity, IsAboveAThresholdThatSettlesInTheData) {
  // Two clusters of 0 and 40 or 80 Hz. The first thresholds are their means, 20 and 40; all that is
  // above has the mean 60, which is 30 away from 30; then 60 itself: 80 is above it, 20 away.
  Rates rates(2, std::vector<double>(100, 0.0));
  std::fill_n(rates[0].begin(), 50, 40.0);
  std::fill_n(rates[1].begin() + 50, 50, 80.0);
  ActivityOptions options;
  options.tolerance = 20.5;
  const ActiveClusters found = find_active(rates, options);
  EXPECT_DOUBLE_EQ(found.threshold, 60.0);
  EXPECT_EQ(found.active[0], std::vector<std::uint8_t>(100, 0));
  EXPECT_EQ(found.active[1][49], 0);
  EXPECT_EQ(found.active[1][50], 1);
  options.tolerance = 31.0;
  EXPECT_DOUBLE_EQ(find_active(rates, options).threshold, 30.0);
  EXPECT_EQ(find_active(rates, options).active[0][0], 1);
  options.once_more = true;
  EXPECT_DOUBLE_EQ(find_active(rates, options).threshold, 60.0);
  EXPECT_EQ(find_active(rates, options).active[0][0], 0);
  options.baseline = 100.0;
  EXPECT_EQ(find_active(rates, options).active[1][60], 0);
}

TEST(Activity, HasItsShortGapsFilled) {
  Activity active{{0, 1, 0, 0, 1, 0, 0, 0, 1, 0}};
  fill_gaps(active, 3);
  EXPECT_EQ(active[0], (std::vector<std::uint8_t>{0, 1, 1, 1, 1, 0, 0, 0, 1, 0}));
}

/// scipy.ndimage.gaussian_filter1d([0, 0, 1, 0, 0, 3, 1, 2], 1.0)
TEST(Smoothing, ByAGaussianIsThatOfScipy) {
  const std::vector<double> signal{0, 0, 1, 0, 0, 3, 1, 2};
  const auto found = smooth(signal, {Kernel::gaussian, 0.002}, 0.002);
  const std::vector<double> expected{0.05842298904073567, 0.2425067681550597, 0.4123728848408063,
                                     0.4086443507879747,  0.8430279763005031, 1.5602135240510113,
                                     1.7217501365990002,  1.7530613702249092};
  ASSERT_EQ(found.size(), expected.size());
  for (std::size_t t = 0; t < found.size(); ++t)
    EXPECT_NEAR(found[t], expected[t], 1e-12) << t;
}

/// numpy.convolve([0, 0, 1, 0, 0, 3, 1, 2], ones(4) / 4, "same")
TEST(Smoothing, ByABoxIsThatOfNumpy) {
  const std::vector<double> signal{0, 0, 1, 0, 0, 3, 1, 2};
  EXPECT_EQ(smooth(signal, {Kernel::box, 0.008}, 0.002),
            (std::vector<double>{0.0, 0.25, 0.25, 0.25, 1.0, 1.0, 1.5, 1.5}));
  EXPECT_EQ(smooth(signal, {Kernel::box, 0.006}, 0.002).at(5), 4.0 / 3.0);
}

TEST(SpikeTrains, HaveRatesFanoFactorsAndIntervals) {
  // Two neurons of one population, one of the other; 20 steps of 10 ms, the first 4 do not count.
  const std::vector<std::int64_t> step{1, 4, 6, 8, 8, 12, 12, 14};
  const std::vector<std::int32_t> neuron{0, 0, 0, 0, 1, 0, 2, 0};
  const SpikeTrains trains{step, neuron, 4, 20, 0.01, {0, 2, 3, 3}};
  const auto found = spike_statistics(trains, 0.04);
  EXPECT_NEAR(found[0].rate, 6.0 / 2.0 / 0.16, 1e-12);
  // Neuron 0: counts 2 1 2 0, mean 5/4, variance 11/16; neuron 1: 0 1 0 0, variance 3/16.
  EXPECT_NEAR(found[0].fano, ((11.0 / 16.0) / 1.25 + 0.75) / 2.0, 1e-12);
  // Intervals of neuron 0: 20 20 40 20 ms.
  EXPECT_NEAR(found[0].isi_mean, 0.025, 1e-12);
  EXPECT_NEAR(found[0].isi_cv, std::sqrt(75.0) / 25.0, 1e-12);
  EXPECT_NEAR(found[1].rate, 1.0 / 0.16, 1e-12);
  EXPECT_TRUE(std::isnan(found[1].isi_mean));
  EXPECT_TRUE(std::isnan(found[2].rate));
  const auto rate = population_rate(trains, 0, {Kernel::box, 0.01});
  ASSERT_EQ(rate.size(), 16U);
  EXPECT_NEAR(rate[0], 50.0, 1e-9);
  EXPECT_NEAR(rate[4], 100.0, 1e-9);
}

}  // namespace
}  // namespace arcuate::analysis
