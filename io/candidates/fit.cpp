#include "arcuate/io/fit.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "bounds.hpp"
#include "parameters.hpp"

namespace arcuate::io {
namespace {

/// Seeds of verifications have numbers behind those of any repeat.
constexpr int first_verification = 1 << 30;

using Form = FitParameter::Form;

std::string in_words(const FitParameter& parameter) {
  switch (parameter.form) {
    case Form::fixed:
      return fmt::format("fixed: {}", parameter.text);
    case Form::tied:
      return fmt::format(
          "{} of {}",
          parameter.factor == 1.0 ? "that" : fmt::format("{} times that", parameter.factor),
          parameter.text);
    case Form::expression:
      return fmt::format("= {}", parameter.text);
    case Form::map:
      return fmt::format("by region: baseline (1 + sum of coefficient x map), {} map(s)",
                         parameter.maps.size());
    case Form::groups:
      return fmt::format("by region: {} groups", parameter.parts.size());
    case Form::searched:
      break;
  }
  return "";
}

std::string term_text(const FitTerm& term) {
  if (term.values)
    return fmt::format("  {} of {}.{} against {}\n", term.loss, term.values->feature,
                       term.values->array, fmt::join(term.values->wanted, ", "));
  return fmt::format("  {} of {} against {}\n", term.loss, term.monitor, term.target);
}

/// Islands whose populations go up: CMA-ES, and beside it differential evolution.
std::vector<optimise::Island> portfolio(const optimise::Space& space, int workers) {
  const double n = static_cast<double>(space.dimension());
  const int usual = 4 + static_cast<int>(3.0 * std::log(n));
  if (workers < 32 || space.discrete_count() > 0 || space.dimension() < 2) return {{"auto", 1.0}};
  const int rungs = workers < 128 ? 2 : workers < 512 ? 3 : 4;
  const double rest = workers < 128 ? 0.2 : 0.1;
  std::vector<optimise::Island> islands;
  for (int rung = 0; rung < rungs; ++rung) {
    const int population = std::max(usual, workers >> (rungs - 1 - rung));
    islands.push_back({fmt::format("cma,population={}", population), (1.0 - rest) / rungs});
  }
  islands.push_back({"lshade", rest});
  return islands;
}

}  // namespace

const optimise::Space& Fit::space() const {
  return parameters->space();
}

std::vector<Change> Fit::parameter_changes(const optimise::Vector& values,
                                           std::size_t condition) const {
  const std::vector<ParameterValue> all = parameters->values(values, condition);
  std::vector<Change> changes;
  for (std::size_t k = 0; k < all.size(); ++k) {
    const FitParameter& parameter = parameters->all()[k];
    if (!parameter.helper()) changes.push_back({parameter.entry.path, all[k].text});
  }
  return changes;
}

std::vector<Change> Fit::with_seed(const optimise::Vector& values, std::size_t condition,
                                   std::uint64_t seed) const {
  std::vector<Change> changes = parameter_changes(values, condition);
  const std::vector<Change>& set = conditions[condition].set;
  changes.insert(changes.end(), set.begin(), set.end());
  changes.push_back({"seed", fmt::format("{}", seed)});
  return changes;
}

std::uint64_t Fit::seed_for(int repeat, std::uint64_t candidate) const {
  return each.random_numbers == RandomNumbers::common ? seed_of(study_seed, repeat)
                                                      : seed_of(study_seed, repeat, candidate);
}

std::vector<Change> Fit::changes(const optimise::Vector& values, std::size_t condition, int repeat,
                                 std::uint64_t candidate) const {
  return with_seed(values, condition, seed_for(repeat, candidate));
}

std::vector<Change> Fit::changes(const optimise::Vector& values, std::size_t condition, int repeat,
                                 std::uint64_t candidate, int rung) const {
  std::vector<Change> all = changes(values, condition, repeat, candidate);
  if (rung > 0)
    all.push_back({"duration", number_text(halving->rungs.at(static_cast<std::size_t>(rung) - 1))});
  return all;
}

std::vector<Change> Fit::condition_changes(std::size_t condition, int repeat,
                                           std::uint64_t candidate) const {
  std::vector<Change> changes = conditions[condition].set;
  changes.push_back({"seed", fmt::format("{}", seed_for(repeat, candidate))});
  return changes;
}

std::vector<Change> Fit::verification_changes(const optimise::Vector& values, std::size_t condition,
                                              int seed) const {
  std::vector<Change> changes =
      with_seed(values, condition, seed_of(study_seed, first_verification + seed));
  if (verify) changes.insert(changes.end(), verify->set.begin(), verify->set.end());
  return changes;
}

bool Fit::says_more() const {
  const auto says = [](const FitParameter& one) {
    const bool prior = std::any_of(one.parts.begin(), one.parts.end(),
                                   [](const Searched& part) { return part.prior.has_value(); });
    return prior || (!one.helper() && (one.derived() || one.form == Form::fixed));
  };
  return std::any_of(parameters->all().begin(), parameters->all().end(), says);
}

bool Fit::varies(const std::string& path) const {
  const auto& all = parameters->all();
  return std::any_of(all.begin(), all.end(), [&](const FitParameter& one) {
    return !one.helper() && meet(path, one.entry.path);
  });
}

std::vector<PenaltyValue> Fit::penalties(const optimise::Vector& values) const {
  return parameters->penalties(values);
}

std::vector<Column> Fit::columns() const {
  std::vector<Column> columns;
  for (const FitParameter& parameter : parameters->all()) {
    const std::size_t copies = parameter.own ? conditions.size() : 1;
    for (std::size_t c = 0; c < copies; ++c) {
      for (std::size_t k = 0; k < parameter.variables(); ++k) {
        const auto& variable = space().variables()[parameter.first[c] + k];
        const bool text = variable.kind == optimise::Kind::choice;
        const bool coefficient =
            parameter.form == Form::map && variable.name.find(".coefficient") != std::string::npos;
        columns.push_back({variable.name,
                           text          ? ""
                           : coefficient ? "1"
                                         : parameter.entry.info.unit,
                           text, "searched"});
        if (!text) set_bounds(variable, columns.back());
      }
    }
  }
  for (const auto& [name, k, c] : derived())
    columns.push_back(
        {name, parameters->all()[k].entry.info.unit, false, "derived", ColumnOf::derived});
  return columns;
}

std::vector<Fit::Derived> Fit::derived() const {
  std::vector<Derived> derived;
  const std::vector<ParameterValue> first = parameters->values(space().decode(space().start()), 0);
  const bool own = std::any_of(parameters->all().begin(), parameters->all().end(),
                               [](const FitParameter& parameter) { return parameter.own; });
  for (std::size_t k = 0; k < first.size(); ++k) {
    const FitParameter& parameter = parameters->all()[k];
    if (!parameter.derived() || std::isnan(first[k].number)) continue;
    for (std::size_t c = 0; c < (own ? conditions.size() : 1); ++c) {
      std::string name = parameter.entry.path;
      if (own) name.append("@").append(conditions[c].name);
      derived.push_back({std::move(name), k, c});
    }
  }
  return derived;
}

std::vector<Cell> Fit::cells(const optimise::Vector& values) const {
  std::vector<Cell> cells;
  for (optimise::Index i = 0; i < values.size(); ++i) {
    const optimise::Variable& variable = space().variables()[static_cast<std::size_t>(i)];
    const SearchedValue searched{variable, variable.choices};
    const std::string text = searched.text(values[i]);
    cells.push_back(variable.choices.empty() ? Cell{text, values[i]} : Cell{text});
  }
  for (const auto& [name, k, c] : derived()) {
    const ParameterValue value = parameters->values(values, c)[k];
    cells.push_back({value.text, value.number});
  }
  return cells;
}

optimise::IslandsOptions Fit::options_for(int workers) const {
  optimise::IslandsOptions result = options;
  result.workers = workers;
  if (result.islands.empty())
    result.islands = result.objectives > 1 ? std::vector<optimise::Island>{{"auto", 1.0}}
                                           : portfolio(space(), workers);
  const auto most = static_cast<std::size_t>(std::clamp<std::int64_t>(result.budget, 1, 1'000'000));
  if (options.islands.empty() && result.islands.size() > most) result.islands = {{"auto", 1.0}};
  return result;
}

std::string Fit::table() const {
  std::vector<std::string> units;
  for (const Column& column : columns())
    units.push_back(column.unit);
  std::string text = table_of(space(), units, true);
  for (const FitParameter& parameter : parameters->all()) {
    const std::string words = in_words(parameter);
    if (!words.empty()) text += fmt::format("{:<32} {}\n", parameter.entry.path, words);
    for (const Searched& part : parameter.parts) {
      if (!part.prior) continue;
      text += fmt::format("{:<32} prior {} [{}], weight {}\n", part.value->variable.name,
                          part.prior->kind->name, fmt::join(part.prior->arguments, ", "),
                          part.prior->weight);
    }
  }
  text += "minimised:\n";
  for (const FitCondition& condition : conditions) {
    if (!condition.name.empty())
      text += fmt::format("  {} ({}, weight {}):\n", condition.name, core::word_of(condition.role),
                          condition.weight);
    for (const FitTerm& term : condition.minimise)
      text += term_text(term);
  }
  if (inhibition) text += fmt::format("  deviation of tuned rates, weight {}\n", *inhibition);
  if (halving)
    text += fmt::format("compared after {} ms, {} at a time: {:.3g} of them go on\n",
                        fmt::join(halving->rungs, ", "), halving->bracket, halving->keep);
  std::vector<std::string> methods;
  for (const optimise::Island& island : options.islands)
    methods.push_back(island.method);
  return text + fmt::format("{} evaluations by {}, seed {}{}\n", options.budget,
                            methods.empty() ? "islands for the workers that there are"
                                            : fmt::format("{}", fmt::join(methods, " + ")),
                            options.seed,
                            each.repeats > 1 ? fmt::format(", {} repeats each", each.repeats) : "");
}

}  // namespace arcuate::io
