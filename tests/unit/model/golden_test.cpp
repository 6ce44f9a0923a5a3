#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "rhs_samples.hpp"
#include "places.hpp"

namespace {

using arcuate::model::Entry;
using arcuate::test::expect_rate;
using arcuate::test::RhsSample;
using arcuate::test::Settings;

/// The Virtual Brain's choice where the default of a model is the correct one.
Settings settings_of_the_virtual_brain(const std::string& model) {
  if (model == "Hopfield") return {{"theta_as_x", 1.0}};
  if (model == "ZetterbergJansen") return {{"ke_in_v5", 1.0}};
  return {};
}

/// All modes of a variable, then the next variable.
std::vector<double> flat(const nlohmann::json& variables) {
  std::vector<double> values;
  for (const auto& modes : variables)
    values.insert(values.end(), modes.begin(), modes.end());
  return values;
}

nlohmann::json golden_samples() {
  return nlohmann::json::parse(std::ifstream(ARCUATE_SOURCE "/tests/data/golden/tvb_rhs.json"));
}

TEST(Golden, RightHandSidesEqualTheVirtualBrainAtItsDefaults) {
  const auto golden = golden_samples();
  for (const auto& [name, sample] : golden.items()) {
    ASSERT_NE(arcuate::model::find(name), nullptr) << name << " is not in the catalogue";
    // The coupling was given to each mode; every mode receives the sum.
    std::vector<double> input = sample["c"];
    for (double& c : input)
      c *= sample["modes"].get<double>();
    expect_rate({name.c_str(), settings_of_the_virtual_brain(name), flat(sample["x"]), input,
                 flat(sample["dx"])});
  }
}

TEST(Golden, EveryModelHasRightHandSidesOfAnotherProgram) {
  const auto golden = golden_samples();
  for (const Entry* entry : arcuate::model::catalogue()) {
    const std::string name(entry->info.name);
    // A model that looks up a table is compared as a run: tests/science.
    EXPECT_TRUE(golden.contains(name) || arcuate::test::sampled_models().contains(name) ||
                !entry->info.table.columns.empty())
        << name;
  }
}

/// Printed by The Virtual Brain 2.10 (tvb-library of PyPI).
const std::vector<RhsSample>& samples() {
  static const std::vector<RhsSample> all{
      {"Linear", {{"gamma", -10.81293}}, {0.37}, {0.21}, {-3.7907840999999998}},
      {"Kuramoto", {{"omega", 1.203746}}, {2.2}, {-0.4}, {0.803746}},
      {"SupHopf",
       {{"a", -0.574529}, {"omega", 0.901343}},
       {0.7, -1.3},
       {0.2, -0.1},
       {-0.5564243999999996, 4.1118278}},
      {"Generic2dOscillator",
       {{"tau", 0.935075},
        {"I", 0.3},
        {"a", -1.604739},
        {"b", -11.695528},
        {"c", 0.3},
        {"d", 0.020211},
        {"e", 2.809094},
        {"f", 0.925292},
        {"g", 0.3},
        {"alpha", 1.000284},
        {"beta", 1.027047},
        {"gamma", 1.049074}},
       {1.7, -2.3},
       {0.35},
       {0.04655846137168595, -0.3946325085297969}},
      {"WilsonCowan",
       {{"c_ee", 14.975702},   {"c_ei", 4.626791},  {"c_ie", 14.039748}, {"c_ii", 13.695353},
        {"tau_e", 8.968889},   {"tau_i", 8.720954}, {"a_e", 1.290771},   {"b_e", 2.295367},
        {"c_e", 0.816056},     {"theta_e", 0.3},    {"a_i", 1.009793},   {"b_i", 4.850902},
        {"theta_i", 0.3},      {"c_i", 1.031353},   {"r_e", 1.023593},   {"r_i", 0.911382},
        {"k_e", 0.805307},     {"k_i", 0.886581},   {"P", 0.3},          {"Q", 0.3},
        {"alpha_e", 0.966291}, {"alpha_i", 0.80168}},
       {0.31, 0.17},
       {0.45},
       {0.003989000730242665, -0.01693453187691029}},
      {"WilsonCowan",
       {{"c_ee", 14.082258},
        {"c_ei", 3.47803},
        {"c_ie", 11.965456},
        {"c_ii", 13.157644},
        {"tau_e", 10.294059},
        {"tau_i", 11.812176},
        {"a_e", 1.305447},
        {"b_e", 3.174631},
        {"c_e", 0.841173},
        {"theta_e", 0.3},
        {"a_i", 1.028498},
        {"b_i", 4.768411},
        {"theta_i", 0.3},
        {"c_i", 1.069183},
        {"r_e", 0.826663},
        {"r_i", 0.974434},
        {"k_e", 0.945366},
        {"k_i", 0.86759},
        {"P", 0.3},
        {"Q", 0.3},
        {"alpha_e", 1.240437},
        {"alpha_i", 1.065496},
        {"shift_sigmoid", 0.0}},
       {0.31, 0.17},
       {0.45},
       {0.022635994192049234, -0.012111422000225136}},
      {"JansenRit",
       {{"A", 3.484895},
        {"B", 23.916166},
        {"a", 0.11044},
        {"b", 0.043393},
        {"v0", 5.509739},
        {"nu_max", 0.00227},
        {"r", 0.54943},
        {"J", 113.874774},
        {"a_1", 1.235523},
        {"a_2", 0.717401},
        {"a_3", 0.275574},
        {"a_4", 0.233797},
        {"mu", 0.262534}},
       {0.11, 24.0, 17.0, 0.2, -0.7, 1.1},
       {0.05, 0.0},
       {0.2, -0.7, 1.1, -0.04430506503130115, 0.1243238146103175, -0.09686215210342528}},
      {"MontbrioPazoRoxin",
       {{"tau", 2.5},
        {"I", 0.3},
        {"Delta", 1.180283},
        {"J", 18.3784},
        {"eta", -6.033813},
        {"cr", 1.056374},
        {"cv", 0.4}},
       {0.8, -0.4},
       {0.6, -1.2},
       {-0.19588868041685398, -3.2566424817429787}},
      {"ReducedWongWangExcInh",
       {{"a_e", 274.848658},
        {"b_e", 152.194695},
        {"d_e", 0.167768},
        {"gamma_e", 0.0007395},
        {"tau_e", 108.870727},
        {"w_p", 1.478907},
        {"J_N", 0.145399},
        {"W_e", 0.98493},
        {"a_i", 558.27864},
        {"b_i", 144.631263},
        {"d_i", 0.103904},
        {"gamma_i", 0.001019},
        {"tau_i", 9.449735},
        {"J_i", 1.138096},
        {"W_i", 0.567937},
        {"I_o", 0.369579},
        {"I_ext", 0.3},
        {"G", 1.710603},
        {"lamda", 0.3}},
       {0.35, 0.06},
       {0.4},
       {0.0254196715989712, -0.0025013062796534124}},
      {"Epileptor",
       {{"a", 1.095992},
        {"b", 2.978097},
        {"c", 1.035683},
        {"d", 5.963821},
        {"r", 0.0003626},
        {"x0", -1.772253},
        {"Iext", 2.975802},
        {"slope", 0.3},
        {"Iext2", 0.514963},
        {"tau", 12.091307},
        {"aa", 5.207868},
        {"bb", 2.440077},
        {"Kvf", 0.3},
        {"Kf", 0.3},
        {"Ks", 0.3},
        {"tt", 0.861544}},
       {-1.3, -9.0, 3.2, -0.8, 0.1, -0.2},
       {0.3, -0.2},
       {-1.4588693810934232, -0.03719672281256015, -0.00038143158947214715, -0.28521620890560007,
        -0.007125317387111253, 0.0006030808}},
      {"Epileptor",
       {{"a", 0.988507},
        {"b", 3.500596},
        {"c", 0.806422},
        {"d", 5.414039},
        {"r", 0.0003518},
        {"x0", -1.802612},
        {"Iext", 2.795861},
        {"slope", 0.3},
        {"Iext2", 0.433533},
        {"tau", 8.807327},
        {"aa", 5.734366},
        {"bb", 2.453312},
        {"Kvf", 0.3},
        {"Kf", 0.3},
        {"Ks", 0.3},
        {"tt", 1.228418}},
       {0.6, -2.0, 2.9, -0.1, 0.5, 0.1},
       {0.3, -0.2},
       {-1.6442854013020005, 1.0532062346872801, 0.002938864282858675, 0.24551678083560005,
        0.05023326168634364, -0.0004913672000000001}},
      {"Epileptor",
       {{"a", 1.000015},
        {"b", 3.723533},
        {"c", 1.031985},
        {"d", 5.172624},
        {"r", 0.000384},
        {"x0", -1.69807},
        {"Iext", 3.075176},
        {"slope", 0.3},
        {"Iext2", 0.443358},
        {"tau", 12.152418},
        {"aa", 4.985531},
        {"bb", 1.986997},
        {"Kvf", 0.3},
        {"Kf", 0.3},
        {"Ks", 0.3},
        {"tt", 1.162718}},
       {0.6, -2.0, -0.9, -0.1, 0.5, 0.1},
       {0.3, -0.2},
       {12.730338933168, 1.3601944436984799, 0.004567577348558369, 1.5150886428286,
        0.023711823851738804, -0.00046508720000000006}},
      {"Epileptor",
       {{"a", 1.104412},
        {"b", 3.368066},
        {"c", 1.08333},
        {"d", 6.186012},
        {"r", 0.0003358},
        {"x0", -1.426096},
        {"Iext", 2.550732},
        {"slope", 0.3},
        {"Iext2", 0.545382},
        {"tau", 11.78076},
        {"aa", 5.103496},
        {"bb", 2.143401},
        {"Kvf", 0.3},
        {"Kf", 0.3},
        {"Ks", 0.3},
        {"tt", 0.937997},
        {"modification", 1.0}},
       {-0.6, -2.0, 3.6, -0.3, 0.5, 0.1},
       {0.3, -0.2},
       {-1.4146976259902557, 0.8032684387429598, -0.0013006355032509844, -0.0968743603663,
        -0.03981054702752623, -0.0015007952}},
  };
  return all;
}

TEST(Golden, RightHandSidesEqualTheVirtualBrainAtOtherParameters) {
  for (const RhsSample& sample : samples())
    expect_rate(sample);
}

}  // namespace
