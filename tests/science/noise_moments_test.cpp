#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <numeric>
#include <string>

#include "engine/noise.hpp"
#include "support/science.hpp"

/// Variances and correlations of noise and of what noise drives, against closed forms.
namespace arcuate {
namespace {

using engine::Distribution;
using engine::NoiseTerm;
using engine::ReferenceRun;
using engine::SimulationSpec;
using model::Method;

NoiseTerm noise_on(bool input, NoiseTerm::Kind kind, double sigma) {
  NoiseTerm noise;
  noise.kind = kind;
  noise.on_input = input;
  noise.sigma = RegionValues(sigma);
  return noise;
}

/// Regions without edges, Linear model, starting at rest.
SimulationSpec linear_spec(double gamma, double dt, Step steps, const NoiseTerm& noise) {
  SimulationSpec spec = test::quiet_spec("Linear", {{"gamma", gamma}});
  spec.populations[0].initial[0].value = RegionValues(0.0);
  spec.method = Method::euler;
  spec.dt = dt;
  spec.steps = steps;
  spec.populations[0].noise = {noise};
  return spec;
}

/// Mean over the regions of series[step, region] series[step + lag, region]; one row a step.
double product_mean(const std::vector<double>& series, std::size_t regions, Step step, Step lag) {
  const double* now = series.data() + test::at(step) * regions;
  const double* later = series.data() + test::at(step + lag) * regions;
  return std::inner_product(now, now + regions, later, 0.0) / static_cast<double>(regions);
}

constexpr GlobalIndex regions = 20000;  ///< a variance is known to 1 %, one standard deviation

double variance(const std::vector<double>& series, Step step) {
  return product_mean(series, test::at(regions), step, 0);
}

/// Within `part` of the wanted value.
void expect_relative(double got, double wanted, double part, const std::string& what) {
  EXPECT_NEAR(got / wanted, 1.0, part) << what;
}

TEST(OrnsteinUhlenbeckNoise, OnAnInputIsStationaryFromTheFirstStep) {
  constexpr double sigma = 1.5, tau = 2.0, dt = 0.25;
  NoiseTerm noise = noise_on(true, NoiseTerm::Kind::ornstein_uhlenbeck, sigma);
  noise.tau = tau;
  const ReferenceRun run =
      engine::run_reference(linear_spec(-1.0, dt, 40, noise), test::unconnected(regions));
  for (const Step step : {0, 1, 7, 39})
    expect_relative(variance(run.inputs, step), sigma * sigma, 0.04, std::to_string(step));
  for (const Step lag : {1, 4, 8, 20}) {
    const double correlation =
        product_mean(run.inputs, test::at(regions), 0, lag) / (sigma * sigma);
    EXPECT_NEAR(correlation, std::exp(-static_cast<double>(lag) * dt / tau), 0.03) << lag;
  }
}

TEST(OrnsteinUhlenbeckNoise, HasItsTimeConstantInTheUnitOfTheModel) {
  constexpr double tau = 0.02, dt = 1.0;  // 0.02 s of the Wendling model, steps of 1 ms
  SimulationSpec spec = test::quiet_spec("Wendling");
  NoiseTerm noise = noise_on(true, NoiseTerm::Kind::ornstein_uhlenbeck, 3.0);
  noise.tau = tau;
  spec.populations[0].noise = {noise};
  spec.dt = dt;
  spec.steps = 21;
  spec.method = Method::euler;
  const ReferenceRun run = engine::run_reference(spec, test::unconnected(2000));
  const std::size_t row = 2 * 2000;  // inputs p and y0_path of every region
  std::vector<double> p;
  for (std::size_t step = 0; step < 21; ++step) {
    const auto first = run.inputs.begin() + static_cast<std::ptrdiff_t>(step * row);
    p.insert(p.end(), first, first + 2000);
  }
  expect_relative(product_mean(p, 2000, 0, 0), 9.0, 0.12, "variance");
  EXPECT_NEAR(product_mean(p, 2000, 0, 20) / 9.0, std::exp(-1.0), 0.09);
}

/// x' = a x + dt eta, eta' = r eta + ...: var x = dt^2 sigma^2 (1 + a r)/((1 - a^2)(1 - a r)).
TEST(OrnsteinUhlenbeckNoise, OnAStateGivesTheStationaryVarianceOfTheFilteredProcess) {
  constexpr double gamma = -0.5, sigma = 0.8, tau = 1.5, dt = 0.1;
  NoiseTerm noise = noise_on(false, NoiseTerm::Kind::ornstein_uhlenbeck, sigma);
  noise.tau = tau;
  const ReferenceRun run =
      engine::run_reference(linear_spec(gamma, dt, 150, noise), test::unconnected(regions));
  const double a = 1.0 + gamma * dt, r = std::exp(-dt / tau);
  const double exact = dt * dt * sigma * sigma * (1.0 + a * r) / ((1.0 - a * a) * (1.0 - a * r));
  expect_relative(variance(run.states, 149), exact, 0.04, "discrete");
  expect_relative(exact, sigma * sigma / (-gamma * (-gamma + 1.0 / tau)), 0.05, "continuous");
}

/// One step of every method multiplies by `a` and adds b dW: var x = b^2 dt/(1 - a^2), which tends
/// to sigma^2/(2 |gamma|).
TEST(WhiteNoise, GivesTheStationaryVarianceOfEveryMethod) {
  constexpr double gamma = -0.5, sigma = 0.8, dt = 0.2, h = gamma * dt;
  struct OneStep {
    Method method;
    double a, b;
  };
  for (const auto& [method, a, b] :
       {OneStep{Method::euler, 1.0 + h, sigma},
        OneStep{Method::heun, 1.0 + h + h * h / 2.0, sigma * (1.0 + h / 2.0)},
        OneStep{Method::rk4, 1.0 + h + h * h / 2.0 + h * h * h / 6.0 + h * h * h * h / 24.0, sigma},
        OneStep{Method::exponential_euler, std::exp(h), sigma},
        OneStep{Method::symplectic_euler, 1.0 + h, sigma}}) {
    SimulationSpec spec =
        linear_spec(gamma, dt, 60, noise_on(false, NoiseTerm::Kind::white, sigma));
    spec.method = method;
    const ReferenceRun run = engine::run_reference(spec, test::unconnected(regions));
    const std::string what = "method " + std::to_string(static_cast<int>(method));
    const double exact = b * b * dt / (1.0 - a * a);
    expect_relative(variance(run.states, 59), exact, 0.04, what);
    expect_relative(exact, sigma * sigma / (-2.0 * gamma), 0.12, what + " continuous");
  }
}

TEST(WhiteNoise, OnAnInputDrivesTheStateAsNoiseOnTheStateDoes) {
  constexpr double gamma = -0.5, sigma = 0.8, dt = 0.2, a = 1.0 + gamma * dt;
  const ReferenceRun run = engine::run_reference(
      linear_spec(gamma, dt, 60, noise_on(true, NoiseTerm::Kind::white, sigma)),
      test::unconnected(regions));
  expect_relative(variance(run.inputs, 30), sigma * sigma / dt, 0.04, "input");
  expect_relative(variance(run.states, 59), sigma * sigma * dt / (1.0 - a * a), 0.04, "state");
}

TEST(PerStepNoise, HasItsVarianceWhateverTheStep) {
  for (const double dt : {0.05, 0.5}) {
    const ReferenceRun run = engine::run_reference(
        linear_spec(-0.5, dt, 3, noise_on(true, NoiseTerm::Kind::per_step, 2.0)),
        test::unconnected(regions));
    expect_relative(variance(run.inputs, 2), 4.0, 0.04, "dt " + std::to_string(dt));
    EXPECT_NEAR(product_mean(run.inputs, test::at(regions), 0, 1) / 4.0, 0.0, 0.03);
  }
}

TEST(UniformNoise, HasTheVarianceOfGaussianNoiseAndBounds) {
  NoiseTerm noise = noise_on(true, NoiseTerm::Kind::per_step, 2.0);
  noise.distribution = Distribution::uniform;
  const ReferenceRun run =
      engine::run_reference(linear_spec(-0.5, 0.1, 3, noise), test::unconnected(regions));
  expect_relative(variance(run.inputs, 2), 4.0, 0.03, "variance");
  for (const double x : run.inputs)
    ASSERT_LT(std::abs(x), 2.0 * std::sqrt(3.0));
}

TEST(UniformNoise, IsStationaryFromTheFirstStepWhateverItsKind) {
  using Kind = NoiseTerm::Kind;
  constexpr double dt = 0.1;
  for (const Kind kind : {Kind::white, Kind::per_step, Kind::ornstein_uhlenbeck, Kind::coloured}) {
    NoiseTerm noise = noise_on(true, kind, 2.0);
    noise.distribution = Distribution::uniform;
    noise.tau = 0.5;
    noise.tau_min = 0.2;
    noise.tau_max = 5.0;
    const ReferenceRun run =
        engine::run_reference(linear_spec(-0.5, dt, 21, noise), test::unconnected(regions));
    const double wanted = kind == Kind::white ? 4.0 / dt : 4.0;
    for (const int step : {0, 1, 5, 20}) {
      expect_relative(
          variance(run.inputs, step), wanted, 0.06,
          "kind " + std::to_string(static_cast<int>(kind)) + ", step " + std::to_string(step));
    }
  }
}

TEST(UniformNoise, OfABrownianPathGrowsWithTime) {
  constexpr double sigma = 2.0, dt = 0.1;
  NoiseTerm noise = noise_on(true, NoiseTerm::Kind::brownian, sigma);
  noise.distribution = Distribution::uniform;
  const ReferenceRun run =
      engine::run_reference(linear_spec(-0.5, dt, 21, noise), test::unconnected(regions));
  for (const int step : {1, 5, 20})
    expect_relative(variance(run.inputs, step), sigma * sigma * dt * step, 0.06,
                    std::to_string(step));
}

/// One Euler step from x = 1 without a drift: x_1 = 1 + sigma sqrt(dt) z, times the state or not.
TEST(UniformNoise, OnAStateHasItsVarianceAddedOrMultiplied) {
  constexpr double sigma = 0.5, dt = 0.1;
  for (const bool multiplicative : {false, true}) {
    NoiseTerm noise = noise_on(false, NoiseTerm::Kind::white, sigma);
    noise.distribution = Distribution::uniform;
    noise.multiplicative = multiplicative;
    SimulationSpec spec = linear_spec(0.0, dt, 1, noise);
    spec.populations[0].initial[0].value = RegionValues(1.0);
    const ReferenceRun run = engine::run_reference(spec, test::unconnected(regions));
    const double* last = run.states.data() + run.states.size() - test::at(regions);
    double mean = 0.0, square = 0.0;
    for (GlobalIndex i = 0; i < regions; ++i) {
      mean += (last[i] - 1.0) / static_cast<double>(regions);
      square += (last[i] - 1.0) * (last[i] - 1.0) / static_cast<double>(regions);
    }
    EXPECT_NEAR(mean, 0.0, 0.005) << multiplicative;
    expect_relative(square, sigma * sigma * dt, 0.04, multiplicative ? "times x" : "added");
  }
}

TEST(SharedNoise, IsTheSameInAllRegionsAndChangesFromStepToStep) {
  constexpr GlobalIndex few = 5;
  for (const auto kind :
       {NoiseTerm::Kind::white, NoiseTerm::Kind::ornstein_uhlenbeck, NoiseTerm::Kind::per_step}) {
    NoiseTerm noise = noise_on(true, kind, 1.0);
    noise.shared = true;
    const ReferenceRun run =
        engine::run_reference(linear_spec(-0.5, 0.1, 6, noise), test::unconnected(few));
    for (std::size_t i = 0; i < run.inputs.size(); ++i) {
      const std::size_t step = i / few;
      EXPECT_EQ(run.inputs[i], run.inputs[step * few]) << "step " << step;
      if (step == 0) continue;
      EXPECT_NE(run.inputs[i], run.inputs[i - few]) << "step " << step;
    }
  }
}

/// A type of activity whose fixed point is stable.
struct WendlingType {
  const char* name;
  double A, B, G;
  double published;  ///< [mV] std of the local field potential, one run of 30 s, two digits
  double
      linearised;  ///< [mV] the same by the discrete Lyapunov equation at the fixed point (scipy)
  std::array<double, 5> fixed;  ///< [mV] y0 .. y4
};

constexpr std::array wendling_types{
    WendlingType{"Type1",
                 5,
                 50,
                 15,
                 0.0050,
                 0.00515659514,
                 {0.006132576, 5.912989368, 6.334821128, 0.154971499, 0.187698404}},
    WendlingType{"Type2",
                 5,
                 40,
                 15,
                 0.0062,
                 0.00642688741,
                 {0.013352694, 6.849625083, 5.777116093, 0.206174544, 0.171173810}},
    WendlingType{"Type4",
                 5,
                 10,
                 15,
                 0.0056,
                 0.00557027888,
                 {0.211033479, 31.499908420, 22.010288486, 0.472987861, 0.652156696}},
    WendlingType{"Type5",
                 5,
                 5,
                 25,
                 0.0040,
                 0.00389968637,
                 {0.234650658, 31.499984640, 12.580770741, 8.049526024, 0.372763578}},
};

/// Eight columns that per-step noise of sigma = 2 on p moves about their fixed point: forward
/// Euler, 0.1 ms, a tenth of a second at a time.
class WendlingColumns {
 public:
  static constexpr int chunk = 1000;

  explicit WendlingColumns(const WendlingType& type)
      : spec_(spec_of(type)),
        noise_(spec_.populations[0], spec_.method, spec_.dt, {0, 1, 2, 3, 4, 5, 6, 7}, spec_.seed),
        memory_(noise_.start()),
        scratch_(noise_.make_scratch(chunk)),
        kernel_(spec_.populations[0].model->make_kernel(spec_.method)),
        rest_(type.fixed[1] - type.fixed[2] - type.fixed[3]) {
    for (const double y : type.fixed)
      state_.insert(state_.end(), model::lanes, y);
    state_.resize(10 * model::lanes, 0.0);
    for (const auto& p : spec_.populations[0].parameters)
      parameter_.insert(parameter_.end(), model::lanes, p(0));
  }

  void advance() {
    const auto drawn = noise_.draw(0, now_, chunk, memory_.data(), kept_, scratch_);
    const model::TileInput input{
        .begin = drawn.inputs, .middle = drawn.inputs, .end = drawn.inputs};
    const model::TileRun run{
        {state_.data(), parameter_.data(), nullptr}, input, drawn.states, trace_.data()};
    kernel_->advance({&run, 1}, 1e-4, chunk);
    now_ += chunk;
  }

  /// Sum over the columns and the steps of the last chunk of (lfp - fixed point)^2. [mV^2]
  [[nodiscard]] double squares() const {
    double sum = 0.0;
    for (std::size_t s = 0; s < chunk; ++s) {
      for (std::size_t lane = 0; lane < model::lanes; ++lane) {
        const double* y = trace_.data() + s * 10 * model::lanes + lane;
        const double x = y[model::lanes] - y[2 * model::lanes] - y[3 * model::lanes] - rest_;
        sum += x * x;
      }
    }
    return sum;
  }

 private:
  static SimulationSpec spec_of(const WendlingType& type) {
    SimulationSpec spec =
        test::quiet_spec("Wendling", {{"A", type.A}, {"B", type.B}, {"G", type.G}});
    spec.populations[0].noise = {noise_on(true, NoiseTerm::Kind::per_step, 2.0)};
    spec.method = Method::euler;
    return spec;
  }

  SimulationSpec spec_;
  engine::Noise noise_;
  AlignedVector<double> memory_;
  engine::KeptDraws kept_;  // none
  engine::NoiseScratch scratch_;
  std::unique_ptr<model::Kernel> kernel_;
  double rest_;
  Step now_ = 0;
  std::vector<double> state_, parameter_;
  std::vector<double> trace_ = std::vector<double>(10 * chunk * model::lanes);
};

TEST(PerStepNoise, MovesWendlingColumnsAsMuchAsPublishedAndAsTheLinearisedColumn) {
  constexpr int transient = 20, chunks = 280;  // 2 s and 28 s
  for (const WendlingType& type : wendling_types) {
    WendlingColumns columns(type);
    double squares = 0.0;
    for (int n = 0; n < transient + chunks; ++n) {
      columns.advance();
      if (n >= transient) squares += columns.squares();
    }
    const double deviation = std::sqrt(squares / (chunks * WendlingColumns::chunk * model::lanes));
    expect_relative(deviation, type.linearised, 0.02, type.name);
    expect_relative(deviation, type.published, 0.05, type.name);
  }
}

}  // namespace
}  // namespace arcuate
