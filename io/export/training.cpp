#include "arcuate/io/training.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "arcuate/core/counted.hpp"
#include "arcuate/core/error.hpp"
#include "arcuate/core/suggest.hpp"
#include "arcuate/io/output.hpp"
#include "cells.hpp"
#include "file/output_kind.hpp"
#include "matrix/npy.hpp"
#include "matrix/zip_writer.hpp"

namespace arcuate::io {
namespace {

constexpr double missing = std::numeric_limits<double>::quiet_NaN();

/// Numbers of all candidates under one name.
struct Numbers {
  std::string name;
  std::vector<double> values;  ///< (n_candidates)
};

std::string place_on(const analysis::Axis& axis, std::size_t k) {
  return axis.texts.empty() ? fmt::format("{}", axis.values[k]) : axis.texts[k];
}

/// "feature.array[A, B]", in C order.
std::vector<Numbers> columns_of(const ResultArray& array, std::size_t candidates) {
  std::vector<Numbers> columns{{"", {}}};
  for (const analysis::Axis& axis : array.axes) {
    std::vector<Numbers> longer;
    for (const Numbers& one : columns) {
      for (std::size_t k = 0; k < std::max(axis.values.size(), axis.texts.size()); ++k)
        longer.push_back({(one.name.empty() ? "" : one.name + ", ") + place_on(axis, k), {}});
    }
    columns = std::move(longer);
  }
  for (Numbers& one : columns) {
    one.name = fmt::format("{}.{}[{}]", array.feature, array.name, one.name);
    one.values.assign(candidates, missing);
  }
  for (std::size_t k = 0; k < candidates; ++k) {
    const std::vector<double> values = array.values(k);
    for (std::size_t c = 0; c < columns.size() && values.size() == columns.size(); ++c)
      columns[c].values[k] = values[c];
  }
  return columns;
}

/// Names of the features that a table has.
std::vector<std::string> features_of(const ResultTable& table) {
  std::set<std::string> names;
  for (const ResultColumn& one : table.columns) {
    if (one.role == ColumnRole::feature) names.insert(one.name.substr(0, one.name.find('.')));
  }
  for (const ResultArray& array : table.arrays)
    names.insert(array.feature);
  return {names.begin(), names.end()};
}

/// What is there of a training set before rows are chosen.
struct Columns {
  std::vector<Numbers> theta;
  std::vector<Numbers> x;
  std::vector<std::string> texts;  ///< parameters that are no numbers
};

Columns columns_of(const ResultTable& table, const std::string& feature, std::size_t candidates) {
  Columns found;
  for (const ResultColumn& one : table.columns) {
    const bool wanted = feature.empty() || one.name.starts_with(feature + ".");
    if (one.role == ColumnRole::parameter && one.text()) found.texts.push_back(one.name);
    if (one.role == ColumnRole::parameter && !one.text())
      found.theta.push_back({one.name, one.numbers});
    if (one.role == ColumnRole::feature && !one.text() && wanted)
      found.x.push_back({one.name, one.numbers});
  }
  for (const ResultArray& array : table.arrays) {
    if (!feature.empty() && array.feature != feature) continue;
    for (Numbers& one : columns_of(array, candidates))
      found.x.push_back(std::move(one));
  }
  return found;
}

/// Takes features away that no candidate has: they would leave no rows.
std::size_t drop_empty(std::vector<Numbers>& columns) {
  return std::erase_if(columns, [](const Numbers& one) {
    return std::none_of(one.values.begin(), one.values.end(),
                        [](double value) { return std::isfinite(value); });
  });
}

bool finite_at(const std::vector<Numbers>& columns, std::size_t candidate) {
  return std::all_of(columns.begin(), columns.end(),
                     [&](const Numbers& one) { return std::isfinite(one.values[candidate]); });
}

std::string npy(const char* type, const std::vector<std::int64_t>& shape, const void* values,
                std::size_t bytes) {
  return matrix::npy_header(type, shape) + std::string(static_cast<const char*>(values), bytes);
}

void write_npz(const TrainingSet& set, const std::string& file) {
  const auto rows = static_cast<std::int64_t>(set.candidate.size());
  const auto add = [&](const char* name, const std::vector<double>& values, std::int64_t columns) {
    return std::pair(std::string(name),
                     npy("<f8", {rows, columns}, values.data(), values.size() * sizeof(double)));
  };
  matrix::ZipWriter zip(file);
  for (auto& [name, bytes] : {add("theta.npy", set.theta, std::ssize(set.parameters)),
                              add("x.npy", set.x, std::ssize(set.features))})
    zip.add(name, bytes);
  zip.add("parameter.npy", matrix::npy_texts(set.parameters));
  zip.add("feature.npy", matrix::npy_texts(set.features));
  zip.add("candidate.npy",
          npy("<i8", {rows}, set.candidate.data(), set.candidate.size() * sizeof(std::int64_t)));
  zip.close(export_mark);
}

std::string csv_of(const TrainingSet& set) {
  std::string text = "candidate";
  for (const auto* names : {&set.parameters, &set.features}) {
    for (const std::string& name : *names)
      text += "," + cell(name, ',');
  }
  text += '\n';
  const std::size_t p = set.parameters.size(), f = set.features.size();
  for (std::size_t r = 0; r < set.candidate.size(); ++r) {
    text += fmt::format("{}", set.candidate[r]);
    for (std::size_t c = 0; c < p; ++c)
      text += fmt::format(",{}", set.theta[r * p + c]);
    for (std::size_t c = 0; c < f; ++c)
      text += fmt::format(",{}", set.x[r * f + c]);
    text += '\n';
  }
  return text;
}

/// Complaints name the table.
TrainingSet named_set(const ResultTable& table, const ExportRequest& request) try {
  return training_set(table, request.feature);
} catch (const ConfigError& error) {
  throw ConfigError(request.recording + ": " + error.what());
}

}  // namespace

TrainingSet training_set(const ResultTable& table, const std::string& feature) {
  const ResultColumn* status = find_column(table.columns, "status");
  const std::size_t candidates = status->texts.size();
  Columns columns = columns_of(table, feature, candidates);
  TrainingSet set;
  if (!columns.texts.empty())
    set.notes.push_back(
        fmt::format("parameters that are texts are left out: {}", fmt::join(columns.texts, ", ")));
  const std::size_t empty = drop_empty(columns.x);
  if (empty > 0)
    set.notes.push_back(
        fmt::format("{} that no candidate has: left out", counted(empty, "feature")));
  if (columns.x.empty())
    throw ConfigError(feature.empty() ? "the table has no features (`keep: [features]` keeps them)"
                                      : fmt::format("--feature {}: there is no such feature{}",
                                                    feature, hint(feature, features_of(table))));
  if (columns.theta.empty()) throw ConfigError("the table has no parameters that are numbers");
  std::size_t failed = 0, not_finite = 0;
  for (std::size_t k = 0; k < candidates; ++k) {
    const bool done = status->texts[k] == "done";
    const bool whole = finite_at(columns.theta, k) && finite_at(columns.x, k);
    failed += done ? 0 : 1;
    not_finite += done && !whole ? 1 : 0;
    if (!done || !whole) continue;
    set.candidate.push_back(table.first + static_cast<std::int64_t>(k));
    for (const Numbers& one : columns.theta)
      set.theta.push_back(one.values[k]);
    for (const Numbers& one : columns.x)
      set.x.push_back(one.values[k]);
  }
  if (failed + not_finite > 0)
    set.notes.push_back(
        fmt::format("{} of {} candidates are left out: {} without a result, {} with values that "
                    "are not finite",
                    failed + not_finite, candidates, failed, not_finite));
  if (set.candidate.empty()) throw ConfigError("no candidate is left: " + set.notes.back());
  for (const Numbers& one : columns.theta)
    set.parameters.push_back(one.name);
  for (const Numbers& one : columns.x)
    set.features.push_back(one.name);
  return set;
}

Exported export_training(const ResultTable& table, const ExportRequest& request,
                         std::vector<std::string> inputs) {
  const std::string& path = request.output;
  if (!request.monitor.empty() || !request.variable.empty() || !request.parcels.empty())
    throw ConfigError(request.recording +
                      ": of a sweep or a fit parameters and features are exported: only --feature "
                      "chooses among them");
  const bool npz = path.ends_with(".npz");
  if (!npz && !path.ends_with(".csv"))
    throw ConfigError(path + ": of a sweep or a fit there are .npz and .csv");
  if (!request.format.empty() && request.format != (npz ? "npz" : "csv"))
    throw ConfigError(
        fmt::format("--to {}: does not fit {} (allowed: npz, csv)", request.format, path));
  // A table of candidates begins as one, which is how it is known again.
  const OutputKind kind = npz ? OutputKind::exported : OutputKind::results;
  Output output(path, {kind, request.overwrite, std::move(inputs)});
  TrainingSet set = named_set(table, request);
  if (npz) {
    write_npz(set, output.temporary());
  } else {
    output.write(csv_of(set));
  }
  output.publish();
  return {{path},
          fmt::format("{} x {}, {}", counted(set.candidate.size(), "candidate"),
                      counted(set.parameters.size(), "parameter"),
                      counted(set.features.size(), "feature")),
          std::move(set.notes)};
}

}  // namespace arcuate::io
