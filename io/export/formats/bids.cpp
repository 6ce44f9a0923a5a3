#include <fmt/format.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <regex>

#include "arcuate/core/version.hpp"
#include "export/cells.hpp"
#include "export/job.hpp"
#include "file/output_kind.hpp"

// A file of BIDS derivatives: a table of regions without a time column, as parcellated time series
// have them, and what BIDS says of recordings in a file beside it.

namespace arcuate::io {
namespace {

std::string doubt_about_bids(const ExportJob& job) {
  const std::string name = std::filesystem::path(job.request.output).filename().string();
  static const std::regex good("sub-[A-Za-z0-9]+(_[a-z]+-[A-Za-z0-9]+)*_timeseries\\.tsv");
  if (std::regex_match(name, good)) return "";
  return fmt::format(
      "{}: a file of BIDS derivatives is called sub-LABEL[_KEY-LABEL...]_timeseries.tsv, labels of "
      "letters and digits, as sub-01_task-rest_desc-model_timeseries.tsv",
      job.request.output);
}

nlohmann::ordered_json sidecar(const ExportJob& job) {
  double start = 0.0;
  job.run.read_times(job.series(), 0, {&start, 1});
  nlohmann::ordered_json text;
  text["Description"] = fmt::format("simulated: {}, {}", job.title(), export_mark);
  text["SamplingFrequency"] = 1.0 / job.series().period;
  text["RepetitionTime"] = job.series().period;
  text["StartTime"] = start;
  text["Variable"] = job.variables().front();
  text["Units"] = job.units().front();
  text["Monitor"] = job.series().kind;
  text["Columns"] = job.series().labels;
  text["GeneratedBy"] = {{{"Name", "Arcuate"},
                          {"Version", std::string(arcuate::version())},
                          {"Model", job.run.model}}};
  text["Sources"] = {std::filesystem::path(job.run.path).filename().string()};
  text["Study"] = job.run.study;
  return text;
}

void write_bids(ExportJob& job) {
  ExportFile file(job.file);
  const std::size_t n = job.columns();
  std::string text;
  for (std::size_t c = 0; c < n; ++c)
    text += (c == 0 ? "" : "\t") + cell(job.series().labels[c], '\t');
  file.write(text + '\n');
  job.each_block([&](std::size_t, std::span<const double> values) {
    text.clear();
    for (std::size_t k = 0; k < values.size(); ++k) {
      // BIDS writes what is not there as n/a.
      text += values[k] == values[k] ? fmt::format("{}", values[k]) : "n/a";
      text += (k + 1) % n == 0 ? '\n' : '\t';
    }
    file.write(text);
  });
  file.close();
  ExportFile beside(job.beside);
  beside.write(sidecar(job).dump(2) + '\n');
  beside.close();
}

}  // namespace

extern const ExportFormat export_bids;
const ExportFormat export_bids{
    "bids",
    "_timeseries.tsv",
    "BIDS-like derivatives, `sub-01_task-rest_timeseries.tsv`: a table of regions, and a "
    "`.json` beside it with `SamplingFrequency` [Hz], `StartTime` [s] and `Units`",
    Holds::one_variable,
    false,
    "_timeseries.json",
    false,
    doubt_about_bids,
    write_bids};

}  // namespace arcuate::io
