#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <string>
#include <vector>

#include "arcuate/io/spikes.hpp"
#include "arcuate/spiking/simulation.hpp"

/// Statistics of the network of eighteen clusters against those of the original program.
namespace arcuate {
namespace {

constexpr int seeds = 20;

struct Session {
  double spikes = 0.0;
  io::SpikeResults results;
};

Session session_of(std::uint64_t seed) {
  const io::SpikingStudy study = io::parse_spiking_study(
      "spiking: {}\nduration: 2.5 s\nseed: " + std::to_string(seed), "reference.yml", {});
  const auto comm = comm::Communicator::alone();
  spiking::Simulation simulation(comm, study.config, study.steps, {1});
  simulation.run(study.steps);
  io::RecordedSpikes spikes;
  for (const spiking::Spike& spike : simulation.take_spikes()) {
    spikes.step.push_back(spike.step);
    spikes.neuron.push_back(spike.neuron);
  }
  const auto source = spikes.source(study, simulation.populations());
  return {static_cast<double>(spikes.step.size()),
          io::analyse_spikes({source}, study, study.analysis)};
}

const std::vector<Session>& sessions() {
  static const std::vector<Session> all = [] {
    std::vector<Session> found;
    for (int seed = 0; seed < seeds; ++seed)
      found.push_back(session_of(static_cast<std::uint64_t>(seed)));
    return found;
  }();
  return all;
}

/// The original ran with one seed of its own. One run of it is one more draw from the distribution
/// of our runs: it lies within the interval in which the next of n draws lies in 99.9 % of cases
/// (Student, 19 degrees of freedom). narrow: the distribution itself has at most this relative
/// width, so that the interval says something.
void expect_one_more_draw(const std::string& what, double original, double narrow,
                          const std::function<double(const Session&)>& value) {
  double mean = 0.0, variance = 0.0;
  for (const Session& session : sessions())
    mean += value(session) / seeds;
  for (const Session& session : sessions())
    variance += (value(session) - mean) * (value(session) - mean) / (seeds - 1);
  const double deviation = std::sqrt(variance);
  EXPECT_NEAR(original, mean, 3.883 * deviation * std::sqrt(1.0 + 1.0 / seeds))
      << what << ": mean " << mean << ", deviation " << deviation;
  EXPECT_LT(deviation, narrow * mean) << what;
}

double rate_of(const Session& session, std::size_t first, std::size_t last) {
  double sum = 0.0;
  for (std::size_t population = first; population < last; ++population)
    sum += session.results.populations[population].rate;
  return sum / static_cast<double>(last - first);
}

TEST(EighteenClusters, FireAtTheRatesOfTheOriginal) {
  const auto rate = [](std::size_t first, std::size_t last) {
    return [=](const Session& session) { return rate_of(session, first, last); };
  };
  expect_one_more_draw("spikes", 48897.0, 0.02, [](const Session& one) { return one.spikes; });
  expect_one_more_draw("E clusters", 10.01, 0.02, rate(0, 18));
  expect_one_more_draw("E background", 1.94, 0.05, rate(18, 19));
  expect_one_more_draw("I clusters", 11.82, 0.02, rate(19, 37));
  expect_one_more_draw("I background", 14.41, 0.03, rate(37, 38));
}

TEST(EighteenClusters, SwitchBetweenTheAttractorsOfTheOriginal) {
  const auto& all = [](const Session& one) -> const analysis::Attractors& {
    return one.results.attractors;
  };
  expect_one_more_draw("active fraction", 0.157, 0.45,
                       [](const Session& one) { return one.results.active_fraction; });
  expect_one_more_draw("active rate", 53.5, 0.25,
                       [](const Session& one) { return one.results.active_rate; });
  expect_one_more_draw("inactive rate", 1.92, 0.6,
                       [](const Session& one) { return one.results.inactive_rate; });
  expect_one_more_draw("number active", 2.83, 0.45,
                       [](const Session& one) { return one.results.mean_number; });
  expect_one_more_draw("states", 29.0, 0.3, [&](const Session& one) {
    return static_cast<double>(all(one).states.size());
  });
  expect_one_more_draw("occurrences", 40.0, 0.35, [&](const Session& one) {
    return static_cast<double>(all(one).occurrences.size());
  });
  expect_one_more_draw("seconds in states", 2.0305, 0.35, [&](const Session& one) {
    double sum = 0.0;
    for (const auto& occurrence : all(one).occurrences)
      sum += occurrence.seconds();
    return sum;
  });
}

}  // namespace
}  // namespace arcuate
