#include "table.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <memory>
#include <utility>

#include "along.hpp"
#include "arcuate/run/launch.hpp"
#include "json.hpp"

namespace arcuate::search {
namespace {

using Name = std::pair<std::string, std::string>;  // of a feature and of its array

io::ResultColumn numbers(std::string name, std::string unit, std::size_t size,
                         io::ColumnRole role) {
  return {std::move(name), std::move(unit), "", std::vector<double>(size, nan), {}, role};
}

io::ResultColumn texts(std::string name, std::size_t size, io::ColumnRole role) {
  return {std::move(name), "", "", {}, std::vector<std::string>(size), role};
}

io::ColumnRole role_of(io::ColumnOf of) {
  switch (of) {
    case io::ColumnOf::varied:
      return io::ColumnRole::parameter;
    case io::ColumnOf::derived:
      return io::ColumnRole::derived;
    case io::ColumnOf::design:
      break;
  }
  return io::ColumnRole::design;
}

/// How each candidate ended.
void add_endings(const Rows& rows, std::vector<io::ResultColumn>& columns) {
  const std::size_t n = rows.records.size();
  constexpr io::ColumnRole role = io::ColumnRole::ending;
  io::ResultColumn status = texts("status", n, role), reason = texts("reason", n, role);
  io::ResultColumn seconds = numbers("seconds", "s", n, role);
  io::ResultColumn worker = numbers("worker", "1", n, role);
  for (std::size_t k = 0; k < n; ++k) {
    const Record* record = rows.record(k);
    status.texts[k] = record == nullptr ? "missing" : core::word_of(record->ending);
    if (record == nullptr) continue;
    reason.texts[k] = record->reason;
    seconds.numbers[k] = record->seconds;
    worker.numbers[k] = record->worker;
  }
  for (io::ResultColumn* column : {&status, &reason, &seconds, &worker})
    columns.push_back(std::move(*column));
}

/// Terms have the same names in all records; two of one name are numbered.
void add_losses(const Rows& rows, std::vector<io::ResultColumn>& columns) {
  const std::size_t n = rows.records.size();
  const auto first = std::find_if(rows.records.begin(), rows.records.end(),
                                  [](const Record& one) { return !one.terms.empty(); });
  if (first == rows.records.end()) return;
  const std::vector<TermValue>& names = first->terms;
  io::ResultColumn loss = numbers("loss", "1", n, io::ColumnRole::loss);
  std::vector<io::ResultColumn> values;
  for (std::size_t t = 0; t < names.size(); ++t) {
    const auto same =
        std::count_if(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(t),
                      [&](const TermValue& one) { return one.name == names[t].name; });
    values.push_back(
        numbers(same == 0 ? names[t].name : fmt::format("{}_{}", names[t].name, same + 1), "", n,
                io::ColumnRole::term));
  }
  for (std::size_t k = 0; k < n; ++k) {
    const Record* record = rows.record(k);
    if (record == nullptr || record->terms.size() != names.size()) continue;
    loss.numbers[k] = total_of(record->terms);
    for (std::size_t t = 0; t < names.size(); ++t)
      values[t].numbers[k] = record->terms[t].value;
  }
  const bool told = std::any_of(columns.begin(), columns.end(),
                                [](const io::ResultColumn& one) { return one.name == "loss"; });
  if (!told) columns.push_back(std::move(loss));
  std::move(values.begin(), values.end(), std::back_inserter(columns));
}

/// What the candidates have of a feature's array.
struct FoundArray {
  KeptArray first;          ///< without values
  std::size_t longest = 0;  ///< values of a candidate
  std::size_t candidates = 0;
};

/// Features that are one number become columns, others arrays.
struct Found {
  std::map<Name, std::size_t> scalar;  ///< position in the columns
  std::map<Name, FoundArray> arrays;
  std::vector<Name> order;  ///< of the arrays
  WholeAxes along;
};

void note_array(const KeptArray& kept, Found& found) {
  const Name name{kept.feature, kept.name};
  const auto [at, fresh] = found.arrays.try_emplace(name);
  if (fresh) {
    found.order.push_back(name);
    at->second.first = {kept.feature, kept.name, kept.unit, kept.axes, {}};
  }
  found.along.add(kept);
  at->second.longest = std::max(at->second.longest, kept.values.size());
  ++at->second.candidates;
}

/// Numbers are taken at once, of arrays how large they are.
std::shared_ptr<Found> find_features(const Rows& rows, const Records& records,
                                     io::ResultTable& table) {
  auto found = std::make_shared<Found>();
  for (std::size_t k = 0; k < rows.records.size(); ++k) {
    if (rows.record(k) == nullptr || !rows.records[k].features) continue;
    for (const KeptArray& kept : records.outcome(rows.records[k]).features) {
      const Name name{kept.feature, kept.name};
      if (!kept.axes.empty() || kept.values.size() != 1) {
        note_array(kept, *found);
        continue;
      }
      const auto [at, fresh] = found->scalar.emplace(name, table.columns.size());
      if (fresh)
        table.columns.push_back(numbers(kept.feature + "." + kept.name, kept.unit,
                                        rows.records.size(), io::ColumnRole::feature));
      table.columns[at->second].numbers[k] = kept.values.front();
    }
  }
  return found;
}

/// Where almost every candidate has other entries along an axis there is a table of holes: it would
/// be larger by far than what is in it.
bool is_of_holes(const FoundArray& array, const WholeAxes& along, std::size_t rows) {
  constexpr std::size_t few = 1'000'000, times = 4;
  const std::size_t size = along.size(array.first);
  return size > times * array.longest && size > few / std::max<std::size_t>(1, rows);
}

std::string left_out(const FoundArray& array) {
  std::vector<std::string> axes;
  for (const analysis::Axis& axis : array.first.axes)
    axes.push_back(axis.name);
  return fmt::format(
      "feature {}: `{}` is left out of the table: almost each of {} candidates has other entries "
      "along its axes ({})",
      array.first.feature, array.first.name, array.candidates, fmt::join(axes, ", "));
}

void add_features(const Rows& rows, const Records& records, io::ResultTable& table) {
  const std::shared_ptr<const Found> found = find_features(rows, records, table);
  for (const Name& name : found->order) {
    const FoundArray& array = found->arrays.at(name);
    if (is_of_holes(array, found->along, rows.records.size())) {
      run::warn_of({left_out(array)});
      continue;
    }
    const auto values = [&rows, &records, found, name](std::size_t k) {
      const Record* record = rows.record(k);
      if (record == nullptr || !record->features) return std::vector<double>();
      for (const KeptArray& kept : records.outcome(*record).features) {
        if (Name{kept.feature, kept.name} == name) return found->along.placed(kept);
      }
      return std::vector<double>();
    };
    table.arrays.push_back({array.first.feature, array.first.name, array.first.unit,
                            found->along.of(array.first), values});
  }
}

}  // namespace

CellColumns::CellColumns(const std::vector<io::Column>& columns) {
  for (const io::Column& column : columns) {
    text_.push_back(column.text);
    columns_.push_back({column.name,
                        column.unit,
                        column.meaning,
                        {},
                        {},
                        role_of(column.of),
                        column.scale,
                        column.low,
                        column.high});
  }
}

void CellColumns::add(const std::vector<io::Cell>& row) {
  for (std::size_t c = 0; c < row.size(); ++c) {
    if (text_[c]) {
      columns_[c].texts.push_back(row[c].text);
    } else {
      columns_[c].numbers.push_back(row[c].number);
    }
  }
}

io::ResultTable table_of(const Rows& rows, const Records& records) {
  io::ResultTable table;
  table.kind = rows.kind;
  table.title = rows.title;
  table.study = records.header().study;
  table.columns = rows.parameters;
  table.grid = rows.grid;
  table.first = rows.first;
  table.planned = rows.planned;
  table.complete = rows.complete;
  table.records = records.count();
  table.evaluations = rows.evaluations;
  table.islands = rows.islands;
  table.migrations = rows.migrations;
  add_losses(rows, table.columns);
  add_features(rows, records, table);
  add_endings(rows, table.columns);
  return table;
}

void write_tables(const JobPaths& paths, const Rows& rows, const Records& records) {
  const io::ResultTable table = table_of(rows, records);
  io::Output output(paths.table, {io::OutputKind::results, true, {}, "--overwrite"});
  write_results(output, table);
  output.publish();
  const io::OutputOptions replace{io::OutputKind::results, true, {}, "--overwrite"};
  io::write_output(paths.csv, io::results_csv(table), replace);
  if (rows.repeats < 2) return;
  const io::ResultTable means = io::means_of(table, static_cast<std::size_t>(rows.repeats));
  io::write_output(paths.means, io::results_csv(means), replace);
}

}  // namespace arcuate::search
