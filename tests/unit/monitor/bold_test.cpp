#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bold_support.hpp"

namespace arcuate::monitor {
namespace {

double silence(Step, int) {
  return 0.0;
}

/// dt 0.1 ms and steps of 1 ms; `period` and `duration` in ms.
MonitorSpec fine(std::string_view preset, Step period) {
  return haemodynamics("bold", preset, 10 * period, 10);
}

TEST(Bold, IsZeroAtRestFromTheFirstSampleOn) {
  for (const auto& preset : kind_called("bold").choices.front().options) {
    for (const double sample : record(fine(preset.name, 100), 0.1, 20000, silence).samples)
      EXPECT_NEAR(sample, 0.0, 1e-15) << preset.name;
  }
}

TEST(Bold, SettlesAtTheSolutionOfItsEquations) {
  for (const auto& preset : kind_called("bold").choices.front().options) {
    for (const double z : {-0.1, 0.1, 1.0, 20.0}) {
      MonitorSpec spec = haemodynamics("bold", preset.name, 120000, 5);
      const Recorded bold = record(spec, 1.0, 120000, [&](Step, int) { return z; });
      const auto value = [&](std::string_view name) { return parameter(spec, name)(0); };
      const double f = 1.0 + z / value("gamma");
      const double v = std::pow(f, value("alpha"));
      const double q = v * (1.0 - std::pow(1.0 - value("rho"), 1.0 / f)) / value("rho");
      const double expected = value("V0") * (value("k1") * (1.0 - q) + value("k2") * (1.0 - q / v) +
                                             value("k3") * (1.0 - v));
      EXPECT_NEAR(bold.at(0), expected, 1e-11) << preset.name << ' ' << z;
    }
  }
}

TEST(Bold, FollowsTheReferenceTrajectoryOfTheCorrectedEquations) {
  // z = 0.1 from rest; a second-order method in steps of 10 ms, as are these.
  const Recorded bold = record(haemodynamics("bold", "friston2003", 1000, 10), 1.0, 10000,
                               [](Step, int) { return 0.1; });
  EXPECT_NEAR(bold.at(0), .000368792812, 1e-8);
  EXPECT_NEAR(bold.at(2), .005550980725, 2e-7);
  EXPECT_NEAR(bold.at(4), .01067623793, 2e-7);
  EXPECT_NEAR(bold.at(9), .01107157276, 2e-7);
}

/// After 2 s of z = 0.5 from t = 0 on, at 2, 4, 6, 10, 20 s: SciPy's DOP853 to 1e-13.
struct Response {
  const char* preset;
  double samples[5];
};
constexpr Response responses[]{
    {"friston2003",
     {.0110991421364, .0244986178173, .0153967226668, -.00528955199992, -4.2723109279e-05}},
    {"deco2014",
     {.00610930102209, .0040587319032, -.000322798596762, -1.1472985145e-05, -1.12920083081e-08}},
    {"heinzle2016_3T",
     {.00421816448735, .0039732883485, -.000260015909324, -4.99262676759e-06, -1.03652263462e-08}},
    {"stephan2007",
     {.00556272218526, .0264448496134, .0279444993303, .00535483541649, .00028591910897}}};

double pulse(Step step, int) {
  return step <= 20000 ? 0.5 : 0.0;
}

TEST(Bold, RespondsToAPulseAsTheEquationsDo) {
  for (const Response& response : responses) {
    const Recorded bold = record(fine(response.preset, 2000), 0.1, 200000, pulse);
    const std::size_t at[]{0, 1, 2, 4, 9};
    for (std::size_t i = 0; i < 5; ++i)
      EXPECT_NEAR(bold.at(at[i]), response.samples[i], 1e-8) << response.preset << ' ' << i;
  }
}

TEST(Bold, PeaksBetweenFiveAndSixSecondsAfterTheBeginOfAShortPulse) {
  const Recorded bold = record(fine("stephan2007", 10), 0.1, 200000, pulse);
  const auto peak = std::max_element(bold.samples.begin(), bold.samples.end());
  const double time = 0.01 * static_cast<double>(peak - bold.samples.begin() + 1);
  EXPECT_NEAR(time, 5.08, 0.011);
  // What follows the peak is an undershoot.
  EXPECT_LT(*std::min_element(peak, bold.samples.end()), -1e-3);
}

/// The largest error of samples every second in steps of `step` ms, of a source that swings.
double error_in_steps_of(Step step) {
  const auto swing = [](Step ms, int) {
    return 0.4 + 0.4 * std::sin(0.002 * (static_cast<double>(ms) - 0.5));
  };
  const Recorded coarse =
      record(haemodynamics("bold", "friston2003", 1000, step), 1.0, 20000, swing);
  static const Recorded exact =
      record(haemodynamics("bold", "friston2003", 1000, 1), 1.0, 20000, swing);
  double largest = 0.0;
  for (std::size_t i = 0; i < coarse.samples.size(); ++i)
    largest = std::max(largest, std::abs(coarse.at(i) - exact.at(i)));
  return largest;
}

TEST(Bold, IsIntegratedToSecondOrder) {
  const double order = std::log2(error_in_steps_of(200) / error_in_steps_of(100));
  EXPECT_NEAR(order, 2.0, 0.1);
  EXPECT_NEAR(std::log2(error_in_steps_of(100) / error_in_steps_of(50)), 2.0, 0.1);
  EXPECT_LT(error_in_steps_of(10), 1e-7);
}

TEST(Bold, SamplesAreThoseOfOneSignalWhateverTheRepetitionTime) {
  const auto source = [](Step step, int) {
    return 0.3 + 0.2 * std::sin(1e-4 * static_cast<double>(step));
  };
  const Recorded every = record(fine("friston2003", 10), 0.1, 70000, source);
  for (const Step period : {720, 2200}) {
    const Recorded bold = record(fine("friston2003", period), 0.1, 70000, source);
    ASSERT_EQ(bold.samples.size(), static_cast<std::size_t>(7000 / period));
    for (std::size_t i = 0; i < bold.samples.size(); ++i)
      EXPECT_EQ(bold.at(i), every.at((i + 1) * static_cast<std::size_t>(period) / 10 - 1));
  }
}

TEST(Bold, AveragesTheSourceOverItsSteps) {
  // Between +1 and 0 at every step is as good as 1/2.
  const MonitorSpec spec = fine("friston2003", 500);
  const Recorded fast =
      record(spec, 0.1, 50000, [](Step step, int) { return step % 2 == 0 ? 1.0 : 0.0; });
  const Recorded mean = record(spec, 0.1, 50000, [](Step, int) { return 0.5; });
  EXPECT_EQ(fast.samples, mean.samples);
}

TEST(Bold, OfRegionsWithParametersOfTheirOwnAreThoseOfEachAlone) {
  const auto source = [](Step step, int region) {
    return 0.1 * region + 1e-6 * static_cast<double>(step);
  };
  MonitorSpec own = fine("friston2003", 500);
  parameter(own, "kappa") = RegionValues(std::vector{0.5, 0.65, 1.3});
  parameter(own, "tau") = RegionValues(std::vector{0.98, 1.5, 0.7});
  const Recorded all = record(own, 0.1, 20000, source, 3);
  for (int region = 0; region < 3; ++region) {
    MonitorSpec alone = fine("friston2003", 500);
    parameter(alone, "kappa") = RegionValues(parameter(own, "kappa")(region));
    parameter(alone, "tau") = RegionValues(parameter(own, "tau")(region));
    const Recorded one =
        record(alone, 0.1, 20000, [&](Step step, int) { return source(step, region); });
    for (std::size_t i = 0; i < one.samples.size(); ++i)
      EXPECT_EQ(one.at(i), all.at(i, static_cast<std::size_t>(region)));
  }
}

TEST(Bold, EfficacyAndBaselineScaleTheSource) {
  MonitorSpec scaled = fine("deco2014", 500);
  parameter(scaled, "efficacy") = RegionValues(0.25);
  parameter(scaled, "baseline") = RegionValues(-60.0);
  const Recorded potential = record(scaled, 0.1, 50000, [](Step, int) { return -58.0; });
  const Recorded plain = record(fine("deco2014", 500), 0.1, 50000, [](Step, int) { return 0.5; });
  EXPECT_EQ(potential.samples, plain.samples);
}

TEST(Bold, SaysWhenBloodWouldFlowBackwards) {
  const Recorded good = record(
      fine("friston2003", 500), 0.1, 50000, [](Step, int) { return -0.1; }, 2);
  EXPECT_EQ(good.filter->lost(good.window), -1);
  const Recorded bad = record(
      fine("friston2003", 500), 0.1, 50000,
      [](Step, int region) { return region == 0 ? 0.1 : -60.0; }, 2);
  EXPECT_EQ(bad.filter->lost(bad.window), 1);
  EXPECT_TRUE(std::isnan(bad.samples.back()));
  EXPECT_TRUE(std::isfinite(bad.at(bad.samples.size() / 2 - 1)));
}

TEST(Bold, OfARegionThatIsNotRecordedIsNoMatter) {
  const Recorded bad = record(
      fine("friston2003", 500), 0.1, 50000,
      [](Step, int region) { return region == 0 ? 0.1 : -60.0; }, 3);
  const Schedule& when = bad.window.schedule();
  EXPECT_EQ(bad.filter->lost(SampleWindow(when, 1, {0, 1, 2, 3}, 1)), 1);
  EXPECT_EQ(bad.filter->lost(SampleWindow(when, 1, {0, 1, 1, 2}, 1)), 2);
  EXPECT_EQ(bad.filter->lost(SampleWindow(when, 1, {0, 1, 1, 1}, 1)), -1);
}

TEST(Bold, OfARegionWithoutTheSourceIsNotANumberAndNoMatter) {
  const Recorded bold = record(
      fine("friston2003", 500), 0.1, 50000,
      [](Step, int region) { return region == 1 ? std::numeric_limits<double>::quiet_NaN() : 0.2; },
      2);
  EXPECT_EQ(bold.filter->lost(bold.window), -1);
  EXPECT_TRUE(std::isnan(bold.at(0, 1)));
  EXPECT_GT(bold.at(5, 0), 0.0);
}

TEST(Bold, GoesOnFromWhatItKeeps) {
  const auto source = [](Step step, int) { return 0.2 + 1e-5 * static_cast<double>(step); };
  const MonitorSpec spec = fine("heinzle2016_3T", 1);
  for (const Step run : {1, 3, 7, 100})
    EXPECT_EQ(record(spec, 0.1, 1003, source, 1, run).samples,
              record(spec, 0.1, 1003, source).samples);
}

/// Of three regions, whose steps of 10 wait for each other until they are asked for.
TEST(Bold, GoesOnFromItsStateWhereverThatIsAskedFor) {
  const auto source = [](Step step, int region) {
    return 0.2 * region + 1e-4 * static_cast<double>(step);
  };
  MonitorSpec spec = haemodynamics("bold", "friston2003", 3000, 10);
  parameter(spec, "tau") = RegionValues(std::vector<double>{0.9, 1.0, 1.1});
  const Recorded whole = record(spec, 1.0, 3000, source, 3);
  for (const Step begun : {7, 10, 64, 158, 160, 162, 2994}) {
    const Recorded first = record(spec, 1.0, begun, source, 3);
    const Recorded rest = record(spec, 1.0, 3000, source, 3, 32, first.filter.get(), begun);
    EXPECT_EQ(rest.samples, whole.samples) << begun;
  }
}

/// Steps of which every one changes 1/v, its power and the share of oxygen by more than a short
/// polynomial serves, against steps of a hundredth: the difference falls by four when they are
/// halved.
TEST(Bold, FollowsLargeChangesOfFlow) {
  const auto swing = [](Step ms, int) { return ms % 4000 < 2000 ? 5.0 : -0.35; };
  const auto of = [&](Step step) {
    return record(haemodynamics("bold", "friston2003", 1000, step), 1.0, 20000, swing);
  };
  const Recorded exact = of(1), coarse = of(100), finer = of(50);
  for (std::size_t i = 0; i < exact.samples.size(); ++i) {
    EXPECT_NEAR(finer.at(i), exact.at(i), 0.01 * std::abs(exact.at(i)) + 1e-5) << i;
    EXPECT_LT(std::abs(finer.at(i) - exact.at(i)),
              0.5 * std::abs(coarse.at(i) - exact.at(i)) + 1e-6)
        << i;
  }
}

/// 1/v, v^(1/alpha - 1) and (1 - rho)^(1/f) are multiplied on from step to step. Flow goes down to
/// a thousandth, where the last of them is 1e-180, and up again.
TEST(Bold, KeepsPowersThatBelongTogether) {
  const auto swing = [](Step ms, int region) {
    return region == 0 ? 0.2 * std::sin(0.003 * static_cast<double>(ms))
                       : (ms % 40000 < 20000 ? -0.4096 : 6.0);
  };
  for (const Step step : {1, 10, 200}) {
    for (const Step duration : {18000, 40000}) {
      MonitorSpec spec = haemodynamics("bold", "friston2003", 1000, step);
      parameter(spec, "kappa") = RegionValues(1.3);
      const Recorded bold = record(spec, 1.0, duration, swing, 2);
      std::map<std::string_view, std::span<double>> state;
      for (const StateArray& array : bold.filter->state())
        state[array.name] = array.values;
      for (const std::size_t region : {0, 1}) {
        const double per_volume = state["per_volume"][region];
        const double outflow = std::pow(per_volume, 1.0 - 1.0 / 0.32);
        EXPECT_NEAR(state["outflow"][region], outflow, 1e-11 * outflow) << step << ' ' << duration;
        const double left = std::pow(1.0 - 0.34, state["per_flow"][region]);
        EXPECT_NEAR(state["left_in_blood"][region], left, 1e-11 * left) << step << ' ' << duration;
        if (region == 1 && duration == 18000) {
          EXPECT_LT(left, 1e-100);
        }
      }
    }
  }
}

/// What is 0 for want of digits becomes a number again, however slowly flow comes back: 1/f from
/// 2000 to 800 in 40 s.
TEST(Bold, GetsItsDigitsBackWithTheFlow) {
  const auto rising = [](Step ms, int) {
    const double per_flow = 2000.0 - 0.03 * static_cast<double>(std::max<Step>(ms - 40000, 0));
    return 0.41 * (1.0 / per_flow - 1.0);
  };
  MonitorSpec spec = haemodynamics("bold", "friston2003", 80000, 1);
  parameter(spec, "kappa") = RegionValues(1.3);
  const Recorded bold = record(spec, 1.0, 80000, rising);
  const std::vector<StateArray> state = bold.filter->state();
  const auto value = [&](std::string_view name) {
    return std::find_if(state.begin(), state.end(),
                        [&](const StateArray& array) { return array.name == name; })
        ->values[0];
  };
  const double left = std::pow(1.0 - 0.34, value("per_flow"));
  EXPECT_GT(left, 1e-300);
  EXPECT_NEAR(value("left_in_blood"), left, 1e-11 * left);
}

TEST(UsualStep, IsTheLongestThatDividesThePeriod) {
  const Kind& bold = kind_called("bold");
  EXPECT_EQ(usual_step(bold, 7200, 0.1), 10);
  EXPECT_EQ(usual_step(bold, 22000, 0.1), 10);
  EXPECT_EQ(usual_step(bold, 7207, 0.1), 1);  // a prime
  EXPECT_EQ(usual_step(bold, 7208, 0.1), 8);
  EXPECT_EQ(usual_step(bold, 2400, 0.3), 3);
  EXPECT_EQ(usual_step(bold, 100, 2.0), 1);
  EXPECT_EQ(usual_step(bold, 4, 0.1), 4);
  EXPECT_EQ(usual_step(kind_called("hrf_bold"), 7200, 0.1), 40);
}

TEST(Bold, RemarksOnSignalsThatAreAlways0) {
  MonitorSpec spec = haemodynamics("bold", "friston2003", 1000, 1);
  EXPECT_EQ(spec.kind->remark(spec, 1.0), "");
  parameter(spec, "k1") = parameter(spec, "k2") = RegionValues(0.0);
  EXPECT_EQ(spec.kind->remark(spec, 1.0), "");
  parameter(spec, "k3") = RegionValues(0.0);
  EXPECT_EQ(spec.kind->remark(spec, 1.0), "`k1`, `k2` and `k3` are 0, so every sample is 0");
  parameter(spec, "V0") = RegionValues(0.0);
  EXPECT_EQ(spec.kind->remark(spec, 1.0), "`V0` is 0, so every sample is 0");
  parameter(spec, "efficacy") = RegionValues(0.0);
  EXPECT_EQ(spec.kind->remark(spec, 1.0),
            "`efficacy` is 0, so nothing of the source enters the signal");
}

}  // namespace
}  // namespace arcuate::monitor
