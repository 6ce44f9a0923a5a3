#include "candidates.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "arcuate/core/error.hpp"
#include "common.hpp"
#include "json.hpp"

namespace arcuate::search {
namespace {

using Json = nlohmann::ordered_json;

Json parse(const std::string& line) {
  Json json = Json::parse(line, nullptr, false);
  if (json.is_discarded() || !json.is_object())
    throw DataError("journal: a line is not understood: " + line);
  return json;
}

double total_of(const Record& record) {
  return record.has_result() ? search::total_of(record.terms) : nan;
}

/// Adds terms, one by one.
void add(std::vector<TermValue>& sum, const std::vector<TermValue>& terms) {
  if (sum.empty()) {
    sum = terms;
    return;
  }
  for (std::size_t t = 0; t < sum.size(); ++t) {
    sum[t].value += terms[t].value;
    sum[t].loss += terms[t].loss;
  }
}

void divide(std::vector<TermValue>& sum, double by) {
  for (TermValue& term : sum) {
    term.value /= by;
    term.loss /= by;
  }
}

}  // namespace

std::uint64_t Evaluation::id() const {
  const auto highest = static_cast<std::uint64_t>(rung) << first_bit_of_rung;
  return highest +
         ((candidate * most_conditions + condition) * most_repeats +
          static_cast<std::uint64_t>(repeat)) *
             2 +
         (verification ? 1 : 0);
}

Evaluation Evaluation::of(std::uint64_t id) {
  const int rung = static_cast<int>(id >> first_bit_of_rung);
  const std::uint64_t whole = (id & ((std::uint64_t{1} << first_bit_of_rung) - 1)) / 2;
  return {whole / most_repeats / most_conditions, whole / most_repeats % most_conditions,
          static_cast<int>(whole % most_repeats), id % 2 == 1, rung};
}

void Asked::note(const Record& record) {
  const Evaluation one = Evaluation::of(record.id);
  if (!one.verification && one.rung != rung) records.clear();
  if (!one.verification) rung = one.rung;
  (one.verification ? verification : records)[one.key()] = record;
}

std::vector<Evaluation> Judge::evaluations(std::uint64_t candidate) const {
  std::vector<Evaluation> all;
  for (std::size_t c = 0; c < fit_.conditions.size(); ++c) {
    if (fit_.conditions[c].role != io::Role::train) continue;
    for (int repeat = 0; repeat < fit_.each.repeats; ++repeat)
      all.push_back({candidate, c, repeat, false, 0});
  }
  return all;
}

std::vector<Evaluation> Judge::verifications(std::uint64_t candidate) const {
  std::vector<Evaluation> all;
  const int seeds = fit_.verify ? fit_.verify->seeds : 1;
  for (std::size_t c = 0; c < fit_.conditions.size(); ++c) {
    if (!fit_.verify && fit_.conditions[c].role == io::Role::train) continue;
    for (int seed = 0; seed < seeds; ++seed)
      all.push_back({candidate, c, seed, true, 0});
  }
  return all;
}

bool Judge::complete(const Asked& candidate) const {
  const std::vector<Evaluation> all = evaluations(candidate.id);
  return std::all_of(all.begin(), all.end(),
                     [&](const Evaluation& one) { return candidate.records.count(one.key()) > 0; });
}

Record Judge::combined(const Asked& candidate) const {
  Record whole;
  whole.id = candidate.id;
  if (!complete(candidate)) whole.ending = farm::Ending::stopped;
  std::map<std::size_t, std::vector<TermValue>> terms;
  for (const auto& [key, record] : candidate.records) {
    whole.seconds += record.seconds;
    whole.worker = record.worker;
    if (!record.has_result() && whole.has_result()) {
      whole.ending = record.ending;
      whole.reason = record.reason;
    }
    if (!whole.features) whole.features = record.features;
    if (record.has_result()) add(terms[key.first], record.terms);
  }
  if (!whole.has_result()) return whole;
  for (auto& [condition, sum] : terms) {
    divide(sum, fit_.each.repeats);
    for (TermValue& term : sum) {
      const std::string& name = fit_.conditions[condition].name;
      if (!name.empty()) term.name = name + "." + term.name;
      whole.terms.push_back(term);
    }
  }
  return whole;
}

double Judge::average(std::vector<double> losses) const {
  double sum = 0.0;
  for (const double loss : losses) {
    if (!std::isfinite(loss)) return nan;
    sum += loss;
  }
  if (losses.empty()) return nan;
  if (fit_.average == io::Average::mean) return sum / static_cast<double>(losses.size());
  std::sort(losses.begin(), losses.end());
  if (fit_.average == io::Average::worst) return losses.back();
  const std::size_t half = losses.size() / 2;
  return losses.size() % 2 == 1 ? losses[half] : 0.5 * (losses[half - 1] + losses[half]);
}

double Judge::weighted(const std::map<std::pair<std::size_t, int>, Record>& records, int seeds,
                       io::Role role) const {
  double sum = 0.0;
  bool some = false;
  for (std::size_t c = 0; c < fit_.conditions.size(); ++c) {
    if (fit_.conditions[c].role != role) continue;
    std::vector<double> losses;
    for (int seed = 0; seed < seeds; ++seed) {
      const auto found = records.find({c, seed});
      losses.push_back(found == records.end() ? nan : total_of(found->second));
    }
    some = true;
    sum += fit_.conditions[c].weight * average(std::move(losses));
  }
  return some ? sum : nan;
}

double Judge::loss(const Asked& candidate) const {
  return weighted(candidate.records, fit_.each.repeats, io::Role::train) + penalty(candidate);
}

std::vector<double> Judge::losses(const Asked& candidate) const {
  std::vector<double> losses;
  for (const TermValue& term : combined(candidate).terms)
    losses.push_back(term.weight * term.loss);
  if (!losses.empty()) losses.back() += penalty(candidate);
  return losses;
}

double Judge::verified_loss(const Asked& candidate, io::Role role) const {
  const double own = weighted(candidate.verification, fit_.verify ? fit_.verify->seeds : 1, role);
  return role == io::Role::train ? own + penalty(candidate) : own;
}

double Judge::penalty(const Asked& candidate) const {
  return candidate.values.size() == 0 ? 0.0 : penalty_of(fit_, candidate.values);
}

const Asked* Judge::best(const std::map<std::uint64_t, Asked>& candidates) const {
  const Asked* best = nullptr;
  double least = std::numeric_limits<double>::infinity();
  bool verified = false;
  for (const auto& [id, one] : candidates) {
    if (one.rung != 0) continue;
    const double again = verified_loss(one, io::Role::train);
    const double found = loss(one);
    const bool sure = std::isfinite(again);
    const double value = sure ? again : found;
    if (!std::isfinite(value) || (verified && !sure)) continue;
    if (verified == sure && value >= least) continue;
    best = &one;
    least = value;
    verified = sure;
  }
  return best;
}

std::string words_of(const Evaluation& one, const io::Fit& fit) {
  std::string words = fmt::format("candidate {}", one.candidate);
  if (one.rung > 0) words += fmt::format(", rung {}", one.rung);
  if (fit.conditions.size() > 1)
    words += fmt::format(", condition {}", fit.conditions[one.condition].name);
  if (one.verification) return words + fmt::format(", verification {}", one.repeat);
  return fit.each.repeats > 1 ? words + fmt::format(", repeat {}", one.repeat) : words;
}

std::string line_of(const Asked& candidate) {
  return line(
      Json{{"ask", candidate.id},
           {"island", candidate.island},
           {"values", std::vector<double>(candidate.values.begin(), candidate.values.end())}});
}

std::optional<Asked> asked_in(const std::string& line) {
  const Json json = parse(line);
  if (!json.contains("ask")) return std::nullopt;
  try {
    const std::vector<double> values = json.at("values");
    Asked asked{json.at("ask"), json.at("island")};
    asked.values.resize(std::ssize(values));
    std::copy(values.begin(), values.end(), asked.values.begin());
    return asked;
  } catch (const Json::exception& error) {
    throw DataError(std::string("journal: a line is not understood: ").append(error.what()));
  }
}

std::string line_of_comparison() {
  return line(Json{{"halving", true}});
}

bool is_comparison(const std::string& line) {
  return parse(line).contains("halving");
}

std::string line_of_workers(int workers) {
  return line(Json{{"workers", workers}});
}

bool is_workers(const std::string& line) {
  return parse(line).contains("workers");
}

int workers_in(const std::string& line) {
  const Json json = parse(line);
  if (!json.contains("workers") || !json.at("workers").is_number_integer())
    throw DataError("journal: its second line does not say the number of workers");
  return json.at("workers");
}

}  // namespace arcuate::search
