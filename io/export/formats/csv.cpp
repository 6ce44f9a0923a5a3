#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "arcuate/core/error.hpp"
#include "export/cells.hpp"
#include "export/feature_table.hpp"
#include "export/job.hpp"
#include "file/output_kind.hpp"

// A table: the time, then a column for each region, or for each variable and region.

namespace arcuate::io {
namespace {

std::string header(const ExportJob& job) {
  std::string line(export_time);
  line.pop_back();
  for (const std::string& variable : job.variables()) {
    for (const std::string& label : job.series().labels)
      line += ',' + cell(job.variables().size() == 1 ? label : variable + ' ' + label, ',');
  }
  return line + '\n';
}

void write_csv(ExportJob& job) {
  ExportFile file(job.file);
  file.write(header(job));
  const std::size_t width = job.variables().size() * job.columns();
  job.each_block([&](std::size_t first, std::span<const double> values) {
    std::vector<double> times(values.size() / width);
    job.run.read_times(job.series(), first, times);
    std::string text;
    for (std::size_t t = 0; t < times.size(); ++t)
      append_row(text, times[t], values.subspan(t * width, width));
    file.write(text);
  });
  file.close();
  job.notes.emplace_back("csv has no room for units (" + units_in_words(job) + ")");
}

std::string headed(const std::string& name, const std::string& unit) {
  return cell(unit.empty() || unit == "1" ? name : name + " [" + unit + "]", ',');
}

std::string place_on(const FeatureAxis& axis, std::size_t k) {
  return axis.texts.empty() ? fmt::format("{}", axis.values[k]) : cell(axis.texts[k], ',');
}

/// Arrays of one dimension beside each other, of the same axis; or one of two; or numbers.
void check_table(const FeatureTable& table) {
  const auto& arrays = table.arrays;
  const auto& first = arrays.front();
  const bool fits = std::all_of(arrays.begin(), arrays.end(), [&](const FeatureArray& one) {
    return one.axes == first.axes && (one.axes.size() < 2 || arrays.size() == 1);
  });
  if (fits && first.axes.size() <= 2) return;
  std::vector<std::string> names;
  for (const FeatureArray& one : arrays)
    names.push_back(one.name);
  throw ConfigError(fmt::format(
      "--feature {}: its arrays ({}) make no single table: choose one with --variable, or a format "
      "that holds all (npz, netcdf, matlab)",
      table.name, fmt::join(names, ", ")));
}

void write_csv_feature(FeatureExport& job) {
  const FeatureTable& table = job.table;
  check_table(table);
  const FeatureArray& first = table.arrays.front();
  const bool numbers = first.axes.empty();
  const bool plane = first.axes.size() == 2;
  const FeatureAxis none{"", "", {}, {""}};
  const FeatureAxis& rows = numbers ? none : table.axes[first.axes[0]];
  // By its first column it is known as a file that may be replaced.
  std::string text = std::string(export_feature_mark) + cell(table.name, ',');
  if (!numbers) text += ": " + headed(rows.name, rows.unit);
  const std::size_t columns = plane ? table.axes[first.axes[1]].size() : table.arrays.size();
  for (std::size_t c = 0; c < columns; ++c) {
    text += ',' + (plane ? place_on(table.axes[first.axes[1]], c)
                         : headed(table.arrays[c].name, table.arrays[c].unit));
  }
  text += '\n';
  for (std::size_t r = 0; r < rows.size(); ++r) {
    text += place_on(rows, r);
    for (std::size_t c = 0; c < columns; ++c) {
      const double value = plane ? first.values[r * columns + c] : table.arrays[c].values[r];
      text += ',';
      text += std::isnan(value) ? "nan" : fmt::format("{}", value);
    }
    text += '\n';
  }
  ExportFile out(job.file);
  out.write(text);
  out.close();
}

}  // namespace

extern const ExportFormat export_csv;
const ExportFormat export_csv{
    "csv",
    ".csv",
    "a table with the column `time [s]` and one for each region, or `VARIABLE REGION` where there "
    "are several variables; all digits",
    Holds::samples,
    false,
    "",
    false,
    nullptr,
    write_csv,
    write_csv_feature};

}  // namespace arcuate::io
