#include "arcuate/steady/linear_noise.hpp"

#include <Eigen/Dense>
#include <cmath>
#include <numbers>

#include "arcuate/core/error.hpp"
#include "arcuate/model/compile.hpp"
#include "resting.hpp"

/// Fluctuations against closed forms of linear stochastic equations.
namespace arcuate::steady {
namespace {

using engine::NoiseTerm;
using equilibrium::LinearNoiseOptions;
using network::CouplingForm;
using test::Complex;
using test::study_of;

std::size_t place(Eigen::Index i) {
  return static_cast<std::size_t>(i);
}

NoiseTerm noise_of(NoiseTerm::Kind kind, double sigma, bool on_input = false) {
  NoiseTerm term;
  term.kind = kind;
  term.on_input = on_input;
  term.sigma = RegionValues(sigma);
  return term;
}

/// x' = gamma x + sum of W x.
engine::SimulationSpec linear_study(double gamma, const NoiseTerm& noise) {
  engine::SimulationSpec spec = study_of("Linear", {{"gamma", gamma}}, CouplingForm::linear, 1.0);
  spec.populations.front().noise = {noise};
  return spec;
}

/// All regions hear all others. lengths in mm, at 3 mm/ms.
network::Connectome connectome_of(const Eigen::MatrixXd& weights, double length) {
  network::Connectome connectome;
  connectome.row = {0};
  for (Eigen::Index i = 0; i < weights.rows(); ++i) {
    for (Eigen::Index j = 0; j < weights.cols(); ++j) {
      if (weights(i, j) == 0.0) continue;
      connectome.source.push_back(static_cast<LocalIndex>(j));
      connectome.weight.push_back(weights(i, j));
      connectome.length.push_back(length);
    }
    connectome.row.push_back(static_cast<GlobalIndex>(connectome.source.size()));
    connectome.labels.push_back(std::to_string(i));
  }
  return connectome;
}

Fluctuations fluctuations_at(const equilibrium::RestingNetwork& network,
                             const engine::SimulationSpec& spec, const std::vector<double>& state,
                             const LinearNoiseOptions& options) {
  const equilibrium::LinearNetwork linear = network.linearise(state);
  const bool delayed = network.longest_delay() > 0.0;
  const Spectrum roots = rightmost(network, linear, 20, delayed ? Delays::all : Delays::none);
  return fluctuations(network, linear, state, roots, spec, options);
}

Fluctuations of_linear(const engine::SimulationSpec& spec, const Eigen::MatrixXd& weights,
                       double length, const std::vector<double>& frequency = {10.0}) {
  const comm::Communicator world(MPI_COMM_WORLD);
  const auto network = test::at_rest(world, spec, connectome_of(weights, length));
  LinearNoiseOptions options{true, {"x"}, frequency.front(), frequency.back(), 1.0};
  if (frequency.size() > 1) options.step = frequency[1] - frequency[0];
  return fluctuations_at(*network, spec, std::vector<double>(network->layout().own()), options);
}

/// A symmetric, stable drift with equal noise has the covariance -sigma^2/2 A^-1, and the spectrum
/// sigma^2 (A^2 + w^2)^-1.
TEST(RestingNetwork, FluctuatesAsANetworkOfOrnsteinUhlenbeckProcesses) {
  const double gamma = -0.5, sigma = 0.3;
  Eigen::MatrixXd weights(3, 3);
  weights << 0.0, 0.2, -0.1, 0.2, 0.0, 0.15, -0.1, 0.15, 0.0;
  const Eigen::MatrixXd drift = weights + gamma * Eigen::MatrixXd::Identity(3, 3);
  const Fluctuations found = of_linear(linear_study(gamma, noise_of(NoiseTerm::Kind::white, sigma)),
                                       weights, 0.0, {0.0, 40.0, 80.0});
  const Eigen::MatrixXd expected = -0.5 * sigma * sigma * drift.inverse();
  for (Eigen::Index i = 0; i < 3; ++i) {
    for (Eigen::Index j = 0; j < 3; ++j)
      EXPECT_NEAR(found.covariance[place(i * 3 + j)], expected(i, j), 1e-14);
  }
  for (const int f : {0, 1, 2}) {
    const double w = 2.0 * std::numbers::pi * 0.04 * f;  // per ms
    const Eigen::MatrixXd density =
        sigma * sigma * (drift * drift + w * w * Eigen::MatrixXd::Identity(3, 3)).inverse();
    for (Eigen::Index i = 0; i < 3; ++i)
      EXPECT_NEAR(found.power[place(f * 3 + i)], 2e-3 * density(i, i), 1e-13);
  }
}

/// Variance of dx = (a x + b x(t - tau)) dt + dW: Kuechler and Mensch 1992,
/// doi:10.1080/17442509208833780.
double delayed_variance(double a, double b, double tau) {
  if (std::abs(b) < std::abs(a)) {
    const double q = std::sqrt(a * a - b * b);
    return (b * std::sinh(q * tau) - q) / (2.0 * q * (a + b * std::cosh(q * tau)));
  }
  if (a == b) return (b * tau - 1.0) / (4.0 * b);
  const double q = std::sqrt(b * b - a * a);
  return (b * std::sin(q * tau) - q) / (2.0 * q * (a + b * std::cos(q * tau)));
}

TEST(RestingNetwork, FluctuatesAsADelayedLangevinEquation) {
  struct Case {
    double a, b, tau;
  };
  for (const auto& [a, b, tau] :
       {Case{-1.0, 0.5, 2.0}, Case{-1.0, -0.7, 3.0}, Case{-0.05, -0.05, 15.0},
        Case{-0.1, -0.4, 4.0}, Case{0.02, -0.1, 12.0}}) {
    SCOPED_TRACE(b);
    const double sigma = 0.2;
    const Fluctuations found = of_linear(linear_study(a, noise_of(NoiseTerm::Kind::white, sigma)),
                                         Eigen::MatrixXd::Constant(1, 1, b), 3.0 * tau);
    const double expected = sigma * sigma * delayed_variance(a, b, tau);
    EXPECT_NEAR(found.covariance[0] / expected, 1.0, 1e-6);
    EXPECT_GT(found.error, 0.0);
    EXPECT_LT(found.error, 2e-6);
    const Complex iw(0.0, 2.0 * std::numbers::pi * 0.01);
    EXPECT_NEAR(found.power[0], 2e-3 * sigma * sigma / std::norm(iw - a - b * std::exp(-iw * tau)),
                1e-12 * found.power[0]);
  }
}

/// Of x' = -a x + eta: sigma^2 tau/(a (1 + a tau)).
TEST(LinearNoise, OfProcessesWithMemoryHasTheirCovariance) {
  const double a = 0.2, tau = 7.0, sigma = 0.4;
  const double expected = sigma * sigma * tau / (a * (1.0 + a * tau));
  for (const bool on_input : {false, true}) {
    NoiseTerm noise = noise_of(NoiseTerm::Kind::ornstein_uhlenbeck, sigma, on_input);
    noise.tau = tau;
    engine::SimulationSpec spec = linear_study(-a, noise);
    const Eigen::MatrixXd none = Eigen::MatrixXd::Zero(1, 1);
    EXPECT_NEAR(of_linear(spec, none, 0.0).covariance[0], expected, 1e-12);
    // One noise for all.
    spec.populations.front().noise.front().shared = true;
    const Fluctuations both = of_linear(spec, Eigen::MatrixXd::Zero(2, 2), 0.0);
    for (const double value : both.covariance)
      EXPECT_NEAR(value, expected, 1e-12);
  }
  // What is fresh in every step is white: sigma^2 dt.
  engine::SimulationSpec spec = linear_study(-a, noise_of(NoiseTerm::Kind::per_step, sigma, true));
  spec.dt = 0.1;
  EXPECT_NEAR(of_linear(spec, Eigen::MatrixXd::Zero(1, 1), 0.0).covariance[0],
              sigma * sigma * 0.1 / (2.0 * a), 1e-14);
  // Coloured noise is a sum of such processes, whose variances add up to sigma^2.
  NoiseTerm coloured = noise_of(NoiseTerm::Kind::coloured, sigma);
  coloured.tau_min = 1e5;
  coloured.tau_max = 1e6;  // slow: x = eta/a
  EXPECT_NEAR(of_linear(linear_study(-a, coloured), Eigen::MatrixXd::Zero(1, 1), 0.0).covariance[0],
              sigma * sigma / (a * a), 1e-3);
}

/// A delay of a nanosecond changes nothing but the way.
void expect_one_answer(engine::SimulationSpec spec, const std::vector<std::string>& variables) {
  const comm::Communicator world(MPI_COMM_WORLD);
  Eigen::MatrixXd weights(3, 3);
  weights << 0.0, 0.5, 0.1, 0.0, 0.0, 0.7, 0.3, 0.1, 0.0;
  std::vector<Fluctuations> found;
  for (const double length : {0.0, 3e-6}) {
    const auto network = test::at_rest(world, spec, connectome_of(weights, length));
    const FixedPoints points = find_fixed_points(*network, {1, 1});
    ASSERT_FALSE(points.points.empty());
    found.push_back(fluctuations_at(*network, spec, points.points[0].state,
                                    {true, variables, 1.0, 41.0, 20.0}));
  }
  ASSERT_EQ(found[0].covariance.size(), 9 * variables.size());
  for (std::size_t k = 0; k < found[0].covariance.size(); ++k) {
    const std::size_t block = k / 9 * 9, i = k % 9 / 3, j = k % 3;
    const double size =
        std::sqrt(found[0].covariance[block + 4 * i] * found[0].covariance[block + 4 * j]);
    ASSERT_GT(size, 0.0);
    EXPECT_NEAR(found[1].covariance[k] / size, found[0].covariance[k] / size, 1e-6) << k;
  }
  for (std::size_t k = 0; k < found[0].power.size(); ++k)
    EXPECT_NEAR(found[1].power[k] / found[0].power[k], 1.0, 1e-5);
}

TEST(LinearNoise, IsTheSameByLyapunovsEquationAndByFrequencies) {
  engine::SimulationSpec jansen_rit =
      study_of("JansenRit", {{"mu", 0.06}}, CouplingForm::sigmoidal_jansen_rit, 0.05);
  jansen_rit.populations[0].noise = {noise_of(NoiseTerm::Kind::white, 1e-4)};
  jansen_rit.populations[0].noise[0].target = 4;
  expect_one_answer(jansen_rit, {"y0", "y1"});
  // A state that is assigned, and one clock more.
  engine::SimulationSpec aln = study_of("ALN", {}, CouplingForm::linear, 0.3);
  aln.populations[0].noise = {noise_of(NoiseTerm::Kind::ornstein_uhlenbeck, 0.05, true)};
  aln.populations[0].noise[0].tau = 5.0;
  expect_one_answer(aln, {"r_exc", "mufe"});
}

/// x' = c - x, in seconds, and y = x + c at once.
struct Follower {
  static constexpr std::array states{
      model::StateInfo{
          .name = "x", .unit = "1", .initial = 0.0, .range = {-1.0, 1.0}, .meaning = "slow"},
      model::StateInfo{.name = "y",
                       .unit = "1",
                       .initial = 0.0,
                       .range = {-1.0, 1.0},
                       .meaning = "at once",
                       .assigned = true},
  };
  static constexpr std::array<model::ParameterInfo, 0> parameters{};
  static constexpr std::array inputs{
      model::InputInfo{.name = "c", .unit = "1", .source = "x", .gate = "", .meaning = "input"}};
  static constexpr std::array<model::ObservableInfo, 0> observables{};
  static constexpr model::ModelInfo info{.name = "Follower",
                                         .title = "",
                                         .category = "phenomenological",
                                         .equations = "",
                                         .reference = "",
                                         .notes = "",
                                         .time_unit = 1000.0,
                                         .time_unit_name = "s",
                                         .states = states,
                                         .parameters = parameters,
                                         .inputs = inputs,
                                         .observables = observables};
  template <class X, class P>
  [[gnu::always_inline]] static Vec<X, 2> rhs(const Vec<X, 2>& state, const Vec<P, 0>& /*none*/,
                                              const Vec<P, 1>& input) {
    return {input[0] - state[0], state[0] + input[0]};
  }
};

TEST(LinearNoise, RefusesWhiteNoiseThatNothingIntegrates) {
  static const model::Entry entry = model::compile<Follower>();
  engine::SimulationSpec spec = linear_study(-1.0, noise_of(NoiseTerm::Kind::white, 0.2, true));
  engine::Population& own = spec.populations.front();
  own.model = &entry;
  own.parameters.clear();
  own.initial.assign(2, {RegionValues(0.0), std::nullopt});
  const comm::Communicator world(MPI_COMM_WORLD);
  const auto network = test::at_rest(world, spec, test::one_region());
  const auto variance_of = [&](const char* variable) {
    return fluctuations_at(*network, spec, {0.0, 0.0}, {true, {variable}, 1.0, 2.0, 1.0})
        .covariance[0];
  };
  EXPECT_NEAR(variance_of("x"), 0.02, 1e-14);
  EXPECT_THROW(static_cast<void>(variance_of("y")), ConfigError);
  // What remembers may pass: y = x + eta, and <x eta> = sigma^2 tau/(1 + tau).
  own.noise.front().kind = NoiseTerm::Kind::ornstein_uhlenbeck;
  own.noise.front().tau = 3.0;
  EXPECT_NEAR(variance_of("y"), 0.04 * (0.75 + 2.0 * 0.75 + 1.0), 1e-13);
}

TEST(LinearNoise, RefusesWhatIsNoPartOfIt) {
  engine::SimulationSpec spec = linear_study(-1.0, noise_of(NoiseTerm::Kind::white, 0.1));
  const LinearNoiseOptions options{true, {"x"}, 1.0, 2.0, 1.0};
  EXPECT_NO_THROW(check_linear_noise(spec, options));
  EXPECT_THROW(check_linear_noise(spec, {true, {"y"}, 1.0, 2.0, 1.0}), ConfigError);
  spec.populations[0].noise[0].multiplicative = true;
  EXPECT_THROW(check_linear_noise(spec, options), ConfigError);
  spec.populations[0].noise = {noise_of(NoiseTerm::Kind::brownian, 0.1)};
  EXPECT_THROW(check_linear_noise(spec, options), ConfigError);
  spec.populations[0].noise.clear();
  EXPECT_THROW(check_linear_noise(spec, options), ConfigError);
}

}  // namespace
}  // namespace arcuate::steady
