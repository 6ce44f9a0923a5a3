#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

#include "arcuate/core/error.hpp"
#include "arcuate/core/suggest.hpp"
#include "arcuate/io/fit.hpp"
#include "feature_terms.hpp"
#include "parameters.hpp"
#include "study/searches.hpp"
#include "terms.hpp"

namespace arcuate::io {
namespace {

constexpr std::int64_t most_islands = 1000;
constexpr std::size_t most_conditions = 65536;
constexpr std::int64_t checked_budget = 100000;  ///< designs of so many are made for a check

class FitReader {
 public:
  FitReader(const Subject& study, const network::Connectome* connectome)
      : context_(context_of(study, "fit")),
        given_(connectome),
        regions_([this]() -> const network::Connectome& { return connectome_of_study(); }),
        section_(context_.document, context_.document.root.find("fit"), "fit", "fit", normal_) {}

  Fit read() {
    fit_.study_seed = context_.study.seed;
    fit_.each = read_each(context_, section_, false);
    fit_.average = section_.choice_as<Average>("average");
    std::vector<FitParameter> parameters = read_vary();
    const std::vector<FitTerm> terms = read_losses();
    read_conditions(terms, parameters);
    std::vector<std::string> names;
    for (const FitCondition& condition : fit_.conditions)
      names.push_back(condition.name);
    fit_.parameters = std::make_shared<FitParameters>(std::move(parameters), names);
    read_penalties();
    read_verification();
    read_search(terms.size());
    read_halving();
    try_parameters();
    check_search();
    for (const FitCondition& condition : fit_.conditions) {
      for (const FitTerm& term : condition.minimise) {
        if (!term.target.empty()) fit_.inputs.push_back(term.target);
      }
    }
    return std::move(fit_);
  }

 private:
  const network::Connectome& connectome_of_study() {
    if (given_ != nullptr) return *given_;
    if (context_.study.regions() == nullptr)
      section_.fail("", "values by region are of networks of regions, not of spiking neurons");
    if (!loaded_) loaded_ = load_connectome_without_local(*context_.study.regions());
    return *loaded_;
  }

  [[nodiscard]] const yaml::Node& required(const char* key, const char* what) const {
    const yaml::Node* node = section_.find(key);
    if (node == nullptr)
      throw ConfigError(section_.place("") +
                        fmt::format("{}: missing, but required: {}", key, what));
    return *node;
  }

  std::vector<FitParameter> read_vary() {
    const yaml::Node& vary = required("vary", "paths of the study with their bounds");
    section_.map_of("vary");
    std::vector<FitParameter> parameters = read_parameters(context_, vary, regions_);
    for (const FitParameter& parameter : parameters) {
      refuse_seed(parameter.entry.path, parameter.entry.place);
      require_effect(context_, fit_.each, parameter.entry.path, parameter.entry.place);
    }
    return parameters;
  }

  void refuse_seed(const std::string& path, const std::string& place) const {
    if (path == "seed")
      throw ConfigError(place + "seeds follow from the study's seed and `repeats`");
  }

  std::vector<FitTerm> read_losses() {
    if (context_.study.neurons() != nullptr)
      return read_feature_terms(context_, required("minimise", "a list of losses"), fit_.each);
    return read_terms(context_, required("minimise", "a list of losses"), regions_);
  }

  void require_targets(const std::vector<FitTerm>& terms, const std::string& of) const {
    for (const FitTerm& term : terms) {
      if (term.target.empty() && (!term.values || term.values->wanted.empty()))
        throw ConfigError(term.place + fmt::format("target: missing, but required{}: {}", of,
                                                   term.values ? "a number, or a list of them"
                                                               : "FILE or FILE:NAME of measured "
                                                                 "data"));
    }
  }

  void read_conditions(const std::vector<FitTerm>& terms, std::vector<FitParameter>& parameters) {
    const yaml::Node* list = section_.list_of("conditions");
    if (list == nullptr) {
      require_targets(terms, "");
      fit_.conditions.emplace_back().minimise = terms;
      return;
    }
    if (list->items.empty()) section_.fail("conditions", "the list is empty");
    if (list->items.size() > most_conditions)
      section_.fail("conditions",
                    fmt::format("{} (allowed: up to {})", list->items.size(), most_conditions));
    std::set<std::string> names;
    double weights = 0.0;
    for (std::size_t k = 0; k < list->items.size(); ++k) {
      FitCondition condition = read_condition(list->items[k], k, terms, parameters);
      if (!names.insert(condition.name).second)
        throw ConfigError(context_.place(list->items[k], fmt::format("fit.conditions.{}", k)) +
                          fmt::format("name: two conditions are called '{}'", condition.name));
      if (condition.role == Role::train) weights += condition.weight;
      fit_.conditions.push_back(std::move(condition));
    }
    if (weights == 0.0)
      section_.fail("conditions", "none counts: give one the role `train` and a weight above 0");
    refuse_untrained(parameters);
  }

  /// What a condition has for itself and no loss depends on would stay as it was drawn.
  void refuse_untrained(const std::vector<FitParameter>& parameters) const {
    for (const FitCondition& condition : fit_.conditions) {
      if (condition.role == Role::train) continue;
      for (const FitParameter& parameter : parameters) {
        if (parameter.own)
          section_.fail("conditions",
                        fmt::format("'{}' is not trained, and `{}` is of every condition for "
                                    "itself: nothing would find its value (allowed: only `train` "
                                    "beside `own`)",
                                    condition.name, parameter.entry.path));
      }
    }
  }

  FitCondition read_condition(const yaml::Node& node, std::size_t k,
                              const std::vector<FitTerm>& terms,
                              std::vector<FitParameter>& parameters) {
    const std::string path = fmt::format("fit.conditions.{}", k);
    yaml::Node normal;
    Section section(context_.document, &node, path, "fit.conditions[]", normal);
    FitCondition condition;
    condition.name = section.text("name");
    condition.weight = section.number("weight");
    condition.role = section.choice_as<Role>("role");
    if (const yaml::Node* set = section.map_of("set")) {
      condition.set = read_changes(context_, *set, path + ".set");
      refuse_varied(condition.set, parameters, section.place("set"));
    }
    condition.minimise = terms;
    read_targets(section, condition);
    require_targets(condition.minimise, fmt::format(" here or in condition '{}'", condition.name));
    read_own(section, parameters);
    return condition;
  }

  void refuse_varied(const std::vector<Change>& set, const std::vector<FitParameter>& parameters,
                     const std::string& place) const {
    for (const Change& change : set) {
      refuse_seed(change.path, place);
      for (const FitParameter& parameter : parameters) {
        const std::string& path = parameter.entry.path;
        if (meet(path, change.path))
          throw ConfigError(place + fmt::format("`{}`: `{}` is varied", change.path, path));
      }
    }
  }

  /// Targets by the name of their loss, or by its number.
  void read_targets(const Section& section, FitCondition& condition) {
    const yaml::Node* targets = section.map_of("targets");
    if (targets == nullptr) return;
    if (context_.study.neurons() != nullptr) return read_feature_targets(section, condition);
    const Subject changed = subject_of(context_.bare, overrides_of(condition.set));
    std::optional<network::Connectome> own;
    const Regions regions = [&]() -> const network::Connectome& {
      if (condition.set.empty()) return connectome_of_study();
      if (!own) own = load_connectome_without_local(*changed.regions());
      return *own;
    };
    std::set<const FitTerm*> given;
    for (std::size_t i = 0; i < targets->keys.size(); ++i) {
      const yaml::Node& value = targets->items[i];
      const std::string key = section.path("targets") + "." + targets->keys[i];
      const std::string place = context_.place(value, key);
      if (!value.is_scalar() || value.text.empty())
        throw ConfigError(place + fmt::format("expected a file, not {}", describe(value)));
      FitTerm& term = term_called(targets->keys[i], condition.minimise, place);
      if (!given.insert(&term).second)
        throw ConfigError(place + "its loss has another target in this condition already");
      term.target = target_of(context_, term, value.text, place, regions);
      term.place = place;
    }
  }

  /// The same of values of features.
  void read_feature_targets(const Section& section, FitCondition& condition) {
    const yaml::Node& targets = *section.map_of("targets");
    std::set<const FitTerm*> given;
    for (std::size_t i = 0; i < targets.keys.size(); ++i) {
      const std::string key = section.path("targets") + "." + targets.keys[i];
      const std::string place = context_.place(targets.items[i], key);
      FitTerm& term = term_called(targets.keys[i], condition.minimise, place);
      if (!given.insert(&term).second)
        throw ConfigError(place + "its loss has another target in this condition already");
      set_feature_target(context_, fit_.each, targets.items[i], place, term);
      term.place = place;
    }
  }

  static FitTerm& term_called(const std::string& name, std::vector<FitTerm>& terms,
                              const std::string& place) {
    std::vector<std::string> names;
    FitTerm* found = nullptr;
    for (std::size_t k = 0; k < terms.size(); ++k) {
      names.push_back(terms[k].loss.substr(0, terms[k].loss.find_first_of("*,")));
      if (name == fmt::format("{}", k)) return terms[k];
      if (names.back() != name) continue;
      if (found != nullptr)
        throw ConfigError(place +
                          fmt::format("several losses are '{}': give the number (from 0)", name));
      found = &terms[k];
    }
    if (found == nullptr)
      throw ConfigError(place + fmt::format("there is no loss '{}' in `minimise`", name) +
                        hint(name, names));
    return *found;
  }

  void read_own(Section& section, std::vector<FitParameter>& parameters) const {
    std::vector<std::string> paths;
    std::vector<FitParameter*> able;
    for (FitParameter& parameter : parameters) {
      if (parameter.variables() == 0) continue;
      paths.push_back(parameter.entry.path);
      able.push_back(&parameter);
    }
    for (const int chosen : section.names("own", paths))
      able[static_cast<std::size_t>(chosen)]->own = true;
  }

  void read_penalties() {
    yaml::Node normal;
    Section section(context_.document, section_.map_of("penalties"), "fit.penalties",
                    "fit.penalties", normal);
    if (!section.has("inhibition")) return;
    fit_.inhibition = section.number("inhibition");
    if (!fit_.each.tune_inhibition)
      section.fail("inhibition", "needs `each: [tune_inhibition, simulate]`");
  }

  void read_verification() {
    const yaml::Node* node = section_.map_of("verify");
    if (node == nullptr) return;
    yaml::Node normal;
    Section section(context_.document, node, "fit.verify", "fit.verify", normal);
    Verification verify;
    verify.best = static_cast<int>(section.integer("best"));
    verify.seeds = static_cast<int>(section.integer("seeds"));
    if (const yaml::Node* set = section.map_of("set")) {
      verify.set = read_changes(context_, *set, "fit.verify.set");
      refuse_varied(verify.set, fit_.parameters->all(), section.place("set"));
    }
    fit_.verify = std::move(verify);
  }

  void read_halving() {
    const yaml::Node* node = section_.map_of("halving");
    if (node == nullptr) return;
    yaml::Node normal;
    Section section(context_.document, node, "fit.halving", "fit.halving", normal);
    Halving halving;
    const yaml::Node* rungs = section.list_of("rungs");
    if (rungs == nullptr || rungs->items.empty())
      section.fail("rungs", "expected a list of durations, shorter than that of the study");
    constexpr std::size_t most_rungs = 31;
    if (rungs->items.size() > most_rungs)
      section.fail("rungs",
                   fmt::format("{} of them (allowed: up to {})", rungs->items.size(), most_rungs));
    for (const yaml::Node& item : rungs->items)
      halving.rungs.push_back(rung_of(item, halving.rungs));
    if (section.has("keep")) halving.keep = section.number("keep");
    halving.bracket = static_cast<int>(section.integer("bracket"));
    if (fit_.each.keep_recordings)
      section.fail("", "not with `keep: [recordings]`: a recording is of the whole duration");
    if (fit_.options.objectives > 1)
      section.fail("", "not with `objectives: losses`: one loss says who goes on");
    fit_.halving = std::move(halving);
  }

  /// [ms]
  double rung_of(const yaml::Node& item, const std::vector<double>& before) {
    const std::string place = context_.place(item, "fit.halving.rungs");
    const double duration = to_number(item, "ms", place);
    if (!(duration > (before.empty() ? 0.0 : before.back()) && duration < context_.study.duration))
      throw ConfigError(place + fmt::format("{} ms (allowed: durations that become longer, shorter "
                                            "than that of the study, {} ms)",
                                            duration, context_.study.duration));
    const Tried shorter{{"duration", number_text(duration)}, place};
    static_cast<void>(try_changes(context_, {shorter}));
    const auto refuse_duration = [&](const std::string& path, const std::string& whose) {
      if (path == "duration")
        throw ConfigError(place + "the duration is changed by " + whose + " too");
    };
    for (const FitCondition& condition : fit_.conditions) {
      for (const Change& change : condition.set)
        refuse_duration(change.path, "condition '" + condition.name + "'");
    }
    for (const FitParameter& parameter : fit_.parameters->all())
      refuse_duration(parameter.entry.path, "`vary`");
    return duration;
  }

  void read_search(std::size_t losses) {
    optimise::IslandsOptions& options = fit_.options;
    options.budget = section_.integer("budget");
    options.seed = section_.seed("seed");
    options.synchronous = section_.flag("synchronous");
    options.noisy = section_.has("noisy") ? section_.flag("noisy")
                                          : fit_.each.random_numbers == RandomNumbers::independent;
    if (section_.choice("objectives") == 1) {
      if (losses < 2) section_.fail("objectives", "there is one loss only");
      options.objectives = static_cast<int>(losses);
    }
    read_islands();
    read_migration();
  }

  void read_islands() {
    const std::string method = section_.text("method");
    const yaml::Node* node = section_.find("islands");
    auto& islands = fit_.options.islands;
    const bool automatic = node == nullptr || (node->is_scalar() && node->text == "auto");
    if (automatic && method != "auto") {
      if (node != nullptr)
        section_.fail("islands", "`auto` chooses methods, and `method` gives one: leave out one");
      islands.push_back({method, 1.0});
    } else if (!automatic && node->is_list()) {
      read_island_list(*node, method);
    } else if (!automatic) {
      const double count = to_number(*node, "", section_.place("islands"));
      if (!(count >= 1.0 && count <= static_cast<double>(most_islands)) ||
          count != std::floor(count))
        section_.fail("islands", fmt::format("{} (allowed: auto, a whole number from 1 to {}, or "
                                             "a list)",
                                             node->text, most_islands));
      islands.assign(static_cast<std::size_t>(count), {method, 1.0});
    }
  }

  void read_island_list(const yaml::Node& list, const std::string& method) {
    if (list.items.empty()) section_.fail("islands", "the list is empty");
    if (list.items.size() > static_cast<std::size_t>(most_islands))
      section_.fail("islands",
                    fmt::format("{} of them (allowed: up to {})", list.items.size(), most_islands));
    for (std::size_t k = 0; k < list.items.size(); ++k) {
      const yaml::Node& item = list.items[k];
      if (item.is_scalar()) {
        fit_.options.islands.push_back({item.text, 1.0});
        continue;
      }
      yaml::Node normal;
      Section section(context_.document, &item, fmt::format("fit.islands.{}", k), "fit.islands[]",
                      normal);
      optimise::Island island{method, section.number("share")};
      if (section.has("method")) island.method = section.text("method");
      fit_.options.islands.push_back(std::move(island));
    }
  }

  void read_migration() {
    const yaml::Node* node = section_.map_of("migration");
    yaml::Node normal;
    Section section(context_.document, node, "fit.migration", "fit.migration", normal);
    if (node != nullptr && fit_.options.islands.size() == 1)
      section_.fail("migration", "there is one island only");
    optimise::Migration& migration = fit_.options.migration;
    migration.topology = section.choice_as<optimise::Topology>("topology");
    migration.interval = static_cast<int>(section.integer("interval"));
    migration.size = static_cast<int>(section.integer("size"));
    migration.selection =
        section.choice("selection") == 0 ? optimise::Selection::best : optimise::Selection::random;
    migration.acceptance = section.choice("acceptance") == 0 ? optimise::Acceptance::better
                                                             : optimise::Acceptance::always;
    const bool custom = migration.topology == optimise::Topology::custom;
    if (custom && !section.has("edges"))
      section.fail("topology", "`custom` needs `edges`, a row for each island that sends");
    if (!custom && section.has("edges")) section.fail("edges", "only of `topology: custom`");
    if (custom && fit_.options.islands.empty())
      section.fail("topology", "`custom` needs `islands`, a number or a list");
    if (custom) read_edges(section, migration.edges);
  }

  void read_edges(const Section& section, optimise::Matrix& edges) const {
    const yaml::Node& rows = *section.list_of("edges");
    const auto n = static_cast<optimise::Index>(fit_.options.islands.size());
    edges.setZero(n, n);
    if (rows.items.size() != static_cast<std::size_t>(n))
      section.fail("edges", fmt::format("{} rows for {} islands", rows.items.size(), n));
    for (optimise::Index from = 0; from < n; ++from) {
      const yaml::Node& row = rows.items[static_cast<std::size_t>(from)];
      if (!row.is_list() || row.items.size() != static_cast<std::size_t>(n))
        section.fail("edges", fmt::format("row {}: expected {} probabilities, not {}", from, n,
                                          describe(row)));
      for (optimise::Index to = 0; to < n; ++to)
        edges(from, to) =
            to_number(row.items[static_cast<std::size_t>(to)], "", section.place("edges"));
    }
  }

  void check_search() {
    optimise::IslandsOptions options = fit_.options_for(1);
    options.budget = std::min(options.budget, checked_budget);
    const char* key = section_.has("islands")  ? "islands"
                      : section_.has("method") ? "method"
                                               : "budget";
    try {
      optimise::Islands islands(fit_.space(), std::move(options));
      for (const std::string& warning : islands.warnings())
        fit_.warnings.push_back(section_.place("migration") + warning);
      const bool several = islands.ask().has_value() && islands.ask().has_value();
      if (fit_.halving && fit_.options.budget > 1 && !several)
        fit_.warnings.push_back(section_.place("halving") +
                                "the method proposes a candidate when it knows the loss of the one "
                                "before: there is none to compare it with, and nothing is saved");
    } catch (const ConfigError& error) {
      const std::string message = error.what(), migration = "migration: ";
      if (message.starts_with(migration))
        section_.fail("migration", message.substr(migration.size()));
      section_.fail(key, message);
    }
  }

  /// The start of all, then each parameter at both ends of its bounds.
  void try_parameters() {
    const optimise::Vector start = fit_.space().decode(fit_.space().start());
    const auto& all = fit_.parameters->all();
    for (std::size_t k = 0; k < all.size(); ++k) {
      if (all[k].helper()) continue;
      try_one(k, start);
      if (all[k].variables() == 0) continue;
      for (const std::size_t level : levels_of(all[k])) {
        const bool strict = all[k].form != FitParameter::Form::map;
        try_level(k, start, level, strict);
      }
    }
  }

  /// 0 and 1 for both ends, or the numbers of choices.
  static std::vector<std::size_t> levels_of(const FitParameter& parameter) {
    std::size_t n = 2;
    if (parameter.form == FitParameter::Form::searched)
      n = std::max(n, parameter.parts.front().value->choices.size());
    std::vector<std::size_t> levels(std::min<std::size_t>(n, 200));
    for (std::size_t k = 0; k < levels.size(); ++k)
      levels[k] = k;
    return levels;
  }

  void try_level(std::size_t k, optimise::Vector values, std::size_t level, bool strict) {
    const FitParameter& parameter = fit_.parameters->all()[k];
    for (std::size_t i = 0; i < parameter.variables(); ++i) {
      const std::size_t at = parameter.first.front() + i;
      const optimise::Variable& variable = fit_.space().variables()[at];
      const bool choice = variable.kind == optimise::Kind::choice;
      values[static_cast<optimise::Index>(at)] = choice       ? static_cast<double>(level)
                                                 : level == 0 ? variable.low
                                                              : variable.high;
    }
    try {
      try_one(k, values);
    } catch (const ConfigError& error) {
      if (strict) throw;
      fit_.warnings.push_back(std::string(error.what()) +
                              " (candidates there will fail: narrower bounds would spare them)");
    }
  }

  void try_one(std::size_t k, const optimise::Vector& values) const {
    std::vector<Tried> changes;
    std::vector<Tried> last;
    const auto& all = fit_.parameters->all();
    const std::vector<ParameterValue> given = fit_.parameters->values(values, 0);
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (!all[i].helper())
        (i == k ? last : changes)
            .push_back({{all[i].entry.path, given[i].text}, all[i].entry.place});
    }
    changes.insert(changes.end(), last.begin(), last.end());
    static_cast<void>(try_changes(context_, changes));
  }

  Context context_;
  const network::Connectome* given_;
  std::optional<network::Connectome> loaded_;
  Regions regions_;
  yaml::Node normal_;
  Section section_;
  Fit fit_;
};

}  // namespace

bool has_fit(const Subject& study) {
  return study.searches && study.searches->document.root.find("fit") != nullptr;
}

Fit fit_of(const Subject& study, const network::Connectome* connectome) {
  return FitReader(study, connectome).read();
}

}  // namespace arcuate::io
