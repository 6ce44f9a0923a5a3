#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <string>
#include <utility>
#include <vector>

#include "science/crossings.hpp"
#include "support/science.hpp"

/// Oscillators, columns and neurons of The Virtual Brain and its relatives.
namespace arcuate::test {
namespace {

Settings preset(const char* model, std::string_view name) {
  for (const auto& p : model::find(model)->info.presets) {
    if (p.name != name) continue;
    Settings settings;
    for (const auto& v : p.values)
      settings.emplace_back(v.parameter.data(), v.value);
    return settings;
  }
  ADD_FAILURE() << model << " has no preset " << name;
  return {};
}

TEST(Generic2dOscillatorModel, PresetsRingAtTheirFrequencies) {
  for (const auto& [name, hertz] :
       {std::pair{"ghosh_2008", 15.70937376}, {"sanz_leon_2013", 10.00450096}}) {
    Region region("Generic2dOscillator", preset("Generic2dOscillator", name));
    region.run(5000.0, 0.1);
    const auto j = region.jacobian();
    const double trace = j[0] + j[3], determinant = j[0] * j[3] - j[1] * j[2];
    EXPECT_LT(trace, 0.0);
    EXPECT_NEAR(std::sqrt(determinant - 0.25 * trace * trace) * 500.0 / std::numbers::pi, hertz,
                1e-4);
  }
}

TEST(HopfieldModel, RelaxesToItsInput) {
  Region region("Hopfield", {{"taux", 2.0}});
  region.input() = {0.9, 0.0};
  region.run(3.0, 0.01);
  expect_state(region, {0.9 - 0.4 * std::exp(-1.5), 0.5}, 1e-10);
}

TEST(HopfieldModel, MovingThresholdFollowsTheActivation) {
  Region region("Hopfield", {{"dynamic", 1.0}});
  region.input() = {2.0, 0.0};
  region.run(60.0, 0.005);
  // Far above any threshold the activation is H (Q + 1) = 1.
  expect_state(region, {2.0, 1.0}, 1e-4);
  EXPECT_NEAR(region.observe("A"), 1.0, 1e-12);
}

/// Two regions, of which only the first receives anything.
engine::ReferenceRun one_way(network::CouplingForm form, const char* source) {
  network::Connectome c;
  c.row = {0, 1, 1};
  c.source = {1};
  c.weight = {1.0};
  c.length = {0.0F};
  auto spec = quiet_spec("Hopfield");
  spec.coupling.form = form;
  spec.populations[0].links = {{spec.populations[0].model->observable(source), 0}};
  spec.populations[0].initial[0].value = RegionValues({0.0, 1.0});
  spec.dt = 0.01;
  spec.steps = 50;
  return engine::run_reference(spec, c);
}

TEST(HopfieldModel, ReceivesTheActivationOfItsSourcesNotItsOwn) {
  for (const auto& run : {one_way(network::CouplingForm::linear, "A"),
                          one_way(network::CouplingForm::pre_sigmoidal, "x")}) {
    const auto* last = run.states.data() + run.states.size() - 4;
    EXPECT_NEAR(last[0], 1.0 - std::exp(-0.5), 2e-3);  // source active: x -> 1
    EXPECT_NEAR(last[1], std::exp(-0.5), 2e-3);        // no source: x -> 0
  }
}

TEST(ZetterbergJansenModel, WithoutInhibitionOfInhibitionItIsJansenRit) {
  Region column("ZetterbergJansen",
                {{"gamma_5", 0.0}, {"gamma_1T", 0.0}, {"gamma_3T", 0.0}, {"P", 0.22}});
  column.input() = {-1e6};
  Region classic("JansenRit", {{"v0", 6.0}, {"mu", 0.22}});
  for (int n = 0; n < 5; ++n) {
    column.run(100.0, 0.05);
    classic.run(100.0, 0.05);
    const auto& v = column.state();
    const auto& y = classic.state();
    EXPECT_NEAR(v[0], 135.0 * y[0], 1e-9);
    EXPECT_NEAR(v[2], y[1], 1e-9);
    EXPECT_NEAR(v[4], y[2], 1e-9);
    EXPECT_NEAR(v[6], 33.75 * y[0], 1e-9);
    EXPECT_NEAR(v[10], y[1] - y[2], 1e-9);
  }
}

TEST(ZetterbergJansenModel, InhibitoryPotentialDecaysWithItsOwnTimeConstant) {
  // v5 of a step of rate: (Hi gamma_5/ki) S; with The Virtual Brain's ke^2 a quarter of it.
  for (const auto& [switched, factor] : {std::array{0.0, 1.0}, std::array{1.0, 0.25}}) {
    Region region("ZetterbergJansen", {{"ke_in_v5", switched}, {"e0", 0.0025}, {"rho_1", 1e-9}});
    region.run(3000.0, 0.1);  // a flat sigmoid: every rate is e0
    EXPECT_NEAR(region.state()[8], factor * 22.0 * 15.0 / 0.05 * 0.0025, 1e-5);
  }
}

TEST(LarterBreakspearModel, SpreadOfThresholdsSelectsRestOscillationOrChaos) {
  Region rest("LarterBreakspear", preset("LarterBreakspear", "fixed_point"));
  rest.run(4000.0, 0.1);
  for (double f : rest.rate())
    EXPECT_NEAR(f, 0.0, 1e-10);
  Region cycle("LarterBreakspear", preset("LarterBreakspear", "limit_cycle"));
  cycle.run(4000.0, 0.1);
  double lowest = 1.0, highest = -1.0;
  cycle.run(500.0, 0.05, [&] {
    lowest = std::min(lowest, cycle.state()[0]);
    highest = std::max(highest, cycle.state()[0]);
  });
  EXPECT_NEAR(lowest, -0.1978, 1e-3);
  EXPECT_NEAR(highest, -0.1383, 1e-3);
}

/// Growth of ln(distance) per time of two trajectories, renormalised after every `pause`.
double lyapunov_exponent(const char* model, const Settings& settings, double transient,
                         double pause, int pauses, double dt) {
  Region first(model, settings), second(model, settings);
  first.run(transient, dt);
  constexpr double distance = 1e-8;
  second.state() = first.state();
  second.state()[0] += distance;
  double sum = 0.0;
  for (int n = 0; n < pauses; ++n) {
    first.run(pause, dt);
    second.run(pause, dt);
    double square = 0.0;
    for (std::size_t k = 0; k < first.state().size(); ++k)
      square += std::pow(second.state()[k] - first.state()[k], 2);
    const double grown = std::sqrt(square);
    sum += std::log(grown / distance);
    for (std::size_t k = 0; k < first.state().size(); ++k) {
      second.state()[k] =
          first.state()[k] + (second.state()[k] - first.state()[k]) * distance / grown;
    }
  }
  return sum / (pause * pauses);
}

TEST(LarterBreakspearModel, ChaosHasAPositiveLyapunovExponent) {
  EXPECT_GT(lyapunov_exponent("LarterBreakspear", preset("LarterBreakspear", "chaos"), 1000.0, 10.0,
                              2000, 0.05),
            1e-3);
  EXPECT_LT(lyapunov_exponent("LarterBreakspear", preset("LarterBreakspear", "limit_cycle"), 4000.0,
                              10.0, 500, 0.05),
            1e-3);
}

TEST(HindmarshRoseModel, BurstsOfNineSpikesRecurEvery431) {
  Region region("HindmarshRose", preset("HindmarshRose", "bursting"));
  region.run(1200.0, 0.02);
  const auto spikes = rises(region, 0, 0.5, 4000.0, 0.02);
  std::vector<double> bursts;
  std::vector<int> sizes{0};
  for (std::size_t i = 1; i < spikes.size(); ++i) {
    ++sizes.back();
    if (spikes[i] - spikes[i - 1] < 150.0) continue;
    bursts.push_back(spikes[i]);
    sizes.push_back(0);
  }
  ASSERT_GE(bursts.size(), 8U);
  for (std::size_t i = 1; i < bursts.size(); ++i) {
    EXPECT_NEAR(bursts[i] - bursts[i - 1], 430.7756, 0.01);
    EXPECT_EQ(sizes[i], 9);
  }
}

TEST(HindmarshRoseModel, ChaosHasAPositiveLyapunovExponent) {
  EXPECT_GT(lyapunov_exponent("HindmarshRose", preset("HindmarshRose", "chaos"), 1000.0, 10.0, 1500,
                              0.02),
            3e-3);
  EXPECT_LT(lyapunov_exponent("HindmarshRose", preset("HindmarshRose", "bursting"), 1200.0,
                              430.7756, 10, 0.0201299813),
            1e-3);
}

/// The trace of the Jacobian at the fixed point with the current I.
double trace_at_rest(const char* name, double I) {
  auto settings = preset("MorrisLecar", name);
  settings.emplace_back("I", I);
  Region region("MorrisLecar", settings);
  const auto current = [&](double V) {
    region.state() = {V, 0.5 * (1.0 + std::tanh((V - 2.0) / 30.0))};
    return region.rate()[0];
  };
  double low = -60.0, high = 40.0;
  for (int n = 0; n < 60; ++n) {
    const double middle = 0.5 * (low + high);
    (current(middle) > 0.0 ? low : high) = middle;
  }
  current(low);
  const auto j = region.jacobian();
  return j[0] + j[3];
}

TEST(MorrisLecarModel, HopfBifurcationsAreTheTextbookOnes) {
  // Rinzel and Ermentrout (1998): 93.86 and 212.02.
  for (const auto& [I, sign] : {std::array{93.856, -1.0}, std::array{93.859, 1.0},
                                std::array{212.017, 1.0}, std::array{212.020, -1.0}}) {
    EXPECT_GT(sign * trace_at_rest("hopf", I), 0.0) << I;
  }
}

TEST(MorrisLecarModel, SaddleNodeOnTheCircleIsAt39_96) {
  const auto spikes = [](double I, double duration) {
    auto settings = preset("MorrisLecar", "saddle_node_on_invariant_circle");
    settings.emplace_back("I", I);
    Region region("MorrisLecar", settings);
    return rises(region, 0, 0.0, duration, 0.02);
  };
  // The push of the start may make one spike.
  EXPECT_LE(spikes(39.93, 3000.0).size(), 1U);
  EXPECT_GE(spikes(40.0, 6000.0).size(), 3U);
  const auto regular = spikes(45.0, 1000.0);
  ASSERT_GE(regular.size(), 4U);
  EXPECT_NEAR(regular[3] - regular[2], 99.3082285, 1e-3);
}

TEST(WilsonCowanModel, PresetOfCuBnmOscillatesOnceCoupledEnough) {
  // Papadopoulos et al. (2020): a quiet state at weak drive, a limit cycle at medium drive.
  const auto swing = [](double input) {
    Region region("WilsonCowan", preset("WilsonCowan", "cubnm"));
    region.input() = {input};
    region.run(600.0, 0.05);
    double lowest = 1.0, highest = 0.0;
    region.run(200.0, 0.05, [&] {
      lowest = std::min(lowest, region.state()[0]);
      highest = std::max(highest, region.state()[0]);
    });
    return highest - lowest;
  };
  EXPECT_LT(swing(0.0), 1e-6);
  EXPECT_GT(swing(0.8), 0.1);
}

}  // namespace
}  // namespace arcuate::test
