#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <numbers>

#include "arcuate/engine/reference.hpp"
#include "resting.hpp"

/// Roots with delays against Lambert's W, counts by the argument principle, and simulations.
namespace arcuate::steady {
namespace {

using network::CouplingForm;
using test::Complex;
using test::study_of;

/// A region that hears itself after so many ms (speed 3 mm/ms).
network::Connectome loop(double weight, double delay) {
  network::Connectome connectome;
  connectome.row = {0, 1};
  connectome.source = {0};
  connectome.weight = {weight};
  connectome.length = {3.0 * delay};
  connectome.labels = {"only"};
  return connectome;
}

/// Branch k of Lambert's W, by Newton's method from the asymptotic series.
Complex lambert(int k, Complex x) {
  const Complex log = std::log(x) + Complex(0.0, 2.0 * std::numbers::pi * k);
  Complex w = log - std::log(log);
  for (int step = 0; step < 60; ++step) {
    const Complex e = std::exp(w);
    w -= (w * e - x) / (e * (w + 1.0));
  }
  return w;
}

/// Of x' = a x + b x(t - tau): a + W_k(b tau exp(-a tau))/tau.
std::vector<Complex> roots_of_loop(double a, double b, double tau, int branches) {
  std::vector<Complex> roots;
  for (int k = -branches; k <= branches; ++k)
    roots.push_back(a + lambert(k, b * tau * std::exp(-a * tau)) / tau);
  std::sort(roots.begin(), roots.end(), [](const Complex& p, const Complex& q) {
    return std::abs(p.real() - q.real()) > 1e-12 ? p.real() > q.real() : p.imag() > q.imag();
  });
  return roots;
}

TEST(DelayedRoots, OfALoopAreThoseOfLambertsFunction) {
  const comm::Communicator world(MPI_COMM_WORLD);
  struct Case {
    double a, b, tau;
  };
  for (const auto& [a, b, tau] : {Case{-1.0, -2.0, 1.5}, Case{-0.1, 0.05, 20.0},
                                  Case{-0.5, 0.9, 4.0}, Case{-0.05, -0.3, 40.0}}) {
    SCOPED_TRACE(a);
    const auto network = test::at_rest(
        world, study_of("Linear", {{"gamma", a}}, CouplingForm::linear, 1.0), loop(b, tau));
    const std::vector<double> origin(network->layout().own());
    const Spectrum spectrum = rightmost(*network, network->linearise(origin), 20, Delays::all);
    const std::vector<Complex> expected = roots_of_loop(a, b, tau, 30);
    ASSERT_GE(spectrum.roots.size(), 20U);
    for (std::size_t r = 0; r < spectrum.roots.size(); ++r) {
      EXPECT_LT(std::abs(spectrum.roots[r] - expected[r]), 1e-10) << r << spectrum.roots[r];
      EXPECT_LT(spectrum.errors[r], 1e-7) << r;
    }
    const Spectrum without = rightmost(*network, network->linearise(origin), 20, Delays::none);
    ASSERT_EQ(without.roots.size(), 1U);
    EXPECT_NEAR(without.roots[0].real(), a + b, 1e-12);
  }
}

/// Delta(lambda) of the whole network, put together entry by entry.
Eigen::MatrixXcd characteristic(const equilibrium::RestingNetwork& network,
                                const equilibrium::LinearNetwork& linear, Complex lambda) {
  const auto n = static_cast<Eigen::Index>(network.layout().unknowns);
  Eigen::MatrixXcd whole = lambda * Eigen::MatrixXcd::Identity(n, n);
  for (std::size_t i = 0; i < linear.regions.size(); ++i) {
    const equilibrium::RegionForm& form = linear.regions[i];
    const Eigen::Index first = network.layout().first[i];
    for (int a = 0; a < form.states; ++a) {
      for (int b = 0; b < form.states; ++b)
        whole(first + a, first + b) -= form.own[static_cast<std::size_t>(a * form.states + b)];
    }
    for (std::size_t e = linear.row[i]; e < linear.row[i + 1]; ++e) {
      const equilibrium::LinearEdge& edge = linear.edges[e];
      const equilibrium::RegionForm& source = linear.regions[static_cast<std::size_t>(edge.source)];
      const Eigen::Index from = network.layout().first[static_cast<std::size_t>(edge.source)];
      for (int a = 0; a < form.states; ++a) {
        for (int b = 0; b < source.states; ++b)
          whole(first + a, from + b) -=
              form.by_port[static_cast<std::size_t>(a * form.ports + edge.port)] * edge.weight *
              source.sent[static_cast<std::size_t>(edge.channel * source.states + b)] *
              std::exp(-lambda * edge.delay);
      }
    }
  }
  return whole;
}

/// Zeros of an entire function within a rectangle: how often its value turns around 0.
template <class Function>
int zeros_within(Complex low, Complex high, const Function& f) {
  const Complex corners[] = {low, {high.real(), low.imag()}, high, {low.real(), high.imag()}, low};
  double turned = 0.0;
  for (int side = 0; side < 4; ++side) {
    constexpr int pieces = 4000;
    Complex last = f(corners[side]);
    for (int k = 1; k <= pieces; ++k) {
      const Complex here =
          f(corners[side] + (corners[side + 1] - corners[side]) * (double(k) / pieces));
      turned += std::arg(here / last);
      last = here;
    }
  }
  return static_cast<int>(std::lround(turned / (2.0 * std::numbers::pi)));
}

TEST(DelayedRoots, OfASmallNetworkAreZerosOfItsDeterminantAndNoneIsMissing) {
  const comm::Communicator alone(MPI_COMM_SELF);
  test::NetworkOptions options;
  options.regions = 5;
  for (const char* model : {"Generic2dOscillator", "JansenRit"}) {
    SCOPED_TRACE(model);
    const bool columns = std::string(model) == "JansenRit";
    const auto network = test::at_rest(
        alone,
        columns ? study_of(model, {{"mu", 0.1}}, CouplingForm::sigmoidal_jansen_rit, 5.0)
                : study_of(model, {}, CouplingForm::linear, 0.3),
        test::random_network(options));
    const FixedPoints found = find_fixed_points(*network, {1, 1});
    ASSERT_EQ(found.points.size(), 1U);
    const equilibrium::LinearNetwork linear = network->linearise(found.points[0].state);
    const Spectrum spectrum = rightmost(*network, linear, 20, Delays::all);
    const auto determinant = [&](Complex lambda) {
      return characteristic(*network, linear, lambda).determinant();
    };
    for (const Complex& root : spectrum.roots) {
      const Eigen::JacobiSVD<Eigen::MatrixXcd> svd(characteristic(*network, linear, root));
      const auto& values = svd.singularValues();
      EXPECT_LT(values[values.size() - 1], 1e-11 * values[0]) << root;
    }
    // Between the last root and the one before it there is room for the side of a rectangle.
    std::size_t kept = spectrum.roots.size() - 1;
    while (spectrum.roots[kept - 1].real() - spectrum.roots[kept].real() < 1e-4)
      --kept;
    const double side = 0.5 * (spectrum.roots[kept - 1].real() + spectrum.roots[kept].real());
    EXPECT_EQ(zeros_within({side, -2.0}, {2.0, 2.0}, determinant), static_cast<int>(kept));
  }
}

/// Growth [1/ms] and frequency [rad/ms] of a small disturbance in the reference simulation of a
/// delayed network.
TEST(DelayedRoots, TellHowASmallDisturbanceDecays) {
  const comm::Communicator alone(MPI_COMM_SELF);
  test::NetworkOptions options;
  options.regions = 3;
  options.density = 1.0;
  options.longest = 40.0;
  const network::Connectome connectome = test::random_network(options);
  engine::SimulationSpec spec =
      study_of("Generic2dOscillator", {{"I", 1.0}}, CouplingForm::linear, 0.1);
  spec.dt = 0.02;
  spec.method = model::Method::heun;
  spec.stages = engine::Stages::staged;
  spec.delay = engine::DelayMode::cubic;
  const auto network = test::at_rest(alone, spec, connectome);
  const FixedPoints found = find_fixed_points(*network, {1, 1});
  ASSERT_EQ(found.points.size(), 1U);
  const Spectrum spectrum =
      rightmost(*network, network->linearise(found.points[0].state), 4, Delays::all);
  const std::vector<double>& rest = found.points[0].state;
  for (std::size_t k = 0; k < 2; ++k) {
    std::vector<double> values;
    for (std::size_t i = 0; i < 3; ++i)
      values.push_back(rest[2 * i + k] + (k == 0 ? 1e-7 : 0.0));
    spec.populations[0].initial[k] = {RegionValues(values), std::nullopt};
  }
  spec.steps = 60000;
  const engine::ReferenceRun run = run_reference(spec, connectome);
  // x(n+1) + x(n-1) = 2 e^(a s) cos(w s) x(n) - (e^(2 a s) - 1) x(n-1) of a single mode: fitted to
  // the end of the run, when the other modes have died away.
  const Complex root = spectrum.roots[0];
  const std::size_t stride = 250;
  double a11 = 0, a12 = 0, a22 = 0, b1 = 0, b2 = 0;
  const auto departure = [&](std::size_t n) { return run.states[n * 6] - rest[0]; };
  for (std::size_t n = 30000; n + 2 * stride < 60000; n += 50) {
    const double x0 = departure(n), x1 = departure(n + stride), x2 = departure(n + 2 * stride);
    a11 += x1 * x1, a12 += x1 * x0, a22 += x0 * x0, b1 += x1 * x2, b2 += x0 * x2;
  }
  const double det = a11 * a22 - a12 * a12;
  const double p = (b1 * a22 - b2 * a12) / det, q = (b2 * a11 - b1 * a12) / det;
  const double span = 0.02 * static_cast<double>(stride);
  const double growth = 0.5 * std::log(-q) / span;
  const double turn = std::acos(p / (2.0 * std::sqrt(-q))) / span;
  EXPECT_GT(spectrum.roots[0].real(), spectrum.roots[2].real() + 1e-4);
  EXPECT_NEAR(growth, root.real(), 0.02 * std::abs(root.real()));
  EXPECT_NEAR(turn, root.imag(), 0.002 * root.imag());
}

TEST(Stability, IsNamedByTheRightmostRoots) {
  const auto kind = [](std::vector<Complex> roots, bool all) {
    Spectrum spectrum;
    spectrum.roots = std::move(roots);
    spectrum.all = all;
    return stability_of(spectrum).kind;
  };
  EXPECT_EQ(kind({-1.0, -2.0}, true), Kind::stable_node);
  EXPECT_EQ(kind({{-1.0, 2.0}, {-1.0, -2.0}}, true), Kind::stable_focus);
  EXPECT_EQ(kind({1.0, -2.0}, true), Kind::saddle);
  EXPECT_EQ(kind({{1.0, 2.0}, {1.0, -2.0}, -1.0}, true), Kind::saddle_focus);
  EXPECT_EQ(kind({1.0, 0.5}, true), Kind::unstable_node);
  EXPECT_EQ(kind({1.0, 0.5}, false), Kind::saddle);
  EXPECT_EQ(kind({{1.0, 2.0}, {1.0, -2.0}}, true), Kind::unstable_focus);
  EXPECT_EQ(kind({1e-12, -2.0}, true), Kind::marginal);
  Spectrum spectrum;
  spectrum.roots = {{-0.02, 0.0628318530717958623}, {-0.02, -0.0628318530717958623}};
  EXPECT_NEAR(stability_of(spectrum).frequency, 10.0, 1e-12);
  EXPECT_NEAR(stability_of(spectrum).damping, 20.0, 1e-12);
  EXPECT_EQ(stability_of(spectrum).unstable, 0);
}

}  // namespace
}  // namespace arcuate::steady
