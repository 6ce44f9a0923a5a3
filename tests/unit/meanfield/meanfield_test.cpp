#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <vector>

#include "arcuate/core/error.hpp"
#include "arcuate/meanfield/fixed_points.hpp"
#include "arcuate/meanfield/landscape.hpp"

/// Numbers without another source are those that the program VectorialNeuroModulators gives, of its
/// fixed points with the derivatives of the equations. The first rate is mpmath's with 30 digits;
/// the program's own differs in the eleventh.
namespace arcuate::meanfield {
namespace {

using Index = Eigen::Index;

TEST(MeanFieldTransfer, IntegrandIsStable) {
  const std::vector<std::pair<double, double>> known{
      {-30, .0333148456}, {-15, .0665194954}, {-5, .1962188615},
      {-1, .7578721561},  {0, 1.7724538509},  {.5, 3.4604688674},
      {1, 8.8781860333},  {2, 193.0927255},   {5, 2.5525072223e11}};
  for (const auto& [z, value] : known)
    EXPECT_NEAR(integrand(z) / value, 1.0, 1e-9) << z;
  // Both sides of where one formula follows the other.
  EXPECT_NEAR(integrand(-25.0 - 1e-9) / integrand(-25.0 + 1e-9), 1.0, 1e-10);
}

TEST(MeanFieldTransfer, GivesTheKnownRates) {
  struct Known {
    double mean, deviation;
    Neuron neuron;
    double rate, tolerance;
  };
  const std::vector<Known> all{
      {1, .3, {1.5, 0, .02, .005, .005}, .44754165117832949, 1e-12},
      {1.5, .3, {1.5, 0, .02, .005, .005}, 12.3772842206, 1e-11},
      {2.3040445, .34423248, {1.5, 0, .02, .005, .005}, 35.3307567064, 1e-11},
      {.5, .5, {.75, 0, .02, .005, .005}, 9.78287544681, 1e-11},
      {-1, .4, {.75, 0, .02, .005, .005}, 5.492125497e-9, 1e-9},
      {10, 1, {4.86, 0, .02, .005, .005}, 52.0928153338, 1e-11},
      {1.2, .1, {1.5, 0, .02, .005, 0}, 4.0437643461e-4, 1e-10},
      {20, 15, {20, 10, .02, 0, .002}, 51.8760404412, 1e-11},
      {5, .05, {1.5, 0, .02, .005, .005}, 82.1186396891, 1e-11}};
  for (const Known& one : all)
    EXPECT_NEAR(transfer(one.neuron, one.mean, one.deviation).rate / one.rate, 1.0, one.tolerance)
        << one.mean;
}

/// Without noise a neuron reaches its threshold after tau log((mean - reset) / (mean - threshold)).
TEST(MeanFieldTransfer, IsThatOfARegularNeuronWithoutNoise) {
  const Neuron neuron{1.5, 0.2, 0.02, 0.0, 0.003};
  const double interval = 0.003 + 0.02 * std::log((4.0 - 0.2) / (4.0 - 1.5));
  EXPECT_NEAR(transfer(neuron, 4.0, 1e-4).rate * interval, 1.0, 1e-7);
  EXPECT_EQ(transfer(neuron, -4.0, 0.1).rate, 0.0) << "an infinite interval";
}

TEST(MeanFieldTransfer, DerivativesAreThoseOfTheRate) {
  const Neuron neuron{1.5, 0, .02, .005, .005};
  for (const double mean : {0.8, 1.5, 3.0}) {
    const double h = 1e-5, deviation = 0.4;
    const Transfer one = transfer(neuron, mean, deviation);
    const double by_mean =
        (transfer(neuron, mean + h, deviation).rate - transfer(neuron, mean - h, deviation).rate) /
        (2 * h);
    const double by_deviation =
        (transfer(neuron, mean, deviation + h).rate - transfer(neuron, mean, deviation - h).rate) /
        (2 * h);
    EXPECT_NEAR(one.by_mean, by_mean, 1e-6 * std::abs(by_mean));
    EXPECT_NEAR(one.by_deviation, by_deviation, 1e-6 * (1.0 + std::abs(by_deviation)));
  }
}

TEST(MeanField, OfTwoPopulationsWithoutClusters) {
  Network network;
  network.names = {"E", "I"};
  network.neurons = {{1.5, 0, .02, .005, .005}, {.75, 0, .02, .005, .005}};
  network.mean = Eigen::MatrixXd::Constant(2, 2, .02 * .1);
  network.variance = Eigen::MatrixXd::Constant(2, 2, .02 * .01);
  network.mean_outside = Rates::Constant(2, .02 * 2.3 * 320 * 7);
  network.variance_outside = Rates::Constant(2, .02 * 2.3 * 2.3 * 320 * 7);
  FixedPoint point;
  ASSERT_TRUE(converge(network, Rates::Zero(2), point));
  EXPECT_NEAR(point.rates[0], 188.27192499, 1e-7);
  EXPECT_NEAR(point.rates[1], 193.98136889, 1e-7);
  EXPECT_NEAR((network.mean * point.rates + network.mean_outside)[0], 103.80450659, 1e-7);
  EXPECT_NEAR(std::sqrt((network.variance * point.rates + network.variance_outside)[0]),
              15.39702733, 1e-7);
}

spiking::Config two_clusters() {
  spiking::Config config;
  config.clusters = 2;
  config.neurons = {640, 160};
  config.background = {480, 160};
  config.threshold = {4.86, 5.98};
  config.j_baseline = {0.8, 2.5, -10.6, -9.7};
  config.j_potentiated = {20, 1, 1, 1};
  config.j_ext = {14.5, 12.9};
  config.c_ext = {128, 128};
  config.nu_ext = {7, 7};
  config.arousal.level = 0.275;
  return config;
}

TEST(MeanField, OfTwoClustersHasASaddleBetweenTwoStablePoints) {
  const Network network = network_of(two_clusters());
  const Search search = find_fixed_points(network, 40, 1);
  ASSERT_EQ(search.points.size(), 3U);
  int saddles = 0, stable = 0;
  for (const FixedPoint& point : search.points) {
    const double low = std::min(point.rates[0], point.rates[1]);
    const double high = std::max(point.rates[0], point.rates[1]);
    std::vector<double> real;
    for (const auto& value : point.eigenvalues)
      real.push_back(value.real());
    if (point.kind == Kind::saddle) {
      ++saddles;
      EXPECT_NEAR(low, 21.8082215, 1e-6);
      EXPECT_NEAR(high, 21.8082215, 1e-6);
      EXPECT_NEAR(point.rates[2], 2.5468945, 1e-6);
      EXPECT_NEAR(point.rates[5], 13.0204007, 1e-6);
      EXPECT_NEAR(real[0], .14866, 1e-5);
      EXPECT_NEAR(real[1], -.18972, 1e-5);
      EXPECT_NEAR(real.back(), -2.29195, 1e-5);
      EXPECT_NEAR(std::abs(point.eigenvalues.back().imag()), 1.73886, 1e-5);
      continue;
    }
    ++stable;
    EXPECT_EQ(point.kind, Kind::stable_node);
    EXPECT_NEAR(high, 51.0921121, 1e-6);
    EXPECT_NEAR(low, 2.5336281, 1e-6);
    EXPECT_NEAR(point.rates[2], 1.7599854, 1e-6);
    EXPECT_NEAR(point.rates[5], 13.5520074, 1e-6);
    EXPECT_NEAR(real[0], -.20286, 1e-5);
    EXPECT_NEAR(real[1], -.58685, 1e-5);
    EXPECT_NEAR(real.back(), -2.37535, 1e-5);
  }
  EXPECT_EQ(saddles, 1);
  EXPECT_EQ(stable, 2);
}

/// Active and inactive cluster, excitatory background, active and other inhibitory cluster,
/// inhibitory background, largest real part.
struct Active {
  double active, inactive, background, partner, other, inhibitory, real;
};

void expect_states(const spiking::Config& config, const std::vector<Active>& known) {
  const Network network = network_of(config);
  for (std::size_t k = 0; k < known.size(); ++k) {
    Rates start = Rates::Constant(38, 3.0);
    start.segment(19, 19).setConstant(10.0);
    for (std::size_t c = 0; c < k; ++c)
      start[static_cast<Index>(c)] = 40.0, start[19 + static_cast<Index>(c)] = 27.0;
    if (k == 0) start.head(18).setConstant(9.0);
    FixedPoint point;
    ASSERT_TRUE(converge(network, start, point)) << k << ": " << point.residual;
    const Active& one = known[k];
    if (k > 0) {
      EXPECT_NEAR(point.rates[0], one.active, 6e-6) << k;
      EXPECT_NEAR(point.rates[19], one.partner, 6e-6) << k;
    }
    EXPECT_NEAR(point.rates[17], one.inactive, 6e-6) << k;
    EXPECT_NEAR(point.rates[18], one.background, 6e-6) << k;
    EXPECT_NEAR(point.rates[36], one.other, 6e-6) << k;
    EXPECT_NEAR(point.rates[37], one.inhibitory, 6e-6) << k;
    EXPECT_NEAR(point.eigenvalues.front().real(), one.real, 6e-5) << k;
    const bool stable = point.kind == Kind::stable_node || point.kind == Kind::stable_focus;
    EXPECT_EQ(stable, one.real < 0.0) << k;
  }
}

TEST(MeanField, OfEighteenClustersHasTheKnownStates) {
  spiking::Config config;
  config.j_potentiated[0] = 15.75;
  config.arousal.level = 0.001;
  expect_states(config, {{0, 8.53851, 2.42755, 0, 11.10857, 12.92173, +.0842},
                         {38.01228, 6.67822, 2.51476, 27.08938, 10.08966, 12.93006, +.0467},
                         {38.11074, 4.69159, 2.52722, 27.14593, 9.00739, 12.94096, -.0417},
                         {36.38617, 3.08311, 2.36683, 26.23065, 8.14408, 12.95262, -.1382},
                         {32.85157, 2.18525, 2.12333, 24.34348, 7.67506, 12.96358, -.0992},
                         {28.68192, 1.79931, 1.95713, 22.10434, 7.47864, 12.96966, -.0530},
                         {24.73427, 1.68295, 1.89665, 19.97183, 7.41904, 12.96833, -.0094}});
}

TEST(MeanField, OfTheSpikingDefaultsHasTheKnownStates) {
  expect_states({}, {{0, 9.39134, 2.26913, 0, 11.90554, 13.81286, +.1345},
                     {47.07672, 6.91166, 2.45677, 32.15511, 10.55209, 13.82865, +.0886},
                     {47.48815, 4.26054, 2.52185, 32.37822, 9.11479, 13.84884, -.0458},
                     {45.23107, 2.31868, 2.22180, 31.20014, 8.08764, 13.86737, -.1839},
                     {40.56352, 1.41912, 1.79580, 28.74477, 7.63775, 13.88899, -.1324},
                     {35.24118, 1.07789, 1.53660, 25.92336, 7.47765, 13.90476, -.0726},
                     {30.27059, .97604, 1.44383, 23.26721, 7.42964, 13.90527, -.0164}});
}

TEST(MeanField, NeuronsThatDifferWithinAPopulationAreRefused) {
  spiking::Config config;
  config.threshold = std::vector<double>(2000, 1.5);
  config.threshold[5] = 1.4;
  EXPECT_THROW(network_of(config), ConfigError);
}

TEST(MeanFieldClusters, AreActiveAboveTheMeanUnlessAllAreAlike) {
  // Three of eighteen active, at the rates of the fixed point of the defaults.
  Rates rates = Rates::Constant(18, 3.08311);
  rates.head(3).setConstant(36.38617);
  const ActiveClusters three = active_clusters(rates, 0.1);
  EXPECT_EQ(three.active, 3);
  EXPECT_NEAR(three.active_rate, 36.38617, 1e-9);
  EXPECT_NEAR(three.inactive_rate, 3.08311, 1e-9);
  // None is: all have 8.53851 Hz, some a little more.
  rates.setConstant(8.53851);
  rates[4] = 9.3;
  const ActiveClusters none = active_clusters(rates, 0.1);
  EXPECT_EQ(none.active, 0);
  EXPECT_TRUE(std::isnan(none.active_rate));
  EXPECT_NEAR(none.inactive_rate, (17.0 * 8.53851 + 9.3) / 18.0, 1e-9);
  EXPECT_EQ(active_clusters(rates, 0.08).active, 1);
  EXPECT_EQ(active_clusters(Rates::Zero(4), 0.1).active, 0);
}

TEST(MeanFieldKinds, FollowFromTheRealPartsAndTheRightmostPair) {
  using C = std::complex<double>;
  EXPECT_EQ(kind_of({C(-1), C(-2)}), Kind::stable_node);
  EXPECT_EQ(kind_of({C(-1, 3), C(-1, -3)}), Kind::stable_focus);
  EXPECT_EQ(kind_of({C(1), C(-2)}), Kind::saddle);
  EXPECT_EQ(kind_of({C(1, 1), C(1, -1), C(-2)}), Kind::saddle_focus);
  EXPECT_EQ(kind_of({C(2), C(1)}), Kind::unstable_node);
  EXPECT_EQ(kind_of({C(2, 1), C(2, -1)}), Kind::unstable_focus);
  EXPECT_EQ(kind_of({C(1e-7), C(-1)}), Kind::marginal);
}

TEST(MeanFieldLandscape, HasTheKnownEffectiveResponses) {
  const Network network = network_of(two_clusters());
  const Rates start = Rates::Constant(6, 0.5);
  const auto at = [&](double a, double b) {
    const Effective one = effective_response(network, {0, 1}, {a, b}, start);
    EXPECT_LT(one.residual, 1e-9);
    return one.response;
  };
  EXPECT_NEAR(at(5, 5)[0], 8.2857727766, 1e-9);
  EXPECT_NEAR(at(50, 0)[0], 50.7468574, 1e-7);
  EXPECT_NEAR(at(50, 0)[1], 1.7292907, 1e-7);
  EXPECT_NEAR(at(55, 0)[0], 54.4347012, 1e-7);
  EXPECT_NEAR(at(55, 0)[1], 1.4507506, 1e-7);
  // The focus may be any populations: at a fixed point nothing pulls.
  const Effective rest =
      effective_response(network, {1, 5}, {21.8082215, 13.0204007}, Rates::Constant(6, 20.0));
  EXPECT_NEAR(rest.response[1], 21.8082215, 1e-5);
  EXPECT_NEAR(rest.response[5], 13.0204007, 1e-5);
}

TEST(MeanFieldLandscape, HasTheKnownPathAndPotential) {
  spiking::Config config = two_clusters();
  config.arousal.M = 0.0;
  config.nu_ext = {7.271482984381, 7.270021662956};  // with what one draw of the arousal adds
  std::vector<double> axis;
  for (int k = 0; k < 12; ++k)
    axis.push_back(5.0 * k);
  const Landscape all = landscape(network_of(config), {0, 1}, {axis, axis});
  EXPECT_NEAR(all.force(0, 0), 4.855387, 1e-6);
  EXPECT_NEAR(all.force(0, 1), 4.855387, 1e-6);
  EXPECT_NEAR(all.force(5 * 12 + 5, 0), -.813938, 1e-6);
  EXPECT_NEAR(all.force(10 * 12, 0), .751295, 1e-6);
  EXPECT_NEAR(all.force(10 * 12, 1), 1.731425, 1e-6);
  EXPECT_NEAR(all.force(4 * 12 + 4, 0), .409803, 1e-6);
  const Path path = least_resistance(all);
  EXPECT_EQ(path.row, (std::vector<Index>{11, 9, 7, 5, 5, 4, 3, 2, 1, 1, 1, 0}));
  const std::vector<double> known{12.74369, 32.80544, 45.55334, 48.16287, 44.49037, 34.54319,
                                  21.69111, 11.82247, 7.33333,  8.38002,  18.44675};
  ASSERT_EQ(path.potential.size(), known.size());
  for (std::size_t k = 0; k < known.size(); ++k)
    EXPECT_NEAR(path.potential[k], known[k], 1e-5) << k;
  EXPECT_NEAR(path.displacement.front(), 11.18034, 1e-5);
  EXPECT_NEAR(path.displacement.back(), 83.89636, 1e-5);
}

}  // namespace
}  // namespace arcuate::meanfield
