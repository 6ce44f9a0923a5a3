#include "common.hpp"

#include <fmt/format.h>

#include <chrono>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "arcuate/core/counted.hpp"
#include "arcuate/core/error.hpp"
#include "arcuate/core/last_words.hpp"
#include "arcuate/core/sha256.hpp"
#include "arcuate/run/launch.hpp"
#include "json.hpp"

namespace arcuate::search {
namespace {

using Json = nlohmann::ordered_json;

Json json_of(const Term& term) {
  const compare::Request& r = term.request;
  Json json{{"place", term.place},    {"loss", term.loss}, {"monitor", r.monitor},
            {"variable", r.variable}, {"from", r.from},    {"fc", r.fc},
            {"fcd", r.fcd},           {"psd", r.psd},      {"series", r.series},
            {"preset", r.preset},     {"pairs", r.pairs}};
  if (r.window) json["window"] = *r.window;
  if (r.step) json["step"] = *r.step;
  if (!term.values) return json;
  json["values"] = {{"feature", term.values->feature},
                    {"array", term.values->array},
                    {"entries", term.values->entries},
                    {"wanted", term.values->wanted},
                    {"weight", term.weight}};
  return json;
}

Term term_of(const Json& json) {
  Term term{json.at("place"), json.at("loss"), {}};
  compare::Request& r = term.request;
  r.monitor = json.at("monitor");
  r.variable = json.at("variable");
  r.from = json.at("from");
  r.fc = json.at("fc");
  r.fcd = json.at("fcd");
  r.psd = json.at("psd");
  r.series = json.at("series");
  r.preset = json.at("preset");
  r.pairs = json.at("pairs");
  if (json.contains("window")) r.window = json.at("window").get<double>();
  if (json.contains("step")) r.step = json.at("step").get<double>();
  if (!json.contains("values")) return term;
  const Json& values = json.at("values");
  term.values = io::FeatureTarget{values.at("feature"), values.at("array"),
                                  values.at("entries").get<std::vector<std::size_t>>(),
                                  values.at("wanted").get<std::vector<double>>()};
  term.weight = values.at("weight");
  return term;
}

Term term_of(const io::FitTerm& one) {
  Term term{one.place, one.loss, {}, one.values, one.weight};
  if (one.values) return term;
  compare::Request& request = term.request;
  request.monitor = one.monitor;
  request.variable = one.variable;
  request.from = one.from;
  if (!one.preset.empty()) request.preset = one.preset;
  request.window = one.window;
  request.step = one.step;
  request.pairs = one.pairs;
  (one.compares == "fc"    ? request.fc
   : one.compares == "fcd" ? request.fcd
   : one.compares == "psd" ? request.psd
                           : request.series) = one.target;
  return term;
}

std::string text_of(const TrialSetup& setup) {
  Json json{{"study", setup.study},           {"path", setup.path},
            {"overrides", setup.overrides},   {"neurons", setup.neurons},
            {"steady", setup.steady},         {"simulate", setup.simulate},
            {"conditions", Json::array()},    {"tune_inhibition", setup.tune_inhibition},
            {"inhibition", setup.inhibition}, {"keep_features", setup.keep_features},
            {"recordings", setup.recordings}, {"states", setup.states},
            {"every", setup.every},           {"crashes", setup.crashes},
            {"session", setup.session},       {"threads", setup.threads}};
  for (const std::vector<Term>& terms : setup.conditions) {
    Json list = Json::array();
    for (const Term& term : terms)
      list.push_back(json_of(term));
    json["conditions"].push_back(std::move(list));
  }
  return line(json);
}

/// [s] since 1970 at which a task that just ended was begun, to a tenth of a millisecond.
double begin_of(const farm::Done& done) {
  const std::chrono::duration<double> now = std::chrono::system_clock::now().time_since_epoch();
  return std::round((now.count() - done.seconds) * 1e4) / 1e4;
}

TrialSetup setup_of(const std::string& text) {
  const Json json = Json::parse(text);
  TrialSetup setup;
  setup.study = json.at("study");
  setup.path = json.at("path");
  setup.overrides = json.at("overrides");
  setup.neurons = json.at("neurons");
  setup.steady = json.at("steady");
  setup.simulate = json.at("simulate");
  setup.tune_inhibition = json.at("tune_inhibition");
  setup.inhibition = json.at("inhibition");
  setup.keep_features = json.at("keep_features");
  setup.recordings = json.at("recordings");
  setup.states = json.at("states");
  setup.every = json.at("every");
  setup.crashes = json.at("crashes");
  setup.session = json.at("session");
  setup.threads = json.at("threads");
  for (const Json& list : json.at("conditions")) {
    setup.conditions.emplace_back();
    for (const Json& term : list)
      setup.conditions.back().push_back(term_of(term));
  }
  return setup;
}

}  // namespace

JobStudy::JobStudy(const JobOptions& options)
    : text(io::study_text(options.study)),
      path(options.study),
      overrides(options.overrides),
      study(io::parse_subject(text, path, overrides)) {}

JobHeader JobStudy::header(const char* kind) const {
  JobHeader header{kind, study.normalised, text, std::filesystem::absolute(path).string(),
                   overrides};
  for (const std::string& input : study.inputs) {
    std::error_code none;
    if (input == path || !std::filesystem::is_regular_file(input, none)) continue;
    std::ifstream in(input, std::ios::binary);
    header.inputs.emplace_back(input, sha256(std::string(std::istreambuf_iterator<char>(in), {})));
  }
  return header;
}

TrialSetup JobStudy::setup(const JobOptions& options, const io::EachCandidate& each) const {
  TrialSetup setup;
  setup.neurons = study.neurons() != nullptr;
  setup.steady = each.steady;
  setup.simulate = each.simulate;
  setup.tune_inhibition = each.tune_inhibition;
  setup.study = text;
  setup.path = path;
  setup.overrides = overrides;
  setup.threads = options.threads;
  setup.every = study.checkpoint_every;
  setup.session = fmt::format("{}", std::chrono::system_clock::now().time_since_epoch().count());
  return setup;
}

std::vector<std::string> JobStudy::try_one(const std::vector<io::Change>& changes,
                                           const std::vector<Term>& terms) const {
  std::vector<std::string> all = overrides;
  for (const io::Change& change : changes)
    all.push_back(io::override_of(change));
  const io::Subject tried = io::parse_subject(text, path, all);
  if (tried.neurons() != nullptr) return tried.warnings;
  const io::Study& one = *tried.regions();
  const network::Connectome connectome = io::load_connectome(one);
  const io::ResolvedStudy resolved = io::resolve(one, connectome);
  if (!terms.empty()) Objective(terms).try_targets(*resolved.series, connectome);
  std::vector<std::string> warnings = connectome.warnings;
  for (const auto* more : {&resolved.warnings, &resolved.weight_warnings})
    warnings.insert(warnings.end(), more->begin(), more->end());
  return warnings;
}

std::vector<std::string> try_fit(const JobStudy& study, const io::Fit& fit) {
  const optimise::Vector start = fit.space().decode(fit.space().start());
  const std::vector<std::vector<Term>> terms = conditions_of(fit);
  std::vector<std::string> warnings;
  for (std::size_t c = 0; c < terms.size(); ++c) {
    const int rungs = fit.halving ? static_cast<int>(fit.halving->rungs.size()) : 0;
    for (int rung = 1; rung <= rungs; ++rung)
      static_cast<void>(study.try_one(fit.changes(start, c, 0, 0, rung), terms[c]));
    const auto some = study.try_one(fit.changes(start, c, 0, 0), terms[c]);
    warnings.insert(warnings.end(), some.begin(), some.end());
  }
  return warnings;
}

void try_targets(const JobOptions& options) {
  const JobStudy own(options);
  static_cast<void>(try_fit(own, io::fit_of(own.study)));
}

std::vector<std::vector<Term>> conditions_of(const io::Fit& fit) {
  std::vector<std::vector<Term>> conditions;
  for (const io::FitCondition& condition : fit.conditions) {
    conditions.emplace_back();
    for (const io::FitTerm& term : condition.minimise)
      conditions.back().push_back(term_of(term));
  }
  return conditions;
}

double penalty_of(const io::Fit& fit, const optimise::Vector& values) {
  double sum = 0.0;
  for (const io::PenaltyValue& penalty : fit.penalties(values))
    sum += penalty.weight * penalty.value;
  return sum;
}

farm::Figures run_farm(const comm::Communicator& world, farm::Work* work, const TrialSetup& setup,
                       const JobOptions& options) {
  std::string text;
  if (world.is_root()) text = text_of(setup);
  world.broadcast(text);
  const TrialSetup all = setup_of(text);
  Trials trials(all);
  const auto evaluate = [&](const comm::Communicator& team, const std::string& order,
                            farm::Watch& watch) -> std::string {
    const Order wanted = read_order(order);
    const core::LastWords words(all.crashes, fmt::format("{} {}", wanted.id, all.session));
    const Outcome outcome = trials.run(team, wanted, [&watch] { return watch.stop(); });
    return team.is_root() ? write_outcome(outcome) : "";
  };
  farm::Options how;
  how.ranks = options.ranks;
  how.watchdog = 60.0 * options.watchdog;
  return farm::run(world, work, evaluate, how);
}

void require_ranks(const comm::Communicator& world, const JobOptions& options) {
  if (options.ranks < world.size() || (options.ranks == 1 && world.size() == 1)) return;
  throw ConfigError(fmt::format(
      "--ranks {}: a simulation of so many and the master need {} ranks, and there {} {}",
      options.ranks, options.ranks + 1, world.size() == 1 ? "is" : "are", world.size()));
}

void require_end(const farm::Figures& figures, const std::string& folder) {
  if (figures.signalled == 0) return;
  throw StoppedError(folder + ": stopped by a signal; nothing is lost: --resume goes on");
}

Record keep_result(const farm::Done& done, Records& records, Notes& notes,
                   const std::string& whose) {
  Record record;
  record.id = done.id;
  record.ending = done.ending;
  record.reason = done.reason;
  record.seconds = done.seconds;
  record.worker = done.worker;
  record.start = begin_of(done);
  if (!record.has_result()) return record;
  const Outcome outcome = read_outcome(done.result);
  record.terms = outcome.terms;
  record.recording = outcome.recording;
  for (const std::string& told : notes.tell(outcome, whose))
    records.append(told);
  if (!outcome.features.empty()) record.features = records.keep(done.result);
  return record;
}

void print_end(const Rows& rows, const farm::Figures& figures) {
  std::size_t failed = 0, first = 0;
  for (std::size_t row = 0; row < rows.records.size(); ++row) {
    const Record* record = rows.record(row);
    if (record == nullptr || record->has_result() || record->ending == farm::Ending::stopped)
      continue;
    if (failed++ == 0) first = row;
  }
  if (failed > 0)
    run::warn_of({fmt::format("{} of {} candidates failed; the first: candidate {}: {}: {}", failed,
                              rows.records.size(), first, core::word_of(rows.records[first].ending),
                              rows.records[first].reason)});
  if (figures.tasks == 0) return;
  std::cout << fmt::format("{} in {:.3g} s on {}, {:.1f} % busy, master {:.2g} ms each\n",
                           counted(figures.tasks, "evaluation"), figures.wall,
                           counted(figures.workers, "worker"), 100.0 * figures.efficiency(),
                           1e3 * figures.master_cost());
}

}  // namespace arcuate::search
