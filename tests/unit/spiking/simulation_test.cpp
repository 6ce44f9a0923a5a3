#include "arcuate/spiking/simulation.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "arcuate/core/error.hpp"
#include "arcuate/core/index.hpp"
#include "arcuate/spiking/wiring.hpp"
#include "spiking/drive.hpp"

namespace arcuate::spiking {
namespace {

/// Two small clusters, all of what is configured in use.
Config small_config() {
  Config config;
  config.clusters = 2;
  config.neurons = {160, 40};
  config.background = {60, 10};
  config.seed = 7;
  return config;
}

std::vector<Spike> spikes_of(const Config& config, Step steps, int threads = 1) {
  const auto comm = comm::Communicator::alone();
  Simulation simulation(comm, config, steps, {threads});
  simulation.run(steps);
  return simulation.take_spikes();
}

TEST(Wiring, GivesEveryNeuronItsInDegreeOfDifferentSources) {
  const Populations all = populations_of(small_config());
  Wiring wiring(all, 3);
  std::vector<std::uint32_t> sources;
  for (GlobalIndex neuron = 0; neuron < 200; ++neuron) {
    wiring.sources_of(neuron, sources);
    EXPECT_TRUE(std::is_sorted(sources.begin(), sources.end()));
    EXPECT_EQ(std::adjacent_find(sources.begin(), sources.end()), sources.end());
    EXPECT_EQ(std::count(sources.begin(), sources.end(), static_cast<std::uint32_t>(neuron)), 0);
    std::vector<GlobalIndex> of(6, 0);
    for (const std::uint32_t source : sources)
      ++of[z(all.of(source))];
    const int post = all.of(neuron);
    for (int pre = 0; pre < 6; ++pre) {
      const GlobalIndex missing = all.sources(post, pre) - of[z(pre)];
      EXPECT_GE(missing, 0);
      EXPECT_LE(missing, pre == post ? 1 : 0);
    }
  }
}

TEST(Wiring, OfTheDefaultNetworkHasTheSynapsesAndTheSumOfWeightsOfTheOriginal) {
  const Config config;
  const Populations all = populations_of(config);
  Wiring wiring(all, 256);
  std::vector<std::uint32_t> sources;
  std::int64_t count = 0;
  double sum = 0.0;
  for (GlobalIndex neuron = 0; neuron < config.n_neurons(); ++neuron) {
    wiring.sources_of(neuron, sources);
    count += std::ssize(sources);
    for (const std::uint32_t source : sources)
      sum += all.J(all.of(neuron), all.of(source));
  }
  // The original had 1231498 with one seed: 1600 x 520 + 400 x 1000, less who drew itself, a
  // binomial number of mean 520 and standard deviation 18.9 (1600 of 0.2, 400 of 0.5).
  EXPECT_NEAR(static_cast<double>(count), 1231498.0, 4.0 * 18.9 * std::sqrt(2.0));
  // All that varies of the sum are the same weights: of E 0.217, of I 0.425, at most.
  EXPECT_NEAR(sum, -8929.159, 4.0 * std::sqrt(2.0) * std::hypot(16.0 * 0.22, 10.0 * 0.43));
}

TEST(Wiring, IsAnotherOneForAnotherSeedAndEveryPairIsAsLikely) {
  const Populations all = populations_of(small_config());
  std::vector<std::uint32_t> sources;
  std::vector<int> drawn(200, 0);
  constexpr int seeds = 400;
  for (std::uint64_t seed = 0; seed < seeds; ++seed) {
    Wiring wiring(all, seed);
    wiring.sources_of(100, sources);  // of Eb
    for (const std::uint32_t source : sources)
      ++drawn[source];
  }
  // 20 % of 50 and of 60 excitatory, 50 % of 15 (7) and of 10 inhibitory neurons.
  const auto near = [&](GlobalIndex neuron, double p) {
    EXPECT_NEAR(drawn[z(neuron)], seeds * p, 4.5 * std::sqrt(seeds * p * (1.0 - p))) << neuron;
  };
  for (GlobalIndex neuron = 0; neuron < 160; ++neuron) {
    if (neuron != 100) near(neuron, 0.2);
  }
  for (GlobalIndex neuron = 160; neuron < 190; ++neuron)
    near(neuron, 7.0 / 15.0);
  for (GlobalIndex neuron = 190; neuron < 200; ++neuron)
    near(neuron, 0.5);
}

struct Moments {
  double mean = 0.0, variance = 0.0;
};

Moments moments_of(const std::vector<double>& values) {
  const double n = static_cast<double>(values.size());
  Moments m;
  m.mean = std::accumulate(values.begin(), values.end(), 0.0) / n;
  for (const double value : values)
    m.variance += (value - m.mean) * (value - m.mean) / n;
  return m;
}

std::vector<double> drawn(const Drive& drive, double rate, double synapses, Step steps) {
  std::vector<double> all;
  std::vector<double> some(chunk_neurons);
  for (Step step = 0; step < steps; ++step) {
    draw_spikes(drive, step, 640, chunk_neurons, {&rate, 0}, {&synapses, 0}, some.data());
    all.insert(all.end(), some.begin(), some.end());
  }
  return all;
}

TEST(Drive, IsPoissonAtSmallAndLargeMeans) {
  for (const double mean : {0.01, 1.12, 8.0, 29.0, 31.0, 300.0}) {
    const auto counts = drawn({11, 0.0, true, 0.0}, mean, 1.0, 2000);
    const auto n = static_cast<double>(counts.size());
    const Moments m = moments_of(counts);
    EXPECT_NEAR(m.mean, mean, 4.5 * std::sqrt(mean / n)) << mean;
    EXPECT_NEAR(m.variance / mean, 1.0, 4.5 * std::sqrt((2.0 + 1.0 / mean) / n)) << mean;
    for (int k = 0; k <= 12; ++k) {
      const double p = std::exp(k * std::log(mean) - mean - std::lgamma(k + 1.0));
      const auto seen = static_cast<double>(std::count(counts.begin(), counts.end(), k));
      EXPECT_NEAR(seen, n * p, 4.5 * std::sqrt(n * p) + 4.5) << mean << ' ' << k;
    }
  }
}

TEST(Drive, OfArousalHasTheMomentsOfBeta) {
  // Var(X) = E(m) + Var(m) with m = M Z c: Beta(10, 10) has mean 1/2 and variance 1/84.
  const double arousal = 40.0;
  const auto counts = drawn({5, arousal, true, 0.0}, 0.0, 1.0, 4000);
  const auto n = static_cast<double>(counts.size());
  const Moments m = moments_of(counts);
  const double variance = 20.0 + arousal * arousal / 84.0;
  EXPECT_NEAR(m.mean, 20.0, 4.5 * std::sqrt(variance / n));
  EXPECT_NEAR(m.variance, variance, 4.5 * variance * std::sqrt(2.2 / n));
  const Moments fixed = moments_of(drawn({5, arousal, false, 0.0}, 0.0, 1.0, 4000));
  EXPECT_NEAR(fixed.mean, 20.0, 4.5 * std::sqrt(20.0 / n));
  EXPECT_NEAR(fixed.variance, 20.0, 4.5 * 20.0 * std::sqrt(2.1 / n));
}

TEST(Drive, DependsOnNeuronAndStepAlone) {
  const Drive drive{3, 13.0, true, 0.0};
  const double rate = 7.0, synapses = 0.16;
  std::vector<double> whole(64), part(64);
  draw_spikes(drive, 12, 100, 64, {&rate, 0}, {&synapses, 0}, whole.data());
  draw_spikes(drive, 12, 109, 20, {&rate, 0}, {&synapses, 0}, part.data());
  for (std::size_t i = 0; i < 20; ++i)
    EXPECT_EQ(part[i], whole[9 + i]);
  draw_spikes(drive, 13, 100, 64, {&rate, 0}, {&synapses, 0}, part.data());
  EXPECT_NE(part, whole);
}

TEST(Drive, IsNeverNegative) {
  const auto counts = drawn({3, 0.0, true, -9.0}, 7.0, 1.0, 10);
  EXPECT_EQ(std::count(counts.begin(), counts.end(), 0.0), std::ssize(counts));
}

/// No synapses, no external spikes: every neuron by itself.
Config alone_config() {
  Config config = small_config();
  config.probabilities = {};
  config.c_ext = {};
  return config;
}

TEST(Neuron, UnderAConstantCurrentFiresAtTheTimesOfTheExactSolution) {
  Config config = alone_config();
  config.stimuli.resize(1);
  config.stimuli[0] = {Shape::box, {0.0}, 0.0, 100.0, 0.0, 0.0, {0}, 1.0, 1.0};
  const auto spikes = spikes_of(config, 400);
  // V(n h) = 2 (1 - exp(-n h / tau)) reaches 1.5 at tau ln 4 = 27.7 ms: at the end of step 55.
  // After ten steps at rest the next one takes as long.
  std::vector<Step> of_one;
  for (const Spike& spike : spikes) {
    ASSERT_LT(spike.neuron, 50);
    if (spike.neuron == 3) of_one.push_back(spike.step);
  }
  EXPECT_EQ(of_one, (std::vector<Step>{55, 121, 187, 253, 319, 385}));
  EXPECT_EQ(std::ssize(spikes), 6 * 50);
}

TEST(Neuron, IsClampedForTheRefractoryTimeAndNoLonger) {
  Config config = alone_config();
  config.stimuli.resize(1);
  config.stimuli[0] = {Shape::box, {0.0}, 0.0, 1e5, 0.0, 0.0, {1}, 1.0, 1.0};
  const auto steps_between = [&] {
    const auto spikes = spikes_of(config, 100);
    return spikes.at(50).step - spikes.at(0).step;
  };
  EXPECT_EQ(steps_between(), 11);  // 5 ms in steps of 0.5 ms, and one to integrate
  config.tau_refractory = {0.0052};
  EXPECT_EQ(steps_between(), 12);
  config.tau_refractory = {0.0};
  EXPECT_EQ(steps_between(), 1);
  config.tau_refractory = {0.005};
  config.method = Method::euler;
  EXPECT_EQ(steps_between(), 11);
}

TEST(Neuron, OfEulerConvergesToTheExactOneWithTheStep) {
  Config config = alone_config();
  config.stimuli.resize(1);
  config.stimuli[0] = {Shape::diff2exp, {0.0}, 0.0, 60.0, 0.02, 0.03, {0}, 1.0, 1.0};
  const auto comm = comm::Communicator::alone();
  const auto voltage = [&](Method method, Step steps) {
    config.method = method;
    config.dt = 0.04 / static_cast<double>(steps);
    Simulation simulation(comm, config, steps, {1, {0}});
    simulation.run(steps);
    return simulation.take_voltages().back();
  };
  const double exact = voltage(Method::analytic, 4096);
  EXPECT_GT(exact, 0.3);
  const double coarse = std::abs(voltage(Method::euler, 64) - exact);
  const double fine = std::abs(voltage(Method::euler, 128) - exact);
  EXPECT_NEAR(coarse / fine, 2.0, 0.2);
}

/// The steps of the specification with a dense matrix, one neuron after the other.
class Dense {
 public:
  explicit Dense(const Config& config) : config_(config), all_(populations_of(config)) {
    const auto n = z(config.n_neurons());
    weight_.assign(n * n, 0.0);
    Wiring wiring(all_, config.seed);
    std::vector<std::uint32_t> sources;
    for (std::size_t i = 0; i < n; ++i) {
      wiring.sources_of(static_cast<GlobalIndex>(i), sources);
      for (const std::uint32_t source : sources)
        weight_[i * n + source] = all_.J(all_.of(static_cast<GlobalIndex>(i)), all_.of(source));
    }
    V_.assign(n, 0.0);
    I_ = V_;
    timer_ = V_;
    fired_.assign(z(config.delay), std::vector<bool>(n, false));
  }

  void step(Step t, std::vector<Spike>& spikes, double hertz) {
    const std::size_t n = V_.size();
    const double h = config_.dt;
    const auto of = [&](const Values& values, std::size_t i) {
      const int type = config_.type_of(all_.of(static_cast<GlobalIndex>(i)));
      return values.size() == 1 ? values[0] : values[z(type)];
    };
    std::vector<double> faded(n);
    std::vector<bool>& now = fired_[z(t % config_.delay)];
    std::vector<bool> was_refractory(n);
    for (std::size_t i = 0; i < n; ++i) {
      const double m = of(config_.tau_membrane, i), s = of(config_.tau_synaptic, i);
      was_refractory[i] = std::round(timer_[i] * 1e6) != 0.0;
      const double p00 = std::exp(-h / m), p11 = std::exp(-h / s);
      const double p01 = m == s ? h * p00 : s * m / (s - m) * (p11 - p00);
      const double moved = V_[i] * p00 + I_[i] * p01;
      faded[i] = I_[i] * p11;
      V_[i] = was_refractory[i] ? of(config_.reset, i) : moved;
      now[i] = V_[i] >= of(config_.threshold, i);
      if (now[i]) {
        spikes.push_back({t, static_cast<std::int32_t>(i)});
        V_[i] = of(config_.reset, i);
        timer_[i] = of(config_.tau_refractory, i);
      }
    }
    const std::vector<bool>& early = fired_[z((t + 1) % config_.delay)];  // t - delay + 1
    for (std::size_t i = 0; i < n; ++i) {
      double sum = 0.0;
      for (std::size_t j = 0; j < n; ++j)
        sum += early[j] ? weight_[i * n + j] : 0.0;
      const auto type = z(config_.type_of(all_.of(static_cast<GlobalIndex>(i))));
      double external = 0.0;
      const double synapses = config_.c_ext[type] * h;
      draw_spikes({config_.seed, all_.arousal.drive(), true, hertz}, t, static_cast<GlobalIndex>(i),
                  1, {&config_.nu_ext[type], 0}, {&synapses, 0}, &external);
      const double weight = config_.j_ext[type] / std::sqrt(static_cast<double>(n));
      I_[i] = faded[i] + (sum + weight * external) / of(config_.tau_synaptic, i);
      if (was_refractory[i]) timer_[i] -= h;
    }
  }

 private:
  Config config_;
  Populations all_;
  std::vector<double> weight_, V_, I_, timer_;
  std::vector<std::vector<bool>> fired_;
};

void expect_dense(const Config& config) {
  std::vector<Spike> expected;
  Dense dense(config);
  for (Step t = 0; t < 400; ++t)
    dense.step(t, expected, t >= 100 && t < 200 ? 2.0 : 0.0);
  Config perturbed = config;
  Perturbation more;
  more.values.assign(6, 2.0);
  more.begin = 0.05;
  more.end = 0.1;
  perturbed.perturbations = {more};
  EXPECT_GT(expected.size(), 300U);
  EXPECT_EQ(spikes_of(perturbed, 400), expected);
}

TEST(Network, FiresAsTheStepOfTheSpecificationWithADenseMatrix) {
  expect_dense(small_config());
}

TEST(Network, WithDifferentTypesFiresAsTheStepOfTheSpecification) {
  Config config = small_config();
  config.tau_membrane = {0.02, 0.01};
  config.tau_synaptic = {0.005, 0.01};
  config.j_ext = {2.5, 2.2};
  config.c_ext = {320.0, 300.0};
  config.nu_ext = {7.5, 7.0};
  expect_dense(config);
}

TEST(Network, DelaysSpikesBySteps) {
  Config config = small_config();
  config.delay = 4;
  expect_dense(config);
}

TEST(Network, HasTheSameBitsForAnyNumberOfThreadsAndAnyEndOfRuns) {
  Config config = small_config();
  config.delay = 3;
  config.stimuli.resize(1);
  config.stimuli[0].onsets = {0.02};
  config.stimuli[0].amplitude = 20.0;
  const auto expected = spikes_of(config, 500);
  EXPECT_GT(expected.size(), 300U);
  for (const int threads : {2, 3, 7})
    EXPECT_EQ(spikes_of(config, 500, threads), expected) << threads;
  const auto comm = comm::Communicator::alone();
  Simulation simulation(comm, config, 500, {2});
  for (const Step until : {1, 2, 100, 101, 499, 500})
    simulation.run(until);
  EXPECT_EQ(simulation.take_spikes(), expected);
}

TEST(Network, GoesOnFromASavedStateWithOtherThreads) {
  Config config = small_config();
  config.delay = 3;
  const auto expected = spikes_of(config, 300);
  const auto comm = comm::Communicator::alone();
  Simulation early(comm, config, 300, {1}), late(comm, config, 300, {3});
  early.run(151);
  std::vector<Spike> spikes = early.take_spikes();
  std::vector<double> values;
  for (GlobalIndex neuron = 0; neuron < config.n_neurons(); ++neuron) {
    values.clear();
    early.save(neuron, values);
    ASSERT_EQ(values.size(), early.saved_values());
    late.load(neuron, values);
  }
  late.resume(151);
  late.run(300);
  const std::vector<Spike> rest = late.take_spikes();
  spikes.insert(spikes.end(), rest.begin(), rest.end());
  EXPECT_EQ(spikes, expected);
}

TEST(Network, OfValuesByNeuronFiresAsThatOfValuesByType) {
  Config config = small_config();
  const auto expected = spikes_of(config, 300);
  config.threshold = by_neuron(config, config.threshold, Target::threshold);
  EXPECT_EQ(spikes_of(config, 300), expected);
  config.threshold[10] = 0.5;
  EXPECT_NE(spikes_of(config, 300), expected);
}

TEST(Network, ThatIsNotFiniteIsSaidToDiverge) {
  Config config = small_config();
  config.j_ext = {1e308, 1e308};
  EXPECT_THROW(spikes_of(config, 300), DivergedError);
}

TEST(Footprint, IsTwoBytesASynapseAndALittle) {
  Config config;
  config.neurons = {80000, 20000};
  config.background = {8000, 2000};
  config.probabilities = {0.01, 0.01, 0.01, 0.01};
  config.clusters = 20;
  const Footprint whole = footprint(config, {0, 100000}, 1);
  EXPECT_EQ(whole.synapses, 100000 * 1000);
  EXPECT_LT(static_cast<double>(whole.bytes()) / 1e8, 2.2);
}

}  // namespace
}  // namespace arcuate::spiking
