#include "arcuate/search/results.hpp"

#include <filesystem>
#include <optional>
#include <utility>

#include "arcuate/core/error.hpp"
#include "arcuate/io/subject.hpp"
#include "notes.hpp"
#include "table.hpp"

namespace arcuate::search {
namespace {

namespace fs = std::filesystem;

Rows sweep_so_far(const Records& records, const io::Subject& study) {
  const io::Sweep sweep = io::sweep_of(study);
  EvaluationLog log;
  Rows rows = rows_of(sweep, records_of(sweep, records, &log));
  rows.evaluations = log.columns();
  return rows;
}

Rows fit_so_far(const Records& records, const io::Subject& study) {
  const io::Fit fit = io::fit_of(study);
  const Judge judge(fit);
  std::map<std::uint64_t, Asked> candidates;
  EvaluationLog log;
  int workers = 1;
  Notes notes;
  for (const std::string& line : records.lines()) {
    if (notes.read(line)) continue;
    if (is_workers(line)) {
      workers = workers_in(line);
    } else if (is_comparison(line)) {
      continue;
    } else if (std::optional<Asked> asked = asked_in(line)) {
      candidates.emplace(asked->id, std::move(*asked));
    } else {
      const Record record = record_of(line);
      const Evaluation one = Evaluation::of(record.id);
      const auto candidate = candidates.find(one.candidate);
      if (candidate == candidates.end()) continue;
      log.note(record, one);
      candidate->second.note(record);
    }
  }
  Rows rows = rows_of(fit, judge, candidates);
  rows.evaluations = log.columns();
  rows.islands = columns_of(fit.options_for(workers).islands);
  return rows;
}

}  // namespace

/// What the table of a journal reads from.
struct JobResults::Journal {
  explicit Journal(const JobPaths& paths) : records(paths) {
    const JobHeader& header = records.header();
    const io::Subject study = io::parse_subject(header.text, header.path, header.overrides);
    rows = header.kind == "fit" ? fit_so_far(records, study) : sweep_so_far(records, study);
    rows.title = study.title;
  }
  Records records;
  Rows rows;
};

JobResults::JobResults(const std::string& where) {
  if (!fs::is_directory(where)) {
    table_ = io::read_results(where);
    inputs_ = {where};
    return;
  }
  const JobPaths paths(where);
  const bool table = fs::exists(paths.table), journal = fs::exists(paths.journal);
  if (!table && !journal)
    throw DataError(where +
                    ": is no folder of a sweep or a fit: it has neither a table.h5 nor a journal");
  inputs_ = {paths.table, paths.csv, paths.journal, paths.values, paths.status};
  if (table) table_ = io::read_results(paths.table);
  if (!journal) return;
  const std::int64_t lines = table ? std::ssize(io::read_journal(paths.journal).records) : 0;
  if (table && lines <= table_.records) return;
  // The table is of an earlier end of the job, or there is none yet.
  journal_ = std::make_unique<Journal>(paths);
  table_ = table_of(journal_->rows, journal_->records);
}

JobResults::~JobResults() = default;

}  // namespace arcuate::search
