#include <gtest/gtest.h>

#include <Eigen/LU>
#include <algorithm>
#include <cmath>
#include <complex>
#include <vector>

#include "arcuate/equilibrium/eigenvalues.hpp"
#include "support/region.hpp"

/// Fixed points and eigenvalues of the models that brainmass 0.1.1 also has, against an independent
/// implementation in Python.
namespace {

using arcuate::test::Region;
using arcuate::test::Settings;
using arcuate::test::State;
using Complex = std::complex<double>;

Eigen::MatrixXd jacobian_of(const Region& region, std::size_t n) {
  const auto values = region.jacobian();
  const auto size = static_cast<Eigen::Index>(n);
  return Eigen::Map<const Eigen::Matrix<double, -1, -1, Eigen::RowMajor>>(values.data(), size,
                                                                          size);
}

/// Newton's method from the present state.
void settle(Region& region) {
  const std::size_t n = region.state().size();
  for (int iteration = 0; iteration < 12; ++iteration) {
    const State f = region.rate();
    const Eigen::VectorXd rate =
        Eigen::Map<const Eigen::VectorXd>(f.data(), static_cast<Eigen::Index>(n));
    const Eigen::VectorXd move = jacobian_of(region, n).fullPivLu().solve(rate);
    for (std::size_t i = 0; i < n; ++i)
      region.state()[i] -= move[static_cast<Eigen::Index>(i)];
  }
}

/// In ascending order of the real part, then of the imaginary part.
std::vector<Complex> sorted(std::vector<Complex> values) {
  std::sort(values.begin(), values.end(), [](Complex a, Complex b) {
    // Real parts of a pair may differ in the last bit.
    return std::abs(a.real() - b.real()) > 1e-12 ? a.real() < b.real() : a.imag() < b.imag();
  });
  return values;
}

std::vector<Complex> eigenvalues_of(const Region& region, std::size_t n) {
  return sorted(arcuate::equilibrium::eigenvalues(region.jacobian(), static_cast<int>(n)));
}

struct Rest {
  const char* model;
  Settings settings;
  std::vector<double> input;
  State point;
  double point_tolerance;
  std::vector<Complex> eigenvalues;  ///< all, or the rightmost ones; empty: not compared
  double eigenvalue_tolerance;
  State scale = {};  ///< of `point` to the units here; empty: 1
};

void expect_rest(const Rest& rest) {
  SCOPED_TRACE(std::string(rest.model) + (rest.settings.empty() ? "" : rest.settings.back().first));
  Region region(rest.model, rest.settings);
  if (!rest.input.empty()) region.input() = rest.input;
  const std::size_t n = rest.point.size();
  ASSERT_EQ(n, region.state().size());
  const auto scale = [&](std::size_t i) { return rest.scale.empty() ? 1.0 : rest.scale[i]; };
  for (std::size_t i = 0; i < n; ++i)
    region.state()[i] = rest.point[i] / scale(i) * (1.0 + 1e-4);
  settle(region);
  for (std::size_t i = 0; i < n; ++i) {
    EXPECT_NEAR(region.state()[i] * scale(i), rest.point[i],
                rest.point_tolerance * std::max(1.0, std::abs(rest.point[i])))
        << "state " << i;
  }
  if (rest.eigenvalues.empty()) return;
  const auto wanted = sorted(rest.eigenvalues);
  const auto found = eigenvalues_of(region, n);
  const std::size_t skipped = n - wanted.size();
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    EXPECT_NEAR(found[skipped + i].real(), wanted[i].real(), rest.eigenvalue_tolerance);
    EXPECT_NEAR(found[skipped + i].imag(), wanted[i].imag(), rest.eigenvalue_tolerance);
  }
}

/// a + i b and a - i b
std::vector<Complex> pair_of(double a, double b) {
  return {{a, -b}, {a, b}};
}

// Tolerances are the printed digits; 1e-7 of the largest eigenvalue where the reference took them
// from finite differences.

TEST(BrainmassFixedPoints, OfTheDynamicMeanField) {
  expect_rest({"ReducedWongWangExcInh",
               {},
               {},
               {0.164757207546, 0.0392184486318},
               1e-12,
               {-0.00598243, -0.23145182},
               6e-9});
  expect_rest({"ReducedWongWangExcInh",
               {{"I_ext", 0.1}},
               {},
               {0.730734600757, 0.0958145234748},
               1e-12,
               {-0.03235858, -0.3650219},
               6e-8});
  Region region("ReducedWongWangExcInh", {{"I_ext", 0.1}});
  region.state() = {0.730734600757, 0.0958145234748};
  EXPECT_NEAR(region.observe("H_e"), 42.33709864, 6e-9);
  EXPECT_NEAR(region.observe("H_i"), 9.58145235, 6e-9);
}

TEST(BrainmassFixedPoints, OfTheDecisionModelIncludeAStableSymmetricState) {
  expect_rest(
      {"WongWang", {}, {}, {0.759710032724, 0.759710032724}, 1e-12, {-28.6995, -32.8332}, 6e-5});
  expect_rest({"WongWang", {}, {}, {0.79985509704, 0.0}, 1e-11, {-40.9265, -10.0}, 6e-5});
  expect_rest(
      {"WongWang", {{"coherence", 0.25}}, {}, {0.762116901739, 0.757240453374}, 1e-12, {}, 0});
  expect_rest(
      {"WongWang", {{"coherence", 0.5}}, {}, {0.764464291824, 0.754704679582}, 1e-12, {}, 0});
}

TEST(BrainmassFixedPoints, OfTheDecisionModelHaveThePrintedRates) {
  struct Rates {
    double coherence;
    State state;
    double r1, r2, tolerance;
  };
  for (const Rates& rates :
       {Rates{0.0, {0.759710032724, 0.759710032724}, 49.323534906, 49.323534906, 1e-9},
        {0.0, {0.79985509704, 0.0}, 62.3460226008, 0.0, 1e-9},
        {0.25, {0.762116901739, 0.757240453374}, 49.98042877, 48.66306507, 3e-8},
        {0.5, {0.764464291824, 0.754704679582}, 50.63402101, 47.99873041, 6e-9}}) {
    Region region("WongWang", {{"coherence", rates.coherence}});
    region.state() = rates.state;
    EXPECT_NEAR(region.observe("r1"), rates.r1, rates.tolerance);
    EXPECT_NEAR(region.observe("r2"), rates.r2, rates.tolerance);
  }
}

TEST(BrainmassFixedPoints, OfThePublishedDecisionModelLeaveTheSymmetricStateUnstable) {
  const Settings published{{"theta", 0.4}, {"J_A_ext", 0.00052}, {"curved", 1.0}};
  expect_rest({"WongWang",
               published,
               {},
               {0.4244555916425081, 0.4244555916425081},
               1e-12,
               {-2.60443766, 4.34716921},
               1e-6});
  Region region("WongWang", published);
  region.state() = {0.11, 0.1};
  region.run(6.0, 1e-3);
  EXPECT_NEAR(region.state()[0], 0.6586942335232941, 1e-8);
  EXPECT_NEAR(region.state()[1], 0.05180719914935789, 1e-8);
  EXPECT_GT(region.observe("r1"), 15.0);
  EXPECT_LT(region.observe("r2"), 5.0);
}

TEST(BrainmassFixedPoints, OfQuadraticNeuronsInHertz) {
  const State hertz{1000.0, 1.0};
  expect_rest({"MontbrioPazoRoxin",
               {{"Delta", 0.001}},
               {},
               {0.0711838551034, -2.23582921803},
               1e-11,
               {-4.42544896, -4.51786791},
               4e-7,
               hertz});
  expect_rest({"MontbrioPazoRoxin",
               {{"I", 0.5}, {"Delta", 0.001}},
               {},
               {0.0750357437413, -2.12105504865},
               1e-11,
               {-4.19466697, -4.28955322},
               4e-7,
               hertz});
  expect_rest({"MontbrioPazoRoxin",
               {},
               {},
               {81.1344419501, -1.96161998858},
               1e-11,
               {-2.44873842, -5.39774153},
               4e-7,
               hertz});
  expect_rest({"MontbrioPazoRoxin",
               {},
               {},
               {1030.59679884, -0.154429883026},
               1e-11,
               pair_of(-0.30885978, 3.31862886),
               4e-7,
               hertz});
}

TEST(BrainmassFixedPoints, OfWilsonCowanPopulations) {
  const Settings one{{"I_E", 1}, {"I_I", 0.5}};
  expect_rest({"BrainmassWilsonCowan", {}, {}, {0, 0}, 1e-14, {-0.59221954, -1.13490067}, 6e-9});
  expect_rest({"BrainmassWilsonCowan", one, {}, {0.4832600511, 0.2841691747}, 1e-10, {}, 0});
  expect_rest({"BrainmassWilsonCowan",
               {{"I_E", 2}, {"I_I", 1}},
               {},
               {0.48880506047, 0.313881840381},
               1e-11,
               {-1.92061104, -3.30081114},
               6e-9});
  expect_rest(
      {"BrainmassWilsonCowanSimplified", one, {}, {0.166856575, 0.0436501149}, 6e-10, {}, 0});
  expect_rest(
      {"BrainmassWilsonCowanLinear", one, {}, {0.571126452903, 0.417371792651}, 1e-12, {}, 0});
  expect_rest(
      {"BrainmassWilsonCowanDivisive", one, {}, {0.224646194602, 0.0235187678}, 1e-10, {}, 0});
  expect_rest(
      {"BrainmassWilsonCowanDivisiveInput", one, {}, {0.211300180625, 0.0235044429}, 1e-10, {}, 0});
  expect_rest({"BrainmassWilsonCowanAdaptive",
               one,
               {},
               {0.485239668969, 0.0675860457, 0.0485239669, 0.0054068837},
               1e-10,
               {},
               0});
}

TEST(BrainmassFixedPoints, OfFitzHughNagumo) {
  expect_rest({"FitzHughNagumo",
               {{"V_ext", 0.3}},
               {},
               {0.0953644844578, 0.190728968916},
               1e-12,
               {-0.74996471, -0.09396887},
               6e-9});
  expect_rest({"FitzHughNagumo",
               {{"V_ext", 1}},
               {},
               {0.427726180269, 0.855452360538},
               1e-12,
               pair_of(0.12513114, 0.16571253),
               6e-9});
}

TEST(BrainmassFixedPoints, OfTheGenericOscillator) {
  expect_rest({"Generic2dOscillator",
               {{"a", 1}, {"b", 0}, {"c", -5}},
               {},
               {-1.61803398875, -12.0901699437},
               1e-11,
               {-0.36975109, -0.00149502},
               6e-9});
  expect_rest({"Generic2dOscillator",
               {},
               {},
               {-0.188651752977, -0.113482470229},
               1e-12,
               pair_of(-0.02238679, 0.0632005),
               6e-8});
  expect_rest({"Generic2dOscillator",
               {{"I", 3}},
               {},
               {0.103078001154, -3.03078001154},
               1e-11,
               pair_of(-0.00413407, 0.06122314),
               6e-9});
}

TEST(BrainmassFixedPoints, OfTheHealthyEpileptor) {
  const Rest rest{
      "Epileptor",
      {{"x0", -2.4}},
      {},
      {-1.62319712481, -12.17384453, 3.10721150076, -0.843640251914, 0, -0.162319712481},
      1e-9,
      {-18.567, -1.1352, -0.1, -0.0751, -0.01, -0.00136},
      6e-4};
  expect_rest(rest);
}

TEST(BrainmassFixedPoints, OfJansenRitInBothForms) {
  expect_rest({"BrainmassJansenRit",
               {},
               {},
               {0.00192064, 0.677650688, 2.581452222, 0, 0, 0},
               6e-9,
               pair_of(-41.24, 17.08),
               6e-3});
  const State alpha{0.113888588627, 24.6083847253, 17.0880947743, 0, 0, 0};
  expect_rest({"BrainmassJansenRit",
               {{"E_ext", 220}},
               {},
               alpha,
               1e-11,
               pair_of(0.83319591, 70.24609519),
               1e-6});
  expect_rest({"BrainmassJansenRit",
               {},
               {3.0, 0.0, 0.0},
               {0.0981861118975, 17.2532512493, 13.4977348536, 0, 0, 0},
               1e-11,
               pair_of(0.0341214441, 65.40362198),
               1e-6});
  expect_rest({"JansenRit",
               {{"v0", 6}, {"mu", 0.22}},
               {},
               alpha,
               1e-11,
               pair_of(0.83319591e-3, 70.24609519e-3),
               1e-9});
}

}  // namespace
