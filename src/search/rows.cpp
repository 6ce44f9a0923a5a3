#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

#include "notes.hpp"
#include "table.hpp"

// What is known of all candidates of a job, as rows of its table.
namespace arcuate::search {
namespace {

io::ResultColumn design(const char* name, const char* unit, const char* meaning) {
  return {name, unit, meaning, {}, {}, io::ColumnRole::design};
}

/// Adds a column with the value of each candidate, where one has one.
class Adding {
 public:
  Adding(const std::map<std::uint64_t, Asked>& candidates, std::vector<io::ResultColumn>& columns)
      : candidates_(candidates), columns_(columns) {}

  void operator()(const char* name, io::ColumnRole role, const char* meaning,
                  const std::function<double(const Asked&)>& value) {
    io::ResultColumn column{name, "1", meaning, {}, {}, role};
    for (const auto& [id, candidate] : candidates_)
      column.numbers.push_back(value(candidate));
    const auto& numbers = column.numbers;
    const bool some = std::any_of(numbers.begin(), numbers.end(),
                                  [](double number) { return std::isfinite(number); });
    if (some) columns_.push_back(std::move(column));
  }

 private:
  const std::map<std::uint64_t, Asked>& candidates_;
  std::vector<io::ResultColumn>& columns_;
};

}  // namespace

EvaluationLog::EvaluationLog()
    : columns_{design("candidate", "1", "its number"),
               design("condition", "1", "of the study, from 0"),
               design("repeat", "1", "from 0"),
               design("verification", "1", "1: of the verification"),
               design("worker", "1", ""),
               design("start", "s", "since 1970-01-01 00:00 UTC"),
               design("seconds", "s", "that it took"),
               design("status", "", "how it ended")} {}

void EvaluationLog::note(const Record& record, const Evaluation& one) {
  const double cells[] = {static_cast<double>(one.candidate),
                          static_cast<double>(one.condition),
                          static_cast<double>(one.repeat),
                          one.verification ? 1.0 : 0.0,
                          static_cast<double>(record.worker),
                          record.start,
                          record.seconds};
  for (std::size_t c = 0; c < std::size(cells); ++c)
    columns_[c].numbers.push_back(cells[c]);
  columns_.back().texts.emplace_back(core::word_of(record.ending));
}

std::vector<std::optional<Record>> records_of(const io::Sweep& sweep, const Records& records,
                                              EvaluationLog* log) {
  std::vector<std::optional<Record>> found(static_cast<std::size_t>(sweep.size()));
  Notes notes;
  for (const std::string& line : records.lines()) {
    if (notes.read(line)) continue;
    Record record = record_of(line);
    if (record.id >= found.size()) continue;
    if (log != nullptr) log->note(record, {record.id});
    found[record.id] = std::move(record);
  }
  return found;
}

double loss_of(const io::Sweep& sweep, const std::vector<std::optional<Record>>& records,
               std::int64_t number) {
  constexpr double none = std::numeric_limits<double>::quiet_NaN();
  const auto loss = [&](std::int64_t one) {
    const std::optional<Record>& record = records[static_cast<std::size_t>(one)];
    return !record || record->terms.empty() ? none : total_of(record->terms);
  };
  if (sweep.conditions.empty()) return loss(number);
  double sum = 0.0;
  for (std::size_t c = 0; c < sweep.conditions.size(); ++c) {
    if (sweep.conditions[c].weight > 0.0)
      sum += sweep.conditions[c].weight * loss(sweep.in_condition(number, c));
  }
  return sum;
}

namespace {

/// Of candidates in several conditions: that of each, and the sum over them.
void add_losses_of_conditions(const io::Sweep& sweep,
                              const std::vector<std::optional<Record>>& records, Rows& rows) {
  io::ResultColumn all{"loss", "1", "of all conditions, by their weights",
                       {},     {},  io::ColumnRole::loss};
  io::ResultColumn own{"condition_loss", "1", "of the condition", {}, {}, io::ColumnRole::term};
  bool some = false;
  for (std::int64_t k = 0; k < sweep.size(); ++k) {
    const std::optional<Record>& record = records[static_cast<std::size_t>(k)];
    const bool known = record && !record->terms.empty();
    some = some || known;
    all.numbers.push_back(loss_of(sweep, records, k));
    own.numbers.push_back(known ? total_of(record->terms)
                                : std::numeric_limits<double>::quiet_NaN());
  }
  if (!some) return;
  rows.parameters.push_back(std::move(all));
  rows.parameters.push_back(std::move(own));
}

}  // namespace

Rows rows_of(const io::Sweep& sweep, const std::vector<std::optional<Record>>& records) {
  Rows rows;
  rows.kind = "sweep";
  rows.grid = sweep.grid();
  rows.planned = sweep.size();
  rows.repeats = sweep.each.repeats;
  CellColumns columns(sweep.columns());
  for (std::int64_t k = 0; k < sweep.size(); ++k)
    columns.add(sweep.cells(k));
  rows.parameters = columns.take();
  if (!sweep.conditions.empty()) add_losses_of_conditions(sweep, records, rows);
  for (const std::optional<Record>& one : records) {
    rows.records.push_back(one.value_or(Record{}));
    rows.evaluated.push_back(one.has_value());
    rows.complete = rows.complete && one.has_value();
  }
  return rows;
}

Rows rows_of(const io::Fit& fit, const Judge& judge,
             const std::map<std::uint64_t, Asked>& candidates) {
  Rows rows;
  rows.kind = "fit";
  rows.first = candidates.empty() ? 0 : static_cast<std::int64_t>(candidates.begin()->first);
  rows.planned = fit.options.budget;
  CellColumns cells(fit.columns());
  for (const auto& [id, candidate] : candidates) {
    cells.add(fit.cells(candidate.values));
    rows.records.push_back(judge.combined(candidate));
    rows.evaluated.push_back(true);
  }
  rows.complete = false;  // the search says when it has ended
  rows.parameters = cells.take();
  Adding add(candidates, rows.parameters);
  const auto verified = [&judge](io::Role role) {
    return [&judge, role](const Asked& one) { return judge.verified_loss(one, role); };
  };
  add("island", io::ColumnRole::design, "whose candidate it is",
      [](const Asked& one) { return static_cast<double>(one.island); });
  if (fit.halving)
    add("rung", io::ColumnRole::design, "how far it came; 0: to the end",
        [](const Asked& one) { return static_cast<double>(one.rung); });
  add("loss", io::ColumnRole::loss, "with weights and penalties",
      [&judge](const Asked& one) { return judge.loss(one); });
  add("penalty", io::ColumnRole::term, "part of the loss",
      [&judge](const Asked& one) { return judge.penalty(one); });
  add("verified_loss", io::ColumnRole::check, "with other seeds", verified(io::Role::train));
  add("validation_loss", io::ColumnRole::check, "of conditions that are validated",
      verified(io::Role::validate));
  add("test_loss", io::ColumnRole::check, "of conditions that are tested",
      verified(io::Role::test));
  return rows;
}

std::vector<io::ResultColumn> columns_of(const std::vector<optimise::Island>& islands) {
  io::ResultColumn method = design("method", "", "by which it searches");
  for (const optimise::Island& island : islands)
    method.texts.push_back(island.method);
  return {method};
}

std::vector<io::ResultColumn> columns_of(const std::vector<optimise::Migrant>& migrants) {
  std::vector<io::ResultColumn> columns{design("after", "1", "candidates that had ended"),
                                        design("from", "1", "island"), design("to", "1", "island"),
                                        design("loss", "1", "of what was sent")};
  for (const optimise::Migrant& one : migrants) {
    columns[0].numbers.push_back(static_cast<double>(one.after));
    columns[1].numbers.push_back(static_cast<double>(one.from));
    columns[2].numbers.push_back(static_cast<double>(one.to));
    columns[3].numbers.push_back(one.loss);
  }
  return columns;
}

}  // namespace arcuate::search
