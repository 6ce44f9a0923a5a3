#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "arcuate/io/hdf5.hpp"
#include "same_recordings.hpp"
#include "support.hpp"

/// Variables that a study computes, and states that it keeps within bounds.
namespace arcuate::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;

/// dx/dt = gamma x + c, gamma by region and stepped by a stimulus; region 0 receives x of region 1.
/// Euler's step is the rate at its beginning, so the rates that are recorded tell the states.
const std::string rates =
    "connectome: { weights: w.txt, lengths: l.txt, speed: inf }\n"
    "model: { name: Linear, parameters: { gamma: [-1, -2] }, initial: { x: [0, 1] } }\n"
    "coupling: { name: linear }\n"
    "integrator: { method: euler, dt: 0.1 ms }\n"
    "stimuli: [ { target: gamma, equation: { name: step, amplitude: 0.5, onset: 0.25 ms } } ]\n"
    "duration: 0.6 ms\n"
    "monitors:\n"
    "  - { kind: raw, variables: [x, { name: rate, expression: 'gamma * x + c', unit: 1/ms },\n"
    "                             { name: g, expression: gamma }] }\n"
    "  - { kind: temporal_average, period: 0.2 ms, variables: { name: square, expression: x^2 } }\n"
    "output: out.h5\n";

void write_rates(const Folder& folder) {
  folder.write("w.txt", "0 1\n0 0\n");
  folder.write("l.txt", "0 0\n0 0\n");
  folder.write("study.yml", rates);
}

io::hdf5::Object data_of(const Folder& folder, const std::string& monitor) {
  return io::hdf5::open_file(folder.path("out.h5"), io::hdf5::Access::read)
      .open_group("monitors/" + monitor)
      .open_dataset("data");
}

std::vector<double> samples_of(const Folder& folder, const std::string& monitor) {
  return io::hdf5::open_file(folder.path("out.h5"), io::hdf5::Access::read)
      .open_group("monitors/" + monitor)
      .read<double>("data");
}

TEST(Expressions, TakeStatesInputsAndParametersOfTheirStamp) {
  const Folder folder;
  write_rates(folder);
  for (const char* more : {"", " --block 1 --chunk 1", " --chunk 2"}) {
    const Outcome outcome =
        folder.arcuate("simulate --quiet --overwrite study.yml" + std::string(more));
    ASSERT_EQ(outcome.code, 0) << outcome.err;
    const std::vector<double> raw = samples_of(folder, "raw");
    ASSERT_EQ(raw.size(), 36U);
    const auto at = [&](std::size_t step, std::size_t variable, std::size_t region) {
      return raw[(step * 3 + variable) * 2 + region];
    };
    for (std::size_t region = 0; region < 2; ++region) {
      for (std::size_t step = 0; step < 6; ++step) {
        const double gamma = (region == 0 ? -1.0 : -2.0) + (step >= 2 ? 0.5 : 0.0);
        EXPECT_EQ(at(step, 2, region), gamma) << step << ' ' << region << more;
        const double input = region == 0 ? at(step, 0, 1) : 0.0;
        EXPECT_NEAR(at(step, 1, region), gamma * at(step, 0, region) + input, 1e-15);
        if (step == 5) continue;
        EXPECT_NEAR(at(step, 1, region), (at(step + 1, 0, region) - at(step, 0, region)) / 0.1,
                    1e-14);
      }
    }
    const std::vector<double> squares = samples_of(folder, "temporal_average");
    const double first = at(0, 0, 1), second = at(1, 0, 1);
    EXPECT_NEAR(squares[1], (first * first + second * second) / 2.0, 1e-15);
    EXPECT_NEAR(first, 0.8, 1e-15);
  }
}

TEST(Expressions, AreKeptInTheRecordingAndTold) {
  const Folder folder;
  write_rates(folder);
  ASSERT_EQ(folder.arcuate("simulate --quiet study.yml").code, 0);
  EXPECT_EQ(data_of(folder, "raw").text("expressions"), R"({"rate":"gamma * x + c","g":"gamma"})");
  EXPECT_THAT(data_of(folder, "raw").text("units"), HasSubstr(R"("rate":"1/ms")"));
  EXPECT_EQ(data_of(folder, "temporal_average").text("expressions"), R"({"square":"x^2"})");
  EXPECT_THAT(folder.arcuate("check study.yml").out, HasSubstr("rate = gamma * x + c [1/ms]"));
  // The study in the recording means the same.
  EXPECT_EQ(folder.arcuate("check out.h5").code, 0);
}

TEST(Expressions, AValueThatIsNotFiniteEndsTheRunOnAllRanks) {
  const Folder folder;
  write_rates(folder);
  const std::string broken =
      "simulate --quiet study.yml --set duration='1 s' --set 'monitors=[{kind: raw, name: ratio, "
      "regions: [1], "
      "variables: [{name: q, expression: log(x - 0.7)}]}]' --set stimuli=[]";
  for (const Outcome& outcome : {folder.arcuate(broken), folder.ranks(2, broken)}) {
    EXPECT_EQ(outcome.code, 4) << outcome.err;
    EXPECT_THAT(outcome.err, HasSubstr("monitor 'ratio': q = log(x - 0.7) is not a finite number "
                                       "in region 1 at t = 0.2 ms"));
  }
}

/// What regions broadcast is computed: y1 - y2 has the bits of the observable that is y1 - y2, for
/// every layout, way of summing and precision.
TEST(ExpressionSources, HaveTheBitsOfAnObservableThatIsTheSame) {
  const Folder folder;
  folder.write("s.yml", R"(connectome: { builtin: 20, normalize: row_sum, speed: 4 mm/ms }
model: { name: JansenRit, parameters: { a: { lh_003: 0.09, default: 0.1 } } }
coupling: { name: sigmoidal_jansen_rit, gain: 0.1, source: psp, target: c }
integrator: { method: heun, dt: 0.5 ms }
noise: { y4: 0.001 }
stimuli: [ { target: A, equation: { name: step, amplitude: 0.2, onset: 30 ms } } ]
duration: 100 ms
monitors: [ { kind: raw, variables: [psp], period: 5 ms } ]
output: out.h5
)");
  const std::string computed =
      " --set \"coupling.source={name: lfp, expression: 'y1 - y2', unit: mV}\" ";
  for (const std::string more :
       {"", " --set coupling.stages=staged --set connectome.speed=inf",
        " --set integrator.precision=mixed", " --set coupling.name=difference"}) {
    const std::string run = "simulate s.yml --quiet --overwrite" + more;
    const Outcome own = folder.arcuate(run + " --set output=own.h5");
    ASSERT_EQ(own.code, 0) << own.err;
    const Outcome one = folder.arcuate(run + computed);
    ASSERT_EQ(one.code, 0) << one.err;
    expect_same_recordings(folder, "own.h5", "out.h5");
    const Outcome several = folder.ranks(3, run + computed + "--threads 2 --chunk 7");
    ASSERT_EQ(several.code, 0) << several.err;
    expect_same_recordings(folder, "own.h5", "out.h5");
  }
  EXPECT_THAT(folder.arcuate("check s.yml" + computed).out, HasSubstr("lfp -> c"));
  // A parameter that a stimulus changes in the middle of a run of steps: as one step after another.
  const std::string scaled =
      "simulate s.yml --quiet --overwrite --set \"coupling.source={name: sent, expression: 'A * "
      "(y1 - "
      "y2)'}\" ";
  ASSERT_EQ(folder.arcuate(scaled + "--set output=own.h5 --block 1").code, 0);
  for (const Outcome& outcome : {folder.arcuate(scaled), folder.ranks(3, scaled + "--threads 2")}) {
    ASSERT_EQ(outcome.code, 0) << outcome.err;
    expect_same_recordings(folder, "own.h5", "out.h5");
  }
}

/// x_0' = gamma_0 x_0 + b_1 and so on, where a region sends its parameter times its state squared.
TEST(ExpressionSources, TakeParametersOfTheRegionThatSends) {
  const Folder folder;
  write_rates(folder);
  const std::string sent =
      "simulate --quiet --overwrite study.yml --set \"coupling.source={name: b, expression: 'gamma "
      "* x^2'}\" --set coupling.target=c --set 'monitors=[{kind: raw, variables: [x]}]'";
  for (const Outcome& outcome : {folder.arcuate(sent), folder.ranks(2, sent)}) {
    ASSERT_EQ(outcome.code, 0) << outcome.err;
    const std::vector<double> x = samples_of(folder, "raw");
    double of[2] = {0.0, 1.0};
    for (std::size_t step = 0; step < 6; ++step) {
      // The stimulus acts from 0.25 ms on; what is sent has the gamma at the state's own time.
      const double time = 0.1 * static_cast<double>(step);
      const double more = time > 0.249 ? 0.5 : 0.0;
      const double b = (-2.0 + more) * of[1] * of[1];
      of[0] += 0.1 * ((-1.0 + more) * of[0] + b);
      of[1] += 0.1 * (-2.0 + more) * of[1];
      EXPECT_NEAR(x[2 * step], of[0], 1e-14) << step;
      EXPECT_NEAR(x[2 * step + 1], of[1], 1e-14) << step;
    }
  }
}

/// Euler steps of region 1 stay at the bound where they start, those of region 0 rise towards it.
TEST(Bounds, OfAStudyHoldOnAllRanks) {
  const Folder folder;
  write_rates(folder);
  const std::string bound =
      "simulate --quiet --overwrite study.yml --set stimuli=[] --set model.bounds.x=[-1,0.25] "
      "--set model.initial.x=[0,0.25] --set model.parameters.gamma=[1,1] --set "
      "'monitors=[{kind: raw}]'";
  for (const Outcome& outcome : {folder.arcuate(bound), folder.ranks(2, bound)}) {
    ASSERT_EQ(outcome.code, 0) << outcome.err;
    const std::vector<double> x = samples_of(folder, "raw");
    double of_0 = 0.0;
    for (std::size_t step = 0; step < 6; ++step) {
      of_0 = std::min(of_0 + 0.1 * (of_0 + 0.25), 0.25);
      EXPECT_NEAR(x[2 * step], of_0, 1e-15) << step;
      EXPECT_EQ(x[2 * step + 1], 0.25) << step;
    }
    EXPECT_LT(x[0], 0.03);
  }
  EXPECT_THAT(folder.arcuate("check study.yml --set model.bounds.x=[-1,2]").out,
              HasSubstr("x within -1 to 2"));
}

}  // namespace
}  // namespace arcuate::test
