#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>

#include "arcuate/core/error.hpp"
#include "arcuate/core/version.hpp"
#include "arcuate/io/fit.hpp"
#include "arcuate/io/sweep.hpp"
#include "candidates.hpp"
#include "notes.hpp"
#include "records.hpp"

namespace arcuate::search {
namespace {

/// The candidate and what it changes.
struct Winner {
  std::vector<io::Change> changes;
  std::uint64_t candidate = 0;
  Record record;  ///< of the simulation of that study
  std::string condition{};
};

/// Which condition is called so; the first of "".
std::size_t condition_called(const io::Fit& fit, const std::string& name) {
  if (name.empty()) return 0;
  std::vector<std::string> names;
  for (std::size_t c = 0; c < fit.conditions.size(); ++c) {
    if (fit.conditions[c].name == name) return c;
    names.push_back(fit.conditions[c].name);
  }
  if (names == std::vector<std::string>{""})
    throw ConfigError("--condition " + name + ": the fit has no conditions");
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
  const std::size_t condition = condition_called(fit, name);
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

Winner winner_of_sweep(const Records& records, const io::Subject& study) {
  const io::Sweep sweep = io::sweep_of(study);
  std::optional<Record> best;
  double least = 0.0;
  Notes notes;
  for (const std::string& line : records.lines()) {
    if (notes.read(line)) continue;
    const Record record = record_of(line);
    if (!record.has_result() || record.terms.empty()) continue;
    const double loss = total_of(record.terms);
    if (!std::isfinite(loss) || (best && loss >= least)) continue;
    best = record;
    least = loss;
  }
  if (!best)
    throw ConfigError(
        "the sweep has no losses: which candidate is the best is not known (a section `fit` with "
        "`minimise` gives every candidate a loss)");
  return {sweep.changes(static_cast<std::int64_t>(best->id)), best->id, *best};
}

}  // namespace

std::string best_study(const std::string& folder, const std::string& condition) {
  const Records records{JobPaths(folder)};
  const JobHeader& header = records.header();
  const io::Subject study = io::parse_subject(header.text, header.path, header.overrides);
  const bool fit = header.kind == "fit";
  if (!fit && !condition.empty())
    throw ConfigError("--condition " + condition + ": " + folder +
                      ": is of a sweep, which has no conditions");
  const Winner winner =
      fit ? winner_of_fit(records, study, condition) : winner_of_sweep(records, study);
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
