#include <gtest/gtest.h>

#include <array>
#include <complex>
#include <string>

#include "support/science.hpp"

/// The orders that the integration methods converge with, with and without delays.
namespace arcuate {
namespace {

using engine::DelayMode;
using engine::SimulationSpec;
using engine::Stages;
using model::Method;

constexpr double tolerance = 0.15;

/// States of all regions at time `duration`: (n_states, n_regions).
std::vector<double> state_after(SimulationSpec spec, const network::Connectome& connectome,
                                double duration) {
  spec.steps = std::llround(duration / spec.dt);
  const engine::ReferenceRun run = engine::run_reference(spec, connectome);
  const std::size_t size = spec.populations[0].initial.size() * test::at(connectome.n_regions());
  return {run.states.end() - static_cast<std::ptrdiff_t>(size), run.states.end()};
}

double distance(const std::vector<double>& a, const std::vector<double>& b) {
  double sum = 0.0;
  for (std::size_t i = 0; i < a.size(); ++i)
    sum += (a[i] - b[i]) * (a[i] - b[i]);
  return std::sqrt(sum);
}

/// A smooth excursion of one excitable oscillator.
SimulationSpec excursion(Method method, double dt) {
  SimulationSpec spec = test::quiet_spec("Generic2dOscillator", {{"d", 0.1}});
  spec.populations[0].initial[0].value = RegionValues(1.5);
  spec.populations[0].initial[1].value = RegionValues(0.5);
  spec.method = method;
  spec.dt = dt;
  return spec;
}

class Convergence : public testing::TestWithParam<std::pair<Method, double>> {};

TEST_P(Convergence, OfASingleRegionHasTheOrderOfTheMethod) {
  const auto [method, expected] = GetParam();
  constexpr double duration = 8.0;
  const network::Connectome one = test::unconnected(1);
  const std::vector<double> exact = state_after(excursion(Method::rk4, 1.0 / 512), one, duration);
  const double coarsest = expected < 2.0 ? 1.0 / 16 : 1.0 / 4;
  std::vector<double> dts, errors;
  for (double dt = coarsest; dts.size() < 4; dt /= 2) {
    dts.push_back(dt);
    errors.push_back(distance(state_after(excursion(method, dt), one, duration), exact));
  }
  EXPECT_NEAR(test::order(dts, errors), expected, tolerance);
}

std::string method_name(const testing::TestParamInfo<std::pair<Method, double>>& test) {
  constexpr std::array names{"Euler", "Heun", "Rk4", "ExponentialEuler", "SymplecticEuler"};
  return names[static_cast<std::size_t>(test.param.first)];
}

INSTANTIATE_TEST_SUITE_P(Methods, Convergence,
                         testing::Values(std::pair{Method::euler, 1.0},
                                         std::pair{Method::heun, 2.0}, std::pair{Method::rk4, 4.0},
                                         std::pair{Method::exponential_euler, 1.0},
                                         std::pair{Method::symplectic_euler, 1.0}),
                         method_name);

TEST(ExponentialEuler, IsExactForALinearEquationWithConstantInput) {
  constexpr double gamma = -3.0, input = 0.7, start = 2.0;
  SimulationSpec spec = test::quiet_spec("Linear", {{"gamma", gamma}});
  spec.populations[0].initial[0].value = RegionValues(start);
  test::couple(spec, network::CouplingForm::linear, 1.0);
  spec.coupling.parameters = {1.0, input};  // a, b: c = sum + b, and the sum is empty
  spec.method = Method::exponential_euler;
  const double rest = -input / gamma;
  for (const double dt : {0.01, 0.1, 1.0}) {
    spec.dt = dt;
    const double exact = rest + (start - rest) * std::exp(gamma * 2.0);
    EXPECT_NEAR(state_after(spec, test::unconnected(1), 2.0)[0], exact, 1e-14) << "dt " << dt;
  }
}

/// Two linear regions that send to each other with different delays,
///   dx_k/dt = gamma_k x_k + w_k x_l(t - tau_k),   l = other than k,
/// solved by x_k = Re(z_k exp(lambda t)) for all t: lambda - gamma_k = w_k z_l/z_k exp(-lambda
/// tau_k) gives the real gamma_k and w_k. The given past is the solution itself.
struct DelayedPair {
  using Complex = std::complex<double>;
  static constexpr Complex lambda{-0.05, 1.0};
  const std::array<Complex, 2> z{Complex{1.0, 0.0}, std::polar(0.8, -0.7)};
  // A third of a step beyond a step, and again after every division of dt by 4.
  static constexpr std::array<float, 2> delay{4.0F / 3.0F, 7.0F / 3.0F};
  std::array<double, 2> gamma{}, weight{};

  DelayedPair() {
    for (std::size_t k = 0; k < 2; ++k) {
      const Complex q = z[1 - k] / z[k] * std::exp(-lambda * static_cast<double>(delay[k]));
      weight[k] = lambda.imag() / q.imag();
      gamma[k] = lambda.real() - weight[k] * q.real();
    }
  }

  [[nodiscard]] double exact(std::size_t k, double t) const {
    return (z[k] * std::exp(lambda * t)).real();
  }

  [[nodiscard]] network::Connectome connectome() const {
    network::Connectome c;
    c.row = {0, 1, 2};
    c.source = {1, 0};
    c.weight = {weight[0], weight[1]};
    c.delay = {delay[0], delay[1]};
    return c;
  }

  [[nodiscard]] SimulationSpec spec(Method method, Stages stages, DelayMode mode, double dt) const {
    SimulationSpec s = test::quiet_spec("Linear");
    s.populations[0].parameters[0] = RegionValues(std::vector<double>{gamma[0], gamma[1]});
    test::couple(s, network::CouplingForm::linear, 1.0);
    s.method = method;
    s.stages = stages;
    s.delay = mode;
    s.dt = dt;
    engine::InitialHistory past;
    past.samples = std::llround(4.0 / dt);
    for (Step n = 0; n < past.samples; ++n) {
      for (std::size_t k = 0; k < 2; ++k)
        past.values.push_back(exact(k, static_cast<double>(n - past.samples + 1) * dt));
    }
    s.history = past;
    return s;
  }

  /// The order over four steps, each the one before divided by `factor`.
  [[nodiscard]] double measured_order(Method method, Stages stages, DelayMode mode,
                                      double factor) const {
    constexpr double duration = 8.0;
    std::vector<double> dts, errors;
    for (double dt = 1.0 / 8; dts.size() < 4; dt /= factor) {
      const auto x = state_after(spec(method, stages, mode, dt), connectome(), duration);
      dts.push_back(dt);
      errors.push_back(distance(x, {exact(0, duration), exact(1, duration)}));
    }
    return test::order(dts, errors);
  }
};

TEST(DelayedConvergence, RoundedDelaysAreOfOrderOneForEveryMethod) {
  const DelayedPair pair;
  for (const Method method : {Method::euler, Method::heun, Method::rk4}) {
    for (const Stages stages : {Stages::held, Stages::staged}) {
      EXPECT_NEAR(pair.measured_order(method, stages, DelayMode::nearest, 4.0), 1.0, tolerance)
          << "method " << static_cast<int>(method) << " stages " << static_cast<int>(stages);
    }
  }
}

TEST(DelayedConvergence, HeldCouplingIsOfOrderOneEvenWithInterpolatedDelays) {
  const DelayedPair pair;
  for (const Method method : {Method::heun, Method::rk4}) {
    for (const DelayMode mode : {DelayMode::linear, DelayMode::cubic}) {
      EXPECT_NEAR(pair.measured_order(method, Stages::held, mode, 2.0), 1.0, tolerance)
          << "method " << static_cast<int>(method) << " delay " << static_cast<int>(mode);
    }
  }
}

TEST(DelayedConvergence, StagedCouplingWithLinearDelaysIsOfOrderTwo) {
  const DelayedPair pair;
  for (const Method method : {Method::heun, Method::rk4}) {
    EXPECT_NEAR(pair.measured_order(method, Stages::staged, DelayMode::linear, 2.0), 2.0, tolerance)
        << "method " << static_cast<int>(method);
  }
}

TEST(DelayedConvergence, StagedCouplingWithCubicDelaysRestoresTheOrderOfTheMethod) {
  const DelayedPair pair;
  for (const auto& [method, expected] : {std::pair{Method::euler, 1.0},
                                         {Method::heun, 2.0},
                                         {Method::rk4, 4.0},
                                         {Method::exponential_euler, 1.0},
                                         {Method::symplectic_euler, 1.0}}) {
    EXPECT_NEAR(pair.measured_order(method, Stages::staged, DelayMode::cubic, 2.0), expected,
                tolerance)
        << "method " << static_cast<int>(method);
  }
}

}  // namespace
}  // namespace arcuate
