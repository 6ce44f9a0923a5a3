#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "arcuate/engine/reference.hpp"
#include "arcuate/tuning/inhibition.hpp"
#include "support/networks.hpp"

/// Tuned weights do not depend on ranks, threads or the partition.
namespace arcuate::tuning {
namespace {

using namespace engine;

SimulationSpec noisy_mean_field() {
  SimulationSpec spec =
      test::default_spec("ReducedWongWangExcInh", network::CouplingForm::linear, 0.1);
  for (std::size_t k = 0; k < 2; ++k)
    spec.populations[0].initial[k] = {RegionValues(0.001), std::nullopt};
  spec.populations[0].noise.push_back(test::white_noise(0, 0.001));
  spec.dt = 1.0;
  return spec;
}

InhibitionOptions short_tuning(const SimulationSpec& spec) {
  InhibitionOptions options;
  options.parameter = spec.populations[0].model->parameter("J_i");
  options.target_rate = 3.0;
  options.tolerance = 0.02;
  options.transient = 403;
  options.window = 998;
  options.iterations = 60;
  return options;
}

struct Tuning {
  TunedInhibition tuned;
  std::vector<InhibitionRound> rounds;
};

Tuning tune_on(const comm::Communicator& comm, const SimulationSpec& spec,
               const InhibitionOptions& options, int threads) {
  const network::Connectome connectome = test::random_network({});
  std::vector<std::int32_t> owner;
  for (GlobalIndex i = 0; i < connectome.n_regions(); ++i)
    owner.push_back(static_cast<std::int32_t>(i * 7 % connectome.n_regions() % comm.size()));
  std::vector<double> start;
  for (const BalancedRegion& region : balanced_regions(spec, connectome, options))
    start.push_back(std::max(0.0, region.weight));
  network::Connectome mine = comm.is_root() ? connectome : network::Connectome{};
  const LocalNetwork local = distribute(comm, std::move(mine), owner, spec);
  SimulationOptions how;
  how.threads = threads;
  Tuning tuning;
  tuning.tuned =
      tune_inhibition(comm, spec, local, options, start, how,
                      [&](const InhibitionRound& round) { tuning.rounds.push_back(round); });
  return tuning;
}

TEST(InhibitionControl, TheWeightsHaveTheSameBitsOnEveryNumberOfRanks) {
  const comm::Communicator world(MPI_COMM_WORLD), alone(MPI_COMM_SELF);
  const SimulationSpec spec = noisy_mean_field();
  InhibitionOptions options = short_tuning(spec);
  options.transient = 1003;  // the start-up has died away
  options.window = 1998;
  options.tolerance = 0.03;  // not met by the first round
  const Tuning here = tune_on(world, spec, options, 2);
  const Tuning there = tune_on(alone, spec, options, 1);
  EXPECT_TRUE(here.tuned.converged);
  EXPECT_GT(here.rounds.size(), 1U);
  EXPECT_EQ(here.rounds.size(), there.rounds.size());
  EXPECT_EQ(here.tuned.weight, there.tuned.weight);
  EXPECT_EQ(here.tuned.rate, there.tuned.rate);
  EXPECT_EQ(here.tuned.rest, there.tuned.rest);
  EXPECT_EQ(here.tuned.noise, there.tuned.noise);
  EXPECT_EQ(here.tuned.round.largest, there.tuned.round.largest);
}

/// What is not there in the first window is another network in the later ones.
TEST(InhibitionControl, LaterWindowsAreTakenToTheTuningAndCanRefuseIt) {
  const comm::Communicator world(MPI_COMM_WORLD);
  SimulationSpec spec = noisy_mean_field();
  InhibitionOptions options = short_tuning(spec);
  options.transient = 1003;
  options.tolerance = 0.1;
  Stimulus current;
  current.on = engine::StimulusOn::parameter;
  current.target = spec.populations[0].model->parameter("I_ext");
  current.weight = RegionValues(1.0);
  current.function.form = model::TemporalForm::step;
  current.function.parameter = {0.005, static_cast<double>(options.transient + options.window)};
  spec.populations[0].stimuli.push_back(current);
  const Tuning tuning = tune_on(world, spec, options, 1);
  EXPECT_FALSE(tuning.tuned.converged);
  EXPECT_EQ(tuning.tuned.unsteady, TunedInhibition::Unsteady::other_window);
  EXPECT_EQ(tuning.rounds.front().windows, 1);
  EXPECT_EQ(tuning.rounds.back().windows, 4);
  EXPECT_EQ(tuning.rounds.back().within, 23);
}

TEST(InhibitionControl, TheRatesAreMeansOverTheWindowOfTheReferenceLoop) {
  const comm::Communicator world(MPI_COMM_WORLD);
  SimulationSpec spec = noisy_mean_field();
  InhibitionOptions options = short_tuning(spec);
  options.iterations = 1;
  const TunedInhibition tuned = tune_on(world, spec, options, 1).tuned;
  const network::Connectome connectome = test::random_network({});
  spec.steps = options.transient + options.window;
  spec.populations[0].parameters[static_cast<std::size_t>(options.parameter)] =
      RegionValues(tuned.weight);
  const ReferenceRun run = run_reference(spec, connectome);
  const auto kernel = spec.populations[0].model->make_kernel(spec.method);
  const auto n = static_cast<std::size_t>(connectome.n_regions());
  for (std::size_t i = 0; i < n; ++i) {
    std::vector<double> parameter;
    for (const RegionValues& values : spec.populations[0].parameters)
      parameter.push_back(values(static_cast<GlobalIndex>(i)));
    double sum = 0.0;
    for (auto t = static_cast<std::size_t>(options.transient);
         t < static_cast<std::size_t>(spec.steps); ++t) {
      const double state[2] = {run.states[2 * n * t + i], run.states[2 * n * t + n + i]};
      sum += kernel->observe_one(0, state, parameter.data(), &run.inputs[n * t + i]);
    }
    EXPECT_EQ(tuned.rate[i], sum / static_cast<double>(options.window)) << i;
  }
}

TEST(InhibitionControl, TheClosestRoundIsReturnedWhenNoneConverges) {
  const comm::Communicator world(MPI_COMM_WORLD);
  const SimulationSpec spec = noisy_mean_field();
  InhibitionOptions options = short_tuning(spec);
  options.tolerance = 1e-12;
  options.iterations = 4;
  const Tuning tuning = tune_on(world, spec, options, 1);
  EXPECT_FALSE(tuning.tuned.converged);
  ASSERT_EQ(tuning.rounds.size(), 4U);
  for (const InhibitionRound& round : tuning.rounds)
    EXPECT_GE(round.mean, tuning.tuned.round.mean);
}

TEST(InhibitionControl, ARegionThatCannotReachTheTargetDoesNotSpoilTheOthers) {
  const comm::Communicator world(MPI_COMM_WORLD);
  SimulationSpec spec = noisy_mean_field();
  std::vector<double> current(23, 0.382);
  current[4] = 0.3;
  spec.populations[0]
      .parameters[static_cast<std::size_t>(spec.populations[0].model->parameter("I_o"))] =
      RegionValues(current);
  const TunedInhibition tuned = tune_on(world, spec, short_tuning(spec), 1).tuned;
  EXPECT_FALSE(tuned.converged);
  EXPECT_EQ(tuned.round.within, 22);
  EXPECT_EQ(tuned.round.worst, 4);
  EXPECT_EQ(tuned.weight[4], 0.0);
}

}  // namespace
}  // namespace arcuate::tuning
