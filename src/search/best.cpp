#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>
#include <limits>
#include <optional>
#include <utility>

#include "arcuate/core/error.hpp"
#include "arcuate/core/version.hpp"
#include "arcuate/io/fit.hpp"
#include "arcuate/io/sweep.hpp"
#include "candidates.hpp"
#include "notes.hpp"
#include "records.hpp"
#include "table.hpp"

namespace arcuate::search {
namespace {

/// The candidate and what it changes.
struct Winner {
  std::vector<io::Change> changes;
  std::uint64_t candidate = 0;
  Record record;  ///< of the simulation of that study
  std::string condition{};
};

/// Which condition of a fit or of a sweep is called so; the first of "".
template <class Condition>
std::size_t condition_called(const std::vector<Condition>& conditions, const std::string& name,
                             const char* job) {
  if (name.empty()) return 0;
  std::vector<std::string> names;
  for (std::size_t c = 0; c < conditions.size(); ++c) {
    if (conditions[c].name == name) return c;
    if (!conditions[c].name.empty()) names.push_back(conditions[c].name);
  }
  if (names.empty())
    throw ConfigError(fmt::format("--condition {}: the {} has no conditions", name, job));
  throw ConfigError(fmt::format("--condition: there is no condition '{}' (allowed: {})", name,
                                fmt::join(names, ", ")));
}

/// The simulation of a candidate in a condition; one of the search before one of a verification.
Record record_of_condition(const Asked& candidate, std::size_t condition) {
  for (const auto* records : {&candidate.records, &candidate.verification}) {
    const auto found = records->lower_bound({condition, 0});
    if (found != records->end() && found->first.first == condition) return found->second;
  }
  return {};
}

Winner winner_of_fit(const Records& records, const io::Subject& study, const std::string& name) {
  const io::Fit fit = io::fit_of(study);
  const std::size_t condition = condition_called(fit.conditions, name, "fit");
  const Judge judge(fit);
  std::map<std::uint64_t, Asked> candidates;
  Notes notes;
  for (const std::string& line : records.lines()) {
    if (is_workers(line) || is_comparison(line) || notes.read(line)) continue;
    if (std::optional<Asked> asked = asked_in(line)) {
      candidates.emplace(asked->id, std::move(*asked));
      continue;
    }
    const Record record = record_of(line);
    candidates.at(Evaluation::of(record.id).candidate).note(record);
  }
  const Asked* best = judge.best(candidates);
  if (best == nullptr) throw ConfigError("no candidate of the fit has a result yet");
  return {fit.changes(best->values, condition, 0, best->id), best->id,
          record_of_condition(*best, condition), fit.conditions[condition].name};
}

/// The mean loss of the repeats of a set of values, as in means.csv, and the first of them that has
/// one. NaN: none has.
std::pair<double, std::int64_t> mean_of_repeats(const io::Sweep& sweep,
                                                const std::vector<std::optional<Record>>& rows,
                                                std::int64_t first) {
  double sum = 0.0;
  int count = 0;
  std::int64_t number = first;
  for (std::int64_t k = first; k < first + sweep.each.repeats; ++k) {
    const double loss = loss_of(sweep, rows, k);
    if (!std::isfinite(loss)) continue;
    if (count++ == 0) number = k;
    sum += loss;
  }
  return {sum / count, number};
}

Winner winner_of_sweep(const Records& records, const io::Subject& study, const std::string& name) {
  const io::Sweep sweep = io::sweep_of(study);
  const std::size_t condition = condition_called(sweep.conditions, name, "sweep");
  const std::vector<std::optional<Record>> rows = records_of(sweep, records);
  std::optional<std::int64_t> best;
  double least = std::numeric_limits<double>::infinity();
  const std::int64_t apart = sweep.size() / sweep.points();
  for (std::int64_t first = 0; first < sweep.size(); first += apart) {
    const auto [mean, number] = mean_of_repeats(sweep, rows, first);
    if (!(mean < least)) continue;
    best = number;
    least = mean;
  }
  if (!best)
    throw ConfigError(
        "the sweep has no losses: which candidate is the best is not known (a section `fit` with "
        "`minimise` gives every candidate a loss)");
  const std::int64_t number =
      sweep.conditions.empty() ? *best : sweep.in_condition(*best, condition);
  return {sweep.changes(number), static_cast<std::uint64_t>(number),
          rows[static_cast<std::size_t>(number)].value_or(Record{}),
          sweep.conditions.empty() ? "" : sweep.conditions[condition].name};
}

}  // namespace

std::string best_study(const std::string& folder, const std::string& condition) {
  const Records records{JobPaths(folder)};
  const JobHeader& header = records.header();
  const io::Subject study = io::parse_subject(header.text, header.path, header.overrides);
  const bool fit = header.kind == "fit";
  const Winner winner =
      fit ? winner_of_fit(records, study, condition) : winner_of_sweep(records, study, condition);
  std::vector<std::string> changes = header.overrides;
  for (const std::string& change : io::overrides_of(winner.changes))
    changes.push_back(change);
  for (const KeptArray& array : records.outcome(winner.record).features) {
    if (array.feature == tuned_weights)
      changes.push_back(fmt::format("{}=[{}]", array.name, fmt::join(array.values, ", ")));
  }
  const std::string of =
      winner.condition.empty() ? "" : fmt::format(", condition {}", winner.condition);
  return fmt::format("# candidate {} of {}{}, written by Arcuate {}\n{}", winner.candidate, folder,
                     of, version(),
                     io::without_searches(io::parse_subject(header.text, header.path, changes)));
}

}  // namespace arcuate::search
