#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "support.hpp"

/// Studies, connectomes, command lines and disks that are not what they should be: one line that
/// says what is wrong, the right exit code, nothing left behind, on every rank.
namespace arcuate::test {
namespace {

using Changes = std::vector<std::pair<std::string, std::string>>;

/// A good study of seven lines; a key with the value "" is left out, a new one comes last.
std::string changed_study(const Changes& changes) {
  Changes lines{{"connectome", "{ builtin: 20 }"},
                {"model", "{ name: MontbrioPazoRoxin }"},
                {"coupling", "{ gain: 0.02 }"},
                {"integrator", "{ dt: 0.1 ms }"},
                {"duration", "100 ms"},
                {"monitors", "[ { kind: raw, period: 1 ms } ]"},
                {"output", "out.h5"}};
  for (const auto& change : changes) {
    const auto line = std::find_if(lines.begin(), lines.end(),
                                   [&](const auto& one) { return one.first == change.first; });
    if (line == lines.end()) {
      lines.push_back(change);
    } else {
      line->second = change.second;
    }
  }
  std::string text;
  for (const auto& [key, value] : lines)
    text += value.empty() ? "" : key + ": " + value + "\n";
  return text;
}

struct Case {
  std::string name;
  Changes changes;
  Words words;
  int code = 2;
  bool on_two_ranks = false;
};

void PrintTo(const Case& one, std::ostream* out) {
  *out << changed_study(one.changes);
}

std::string name_of(const testing::TestParamInfo<Case>& info) {
  return info.param.name;
}

std::vector<Case> bad_times() {
  const std::string dt = "study.yml:4: integrator.dt: ";
  const std::string duration = "study.yml:5: duration: ";
  const std::string transient = "study.yml:8: transient: ";
  return {
      {"duration_in_kilograms", {{"duration", "10 kg"}}, {duration, "10 kg", "'ms'"}, 2, true},
      {"duration_missing", {{"duration", ""}}, {"study.yml: duration: missing"}},
      {"duration_zero", {{"duration", "0"}}, {duration, "> 0 ms"}},
      {"duration_negative", {{"duration", "-1 s"}}, {duration, "-1 s", "> 0 ms"}},
      {"duration_a_list", {{"duration", "[1, 2]"}}, {duration, "a number, not a list"}},
      {"duration_between_steps", {{"duration", "100.05 ms"}}, {duration, "100 ms or 100.1 ms"}},
      {"duration_longer_than_the_universe", {{"duration", "1e18 s"}}, {duration, "2^53"}, 2, true},
      {"duration_near_the_largest_double", {{"duration", "1e300"}}, {duration, "2^53"}},
      {"duration_beyond_doubles", {{"duration", "1e400"}}, {duration, "1e400"}},
      {"dt_negative", {{"integrator", "{ dt: -0.1 ms }"}}, {dt, "-0.1 ms", "> 0 ms"}, 2, true},
      {"dt_zero", {{"integrator", "{ dt: 0 }"}}, {dt, "> 0 ms"}},
      {"dt_nan", {{"integrator", "{ dt: .nan }"}}, {dt, ".nan"}},
      {"dt_infinite", {{"integrator", "{ dt: .inf }"}}, {dt, ".inf"}},
      {"dt_tiny", {{"integrator", "{ dt: 1e-300 }"}}, {duration, "2^53", "1e-300"}},
      {"dt_huge", {{"integrator", "{ dt: 1e300 }"}}, {duration, "whole number of steps"}},
      {"method_unknown", {{"integrator", "{ method: huen }"}}, {"integrator.method", "heun"}},
      {"transient_as_long_as_the_run", {{"transient", "100 ms"}}, {transient, "shorter"}, 2, true},
      {"transient_between_steps", {{"transient", "0.05 ms"}}, {transient, "whole number"}},
      {"transient_negative", {{"transient", "-5"}}, {transient, ">= 0 ms"}}};
}

Case bad_model(std::string name, const std::string& inside, Words words) {
  return {std::move(name),
          {{"model", "{ name: MontbrioPazoRoxin, " + inside + " }"}},
          std::move(words)};
}

std::vector<Case> bad_models() {
  const std::string eta = "study.yml:2: model.parameters.eta";
  std::vector<Case> cases{
      {"model_missing", {{"model", ""}}, {"study.yml: model: missing"}},
      {"model_misspelt", {{"model", "{ name: MontbrioPazoRox }"}}, {"did you mean 'Montbrio"}},
      bad_model("parameter_unknown", "parameters: { etta: 1 }", {"etta", "did you mean 'eta'?"}),
      bad_model("parameters_a_number", "parameters: 3", {"study.yml:2: model.parameters", "map"}),
      bad_model("parameter_a_word", "parameters: { eta: hello }", {eta, "'hello'", "number"}),
      bad_model("parameter_nan", "parameters: { eta: .nan }", {eta, "nan"}),
      bad_model("parameter_infinite", "parameters: { eta: -.inf }", {eta, "inf"}),
      bad_model("parameter_list_empty", "parameters: { eta: [] }", {eta, "empty"}),
      bad_model("parameter_label_unknown", "parameters: { eta: { lh_01: 1, default: 2 } }",
                {eta + ".lh_01", "no region is called 'lh_01'"}),
      bad_model("parameter_file_missing", "parameters: { eta: { file: no.npy } }",
                {"no.npy", "no such file"}),
      bad_model("state_unknown", "initial: { q: 1 }", {"model.initial.q", "(allowed: r, V)"}),
      bad_model("uniform_upside_down", "initial: { V: { uniform: [2, 1] } }",
                {"model.initial.V", "low 2 is above high 1"}),
      bad_model("history_missing", "history: { file: no.npy }", {"no.npy", "no such file"})};
  cases.push_back(bad_model("parameter_list_too_short", "parameters: { eta: [1, 2, 3] }",
                            {eta, "3 values, but the connectome has 20 regions"}));
  cases.back().on_two_ranks = true;
  return cases;
}

std::vector<Case> bad_couplings_and_noise() {
  const std::string at = "study.yml:3: coupling.";
  return {
      {"coupling_unknown", {{"coupling", "{ name: liner }"}}, {at + "name", "'linear'"}, 2, true},
      {"coupling_target_unknown", {{"coupling", "{ target: q }"}}, {at + "target", "c_r, c_V"}},
      {"coupling_source_unknown", {{"coupling", "{ source: q }"}}, {at + "source", "r, V"}},
      {"gain_nan", {{"coupling", "{ gain: .nan }"}}, {at + "gain", "nan"}},
      {"gain_infinite", {{"coupling", "{ gain: .inf }"}}, {at + "gain", "finite"}},
      {"noise_on_nothing", {{"noise", "{ q: 1 }"}}, {"study.yml:8: noise.q", "r, V, c_r, c_V"}},
      {"noise_negative", {{"noise", "{ V: -1 }"}}, {"study.yml:8: noise.V", ">= 0"}},
      {"noise_pink", {{"noise", "{ V: { kind: pink } }"}}, {"noise.V.kind", "'pink'", "white"}},
      {"seed_negative", {{"seed", "-1"}}, {"study.yml:8: seed", "0 to 18446744073709551615"}},
      {"seed_too_large", {{"seed", "18446744073709551616"}}, {"seed", "18446744073709551616"}},
      {"seed_a_fraction", {{"seed", "1.5"}}, {"study.yml:8: seed", "whole number", "1.5"}}};
}

Case bad_monitor(std::string name, const std::string& list, Words words, bool two = false) {
  words.insert(words.begin(), "study.yml:6: monitors.");
  return {std::move(name), {{"monitors", "[ " + list + " ]"}}, std::move(words), 2, two};
}

std::vector<Case> bad_monitors() {
  return {
      bad_monitor("monitor_unknown", "{ kind: rew }", {"0.kind", "did you mean 'raw'?"}),
      bad_monitor("monitor_without_kind", "{ period: 1 ms }", {"0", "kind", "missing"}),
      bad_monitor("monitor_key_unknown", "{ kind: raw, perod: 1 }", {"perod", "'period'"}),
      bad_monitor("observable_unknown", "{ kind: raw, variables: [z] }", {"'z'", "r, V"}, true),
      bad_monitor("monitors_of_one_name", "{ kind: raw }, { kind: raw }", {"1.name", "'raw'"}),
      bad_monitor("monitor_name_a_path", "{ kind: raw, name: a/b }", {"'a/b'", "letters"}),
      bad_monitor("monitor_name_a_folder", "{ kind: raw, name: '..' }", {"'..'", "letters"}),
      bad_monitor("period_between_steps", "{ kind: raw, period: 0.15 ms }", {"0.1 ms or 0.2 ms"}),
      bad_monitor("period_zero", "{ kind: raw, period: 0 }", {"0.period", "> 0 ms"}),
      bad_monitor("period_negative", "{ kind: raw, period: -1 }", {"0.period", "-1", "> 0 ms"}),
      bad_monitor("period_longer_than_the_run", "{ kind: raw, period: 1 s }", {"no sample"}),
      bad_monitor("period_missing", "{ kind: temporal_average }", {"0.period", "required"}),
      bad_monitor("region_label_unknown", "{ kind: raw, regions: [nowhere] }", {"'nowhere'"}),
      bad_monitor("region_index_too_large", "{ kind: raw, regions: [20] }", {"20", "0 to 19"}),
      bad_monitor("region_index_negative", "{ kind: raw, regions: [-1] }", {"'-1'", "0, 1"}),
      bad_monitor("region_twice", "{ kind: raw, regions: [1, 1] }", {"'1' twice"})};
}

Case bad_connectome(std::string name, const std::string& inside, Words words, bool two = false) {
  return {std::move(name), {{"connectome", "{ " + inside + " }"}}, std::move(words), 2, two};
}

std::vector<Case> bad_sources_and_outputs() {
  const std::string builtin = "study.yml:1: connectome.builtin: ";
  const std::string speed = "study.yml:1: connectome.speed: ";
  return {
      bad_connectome("regions_1e12", "builtin: 1e12", {builtin, "1e12"}, true),
      bad_connectome("regions_that_fit_no_memory", "builtin: 2147483647",
                     {builtin, "2147483647 regions", "GB"}),
      bad_connectome("edges_that_fit_no_memory",
                     "generator: { name: erdos_renyi, regions: 10000000, p: 0.5 }",
                     {"connectome.generator", "5e+13 edges", "GB"}, true),
      bad_connectome("regions_zero", "builtin: 0", {builtin, "'0'"}),
      bad_connectome("generator_unknown", "generator: { name: grid }", {"'grid'", "spatial"}),
      bad_connectome("probability_of_two", "generator: { name: erdos_renyi, p: 2 }", {"p", "2"}),
      bad_connectome("two_sources", "builtin: 20, file: a.zip", {"only one of"}),
      bad_connectome("no_source", "speed: 3", {"file, weights, generator, builtin"}),
      bad_connectome("speed_zero", "builtin: 20, speed: 0", {speed, "> 0 mm/ms"}),
      bad_connectome("speed_in_seconds", "builtin: 20, speed: 3 s", {speed, "3 s", "mm/ms"}),
      bad_connectome("speed_of_a_glacier", "builtin: 20, speed: 1e-9", {"steps", "speed"}, true),
      {"partition_unknown", {{"partition", "{ method: metis }"}}, {"study.yml:8", "scotch"}},
      {"imbalance_negative", {{"partition", "{ imbalance: -1 }"}}, {"imbalance", ">= 0"}},
      {"key_unknown", {{"duratoin", "1 s"}}, {"study.yml:8: duratoin", "'duration'?"}, 2, true},
      {"output_empty", {{"output", "\"\""}}, {"study.yml:7: output", "empty"}},
      {"output_a_list", {{"output", "[1]"}}, {"study.yml:7: output", "list"}},
      {"output_a_folder", {{"output", "."}}, {"folder"}, 3, true},
      {"output_in_no_folder", {{"output", "no/out.h5"}}, {"no/out.h5", "no folder 'no'"}, 3, true},
      {"output_below_a_file", {{"output", "study.yml/out.h5"}}, {"study.yml/out.h5"}, 3, true},
      {"output_where_nobody_writes", {{"output", "/proc/out.h5"}}, {"/proc/out.h5"}, 3},
      {"output_of_petabytes", {{"duration", "1e9 s"}}, {"out.h5", "disk"}, 3, true}};
}

class BadStudy : public testing::TestWithParam<Case> {
 protected:
  BadStudy() { folder.write("study.yml", changed_study(GetParam().changes)); }

  Folder folder;
};

TEST_P(BadStudy, IsRefusedInOneLineAndNothingIsLeft) {
  const Case& one = GetParam();
  expect_one_line(folder.arcuate("simulate --quiet study.yml"), one.code, one.words);
  if (one.code == 2) expect_one_line(folder.arcuate("check study.yml"), 2, one.words);
  EXPECT_EQ(folder.names(), std::set<std::string>{"study.yml"});
}

class BadStudyOnTwoRanks : public BadStudy {};

TEST_P(BadStudyOnTwoRanks, IsRefusedOnceAndAllRanksEnd) {
  const Case& one = GetParam();
  expect_said_once(folder.ranks(2, "simulate --quiet study.yml"), one.code, one.words);
  EXPECT_EQ(folder.names(), std::set<std::string>{"study.yml"});
}

std::vector<Case> on_two_ranks() {
  std::vector<Case> chosen;
  for (const auto& cases : {bad_times(), bad_models(), bad_couplings_and_noise(), bad_monitors(),
                            bad_sources_and_outputs()}) {
    std::copy_if(cases.begin(), cases.end(), std::back_inserter(chosen),
                 [](const Case& one) { return one.on_two_ranks; });
  }
  return chosen;
}

INSTANTIATE_TEST_SUITE_P(Times, BadStudy, testing::ValuesIn(bad_times()), name_of);
INSTANTIATE_TEST_SUITE_P(Models, BadStudy, testing::ValuesIn(bad_models()), name_of);
INSTANTIATE_TEST_SUITE_P(CouplingsAndNoise, BadStudy, testing::ValuesIn(bad_couplings_and_noise()),
                         name_of);
INSTANTIATE_TEST_SUITE_P(Monitors, BadStudy, testing::ValuesIn(bad_monitors()), name_of);
INSTANTIATE_TEST_SUITE_P(SourcesAndOutputs, BadStudy, testing::ValuesIn(bad_sources_and_outputs()),
                         name_of);
INSTANTIATE_TEST_SUITE_P(Chosen, BadStudyOnTwoRanks, testing::ValuesIn(on_two_ranks()), name_of);

}  // namespace
}  // namespace arcuate::test
