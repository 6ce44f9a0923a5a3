#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "arcuate/core/sha256.hpp"
#include "arcuate/io/hdf5.hpp"
#include "plugins.hpp"

/// Losses, features and builders of connectomes of a user's own: `arcuate loss new`, `loss build`,
/// and what uses them. Models are in plugin_test.cpp.
namespace arcuate::test {
namespace {

using testing::HasSubstr;

io::hdf5::Object opened(const Folder& folder, const std::string& recording) {
  return io::hdf5::open_file(folder.path(recording), io::hdf5::Access::read);
}

/// The template of a kind, called Mine, with some text replaced; built.
Outcome built_from_template(const Folder& folder, const std::string& kind,
                            const std::string& from = "", const std::string& to = "") {
  EXPECT_EQ(folder.arcuate(kind + " new Mine").code, 0);
  const std::string text = content(folder.path("Mine.hpp"));
  EXPECT_NE(text.find(from), std::string::npos) << from;
  if (!from.empty()) folder.write("Mine.hpp", replaced(text, from, to));
  Outcome outcome = built_plugin(folder, kind, "Mine.hpp");
  std::filesystem::remove(folder.path("Mine.hpp"));
  return outcome;
}

std::string small_study(const std::string& connectome, const std::string& features) {
  return "connectome: " + connectome +
         "\n"
         "model: { name: Generic2dOscillator }\n"
         "coupling: { gain: 0.05 }\n"
         "noise: { V: 0.1 }\n"
         "duration: 300 ms\n"
         "monitors: [ { kind: raw, period: 1 ms, variables: [V] } ]\n" +
         features + "output: s.h5\n";
}

/// A symmetric matrix of 7 regions, correlations of nothing in particular.
std::string target_fc() {
  std::string text;
  for (int i = 0; i < 7; ++i) {
    for (int j = 0; j < 7; ++j) {
      const double value = i == j ? 1.0 : 0.5 * std::cos(0.7 * (i + j));
      text += (j == 0 ? "" : ",") + std::to_string(value);
    }
    text += '\n';
  }
  return text;
}

nlohmann::json losses_of(const Folder& folder, const std::string& terms) {
  const Outcome done = folder.arcuate("compare s.h5 --fc fc.csv --json " + terms);
  EXPECT_EQ(done.code, 0) << done.err;
  return nlohmann::json::parse(done.out).at("losses");
}

// With power 2 the template is the sum over half of the pairs, over half of their number; fc_rmse²
// is that over all entries, of which the diagonal is 0: rmse² n/(n - 1) of n regions.
TEST(OwnLoss, TheTemplateIsWhatItsFormulaSaysAndACopyOfTheCataloguesHasItsBits) {
  const Folder folder;
  folder.write("fc.csv", target_fc());
  folder.write("s.yml", small_study("{ builtin: 7 }", ""));
  ASSERT_EQ(folder.arcuate("simulate s.yml").code, 0);
  const Outcome build = built_from_template(folder, "loss");
  ASSERT_EQ(build.code, 0) << build.err;
  EXPECT_EQ(build.err, "");
  EXPECT_THAT(build.out, HasSubstr("--fc FILE --loss Mine,plugin=Mine.so"));
  EXPECT_THAT(build.out, testing::Not(HasSubstr("note:")));
  const std::string catalogue =
      content(ARCUATE_SOURCE "/include/arcuate/loss/catalogue/fc_corr.hpp");
  folder.write("corr_copy.hpp",
               replaced(replaced(catalogue, "FcCorr", "CorrCopy"), "\"fc_corr\"", "\"corr_copy\""));
  const Outcome copy = built_plugin(folder, "loss", "corr_copy.hpp");
  ASSERT_EQ(copy.code, 0) << copy.err;
  const auto losses =
      losses_of(folder,
                "--loss fc_rmse --loss Mine*3,plugin=Mine.so --loss fc_corr "
                "--loss corr_copy,plugin=./corr_copy.so --loss Mine,power=1,plugin=Mine.so");
  const double rmse = losses[0]["value"];
  EXPECT_GT(rmse, 0.1);
  EXPECT_NEAR(losses[1]["value"], rmse * rmse * 7.0 / 6.0, 1e-12);
  EXPECT_EQ(losses[1]["weight"], 3.0);
  EXPECT_EQ(losses[1]["plugin"], folder.path("Mine.so").string());
  EXPECT_EQ(losses[1]["plugin_sha256"], sha256(content(folder.path("Mine.so"))));
  EXPECT_FALSE(losses[0].contains("plugin"));
  EXPECT_EQ(losses[3]["value"].get<double>(), losses[2]["value"].get<double>());
  EXPECT_EQ(losses[3]["loss"].get<double>(), losses[2]["loss"].get<double>());
  EXPECT_NE(losses[4]["value"], losses[1]["value"]);
  EXPECT_THAT(folder.arcuate("loss list --plugin Mine.so").out,
              HasSubstr("power [1], usually 2: of the difference of a pair"));
  EXPECT_THAT(folder.arcuate("loss list").out, HasSubstr("fcd_wasserstein: compares FCD"));
}

TEST(OwnLoss, WhatCannotBeOneIsAnErrorThatNamesTheFile) {
  const Folder folder;
  folder.write("fc.csv", target_fc());
  folder.write("s.yml", small_study("{ builtin: 7 }", ""));
  ASSERT_EQ(folder.arcuate("simulate s.yml").code, 0);
  expect_one_line(folder.arcuate("loss new fc_corr"), 2, {"a loss of the catalogue"});
  const Outcome biased = built_from_template(folder, "loss", "return sum /",
                                             "if (power == 7.0) throw 7;\n return 0.25 + sum /");
  ASSERT_EQ(biased.code, 0) << biased.err;
  EXPECT_THAT(biased.out, HasSubstr("note: of two equal sides the loss is 0.25, and should be 0"));
  const std::string compare = "compare s.h5 --fc fc.csv --loss ";
  const std::vector<std::pair<std::string, std::string>> cases{
      {"Mine,plugin=Mine.so,power=7", "loss Mine throws an unknown exception"},
      {"Other,plugin=Mine.so", "Other: plugin: Mine.so: its loss is called 'Mine'"},
      {"Mine,plugin=none.so", "Mine: plugin: none.so: no such file"},
      {"Mine,plugin=", "Mine: plugin: : no file is given"},
      {"Mine,plugin=fc.csv", "not a shared library; `arcuate loss build` makes plug-ins"},
      {"Mine,plugin=Mine.so,power=0.1", "power is 0.1 (allowed: 0.5 or more)"},
      {"Mine,plugin=Mine.so,q=1", "there is no option 'q' (allowed: power)"},
      {"Mine", "there is no loss 'Mine' (allowed: psd_mse"}};
  for (const auto& [loss, words] : cases)
    expect_one_line(folder.arcuate(compare + loss), 2, {words});
  expect_one_line(folder.arcuate("models --plugin Mine.so"), 2,
                  {"Mine.so: a plug-in of the kind loss, not model"});
  expect_one_line(folder.arcuate("feature list --plugin Mine.so"), 2,
                  {"Mine.so: a plug-in of the kind loss, not feature"});
}

TEST(OwnLoss, BuildTellsWhatIsMissingAndWhatClashes) {
  const Folder folder;
  const Outcome clash =
      built_from_template(folder, "loss", ".name = \"Mine\"", ".name = \"fcd_ks\"");
  expect_one_line(clash, 2, {"Mine.hpp: its loss is called 'fcd_ks' like one of the catalogue"});
  // The path begins as a mangled name does.
  std::filesystem::create_directory(folder.path("t_Z1"));
  ::setenv("TMPDIR", folder.path("t_Z1").c_str(), 1);
  const Outcome symbol =
      built_from_template(folder, "loss", "double sum = 0.0;",
                          "double of_nobody(double);\n double sum = of_nobody(0.0);");
  ::unsetenv("TMPDIR");
  expect_one_line(
      symbol, 2,
      {"Mine.hpp: cannot be loaded: ", "undefined symbol: arcuate::loss::of_nobody(double)"});
  const Outcome value = built_from_template(folder, "loss", "double value(", "double values(");
  EXPECT_EQ(value.code, 2);
  EXPECT_THAT(value.err, HasSubstr("the loss needs: static double value(const Sides&"));
  EXPECT_THAT(value.err, HasSubstr("struct Mine does not compile as a loss"));
}

/// (n_regions) Share of samples above mean + threshold deviations, of V in s.h5.
std::vector<double> shares(const Folder& folder, std::size_t regions, double threshold) {
  const auto data = opened(folder, "s.h5").read<double>("/monitors/raw/data");
  const std::size_t samples = data.size() / regions;
  std::vector<double> all;
  for (std::size_t i = 0; i < regions; ++i) {
    double sum = 0.0, square = 0.0;
    for (std::size_t t = 0; t < samples; ++t)
      sum += data[t * regions + i];
    const double mean = sum / static_cast<double>(samples);
    for (std::size_t t = 0; t < samples; ++t)
      square += std::pow(data[t * regions + i] - mean, 2);
    const double limit = mean + threshold * std::sqrt(square / static_cast<double>(samples));
    double above = 0.0;
    for (std::size_t t = 0; t < samples; ++t)
      above += data[t * regions + i] > limit ? 1.0 : 0.0;
    all.push_back(above / static_cast<double>(samples));
  }
  return all;
}

TEST(OwnFeature, IsComputedInsideARunAndAfterItAndTheFileSaysByWhat) {
  const Folder folder;
  const Outcome build = built_from_template(folder, "feature");
  ASSERT_EQ(build.code, 0) << build.err;
  EXPECT_EQ(build.err, "");
  EXPECT_THAT(build.out, HasSubstr("features: [ { kind: Mine, plugin: Mine.so } ]"));
  folder.write("s.yml",
               small_study("{ builtin: 7 }",
                           "features: [ { kind: Mine, plugin: Mine.so, threshold: 1.5 } ]\n"));
  std::filesystem::create_directory(folder.path("elsewhere"));
  const std::string hash = sha256(content(folder.path("Mine.so")));
  for (const int ranks : {1, 2}) {
    const Outcome run = folder.ranks(ranks, "simulate s.yml --overwrite");
    ASSERT_EQ(run.code, 0) << run.err;
    const auto expected = shares(folder, 7, 1.5);
    ASSERT_GT(expected[0], 0.0);
    const auto file = opened(folder, "s.h5");
    const auto group = file.open_group("features").open_group("Mine");
    EXPECT_EQ(group.read<double>("share"), expected) << ranks;
    EXPECT_EQ(group.text("plugin"), folder.path("Mine.so").string());
    EXPECT_EQ(group.text("plugin_sha256"), hash);
    EXPECT_THAT(file.text("study"), HasSubstr(folder.path("Mine.so").string()));
  }
  const Outcome after = folder.shell("cd elsewhere && " ARCUATE_PROGRAM
                                     " analyze ../s.h5 --feature Mine --plugin ../Mine.so --set "
                                     "name=after --set threshold=0.5");
  ASSERT_EQ(after.code, 0) << after.err;
  folder.write("f.yml", "features: [ { kind: Mine, plugin: Mine.so, name: listed } ]\n");
  const Outcome listed =
      folder.shell("cd elsewhere && " ARCUATE_PROGRAM " analyze ../s.h5 ../f.yml");
  ASSERT_EQ(listed.code, 0) << listed.err;
  const auto features = opened(folder, "s.h5").open_group("features");
  EXPECT_EQ(features.open_group("after").read<double>("share"), shares(folder, 7, 0.5));
  EXPECT_EQ(features.open_group("listed").read<double>("share"), shares(folder, 7, 1.0));
  EXPECT_THAT(folder.arcuate("check s.yml").out, HasSubstr(hash));
  EXPECT_THAT(folder.arcuate("feature list --plugin Mine.so").out,
              HasSubstr("| `threshold` | number | 1 | 1 | >= 0 |"));
  const Outcome report = folder.arcuate("report s.h5 -o s.html");
  EXPECT_EQ(report.code, 0) << report.err;
}

TEST(OwnFeature, WhatCannotBeOneIsAnErrorThatNamesThePlace) {
  const Folder folder;
  const auto study = [&](const std::string& feature) {
    folder.write("s.yml", small_study("{ builtin: 7 }", "features: [ " + feature + " ]\n"));
    return folder.arcuate("check s.yml");
  };
  ASSERT_EQ(built_from_template(folder, "feature", "Vector share(x.cols());",
                                "if (threshold == 7.0) throw std::range_error(\"too far\");\n"
                                "Vector share(x.cols() + (threshold == 8.0));")
                .code,
            0);
  expect_one_line(study("{ kind: Mein, plugin: Mine.so }"), 2,
                  {"s.yml:7: features.0.kind: is 'Mein'; did you mean 'Mine'?"});
  expect_one_line(study("{ plugin: Mine.so }"), 2, {"features.0.kind: is missing (allowed: Mine)"});
  expect_one_line(study("{ kind: Mine, plugin: no.so }"), 2,
                  {"s.yml:7: features.0.plugin: no.so: no such file"});
  expect_one_line(study("{ kind: Mine, plugin: s.yml }"), 2, {"not a shared library"});
  expect_one_line(study("{ kind: Mine, plugin: Mine.so, threshold: -1 }"), 2,
                  {"features.0.threshold: is -1 (allowed: >= 0)"});
  expect_one_line(study("{ kind: Mine, plugin: Mine.so, limit: 1 }"), 2,
                  {"features.0.limit: Mine has no option of this name"});
  expect_one_line(folder.arcuate("feature new fcd"), 2, {"a feature of the catalogue"});
  expect_one_line(study("{ kind: Mine, plugin: Mine.so, threshold: 7 }"), 2,
                  {"s.yml:7: features.0: feature Mine throws: too far"});
  expect_one_line(
      study("{ kind: Mine, plugin: Mine.so, threshold: 8 }"), 2,
      {"s.yml:7: features.0: feature Mine: result 'share': has 4 values, and its axes 3"});
  const Outcome fallback =
      built_from_template(folder, "feature", ".fallback = \"1\"", ".fallback = \"-1\"");
  expect_one_line(fallback, 2, {"option 'threshold': its default '-1' is not allowed"});
}

TEST(OwnConnectivity, GivesTheSameNetworkOnAnyNumberOfRanksAndAsAFile) {
  const Folder folder;
  const Outcome build = built_from_template(folder, "connectivity");
  ASSERT_EQ(build.code, 0) << build.err;
  EXPECT_EQ(build.err, "");
  EXPECT_THAT(build.out, HasSubstr("connectome: { generator: { name: Mine, plugin: Mine.so } }"));
  const std::string generator =
      "{ generator: { name: Mine, plugin: Mine.so, regions: 21, seed: 5, reach: 12 cm } }";
  std::vector<double> first;
  for (const int ranks : {1, 2, 3}) {
    folder.write("s.yml", small_study(generator, ""));
    const Outcome run = folder.ranks(ranks, "simulate s.yml --overwrite");
    ASSERT_EQ(run.code, 0) << run.err;
    const auto samples = opened(folder, "s.h5").read<double>("/monitors/raw/data");
    if (ranks == 1) first = samples;
    EXPECT_EQ(samples, first) << ranks;
  }
  const auto file = opened(folder, "s.h5");
  EXPECT_EQ(file.text("connectome_plugin"), folder.path("Mine.so").string());
  EXPECT_EQ(file.text("connectome_plugin_sha256"), sha256(content(folder.path("Mine.so"))));
  EXPECT_THAT(file.text("study"), HasSubstr("reach: 120"));
  const Outcome written = folder.arcuate(
      "connectome generate Mine --plugin Mine.so --regions 21 --seed 5 --set 'reach=120 mm' "
      "-o c.h5");
  ASSERT_EQ(written.code, 0) << written.err;
  folder.write("s.yml", small_study("{ file: c.h5 }", ""));
  ASSERT_EQ(folder.arcuate("simulate s.yml --overwrite").code, 0);
  EXPECT_EQ(opened(folder, "s.h5").read<double>("/monitors/raw/data"), first);
  EXPECT_THAT(folder.arcuate("connectivity list --plugin Mine.so").out,
              HasSubstr("reach [mm], usually 40, allowed 1 to 1000"));
}

TEST(OwnConnectivity, WhatCannotBeOneIsAnErrorThatNamesThePlace) {
  const Folder folder;
  ASSERT_EQ(built_from_template(folder, "connectivity", "settings.regions, std::move(edges)",
                                "settings.regions + (settings.regions == 8), std::move(edges)")
                .code,
            0);
  const std::string place = "s.yml:1: connectome.generator";
  const std::vector<std::pair<std::string, std::string>> cases{
      {"name: Mine, plugin: Mine.so, regions: 8",
       ": builder 'Mine': the connectome that it built: 10 begins of rows, where 9 are expected"},
      {"name: Mine, plugin: Mine.so, reach: 2 s", ".reach: "},
      {"name: Mine, plugin: Mine.so, reach: 0.5 mm",
       ".reach: 0.5 mm is out of range (allowed: 1 to 1000)"},
      {"name: Mine, plugin: Mine.so, regions: 1", ": builder 'Mine': regions: 1 is not allowed"},
      {"name: Mine, plugin: Mine.so, degree: 3", ".degree: builder Mine does not use it"},
      {"name: Mine, plugin: Mine.so, rich: 3", ".rich: unknown key; did you mean 'reach'?"},
      {"plugin: Mine.so", ".name: missing"},
      {"name: spatial, plugin: Mine.so", ".name: unknown value 'spatial' (allowed: Mine)"},
      {"name: Mine", ".name: unknown value 'Mine'"},
      {"name: Mine, plugin: none.so", ".plugin: none.so: no such file"}};
  for (const auto& [generator, words] : cases) {
    folder.write("s.yml", small_study("{ generator: { " + generator + " } }", ""));
    expect_one_line(folder.arcuate("check s.yml"), 2, {place + words});
  }
  folder.write("s.yml", small_study("{ generator: { " + cases.front().first + " } }", ""));
  expect_said_once(folder.ranks(3, "simulate s.yml"), 2, {place + cases.front().second});
  expect_one_line(folder.arcuate("connectome generate Mine --plugin Mine.so --set rech=3 -o c.h5"),
                  2, {"--set rech=3: expected NAME=VALUE; did you mean 'reach'?"});
  const Outcome random = built_from_template(folder, "connectivity", "const double weight = ",
                                             "static double count = 0.0;\n        const double "
                                             "weight = (count += 1.0) * ");
  expect_one_line(random, 2, {"builder 'Mine' builds another connectome the second time"});
  const Outcome range =
      built_from_template(folder, "connectivity", ".value = 40.0", ".value = 0.5");
  expect_one_line(range, 2, {"parameter 'reach': its value 0.5 is outside 1 to 1000"});
}

}  // namespace
}  // namespace arcuate::test
