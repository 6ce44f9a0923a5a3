#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "arcuate/model/catalogue/reduced_set_modes.hpp"
#include "rhs_samples.hpp"

/// Right-hand sides of mean fields against numbers that were computed elsewhere.
namespace {

using arcuate::model::Entry;
using arcuate::test::declare_samples;
using arcuate::test::expect_rate;
using arcuate::test::RhsSample;
using arcuate::test::Settings;
using Numbers = std::vector<double>;

/// Quantiles, density and trapezoidal rule of SciPy at mu = 0.4, sigma = 0.6.
TEST(ReducedSet, IntegralsOfTheModesAreThoseOfTheQuantiles) {
  const Numbers I1{1.2911567882900732, 0.7186838948328901, 1.2911567882900692};
  const Numbers Ig{0.2577662017017961, 0.46350203072270546, 0.25776620170179676};
  const Numbers I3{0.7744992777556761, 1.3914323212050304, 0.7744992777556781};
  const Numbers I4{0.5998491312440639, 1.9360839044940192, 0.5998491312440671};
  const Numbers IZ{-0.8932174719714389, 0.28747355793315604, 1.9261429026034853};
  const auto modes = arcuate::model::reduced_set::modes(0.4, 0.6);
  for (std::size_t m = 0; m < 3; ++m) {
    EXPECT_NEAR(modes[m].I1, I1[m], 2e-13) << m;
    EXPECT_NEAR(modes[m].Ig, Ig[m], 2e-13) << m;
    EXPECT_NEAR(modes[m].I3, I3[m], 2e-13) << m;
    EXPECT_NEAR(modes[m].I4, I4[m], 2e-13) << m;
    EXPECT_NEAR(modes[m].IZ, IZ[m], 2e-13) << m;
  }
}

const Settings rose{{"r", 0.01},   {"a", 0.8},    {"b", 2.5},      {"c", 0.7},
                    {"d", 4.0},    {"s", 3.0},    {"xo", -1.2},    {"K11", 0.7},
                    {"K12", 0.25}, {"K21", 0.35}, {"sigma", 0.45}, {"mu", 2.2}};
const Numbers rose_state{0.7,  -1.1, 0.2,  -3.0, -7.0, 1.0,  3.0, 4.0, 5.0,
                         -0.6, 1.3,  -0.2, -2.0, 0.5,  -6.0, 2.5, 3.5, 4.5};

/// The equations with full matrices A and B in NumPy.
TEST(ReducedSet, EquationsHoldAtOtherParameters) {
  expect_rate({"ReducedSetFitzHughNagumo",
               {{"tau", 2.3},
                {"a", 0.6},
                {"b", 0.7},
                {"K11", 0.8},
                {"K12", 0.3},
                {"K21", 0.25},
                {"sigma", 0.6},
                {"mu", 0.4}},
               {0.7, -1.1, 0.2, 0.3, -0.4, 0.9, -0.6, 1.3, -0.2, 0.1, 0.5, -0.8},
               {-0.3},
               {-2.611524375297765, 0.7407928519671776, 1.7470657380990775, 0.5498669882495844,
                -0.1690389839566374, 0.14986698824958325, -4.194756231820822, -1.8248098626426243,
                5.084116688239116, 0.04551916216262782, 0.600526233434667, 0.49334524911914845}});
  expect_rate(
      {"ReducedSetHindmarshRose",
       rose,
       rose_state,
       {-0.3},
       {-4.439338014975236, -1.955127529750545, -1.1748677199305477, 2.0298653285718626,
        -0.3406892708512892, -0.3603681520302633, 0.031254284841405466, -0.05059365363222306,
        -0.003745715158594655, -2.2281090542616404, -0.20450944318330228, -7.385419087808899,
        1.4949089897312493, -10.925529559645671, 6.639631847969737, -0.002745715158594529,
        0.026406346367776945, -0.010745715158594647}});
}

TEST(ReducedSet, CorrectedDpSelectsTheProjectionOfTheSquare) {
  Settings printed = rose;
  printed.emplace_back("corrected_d_p", 0.0);
  expect_rate({"ReducedSetHindmarshRose",
               printed,
               rose_state,
               {-0.3},
               {-4.439338014975236, -1.955127529750545, -1.1748677199305477, 1.5911000305508085,
                4.423270167705651, -0.39618572737891977, 0.031254284841405466, -0.05059365363222306,
                -0.003745715158594655, -2.2281090542616404, -0.20450944318330228,
                -7.385419087808899, 1.1725508115933319, -4.271734971909121, 6.60381427262108,
                -0.002745715158594529, 0.026406346367776945, -0.010745715158594647}});
}

TEST(ReducedSet, TheNetworkReceivesTheSumOfTheModes) {
  for (const char* model : {"ReducedSetFitzHughNagumo", "ReducedSetHindmarshRose"}) {
    const Entry& entry = *arcuate::model::find(model);
    const auto kernel = entry.make_kernel(arcuate::model::Method::euler);
    const Numbers rows(static_cast<std::size_t>(kernel->parameter_rows()), 1.0);
    Numbers state(entry.info.states.size());
    for (std::size_t k = 0; k < state.size(); ++k)
      state[k] = std::pow(2.0, static_cast<double>(k));
    for (std::size_t v = 0; v < entry.info.observables.size(); ++v) {
      EXPECT_EQ(kernel->observe_one(static_cast<int>(v), state.data(), rows.data(), nullptr),
                7.0 * std::pow(8.0, static_cast<double>(v)));
      EXPECT_EQ(entry.info.states[3 * v].name, std::string(entry.info.observables[v].name) + "_0");
    }
    EXPECT_EQ(entry.info.inputs[0].source, "xi");
  }
}

const Settings cortex{{"g_L", 9.0},
                      {"E_L_e", -63.0},
                      {"E_L_i", -67.0},
                      {"C_m", 180.0},
                      {"b_e", 20.0},
                      {"a_e", 3.0},
                      {"b_i", 5.0},
                      {"a_i", 1.0},
                      {"tau_w_e", 300.0},
                      {"tau_w_i", 40.0},
                      {"E_e", -2.0},
                      {"E_i", -78.0},
                      {"Q_e", 1.2},
                      {"Q_i", 4.0},
                      {"tau_e", 4.0},
                      {"tau_i", 6.0},
                      {"N_tot", 8000.0},
                      {"p_connect_e", 0.06},
                      {"p_connect_i", 0.04},
                      {"g", 0.25},
                      {"K_ext_e", 300.0},
                      {"K_ext_i", 50.0},
                      {"T", 10.0},
                      {"external_input_ex_ex", 0.003},
                      {"external_input_ex_in", 0.001},
                      {"external_input_in_ex", 0.002},
                      {"external_input_in_in", 0.0005},
                      {"tau_OU", 3.0},
                      {"weight_noise", 2.0}};

/// The equations at 40 digits (mpmath).
TEST(AdExMeanField, FirstOrderHoldsAtOtherParameters) {
  const char* model = "ZerlautAdaptationFirstOrder";
  expect_rate({model,
               cortex,
               {0.012, 0.021, 30.0, 5.0, 0.0004},
               {0.002},
               {0.00022871250249763178, 0.00235855719777815, 0.28088951003752616, 0.412532772798639,
                -0.00013333333333333334}});
  // A negative drive counts as none.
  expect_rate({model,
               cortex,
               {0.01, 0.02, 30.0, 5.0, -0.01},
               {0.002},
               {-0.0008353773374143584, -0.0011447931511021033, 0.1988091969237838,
                0.2964657760101102, 0.0033333333333333335}});
}

/// The equations at 40 digits with numerical derivatives of the transfer functions (mpmath).
TEST(AdExMeanField, SecondOrderHasTheDerivativesOfTheTransferFunctions) {
  const char* model = "ZerlautAdaptationSecondOrder";
  expect_rate({model,
               {{"tvb_derivatives", 0.0}},
               {0.0757, 0.1006, 0.00025, 0.0001, 0.00035, 60.0, 0.0, 0.0},
               {0.1},
               {0.005728086578817794, 0.004483086578817794, 0.0006331745969778319,
                0.0005057102086899728, 0.000368411506549079, 4.73068826048005, 0.0, 0.0}});
  expect_rate({model,
               {{"tvb_derivatives", 0.0}},
               {0.005, 0.01, 1e-6, 2e-6, 3e-6, 20.0, 0.0, 0.0},
               {0.002},
               {0.0014218407569655124, 0.002600127528662683, 4.155432418001988e-05,
                7.539188126264987e-05, 0.00013641514021033634, 0.3985803180044817, 0.0, 0.0}});
  Settings settings = cortex;
  settings.emplace_back("S_i", 1.3);
  settings.emplace_back("tvb_derivatives", 0.0);
  const Numbers state{0.012, 0.021, 2e-4, -1e-4, 3e-4, 30.0, 5.0, 0.0004};
  expect_rate({model,
               settings,
               state,
               {0.002},
               {0.034521092836144386, 0.01370936825605219, 0.0002686300432725813,
                0.00017200634083208846, -0.0006781420879656165, 0.28088951003752616,
                0.42566827573095334, -0.00013333333333333334}});
  settings.back().second = 1.0;
  expect_rate({model,
               settings,
               state,
               {0.002},
               {0.00022874679487796545, 0.0029748882166064894, -3.914840952998716e-05,
                2.6604576995122137e-05, 2.7917166282536338e-05, 0.28088951003752616,
                0.42566827573095334, -0.00013333333333333334}});
}

/// The equations at 40 digits (mpmath).
const std::vector<RhsSample>& thalami() {
  static const std::vector<RhsSample> all{
      {"Thalamus",
       {{"tau", 18.0},          {"Q_max", 0.35},   {"C1", 1.7},       {"theta", -57.0},
        {"sigma", 5.5},         {"g_L", 1.1},      {"E_L", -68.0},    {"g_AMPA", 1.2},
        {"g_GABA", 0.9},        {"E_AMPA", -3.0},  {"E_GABA", -72.0}, {"g_LK", 0.02},
        {"E_K", -95.0},         {"g_T_t", 2.5},    {"g_T_r", 2.1},    {"E_Ca", 115.0},
        {"g_h", 0.05},          {"g_inc", 1.7},    {"E_h", -43.0},    {"C_m", 1.2},
        {"alpha_Ca", -4e-5},    {"Ca_0", 3e-4},    {"tau_Ca", 8.0},   {"k1", 2e7},
        {"k2", 3e-4},           {"k3", 0.12},      {"k4", 0.0015},    {"n_P", 3.5},
        {"gamma_e", 0.06},      {"gamma_r", 0.09}, {"N_rt", 2.5},     {"N_tr", 4.0},
        {"N_rr", 20.0},         {"N_tp", 1.5},     {"N_rp", 0.7},     {"ext_current_t", 0.8},
        {"ext_current_r", -0.6}},
       {-62.0, -57.0, 4.5e-4, 0.3, 0.2, 0.15, 0.25, 0.05, 0.12, 0.08, 0.3, 0.002, -0.001, 0.003,
        -0.004},
       {0.02, 0.03},
       {15.71774395176579, 5.636850410817781, 0.0007534250430180913, -0.020165587918305066,
        -0.007523293938350128, -0.00184823138694148, 0.001679854290018142, 0.002, -0.001, 0.003,
        -0.004, -0.000204, 0.004878, -4.400720988679774e-05, 0.02664}},
  };
  return all;
}
const bool mean_field_declared = declare_samples(thalami());

TEST(Thalamus, EquationsHoldAtOtherParameters) {
  for (const RhsSample& sample : thalami())
    expect_rate(sample);
}

TEST(Thalamus, StandaloneIntegratesTheNoiseAlone) {
  RhsSample sample = thalami().front();
  sample.parameters.emplace_back("standalone", 1.0);
  sample.rate[11] = 0.000108;
  expect_rate(sample);
}

}  // namespace
