#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>
#include <sstream>

#include "arcuate/core/units.hpp"
#include "arcuate/monitor/kind.hpp"
#include "places.hpp"
#include "study_support.hpp"

namespace arcuate::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(Study, TheDocumentedExampleMeansWhatItSays) {
  const io::Study study = parse(good_study);
  EXPECT_EQ(study.title, "resting state");
  EXPECT_EQ(study.connectome.generator->regions, 12);
  EXPECT_EQ(study.connectome.normalise, network::Normalisation::region_sum);
  EXPECT_EQ(study.connectome.speed, 4.0);
  EXPECT_EQ(study.duration, 10000.0);
  EXPECT_EQ(study.transient, 2000.0);
  EXPECT_EQ(study.output, "resting.h5");
  const io::ResolvedStudy resolved = io::resolve(study, io::load_connectome(study));
  const engine::SimulationSpec& simulation = resolved.simulation;
  const model::Entry& model = *simulation.populations[0].model;
  EXPECT_EQ(model.info.name, "MontbrioPazoRoxin");
  EXPECT_EQ(
      simulation.populations[0].parameters[static_cast<std::size_t>(model.parameter("eta"))](7),
      -4.6);
  EXPECT_EQ(simulation.populations[0].initial[0].value(3), 0.1);
  EXPECT_EQ(simulation.populations[0].initial[1].uniform->low, -2.5);
  EXPECT_EQ(simulation.populations[0].initial[1].uniform->high, -1.5);
  EXPECT_EQ(simulation.coupling.gain, 0.02);
  EXPECT_EQ(simulation.coupling.parameters, (std::vector<double>{1.0, 0.0}));
  EXPECT_EQ(simulation.method, model::Method::heun);
  EXPECT_EQ(simulation.dt, 0.1);
  EXPECT_EQ(simulation.steps, 100000);
  EXPECT_EQ(simulation.seed, 42U);
  EXPECT_EQ(simulation.speed, 4.0);
  ASSERT_EQ(simulation.populations[0].noise.size(), 1U);
  EXPECT_FALSE(simulation.populations[0].noise[0].on_input);
  EXPECT_EQ(simulation.populations[0].noise[0].target, 1);
  EXPECT_EQ(simulation.populations[0].noise[0].sigma(0), 0.05);
  EXPECT_EQ(resolved.transient, 20000);
  ASSERT_EQ(resolved.monitors.size(), 2U);
  EXPECT_EQ(resolved.monitors[0].name, "raw");
  EXPECT_EQ(resolved.monitors[0].period, 10);
  EXPECT_THAT(resolved.monitors[0].variables_of(0), ElementsAre(0));
  EXPECT_EQ(resolved.monitors[1].kind, monitor::find_kind("temporal_average"));
  EXPECT_THAT(resolved.monitors[1].variables_of(0), ElementsAre(0, 1));
}

TEST(Study, MakesALaplacianAfterNormalising) {
  const auto weights = [](const std::vector<std::string>& overrides) {
    return io::load_connectome(parse(good_study, overrides)).weight;
  };
  const auto plain = io::load_connectome(parse(good_study, {"connectome.laplacian=plain"}));
  for (std::size_t i = 0; i < 12; ++i) {
    double sum = 0.0;
    for (auto e = static_cast<std::size_t>(plain.row[i]);
         e < static_cast<std::size_t>(plain.row[i + 1]); ++e) {
      sum += plain.weight[e];
      if (static_cast<std::size_t>(plain.source[e]) == i) {
        EXPECT_LT(plain.weight[e], 0.0);
        EXPECT_GE(plain.weight[e], -1.0 - 1e-12) << "the largest row sum is 1";
      }
    }
    EXPECT_NEAR(sum, 0.0, 1e-14);
  }
  EXPECT_EQ(weights({"connectome.laplacian=none"}), weights({}));
  EXPECT_THAT(message_of([] { parse(good_study, {"connectome.laplacian=rw"}); }),
              HasSubstr("none, plain, random_walk, symmetric"));
}

TEST(Study, DefaultsAreThoseOfTheReference) {
  const auto text = "connectome: {builtin: default}\nmodel: {name: Linear}\nduration: 5";
  const io::Study study = parse(text);
  EXPECT_EQ(study.connectome.generator->regions, 80);
  EXPECT_EQ(study.connectome.generator->seed, 1U);
  EXPECT_EQ(study.connectome.speed, 3.0);
  EXPECT_EQ(study.output, "resting.h5");
  EXPECT_EQ(study.partition.method, partition::Method::automatic);
  EXPECT_EQ(study.partition.imbalance, 0.03);
  const auto simulation = resolved(text, {}).simulation;
  EXPECT_EQ(simulation.dt, 0.1);
  EXPECT_EQ(simulation.method, model::Method::heun);
  EXPECT_EQ(simulation.seed, 42U);
  EXPECT_TRUE(simulation.populations[0].links.empty());
  EXPECT_TRUE(simulation.populations[0].noise.empty());
  for (std::size_t i = 0; i < simulation.populations[0].parameters.size(); ++i) {
    EXPECT_EQ(simulation.populations[0].parameters[i](0),
              simulation.populations[0].model->info.parameters[i].value);
  }
}

TEST(Study, GeneratorDefaultsInTheTableAreThoseOfTheGenerators) {
  for (const std::string& name : network::generator_names()) {
    const auto options =
        *parse(good_study, {"connectome={generator: {name: " + name + "}}"}).connectome.generator;
    const network::GeneratorOptions defaults;
    EXPECT_EQ(options.name, name);
    EXPECT_EQ(options.regions, defaults.regions);
    EXPECT_EQ(options.seed, defaults.seed);
    EXPECT_EQ(options.degree, defaults.degree);
    EXPECT_EQ(options.decay, defaults.decay);
    EXPECT_EQ(options.p, defaults.p);
    EXPECT_EQ(options.k, defaults.k);
    EXPECT_EQ(options.beta, defaults.beta);
    EXPECT_EQ(options.blocks, defaults.blocks);
    EXPECT_EQ(options.p_in, defaults.p_in);
    EXPECT_EQ(options.p_out, defaults.p_out);
    EXPECT_EQ(options.weights, defaults.weights);
    EXPECT_EQ(options.weight_scale, defaults.weight_scale);
    EXPECT_EQ(options.symmetric, defaults.symmetric);
  }
}

TEST(Study, UnitsAreConverted) {
  EXPECT_EQ(parse(good_study, {"integrator.dt=100 us"}).normalised, parse(good_study).normalised);
  EXPECT_DOUBLE_EQ(parse(good_study, {"connectome.speed=6 m/s"}).connectome.speed, 6.0);
  EXPECT_TRUE(std::isinf(parse(good_study, {"connectome.speed=inf"}).connectome.speed));
  EXPECT_DOUBLE_EQ(parse(good_study, {"duration=1 min"}).duration, 60000.0);
}

TEST(Study, OverridesReplaceAddAndReachIntoLists) {
  const io::ResolvedStudy study = resolved(
      good_study, {"coupling.gain=0.5", "coupling.gain=0.7", "monitors.0.period=2 ms",
                   "coupling.stages=staged", "noise.r={sigma: 1}", "seed=18446744073709551615"});
  EXPECT_EQ(study.simulation.coupling.gain, 0.7);
  EXPECT_EQ(study.monitors[0].period, 20);
  EXPECT_EQ(study.simulation.stages, engine::Stages::staged);
  EXPECT_EQ(study.simulation.populations[0].noise.size(), 2U);
  EXPECT_EQ(study.simulation.seed, std::numeric_limits<std::uint64_t>::max());
}

TEST(Study, AnOverrideOfAnAliasChangesOnePlace) {
  const std::string text = with("eta: -4.6, J: 14.5", "eta: &x {default: 1}, J: *x");
  const auto simulation = resolved(text, {"model.parameters.J.default=9"}).simulation;
  const auto value = [&](std::string_view name) {
    return simulation.populations[0]
        .parameters[static_cast<std::size_t>(simulation.populations[0].model->parameter(name))](0);
  };
  EXPECT_EQ(value("eta"), 1.0);
  EXPECT_EQ(value("J"), 9.0);
}

TEST(Study, ParametersTakeListsLabelsAndFiles) {
  const auto eta = [](const std::string& form) {
    const auto simulation = resolved(good_study, {"model.parameters.eta=" + form}).simulation;
    return simulation.populations[0]
        .parameters[static_cast<std::size_t>(simulation.populations[0].model->parameter("eta"))]
        .values;
  };
  EXPECT_THAT(eta("[1, 2, 3, 4]"), ElementsAre(1, 2, 3, 4));
  EXPECT_THAT(eta("{L2: 5, default: 1}"), ElementsAre(1, 1, 5, 1));
  EXPECT_THAT(eta("{L3: 3, L0: 0, L1: 1, L2: 2}"), ElementsAre(0, 1, 2, 3));
  const auto file = std::filesystem::temp_directory_path() / "arcuate_study_eta.txt";
  std::ofstream(file) << "1\n2\n3\n4.5\n";
  EXPECT_THAT(eta("{file: " + file.string() + "}"), ElementsAre(1, 2, 3, 4.5));
  std::filesystem::remove(file);
}

TEST(Study, FilesAreRelativeToTheStudy) {
  const auto study = io::parse_study(with("builtin: 12", "file: net.zip"), "a/b/study.yml", {});
  EXPECT_EQ(study.connectome.file, "a/b/net.zip");
  EXPECT_EQ(study.output, "resting.h5");
  const auto absolute =
      io::parse_study(with("builtin: 12", "file: /x/net.zip"), "a/b/study.yml", {});
  EXPECT_EQ(absolute.connectome.file, "/x/net.zip");
}

TEST(Study, TwoInitialValuesAreAListForTwoRegionsAndARangeOtherwise) {
  EXPECT_THAT(resolved(good_study, {}, 2).simulation.populations[0].initial[1].value.values,
              ElementsAre(-2.5, -1.5));
  EXPECT_TRUE(resolved(good_study, {}, 3).simulation.populations[0].initial[1].uniform.has_value());
  const auto drawn = resolved(good_study, {"model.initial.V={uniform: [0, 1]}"}, 2);
  EXPECT_TRUE(drawn.simulation.populations[0].initial[1].uniform.has_value());
}

TEST(Study, UsualLinksSkipInputsThatAreSwitchedOffEverywhere) {
  const std::string epileptor =
      "connectome: {builtin: 4}\nmodel: {name: Epileptor}\ncoupling: {name: difference}\nduration: "
      "1";
  const auto links = [&](const std::vector<std::string>& overrides) {
    std::vector<int> targets;
    const io::ResolvedStudy study = resolved(epileptor, overrides);
    for (const auto& link : study.simulation.populations[0].links)
      targets.push_back(link.target);
    return targets;
  };
  EXPECT_THAT(links({"model.parameters.Kf=1"}), ElementsAre(0, 1));
  EXPECT_THAT(links({"model.parameters.Kf=0"}), ElementsAre(0));
  EXPECT_THAT(links({"model.parameters.Kf=[0, 0, 0, 1]"}), ElementsAre(0, 1));
  EXPECT_THAT(links({"model.parameters.Kf=0", "coupling.target=c_2"}), ElementsAre(1));
}

TEST(Study, CouplingNoneIsNoNetworkInput) {
  EXPECT_TRUE(resolved(good_study, {"coupling=none"}).simulation.populations[0].links.empty());
}

TEST(Study, NoiseTimesAreInTheModelsUnit) {
  const std::string wendling =
      "connectome: {builtin: 4}\nmodel: {name: Wendling}\nintegrator: {dt: 1}\nduration: 1 s\n"
      "noise: {p: {kind: ornstein_uhlenbeck, sigma: 2 Hz, tau: 50 ms, shared: true}}";
  const auto term = resolved(wendling, {}).simulation.populations[0].noise.at(0);
  EXPECT_TRUE(term.on_input);
  EXPECT_DOUBLE_EQ(term.tau, 0.05);
  EXPECT_DOUBLE_EQ(term.sigma(0), 2.0);
  EXPECT_TRUE(term.shared);
  EXPECT_EQ(resolved(wendling, {"noise.p={kind: per_step, sigma: 3}"})
                .simulation.populations[0]
                .noise[0]
                .kind,
            engine::NoiseTerm::Kind::per_step);
}

TEST(Study, BrownianAndColouredNoiseHaveTheirOwnKeys) {
  const auto brownian = resolved(good_study, {"noise={c_V: {kind: brownian, sigma: 0.2}}"})
                            .simulation.populations[0]
                            .noise.at(0);
  EXPECT_EQ(brownian.kind, engine::NoiseTerm::Kind::brownian);
  EXPECT_TRUE(brownian.on_input);
  const std::string wendling =
      "connectome: {builtin: 4}\nmodel: {name: Wendling}\nintegrator: {dt: 1}\nduration: 1 s\n"
      "noise: {p: {kind: coloured, sigma: 2 Hz, tau_min: 20 ms, tau_max: 4 s}}";
  const auto pink = resolved(wendling, {}).simulation.populations[0].noise.at(0);
  EXPECT_EQ(pink.kind, engine::NoiseTerm::Kind::coloured);
  EXPECT_EQ(pink.beta, 1.0);
  EXPECT_DOUBLE_EQ(pink.tau_min, 0.02);
  EXPECT_DOUBLE_EQ(pink.tau_max, 4.0);
  EXPECT_EQ(resolved(wendling, {"noise.p.beta=2"}).simulation.populations[0].noise.at(0).beta, 2.0);
  const auto study = parse(wendling, {"noise.p.beta=0.5"});
  EXPECT_EQ(parse(study.normalised).normalised, study.normalised) << study.normalised;
  const auto refused = [&](const std::string& change) {
    return message_of([&] { parse(wendling, {change}); });
  };
  EXPECT_THAT(refused("noise.p.beta=2.5"), HasSubstr("allowed: above 0, up to 2"));
  EXPECT_THAT(refused("noise.p.beta=0"), HasSubstr("noise.p.beta=0: 0 is out of range"));
  EXPECT_THAT(refused("noise.p.tau_max=0.02 s"), HasSubstr("must be longer than tau_min"));
  EXPECT_THAT(refused("noise.p={kind: coloured, sigma: 1, tau_min: 3}"),
              HasSubstr("noise.p.tau_max: missing, but required for coloured noise"));
  EXPECT_THAT(refused("noise.p={kind: brownian, sigma: 1, beta: 1}"),
              HasSubstr("noise.p.beta: is for coloured noise only"));
  EXPECT_THAT(refused("noise.p.tau=3"), HasSubstr("is for ornstein_uhlenbeck noise only"));
}

TEST(Study, NoiseHasAShortForm) {
  const auto term = resolved(good_study, {"noise={r: 0.3}"}).simulation.populations[0].noise.at(0);
  EXPECT_EQ(term.kind, engine::NoiseTerm::Kind::white);
  EXPECT_EQ(term.sigma(0), 0.3);
  const auto scaled =
      resolved(good_study, {"noise={r: {sigma: 1, multiplicative: true, calculus: stratonovich}}"});
  EXPECT_EQ(scaled.simulation.populations[0].noise.at(0).calculus, engine::Calculus::stratonovich);
}

TEST(Study, MonitorsKeepRegionsInAscendingOrder) {
  EXPECT_THAT(resolved(good_study, {"monitors.0.regions=[L3, 0, L1]"}).monitors[0].regions,
              ElementsAre(0, 1, 3));
}

TEST(Study, AQuotedNumberIsALabel) {
  network::Connectome connectome = regions(4);
  connectome.labels[3] = "1";
  const auto study = parse(good_study, {"monitors.0.regions=['1', 0]"});
  EXPECT_THAT(io::resolve(study, connectome).monitors[0].regions, ElementsAre(0, 3));
  const auto again = parse(study.normalised);
  EXPECT_THAT(io::resolve(again, connectome).monitors[0].regions, ElementsAre(0, 3));
}

TEST(Study, SpatialAveragesGroupRegions) {
  const auto groups = [](const std::string& how) {
    return resolved(good_study,
                    {"monitors.0={kind: spatial_average, period: 1, groups: " + how + "}"})
        .monitors[0];
  };
  EXPECT_THAT(groups("hemispheres").region_group, ElementsAre(0, 0, 1, 1));
  EXPECT_THAT(groups("hemispheres").group_names, ElementsAre("left", "right"));
  EXPECT_THAT(groups("cortical").region_group, ElementsAre(1, 0, 1, 0));
  EXPECT_THAT(groups("cortical").group_names, ElementsAre("subcortical", "cortical"));
  EXPECT_THAT(groups("{b: [L3], a: [0, L1]}").region_group, ElementsAre(1, 1, -1, 0));
  EXPECT_THAT(groups("{b: [L3], a: [0, L1]}").group_names, ElementsAre("b", "a"));
}

TEST(Study, RawMonitorsRecordEveryStepUnlessToldOtherwise) {
  EXPECT_EQ(resolved(good_study, {"monitors=[{kind: raw}]"}).monitors[0].period, 1);
}

TEST(Study, AfferentCouplingRecordsTheInputsThatAreCoupled) {
  const auto monitor =
      resolved(good_study, {"monitors=[{kind: afferent_coupling, period: 1}]"}).monitors[0];
  ASSERT_EQ(monitor.variables_of(0).size(), 1U);
  const auto links = resolved(good_study, {}).simulation.populations[0].links;
  EXPECT_EQ(monitor.variables_of(0)[0], links.at(0).target);
  // At every step without a period, as The Virtual Brain's AfferentCoupling.
  EXPECT_EQ(resolved(good_study, {"monitors=[{kind: afferent_coupling}]"}).monitors[0].period, 1);
}

TEST(Study, PeriodsAreWholeToRoundingError) {
  EXPECT_EQ(resolved(good_study,
                     {"integrator.dt=0.01220703125", "duration=1 s", "transient=0", "monitors=[]"})
                .simulation.steps,
            81920);
  EXPECT_EQ(
      resolved(good_study, {"integrator.dt=0.3", "duration=0.9", "transient=0.6", "monitors=[]"})
          .simulation.steps,
      3);
}

TEST(Study, TheNormalisedStudyIsAFixedPoint) {
  for (const std::vector<std::string>& overrides : std::vector<std::vector<std::string>>{
           {},
           {"coupling=none", "title=\"a: 'b' # c\"", "connectome.speed=inf"},
           {"model.parameters.eta={L0: 1, 'default': 2}", "model.initial.r={file: x.npy}"},
           {"connectome={generator: {name: stochastic_block_model, block_sizes: [40, 40]}}"},
           {"connectome={weights: w.npy, delays: d.npy, labels: l.txt}"},
           {"coupling={name: kuramoto, normalize: strength, source: [r, V], target: [c_r, c_r]}"},
           {"model={name: MontbrioPazoRoxin, history: {file: h.npy}}"},
           {"noise={V: {kind: ornstein_uhlenbeck, sigma: 1, tau: 0.3 s}, r: 1e-7}"},
           {"monitors=[{kind: spatial_average, period: 0.3, groups: {a: [0, '1', x y]}}]"},
           {"monitors=[]", "partition={method: block, seed: 9}"}}) {
    const io::Study study = parse(good_study, overrides);
    const std::string first = study.normalised;
    EXPECT_EQ(parse(first).normalised, first) << first;
    EXPECT_EQ(parse(first).duration, study.duration);
    EXPECT_EQ(parse(first).title, study.title);
  }
}

TEST(Study, KeepsSamplesInDoublePrecisionUnlessAskedForSingle) {
  EXPECT_EQ(parse(good_study).storage, io::Storage::double_precision);
  EXPECT_EQ(parse(good_study, {"storage=single"}).storage, io::Storage::single_precision);
  EXPECT_THAT(parse(good_study, {"storage=single"}).normalised, HasSubstr("storage: single"));
}

TEST(Study, ReadsTheNumbersOfAKindOfMonitor) {
  const auto monitor =
      resolved(good_study, {"monitors.0={kind: exponential_average, period: 1, tau: 0.4 s}"})
          .monitors[0];
  EXPECT_EQ(monitor.kind, monitor::find_kind("exponential_average"));
  EXPECT_THAT(monitor.numbers, ElementsAre(400.0));
}

TEST(Study, ReadsHaemodynamics) {
  const auto monitor =
      resolved(good_study,
               {"monitors.0={kind: bold, variables: r, period: 720 ms, preset: deco2014, "
                "parameters: {tau: 980 ms, alpha: {L1: 0.4, default: 0.3}, efficacy: 2}}"})
          .monitors[0];
  EXPECT_EQ(monitor.kind, monitor::find_kind("bold"));
  EXPECT_THAT(monitor.choices, ElementsAre(1));
  EXPECT_EQ(monitor.period, 7200);
  EXPECT_EQ(monitor.step, 10);
  ASSERT_EQ(monitor.parameters.size(), 11U);
  EXPECT_EQ(monitor.parameters[0].values, std::vector{1 / 0.65});
  EXPECT_DOUBLE_EQ(monitor.parameters[2](0), 0.98);
  EXPECT_EQ(monitor.parameters[3].values, (std::vector{0.3, 0.4, 0.3, 0.3}));
  EXPECT_EQ(monitor.parameters[9](3), 2.0);
  EXPECT_EQ(settings_of(monitor, 0.1), "bold: preset deco2014, in steps of 1 ms");
}

TEST(Study, ReadsHaemodynamicResponses) {
  const auto monitor =
      resolved(good_study, {"monitors.0={kind: hrf_bold, variables: [r, V], period: 2.2 s, step: "
                            "5.5 ms, kernel: gamma, convention: tvb, parameters: {n: 4}}"})
          .monitors[0];
  EXPECT_THAT(monitor.choices, ElementsAre(1, 1));
  EXPECT_EQ(monitor.step, 55);
  EXPECT_EQ(monitor.parameters[0](0), 1.08);
  EXPECT_EQ(monitor.parameters[1](0), 4.0);
}

TEST(Study, WritesDownTheHaemodynamicsThatItMeans) {
  const std::string text =
      parse(good_study, {"monitors.0={kind: bold, variables: r, period: 2.2 s}"}).normalised;
  EXPECT_THAT(text, HasSubstr("preset: friston2003"));
  EXPECT_THAT(text, HasSubstr("kappa: 0.65"));
  EXPECT_THAT(text, HasSubstr("step: 1"));
}

TEST(Study, EveryKindOfMonitorIsInTheReferenceWithItsKeys) {
  const std::string reference = io::study_reference();
  for (const monitor::Kind* kind : monitor::kinds()) {
    EXPECT_THAT(reference, HasSubstr(std::string(kind->name) + ": " + std::string(kind->meaning)));
    for (const monitor::KindNumber& number : kind->numbers)
      EXPECT_THAT(reference, HasSubstr("| `monitors[]." + std::string(number.name) + "` |"));
    for (const monitor::KindChoice& choice : kind->choices) {
      EXPECT_THAT(reference, HasSubstr("| `monitors[]." + std::string(choice.name) + "` |"));
      for (const monitor::KindOption& option : choice.options)
        EXPECT_THAT(reference, HasSubstr("| `" + std::string(option.name) + "` | "));
    }
  }
}

TEST(Study, TheSchemaHasEveryKeyOfTheReferenceAtItsPlace) {
  const auto schema = nlohmann::json::parse(io::study_schema());
  const std::string reference = io::study_reference();
  ASSERT_GT(schema["x-keys"].size(), 300U);
  for (const nlohmann::json& row : schema["x-keys"]) {
    const auto path = row["path"].get<std::string>();
    EXPECT_THAT(reference, HasSubstr("| `" + path + "` |"));
    const nlohmann::json* at = &schema;
    std::stringstream parts(path);
    for (std::string part; std::getline(parts, part, '.');) {
      const bool list = part.ends_with("[]");
      if (list) part.resize(part.size() - 2);
      at = part.starts_with('<') ? &at->at("additionalProperties") : &at->at("properties").at(part);
      if (list) at = &at->at("items");
    }
    EXPECT_TRUE(at->contains("description")) << path;
  }
  const auto& monitor = schema["properties"]["monitors"]["items"]["properties"];
  EXPECT_THAT(monitor["kind"]["examples"], testing::Contains("bold"));
  EXPECT_EQ(monitor["period"]["type"], nlohmann::json({"number", "string"})) << "4 or 4 ms";
}

TEST(Study, TheCommittedReferenceIsTheGeneratedOne) {
  std::ifstream file(std::string(ARCUATE_SOURCE) + "/docs/study-file.md");
  std::stringstream text;
  text << file.rdbuf();
  EXPECT_EQ(text.str(), io::study_reference());
}

}  // namespace
}  // namespace arcuate::test
