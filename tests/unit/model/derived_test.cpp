#include <gtest/gtest.h>

#include <cstring>
#include <vector>

#include "support/deriving_model.hpp"

/// Constants that a model derives from its parameters.
namespace arcuate::model {
namespace {

constexpr double pi = 3.14159265358979323846;

std::unique_ptr<Kernel> kernel_of(Method method) {
  return make_kernel<test::DerivingModel>(method);
}

/// f and Q of a lane.
std::vector<double> rows_of(const Kernel& kernel, int lane) {
  std::vector<double> rows(static_cast<std::size_t>(kernel.parameter_rows()));
  rows[0] = 0.1 + 0.05 * lane;
  rows[1] = 2.0 + lane;
  kernel.derive_of_one(rows.data());
  return rows;
}

TEST(DerivedConstants, FollowTheParametersInTheirRows) {
  const auto kernel = kernel_of(Method::euler);
  ASSERT_EQ(kernel->parameter_rows(), 4);
  std::vector<double> rows{0.5, 4.0, 0.0, 0.0};
  kernel->derive_of_one(rows.data());
  EXPECT_EQ(rows[0], 0.5);
  EXPECT_EQ(rows[1], 4.0);
  EXPECT_DOUBLE_EQ(rows[2], pi);
  EXPECT_DOUBLE_EQ(rows[3], 0.125);
}

TEST(DerivedConstants, AreAbsentInModelsWithoutThem) {
  const Entry& entry = *find("JansenRit");
  const auto kernel = entry.make_kernel(Method::heun);
  ASSERT_EQ(kernel->parameter_rows(), static_cast<int>(entry.info.parameters.size()));
  std::vector<double> rows(entry.info.parameters.size(), 3.0);
  kernel->derive_of_one(rows.data());
  EXPECT_EQ(rows, std::vector<double>(rows.size(), 3.0));
}

TEST(DerivedConstants, EnterRatesJacobianAndObservables) {
  const auto kernel = kernel_of(Method::heun);
  const std::vector<double> rows{0.5, 4.0, pi, 0.125}, state{0.6, -0.2}, input{0.3};
  std::vector<double> rate(2), jacobian(4);
  kernel->rhs_of_one(state.data(), rows.data(), input.data(), rate.data());
  EXPECT_DOUBLE_EQ(rate[0], 0.3 + 0.2 * pi - 0.216);
  EXPECT_DOUBLE_EQ(rate[1], 0.6 * pi + 0.025);
  kernel->jacobian_of_one(state.data(), rows.data(), input.data(), jacobian.data());
  EXPECT_DOUBLE_EQ(jacobian[0], -3.0 * 0.36);
  EXPECT_DOUBLE_EQ(jacobian[1], -pi);
  EXPECT_DOUBLE_EQ(jacobian[2], pi);
  EXPECT_DOUBLE_EQ(jacobian[3], -0.125);
  EXPECT_DOUBLE_EQ(kernel->observe_one(0, state.data(), rows.data(), input.data()), 0.4 * pi);
}

/// Eight regions with parameters of their own, as one tile.
struct EightRegions {
  explicit EightRegions(const Kernel& kernel)
      : parameter(static_cast<std::size_t>(kernel.parameter_rows() * lanes)) {
    for (int lane = 0; lane < lanes; ++lane) {
      const auto rows = rows_of(kernel, lane);
      for (std::size_t p = 0; p < rows.size(); ++p)
        parameter[p * lanes + static_cast<std::size_t>(lane)] = rows[p];
    }
  }
  std::vector<double> parameter;
};

TEST(DerivedConstants, OfEveryLaneServeItsOwnRegionInEveryMethod) {
  for (Method method : {Method::euler, Method::heun, Method::rk4, Method::exponential_euler}) {
    const auto kernel = kernel_of(method);
    const EightRegions tile(*kernel);
    constexpr int steps = 5;
    const std::vector<double> input(lanes * steps, 0.2);
    std::vector<double> state(lanes, 0.5), trace(2 * lanes * steps), observed(lanes * steps);
    state.resize(2 * lanes, -0.3);
    std::vector<double> scratch(static_cast<std::size_t>(kernel->scratch_rows() * lanes));
    const TileInput inputs{.begin = input.data(), .middle = input.data(), .end = input.data()};
    const TileRun run{
        {state.data(), tile.parameter.data(), scratch.data()}, inputs, {}, trace.data(), {}};
    kernel->advance({&run, 1}, 0.1, steps);
    kernel->observe(0, steps, trace.data(), tile.parameter.data(), 0, nullptr, observed.data());
    for (int lane = 0; lane < lanes; ++lane) {
      const auto rows = rows_of(*kernel, lane);
      std::vector<double> x{0.5, -0.3};
      for (int stage = 0; stage < steps * kernel->stages(); ++stage) {
        kernel->stage_of_one(stage % kernel->stages(), {x.data(), rows.data(), scratch.data()},
                             input.data(), {}, 0.1);
      }
      const double energy = kernel->observe_one(0, x.data(), rows.data(), input.data());
      const auto at = static_cast<std::size_t>(lane);
      EXPECT_EQ(std::memcmp(&x[0], &state[at], sizeof(double)), 0) << lane;
      EXPECT_EQ(std::memcmp(&x[1], &state[lanes + at], sizeof(double)), 0) << lane;
      EXPECT_EQ(std::memcmp(&energy, &observed[(steps - 1) * lanes + at], sizeof(double)), 0);
    }
  }
}

}  // namespace
}  // namespace arcuate::model
