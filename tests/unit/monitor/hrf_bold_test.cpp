#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <numbers>
#include <string>
#include <vector>

#include "bold_support.hpp"
#include "places.hpp"

namespace arcuate::monitor {
namespace {

enum Convention { integral, tvb, brainmass };

double one(Step, int) {
  return 1.0;
}

/// h at t [s]: the first sample of a step of 2 t looks at its middle.
double response(std::string_view kernel, double t) {
  MonitorSpec spec = haemodynamics("hrf_bold", kernel, 1, 1, integral);
  parameter(spec, "duration") = RegionValues(40.0);
  const double k1 = 5.6, v0 = 0.02;
  return record(spec, 2000.0 * t, 1, one).at(0) / (k1 * v0 * 2.0 * t);
}

TEST(HrfBold, KernelsHaveTheirReferenceValues) {
  constexpr double times[]{.5, 1, 2, 3, 5, 8, 12, 20};
  const std::map<std::string, std::vector<double>> expected{
      {"volterra",
       {.111497968, .1219874468, .01542937259, -.03299843099, .008367168554, -.001255563289,
        -.0001255194193, -5.972723e-07}},
      {"gamma",
       {.02492064107, .06274179526, .0994242703, .08862380865, .03863659707, .006149860622,
        .0003408393357, 5.744484e-07}},
      {"double_exponential",
       {-.03082933381, -.05231714898, -.05806018298, -.0192558346, .08467429988, .049796216,
        .008838908176, -.0091701377}},
      {"mixture_of_gammas",
       {.0001579506925, .003065661703, .03608894596, .1007967184, .1740936737, .07235293988,
        -.03300652747, -.00699510441}}};
  for (const auto& [kernel, values] : expected) {
    for (std::size_t i = 0; i < values.size(); ++i)
      EXPECT_NEAR(response(kernel, times[i]), values[i], 1e-9 * std::abs(values[i]) + 1e-12)
          << kernel << " at " << times[i];
  }
}

TEST(HrfBold, PeaksWhereItsKernelDoes) {
  EXPECT_NEAR(response("double_exponential", 5.9425), 0.1, 1e-8);
  EXPECT_NEAR(response("mixture_of_gammas", 4.94865), .1741431962, 1e-9);
  EXPECT_NEAR(response("volterra", .80174), .1277291064, 1e-9);
  EXPECT_NEAR(response("gamma", 2.16), 0.1, 1e-12);
}

TEST(HrfBold, OfAConstantIsTheIntegralOfTheResponseWhateverTheStep) {
  for (const Step step : {1, 4, 20}) {
    const Recorded bold =
        record(haemodynamics("hrf_bold", "volterra", 1000, step), 1.0, 30000, one);
    // scaling tau_f, but for what lies behind 20 s.
    EXPECT_NEAR(bold.at(29), 5.6 * 0.02 * 0.4 / 3.0, 1e-7 + 1e-6 * static_cast<double>(step * step))
        << step;
  }
}

TEST(HrfBold, IsWhatTheVirtualBrainRecords) {
  const auto golden =
      nlohmann::json::parse(std::ifstream(ARCUATE_SOURCE "/tests/data/golden/tvb_bold.json"));
  const auto source = [](Step step, int region) {
    const double dip = step > 20000 && step <= 21000 ? 0.1 * region : 0.0;
    return 0.4 +
           0.3 * std::sin(2.0 * std::numbers::pi * static_cast<double>(step) / 7000.0 + region) -
           dip;
  };
  int compared = 0;
  for (const auto& [kernel, samples] : golden.items()) {
    MonitorSpec spec = haemodynamics("hrf_bold", kernel, 2000, 4, tvb);
    parameter(spec, "duration") = RegionValues(20.0);
    const Recorded bold = record(spec, 1.0, 60000, source, 2);
    for (const auto& [time, regions] : samples.items()) {
      for (std::size_t region = 0; region < 2; ++region, ++compared) {
        const double expected = regions[region];
        EXPECT_NEAR(bold.at(std::stoul(time) / 2000 - 1, region), expected,
                    1e-11 * std::abs(expected))
            << kernel << ' ' << time;
      }
    }
  }
  EXPECT_EQ(compared, 64);
}

TEST(HrfBold, IsWhatBrainmassRecordsOfAConstant) {
  const Recorded bold =
      record(haemodynamics("hrf_bold", "volterra", 1000, 4, brainmass), 1.0, 60000, one);
  ASSERT_EQ(bold.samples.size(), 60U);
  const double first[]{2.524628328, 4.551444203, 4.05192678, 3.408361045, 3.470248011};
  for (std::size_t i = 0; i < 5; ++i)
    EXPECT_NEAR(bold.at(i), first[i], 1e-8);
  EXPECT_NEAR(bold.at(59), 3.620588323, 1e-8);
}

TEST(HrfBold, IsWhatBrainmassRecordsOfASwing) {
  MonitorSpec spec = haemodynamics("hrf_bold", "volterra", 200, 4, brainmass);
  parameter(spec, "duration") = RegionValues(0.4);
  const Recorded bold = record(
      spec, 1.0, 2000,
      [](Step step, int region) {
        return 1.0 + 0.5 * std::sin(2.0 * std::numbers::pi * static_cast<double>(step - 1) / 800.0 +
                                    0.6 * region);
      },
      3);
  const std::vector<double> rows{.09623042, .12794340, .13484185, .70361446, .73262258,
                                 .68157661, .61674735, .48394223, .35795423, .30329975,
                                 .27429163, .32533760, .39016686, .52297198, .64895999};
  ASSERT_EQ(bold.samples.size(), 30U);
  for (std::size_t i = 0; i < rows.size(); ++i)
    EXPECT_NEAR(bold.samples[i], rows[i], 1e-7) << i;
  for (std::size_t i = 0; i < 12; ++i)
    EXPECT_NEAR(bold.samples[15 + i], rows[3 + i], 1e-7) << i;
}

TEST(HrfBold, TakesPeriodsThatTheResponseIsNoMultipleOf) {
  // A sample 2200 ms after an impulse of one step is the response there.
  const Recorded bold = record(haemodynamics("hrf_bold", "gamma", 22000, 40, integral), 0.1, 220000,
                               [](Step step, int) { return step <= 40 ? 1.0 : 0.0; });
  for (std::size_t i = 0; i < 9; ++i) {
    const double t = 2.2 * static_cast<double>(i + 1) - 0.002;
    EXPECT_NEAR(bold.at(i), 5.6 * 0.02 * 0.004 * response("gamma", t), 1e-12);
  }
  EXPECT_EQ(bold.at(9), 0.0);
}

TEST(HrfBold, KeepsSumsOfOpenSamplesAlone) {
  const MonitorSpec spec = haemodynamics("hrf_bold", "volterra", 720, 4);
  for (const Step steps : {1000, 1000000000}) {
    const std::vector<GlobalIndex> regions(400);
    const auto filter = spec.kind->make_filter(
        setting_of(spec, schedule(spec.kind->looks, 720, 0, steps), regions, 1.0));
    // 20 s of response are part of 28 samples 0.72 s apart.
    EXPECT_EQ(filter->state()[1].values.size(), 28U * 400U);
  }
}

TEST(HrfBold, GoesOnFromWhatItKeeps) {
  const auto source = [](Step step, int region) {
    return region + 1e-3 * static_cast<double>(step);
  };
  const MonitorSpec spec = haemodynamics("hrf_bold", "double_exponential", 40, 4, tvb);
  for (const Step run : {1, 3, 7, 100})
    EXPECT_EQ(record(spec, 10.0, 6003, source, 3, run).samples,
              record(spec, 10.0, 6003, source, 3).samples);
}

TEST(HrfBold, DoubtsResponsesThatCannotBe) {
  const auto doubt = [](MonitorSpec spec, std::string_view name, double value) {
    parameter(spec, name) = RegionValues(value);
    return spec.kind->doubt(spec, 1.0);
  };
  const MonitorSpec volterra = haemodynamics("hrf_bold", "volterra", 1000, 4);
  EXPECT_EQ(doubt(volterra, "k1", 1.0), "");
  EXPECT_EQ(doubt(volterra, "tau_f", 2.6),
            "the response does not oscillate (allowed: tau_f < 4 tau_s^2)");
  EXPECT_EQ(doubt(volterra, "duration", 0.003),
            "the response is shorter than a step (allowed: duration >= step)");
  EXPECT_EQ(doubt(volterra, "duration", 0.004), "");
  EXPECT_EQ(doubt(volterra, "duration", 1e3), "");
  EXPECT_EQ(doubt(haemodynamics("hrf_bold", "volterra", 4, 4), "duration", 100.0),
            "the response is 2.5e+04 periods long, and as many samples are summed at the same time "
            "(allowed: 2e+04); give a longer `period`");
  EXPECT_EQ(doubt(haemodynamics("hrf_bold", "volterra", 1000, 1), "duration", 2e3),
            "the response is 2e+06 steps long (allowed: 1e+06); give a longer `step`");
  MonitorSpec flat = haemodynamics("hrf_bold", "double_exponential", 1000, 4);
  parameter(flat, "amp_2") = RegionValues(0.0);
  EXPECT_NE(doubt(flat, "amp_1", 0.0), "");
}

TEST(HrfBold, RemarksOnWhatHasNoEffectAndOnResponsesCutShort) {
  const auto remark = [](MonitorSpec spec, std::string_view name, double value) {
    parameter(spec, name) = RegionValues(value);
    return spec.kind->remark(spec, 1.0);
  };
  for (const Convention convention : {integral, tvb, brainmass}) {
    for (const char* kernel : {"volterra", "gamma", "double_exponential", "mixture_of_gammas"}) {
      const MonitorSpec spec = haemodynamics("hrf_bold", kernel, 1000, 4, convention);
      EXPECT_EQ(remark(spec, "V0", 0.02), "") << kernel;
      const bool unscaled = convention == tvb && std::string_view(kernel) != "volterra";
      EXPECT_EQ(
          remark(spec, "k1", 4.0),
          unscaled ? "`k1` has no effect: convention tvb scales by it with volterra only" : "");
      EXPECT_NE(remark(spec, "V0", 0.0), "") << kernel;
    }
  }
  const MonitorSpec volterra = haemodynamics("hrf_bold", "volterra", 1000, 4);
  const std::string nothing =
      "the source has no weight in any sample (k1 V0 times the response is 0)";
  EXPECT_EQ(remark(volterra, "k1", 0.0), nothing);
  EXPECT_EQ(remark(volterra, "scaling", 0.0), nothing);
  EXPECT_EQ(remark(haemodynamics("hrf_bold", "gamma", 1000, 4, tvb), "a", 0.0), nothing);
  // -0.0330 after 3 s, 0.1277 at its peak
  EXPECT_EQ(remark(volterra, "duration", 3.0),
            "the response ends at 0.26 of its largest value; what comes later is left out (give a "
            "longer `duration`)");
  EXPECT_EQ(remark(volterra, "duration", 5.0), "");
}

}  // namespace
}  // namespace arcuate::monitor
