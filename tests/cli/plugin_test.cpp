#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "arcuate/core/sha256.hpp"
#include "arcuate/io/hdf5.hpp"
#include "plugins.hpp"

/// Models of a user's own: `arcuate model new`, `model build`, and studies that use them.
namespace arcuate::test {
namespace {

using testing::HasSubstr;

const std::string catalogue_folder = ARCUATE_SOURCE "/include/arcuate/model/catalogue/";

std::string plugin_study(const std::string& model, const std::string& output) {
  return "connectome: { generator: { name: spatial, regions: 21, degree: 6 }, normalize: row_sum "
         "}\n"
         "model: " +
         model +
         "\n"
         "coupling: { gain: 0.1 }\n"
         "integrator: { method: heun, dt: 0.1 ms }\n"
         "noise: { V: 0.05 }\n"
         "duration: 60 ms\n"
         "monitors: [ { kind: raw, period: 1 ms } ]\n"
         "output: " +
         output + "\n";
}

std::vector<double> samples(const Folder& folder, const std::string& recording) {
  return io::hdf5::open_file(folder.path(recording), io::hdf5::Access::read)
      .read<double>("/monitors/raw/data");
}

Outcome built(const Folder& folder, const std::string& header, const std::string& options = "") {
  return built_plugin(folder, "model", header + " " + options);
}

/// The template with some text replaced, built.
Outcome built_with(const Folder& folder, const std::string& from, const std::string& to) {
  EXPECT_EQ(folder.arcuate("model new Mine").code, 0);
  const std::string text = content(folder.path("Mine.hpp"));
  EXPECT_NE(text.find(from), std::string::npos) << from;
  folder.write("Mine.hpp", replaced(text, from, to));
  const Outcome outcome = built(folder, "Mine.hpp");
  EXPECT_EQ(folder.names(), outcome.code == 0 ? (std::set<std::string>{"Mine.hpp", "Mine.so"})
                                              : (std::set<std::string>{"Mine.hpp"}));
  std::filesystem::remove(folder.path("Mine.hpp"));
  return outcome;
}

TEST(Plugin, ACopyOfACatalogueModelGivesTheSameBitsOnAnyNumberOfRanks) {
  const Folder folder;
  const std::string header = content(catalogue_folder + "montbrio_pazo_roxin.hpp");
  folder.write("my_copy.hpp", replaced(header, "MontbrioPazoRoxin", "MyCopy"));
  const Outcome build = built(folder, "my_copy.hpp");
  ASSERT_EQ(build.code, 0) << build.err;
  EXPECT_THAT(build.out, HasSubstr("model: { name: MyCopy, plugin: my_copy.so }"));
  for (const std::string method : {"euler", "heun", "rk4", "exponential_euler"}) {
    folder.write("a.yml", plugin_study("{ name: MontbrioPazoRoxin }", "a.h5"));
    folder.write("b.yml", plugin_study("{ name: MyCopy, plugin: ./my_copy.so }", "b.h5"));
    const std::string set = " --set integrator.method=" + method;
    ASSERT_EQ(folder.arcuate("simulate a.yml --overwrite" + set).code, 0);
    const std::vector<double> expected = samples(folder, "a.h5");
    ASSERT_EQ(expected.size(), 60U * 2U * 21U);
    for (const int ranks : {1, 2, 3}) {
      if (ranks > 1 && method != "heun") continue;
      const Outcome run = folder.ranks(ranks, "simulate b.yml --overwrite --threads 2" + set);
      ASSERT_EQ(run.code, 0) << run.err;
      EXPECT_EQ(samples(folder, "b.h5"), expected) << method << " " << ranks;
    }
  }
}

/// The same equations under two names: one network in which all regions have them.
TEST(Plugin, MayBeTheModelOfSomeRegions) {
  const Folder folder;
  const std::string header = content(catalogue_folder + "montbrio_pazo_roxin.hpp");
  folder.write("my_copy.hpp", replaced(header, "MontbrioPazoRoxin", "MyCopy"));
  ASSERT_EQ(built(folder, "my_copy.hpp").code, 0);
  folder.write("a.yml", plugin_study("{ name: MontbrioPazoRoxin }", "a.h5"));
  ASSERT_EQ(folder.arcuate("simulate a.yml").code, 0);
  std::string both = replaced(plugin_study("", "b.h5"), "noise: { V: 0.05 }\n", "");
  both = replaced(both, "model: \n",
                  "models:\n"
                  "  - { name: MontbrioPazoRoxin, regions: rest, noise: { V: 0.05 } }\n"
                  "  - { name: MyCopy, plugin: my_copy.so, regions: [3, 5-13, 20], noise: { V: "
                  "0.05 } }\n");
  folder.write("b.yml", both);
  for (const int ranks : {1, 2}) {
    const Outcome run = folder.ranks(ranks, "simulate b.yml --overwrite --threads 2");
    ASSERT_EQ(run.code, 0) << run.err;
    EXPECT_EQ(samples(folder, "b.h5"), samples(folder, "a.h5")) << ranks;
  }
}

TEST(Plugin, TheTemplateWorksAndTheRecordingTellsWhereItsModelIsFrom) {
  const Folder folder;
  const Outcome written = folder.arcuate("model new Mine");
  ASSERT_EQ(written.code, 0) << written.err;
  EXPECT_THAT(written.out, HasSubstr("arcuate model build Mine.hpp"));
  ASSERT_EQ(built(folder, "Mine.hpp").code, 0);
  const std::string first = sha256(content(folder.path("Mine.so")));
  ASSERT_EQ(built(folder, "Mine.hpp", "-o again.so").code, 0);
  EXPECT_EQ(sha256(content(folder.path("again.so"))), first) << "the same header, the same file";

  std::filesystem::create_directory(folder.path("elsewhere"));
  folder.write("s.yml",
               replaced(plugin_study("{ name: Mine, plugin: Mine.so, preset: excitable }", "s.h5"),
                        "V: 0.05", "v: 0.05"));
  const Outcome run = folder.shell("cd elsewhere && " ARCUATE_PROGRAM " simulate ../s.yml");
  ASSERT_EQ(run.code, 0) << run.err;
  const auto file = io::hdf5::open_file(folder.path("elsewhere/s.h5"), io::hdf5::Access::read);
  EXPECT_EQ(file.text("model"), "Mine");
  EXPECT_EQ(file.text("plugin_sha256"), first);
  EXPECT_EQ(file.text("plugin"), folder.path("Mine.so").string());
  EXPECT_THAT(file.text("study"), HasSubstr("plugin: \"" + folder.path("Mine.so").string() + "\""));

  const Outcome page = folder.arcuate("models --plugin Mine.so");
  EXPECT_THAT(page.out, HasSubstr("dw/dt = (v + a - b w)/tau"));
  EXPECT_EQ(folder.arcuate("models --plugin Mine.so --markdown pages").code, 0);
  EXPECT_THAT(content(folder.path("pages/Mine.md")), HasSubstr("# Mine"));
  EXPECT_THAT(content(folder.path("pages/Mine.svg")), HasSubstr("Phase plane"));
  const Outcome check = folder.arcuate("check s.yml");
  EXPECT_THAT(check.out, HasSubstr("Mine: 2 states, 4 parameters, preset excitable"));
  EXPECT_THAT(check.out, HasSubstr(first));
  EXPECT_EQ(folder.arcuate("plan s.yml").code, 0);
  EXPECT_EQ(folder.ranks(2, "plan s.yml").code, 0);
}

/// The first block of a language in the tutorial.
std::string block(const std::string& text, const std::string& language) {
  const std::string fence = "```" + language + "\n";
  const auto begin = text.find(fence) + fence.size();
  return text.substr(begin, text.find("```", begin) - begin);
}

// The rest of the Morris-Lecar neuron: V = -36.75474151 at I = 60, -26.59686697 at I = 90
// (scipy.optimize.brentq on the steady current), where it is stable up to I = 93.86.
TEST(Plugin, TheTutorialsNeuronRestsAndSpikesWhereItShould) {
  const Folder folder;
  const std::string tutorial = content(ARCUATE_SOURCE "/docs/tutorial-own-model.md");
  ASSERT_EQ(folder.arcuate("model new MyNeuron").code, 0);
  const std::string header = content(folder.path("MyNeuron.hpp"));
  const auto begin = header.find("struct MyNeuron {");
  folder.write("MyNeuron.hpp", header.substr(0, begin) + block(tutorial, "cpp") +
                                   header.substr(header.find("\n};\n", begin) + 4));
  const Outcome build = built(folder, "MyNeuron.hpp");
  ASSERT_EQ(build.code, 0) << build.err;
  folder.write("neuron.yml", block(tutorial, "yaml"));
  const Outcome run =
      folder.arcuate("simulate neuron.yml --set 'model.initial={V: -26.6, w: 0.13}'");
  ASSERT_EQ(run.code, 0) << run.err;
  const auto data = samples(folder, "neuron.h5");  // (4000, [V, w, I_K], 4)
  ASSERT_EQ(data.size(), 4000U * 3U * 4U);
  const double* last = data.data() + std::size_t{3999} * 12;
  EXPECT_NEAR(last[0], -36.75474151, 1e-7);
  EXPECT_NEAR(last[1], -26.59686697, 1e-2) << "slowly damped";
  for (const std::size_t region : {2U, 3U}) {
    double highest = -100.0;
    for (std::size_t sample = 3000; sample < 4000; ++sample)
      highest = std::max(highest, data[sample * 12 + region]);
    EXPECT_GT(highest, 20.0) << "repetitive spikes";
  }
}

TEST(Plugin, ConstantsDerivedFromParametersWorkInAPluginToo) {
  const Folder folder;
  const Outcome build = built(folder, ARCUATE_SOURCE "/tests/support/deriving_model.hpp",
                              "--struct arcuate::test::DerivingModel -o d.so");
  ASSERT_EQ(build.code, 0) << build.err;
  folder.write(
      "s.yml",
      "connectome: { builtin: 3 }\nmodel: { name: Deriving, plugin: d.so, parameters: { f: "
      "[0.1, 0.2, 0.3] } }\nduration: 5 ms\n"
      "monitors: [ { kind: raw, variables: [x, y, energy] } ]\n");
  const Outcome run = folder.arcuate("simulate s.yml");
  ASSERT_EQ(run.code, 0) << run.err;
  const auto data = samples(folder, "s.h5");  // (50, [x, y, energy], 3)
  ASSERT_EQ(data.size(), 50U * 3U * 3U);
  for (std::size_t region = 0; region < 3; ++region) {
    const double x = data[49 * 9 + region], y = data[49 * 9 + 3 + region];
    const double omega = 6.283185307179586 * 0.1 * static_cast<double>(region + 1);
    EXPECT_NEAR(data[49 * 9 + 6 + region], omega * (x * x + y * y), 1e-14);
    EXPECT_GT(data[49 * 9 + 6 + region], 0.0);
  }
}

TEST(Plugin, NewRefusesWhatItWouldSpoil) {
  const Folder folder;
  folder.write("Mine.hpp", "my work");
  expect_one_line(folder.arcuate("model new Mine"), 2, {"Mine.hpp: is there already"});
  EXPECT_EQ(content(folder.path("Mine.hpp")), "my work");
  expect_one_line(folder.arcuate("model new 2nd"), 2, {"'2nd' cannot name a model"});
  expect_one_line(folder.arcuate("model new a/b"), 2, {"'a/b' cannot name a model"});
  expect_one_line(folder.arcuate("model new Wendling"), 2, {"a model of the catalogue"});
  expect_one_line(folder.arcuate("model"), 2, {"model: "});
  EXPECT_EQ(folder.names(), (std::set<std::string>{"Mine.hpp"}));
}

TEST(Plugin, HeadersThatDoNotCompileShowTheCompilersMessagesAndExitWith2) {
  const Folder folder;
  const Outcome typo = built_with(folder, "v * v * v / 3.0", "v * v * vv / 3.0");
  EXPECT_EQ(typo.code, 2);
  EXPECT_THAT(typo.err, HasSubstr("Mine.hpp:"));
  EXPECT_THAT(typo.err, HasSubstr("vv"));
  EXPECT_THAT(typo.err, HasSubstr("arcuate: error: Mine.hpp: struct Mine does not compile"));
  const Outcome table = built_with(folder, "std::array inputs{", "std::array entrances{");
  EXPECT_EQ(table.code, 2);
  EXPECT_THAT(table.err, HasSubstr("the model needs the table `inputs`"));
  const Outcome rows = built_with(folder,
                                  "const Vec<P, 4>& parameter,\n                          "
                                  "                    const Vec<P, 1>& input) {\n    "
                                  "const auto& [v, w]",
                                  "const Vec<P, 5>& parameter,\n const Vec<P, 1>& input) {\n    "
                                  "const auto& [v, w]");
  EXPECT_EQ(rows.code, 2);
  EXPECT_THAT(rows.err, HasSubstr("the model needs a right-hand side"));
}

TEST(Plugin, HeadersThatCompileButContradictThemselvesAreRefused) {
  const Folder folder;
  const Outcome source = built_with(folder, ".source = \"v\"", ".source = \"u\"");
  expect_one_line(source, 2, {"Mine.hpp: model Mine: input 'c': its source 'u'"});
  const Outcome clash = built_with(folder, ".name = \"Mine\"", ".name = \"Wendling\"");
  expect_one_line(clash, 2, {"Mine.hpp: its model is called 'Wendling'", "rename it"});
  const Outcome thrown = built_with(folder, "return {v - v * v * v / 3.0",
                                    "if (a > P(0.6)) throw a;\n    return {v - v * v * v / 3.0");
  expect_one_line(thrown, 2, {"right-hand side or observables throws an unknown exception"});
}

TEST(Plugin, BuildNeedsAHeaderWithAStructAndACompiler) {
  const Folder folder;
  expect_one_line(folder.arcuate("model build none.hpp"), 2, {"none.hpp: no such file"});
  expect_one_line(folder.arcuate("model build ."), 2, {".: not a file"});
  folder.write("empty.hpp", "");
  expect_one_line(folder.arcuate("model build empty.hpp"), 2, {"empty.hpp: no struct in it"});
  folder.write("two.hpp", "struct One {};\nstruct Other : One {};\n");
  expect_one_line(folder.arcuate("model build two.hpp"), 2, {"which struct", "One, Other"});
  const Outcome missing =
      folder.arcuate("model build two.hpp --struct One --compiler /no/such/c++");
  expect_one_line(missing, 3, {"no compiler: /no/such/c++"});
  const Outcome unknown = folder.arcuate("model build two.hpp --struct One --compiler no-such-c++");
  expect_one_line(unknown, 3, {"no-such-c++: cannot be started"});
  const Outcome tables = folder.arcuate("model build two.hpp --struct One");
  EXPECT_EQ(tables.code, 2);
  EXPECT_THAT(tables.err, HasSubstr("the model needs the table `states`"));
}

TEST(Plugin, LibrariesThatAreNotPluginsOfThisProgramAreErrorsOfTheStudyOnEveryRank) {
  const Folder folder;
  const std::string stamp = "extern \"C\" const char* arcuate_plugin_stamp() ";
  const std::string entry = "extern \"C\" const void* arcuate_plugin_entry() { return nullptr; }\n";
  folder.write("text.so", "not a library\n");
  make_library(folder, "other.so", "int other() { return 1; }\n");
  make_library(folder, "old.so", stamp + "{ return \"arcuate 0.0.9\"; }\n" + entry);
  make_library(folder, "silent.so", stamp + "{ return nullptr; }\n" + entry);
  make_library(
      folder, "throws.so",
      "#include <stdexcept>\n" + stamp + "{ throw std::runtime_error(\"not today\"); }\n" + entry);
  make_library(folder, "loading.so",
               "#include <stdexcept>\nstatic const int trap = [] { if (true) throw "
               "std::runtime_error(\"bad start\"); return 0; }();\n" +
                   stamp + "{ return trap ? \"\" : \"a\"; }\n" + entry);
  make_library(folder, "needs.so",
               "int missing_function();\n" + stamp +
                   "{ return missing_function() ? \"\" : \"a\"; }\n" + entry);
  ASSERT_EQ(folder.shell("head -c 3000 other.so > cut.so").code, 0);
  const std::vector<std::pair<std::string, std::string>> cases{
      {"nowhere.so", "no such file"},
      {".", "not a file"},
      {"text.so", "not a shared library"},
      {"cut.so", "damaged"},
      {"other.so", "not a plug-in of Arcuate (no symbol arcuate_plugin_stamp)"},
      {"old.so",
       "built for another program; build it again with `arcuate model build`. It is for: "
       "arcuate 0.0.9. This program: arcuate "},
      {"silent.so",
       "built for another program; build it again with `arcuate model build`. It is for: nothing."},
      {"throws.so", "its stamp throws: not today"},
      {"loading.so", "loading it throws: bad start"},
      {"needs.so", "cannot be loaded: "}};
  for (const auto& [library, words] : cases) {
    folder.write("s.yml", plugin_study("{ name: Mine, plugin: " + library + " }", "s.h5"));
    const bool at_start = library == "loading.so";
    const std::string place =
        at_start ? "/loading.so: " : "s.yml:2: model.plugin: " + library + ": ";
    expect_one_line(folder.arcuate("check s.yml"), 2, {place + words});
    if (library == "old.so" || library == "loading.so" || library == "nowhere.so")
      expect_said_once(folder.ranks(3, "simulate s.yml"), 2, {place + words});
  }
}

TEST(Plugin, ARankThatCannotLoadItEndsAllRanks) {
  const Folder folder;
  ASSERT_EQ(folder.arcuate("model new Mine").code, 0);
  const std::string header = content(folder.path("Mine.hpp"));
  folder.write("Mine.hpp", header + R"(
#include <cstdlib>
#include <stdexcept>
#include <string>
inline const int trap = [] {
  const char* rank = std::getenv("OMPI_COMM_WORLD_RANK");
  if (rank != nullptr && std::string(rank) == "2") throw std::runtime_error("not on this rank");
  return 0;
}();
)");
  ASSERT_EQ(built(folder, "Mine.hpp").code, 0);
  folder.write("s.yml",
               replaced(plugin_study("{ name: Mine, plugin: Mine.so }", "s.h5"), "V:", "v:"));
  EXPECT_EQ(folder.ranks(2, "simulate s.yml --overwrite").code, 0);
  std::filesystem::remove(folder.path("s.h5"));
  expect_said_once(folder.ranks(3, "simulate s.yml"), 2,
                   {"Mine.so: loading it throws: not on this rank"});
  EXPECT_FALSE(folder.names().contains("s.h5"));

  folder.write("s.yml", plugin_study("{ name: Mein, plugin: Mine.so }", "s.h5"));
  expect_one_line(folder.arcuate("check s.yml"), 2,
                  {"s.yml:2: model.name: unknown value 'Mein'; did you mean 'Mine'?"});
  folder.write("s.yml", plugin_study("{ plugin: Mine.so }", "s.h5"));
  expect_one_line(folder.arcuate("check s.yml"), 2, {"s.yml:2: model.name: missing"});
}

}  // namespace
}  // namespace arcuate::test
