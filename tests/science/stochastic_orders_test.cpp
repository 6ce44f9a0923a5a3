#include <gtest/gtest.h>

#include <array>
#include <memory>

#include "engine/noise.hpp"
#include "support/science.hpp"

/// Strong orders of the methods: one Brownian path, refined, drives a method at several steps.
namespace arcuate {
namespace {

using engine::Calculus;
using model::lanes;
using model::Method;

constexpr double tolerance = 0.15;
constexpr std::array methods{Method::euler, Method::heun, Method::rk4, Method::exponential_euler,
                             Method::symplectic_euler};

/// Increments of the Brownian paths of one tile over [0, duration], one path per state:
/// (steps, n_states, lanes).
class Path {
 public:
  Path(int tile, int states, int steps, double duration) : states_(states), steps_(steps) {
    const double root = std::sqrt(duration / steps);
    for (int n = 0; n < steps; ++n) {
      for (int k = 0; k < states; ++k) {
        for (int lane = 0; lane < lanes; ++lane) {
          const random::Stream stream{2024, static_cast<std::uint32_t>(k)};
          const auto region = static_cast<std::uint32_t>(tile * lanes + lane);
          increments_.push_back(root * static_cast<double>(random::normal(stream, region, n)));
        }
      }
    }
  }

  /// The same path in `steps` steps.
  [[nodiscard]] std::vector<double> increments(int steps) const {
    const std::size_t row = test::at(states_ * lanes);
    const int ratio = steps_ / steps;
    std::vector<double> sums(test::at(steps) * row, 0.0);
    for (int n = 0; n < steps_; ++n) {
      for (std::size_t i = 0; i < row; ++i)
        sums[test::at(n / ratio) * row + i] += increments_[test::at(n) * row + i];
    }
    return sums;
  }

  /// W at the end of the path of the first state.
  [[nodiscard]] double end(int lane) const {
    double w = 0.0;
    for (int n = 0; n < steps_; ++n)
      w += increments_[test::at((n * states_) * lanes + lane)];
    return w;
  }

 private:
  int states_, steps_;
  std::vector<double> increments_;
};

/// Runs one tile along given paths: amplitudes and corrections are the engine's, the increments
/// the test's.
class Driven {
 public:
  explicit Driven(const engine::SimulationSpec& spec)
      : spec_(spec),
        kernel_(spec.populations[0].model->make_kernel(spec.method)),
        noise_(spec.populations[0], spec.method, spec.dt, {0, 1, 2, 3, 4, 5, 6, 7}, spec.seed),
        scratch_(noise_.make_scratch(4)),
        amplitudes_(noise_.draw(0, 0, 1, nullptr, kept_, scratch_).states) {}

  /// States at the end: (n_states, lanes).
  std::vector<double> run(const Path& path, int steps, double duration) const {
    const std::size_t n_states = spec_.populations[0].initial.size();
    std::vector<double> state, parameter;
    for (const auto& initial : spec_.populations[0].initial)
      state.insert(state.end(), lanes, initial.value(0));
    for (const auto& p : spec_.populations[0].parameters)
      parameter.insert(parameter.end(), lanes, p(0));
    std::vector<double> stage(test::at(kernel_->scratch_rows() * lanes));
    const std::vector<double> input(test::at(steps) *
                                    spec_.populations[0].model->info.inputs.size() * lanes);
    std::vector<double> trace(test::at(steps) * n_states * lanes);
    const std::vector<double> increments = path.increments(steps);
    model::StateNoise noise = amplitudes_;
    noise.increment = increments.data();
    const model::TileInput inputs{
        .begin = input.data(), .middle = input.data(), .end = input.data()};
    const model::TileRun run{
        {state.data(), parameter.data(), stage.data()}, inputs, noise, trace.data()};
    kernel_->advance({&run, 1}, duration / steps, steps);
    return state;
  }

 private:
  engine::SimulationSpec spec_;
  std::unique_ptr<model::Kernel> kernel_;
  engine::Noise noise_;
  engine::NoiseScratch scratch_;
  engine::KeptDraws kept_;  // none
  model::StateNoise amplitudes_;
};

/// Mean absolute error of the first state at four numbers of steps, each twice the one before.
class StrongError {
 public:
  StrongError(int coarsest, double duration) : duration_(duration) {
    for (int n = coarsest; steps_.size() < 4; n *= 2)
      steps_.push_back(n);
  }

  /// Adds the paths of one tile. exact(lane): the true value of the first state at the end.
  template <class Exact>
  void add(const Driven& driven, const Path& path, const Exact& exact) {
    for (std::size_t i = 0; i < steps_.size(); ++i) {
      const std::vector<double> state = driven.run(path, steps_[i], duration_);
      for (int lane = 0; lane < lanes; ++lane)
        sums_[i] += std::abs(state[test::at(lane)] - exact(lane));
    }
    paths_ += lanes;
  }

  [[nodiscard]] double order() const {
    std::vector<double> dts;
    for (const int n : steps_)
      dts.push_back(duration_ / n);
    return test::order(dts, {sums_.begin(), sums_.end()});
  }
  [[nodiscard]] double finest() const { return sums_.back() / paths_; }

 private:
  double duration_;
  std::vector<int> steps_;
  std::array<double, 4> sums_{};
  int paths_ = 0;
};

engine::NoiseTerm white(int state, double sigma, bool multiplicative = false,
                        Calculus calculus = Calculus::ito) {
  engine::NoiseTerm noise;
  noise.target = state;
  noise.sigma = RegionValues(sigma);
  noise.multiplicative = multiplicative;
  noise.calculus = calculus;
  return noise;
}

/// A limit cycle with additive noise. The truth is rk4 on a path 32 times finer than the finest.
TEST(StrongOrder, WithAdditiveNoiseIsOneForEveryMethod) {
  constexpr double duration = 4.0;
  constexpr int tiles = 50, coarsest = 32, finest = coarsest * 8 * 32;
  engine::SimulationSpec spec = test::quiet_spec("SupHopf", {{"a", 1.0}, {"omega", 1.0}});
  spec.populations[0].noise = {white(0, 0.3), white(1, 0.3)};
  spec.method = Method::rk4;
  const Driven truth(spec);
  std::vector<StrongError> errors(methods.size(), StrongError(coarsest, duration));
  for (int tile = 0; tile < tiles; ++tile) {
    const Path path(tile, 2, finest, duration);
    const std::vector<double> exact = truth.run(path, finest, duration);
    for (std::size_t m = 0; m < methods.size(); ++m) {
      spec.method = methods[m];
      errors[m].add(Driven(spec), path, [&](int lane) { return exact[test::at(lane)]; });
    }
  }
  for (std::size_t m = 0; m < methods.size(); ++m)
    EXPECT_NEAR(errors[m].order(), 1.0, tolerance) << "method " << static_cast<int>(methods[m]);
}

/// Geometric Brownian motion dX = gamma X dt + sigma X dW, solved by
/// X_0 exp((gamma - sigma^2/2) t + sigma W) of Ito and X_0 exp(gamma t + sigma W) of Stratonovich.
StrongError geometric_error(Method method, Calculus asked, Calculus exact) {
  constexpr double gamma = -0.5, sigma = 0.8, start = 1.0, duration = 1.0;
  constexpr int tiles = 100, coarsest = 64;
  engine::SimulationSpec spec = test::quiet_spec("Linear", {{"gamma", gamma}});
  spec.populations[0].initial[0].value = RegionValues(start);
  spec.populations[0].noise = {white(0, sigma, true, asked)};
  spec.method = method;
  const double drift = gamma - (exact == Calculus::ito ? 0.5 * sigma * sigma : 0.0);
  const Driven driven(spec);
  StrongError error(coarsest, duration);
  for (int tile = 0; tile < tiles; ++tile) {
    const Path path(tile, 1, coarsest * 8, duration);
    error.add(driven, path, [&](int lane) {
      return start * std::exp(drift * duration + sigma * path.end(lane));
    });
  }
  return error;
}

TEST(StrongOrder, OfAllMethodsButHeunWithMultiplicativeNoiseIsAHalfInBothCalculi) {
  for (const Method method :
       {Method::euler, Method::exponential_euler, Method::symplectic_euler, Method::rk4}) {
    for (const Calculus calculus : {Calculus::ito, Calculus::stratonovich}) {
      EXPECT_NEAR(geometric_error(method, calculus, calculus).order(), 0.5, tolerance)
          << "method " << static_cast<int>(method) << " calculus " << static_cast<int>(calculus);
    }
  }
}

TEST(StrongOrder, OfHeunWithMultiplicativeNoiseIsOneInBothCalculi) {
  for (const Calculus calculus : {Calculus::ito, Calculus::stratonovich}) {
    EXPECT_NEAR(geometric_error(Method::heun, calculus, calculus).order(), 1.0, tolerance)
        << "calculus " << static_cast<int>(calculus);
  }
}

TEST(StrongOrder, IsLostAgainstTheSolutionOfTheOtherCalculus) {
  for (const Method method : methods) {
    const auto error = geometric_error(method, Calculus::ito, Calculus::stratonovich);
    EXPECT_NEAR(error.order(), 0.0, tolerance) << "method " << static_cast<int>(method);
    EXPECT_GT(error.finest(), 0.1) << "method " << static_cast<int>(method);
  }
}

}  // namespace
}  // namespace arcuate
