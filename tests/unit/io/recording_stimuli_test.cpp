#include <gtest/gtest.h>

#include <algorithm>

#include "arcuate/io/recording.hpp"

namespace arcuate::io {
namespace {

engine::SimulationSpec with_pulse(Step steps, double onset, double duration) {
  engine::SimulationSpec spec;
  spec.populations.resize(1);
  spec.populations[0].model = model::find("Kuramoto");
  spec.dt = 0.1;
  spec.steps = steps;
  engine::Stimulus stimulus;
  stimulus.weight = RegionValues(std::vector<double>{0.0, 3.0});
  stimulus.function.form = model::TemporalForm::pulse;
  stimulus.function.parameter = {2.0, onset, duration};
  spec.populations[0].stimuli.push_back(stimulus);
  return spec;
}

TEST(RecordedStimuli, SayWhatActsWhereAndWhen) {
  const auto stimuli = recorded_stimuli(with_pulse(50, 2.0, 1.0), 2);
  ASSERT_EQ(stimuli.size(), 1U);
  const RecordedStimulus& one = stimuli.front();
  EXPECT_EQ(one.equation, "pulse: amplitude 2 rad/ms, onset 2 ms, duration 1 ms");
  EXPECT_EQ(one.weight, (std::vector<double>{0.0, 3.0}));
  EXPECT_EQ(one.kind, "input");
  ASSERT_EQ(one.time.size(), one.value.size());
  // Steps 20 to 29 of 0.1 ms.
  for (std::size_t k = 0; k < one.time.size(); ++k) {
    const bool acts = one.time[k] > 0.00195 && one.time[k] < 0.00295;
    EXPECT_EQ(one.value[k], acts ? 2.0 : 0.0) << one.time[k];
  }
  EXPECT_DOUBLE_EQ(one.time.front(), 0.0);
  EXPECT_NEAR(one.time.back(), 0.0049, 1e-12);
}

TEST(RecordedStimuli, APulseOfOneStepInAMillionIsNotLost) {
  const auto stimuli = recorded_stimuli(with_pulse(1'000'000, 65432.1, 0.1), 2);
  const RecordedStimulus& one = stimuli.front();
  EXPECT_LE(one.time.size(), 8192U);
  const auto at = std::find(one.value.begin(), one.value.end(), 2.0);
  ASSERT_NE(at, one.value.end());
  EXPECT_NEAR(one.time[static_cast<std::size_t>(at - one.value.begin())], 65.4321, 1e-9);
  EXPECT_EQ(std::count(one.value.begin(), one.value.end(), 2.0), 1);
}

TEST(RecordedStimuli, ActOnlyWhereTheirModelIs) {
  engine::SimulationSpec spec = with_pulse(50, 2.0, 1.0);
  spec.populations[0].stimuli.front().weight = RegionValues(1.0);
  spec.populations.push_back(spec.populations[0]);
  spec.populations[1].stimuli.clear();
  spec.population_of = {1, 0, 1};
  EXPECT_EQ(recorded_stimuli(spec, 3).front().weight, (std::vector<double>{0.0, 1.0, 0.0}));
}

}  // namespace
}  // namespace arcuate::io
