#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "arcuate/model/limits.hpp"
#include "study/sense.hpp"
#include "study_support.hpp"
#include "support/networks.hpp"

namespace arcuate::test {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

using Texts = std::vector<std::string>;

/// A connected network of 12 regions for `model`, of which line 2 is the model and line 3 the
/// coupling.
std::string study_of(const std::string& model, const std::string& coupling = "none",
                     const std::string& more = "") {
  return "connectome: { builtin: 12 }\nmodel: " + model + "\ncoupling: " + coupling +
         "\nintegrator: { method: heun, dt: 0.1 ms }\nduration: 100 ms\n" + more;
}

Texts warnings_of(const std::string& text) {
  const io::Study study = parse(text);
  return io::resolve(study, io::load_connectome(study)).warnings;
}

std::string refusal_of(const std::string& text) {
  return message_of([&] { warnings_of(text); });
}

struct Row {
  const char* model;
  const char* message;
  const char* also;
};

TEST(Sense, WhatTheEquationsCannotTakeIsRefusedWithKeyValueAndWhatIsAllowed) {
  // A division by the parameter, the half width of a distribution, probabilities, switches.
  constexpr Row rows[] = {
      {"{ name: MontbrioPazoRoxin, parameters: { tau: 0 } }",
       "resting.yml:2: model.parameters.tau: 0 ms is out of range", "(allowed: > 0)"},
      {"{ name: MontbrioPazoRoxin, parameters: { tau: -1 ms } }", "-1 ms is out of range",
       "(allowed: > 0)"},
      {"{ name: MontbrioPazoRoxin, parameters: { Delta: -0.1 } }",
       "model.parameters.Delta: -0.1 is out of range", "(allowed: >= 0)"},
      {"{ name: LarterBreakspear, parameters: { d_Na: 0 } }",
       "parameters.d_Na: 0 is out of range: spread of sodium thresholds", "(allowed: > 0)"},
      {"{ name: WilsonCowan, parameters: { tau_i: [1,1,1,1,1,0,1,1,1,1,1,1] } }",
       "model.parameters.tau_i: 0 ms in region ", "(allowed: > 0)"},
      {"{ name: Epileptor, parameters: { tau: 0 } }", "parameters.tau: 0 is out of range",
       "(allowed: > 0)"},
      {"{ name: ZerlautAdaptationSecondOrder, parameters: { C_m: 0 } }",
       "parameters.C_m: 0 pF is out of range", "(allowed: > 0)"},
      {"{ name: ZerlautAdaptationFirstOrder, parameters: { p_connect_e: 1.5 } }",
       "parameters.p_connect_e: 1.5 is out of range", "(allowed: 0 to 1)"},
      {"{ name: Hopfield, parameters: { dynamic: 0.5 } }",
       "parameters.dynamic: 0.5 is out of range", "(allowed: 0 or 1)"},
      // No table says these: the equations do.
      {"{ name: MorrisLecar, parameters: { V4: 0 } }",
       "parameters.V4: with 0 mV the equations of MorrisLecar give no finite numbers", "usual: "},
      {"{ name: VanDerPol, parameters: { mu: 0 } }",
       "parameters.mu: with 0 the equations of VanDerPol give no finite numbers",
       "usual: 0.1 to 10"},
      {"{ name: Dopa, parameters: { Km: 0 } }", "parameters.Km: with 0", "no finite"},
      {"{ name: MontbrioPazoRoxin, initial: { V: 1e9 } }",
       "model.initial.V: 1e+09 is far outside of what the equations of MontbrioPazoRoxin mean",
       "usual: -2 to 1.5"},
      {"{ name: MontbrioPazoRoxin, initial: { V: { uniform: [0, 1e9] } } }",
       "model.initial.V: ", "far outside"}};
  for (const Row& row : rows)
    EXPECT_THAT(refusal_of(study_of(row.model)), AllOf(HasSubstr(row.message), HasSubstr(row.also)))
        << row.model;
}

TEST(Sense, AGivenPastFarOutsideOfWhatAStateMeansIsRefused) {
  const auto file = std::filesystem::temp_directory_path() /
                    fmt::format("arcuate_past_{}.npy", static_cast<int>(::getpid()));
  std::string header = "{'descr': '<f8', 'fortran_order': False, 'shape': (1, 2, 12), }";
  header.resize(117, ' ');
  header += '\n';
  std::vector<double> past(24, 0.1);
  past[12 + 7] = 1e9;  // V of region 7
  std::ofstream(file, std::ios::binary)
      << std::string("\x93NUMPY\x01\x00\x76\x00", 10) << header
      << std::string(reinterpret_cast<const char*>(past.data()), 8 * past.size());
  EXPECT_THAT(refusal_of(study_of(fmt::format(
                  "{{ name: MontbrioPazoRoxin, history: {{ file: {} }} }}", file.string()))),
              HasSubstr("sample 1, region rh_001: V = 1000000000 is out of range"));
  std::filesystem::remove(file);
}

TEST(Sense, EveryTimeConstantOfEveryModelIsRefusedAtZeroAndBelow) {
  for (const model::Entry* entry : model::catalogue()) {
    if (!entry->info.table.columns.empty()) continue;
    for (const auto& parameter : entry->info.parameters) {
      if (!parameter.meaning.starts_with("time constant") &&
          !parameter.meaning.starts_with("membrane time constant"))
        continue;
      for (const int value : {0, -1}) {
        EXPECT_THAT(refusal_of(study_of(fmt::format("{{ name: {}, parameters: {{ {}: {} }} }}",
                                                    entry->info.name, parameter.name, value))),
                    HasSubstr(fmt::format("model.parameters.{}: ", parameter.name)))
            << entry->info.name << ' ' << value;
      }
    }
  }
}

TEST(Sense, DefaultsAndPresetsOfAllModelsAreTakenWithoutAWord) {
  for (const model::Entry* entry : model::catalogue()) {
    if (!entry->info.table.columns.empty()) continue;
    Texts presets{""};
    for (const auto& preset : entry->info.presets)
      presets.push_back(fmt::format(", preset: {}", preset.name));
    for (const std::string& preset : presets) {
      SCOPED_TRACE(fmt::format("{}{}", entry->info.name, preset));
      std::string text = study_of(fmt::format("{{ name: {}{} }}", entry->info.name, preset));
      text.replace(text.find("dt: 0.1"), 7, "dt: 0.01");
      EXPECT_THAT(warnings_of(text), IsEmpty());
    }
  }
}

TEST(Sense, UnusualParametersAreWarnedOfOnce) {
  EXPECT_THAT(
      warnings_of(study_of("{ name: JansenRit, parameters: { mu: 5, A: 3.25 } }")),
      ElementsAre("resting.yml:2: model.parameters.mu: 5 1/ms is outside of the usual range of "
                  "JansenRit, 0 to 0.22 1/ms"));
  EXPECT_THAT(warnings_of(study_of("{ name: JansenRit, parameters: { mu: 0.22 } }")), IsEmpty());
  EXPECT_THAT(warnings_of(study_of("{ name: MontbrioPazoRoxin, parameters: { eta: "
                                   "[-5,-5,-50,-5,-5,-60,-5,-5,-5,-5,-5,-5] } }")),
              ElementsAre(AllOf(HasSubstr("model.parameters.eta: -50 in region "),
                                HasSubstr("usual range of MontbrioPazoRoxin, -10 to 10"))));
}

TEST(Sense, CouplingsRefuseAWidthOfZero) {
  for (const char* coupling : {"{ name: hyperbolic_tangent, sigma: 0 }",
                               "{ name: sigmoidal, sigma: 0 }", "{ name: sigmoidal, sigma: -1 }"})
    EXPECT_THAT(refusal_of(study_of("{ name: SupHopf }", coupling)),
                AllOf(HasSubstr("resting.yml:3: coupling.sigma: "), HasSubstr("(allowed: > 0)")));
}

TEST(Sense, ADefaultLinkOfOtherUnitsIsRefusedWithTheFittingCoupling) {
  const std::string linear = refusal_of(study_of("{ name: JansenRit }", "{ name: linear }"));
  EXPECT_THAT(linear, HasSubstr("resting.yml:3: coupling.name: linear does not turn psp [mV]"));
  EXPECT_THAT(linear, HasSubstr("c [1/ms]; use `name: sigmoidal_jansen_rit`"));
  constexpr struct {
    const char *model, *coupling, *fitting;
  } rows[] = {{"JansenRit", "difference", "sigmoidal_jansen_rit"},
              {"JansenRit", "scaling", "sigmoidal_jansen_rit"},
              {"MorrisLecar", "linear", "difference"},
              {"ZetterbergJansen", "sigmoidal_jansen_rit", "linear"},
              {"Wendling", "sigmoidal_jansen_rit", "linear"},
              {"SupHopf", "kuramoto", "difference"}};
  for (const auto& row : rows) {
    const std::string model = fmt::format("{{ name: {} }}", row.model);
    EXPECT_THAT(refusal_of(study_of(model, fmt::format("{{ name: {} }}", row.coupling))),
                HasSubstr(fmt::format("use `name: {}`", row.fitting)))
        << row.model;
    EXPECT_EQ(refusal_of(study_of(model, fmt::format("{{ name: {} }}", row.fitting))), "")
        << row.model;
  }
}

TEST(Sense, ALinkOfOtherUnitsThatTheStudyWritesIsTaken) {
  EXPECT_EQ(refusal_of(study_of("{ name: JansenRit }",
                                "{ name: linear, source: psp, target: c, gain: 0.001 }")),
            "");
  EXPECT_THAT(refusal_of(study_of("{ name: JansenRit }", "{ name: linear, target: c }")),
              HasSubstr("use `name: sigmoidal_jansen_rit`"));
}

TEST(Sense, NoModelsUsualCouplingIsRefusedByAllCouplings) {
  for (const model::Entry* entry : model::catalogue()) {
    if (!entry->info.table.columns.empty()) continue;
    int taken = 0;
    for (const char* coupling : {"linear", "difference", "sigmoidal_jansen_rit", "kuramoto"})
      taken += refusal_of(study_of(fmt::format("{{ name: {} }}", entry->info.name),
                                   fmt::format("{{ name: {} }}", coupling)))
                       .empty()
                   ? 1
                   : 0;
    EXPECT_GT(taken, 0) << entry->info.name;
  }
}

TEST(Sense, ACouplingThatChangesNothingIsSaidWithItsReason) {
  constexpr struct {
    const char *model, *coupling, *reason;
  } rows[] = {
      // dx1 + Kvf c_1, dz - Ks c_1, dx2 + Kf c_2: all three are 0 by default.
      {"{ name: Epileptor }", "{ name: difference }", "(Kvf, Ks are 0)"},
      {"{ name: Epileptor2D }", "{ name: difference }", "(Kvf, Ks are 0)"},
      {"{ name: EpileptorCodim3 }", "{ name: linear }", "Ks of EpileptorCodim3 are 0"},
      {"{ name: MontbrioPazoRoxin, parameters: { cr: 0, cv: 0 } }", "{ name: linear }",
       "cr, cv of MontbrioPazoRoxin are 0 in all regions"},
      {"{ name: ReducedWongWangExcInh, parameters: { G: 0 } }", "{ name: linear }",
       "G of ReducedWongWangExcInh are 0"},
      {"{ name: ReducedWongWangExcInh, parameters: { J_N: 0 } }", "{ name: linear }",
       "do not depend on it (J_N is 0)"},
      {"{ name: SupHopf }", "{ name: linear, gain: 0 }", "its gain is 0"},
      {"{ name: SupHopf }", "{ name: linear, a: 0 }", "the same number for all usual values of x"},
      {"{ name: SupHopf }", "{ name: hyperbolic_tangent, b: 0 }", "the same number"},
      {"{ name: JansenRit }", "{ name: sigmoidal_jansen_rit, r: 0 }", "values of psp"}};
  for (const auto& row : rows)
    EXPECT_THAT(warnings_of(study_of(row.model, row.coupling)),
                testing::Contains(
                    AllOf(HasSubstr("resting.yml:3: coupling.name: the coupling changes nothing: "),
                          HasSubstr(row.reason))))
        << row.model << row.coupling;
}

TEST(Sense, CouplingsThatActAreTakenWithoutAWord) {
  EXPECT_THAT(
      warnings_of(study_of("{ name: Epileptor, parameters: { Ks: 1 } }", "{ name: difference }")),
      IsEmpty());
  // One region of twelve suffices, and a gate that a stimulus opens.
  EXPECT_THAT(
      warnings_of(study_of("{ name: Epileptor, parameters: { Ks: [0,0,0,0,0,0,0,1,0,0,0,0] } }",
                           "{ name: difference }")),
      IsEmpty());
  const std::string opened = study_of(
      "{ name: ReducedWongWangExcInh, parameters: { G: 0 } }", "{ name: linear }",
      "stimuli: [ { target: G, equation: { name: step, amplitude: 2, onset: 10 ms } } ]\n");
  EXPECT_THAT(warnings_of(opened), IsEmpty());
  const io::Study study = parse(opened);
  EXPECT_EQ(io::resolve(study, io::load_connectome(study)).simulation.populations[0].links.size(),
            1U);
  EXPECT_THAT(warnings_of(study_of("{ name: Kuramoto }", "{ name: kuramoto }")), IsEmpty());
}

TEST(Sense, WeightsThatSinglePrecisionCannotHoldAreRefused) {
  const auto refusal = [](const std::string& precision, double weight) {
    const io::Study study = parse(
        "connectome: { builtin: 12 }\nmodel: { name: MontbrioPazoRoxin }\n"
        "coupling: { name: linear }\nintegrator: { dt: 0.1 ms, precision: " +
        precision + " }\nduration: 100 ms\n");
    network::Connectome connectome = io::load_connectome(study);
    connectome.weight[0] = weight;
    return message_of([&] { io::resolve(study, connectome); });
  };
  for (const std::string precision : {"mixed", "single"}) {
    for (const double weight : {1e39, -1e39, 1e-39, -4e-45}) {
      EXPECT_THAT(
          refusal(precision, weight),
          AllOf(HasSubstr("resting.yml:4: integrator.precision: " + precision + ": the weight " +
                          fmt::format("{:.6g}", weight) + " from region "),
                HasSubstr("1.2e-38 to 3.4e+38")));
    }
    for (const double weight : {0.0, 1e38, 2e-38, -1e-20})
      EXPECT_EQ(refusal(precision, weight), "") << weight;
  }
  EXPECT_EQ(refusal("double", 1e39), "");
  EXPECT_EQ(refusal("double", 1e-39), "");
}

TEST(Sense, SquaredWeightsThatSinglePrecisionCannotHoldAreRefused) {
  network::Connectome connectome = random_network({.regions = 3, .density = 1.0});
  connectome.weight[1] = 1e-20;
  engine::SimulationSpec spec = default_spec("ALN", network::CouplingForm::linear, 1.0);
  io::Study::Unresolved parts;
  parts.precision_place = "s.yml: ";
  const auto refusal = [&] {
    return message_of([&] { io::check_precision(parts, spec, connectome); });
  };
  EXPECT_EQ(refusal(), "");
  spec.precision = engine::Precision::mixed;
  EXPECT_THAT(refusal(), AllOf(HasSubstr("s.yml: mixed: the weight 1e-20 from region region2 to "
                                         "region region0, squared,")));
  spec.populations[0].links.pop_back();  // that with squares
  EXPECT_EQ(refusal(), "");
}

TEST(Sense, NetworksWithoutEdgesOrWeightsCarryNothing) {
  const auto study = parse(study_of("{ name: SupHopf }", "{ name: linear }"));
  EXPECT_THAT(io::resolve(study, regions(12)).warnings,
              ElementsAre(HasSubstr("the connectome has no edges")));
  network::Connectome silent = io::load_connectome(study);
  std::fill(silent.weight.begin(), silent.weight.end(), 0.0);
  EXPECT_THAT(io::resolve(study, silent).warnings,
              ElementsAre(HasSubstr("all weights of the connectome are 0")));
}

std::string stimulated(const std::string& equation, const std::string& also = "") {
  return study_of("{ name: SupHopf }", "none",
                  "stimuli: [ { target: c_x, " + also + "equation: { " + equation + " } } ]\n");
}

TEST(Sense, StimuliThatNeverActOrAliasAreSaidWithTheReason) {
  // 100 ms in steps of 0.1 ms: 0 to 99.9 ms are read, half the step rate is 5000 Hz.
  constexpr struct {
    const char *equation, *reason;
  } rows[] = {
      {"name: box, onset: 50 ms, offset: 20 ms", "it ends, at 20 ms, before it begins, at 50 ms"},
      {"name: box, onset: 50 ms, offset: 50 ms", "before it begins"},
      {"name: pulse, onset: 10.02 ms, duration: 0.05 ms", "between two steps of 0.1 ms"},
      {"name: pulse, onset: 200 ms, duration: 5 ms",
       "it begins at 200 ms, and the simulation ends at 100 ms"},
      {"name: step, onset: 100 ms", "it begins at 100 ms"},
      {"name: ramp, onset: 1 s, duration: 1 s", "it begins at 1000 ms"},
      {"name: alpha, onset: 1 s, tau: 5 ms", "it begins at 1000 ms"},
      {"name: pulse_train, onset: 1 s, period: 10 ms, duration: 1 ms", "it begins at 1000 ms"},
      {"name: pulse, onset: -20 ms, duration: 5 ms", "it is over at -15 ms"},
      {"name: gaussian, midpoint: 500 ms, sigma: 10 ms", "long after the simulation ends"},
      {"name: gaussian, midpoint: -50 ms, sigma: 1 ms", "long before the simulation begins"},
      {"name: gaussian, midpoint: 10.05 ms, sigma: 0.005 ms", "lies between two steps"},
      {"name: pulse, amplitude: 0, onset: 10 ms, duration: 5 ms", "its height is 0"},
      {"name: sinusoid, frequency: 5000 Hz", "5000 Hz is not below half the step rate, 5000 Hz"},
      // 9990 Hz beside a step rate of 10000 Hz: sin(2 pi n 0.999) = -sin(2 pi n 0.001).
      {"name: sinusoid, frequency: 9990 Hz", "what acts is 10 Hz"},
      {"name: cosine, frequency: 10 kHz", "what acts is 0 Hz"},
      {"name: chirp, onset: 0, duration: 50 ms, frequency_start: 1, frequency_end: -6000",
       "-6000 Hz is not below"},
      {"name: pulse_train, onset: 0, period: 1 ms, duration: 0.05 ms", "a pulse, 0.05 ms, is"},
      {"name: pulse_train, onset: 0, period: 1 ms, duration: 1 ms", "as long as its period"},
      {"name: gaussian, midpoint: 10 ms, sigma: 0.01 ms", "sigma, 0.01 ms, is shorter"},
      {"name: pulse, onset: 10 ms, duration: 0.05 ms", "it, 0.05 ms, is shorter than a step"}};
  for (const auto& row : rows)
    EXPECT_THAT(warnings_of(stimulated(row.equation)),
                ElementsAre(AllOf(HasSubstr("stimuli.0.equation.name: the stimulus on c_x"),
                                  HasSubstr(row.reason))))
        << row.equation;
  EXPECT_THAT(warnings_of(stimulated("name: step, onset: 1 ms", "weights: 0, ")),
              ElementsAre(HasSubstr("its weight is 0 in all regions")));
}

TEST(Sense, ASeriesWithTimesOutsideOfTheRunNeverActs) {
  const auto file = std::filesystem::temp_directory_path() /
                    fmt::format("arcuate_series_{}.csv", static_cast<int>(::getpid()));
  const auto warned = [&](const char* samples, const char* onset) {
    std::ofstream(file) << "time,value\n" << samples;
    return warnings_of(
        stimulated(fmt::format("name: series, file: {}, columns: [time, value], onset: {}",
                               file.string(), onset)
                       .c_str()));
  };
  EXPECT_THAT(warned("200,1\n300,2\n", "0"), ElementsAre(HasSubstr("it begins at 200 ms")));
  EXPECT_THAT(warned("10,1\n20,2\n", "95"), ElementsAre(HasSubstr("it begins at 105 ms")));
  EXPECT_THAT(warned("-20,1\n-10,2\n", "0"), ElementsAre(HasSubstr("it is over at -10 ms")));
  EXPECT_THAT(warned("10.02,1\n10.08,2\n", "0"), ElementsAre(HasSubstr("between two steps")));
  for (const char* samples : {"10,1\n20,2\n", "-10,1\n0,2\n", "10,3\n"})
    EXPECT_THAT(warned(samples, "0"), IsEmpty()) << samples;
  std::filesystem::remove(file);
}

TEST(Sense, ASpeedThatNoAxonHasIsWarnedOf) {
  const auto warned = [](const char* speed) {
    return io::load_connectome(
               parse(fmt::format("connectome: {{ builtin: 12, speed: {} }}\nmodel: {{ name: Linear "
                                 "}}\nduration: 1 ms\n",
                                 speed)))
        .warnings;
  };
  EXPECT_THAT(warned("4 mm/s"), ElementsAre(AllOf(HasSubstr("connectome.speed: 0.004 mm/ms"),
                                                  HasSubstr("0.1 to 200 mm/ms"))));
  EXPECT_THAT(warned("4 km/s"), ElementsAre(HasSubstr("connectome.speed: 4000 mm/ms")));
  for (const char* usual : {"4 m/s", "0.2 m/s", "120 m/s", "inf"})
    EXPECT_THAT(warned(usual), IsEmpty()) << usual;
}

TEST(Sense, StimuliThatActAreTakenWithoutAWord) {
  for (const char* equation :
       {"name: box, onset: 20 ms, offset: 50 ms", "name: pulse, onset: 10 ms, duration: 0.1 ms",
        "name: step, onset: 99.9 ms", "name: sinusoid, frequency: 4999 Hz",
        "name: gaussian, midpoint: 110 ms, sigma: 5 ms",
        "name: pulse_train, onset: 0, period: 10 ms, duration: 1 ms",
        "name: alpha, onset: -3 ms, tau: 5 ms"})
    EXPECT_THAT(warnings_of(stimulated(equation)), IsEmpty()) << equation;
}

TEST(Sense, StimuliAndNoiseOnInputsThatNothingReadsAreSaid) {
  const std::string model = "{ name: MontbrioPazoRoxin, parameters: { cr: 0 } }";
  EXPECT_THAT(
      warnings_of(
          study_of(model, "none", "stimuli: [ { target: c_r, equation: { name: step } } ]\n")),
      ElementsAre(AllOf(HasSubstr("the stimulus changes nothing"), HasSubstr("input c_r"))));
  EXPECT_THAT(warnings_of(study_of(model, "none", "noise: { c_r: 0.1 }\n")),
              ElementsAre(AllOf(HasSubstr("noise.c_r"), HasSubstr("the noise changes nothing"))));
}

TEST(Sense, AParameterThatAStimulusTakesOutOfItsRangeIsRefused) {
  EXPECT_THAT(
      refusal_of(study_of("{ name: MontbrioPazoRoxin }", "none",
                          "stimuli: [ { target: tau, equation: { name: step, amplitude: -2, onset: "
                          "50 ms } } ]\n")),
      AllOf(HasSubstr("makes the parameter tau -1 at "), HasSubstr("(allowed: > 0)")));
}

TEST(Sense, SourcesThatBloodCannotFollowAreSaid) {
  const auto with = [](const std::string& model, const std::string& source) {
    return warnings_of(study_of("{ name: " + model + " }", "none",
                                "monitors: [{ kind: bold, period: 20 ms, " + source + " }]\n"));
  };
  EXPECT_THAT(with("ReducedWongWangExcInh", "variables: [S_e]"), IsEmpty());
  EXPECT_THAT(with("MontbrioPazoRoxin", "variables: [r]"), IsEmpty());
  EXPECT_THAT(with("LarterBreakspear", "variables: [V]"), IsEmpty());
  EXPECT_THAT(
      with("Thalamus", "variables: [V_t]"),
      ElementsAre(AllOf(HasSubstr("resting.yml:6: monitors.0.parameters: 'V_t' of Thalamus is "
                                  "about -65"),
                        HasSubstr("scale the source by `efficacy` and `baseline`"))));
  EXPECT_THAT(with("Thalamus", "variables: [V_t], parameters: { baseline: -70, efficacy: 0.1 }"),
              IsEmpty());
}

TEST(Sense, StepsThatAreTooLongForTheEquationsAreWarnedOf) {
  // dx/dt = -30 x: a step of Heun shrinks x while 30 dt < 2.
  const auto linear = [](const std::string& method) {
    std::string text = study_of("{ name: Linear, parameters: { gamma: -30 } }");
    return warnings_of(text.replace(text.find("heun"), 4, method));
  };
  EXPECT_THAT(linear("heun"), ElementsAre(AllOf(HasSubstr("resting.yml:4: integrator.dt: 0.1 ms"),
                                                HasSubstr("below 0.0667 ms"))));
  EXPECT_THAT(linear("euler"), ElementsAre(HasSubstr("too long a step for Linear")));
  EXPECT_THAT(linear("rk4"), ElementsAre(HasSubstr("below 0.0928 ms")));
  EXPECT_THAT(linear("exponential_euler"), IsEmpty());
}

TEST(Sense, NoiseBeyondAllMeasureIsWarnedOf) {
  const auto noisy = [](const std::string& noise) {
    return warnings_of(
        study_of("{ name: MontbrioPazoRoxin }", "none", "noise: { " + noise + " }\n"));
  };
  EXPECT_THAT(noisy("V: 0.6"), IsEmpty());
  // 1000 sqrt(0.1) = 316, the usual range is 3.5 wide.
  EXPECT_THAT(noisy("V: 1000"),
              ElementsAre(AllOf(HasSubstr("noise.V: in one step noise moves V by 316"),
                                HasSubstr("-2 to 1.5"))));
  EXPECT_THAT(noisy("V: { kind: ornstein_uhlenbeck, sigma: 0.1, tau: 0.01 ms }"),
              ElementsAre(HasSubstr("is shorter than a step")));
}

}  // namespace
}  // namespace arcuate::test
