#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "arcuate/io/hdf5.hpp"
#include "support.hpp"

/// Stimuli straight on a state: what a step adds to it.
namespace arcuate::test {
namespace {

using testing::HasSubstr;

std::string pushed_study(const std::string& method, const std::string& rest) {
  return "connectome: { builtin: 3 }\n"
         "model: { name: Linear, parameters: { gamma: -0.5 }, initial: { x: 0 } }\n"
         "integrator: { method: " +
         method +
         ", dt: 0.1 ms }\n"
         "duration: 4 ms\n"
         "monitors: [ { kind: raw, period: 0.1 ms } ]\n"
         "output: s.h5\n" +
         rest;
}

std::vector<double> samples_of(const Folder& folder, const std::string& study) {
  folder.write("s.yml", study);
  const Outcome run = folder.arcuate("simulate s.yml --overwrite");
  EXPECT_EQ(run.code, 0) << run.err;
  return io::hdf5::open_file(folder.path("s.h5"), io::hdf5::Access::read)
      .read<double>("/monitors/raw/data");
}

// x' = gamma x + s from the step 1 ms on, in three regions of weights 1, 0, 2. With z = gamma dt a
// step is
//   euler, symplectic_euler   x (1 + z) + s dt
//   heun                      x (1 + z + z²/2) + s dt (1 + z/2), as The Virtual Brain's
//   rk4                       x (1 + z + z²/2 + z³/6 + z⁴/24) + s dt, as The Virtual Brain's
TEST(StimuliOnStates, AddDtTimesTheirValueToEveryStep) {
  const Folder folder;
  const std::string stimulus =
      "stimuli: [ { target: x, weights: [1, 0, 2], equation: { name: step, amplitude: 0.3, onset: "
      "1 ms } } ]\n";
  const double z = -0.05, kick = 0.03;
  struct Case {
    const char* method;
    double growth, push;
  };
  for (const auto& [method, growth, push] :
       {Case{"euler", 1.0 + z, 1.0}, Case{"symplectic_euler", 1.0 + z, 1.0},
        Case{"heun", 1.0 + z + z * z / 2.0, 1.0 + z / 2.0},
        Case{"rk4", 1.0 + z * (1.0 + z / 2.0 * (1.0 + z / 3.0 * (1.0 + z / 4.0))), 1.0}}) {
    const auto data = samples_of(folder, pushed_study(method, stimulus));
    ASSERT_EQ(data.size(), 40U * 3U);
    double x = 0.0;
    for (std::size_t n = 0; n < 40; ++n) {
      x = growth * x + (n >= 10 ? push * kick : 0.0);
      EXPECT_NEAR(data[n * 3], x, 1e-13) << method << " " << n;
      EXPECT_EQ(data[n * 3 + 1], 0.0);
      EXPECT_NEAR(data[n * 3 + 2], 2.0 * x, 1e-13);
    }
  }
}

/// Linear's input c is added to the derivative too.
TEST(StimuliOnStates, DoWhatTheyWouldOnAnInputThatIsAddedToTheDerivative) {
  const Folder folder;
  const std::string noise = "noise: { x: { kind: white, sigma: 0.2 } }\n";
  const auto on = [&](const std::string& target) {
    return samples_of(folder, pushed_study("heun", noise + "stimuli: [ { target: " + target +
                                                       ", equation: { name: sinusoid, amplitude: "
                                                       "0.3, frequency: 300 Hz } } ]\n"));
  };
  const auto state = on("x"), input = on("c");
  ASSERT_EQ(state.size(), input.size());
  double largest = 0.0;
  for (std::size_t k = 0; k < state.size(); ++k) {
    EXPECT_NEAR(state[k], input[k], 1e-13);
    largest = std::max(largest, std::abs(state[k]));
  }
  EXPECT_GT(largest, 0.1);
}

TEST(StimuliOnStates, AreToldOfAndRefusedWhereTheyCannotBe) {
  const Folder folder;
  const std::string stimulus =
      "stimuli: [ { target: x, equation: { name: step, amplitude: 200 1/s } } ]\n";
  EXPECT_GT(samples_of(folder, pushed_study("euler", stimulus)).at(0), 0.0199);
  const auto file = io::hdf5::open_file(folder.path("s.h5"), io::hdf5::Access::read);
  const auto own = file.open_group("stimuli").open_group("0");
  EXPECT_EQ(own.text("kind"), "state");
  EXPECT_EQ(own.open_dataset("value").text("units"), "1/ms");
  EXPECT_THAT(folder.arcuate("check s.yml").out, HasSubstr("step on state x"));
  folder.write(
      "s.yml",
      pushed_study("euler", "noise: { x: { sigma: 0.1, multiplicative: true } }\n" + stimulus));
  expect_one_line(folder.arcuate("check s.yml"), 2,
                  {"s.yml:8: stimuli.0.target: x has multiplicative noise"});
}

}  // namespace
}  // namespace arcuate::test
