#include <fmt/format.h>

#include <cmath>

#include "arcuate/core/error.hpp"
#include "arcuate/core/version.hpp"
#include "arcuate/io/fit.hpp"
#include "arcuate/io/sweep.hpp"
#include "candidates.hpp"
#include "records.hpp"

namespace arcuate::search {
namespace {

/// The candidate and what it changes.
struct Winner {
  std::vector<io::Change> changes;
  Record record;
};

Winner winner_of_fit(const Records& records, const io::Study& study) {
  const io::Fit fit = io::fit_of(study);
  const Judge judge(fit);
  std::map<std::uint64_t, Asked> candidates;
  for (const std::string& line : records.lines()) {
    if (is_workers(line)) continue;
    if (std::optional<Asked> asked = asked_in(line)) {
      candidates.emplace(asked->id, std::move(*asked));
      continue;
    }
    const Record record = record_of(line);
    candidates.at(Evaluation::of(record.id).candidate).note(record);
  }
  const Asked* best = judge.best(candidates);
  if (best == nullptr) throw ConfigError("no candidate of the fit has a result yet");
  return {fit.changes(best->values, 0, 0, best->id), judge.combined(*best)};
}

Winner winner_of_sweep(const Records& records, const io::Study& study) {
  const io::Sweep sweep = io::sweep_of(study);
  std::optional<Record> best;
  double least = 0.0;
  for (const std::string& line : records.lines()) {
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
  return {sweep.changes(static_cast<std::int64_t>(best->id)), *best};
}

}  // namespace

std::string best_study(const std::string& folder) {
  const Records records{JobPaths(folder)};
  const JobHeader& header = records.header();
  const io::Study study = io::parse_study(header.text, header.path, header.overrides);
  const Winner winner =
      header.kind == "fit" ? winner_of_fit(records, study) : winner_of_sweep(records, study);
  std::vector<std::string> changes = header.overrides;
  for (const std::string& change : io::overrides_of(winner.changes))
    changes.push_back(change);
  for (const KeptArray& array : records.outcome(winner.record).features) {
    if (array.feature == tuned_weights)
      changes.push_back(fmt::format("{}=[{}]", array.name, fmt::join(array.values, ", ")));
  }
  return fmt::format("# candidate {} of {}, written by Arcuate {}\n{}", winner.record.id, folder,
                     version(),
                     io::without_searches(io::parse_study(header.text, header.path, changes)));
}

}  // namespace arcuate::search
