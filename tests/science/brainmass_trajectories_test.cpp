#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "support/region.hpp"

/// Runs of the models that brainmass 0.1.1 also has, with its exponential Euler scheme and with the
/// classical Runge-Kutta scheme, against an independent implementation in Python (10 digits).
namespace {

using arcuate::model::Method;
using arcuate::test::expect_state;
using arcuate::test::Region;
using arcuate::test::Settings;
using arcuate::test::State;

struct Row {
  int steps;
  State state;
};

struct Trajectory {
  const char* model;
  Settings settings;
  State start;
  double dt;
  State scale;  ///< of the rows to the units here; empty: 1
  std::vector<Row> exponential, rk4;
};

const std::vector<Trajectory>& runs() {
  static const std::vector<Trajectory> all{
      {"Hopf",
       {},
       {0.5, 0},
       0.1,
       {},
       {{1, {0.5, 0.01}},
        {10, {0.4910193101, 0.09946186081}},
        {100, {-0.204013805, 0.4591241831}},
        {1000, {0.2615132493, 0.4285570408}}},
       {{1, {0.4999000031, 0.009999333329}},
        {10, {0.4900332872, 0.09933466492}},
        {100, {-0.2080734152, 0.45464871}},
        {1000, {0.2040410413, 0.4564726159}}}},
      {"VanDerPol",
       {},
       {0.02, 0.03},
       0.1,
       {},
       {{1, {0.01894803175, 0.032}},
        {10, {-0.007385383536, 0.04097088591}},
        {100, {-1.599378643, -0.9871978639}},
        {1000, {2.08163153, -1.253516827}}},
       {{1, {0.01884645026, 0.0319449036}},
        {10, {-0.007643036424, 0.03929438682}},
        {100, {-1.360564506, -1.196158975}},
        {1000, {1.400743058, 1.338318536}}}},
      {"FitzHughNagumo",
       {{"V_ext", 0.3}},
       {0.5, 0.1},
       0.1,
       {},
       {{1, {0.5075945362, 0.1022471898}},
        {10, {0.57257591, 0.1238789627}},
        {100, {0.06944425696, 0.2989736363}},
        {1000, {0.09531641808, 0.1907636231}}},
       {{1, {0.5074795882, 0.1022658909}},
        {10, {0.5711772315, 0.1240259645}},
        {100, {0.0682604939, 0.2956109196}},
        {1000, {0.0953161267, 0.1907640361}}}},
      {"Lorenz",
       {},
       {1, 1, 1},
       0.01,
       {},
       {{1, {1, 1.258704323, 0.9835535933}},
        {10, {1.950698177, 4.1651341, 1.046332875}},
        {100, {-4.243861734, -5.713482097, 18.87283725}},
        {1000, {-0.7224013852, -5.250055747, 26.08900333}}},
       {{1, {1.012567191, 1.259917799, 0.9848909718}},
        {10, {2.133106543, 4.471410648, 1.113898918}},
        {100, {-9.378615807, -8.357059955, 29.36240375}},
        {1000, {-4.902819484, -3.743407675, 24.69188599}}}},
      {"BrainmassJansenRit",
       {{"E_ext", 220}},
       {0, 0, 0, 0, 0, 0},
       0.0001,
       {},
       {{1, {0, 0, 0, 0.005400810651, 7.662261843, 0.6200234232}},
        {10,
         {2.309432778e-05, 0.03270638923, 0.002717154954, 0.04961233808, 70.06105547, 5.928763534}},
        {100, {0.001913163781, 2.040333489, 0.2246363397, 0.3799193649, 287.466863, 38.41719179}},
        {1000, {0.1496350464, 24.33511856, 17.34294082, -1.241373747, 30.71647134, 343.2232701}}},
       {{1,
         {2.709471788e-07, 0.0003843870519, 3.105280117e-05, 0.00540106722, 7.662138011,
          0.6200218668}},
        {10,
         {2.560402844e-05, 0.0362111034, 0.00301395433, 0.04967667581, 70.03018312, 5.928345665}},
        {100, {0.001945147261, 2.0502335, 0.2264705911, 0.3830796411, 286.5681954, 38.39692598}},
        {1000, {0.1492346967, 24.32365318, 17.34982381, -1.258413222, 31.21284039, 340.3161341}}}},
      {"BrainmassWilsonCowan",
       {{"I_E", 1}, {"I_I", 0.5}},
       {0, 0},
       0.1,
       {},
       {{1, {0.007076534313, 0.001060810127}},
        {10, {0.09129055141, 0.01819875223}},
        {100, {0.4832599863, 0.2841690643}},
        {1000, {0.4832600511, 0.2841691747}}},
       {{1, {0.00705958739, 0.001187957449}},
        {10, {0.09002868001, 0.01962770501}},
        {100, {0.4832599635, 0.2841690414}},
        {1000, {0.4832600511, 0.2841691747}}}},
      {"BrainmassWilsonCowanNoSaturation",
       {{"I_E", 1}, {"I_I", 0.5}},
       {0, 0},
       0.1,
       {},
       {{1, {0.007101409662, 0.001061397829}},
        {10, {0.1015143372, 0.01937652978}},
        {100, {0.966019273, 0.7262673453}},
        {1000, {0.9661737044, 0.726459414}}},
       {{1, {0.007086632443, 0.00118901087}},
        {10, {0.09998147898, 0.02113560425}},
        {100, {0.9660126815, 0.7262693184}},
        {1000, {0.9661737044, 0.726459414}}}},
      {"BrainmassWilsonCowanSymmetric",
       {{"I_E", 1}, {"I_I", 0.5}},
       {0, 0},
       0.1,
       {},
       {{1, {0.004292525861, 0.001519216827}},
        {10, {0.03866511419, 0.015429577}},
        {100, {0.466994395, 0.3024597968}},
        {1000, {0.4671020209, 0.302605924}}},
       {{1, {0.004272124723, 0.001631190048}},
        {10, {0.03830930303, 0.01599960582}},
        {100, {0.4669205229, 0.3023846395}},
        {1000, {0.4671020209, 0.302605924}}}},
      {"BrainmassWilsonCowanSimplified",
       {{"I_E", 1}, {"I_I", 0.5}},
       {0, 0},
       0.1,
       {},
       {{1, {0.006920709875, 0.001059335648}},
        {10, {0.0592918152, 0.01091448311}},
        {100, {0.1668933419, 0.04362576533}},
        {1000, {0.166856575, 0.04365011492}}},
       {{1, {0.006847417176, 0.001135051003}},
        {10, {0.05812207558, 0.01124057072}},
        {100, {0.1663701712, 0.04343504525}},
        {1000, {0.166856575, 0.04365011492}}}},
      {"BrainmassWilsonCowanLinear",
       {{"I_E", 1}, {"I_I", 0.5}},
       {0, 0},
       0.1,
       {},
       {{1, {0.0942329694, 0.0445593937}},
        {10, {0.4937659962, 0.3202994209}},
        {100, {0.5711264534, 0.4173717927}},
        {1000, {0.5711264529, 0.4173717927}}},
       {{1, {0.09333370263, 0.04889781463}},
        {10, {0.4915866245, 0.3255166954}},
        {100, {0.5711264533, 0.4173717923}},
        {1000, {0.5711264529, 0.4173717927}}}},
      {"BrainmassWilsonCowanDivisive",
       {{"I_E", 1}, {"I_I", 0.5}},
       {0, 0},
       0.1,
       {},
       {{1, {0.006844512674, 0.001073921585}},
        {10, {0.05666193171, 0.008081154044}},
        {100, {0.2069218052, 0.02201717711}},
        {1000, {0.2246461946, 0.02351876784}}},
       {{1, {0.006820820958, 0.001092803407}},
        {10, {0.05645326943, 0.008176603494}},
        {100, {0.2065217751, 0.02200847719}},
        {1000, {0.2246461946, 0.02351876784}}}},
      {"BrainmassWilsonCowanDivisiveInput",
       {{"I_E", 1}, {"I_I", 0.5}},
       {0, 0},
       0.1,
       {},
       {{1, {0.006844512674, 0.001077213411}},
        {10, {0.05810798205, 0.008293182126}},
        {100, {0.2030638818, 0.02273554583}},
        {1000, {0.2113001806, 0.02350444288}}},
       {{1, {0.006845342837, 0.001096163623}},
        {10, {0.0580567485, 0.008397753312}},
        {100, {0.2028277565, 0.02273131732}},
        {1000, {0.2113001806, 0.02350444288}}}},
      {"BrainmassWilsonCowanAdaptive",
       {{"I_E", 1}, {"I_I", 0.5}},
       {0, 0, 0, 0},
       0.1,
       {},
       {{1, {0.007076534313, 0.001060810127, 0, 0}},
        {10, {0.08410393858, 0.009097627257, 3.424382362e-05, 4.259250865e-06}},
        {100, {0.4855676886, 0.06783705943, 0.003812312822, 0.0004937285378}},
        {1000, {0.4853769025, 0.06767218153, 0.03035776434, 0.003819357727}}},
       {{1, {0.007002385531, 0.001099004482, 3.496101064e-07, 5.547429174e-08}},
        {10, {0.08251649547, 0.009357293081, 3.781424819e-05, 4.857195633e-06}},
        {100, {0.485567473, 0.06783669072, 0.003821691937, 0.0004978648706}},
        {1000, {0.4853768157, 0.06767206142, 0.03036156414, 0.003820685555}}}},
      {"BrainmassWilsonCowanThreePopulation",
       {{"I_E", 1}, {"I_I", 0.5}, {"I_M", 0.2}},
       {0, 0, 0},
       0.1,
       {},
       {{1, {0.007076534313, 0.001060810127, 0.0003057253672}},
        {10, {0.0861937288, 0.00924626596, 0.007043295994}},
        {100, {0.4900335965, 0.1027781641, 0.3965220183}},
        {1000, {0.4900409084, 0.1029460207, 0.397675537}}},
       {{1, {0.007010208624, 0.001099958083, 0.0003480381661}},
        {10, {0.08504389993, 0.009555374465, 0.007551817802}},
        {100, {0.4900335136, 0.1027822659, 0.3965019582}},
        {1000, {0.4900409084, 0.1029460207, 0.397675537}}}},
      {"ReducedWongWangExcInh",
       {},
       {0.001, 0.001},
       0.1,
       {},
       {{1, {0.001219721093, 0.001598238738}},
        {10, {0.003042323256, 0.006300776639}},
        {100, {0.01478701145, 0.02380389267}},
        {1000, {0.07813649567, 0.03179924572}}},
       {{1, {0.001217789053, 0.001598581958}},
        {10, {0.003025973306, 0.006303207101}},
        {100, {0.01472885881, 0.02380506243}},
        {1000, {0.07808465533, 0.03179720136}}}},
      {"MontbrioPazoRoxin",
       {{"Delta", 0.001}, {"I", 0.5}},
       {0, 0},
       0.1,
       {1000.0, 1.0},
       {{1, {0.03183098862, -0.45}},
        {10, {0.08372881758, -2.062789297}},
        {100, {0.07503574374, -2.121055049}},
        {1000, {0.07503574374, -2.121055049}}},
       {{1, {0.03089961146, -0.4433385799}},
        {10, {0.08179901824, -2.060853985}},
        {100, {0.07503574374, -2.121055049}},
        {1000, {0.07503574374, -2.121055049}}}},
      {"Epileptor",
       {},
       {-1.5, -10, 3.5, -1, 0, 0},
       0.1,
       {},
       {{1, {-1.5138459, -10.02379065, 3.499891502, -0.9592144194, 0, -0.000149925025}},
        {10, {-1.539149716, -10.4063214, 3.498882673, -0.7657375048, 0, -0.001515666616}},
        {100,
         {-1.701388579, -13.24721114, 3.487499592, 0.7512824668, 0.7398402468, -0.01542555027}},
        {1000,
         {-1.765790016, -14.60139827, 3.356993196, -0.8189034057, 0.0002144847875, -0.1119207526}}},
       {{1, {-1.513590043, -10.03812936, 3.499890133, -0.9590618492, 0, -0.0001509028212}},
        {10, {-1.543715391, -10.45706149, 3.498875342, -0.765533515, 0, -0.001520877616}},
        {100,
         {-1.713500629, -13.46325666, 3.487353301, 0.6972706103, 0.7195098222, -0.01552579873}},
        {1000,
         {-1.765057951, -14.58795018, 3.356639958, -0.8190324034, 0.0002037380108,
          -0.1120212229}}}},
      {"Generic2dOscillator",
       {{"a", 1}, {"b", 0}, {"c", -5}},
       {0.5, -2},
       0.1,
       {},
       {{1, {0.4972438032, -1.996503498}},
        {10, {0.4722037893, -1.964130718}},
        {100, {0.2098351472, -1.575452351}},
        {1000, {-0.09533426804, 0.3534714601}}},
       {{1, {0.4972473229, -1.996489773}},
        {10, {0.4722418298, -1.963998589}},
        {100, {0.2104387551, -1.574678463}},
        {1000, {-0.09310943167, 0.3564607826}}}},
  };
  return all;
}

void expect_rows(const Trajectory& run, Method method, const std::vector<Row>& rows) {
  SCOPED_TRACE(run.model);
  Region region(run.model, run.settings, method);
  region.state() = run.start;
  int done = 0;
  for (const Row& row : rows) {
    region.advance(row.steps - done, run.dt);
    done = row.steps;
    ASSERT_EQ(row.state.size(), run.start.size());
    for (std::size_t i = 0; i < row.state.size(); ++i) {
      const double scale = run.scale.empty() ? 1.0 : run.scale[i];
      EXPECT_NEAR(scale * region.state()[i], row.state[i], 6e-10 * std::abs(row.state[i]) + 1e-13)
          << "state " << i << " after " << done << " steps";
    }
  }
}

TEST(BrainmassTrajectories, OfExponentialEulerAreThoseOfTheIndependentImplementation) {
  for (const Trajectory& run : runs())
    expect_rows(run, Method::exponential_euler, run.exponential);
}

TEST(BrainmassTrajectories, OfRungeKuttaAreThoseOfTheIndependentImplementation) {
  for (const Trajectory& run : runs())
    expect_rows(run, Method::rk4, run.rk4);
}

TEST(BrainmassTrajectories, OfHarmonicOscillatorsUseTheNewVelocityForThePosition) {
  expect_rows({"HORN", {{"I_ext", 1}}, {0, 0}, 0.1, {}, {}, {}}, Method::symplectic_euler,
              {{100, {.9314890864, .09626008216}}, {1000, {.8094603719, -.02120172553}}});
}

TEST(BrainmassTrajectories, OfThresholdLinearRatesWithTheSignOfTheOriginalGrow) {
  expect_rows({"ThresholdLinear",
               {{"E_ext", 10}, {"I_ext", 1}, {"reversed_I", 1}},
               {0, 0.5},
               1e-4,
               {},
               {},
               {}},
              Method::exponential_euler,
              {{1, {.003291763733, .5014974749}},
               {10, {.03218857983, .5156704668}},
               {100, {.2596897646, .7560239924}}});
}

TEST(BrainmassTrajectories, OfThresholdLinearRatesRelaxToTheirRectifiedInputs) {
  Region region("ThresholdLinear", {{"E_ext", 10}, {"I_ext", -1}}, Method::exponential_euler);
  region.state() = {0.0, 0.5};
  region.advance(100, 1e-4);
  EXPECT_NEAR(region.state()[0], 0.66 * (1.0 - std::exp(-0.5)), 1e-12);
  EXPECT_NEAR(region.state()[1], 0.5 * std::exp(-1.0), 1e-12);
}

/// One step of the original scheme, which holds the firing rates.
void held_rate_step(Region& region, double dt) {
  const double r[] = {region.observe("r1"), region.observe("r2")};
  const State f = region.rate();
  for (std::size_t k = 0; k < 2; ++k) {
    const double own = -10.0 - 0.641 * r[k];  // 1/tau_S = 10 per second
    region.state()[k] += std::expm1(dt * own) / own * f[k];
  }
}

TEST(BrainmassTrajectories, OfTheDecisionModelWithHeldRatesAreThoseOfTheOriginal) {
  Region region("WongWang", {{"coherence", 0.32}});
  region.state() = {0.0, 0.0};
  EXPECT_NEAR(region.observe("r1"), 6.5832156, 1e-9);
  EXPECT_NEAR(region.observe("r2"), 5.4204444, 1e-9);
  int done = 0;
  for (const Row& row : {Row{1, {.000421684234762, .000347216504981}},
                         {1000, {.640049046631, .563163948984}},
                         {8000, {.762780033331, .756537265409}}}) {
    for (; done < row.steps; ++done)
      held_rate_step(region, 1e-4);
    expect_state(region, row.state, 6e-12);
  }
}

TEST(BrainmassTrajectories, OfFitzHughNagumoConvergeWithTheOrderOfTheMethod) {
  const auto end = [](Method method, double dt) {
    Region region("FitzHughNagumo", {{"V_ext", 0.3}}, method);
    region.state() = {0.5, 0.1};
    region.advance(std::llround(4.0 / dt), dt);
    return region.state()[0];
  };
  struct Ladder {
    Method method;
    double at_02, at_01, at_005;
  };
  for (const Ladder& ladder :
       {Ladder{Method::exponential_euler, 0.6609556906, 0.6559487618, 0.6534432672},
        Ladder{Method::heun, 0.6508461667, 0.6509137970, 0.6509303885},
        Ladder{Method::rk4, 0.6509358207, 0.6509358618, 0.6509358644}}) {
    EXPECT_NEAR(end(ladder.method, 0.2), ladder.at_02, 6e-11);
    EXPECT_NEAR(end(ladder.method, 0.1), ladder.at_01, 6e-11);
    EXPECT_NEAR(end(ladder.method, 0.05), ladder.at_005, 6e-11);
  }
  EXPECT_NEAR(end(Method::rk4, 0.0025), 0.650935864602, 6e-13);
}

TEST(BrainmassTrajectories, OfALinearHopfOscillatorAreExactWithExponentialEuler) {
  Region region("Hopf", {{"a", -1}, {"w", 0}, {"beta", 0}}, Method::exponential_euler);
  region.state() = {1.0, 0.0};
  region.advance(50, 0.1);
  EXPECT_NEAR(region.state()[0], std::exp(-5.0), 1e-14);
}

TEST(BrainmassTrajectories, OfTheLorenzSystemSeparateFromASmallPerturbation) {
  Region one("Lorenz", {}, Method::exponential_euler),
      other("Lorenz", {}, Method::exponential_euler);
  other.state()[0] += 1e-3;
  double widest = 0.0, largest = 0.0;
  for (int n = 0; n < 1500; ++n) {
    one.advance(1, 0.01);
    other.advance(1, 0.01);
    widest = std::max(widest, std::abs(one.state()[0] - other.state()[0]));
    for (const double x : one.state())
      largest = std::max(largest, std::abs(x));
  }
  EXPECT_GT(widest, 1.0);  // a thousand times the perturbation
  EXPECT_LT(largest, 100.0);
}

TEST(SymplecticEuler, KeepsTheModifiedEnergyOfAnUndampedOscillator) {
  constexpr double h = 0.5, omega = 0.3;
  Region region("HORN", {{"gamma", 0}, {"alpha", 0}, {"omega", omega}}, Method::symplectic_euler);
  region.state() = {1.0, 0.0};
  // y^2 + omega^2 x^2 - h omega^2 x y is invariant: Hairer, Lubich, Wanner (2006), chapter IX.
  const auto energy = [&] {
    const double x = region.state()[0], y = region.state()[1];
    return y * y + omega * omega * x * (x - h * y);
  };
  const double start = energy();
  region.advance(100000, h, [&] { ASSERT_NEAR(energy(), start, 1e-12); });
}

}  // namespace
