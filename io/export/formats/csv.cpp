#include <fmt/format.h>

#include <cmath>

#include "export/cells.hpp"
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
    write_csv};

}  // namespace arcuate::io
