#include <gtest/gtest.h>

#include <cmath>
#include <set>
#include <string>
#include <vector>

#include "support/region.hpp"

/// The models that brainmass 0.1.1 also has, at parameters that all differ from the defaults,
/// against an independent implementation of the equations in Python.
namespace {

using arcuate::test::Region;
using arcuate::test::Settings;
using arcuate::test::State;

/// A right-hand side where every parameter differs from its default.
struct Sample {
  const char* model;
  Settings settings;
  State state;
  std::vector<double> input;
  State rate;
};

const std::vector<Sample>& samples() {
  static const std::vector<Sample> all{
      {"Hopf",
       {{"a", 0.25722}, {"w", 0.20602}, {"beta", 0.88029}, {"x_ext", 0.10554}, {"y_ext", 0.1709}},
       {0.323, 0.493},
       {0.379, 0.339},
       {0.36728293838274, 0.55249778384734}},
      {"StuartLandau",
       {{"a", 0.25298}, {"w", 0.17906}, {"x_ext", 0.11234}, {"y_ext", 0.19788}},
       {0.455, 0.214},
       {-0.00106, -0.0403},
       {0.07303350499999997, 0.23908632600000002}},
      {"VanDerPol",
       {{"mu", 1.7579}, {"x_ext", 0.1034}, {"y_ext", 0.21584}},
       {0.229, 0.23},
       {0.55, -0.0448},
       {0.6446052327456333, 0.30130907105068544}},
      {"FitzHughNagumo",
       {{"alpha", 2.8839},
        {"beta", 3.522},
        {"gamma", -1.3285},
        {"delta", 0.32787},
        {"epsilon", 0.56508},
        {"tau", 22.805},
        {"V_ext", 0.66278},
        {"w_ext", 0.09722}},
       {0.463, 0.451},
       {0.33, -0.296},
       {0.3954568325367, -0.20402977329532995}},
      {"Lorenz",
       {{"sigma", 11.067}, {"rho", 28.563}, {"beta", 2.4699}, {"x_ext", 0.4335}},
       {2.69, 7.03, 29.1},
       {0.374},
       {48.838280000000005, -8.474530000000007, -52.963390000000004}},
      {"ThresholdLinear",
       {{"tau_E", 0.018685},
        {"tau_I", 0.010744},
        {"beta_E", 0.060491},
        {"beta_I", 0.31293},
        {"E_ext", 9.0428},
        {"I_ext", 3.107}},
       {2.29, 0.576},
       {0.218, 0.0732},
       {-92.57719813754348, 39.01526303052867}},
      {"ThresholdLinear",
       {{"tau_E", 0.018685},
        {"tau_I", 0.010744},
        {"beta_E", 0.060491},
        {"beta_I", 0.31293},
        {"E_ext", 9.0428},
        {"I_ext", 3.107},
        {"reversed_I", 1.0}},
       {2.29, 0.576},
       {-40.0, 0.0732},
       {-122.55820176612256, -39.01526303052867}},
      {"HORN",
       {{"alpha", 0.038479},
        {"omega", 0.2187},
        {"gamma", 0.0091985},
        {"v", 0.605},
        {"I_ext", 0.26744}},
       {0.171, 0.452},
       {-0.0204},
       {0.452, -0.0035340372794931928}},
      {"WongWang",
       {{"tau_S", 0.095048},
        {"gamma", 0.60982},
        {"a", 288.55},
        {"theta", 0.35326},
        {"J_N11", 0.24991},
        {"J_N22", 0.23283},
        {"J_N12", 0.048371},
        {"J_N21", 0.053405},
        {"J_A_ext", 0.0002317},
        {"mu_0", 29.409},
        {"I_0", 0.29326},
        {"coherence", 0.28319},
        {"d", 0.14565}},
       {0.221, 0.428},
       {0.02015, 0.02835},
       {-1.8561967451515442, 1.6450992487180232}},
      {"WongWang",
       {{"tau_S", 0.095048},
        {"gamma", 0.60982},
        {"a", 288.55},
        {"theta", 0.35326},
        {"J_N11", 0.24991},
        {"J_N22", 0.23283},
        {"J_N12", 0.048371},
        {"J_N21", 0.053405},
        {"J_A_ext", 0.0002317},
        {"mu_0", 29.409},
        {"I_0", 0.29326},
        {"coherence", 0.28319},
        {"d", 0.14565},
        {"curved", 1.0}},
       {0.221, 0.428},
       {0.02015, 0.02835},
       {1.17653234227393, 2.1562148416441653}},
      {"BrainmassJansenRit",
       {{"Ae", 3.0653},
        {"Ai", 22.715},
        {"be", 111.85},
        {"bi", 54.668},
        {"C", 118.97},
        {"a1", 1.0916},
        {"a2", 0.76256},
        {"a3", 0.26872},
        {"a4", 0.27664},
        {"s_max", 4.4672},
        {"v0", 6.2776},
        {"r", 0.60774},
        {"M_ext", 1.1883},
        {"E_ext", 150.37},
        {"I_ext", -0.82997}},
       {0.129, 16.4, 12.8, 1.06, 41.3, 24.7},
       {-0.238, -0.281, -0.14},
       {1.06, 41.3, 24.7, -1453.8645039070711, -24240.398812157655, -17164.627837832846}},
      {"BrainmassWilsonCowan",
       {{"tau_E", 1.0697},
        {"tau_I", 1.1466},
        {"a_E", 1.2756},
        {"a_I", 1.1007},
        {"theta_E", 2.4988},
        {"theta_I", 3.7367},
        {"wEE", 11.23},
        {"wEI", 3.7026},
        {"wIE", 13.462},
        {"wII", 10.164},
        {"r", 1.0513},
        {"I_E", 0.6584},
        {"I_I", 0.43421}},
       {0.157, 0.492},
       {0.343, 0.456},
       {-0.08341454924167516, -0.435108239741055}},
      {"BrainmassWilsonCowanNoSaturation",
       {{"tau_E", 0.97074},
        {"tau_I", 0.88594},
        {"a_E", 1.273},
        {"a_I", 0.94547},
        {"theta_E", 2.8036},
        {"theta_I", 4.2107},
        {"wEE", 10.675},
        {"wEI", 4.0574},
        {"wIE", 14.806},
        {"wII", 9.6042},
        {"I_E", 0.66263},
        {"I_I", 0.4539}},
       {0.179, 0.446},
       {0.496, -0.176},
       {-0.08602223324375274, -0.5182829247158047}},
      {"BrainmassWilsonCowanSymmetric",
       {{"tau", 1.0225},
        {"a", 0.96253},
        {"theta", 3.237},
        {"wEE", 13.195},
        {"wEI", 4.1079},
        {"wIE", 11.73},
        {"wII", 12.184},
        {"r", 0.85344},
        {"I_E", 0.63457},
        {"I_I", 0.3771}},
       {0.179, 0.193},
       {-0.189, -0.246},
       {-0.01496946924264183, -0.19241452688037242}},
      {"BrainmassWilsonCowanSimplified",
       {{"tau_E", 1.0792},
        {"tau_I", 1.1474},
        {"a_E", 1.1697},
        {"a_I", 0.93261},
        {"theta_E", 2.8064},
        {"theta_I", 4.5734},
        {"w_exc", 7.7401},
        {"w_inh", 12.887},
        {"r", 0.94498},
        {"I_E", 0.8015},
        {"I_I", 0.42481}},
       {0.258, 0.508},
       {0.574, 0.447},
       {-0.2637699501670032, -0.44881221920401493}},
      {"BrainmassWilsonCowanLinear",
       {{"tau_E", 1.0668},
        {"tau_I", 0.92553},
        {"wEE", 0.69933},
        {"wEI", 0.33179},
        {"wIE", 1.0294},
        {"wII", 0.85124},
        {"r", 0.922},
        {"I_E", 0.60393},
        {"I_I", 0.39501}},
       {0.588, 0.192},
       {0.444, -0.0737},
       {0.04772988571338598, 0.4711480340357633}},
      {"BrainmassWilsonCowanDivisive",
       {{"tau_E", 0.91777},
        {"tau_I", 0.98623},
        {"a_E", 1.1034},
        {"a_I", 0.88576},
        {"theta_E", 3.0405},
        {"theta_I", 3.6626},
        {"wEE", 6.5516},
        {"wEI", 6.8596},
        {"wIE", 2.2597},
        {"wII", 4.8943},
        {"sigma_E", 1.0387},
        {"sigma_I", 0.86787},
        {"r", 1.0449},
        {"I_E", 0.63705},
        {"I_I", 0.43693}},
       {0.446, 0.378},
       {0.124, -0.108},
       {-0.38399658295185335, -0.36623725256480666}},
      {"BrainmassWilsonCowanDivisiveInput",
       {{"tau_E", 0.87281},
        {"tau_I", 0.94692},
        {"a_E", 1.2277},
        {"a_I", 0.92696},
        {"theta_E", 2.8162},
        {"theta_I", 3.8683},
        {"wEE", 5.2135},
        {"wEI", 7.3517},
        {"wIE", 1.7182},
        {"wII", 5.7609},
        {"sigma_E", 0.85666},
        {"sigma_I", 0.93091},
        {"r", 1.0939},
        {"I_E", 0.76081},
        {"I_I", 0.40077}},
       {0.409, 0.214},
       {0.0848, 0.154},
       {-0.35676597391190235, -0.20013416766256276}},
      {"BrainmassWilsonCowanAdaptive",
       {{"tau_E", 1.0338},
        {"tau_I", 0.86715},
        {"a_E", 1.1827},
        {"a_I", 0.99553},
        {"theta_E", 3.1996},
        {"theta_I", 3.8067},
        {"wEE", 13.296},
        {"wEI", 13.46},
        {"wIE", 3.7928},
        {"wII", 12.333},
        {"r", 1.0631},
        {"tau_aE", 102.49},
        {"tau_aI", 81.857},
        {"b_E", 0.098905},
        {"b_I", 0.090324},
        {"I_E", 0.75441},
        {"I_I", 0.37057}},
       {0.26, 0.205, 0.478, 0.21},
       {-0.0816, -0.142},
       {-0.22414476052080723, -0.25189015100249834, -0.004412964191628452, -0.0023392450248604273}},
      {"BrainmassWilsonCowanThreePopulation",
       {{"tau_E", 1.0555},   {"tau_I", 0.94241},  {"a_E", 1.2356}, {"a_I", 0.91837},
        {"theta_E", 2.7257}, {"theta_I", 4.5136}, {"wEE", 10.921}, {"wEI", 12.223},
        {"wIE", 3.6785},     {"wII", 11.977},     {"r", 1.0168},   {"tau_M", 1.8787},
        {"a_M", 0.8723},     {"theta_M", 3.2943}, {"wME", 8.5083}, {"wMI", 6.7861},
        {"wEM", 3.4228},     {"wIM", 2.1132},     {"wMM", 1.821},  {"I_E", 0.66702},
        {"I_I", 0.39855},    {"I_M", 0.27444}},
       {0.459, 0.141, 0.135},
       {0.53, 0.27, 0.363},
       {0.02308776212413524, -0.13049229530675924, 0.1860519255971498}},
  };
  return all;
}

TEST(BrainmassSamples, RightHandSidesAtOtherParametersAreThoseOfTheIndependentOnes) {
  std::set<std::string> sampled;
  for (const Sample& sample : samples()) {
    SCOPED_TRACE(sample.model);
    sampled.insert(sample.model);
    Region region(sample.model, sample.settings);
    region.state() = sample.state;
    region.input() = sample.input;
    const State f = region.rate();
    ASSERT_EQ(f.size(), sample.rate.size());
    for (std::size_t i = 0; i < f.size(); ++i)
      EXPECT_NEAR(f[i], sample.rate[i], 1e-12 * (1.0 + std::abs(sample.rate[i]))) << "rate " << i;
  }
  for (const auto* entry : arcuate::model::catalogue()) {
    const std::string name(entry->info.name);
    if (name.starts_with("Brainmass")) {
      EXPECT_TRUE(sampled.contains(name)) << name;
    }
  }
  EXPECT_EQ(sampled.size(), 18U);
}

TEST(BrainmassSamples, SamplesGiveEveryParameterOfTheirModel) {
  std::set<std::string> given;
  for (const Sample& sample : samples()) {
    for (const auto& [name, value] : sample.settings)
      given.insert(std::string(sample.model) + " " + name);
  }
  for (const Sample& sample : samples()) {
    for (const auto& parameter : arcuate::model::find(sample.model)->info.parameters) {
      const std::string name = std::string(sample.model) + " " + std::string(parameter.name);
      EXPECT_TRUE(given.contains(name)) << name;
    }
  }
}

}  // namespace
