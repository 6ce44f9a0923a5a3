#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <complex>
#include <limits>
#include <vector>

#include "support/region.hpp"
#include "support/science.hpp"

/// Oscillations of the models that brainmass 0.1.1 also has: frequencies, periods, amplitudes and
/// onsets against an independent implementation in Python, where noted against its documentation.
namespace {

using arcuate::engine::SimulationSpec;
using arcuate::model::Method;
using arcuate::test::Region;
using arcuate::test::Settings;
using arcuate::test::State;
namespace network = arcuate::network;

struct Oscillation {
  double mean = 0.0, deviation = 0.0, low = 0.0, high = 0.0;
  double period = 0.0;  ///< between upward crossings of the mean, on average
};

Oscillation measured(const std::vector<double>& signal, double dt) {
  Oscillation o;
  const auto n = static_cast<double>(signal.size());
  for (const double x : signal)
    o.mean += x / n;
  double squares = 0.0;
  for (const double x : signal)
    squares += (x - o.mean) * (x - o.mean) / n;
  o.deviation = std::sqrt(squares);
  o.low = *std::min_element(signal.begin(), signal.end());
  o.high = *std::max_element(signal.begin(), signal.end());
  std::vector<double> crossings;
  for (std::size_t i = 1; i < signal.size(); ++i) {
    const double before = signal[i - 1] - o.mean, after = signal[i] - o.mean;
    if (before < 0.0 && after >= 0.0)
      crossings.push_back(dt * (static_cast<double>(i) - after / (after - before)));
  }
  if (crossings.size() > 1) {
    o.period = (crossings.back() - crossings.front()) / static_cast<double>(crossings.size() - 1);
  }
  return o;
}

/// An observable after every step from `from` to `to`.
std::vector<double> recorded(Region& region, const char* observable, double dt, double from,
                             double to) {
  region.advance(std::llround(from / dt), dt);
  std::vector<double> signal;
  region.advance(std::llround((to - from) / dt), dt,
                 [&] { signal.push_back(region.observe(observable)); });
  return signal;
}

/// Potential of a Jansen-Rit column from 2 s to 4 s.
Oscillation column(double E_ext, Method method, double dt) {
  Region region("BrainmassJansenRit", {{"E_ext", E_ext}}, method);
  return measured(recorded(region, "eeg", dt, 2.0, 4.0), dt);
}

TEST(BrainmassOscillations, OfTheJansenRitColumnAreTheAlphaRhythm) {
  const Oscillation o = column(220, Method::rk4, 1e-4);
  EXPECT_NEAR(o.mean, 7.57629, 6e-6);
  EXPECT_NEAR(o.deviation, 1.04344, 6e-6);
  EXPECT_NEAR(o.low, 6.05760, 6e-6);
  EXPECT_NEAR(o.high, 9.07128, 6e-6);
  EXPECT_NEAR(1.0 / o.period, 10.93421, 1e-4);
}

TEST(BrainmassOscillations, OfTheJansenRitColumnGrowWithTheStepOfExponentialEuler) {
  const Oscillation o = column(220, Method::exponential_euler, 1e-4);
  EXPECT_NEAR(o.mean, 7.56621, 6e-6);
  EXPECT_NEAR(o.deviation, 1.24782, 6e-6);
  EXPECT_NEAR(o.low, 5.79496, 6e-6);
  EXPECT_NEAR(o.high, 9.35910, 6e-6);
  EXPECT_NEAR(1.0 / o.period, 10.80902, 1e-4);
  for (const auto& [dt, deviation, frequency] :
       {std::array{1e-5, 1.06506, 10.92203}, std::array{5e-4, 1.87355, 10.23708},
        std::array{1e-3, 2.69870, 8.95439}}) {
    const Oscillation coarse = column(220, Method::exponential_euler, dt);
    EXPECT_NEAR(coarse.deviation, deviation, 6e-6) << dt;
    EXPECT_NEAR(1.0 / coarse.period, frequency, 1e-3) << dt;
  }
}

TEST(BrainmassOscillations, OfTheJansenRitColumnFollowItsInput) {
  const Oscillation spikes = column(120, Method::rk4, 1e-4);
  EXPECT_NEAR(spikes.mean, 3.752311, 1e-5);
  EXPECT_NEAR(spikes.deviation, 2.493896, 1e-5);
  EXPECT_NEAR(spikes.low, 1.226070, 1e-5);
  EXPECT_NEAR(spikes.high, 11.169786, 1e-5);
  EXPECT_NEAR(1.0 / spikes.period, 2.38457, 1e-4);
  for (const auto& [input, frequency, deviation] :
       {std::array{150.0, 10.59340, .968143}, std::array{180.0, 10.76748, 1.034836},
        std::array{250.0, 11.02507, .972298}, std::array{300.0, 11.11550, .641035}}) {
    const Oscillation o = column(input, Method::rk4, 1e-4);
    EXPECT_NEAR(1.0 / o.period, frequency, 1e-4) << input;
    EXPECT_NEAR(o.deviation, deviation, 1e-6) << input;
  }
  const Oscillation rest = column(100, Method::rk4, 1e-4);
  EXPECT_NEAR(rest.mean, 1.560318, 6e-7);
  EXPECT_LT(rest.deviation, 1e-6);
}

TEST(BrainmassOscillations, OfTheJansenRitModelOfTheVirtualBrainAreTheSame) {
  Region region("JansenRit", {{"v0", 6}, {"mu", 0.22}}, Method::rk4);
  const Oscillation o = measured(recorded(region, "psp", 0.1, 2000.0, 4000.0), 0.1);
  EXPECT_NEAR(o.mean, 7.57629, 6e-6);
  EXPECT_NEAR(o.deviation, 1.04344, 6e-6);
  EXPECT_NEAR(o.low, 6.05760, 6e-6);
  EXPECT_NEAR(o.high, 9.07128, 6e-6);
  EXPECT_NEAR(1000.0 / o.period, 10.93421, 1e-4);
}

// The value at C = 150 is printed in the documentation of brainmass as 4.3312.
TEST(BrainmassOscillations, OfTheJansenRitColumnGrowWithItsConnectivity) {
  double C = 110.0;
  for (const double rms : {.198902, .460070, 1.224795, 2.971853, 4.331227, 4.985906, 5.569683}) {
    Region region("BrainmassJansenRit", {{"E_ext", 220}, {"C", C}}, Method::exponential_euler);
    EXPECT_NEAR(measured(recorded(region, "eeg", 1e-4, 0.2, 0.6), 1e-4).deviation, rms, 6e-7) << C;
    C += 10.0;
  }
}

TEST(BrainmassOscillations, OfVanDerPolHaveThePeriodAndAmplitudeOfTheLimitCycle) {
  struct Cycle {
    double mu;
    Method method;
    double dt, period, high;
  };
  for (const Cycle& cycle : {Cycle{1, Method::rk4, .01, 6.663286, 2.008620},
                             {1, Method::exponential_euler, .1, 6.751594, 2.113437},
                             {1, Method::exponential_euler, .01, 6.670751, 2.018828},
                             {2, Method::rk4, .01, 7.629874, 2.019891}}) {
    Region region("VanDerPol", {{"mu", cycle.mu}}, cycle.method);
    const Oscillation o = measured(recorded(region, "x", cycle.dt, 200.0, 800.0), cycle.dt);
    EXPECT_NEAR(o.period, cycle.period, 2e-4) << cycle.mu << " " << cycle.dt;
    // The largest sample: it may miss the top by the curvature times the square of the step.
    EXPECT_NEAR(o.high, cycle.high, 2e-5) << cycle.mu << " " << cycle.dt;
  }
}

TEST(BrainmassOscillations, OfFitzHughNagumoHaveThePeriodAndRangeOfTheLimitCycle) {
  Region region("FitzHughNagumo", {{"V_ext", 1}}, Method::rk4);
  const Oscillation o = measured(recorded(region, "V", 0.01, 500.0, 2000.0), 0.01);
  EXPECT_NEAR(o.period, 30.545462, 1e-4);
  EXPECT_NEAR(o.low, .101834, 1e-6);
  EXPECT_NEAR(o.high, .771657, 1e-6);
  Region coarse("FitzHughNagumo", {{"V_ext", 1}}, Method::exponential_euler);
  EXPECT_NEAR(measured(recorded(coarse, "V", 0.1, 500.0, 2000.0), 0.1).period, 30.587265, 1e-3);
}

/// sqrt(2) times the root mean square of x: the amplitude of a sine.
double hopf_amplitude(double a, double w, double from, double to) {
  Region region("Hopf", {{"a", a}, {"w", w}}, Method::exponential_euler);
  region.state() = {0.5, 0.0};
  double squares = 0.0;
  const auto signal = recorded(region, "x", 0.1, from, to);
  for (const double x : signal)
    squares += x * x;
  return std::sqrt(2.0 * squares / static_cast<double>(signal.size()));
}

// Printed in the documentation of brainmass.
TEST(BrainmassOscillations, OfTheHopfNormalFormHaveTheDocumentedAmplitudes) {
  for (const auto& [a, amplitude] :
       {std::pair{.25, .5022}, {1.0, 1.0012}, {1.5, 1.2296}, {2.0, 1.4296}})
    EXPECT_NEAR(hopf_amplitude(a, 0.3, 150.0, 300.0), amplitude, 6e-5) << a;
  double a = 0.1;
  for (const double amplitude : {.329, .561, .721, .849, .958, 1.055, 1.142, 1.223}) {
    EXPECT_NEAR(hopf_amplitude(a, 0.3, 50.0, 150.0), amplitude, 6e-4) << a;
    a += 0.2;
  }
  const std::array w{.1, .225, .35, .475, .6};
  const std::array weak{.313, .318, .325, .333, .343}, strong{.609, .615, .621, .626, .632};
  for (std::size_t k = 0; k < w.size(); ++k) {
    EXPECT_NEAR(hopf_amplitude(0.1, w[k], 50.0, 150.0), weak[k], 6e-4) << w[k];
    EXPECT_NEAR(hopf_amplitude(0.38, w[k], 50.0, 150.0), strong[k], 6e-4) << w[k];
  }
}

struct Seizure {
  double onset = std::numeric_limits<double>::infinity();  ///< [ms] first x1 > 0
  double highest = -10.0;                                  ///< x1
};

Seizure seizure(double x0, Method method, double dt, double duration) {
  Region region("Epileptor", {{"x0", x0}}, method);
  region.state() = {-1.5, -10.0, 3.5, -1.0, 0.0, 0.0};
  Seizure result;
  long long n = 0;
  region.advance(std::llround(duration / dt), dt, [&] {
    const double x1 = region.state()[0];
    ++n;
    if (x1 > 0.0) result.onset = std::min(result.onset, static_cast<double>(n) * dt);
    result.highest = std::max(result.highest, x1);
  });
  return result;
}

TEST(BrainmassOscillations, OfTheEpileptorBeginAtThePrintedTimes) {
  for (const auto& [x0, exact, coarse] :
       {std::array{-1.6, 604.3, 611.0}, std::array{-1.8, 792.8, 800.6},
        std::array{-1.9, 954.3, 963.2}, std::array{-2.0, 1241.1, 1252.0}}) {
    EXPECT_NEAR(seizure(x0, Method::rk4, 0.02, 1300.0).onset, exact, 0.06) << x0;
    EXPECT_NEAR(seizure(x0, Method::exponential_euler, 0.1, 1300.0).onset, coarse, 0.06) << x0;
  }
  EXPECT_NEAR(seizure(-2.05, Method::rk4, 0.1, 3000.0).onset, 1557.4, 0.06);
  EXPECT_TRUE(std::isinf(seizure(-2.1, Method::rk4, 0.1, 3000.0).onset));
}

TEST(BrainmassOscillations, OfTheEpileptorReachThePrintedPeaks) {
  for (const auto& [x0, rk4, exponential] :
       {std::array{-2.4, -1.5136, -1.5138}, std::array{-2.0, 1.4176, 1.8152},
        std::array{-1.8, 1.5311, 2.0159}, std::array{-1.6, 1.5772, 2.033}}) {
    EXPECT_NEAR(seizure(x0, Method::rk4, 0.1, 3000.0).highest, rk4, 6e-5) << x0;
    EXPECT_NEAR(seizure(x0, Method::exponential_euler, 0.1, 3000.0).highest, exponential,
                x0 > -1.7 ? 6e-4 : 6e-5)
        << x0;
  }
}

/// Phase oscillators without delays, forward Euler with 0.1 ms.
class Phases {
 public:
  explicit Phases(const std::vector<std::vector<double>>& weights)
      : spec_(arcuate::test::quiet_spec("Kuramoto")) {
    network_.row.push_back(0);
    for (const auto& row : weights) {
      for (std::size_t j = 0; j < row.size(); ++j) {
        if (row[j] == 0.0) continue;
        network_.source.push_back(static_cast<arcuate::LocalIndex>(j));
        network_.weight.push_back(row[j]);
        network_.length.push_back(0.0F);
      }
      network_.row.push_back(static_cast<arcuate::GlobalIndex>(network_.source.size()));
    }
    arcuate::test::couple(spec_, network::CouplingForm::kuramoto, 2.0);
    spec_.coupling.normalise = network::KuramotoNormalisation::n;
    spec_.method = Method::euler;
    spec_.populations[0].initial[0].value.values = {0.0, 1.0, 2.5, 4.0};
    spec_.populations[0].parameters[0].values = {0.1, 0.2, 0.3, 0.4};
  }

  SimulationSpec& spec() { return spec_; }
  State after(int steps) {
    spec_.steps = steps;
    const auto run = arcuate::engine::run_reference(spec_, network_);
    return {run.states.end() - static_cast<std::ptrdiff_t>(network_.row.size() - 1),
            run.states.end()};
  }

 private:
  SimulationSpec spec_;
  network::Connectome network_;
};

double order_parameter(const State& phases) {
  std::complex<double> sum;
  for (const double theta : phases)
    sum += std::polar(1.0 / static_cast<double>(phases.size()), theta);
  return std::abs(sum);
}

void expect_phases(const State& got, const State& wanted) {
  ASSERT_EQ(got.size(), wanted.size());
  for (std::size_t i = 0; i < got.size(); ++i)
    EXPECT_NEAR(got[i], wanted[i], 6e-10 * std::max(1.0, wanted[i])) << "phase " << i;
}

const std::vector<std::vector<double>> all_to_all{
    {0, 1, 1, 1}, {1, 0, 1, 1}, {1, 1, 0, 1}, {1, 1, 1, 0}};
const std::vector<std::vector<double>> weighted{
    {0, .8, .2, .1}, {.8, 0, .5, .3}, {.2, .5, 0, .6}, {.1, .3, .6, 0}};

TEST(BrainmassOscillations, OfAllToAllKuramotoPhasesSynchronise) {
  Phases phases(all_to_all);
  expect_phases(phases.after(1), {.04415703168, 1.0348572, 2.500076393, 4.020909375});
  const State end = phases.after(100);
  expect_phases(end, {4.299811257, 4.349958074, 4.400041915, 4.450188755});
  EXPECT_NEAR(order_parameter(end), .9984305625, 6e-11);
}

TEST(BrainmassOscillations, OfKuramotoPhasesWithSelfConnectionsLagByAlpha) {
  Phases phases(std::vector(4, std::vector(4, 1.0)));
  phases.spec().coupling.parameters = {0.3};
  expect_phases(phases.after(1), {.04136788717, 1.025017029, 2.496384155, 4.03022719});
}

TEST(BrainmassOscillations, OfKuramotoPhasesOnAWeightedNetwork) {
  Phases phases(weighted);
  const State end = phases.after(100);
  expect_phases(end, {3.902027358, 4.177317897, 4.575083551, 4.845571194});
  EXPECT_NEAR(order_parameter(end), .9355254901, 6e-11);
}

TEST(BrainmassOscillations, OfKuramotoPhasesWithoutNormalisationLagByAlpha) {
  Phases phases(weighted);
  phases.spec().coupling.normalise = network::KuramotoNormalisation::none;
  phases.spec().coupling.parameters = {0.1};
  expect_phases(phases.after(10), {1.205913203, 1.547955388, 2.449615359, 3.036203262});
}

}  // namespace
