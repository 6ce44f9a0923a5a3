#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "support/delayed_model.hpp"
#include "support/science.hpp"

/// Delays inside a region against the method of steps.
namespace arcuate {
namespace {

using engine::SimulationSpec;
using model::Method;

/// x' = -x(t - tau), x = 1 for t <= 0: sum over j of (-1)^j (t - (j - 1) tau)^j/j! while t >= (j -
/// 1) tau (Driver 1977, Ordinary and Delay Differential Equations, doi:10.1007/978-1-4684-9467-9).
double method_of_steps(double t, double tau) {
  double sum = 1.0, factor = 1.0;
  for (int j = 1; (j - 1) * tau <= t; ++j) {
    factor /= -j;
    sum += factor * std::pow(t - (j - 1) * tau, j);
  }
  return sum;
}

SimulationSpec delayed_spec(Method method, double dt, double tau) {
  SimulationSpec spec;
  spec.populations.resize(1);
  spec.populations[0].model = &test::delayed_entry();
  for (const auto& p : spec.populations[0].model->info.parameters)
    spec.populations[0].parameters.emplace_back(p.value);
  spec.populations[0].parameters[test::at(spec.populations[0].model->parameter("tau"))] =
      RegionValues(tau);
  spec.populations[0].initial.resize(1);
  spec.populations[0].initial[0].value = RegionValues(1.0);
  spec.method = method;
  spec.dt = dt;
  return spec;
}

double last(SimulationSpec spec, double duration) {
  spec.steps = std::llround(duration / spec.dt);
  return engine::run_reference(spec, test::unconnected(1)).states.back();
}

TEST(LocalDelay, ConvergesToTheMethodOfStepsWithOrderOneInEveryMethod) {
  constexpr double tau = 1.25, duration = 8.0;
  for (Method method : {Method::euler, Method::heun, Method::rk4, Method::exponential_euler,
                        Method::symplectic_euler}) {
    std::vector<double> dts, errors;
    for (double dt = 1.0 / 16; dts.size() < 4; dt /= 2) {
      dts.push_back(dt);
      errors.push_back(
          std::abs(last(delayed_spec(method, dt, tau), duration) - method_of_steps(duration, tau)));
    }
    EXPECT_NEAR(test::order(dts, errors), 1.0, 0.15) << static_cast<int>(method);
    EXPECT_LT(errors.back(), 0.02);
  }
}

/// -x(t - tau) oscillates for ever at tau = pi/2 (a Hopf bifurcation), with period 4 tau.
TEST(LocalDelay, ReachesItsHopfBifurcationAtAQuarterTurn) {
  const auto swing = [](double tau) {
    SimulationSpec spec = delayed_spec(Method::heun, 0.002, tau);
    spec.steps = 40000;
    const auto states = engine::run_reference(spec, test::unconnected(1)).states;
    double early = 0.0, late = 0.0;
    for (std::size_t n = 0; n < states.size(); ++n) {
      if (n >= 5000 && n < 10000) early = std::max(early, std::abs(states[n]));
      if (n >= 35000) late = std::max(late, std::abs(states[n]));
    }
    return late / early;
  };
  EXPECT_LT(swing(1.40), 0.15);
  EXPECT_GT(swing(1.75), 7.0);
}

TEST(LocalDelay, StartsFromAGivenPastOrFromTheInitialStateRepeated) {
  SimulationSpec spec = delayed_spec(Method::euler, 0.5, 1.0);
  spec.steps = 3;
  engine::InitialHistory history;
  history.samples = 2;
  history.values = {0.25, 1.0};  // x(-0.5), x(0); 0.25 before
  spec.history = history;
  EXPECT_EQ(engine::run_reference(spec, test::unconnected(1)).states,
            (std::vector<double>{1.0 - 0.5 * 0.25, 0.875 - 0.5 * 0.25, 0.75 - 0.5 * 1.0}));
  spec.history.reset();
  EXPECT_EQ(engine::run_reference(spec, test::unconnected(1)).states,
            (std::vector<double>{0.5, 0.0, -0.5}));
}

/// The equilibrium of the Wilson-Cowan populations with adaptation of the library brainmass 0.1.1
/// (adaptation 0.1 rE and 0.08 rI as inputs here): delays do not move an equilibrium.
TEST(BrainmassWilsonCowanDelayed, RestsWhereThePopulationsWithoutDelaysRest) {
  SimulationSpec spec = test::quiet_spec("BrainmassWilsonCowanDelayed",
                                         {{"delay_EE", 0.3}, {"delay_EI", 0.2}, {"delay_IE", 0.3}});
  constexpr double rE = 0.485239668969, rI = 0.0675860457;
  spec.populations[0].initial[0].value = RegionValues(rE);
  spec.populations[0].initial[1].value = RegionValues(rI);
  spec.steps = 1;
  for (const auto& [target, value] :
       {std::pair{0, 1.0 - 0.1 * rE}, std::pair{1, 0.5 - 0.08 * rI}}) {
    engine::Stimulus constant;
    constant.target = target;
    constant.weight = RegionValues(value);
    constant.function.form = model::TemporalForm::step;
    constant.function.parameter = {1.0, 0.0, 1e9};
    spec.populations[0].stimuli.push_back(constant);
  }
  const auto states = engine::run_reference(spec, test::unconnected(1)).states;
  EXPECT_NEAR(states[0], rE, 1e-9);
  EXPECT_NEAR(states[1], rI, 1e-9);
}

}  // namespace
}  // namespace arcuate
