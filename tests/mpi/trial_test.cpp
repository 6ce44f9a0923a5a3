#include "arcuate/search/trial.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <unistd.h>
#include <filesystem>

#include <fstream>

#include "arcuate/comm/communicator.hpp"

/// Candidates that are interrupted, or go on longer.
namespace arcuate {
namespace {

namespace fs = std::filesystem;

constexpr const char* trial_study = R"(connectome: { builtin: 12, speed: 4 mm/ms }
model: { name: MontbrioPazoRoxin }
coupling: { name: linear, gain: 0.1 }
integrator: { method: heun, dt: 0.1 ms }
noise: { V: { kind: ornstein_uhlenbeck, sigma: 0.1, tau: 5 ms } }
duration: 12 s
transient: 100 ms
monitors:
  - { kind: temporal_average, variables: [r], period: 1.7 ms }
features:
  - { kind: fc }
  - { kind: moments }
)";

class Trial : public testing::Test {
 protected:
  Trial() {
    std::string folder;
    if (world.is_root())
      folder =
          (fs::temp_directory_path() / ("arcuate-trials-" + std::to_string(::getpid()))).string();
    world.broadcast(folder);
    folder_ = folder;
    setup.study = trial_study;
    setup.path = "s.yml";
    setup.keep_features = true;
    setup.states = (folder_ / "states").string();
  }
  ~Trial() override {
    world.barrier();
    if (world.is_root()) fs::remove_all(folder_);
  }

  search::Outcome run(const search::Order& order, int looks = -1) {
    int seen = 0;
    world.barrier();
    return search::Trials(setup).run(world, order, [&] { return looks >= 0 && ++seen > looks; });
  }
  [[nodiscard]] fs::path state() const { return folder_ / "states" / "000007.checkpoint"; }

  /// Features of the whole time, in one piece.
  [[nodiscard]] search::Outcome whole() {
    search::TrialSetup plain = setup;
    plain.states.clear();
    return search::Trials(plain).run(world, {7, 0, {}}, [] { return false; });
  }
  /// The outcome is on rank 0 alone.
  void expect_same(const search::Outcome& one, const search::Outcome& other) const {
    if (!world.is_root()) return;
    ASSERT_EQ(one.features.size(), other.features.size());
    ASSERT_FALSE(one.features.empty());
    for (std::size_t k = 0; k < one.features.size(); ++k)
      EXPECT_EQ(one.features[k].values, other.features[k].values) << one.features[k].name;
  }

  [[nodiscard]] bool has_state() const {
    world.barrier();
    return fs::exists(state());
  }

  const comm::Communicator world{MPI_COMM_WORLD};
  search::TrialSetup setup;

 private:
  fs::path folder_;
};

TEST_F(Trial, GoesOnWhereItWasStopped) {
  setup.every = 1e-9;  // at every look
  run({7, 0, {}}, 2);
  ASSERT_TRUE(has_state());
  const search::Outcome rest = run({7, 0, {}});
  EXPECT_GT(rest.simulated, 1.0);
  EXPECT_LT(rest.simulated, 11.0);
  expect_same(rest, whole());
  EXPECT_FALSE(has_state());
}

TEST_F(Trial, WhatTookNoTimeIsNotKept) {
  run({7, 0, {}}, 2);
  EXPECT_FALSE(has_state());
}

TEST_F(Trial, GoesOnLongerFromItsEnd) {
  search::Order shorter{7, 0, {"duration=3.3003 s"}};
  shorter.keeps_state = true;
  run(shorter);
  ASSERT_TRUE(has_state());
  shorter.changes = {"duration=5.5 s"};
  EXPECT_NEAR(run(shorter).simulated, 5.5 - 3.3003, 1e-9);
  const search::Outcome rest = run({7, 0, {}});
  EXPECT_NEAR(rest.simulated, 12.0 - 5.5, 1e-9);
  expect_same(rest, whole());
}

TEST_F(Trial, ADamagedOrOtherStateIsLeft) {
  search::Order shorter{7, 0, {"duration=3 s"}};
  shorter.keeps_state = true;
  run(shorter);
  const search::Outcome other = run({7, 0, {"coupling.gain=0.2"}});
  EXPECT_EQ(other.simulated, 12.0);
  run(shorter);
  if (world.is_root()) {
    std::fstream file(state(), std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(static_cast<std::streamoff>(fs::file_size(state()) / 2));
    file.put('x').put('y').put('z');
  }
  world.barrier();
  const search::Outcome anew = run({7, 0, {}});
  EXPECT_EQ(anew.simulated, 12.0);
  expect_same(anew, whole());
}

/// Candidates of spiking neurons.
class NeuronTrial : public Trial {
 protected:
  NeuronTrial() {
    setup.study =
        "spiking: {clusters: 2, neurons: [160, 40], background: [60, 10], potentiate: false, "
        "stimuli: [{onsets: [100], amplitude: 5}], analysis: {minimum: 2}}\n"
        "duration: 1.6 s\ntransient: 50 ms\n";
    setup.neurons = true;
  }
  [[nodiscard]] bool has_spikes() const {
    world.barrier();
    return fs::exists(state().replace_extension(".spikes"));
  }
};

TEST_F(NeuronTrial, GoesOnWhereItWasStopped) {
  setup.every = 1e-9;
  run({7, 0, {}}, 2);
  ASSERT_TRUE(has_state());
  ASSERT_TRUE(has_spikes());
  const search::Outcome rest = run({7, 0, {}});
  if (world.is_root()) {
    EXPECT_GT(rest.simulated, 0.3);
    EXPECT_LT(rest.simulated, 1.5);
  }
  expect_same(rest, whole());
  EXPECT_FALSE(has_state());
  EXPECT_FALSE(has_spikes());
}

TEST_F(NeuronTrial, WhatTookNoTimeIsNotKept) {
  run({7, 0, {}}, 2);
  EXPECT_FALSE(has_state());
  EXPECT_FALSE(has_spikes());
}

TEST_F(NeuronTrial, GoesOnLongerFromItsEnd) {
  search::Order shorter{7, 0, {"duration=0.7 s"}};
  shorter.keeps_state = true;
  run(shorter);
  ASSERT_TRUE(has_state());
  const search::Outcome rest = run({7, 0, {}});
  if (world.is_root()) {
    EXPECT_NEAR(rest.simulated, 0.9, 1e-9);
  }
  expect_same(rest, whole());
}

TEST_F(NeuronTrial, WithoutItsSpikesOrOfAnotherStudyItBeginsAnew) {
  search::Order shorter{7, 0, {"duration=0.6 s"}};
  shorter.keeps_state = true;
  run(shorter);
  const search::Outcome other = run({7, 0, {"spiking.nu_ext=6.5"}});
  if (world.is_root()) {
    EXPECT_NEAR(other.simulated, 1.6, 1e-9);
  }
  run(shorter);
  if (world.is_root()) {
    ASSERT_TRUE(fs::exists(state().replace_extension(".spikes")));
    fs::resize_file(state().replace_extension(".spikes"), 64);
  }
  const search::Outcome anew = run({7, 0, {}});
  if (world.is_root()) {
    EXPECT_NEAR(anew.simulated, 1.6, 1e-9);
  }
  expect_same(anew, whole());
}

}  // namespace
}  // namespace arcuate
