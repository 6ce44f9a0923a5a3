#include <fmt/format.h>
#include <fmt/ranges.h>

#include <optional>
#include <utility>
#include <vector>

#include "arcuate/core/error.hpp"
#include "arcuate/core/version.hpp"
#include "arcuate/io/fit.hpp"
#include "arcuate/io/results.hpp"
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

Winner winner_of_sweep(const Records& records, const io::Subject& study, const std::string& name) {
  const io::Sweep sweep = io::sweep_of(study);
  const std::size_t condition = condition_called(sweep.conditions, name, "sweep");
  const std::vector<std::optional<Record>> rows = records_of(sweep, records);
  const std::int64_t apart = sweep.size() / sweep.points(), repeats = sweep.each.repeats;
  std::vector<double> losses;
  for (std::int64_t first = 0; first < sweep.size(); first += apart) {
    for (std::int64_t k = first; k < first + repeats; ++k)
      losses.push_back(loss_of(sweep, rows, k));
  }
  const std::optional<std::size_t> found =
      io::best_of_repeats(losses, static_cast<std::size_t>(repeats));
  if (!found)
    throw ConfigError(
        "the sweep has no losses: which candidate is the best is not known (a section `fit` with "
        "`minimise` gives every candidate a loss)");
  const auto among = static_cast<std::int64_t>(*found);
  const std::int64_t best = among / repeats * apart + among % repeats;
  const std::int64_t number = sweep.conditions.empty() ? best : sweep.in_condition(best, condition);
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
