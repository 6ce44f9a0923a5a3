#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <limits>
#include <vector>

#include "support/science.hpp"

/// Diffusion over a graph Laplacian, against numbers of the library brainmass 0.1.1.
namespace arcuate {
namespace {

constexpr std::size_t n = 4;
using Row = std::array<double, n>;
using Matrix = std::array<Row, n>;

constexpr Matrix ring_distance{Row{0, 1, 2, 3}, Row{1, 0, 1.5, 2}, Row{2, 1.5, 0, 1},
                               Row{3, 2, 1, 0}};  // [mm]

/// The library's Laplacian is that of exp(W) o W, with the rows of W summing to 1.
network::Connectome laplacian_network() {
  constexpr Matrix raw{Row{0, .8, .2, .1}, Row{.8, 0, .5, .3}, Row{.2, .5, 0, .6},
                       Row{.1, .3, .6, 0}};
  network::Connectome c;
  c.row.push_back(0);
  for (std::size_t i = 0; i < n; ++i) {
    double sum = 0.0;
    for (const double w : raw[i])
      sum += w;
    for (std::size_t j = 0; j < n; ++j) {
      if (i == j) continue;
      c.source.push_back(static_cast<LocalIndex>(j));
      c.weight.push_back(std::exp(raw[i][j] / sum) * raw[i][j] / sum);
      c.length.push_back(static_cast<float>(ring_distance[i][j]));
    }
    c.row.push_back(static_cast<GlobalIndex>(c.source.size()));
  }
  network::apply_laplacian(c, network::Laplacian::plain);
  return c;
}

engine::SimulationSpec oscillators() {
  auto spec = test::quiet_spec("SupHopf", {{"a", 0.2}, {"omega", 0.3}});
  spec.method = model::Method::exponential_euler;
  spec.dt = 0.1;
  spec.populations[0].initial[0].value = RegionValues(std::vector<double>{0.1, 0.2, 0.3, 0.4});
  spec.populations[0].initial[1].value = RegionValues(0.0);
  return spec;
}

/// brainmass reads an empty past in the first step, so that the first step is uncoupled and the
/// past of the second is 0.
engine::SimulationSpec from_the_second_step(double speed, Step steps) {
  auto spec = oscillators();
  spec.steps = 1;
  engine::InitialHistory past;
  past.samples = 2;
  past.values.assign(2 * n, 0.0);
  const auto first = engine::run_reference(spec, test::unconnected(n)).states;
  past.values.insert(past.values.end(), first.begin(), first.end());
  spec.history = past;
  spec.coupling.gain = 0.5;
  spec.populations[0].links = {{0, 0}};
  spec.speed = speed;
  spec.steps = steps - 1;
  return spec;
}

struct Sample {
  Step step;
  Row x, y;
};

void expect_samples(double speed, const std::vector<Sample>& samples) {
  const auto run = engine::run_reference(from_the_second_step(speed, 200), laplacian_network());
  for (const Sample& sample : samples) {
    const double* state = run.states.data() + test::at(sample.step - 2) * 2 * n;
    for (std::size_t i = 0; i < n; ++i) {
      EXPECT_NEAR(state[i], sample.x[i], 1e-9) << "x of region " << i << ", step " << sample.step;
      EXPECT_NEAR(state[n + i], sample.y[i], 1e-9) << "y of region " << i;
    }
  }
}

TEST(Laplacian, CouplesOscillatorsAsBrainmassDoes) {
  expect_samples(std::numeric_limits<double>::infinity(),
                 {{2,
                   {0.1151795788, 0.2064733557, 0.3052477334, 0.391860214},
                   {0.006173308204, 0.01228997287, 0.01829574645, 0.02414095785}},
                  {50,
                   {0.05249534272, 0.04209030959, 0.02187365, 0.01523045872},
                   {0.3523296374, 0.3769029348, 0.404714303, 0.416816893}},
                  {200,
                   {0.4280637516, 0.4280361688, 0.4280488932, 0.4280436071},
                   {-0.1446186087, -0.1443117587, -0.1444939861, -0.1444453796}}});
}

TEST(Laplacian, DelaysAllButItsDiagonal) {
  expect_samples(1.0, {{2,
                        {0.09440654365, 0.1911960396, 0.2839709134, 0.3709025241},
                        {0.006173308204, 0.01228997287, 0.01829574645, 0.02414095785}},
                       {50,
                        {0.07317766829, 0.05592303786, 0.02387178332, 0.01922780023},
                        {0.2027980873, 0.2579755234, 0.3239648135, 0.3478079178}},
                       {200,
                        {-0.08184952311, -0.07432873666, -0.07312605635, -0.08109001906},
                        {-0.4722386032, -0.4706167538, -0.4724296196, -0.4705826526}}});
}

/// The eigenvector of eigenvalue -lambda decays as exp(gain * -lambda t).
TEST(Laplacian, DiffusesEveryModeAtItsEigenvalue) {
  network::Connectome path;  // two regions, weight w: eigenvalues 0 and -2w
  constexpr double w = 0.7, gain = 0.1, duration = 5.0;
  path.row = {0, 1, 2};
  path.source = {1, 0};
  path.weight = {w, w};
  path.length = {0.0F, 0.0F};
  network::apply_laplacian(path, network::Laplacian::plain);
  auto spec = test::quiet_spec("Linear", {{"gamma", 0.0}});
  spec.method = model::Method::rk4;
  spec.stages = engine::Stages::staged;
  spec.populations[0].initial[0].value = RegionValues(std::vector<double>{1.0, 0.2});
  test::couple(spec, network::CouplingForm::linear, gain);
  spec.dt = 0.05;
  spec.steps = 100;
  const auto states = engine::run_reference(spec, path).states;
  const double decay = std::exp(-2.0 * w * gain * duration);
  EXPECT_NEAR(states[198], 0.6 + 0.4 * decay, 1e-9);
  EXPECT_NEAR(states[199], 0.6 - 0.4 * decay, 1e-9);
}

}  // namespace
}  // namespace arcuate
