#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "arcuate/core/error.hpp"
#include "arcuate/spiking/config.hpp"
#include "arcuate/spiking/idle.hpp"

/// Numbers of the network that the original ships, computed with the original's own code.
namespace arcuate::spiking {
namespace {

Config mean_field_config() {
  Config config;
  config.arousal.level = 0.001;
  config.j_potentiated[0] = 15.75;
  return config;
}

TEST(Arousal, HasTheGainAndTheDriveOfTheOriginalAtEveryLevel) {
  struct Row {
    double level, denominator, gain, mean_drive;
  };
  for (const Row& row :
       {Row{0.0, 1.2153348e15, 1.0, 5.4e-15}, Row{0.001, 3.48616136e7, 0.99999998, 1.88e-7},
        Row{0.1, 323.7012996, 0.99768305, 0.02027332}, Row{0.2, 55.3923661, 0.98646023, 0.118473},
        Row{0.275, 24.3096254, 0.96914802, 0.2699548}, Row{0.3, 19.3697868, 0.9612799, 0.33880084},
        Row{0.5, 5.0, 0.85, 1.3125}, Row{0.7, 2.0616877, 0.63622037, 3.18307177},
        Row{0.9, 1.164523, 0.35595949, 5.63535446}, Row{1.0, 1.0, 0.25, 6.5625}}) {
    Arousal arousal;
    arousal.level = row.level;
    EXPECT_NEAR(arousal.denominator() / row.denominator, 1.0, 5e-8) << row.level;
    EXPECT_NEAR(arousal.gain(), row.gain, 6e-9) << row.level;
    EXPECT_NEAR(arousal.drive() / 2.0 / row.mean_drive, 1.0, 5e-3) << row.level;
    if (row.level >= 0.1) {
      EXPECT_NEAR(arousal.drive() / 2.0, row.mean_drive, 6e-9) << row.level;
    }
  }
}

TEST(Populations, AreDepressedSoThatTheirInputsKeepTheirSum) {
  const Populations all = populations_of(Config{});
  EXPECT_NEAR(all.depression[0], 0.2452380952, 1e-10);
  EXPECT_NEAR(all.depression[1], 0.7880952381, 1e-10);
  EXPECT_NEAR(all.depression[2], 0.75, 1e-10);
  EXPECT_NEAR(all.depression[3], 0.8095238095, 1e-10);
  Config other;
  other.j_potentiated[0] = 15.75;
  EXPECT_NEAR(populations_of(other).depression[0], 0.2976190476, 1e-10);
  other.j_potentiated[0] = 16.25;
  EXPECT_NEAR(populations_of(other).depression[0], 0.2738095238, 1e-10);
  other.potentiate = false;
  EXPECT_EQ(populations_of(other).depression, (FourOf{1.0, 1.0, 1.0, 1.0}));
}

TEST(Populations, OfEighteenClustersHaveTheWeightsOfTheOriginal) {
  const Populations all = populations_of(mean_field_config());
  const int Eb = 18, I0 = 19, I1 = 20, Ib = 37;
  ASSERT_EQ(all.n(), 38);
  EXPECT_NEAR(all.J(0, 0), 0.221874, 5e-7);
  EXPECT_NEAR(all.J(0, 1), 0.0041926274, 5e-11);
  EXPECT_NEAR(all.J(0, I0), -0.26553307, 5e-9);
  EXPECT_NEAR(all.J(0, I1), -0.0318639687, 5e-11);
  EXPECT_NEAR(all.J(I0, 0), 0.07677539, 5e-9);
  EXPECT_NEAR(all.J(I0, 1), 0.0111020775, 5e-11);
  EXPECT_NEAR(all.J(I0, I0), -0.42485292, 5e-9);
  EXPECT_NEAR(all.J(I0, I1), -0.0687857102, 5e-11);
  EXPECT_NEAR(all.J(Eb, Eb), 0.0140872280, 5e-11);
  EXPECT_NEAR(all.J(Ib, Ib), -0.0849705831, 5e-11);
}

TEST(Populations, HaveTheInDegreesOfTheOriginal) {
  const Populations all = populations_of(Config{});
  const auto total = [&](int post, int from, int to) {
    GlobalIndex sum = 0;
    for (int pre = from; pre < to; ++pre)
      sum += all.sources(post, pre);
    return sum;
  };
  EXPECT_EQ(total(0, 0, 19), 320);
  EXPECT_EQ(total(0, 19, 38), 200);
  EXPECT_EQ(total(19, 0, 19), 800);
  EXPECT_EQ(total(37, 19, 38), 200);
  EXPECT_EQ(all.first.back(), 2000);
  EXPECT_EQ(all.size[0], 80);
  EXPECT_EQ(all.size[18], 160);
  EXPECT_EQ(all.size[19], 20);
  EXPECT_EQ(all.size[37], 40);
  EXPECT_EQ(all.of(79), 0);
  EXPECT_EQ(all.of(80), 1);
  EXPECT_EQ(all.of(1999), 37);
}

TEST(Populations, TakeTheProbabilityOfThePairAndCutDownWhatIsNotWhole) {
  Config config;
  config.neurons = {100 + 100, 100 + 10};
  config.background = {100, 10};
  config.clusters = 1;
  config.probabilities = {0.29, 0.1, 0.9, 0.5};  // 0.29 * 100 is a little below 29
  const Populations all = populations_of(config);
  EXPECT_EQ(all.sources(0, 0), 28);  // E -> E
  EXPECT_EQ(all.sources(2, 0), 10);  // E -> I
  EXPECT_EQ(all.sources(0, 2), 90);  // I -> E
  EXPECT_EQ(all.sources(2, 2), 50);  // I -> I
}

TEST(Populations, OfTwoClustersWithNegativeDepressionAreWarnedOf) {
  Config config;
  config.clusters = 2;
  config.neurons = {640, 160};
  config.background = {480, 160};
  config.j_baseline = {0.8, 2.5, -10.6, -9.7};
  config.j_potentiated = {20.0, 1.0, 1.0, 1.0};
  const Populations all = populations_of(config);
  EXPECT_NEAR(all.depression[0], -0.4615384615, 1e-10);
  EXPECT_DOUBLE_EQ(all.depression[1], 1.0);
  EXPECT_DOUBLE_EQ(all.depression[3], 1.0);
  const auto oddities = oddities_of(config);
  ASSERT_EQ(oddities.size(), 1U);
  EXPECT_EQ(oddities[0].key, "j_potentiated");
  EXPECT_THAT(oddities[0].message, testing::HasSubstr("-0.461538"));
  EXPECT_TRUE(oddities_of(Config{}).empty());
}

Perturbation perturbation(Target target, int population, double value) {
  Perturbation one;
  one.target = target;
  one.values.assign(38, 0.0);
  one.values[static_cast<std::size_t>(population)] = value;
  return one;
}

TEST(Perturbations, OfWeightsScaleRowsAndSourcesWithinAPair) {
  const Populations before = populations_of(Config{});
  Config config;
  config.perturbations = {perturbation(Target::j_baseline, 3, 0.1),
                          perturbation(Target::j_potentiated, 4, 0.2)};
  const Populations after = populations_of(config);
  const int I3 = 22, I4 = 23;
  EXPECT_DOUBLE_EQ(after.J(3, 7), 1.1 * before.J(3, 7));
  EXPECT_DOUBLE_EQ(after.J(3, 3), 1.1 * before.J(3, 3));
  EXPECT_DOUBLE_EQ(after.J(7, 3), before.J(7, 3));
  EXPECT_DOUBLE_EQ(after.J(4, 4), 1.2 * before.J(4, 4));
  EXPECT_DOUBLE_EQ(after.J(I4, 4), 1.2 * before.J(I4, 4));
  EXPECT_DOUBLE_EQ(after.J(4, I4), before.J(4, I4));
  EXPECT_DOUBLE_EQ(after.J(5, 4), before.J(5, 4));
  EXPECT_DOUBLE_EQ(after.J(I3, I3), before.J(I3, I3));
  config.perturbations = {perturbation(Target::j, 2, 0.5)};
  const Populations cut = populations_of(config);
  EXPECT_DOUBLE_EQ(cut.J(2, 9), 0.5 * before.J(2, 9));
  EXPECT_EQ(cut.J(3, 9), 0.0);
}

// The generator of the original: ones, alpha on the shifted diagonal of the first clusters, beta on
// its transpose from inhibitory to excitatory clusters.
TEST(Perturbations, OfARingScaleWeightsFromTheNextClusterAndFromThePartnerBefore) {
  const Populations before = populations_of(Config{});
  Config config;
  Perturbation ring;
  ring.target = Target::j;
  ring.matrix = circulant(config, 0.25, -0.5, 4, 1);
  config.perturbations = {ring, perturbation(Target::j_baseline, 3, 0.1)};
  const Populations after = populations_of(config);
  const int I0 = 19, I3 = 22;
  EXPECT_DOUBLE_EQ(after.J(0, 1), 1.25 * before.J(0, 1));
  EXPECT_DOUBLE_EQ(after.J(3, 0), 1.1 * 1.25 * before.J(3, 0)) << "the ring closes";
  EXPECT_DOUBLE_EQ(after.J(1, 0), before.J(1, 0));
  EXPECT_DOUBLE_EQ(after.J(4, 5), before.J(4, 5)) << "beyond the first four";
  EXPECT_DOUBLE_EQ(after.J(1, I0), 0.5 * before.J(1, I0));
  EXPECT_DOUBLE_EQ(after.J(0, I3), 0.5 * before.J(0, I3));
  EXPECT_DOUBLE_EQ(after.J(0, I0), before.J(0, I0));
  EXPECT_EQ(std::count(ring.matrix.begin(), ring.matrix.end(), 1.0), 38 * 38 - 8);
  const auto back = circulant(config, 0.25, 0.0, 4, -1);
  EXPECT_EQ(back[1 * 38 + 0], 1.25) << "a shift of -1 is the other way round";
  ring.target = Target::j_baseline;
  ring.matrix.assign(std::size_t{38} * 38, 0.0);
  ring.matrix[3 * 38 + 7] = 0.5;
  config.perturbations = {ring};
  EXPECT_DOUBLE_EQ(populations_of(config).J(3, 7), 1.5 * before.J(3, 7));
  EXPECT_DOUBLE_EQ(populations_of(config).J(7, 3), before.J(7, 3));
  config.perturbations[0].matrix.pop_back();
  const auto doubt = doubt_of(config);
  ASSERT_TRUE(doubt.has_value());
  EXPECT_EQ(doubt->key, "perturbation.j_baseline");
  EXPECT_THAT(doubt->message, testing::HasSubstr("expected 38 x 38"));
}

TEST(Perturbations, OfArousalAreAveragedOverAllPopulations) {
  Config config;
  config.perturbations = {perturbation(Target::arousal_level, 0, 3.8)};  // 3.8 / 38
  EXPECT_NEAR(populations_of(config).arousal.level, 0.4, 1e-15);
  config.perturbations[0].values = {0.9};
  EXPECT_EQ(populations_of(config).arousal.level, 1.0);
  config.perturbations = {perturbation(Target::arousal_M, 5, 38.0),
                          perturbation(Target::arousal_L, 5, 3.8)};
  EXPECT_NEAR(populations_of(config).arousal.M, 14.125, 1e-12);
  EXPECT_NEAR(populations_of(config).arousal.L, 0.85, 1e-12);
}

TEST(Perturbations, OfNeuronsAndExternalWeightsReachTheirPopulation) {
  Config config;
  config.perturbations = {perturbation(Target::threshold, 1, 0.25),
                          perturbation(Target::tau_membrane, 19, 0.01),
                          perturbation(Target::j_ext, 2, 0.7)};
  const auto threshold = by_neuron(config, config.threshold, Target::threshold);
  EXPECT_EQ(threshold[79], 1.5);
  EXPECT_EQ(threshold[80], 1.75);
  EXPECT_EQ(threshold[1999], 0.75);
  const auto tau = by_population(config, config.tau_membrane, Target::tau_membrane);
  EXPECT_DOUBLE_EQ(tau[19], 0.03);
  EXPECT_DOUBLE_EQ(tau[18], 0.02);
  const Populations all = populations_of(config);
  EXPECT_DOUBLE_EQ(all.external_weight[2], 3.0 / std::sqrt(2000.0));
  EXPECT_DOUBLE_EQ(all.external_weight[37], 2.3 / std::sqrt(2000.0));
}

TEST(Values, AreOfAllOfATypeOfAPopulationOrOfANeuron) {
  Config config;
  config.threshold.assign(2000, 1.0);
  config.threshold[5] = 2.0;
  EXPECT_EQ(by_neuron(config, config.threshold, Target::threshold)[5], 2.0);
  EXPECT_THROW(by_population(config, config.threshold, Target::threshold), ConfigError);
  config.threshold.assign(38, 1.0);
  config.threshold[19] = 3.0;
  EXPECT_EQ(by_neuron(config, config.threshold, Target::threshold)[1600], 3.0);
  EXPECT_EQ(by_neuron(config, config.threshold, Target::threshold)[1599], 1.0);
}

void expect_doubt(const Config& config, const std::string& key, const std::string& words) {
  const auto doubt = doubt_of(config);
  ASSERT_TRUE(doubt) << key << words;
  EXPECT_EQ(doubt->key, key);
  EXPECT_THAT(doubt->message, testing::HasSubstr(words));
}

TEST(Doubts, NameWhatCannotBeBuilt) {
  EXPECT_FALSE(doubt_of(Config{}));
  Config config;
  config.clusters = 17;
  expect_doubt(config, "clusters", "12 are left over");
  config = {};
  config.background = {160, 0};
  expect_doubt(config, "background", "0 inhibitory neurons");
  config.background = {1600, 40};
  expect_doubt(config, "background", "0 are left for clusters");
  config = {};
  config.probabilities[2] = 1.5;
  expect_doubt(
      config, "probabilities",
      "an in-degree of 60 from the inhibitory background neurons alone, of which there are 40");
  config = {};
  config.threshold = {1.5, 0.0};
  expect_doubt(config, "threshold", "not above its reset");
  config.threshold = {1.0, 2.0, 3.0};
  expect_doubt(config, "threshold", "3 values");
  config = {};
  config.perturbations = {perturbation(Target::tau_synaptic, 0, -0.005)};
  expect_doubt(config, "perturbation.tau_synaptic", "makes tau_synaptic of E0 0 ms (allowed: > 0");
  config.perturbations = {perturbation(Target::j_ext, 0, 1.0)};
  config.perturbations[0].end = 1.0;
  expect_doubt(config, "perturbation.j_ext", "`rate` alone");
  config.perturbations[0].values.resize(18);
  expect_doubt(config, "perturbation.j_ext", "18 values");
  config = {};
  config.stimuli.resize(1);
  config.stimuli[0].clusters = {18};
  expect_doubt(config, "stimuli.0.clusters", "no excitatory cluster 18");
  config = {};
  config.arousal.x_0 = 1.0;
  expect_doubt(config, "arousal.x_0", "below 1");
  config = {};
  config.c_ext = {1e9, 1.0};
  expect_doubt(config, "c_ext", "in one step");
  EXPECT_THROW(populations_of(config), ConfigError);
}

TEST(Doubts, SayNumbersAsTheStudyDoesAndWhichKeyMadeThem) {
  Config config;
  config.tau_membrane = {0.02, -0.005};
  expect_doubt(config, "tau_membrane", "-5 ms of I0 is out of range (allowed: > 0 ms)");
  config.tau_membrane.assign(2000, 0.02);
  config.tau_membrane[1234] = 0.0;
  expect_doubt(config, "tau_membrane", "0 ms of neuron 1234 is out of range");
  config = {};
  config.tau_refractory = {0.0};
  EXPECT_FALSE(doubt_of(config));
  config.perturbations = {perturbation(Target::threshold, 20, -1.0)};
  expect_doubt(config, "perturbation.threshold", "-0.25 of I1 is not above its reset, 0");
  config.threshold = {1.5, -0.25};
  expect_doubt(config, "threshold", "-0.25 of I0 is not above its reset, 0");
}

// Without a limit each step of 1e9 Hz would draw 160 million spikes for every neuron.
TEST(Doubts, CountExternalSpikesOfPerturbationsToo) {
  Config config;
  config.perturbations = {perturbation(Target::rate, 3, 1e9)};
  expect_doubt(config, "perturbation.rate", "of a neuron of E3 in one step");
  config.perturbations = {perturbation(Target::rate, 3, 62000.0)};  // 320 x 0.5 ms x 62.02 kHz
  EXPECT_FALSE(doubt_of(config));
  config.perturbations = {perturbation(Target::arousal_M, 0, 1e9 * 38)};
  expect_doubt(config, "perturbation.arousal_M", "in one step");
}

/// All that can hardly be meant in 1000 steps of 0.5 ms.
std::vector<Doubt> odd_in(const Config& config) {
  std::vector<Doubt> all = oddities_of(config);
  const std::vector<Doubt> idle = idle_in(config, 1000);
  all.insert(all.end(), idle.begin(), idle.end());
  return all;
}

void expect_oddity(const Config& config, const std::string& key, const std::string& words) {
  const std::vector<Doubt> found = odd_in(config);
  ASSERT_EQ(found.size(), 1U) << key << words;
  EXPECT_EQ(found[0].key, key);
  EXPECT_THAT(found[0].message, testing::HasSubstr(words));
}

TEST(Oddities, AreStimuliThatNeverAct) {
  Config config;
  config.stimuli.resize(1);
  Stimulus& one = config.stimuli[0];
  one.amplitude = 1.0;
  one.onsets = {0.4};
  EXPECT_TRUE(odd_in(config).empty());
  one.onsets = {0.5};
  expect_oddity(config, "stimuli.0.onsets", "500 ms is not before the end of the run, 500 ms");
  one.onsets = {0.4995};  // the last step, in which a difference of exponentials is still 0
  expect_oddity(config, "stimuli.0.onsets", "499.5 ms");
  one.shape = Shape::box;
  EXPECT_TRUE(odd_in(config).empty());
  one.duration = 0.0002;
  expect_oddity(config, "stimuli.0.duration", "0.2 ms is shorter than a step");
  one.shape = Shape::linear;
  one.onsets = {0.1};
  one.duration = 0.0005;
  expect_oddity(config, "stimuli.0.duration", "a ramp begins at 0");
  EXPECT_EQ(value_of(one, config.dt, 200, 1000), 0.0);
  one.duration = 0.001;
  EXPECT_TRUE(odd_in(config).empty());
  EXPECT_GT(value_of(one, config.dt, 201, 1000), 0.0);
  one.amplitude = 0.0;
  expect_oddity(config, "stimuli.0.amplitude", "it is 0");
  one.amplitude = 1.0;
  one.cluster_fraction = 0.05;  // of 18
  expect_oddity(config, "stimuli.0", "leave no neuron");
}

TEST(Oddities, ArePerturbationsThatDoNotActAsTheySay) {
  Config config;
  config.perturbations = {perturbation(Target::rate, 0, 1.0)};
  Perturbation& one = config.perturbations[0];
  one.begin = 0.5;
  expect_oddity(config, "perturbation.rate.begin", "500 ms is not before the end of the run");
  one.begin = 0.1001;
  one.end = 0.1002;
  expect_oddity(config, "perturbation.rate.end", "from 100.1 to 100.2 ms there is no step");
  one.end = 0.2;
  EXPECT_TRUE(odd_in(config).empty());
  one.values[0] = -7.0;
  EXPECT_TRUE(odd_in(config).empty()) << "arousal keeps the rate above 0";
  one.values[0] = -10.0;
  expect_oddity(config, "perturbation.rate", "of E0");
  config.perturbations = {perturbation(Target::arousal_level, 0, 0.8)};
  config.perturbations[0].values = {0.8};
  expect_oddity(config, "perturbation.arousal_level", "makes the level 1.1");
}

TEST(Oddities, AreEulerStepsLongerThanATimeConstant) {
  Config config;
  config.method = Method::euler;
  EXPECT_TRUE(odd_in(config).empty());
  config.tau_membrane = {0.02, 0.0004};
  expect_oddity(config, "dt", "longer than tau_membrane");
}

TEST(Stimuli, HaveTheTimeCourseOfTheOriginal) {
  Stimulus stimulus;
  stimulus.onsets = {0.1};
  stimulus.amplitude = 2.0;
  const auto at = [&](Step step) { return value_of(stimulus, 0.001, step, 1000); };
  EXPECT_EQ(at(99), 0.0);
  EXPECT_EQ(at(100), 0.0);
  EXPECT_NEAR(at(101), 0.06247674, 5e-9);
  EXPECT_NEAR(at(102), 0.12350434, 5e-9);
  EXPECT_NEAR(at(103), 0.18310816, 5e-9);
  EXPECT_NEAR(at(186), 1.99998760, 5e-9);
  EXPECT_LT(at(185), at(186));
  EXPECT_LT(at(187), at(186));
  stimulus.shape = Shape::box;
  stimulus.duration = 0.01;
  stimulus.onsets = {0.1, 0.105};
  EXPECT_EQ(at(100), 2.0);
  EXPECT_EQ(at(105), 4.0);
  EXPECT_EQ(at(110), 2.0);
  EXPECT_EQ(at(115), 0.0);
  stimulus.shape = Shape::linear;
  stimulus.onsets = {0.1};
  EXPECT_DOUBLE_EQ(at(105), 1.0);
  EXPECT_EQ(at(110), 0.0);
}

TEST(Stimuli, ActOnHalfOfTheNeuronsOfHalfOfTheClusters) {
  Config config;
  config.stimuli.resize(2);
  const auto neurons = stimulated(config, 0);
  ASSERT_EQ(neurons.size(), 360U);
  EXPECT_TRUE(std::is_sorted(neurons.begin(), neurons.end()));
  EXPECT_EQ(std::adjacent_find(neurons.begin(), neurons.end()), neurons.end());
  std::vector<int> of_cluster(18, 0);
  for (const GlobalIndex neuron : neurons)
    ++of_cluster.at(static_cast<std::size_t>(neuron / 80));
  EXPECT_EQ(std::count(of_cluster.begin(), of_cluster.end(), 0), 9);
  EXPECT_NE(stimulated(config, 1), neurons);
  config.seed = 1;
  EXPECT_NE(stimulated(config, 0), neurons);
  config.stimuli[0].clusters = {2};
  config.stimuli[0].neuron_fraction = 1.0;
  EXPECT_EQ(stimulated(config, 0).front(), 160);
  EXPECT_EQ(stimulated(config, 0).size(), 80U);
}

}  // namespace
}  // namespace arcuate::spiking
