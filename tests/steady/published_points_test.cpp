#include <algorithm>
#include <cmath>

#include "resting.hpp"

/// Fixed points and eigenvalues of single regions, as brainmass 0.1.1 has them and as Wendling's
/// columns have them with a drive of 90 per second; the numbers were computed by other programs.
namespace arcuate::steady {
namespace {

using test::Complex;
using test::Settings;

struct Published {
  const char* model;
  Settings settings;
  std::vector<double> point;  ///< the first states
  double tolerance;
  std::vector<Complex> roots = {};  ///< some of all eigenvalues [1/model time unit]
  double root_tolerance = 0.0;
  int starts = 40;
};

double distance(const Published& published, const std::vector<double>& state) {
  double most = 0.0;
  for (std::size_t k = 0; k < published.point.size(); ++k)
    most = std::max(most, std::abs(state[k] - published.point[k]) /
                              std::max(1.0, std::abs(published.point[k])));
  return most;
}

void expect_found(const Published& published) {
  SCOPED_TRACE(published.model);
  const comm::Communicator world(MPI_COMM_WORLD);
  if (world.size() > 1) return;  // nothing to share out
  const engine::SimulationSpec spec = test::study_of(published.model, published.settings);
  const auto network = test::at_rest(world, spec, test::one_region());
  const FixedPoints found = find_fixed_points(*network, {published.starts, 1});
  ASSERT_FALSE(found.points.empty());
  const FixedPoint* nearest = nullptr;
  for (const FixedPoint& point : found.points) {
    EXPECT_LT(point.correction, 1e-9);
    const auto here = distance(published, test::by_region(*network, point.state));
    if (nearest == nullptr || here < distance(published, test::by_region(*network, nearest->state)))
      nearest = &point;
  }
  EXPECT_LT(distance(published, test::by_region(*network, nearest->state)), published.tolerance);
  const Spectrum spectrum =
      rightmost(*network, network->linearise(nearest->state), 20, Delays::none);
  EXPECT_TRUE(spectrum.all);
  const double unit = spec.populations[0].model->info.time_unit;
  for (const Complex& wanted : published.roots) {
    double off = 1e300;
    for (const Complex& root : spectrum.roots)
      off = std::min(off, std::abs(root * unit - wanted));
    EXPECT_LT(off, published.root_tolerance) << wanted;
  }
}

TEST(PublishedFixedPoints, OfDynamicMeanFieldsAreFoundWithTheirEigenvalues) {
  expect_found({"ReducedWongWangExcInh",
                {},
                {0.164757207546, 0.0392184486318},
                1e-12,
                {-0.00598243, -0.23145182},
                6e-9});
  expect_found({"ReducedWongWangExcInh",
                {{"I_ext", 0.1}},
                {0.730734600757, 0.0958145234748},
                1e-12,
                {-0.03235858, -0.3650219},
                6e-8});
  expect_found({"ReducedWongWangExcInh", {{"J_i", 0.5}}, {0.53306619}, 6e-9});
  expect_found({"ReducedWongWangExcInh", {{"J_i", 1.5}}, {0.07559371}, 6e-9});
  expect_found(
      {"WongWang", {}, {0.759710032724, 0.759710032724}, 1e-12, {-28.6995, -32.8332}, 6e-5});
  expect_found({"WongWang", {}, {0.79985509704, 0.0}, 1e-11, {-40.9265, -10.0}, 6e-5});
  expect_found({"WongWang", {{"coherence", 0.25}}, {0.762116901739, 0.757240453374}, 1e-12});
  expect_found({"WongWang", {{"coherence", 0.5}}, {0.764464291824, 0.754704679582}, 1e-12});
}

TEST(PublishedFixedPoints, OfQuadraticNeuronsAreFoundWithTheirEigenvalues) {
  expect_found({"MontbrioPazoRoxin",
                {{"Delta", 0.001}},
                {0.0711838551034e-3, -2.23582921803},
                1e-11,
                {-4.42544896, -4.51786791},
                4e-7});
  expect_found({"MontbrioPazoRoxin",
                {{"I", 0.5}, {"Delta", 0.001}},
                {0.0750357437413e-3, -2.12105504865},
                1e-11,
                {-4.19466697, -4.28955322},
                4e-7});
  expect_found({"MontbrioPazoRoxin",
                {},
                {81.1344419501e-3, -1.96161998858},
                1e-11,
                {-2.44873842, -5.39774153},
                4e-7});
  expect_found({"MontbrioPazoRoxin",
                {},
                {1030.59679884e-3, -0.154429883026},
                1e-11,
                {{-0.30885978, 3.31862886}, {-0.30885978, -3.31862886}},
                4e-7});
}

TEST(PublishedFixedPoints, OfCoombesAndByrneAreFoundWithTheirEigenvalues) {
  expect_found({"CoombesByrne2D",
                {},
                {0.184725544027, -0.571408969899},
                1e-11,
                {{-2.01331656, 2.28962692}},
                4e-7});
  expect_found({"CoombesByrne2D",
                {{"k", 0}},
                {0.463251239324, -0.343560749723},
                1e-11,
                {{-0.6871215, 2.91069338}},
                4e-7});
  expect_found({"CoombesByrne2D",
                {{"k", 2}},
                {0.128103846837, -0.839939933501},
                1e-11,
                {{-2.88723018, 2.36071266}},
                4e-7});
  expect_found({"CoombesByrne2D",
                {{"eta", -3}},
                {0.0789059457338, -1.89307574818},
                1e-11,
                {{-4.15798701, 1.1291627}},
                4e-7});
}

TEST(PublishedFixedPoints, OfWilsonCowanPopulationsAreFound) {
  const Settings one{{"I_E", 1}, {"I_I", 0.5}};
  expect_found({"BrainmassWilsonCowan", {}, {0, 0}, 1e-12, {-0.59221954, -1.13490067}, 6e-9});
  expect_found({"BrainmassWilsonCowan", one, {0.4832600511, 0.2841691747}, 1e-10});
  expect_found({"BrainmassWilsonCowan",
                {{"I_E", 2}, {"I_I", 1}},
                {0.48880506047, 0.313881840381},
                1e-11,
                {-1.92061104, -3.30081114},
                6e-9});
  expect_found({"BrainmassWilsonCowanSimplified", one, {0.166856575, 0.0436501149}, 6e-10});
  expect_found({"BrainmassWilsonCowanLinear", one, {0.571126452903, 0.417371792651}, 1e-11});
  expect_found({"BrainmassWilsonCowanDivisive", one, {0.224646194602, 0.0235187678}, 1e-10});
  expect_found({"BrainmassWilsonCowanDivisiveInput", one, {0.211300180625, 0.0235044429}, 1e-10});
  expect_found({"BrainmassWilsonCowanAdaptive",
                one,
                {0.485239668969, 0.0675860457, 0.0485239669, 0.0054068837},
                1e-10});
}

TEST(PublishedFixedPoints, OfTwoVariableOscillatorsAreFoundWithTheirEigenvalues) {
  expect_found({"FitzHughNagumo",
                {{"V_ext", 0.3}},
                {0.0953644844578, 0.190728968916},
                1e-12,
                {-0.74996471, -0.09396887},
                6e-9});
  expect_found({"FitzHughNagumo",
                {{"V_ext", 1}},
                {0.427726180269, 0.855452360538},
                1e-12,
                {{0.12513114, 0.16571253}},
                6e-9});
  expect_found({"Generic2dOscillator",
                {{"a", 1}, {"b", 0}, {"c", -5}},
                {-1.61803398875, -12.0901699437},
                1e-11,
                {-0.36975109, -0.00149502},
                6e-9});
  expect_found({"Generic2dOscillator",
                {},
                {-0.188651752977, -0.113482470229},
                1e-12,
                {{-0.02238679, 0.0632005}},
                6e-8});
  expect_found({"Generic2dOscillator",
                {{"I", 3}},
                {0.103078001154, -3.03078001154},
                1e-11,
                {{-0.00413407, 0.06122314}},
                6e-9});
}

TEST(PublishedFixedPoints, OfColumnsAndEpilepsyAreFoundWithTheirEigenvalues) {
  expect_found({"Epileptor",
                {{"x0", -2.4}},
                {-1.62319712481, -12.17384453, 3.10721150076, -0.843640251914, 0, -0.162319712481},
                1e-9,
                {-18.567, -1.1352, -0.1, -0.0751, -0.01, -0.00136},
                6e-4});
  expect_found({"BrainmassJansenRit",
                {},
                {0.00192064, 0.677650688, 2.581452222},
                6e-9,
                {{-41.24, 17.08}},
                8e-3});
  expect_found({"BrainmassJansenRit",
                {{"E_ext", 220}},
                {0.113888588627, 24.6083847253, 17.0880947743},
                1e-11,
                {{0.83319591, 70.24609519}},
                1e-6});
  expect_found({"JansenRit",
                {{"v0", 6}, {"mu", 0.22}},
                {0.113888588627, 24.6083847253, 17.0880947743},
                1e-11,
                {{0.83319591e-3, 70.24609519e-3}},
                1e-9});
}

TEST(PublishedFixedPoints, OfAColumnWithInputToItsPyramidalCellsIsFoundWithItsEigenvalue) {
  expect_found({"BrainmassJansenRit",
                {{"M_ext", 3}},
                {0.0981861118975, 17.2532512493, 13.4977348536},
                1e-11,
                {{0.0341214441, 65.40362198}},
                1e-6});
}

TEST(PublishedFixedPoints, OfConductancesIsFoundWithItsEigenvalues) {
  expect_found({"LarterBreakspear",
                {{"d_V", 0.5}},
                {-0.186526189977, 0.223825969491, 0.104446890091},
                1e-11,
                {{-0.03216845, 0.68322997}, -0.06152187},
                6e-8});
}

TEST(PublishedFixedPoints, OfWendlingsColumnsAreFound) {
  const auto expect_column = [](double A, double B, double G, const std::vector<double>& point) {
    expect_found({"Wendling", {{"A", A}, {"B", B}, {"G", G}}, point, 6e-9, {}, 0.0, 4});
  };
  expect_column(3.25, 22, 10, {.008721017, 4.029466931, 2.921573002, .232501963, .086565126});
  expect_column(5, 50, 15, {.006132576, 5.912989368, 6.334821128, .154971499, .187698404});
  expect_column(5, 40, 15, {.013352694, 6.849625083, 5.777116093, .206174544, .171173810});
  expect_column(5, 10, 15, {.211033479, 31.499908420, 22.010288486, .472987861, .652156696});
  expect_column(5, 5, 25, {.234650658, 31.499984640, 12.580770741, 8.049526024, .372763578});
}

}  // namespace
}  // namespace arcuate::steady
