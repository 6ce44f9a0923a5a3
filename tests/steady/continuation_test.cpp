#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>

#include "arcuate/core/error.hpp"
#include "arcuate/steady/continuation.hpp"
#include "resting.hpp"

/// Bifurcations of single regions where papers and closed forms have them.
namespace arcuate::steady {
namespace {

using test::Settings;

struct Found {
  std::vector<BranchPoint> folds, hopfs;
  std::size_t branches = 0;
};

/// A region whose parameter goes from one value to another.
Found bifurcations(const char* model, const Settings& settings, const char* parameter, double from,
                   double to) {
  const comm::Communicator alone(MPI_COMM_SELF);
  const auto network = test::at_rest(alone, test::study_of(model, settings), test::one_region());
  equilibrium::ContinueOptions options;
  options.path = std::string("model.parameters.") + parameter;
  options.from = from;
  options.to = to;
  const auto branches = follow(*network, options, {12, 1});
  Found found;
  found.branches = branches.size();
  for (const Branch& branch : branches) {
    for (const BranchPoint& point : branch.points) {
      if (point.bifurcation == Bifurcation::fold) found.folds.push_back(point);
      if (point.bifurcation == Bifurcation::hopf) found.hopfs.push_back(point);
    }
  }
  const auto by_value = [](const BranchPoint& a, const BranchPoint& b) {
    return a.parameter < b.parameter;
  };
  std::sort(found.folds.begin(), found.folds.end(), by_value);
  std::sort(found.hopfs.begin(), found.hopfs.end(), by_value);
  return found;
}

/// The drive [1/ms] at which a Jansen-Rit column rests with a potential y: closed form.
double drive_at(double y) {
  const auto rate = [](double v) { return 0.005 / (1.0 + std::exp(0.56 * (6.0 - v))); };
  const double y0 = 3.25 / 0.1 * rate(y);
  const double y2 = 22.0 / 0.05 * 33.75 * rate(33.75 * y0);
  return (y + y2) * 0.1 / 3.25 - 108.0 * rate(135.0 * y0);
}

/// Where it turns between two potentials.
double turn_of_drive(double low, double high) {
  const auto slope = [](double y) { return drive_at(y + 1e-5) - drive_at(y - 1e-5); };
  const bool rising = slope(low) > 0.0;
  for (int k = 0; k < 60; ++k) {
    const double middle = 0.5 * (low + high);
    ((slope(middle) > 0.0) == rising ? low : high) = middle;
  }
  return drive_at(low);
}

// Grimbert and Faugeras 2006 (doi:10.1162/neco.2006.18.12.3052): a saddle-node at p = 113.58, Hopf
// bifurcations at p = 89.83 and 315.70 per second (the digits that they print).
TEST(Continuation, FindsTheBifurcationsOfJansenRitThatWerePublished) {
  const Found found = bifurcations("JansenRit", {{"v0", 6.0}}, "mu", -0.05, 0.4);
  ASSERT_EQ(found.folds.size(), 2U);
  EXPECT_NEAR(found.folds[1].parameter, 0.11358, 1e-5);
  EXPECT_NEAR(found.folds[1].parameter, turn_of_drive(1.0, 3.0), 1e-9);
  EXPECT_NEAR(found.folds[0].parameter, turn_of_drive(4.0, 8.0), 1e-9);
  ASSERT_GE(found.hopfs.size(), 2U);
  EXPECT_NEAR(found.hopfs[found.hopfs.size() - 2].parameter, 0.08983, 6e-6);
  EXPECT_NEAR(found.hopfs.back().parameter, 0.31570, 6e-6);
  for (const BranchPoint& fold : found.folds) {
    double nearest = 1.0;
    for (const auto& root : fold.roots)
      nearest = std::min(nearest, std::abs(root));
    EXPECT_LT(nearest, 1e-6);
  }
}

// Montbrio, Pazo and Roxin 2015 (doi:10.1103/PhysRevX.5.021028): fixed points have
// eta = pi^2 r^2 - J r - Delta^2/(4 pi^2 r^2); folds are where that has an extremum.
TEST(Continuation, FindsTheFoldsOfQuadraticNeuronsThatHaveAClosedForm) {
  const double pi = std::numbers::pi, J = 15.0, Delta = 1.0;
  const auto slope = [&](double r) {
    return 2.0 * pi * pi * r - J + Delta * Delta / (2.0 * pi * pi * r * r * r);
  };
  const auto eta = [&](double r) {
    return pi * pi * r * r - J * r - Delta * Delta / (4.0 * pi * pi * r * r);
  };
  std::vector<double> expected;
  for (double low = 0.02; low < 2.0; low += 0.01) {
    double a = low, b = low + 0.01;
    if (slope(a) * slope(b) > 0.0) continue;
    for (int k = 0; k < 100; ++k) {
      const double middle = 0.5 * (a + b);
      (slope(a) * slope(middle) > 0.0 ? a : b) = middle;
    }
    expected.push_back(eta(a));
  }
  std::sort(expected.begin(), expected.end());
  ASSERT_EQ(expected.size(), 2U);
  const Found found = bifurcations("MontbrioPazoRoxin", {}, "eta", -10.0, 0.0);
  EXPECT_EQ(found.branches, 1U);
  ASSERT_EQ(found.folds.size(), 2U);
  EXPECT_NEAR(found.folds[0].parameter, expected[0], 1e-8);
  EXPECT_NEAR(found.folds[1].parameter, expected[1], 1e-8);
}

// Proix et al. 2014 (doi:10.1523/JNEUROSCI.1689-14.2014): healthy below x0 = -2.06, near the knee
// of the nullcline of x1. At rest 4 (x - x0) = z = 1 + I - x^3 - 2 x^2, and the trace is 0 where 3
// x^2 + 4 x + r = 0 in the units of the equations.
TEST(Continuation, FindsWhereTheTwoDimensionalEpileptorBecomesUnstable) {
  const Found found = bifurcations("Epileptor2D", {}, "x0", -2.4, -1.8);
  ASSERT_EQ(found.hopfs.size(), 1U);
  const double r = 0.00035;
  const double x = (-4.0 - std::sqrt(16.0 - 12.0 * r)) / 6.0;
  const double x0 = x - (4.1 - x * x * x - 2.0 * x * x) / 4.0;
  EXPECT_NEAR(found.hopfs[0].parameter, x0, 1e-8);
  EXPECT_NEAR(found.hopfs[0].parameter, -2.06, 0.005);
}

// Wilson and Cowan 1972 (doi:10.1016/S0006-3495(72)86068-5), the parameters of their limit cycle
// (fig. 11, P = 1.25): it begins where two fixed points vanish and ends in a Hopf bifurcation,
// where the trace of the two equations is 0. Digits: AUTO-07p 0.9.2 (tests/bench/compare_auto.py).
TEST(Continuation, FindsWhereTheLimitCycleOfWilsonAndCowanBeginsAndEnds) {
  const Found found = bifurcations("BrainmassWilsonCowan",
                                   {{"wEE", 16.0},
                                    {"wEI", 12.0},
                                    {"wIE", 15.0},
                                    {"wII", 3.0},
                                    {"a_E", 1.3},
                                    {"theta_E", 4.0},
                                    {"a_I", 2.0},
                                    {"theta_I", 3.7}},
                                   "I_E", 0.0, 3.0);
  ASSERT_EQ(found.folds.size(), 2U);
  EXPECT_LT(found.folds[1].parameter, 1.25);
  ASSERT_EQ(found.hopfs.size(), 1U);
  EXPECT_GT(found.hopfs[0].parameter, 1.25);
  EXPECT_NEAR(found.folds[0].parameter, 0.9031974176, 1e-8);
  EXPECT_NEAR(found.folds[1].parameter, 1.0830159404, 1e-8);
  EXPECT_NEAR(found.hopfs[0].parameter, 1.9092527182, 1e-8);
  const auto sigmoid = [](double x) { return 1.0 / (1.0 + std::exp(-x)); };
  for (const BranchPoint& hopf : found.hopfs) {
    const double E = hopf.state[0], I = hopf.state[1];
    const double e = 1.3 * (16.0 * E - 12.0 * I + hopf.parameter - 4.0);
    const double i = 2.0 * (15.0 * E - 3.0 * I - 3.7);
    const double Fe = sigmoid(e) - sigmoid(-1.3 * 4.0), Fi = sigmoid(i) - sigmoid(-2.0 * 3.7);
    const double de = 1.3 * sigmoid(e) * (1.0 - sigmoid(e));
    const double di = 2.0 * sigmoid(i) * (1.0 - sigmoid(i));
    EXPECT_NEAR(E, (1.0 - E) * Fe, 1e-12);
    EXPECT_NEAR(I, (1.0 - I) * Fi, 1e-12);
    const double trace = -2.0 - Fe - Fi + (1.0 - E) * de * 16.0 - (1.0 - I) * di * 3.0;
    EXPECT_NEAR(trace, 0.0, 1e-7);
  }
}

/// Inputs rho_x, rho_y at which x' = -x + S(rho_x + 10 x - 10 y), y' = -y + S(rho_y + 10 x + 2 y)
/// with S(u) = 1/(1 + e^-u) rests at x, y.
std::array<double, 2> inputs_at(double x, double y) {
  const auto logit = [](double p) { return std::log(p / (1.0 - p)); };
  return {logit(x) - 10.0 * x + 10.0 * y, logit(y) - 10.0 * x - 2.0 * y};
}

double distance_to(const std::vector<BranchPoint>& points, double parameter) {
  double nearest = std::numeric_limits<double>::infinity();
  for (const BranchPoint& point : points)
    nearest = std::min(nearest, std::abs(point.parameter - parameter));
  return nearest;
}

// Bifurcation sets of Wilson-Cowan populations without refractoriness have a closed form: Borisyuk
// and Kirillov 1992 (doi:10.1007/BF00203668); Hoppensteadt and Izhikevich 1997
// (doi:10.1007/978-1-4612-1828-9), section 2.2, with a = b = c = 10 and d = -2. With X = x(1 - x)
// and Y = y(1 - y) the determinant is 0 where Y (120 X - 2) = 10 X - 1, the trace where Y = 1 - 5
// X.
TEST(Continuation, FindsTheBifurcationSetsOfWilsonAndCowanThatHaveAClosedForm) {
  const auto lower = [](double product) { return 0.5 * (1.0 - std::sqrt(1.0 - 4.0 * product)); };
  const auto along_x = [](double rho_y) {
    return bifurcations("WilsonCowan",
                        {{"c_ee", 10.0},
                         {"c_ei", 10.0},
                         {"c_ie", 10.0},
                         {"c_ii", -2.0},
                         {"tau_e", 1.0},
                         {"tau_i", 1.0},
                         {"a_e", 1.0},
                         {"b_e", 0.0},
                         {"a_i", 1.0},
                         {"b_i", 0.0},
                         {"r_e", 0.0},
                         {"r_i", 0.0},
                         {"shift_sigmoid", 0.0},
                         {"Q", rho_y}},
                        "P", -10.0, 10.0);
  };
  for (const double X : {0.16, 0.18, 0.195}) {
    const double Y = 1.0 - 5.0 * X;
    const bool saddle = (10.0 * X - 1.0) * (2.0 * Y - 1.0) + 100.0 * X * Y < 0.0;
    const auto [rho_x, rho_y] = inputs_at(lower(X), lower(Y));
    const double distance = distance_to(along_x(rho_y).hopfs, rho_x);
    if (saddle)
      EXPECT_GT(distance, 0.1) << "a saddle whose trace is 0 is no Hopf bifurcation";
    else
      EXPECT_LT(distance, 1e-8) << "trace 0 at X = " << X;
  }
  for (const double X : {0.12, 0.2}) {
    const double Y = (10.0 * X - 1.0) / (120.0 * X - 2.0);
    for (const double y : {lower(Y), 1.0 - lower(Y)}) {
      const auto [rho_x, rho_y] = inputs_at(lower(X), y);
      EXPECT_LT(distance_to(along_x(rho_y).folds, rho_x), 1e-8) << "determinant 0 at X = " << X;
    }
  }
}

// x' = a x + b x(t - tau): the pair crosses where b cos(w tau) = -a and b sin(w tau) = -w.
TEST(Continuation, SeesDelaysWhereAHopfBifurcationComesFromThem) {
  const comm::Communicator alone(MPI_COMM_SELF);
  network::Connectome connectome = test::one_region();
  connectome.row = {0, 1};
  connectome.source = {0};
  connectome.weight = {-1.0};
  connectome.length = {3.0 * 2.0};  // 2 ms
  const auto network = test::at_rest(
      alone, test::study_of("Linear", {{"gamma", -0.3}}, network::CouplingForm::linear, 0.1),
      connectome);
  equilibrium::ContinueOptions options;
  options.path = "coupling.gain";
  options.from = 0.1;
  options.to = 2.0;
  const auto branches = follow(*network, options, {1, 1});
  ASSERT_EQ(branches.size(), 1U);
  std::vector<BranchPoint> hopfs;
  for (const BranchPoint& point : branches[0].points) {
    if (point.bifurcation == Bifurcation::hopf) hopfs.push_back(point);
  }
  ASSERT_EQ(hopfs.size(), 1U);
  double low = 0.25 * std::numbers::pi, high = 0.5 * std::numbers::pi;  // w: tan(2 w) = -w/0.3
  for (int k = 0; k < 100; ++k) {
    const double w = 0.5 * (low + high);
    (std::sin(2.0 * w) * 0.3 + w * std::cos(2.0 * w) > 0.0 ? low : high) = w;
  }
  EXPECT_NEAR(hopfs[0].parameter, low / std::sin(2.0 * low), 1e-8);
}

TEST(Continuation, NamesTheNearestPathWhenThereIsNone) {
  const engine::SimulationSpec spec = test::study_of("JansenRit");
  try {
    const FollowedParameter none(spec, "model.parameters.mux");
    FAIL();
  } catch (const ConfigError& error) {
    EXPECT_NE(std::string(error.what()).find("model.parameters.mu'"), std::string::npos)
        << error.what();
  }
}

}  // namespace
}  // namespace arcuate::steady
