#include "arcuate/model/bounded.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <vector>

#include "arcuate/model/entry.hpp"

namespace arcuate::model {
namespace {

using State = std::vector<double>;

/// Regions of a tile and their steps in one call.
struct Stepped {
  const Entry& entry;
  std::vector<double> parameters;

  Stepped(const char* model, std::vector<double> values)
      : entry(*find(model)), parameters(std::move(values)) {
    if (parameters.empty()) parameters = entry.parameter_values(nullptr);
  }

  [[nodiscard]] std::vector<double> rows(const std::vector<double>& values) const {
    std::vector<double> all;
    for (const double value : values)
      all.insert(all.end(), lanes, value);
    return all;
  }

  /// (steps, n_states) of lane 3.
  [[nodiscard]] std::vector<State> steps(const Kernel& kernel, const State& from, double dt,
                                         int count, bool held = true) const {
    const std::size_t n = from.size();
    std::vector<double> state = rows(from), parameter = rows(parameters);
    std::vector<double> scratch(static_cast<std::size_t>(kernel.scratch_rows()) * lanes);
    std::vector<double> input(entry.info.inputs.size() * lanes * static_cast<std::size_t>(count));
    std::vector<double> trace(n * lanes * static_cast<std::size_t>(count));
    TileRun run;
    run.tile = {state.data(), parameter.data(), scratch.data(), nullptr, nullptr};
    run.input = {input.data(), input.data(), input.data(), nullptr, held, nullptr};
    run.trace = trace.data();
    kernel.advance({&run, 1}, dt, count);
    std::vector<State> all;
    for (int step = 0; step < count; ++step) {
      all.emplace_back();
      for (std::size_t k = 0; k < n; ++k)
        all.back().push_back(trace[(static_cast<std::size_t>(step) * n + k) * lanes + 3]);
    }
    return all;
  }
};

/// dx/dt = -10 x from 1 in steps of 0.15, not below 0. Heun: the prediction -0.5 becomes 0, so the
/// step is 0.15/2 (-10 - 0) and not 0.15/2 (-10 + 5).
TEST(Bounds, ThePredictionOfHeunIsKeptWithin) {
  const Stepped run("Linear", {-10.0});
  const auto kernel = bounded(run.entry.make_kernel(Method::heun), {{0.0, unbounded}});
  const auto steps = run.steps(*kernel, {1.0}, 0.15, 2);
  EXPECT_DOUBLE_EQ(steps[0][0], 0.25);
  EXPECT_DOUBLE_EQ(steps[1][0], 0.0625);
  const auto free = run.entry.make_kernel(Method::heun);
  EXPECT_DOUBLE_EQ(run.steps(*free, {1.0}, 0.15, 1)[0][0], 0.625);
}

TEST(Bounds, EulerEndsAtTheBound) {
  const Stepped run("Linear", {1.0});
  const auto kernel = bounded(run.entry.make_kernel(Method::euler), {{-2.0, 1.1}});
  const auto steps = run.steps(*kernel, {0.9}, 0.125, 3);
  EXPECT_DOUBLE_EQ(steps[0][0], 0.9 * 1.125);
  EXPECT_DOUBLE_EQ(steps[1][0], 1.1);
  EXPECT_DOUBLE_EQ(steps[2][0], 1.1);
}

/// The schemes written out, every stage within bounds, against the compiled ones.
TEST(Bounds, EveryStageIsKeptWithin) {
  const Stepped run("Generic2dOscillator", {});
  const Bounds bounds{{-0.4, 0.6}, {0.8, 1.1}};
  const auto plain = run.entry.make_kernel(Method::rk4);
  const std::vector<double> no_input(run.entry.info.inputs.size());
  const auto moved = [&](const State& x, const State& f, double by) {
    State y = x;
    for (std::size_t k = 0; k < y.size(); ++k)
      y[k] = std::min(std::max(x[k] + by * f[k], bounds[k].low), bounds[k].high);
    return y;
  };
  const auto rate = [&](const State& x) {
    State f(x.size());
    plain->rhs_of_one(x.data(), run.parameters.data(), no_input.data(), f.data());
    return f;
  };
  const double dt = 2.0;
  State heun{0.1, 1.0}, rk4 = heun;
  const auto heun_kernel = bounded(run.entry.make_kernel(Method::heun), bounds);
  const auto rk4_kernel = bounded(run.entry.make_kernel(Method::rk4), bounds);
  const auto heun_steps = run.steps(*heun_kernel, heun, dt, 200);
  const auto rk4_steps = run.steps(*rk4_kernel, rk4, dt, 200);
  bool reached = false;
  for (std::size_t step = 0; step < 200; ++step) {
    const State f = rate(heun), g = rate(moved(heun, f, dt));
    heun = moved(heun, {f[0] + g[0], f[1] + g[1]}, 0.5 * dt);
    const State k1 = rate(rk4), k2 = rate(moved(rk4, k1, 0.5 * dt));
    const State k3 = rate(moved(rk4, k2, 0.5 * dt)), k4 = rate(moved(rk4, k3, dt));
    State sum(2);
    for (std::size_t k = 0; k < 2; ++k)
      sum[k] = k1[k] + 2 * k2[k] + 2 * k3[k] + k4[k];
    rk4 = moved(rk4, sum, dt / 6.0);
    for (std::size_t k = 0; k < 2; ++k) {
      ASSERT_NEAR(heun_steps[step][k], heun[k], 1e-11) << step;
      ASSERT_NEAR(rk4_steps[step][k], rk4[k], 1e-11) << step;
      reached = reached || heun[k] == bounds[k].low || heun[k] == bounds[k].high;
    }
  }
  EXPECT_TRUE(reached);
}

/// Bounds that the model has anyway change no bit, stage by stage or in one pass.
TEST(Bounds, ThoseOfTheModelItselfChangeNothing) {
  const Stepped run("ReducedWongWang", {});
  for (const Method method : {Method::euler, Method::heun, Method::rk4, Method::exponential_euler,
                              Method::symplectic_euler}) {
    const auto free = run.entry.make_kernel(method);
    const auto kernel = bounded(run.entry.make_kernel(method), {{0.0, 1.0}});
    EXPECT_EQ(run.steps(*kernel, {0.9}, 3.0, 300), run.steps(*free, {0.9}, 3.0, 300));
  }
}

TEST(Bounds, WhatIsNotANumberStaysSo) {
  double row[lanes] = {0.5, -1.0, 2.0, std::numeric_limits<double>::quiet_NaN()};
  clamp({{0.0, 1.0}}, row, lanes);
  EXPECT_EQ(row[0], 0.5);
  EXPECT_EQ(row[1], 0.0);
  EXPECT_EQ(row[2], 1.0);
  EXPECT_TRUE(std::isnan(row[3]));
}

}  // namespace
}  // namespace arcuate::model
