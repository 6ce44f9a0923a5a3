#include "arcuate/io/export.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "arcuate/core/counted.hpp"
#include "arcuate/core/error.hpp"
#include "arcuate/core/suggest.hpp"
#include "arcuate/io/output.hpp"
#include "feature_table.hpp"
#include "job.hpp"

namespace arcuate::io {
namespace {

using Fits = std::function<bool(const ExportFormat&)>;

std::vector<std::string> names_of(const Fits& fits) {
  std::vector<std::string> names;
  for (const ExportFormat* format : export_formats()) {
    if (fits(*format)) names.emplace_back(format->name);
  }
  return names;
}

const ExportFormat& format_called(const std::string& name) {
  for (const ExportFormat* format : export_formats()) {
    if (format->name == name) return *format;
  }
  throw ConfigError(fmt::format("--to {}: there is no such format{}", name,
                                hint(name, names_of([](const auto&) { return true; }))));
}

/// The format with the longest ending that the path has.
const ExportFormat& format_of(const std::string& path) {
  const ExportFormat* found = nullptr;
  for (const ExportFormat* format : export_formats()) {
    const bool longer = found == nullptr || format->ending.size() > found->ending.size();
    if (path.ends_with(format->ending) && longer) found = format;
  }
  if (found != nullptr) return *found;
  throw ConfigError(fmt::format("{}: no format has this ending: choose one with --to ({})", path,
                                fmt::join(names_of([](const auto&) { return true; }), ", ")));
}

void check_parcels(const ExportRequest& request, const ExportFormat& format) {
  if (request.parcels.empty() || format.takes_parcels) return;
  throw ConfigError(
      fmt::format("--parcels: {} has no parcels (allowed: {})", format.name,
                  fmt::join(names_of([](const auto& f) { return f.takes_parcels; }), ", ")));
}

std::vector<std::string> inputs_of(const ExportRequest& request) {
  std::vector<std::string> inputs{request.recording};
  if (!request.parcels.empty()) inputs.push_back(request.parcels);
  return inputs;
}

/// What the format cannot hold is refused, with those that can.
void check_fits(const ExportJob& job) {
  const ExportFormat& format = job.format;
  const auto refuse = [&](const std::string& why, const std::string& whom, const Fits& fits) {
    throw ConfigError(fmt::format("{}: monitor {} {}; {}: {}", job.run.path, job.series().name, why,
                                  whom, fmt::join(names_of(fits), ", ")));
  };
  check_parcels(job.request, format);
  if (format.regions_only && !job.of_regions()) {
    refuse(fmt::format("has averages or sensors, and {} holds regions only", format.name),
           "formats that hold them", [](const auto& f) { return !f.regions_only; });
  }
  if (format.holds != Holds::samples && job.variables().size() > 1) {
    refuse(fmt::format("has {} variables ({}), and {} holds one: choose it with --variable",
                       job.variables().size(), fmt::join(job.variables(), ", "), format.name),
           "formats that hold several", [](const auto& f) { return f.holds == Holds::samples; });
  }
  const std::string doubt = format.doubt == nullptr ? "" : format.doubt(job);
  if (!doubt.empty()) throw ConfigError(doubt);
}

void check_ending(const ExportFormat& format, const std::string& path) {
  if (path.ends_with(format.ending)) return;
  throw ConfigError(
      fmt::format("{}: files of the format {} end in {}", path, format.name, format.ending));
}

/// "fc: region 12 x other_region 12".
std::string contents_of(const FeatureTable& table) {
  std::string text;
  for (const FeatureArray& array : table.arrays) {
    text += (text.empty() ? "" : "; ") + array.name;
    for (std::size_t d = 0; d < array.axes.size(); ++d) {
      const FeatureAxis& axis = table.axes[array.axes[d]];
      text += fmt::format("{} {} {}", d == 0 ? ":" : " x", axis.name, axis.size());
    }
  }
  return text;
}

Exported export_feature(const ExportRequest& request, const ExportFormat& format) {
  if (format.write_feature == nullptr) {
    throw ConfigError(fmt::format(
        "--feature {}: {} holds no features; formats that do: {}", request.feature, format.name,
        fmt::join(names_of([](const auto& f) { return f.write_feature != nullptr; }), ", ")));
  }
  if (!request.monitor.empty())
    throw ConfigError("--feature: goes without --monitor (a feature knows what it is of)");
  check_parcels(request, format);
  const FeatureTable table =
      read_feature_table(request.recording, request.feature, request.variable);
  Output output(request.output, {OutputKind::exported, request.overwrite, inputs_of(request)});
  FeatureExport job{table, request, output.temporary(), {}};
  format.write_feature(job);
  output.publish();
  return {{request.output},
          fmt::format("feature {}: {}", request.feature, contents_of(table)),
          std::move(job.notes)};
}

}  // namespace

Exported export_recording(const ExportRequest& request) {
  const ExportFormat& format =
      request.format.empty() ? format_of(request.output) : format_called(request.format);
  check_ending(format, request.output);
  if (!request.feature.empty()) return export_feature(request, format);
  ExportJob job(request, format);
  check_fits(job);
  const OutputOptions options{OutputKind::exported, request.overwrite, inputs_of(request)};
  Output output(request.output, options);
  Output second;
  Exported done;
  if (!format.beside.empty()) {
    const std::string stem = request.output.substr(0, request.output.size() - format.ending.size());
    const std::string path = stem + std::string(format.beside);
    second = Output(path, options);
    job.beside = second.temporary();
    done.files = {path};
  }
  job.file = output.temporary();
  format.write(job);
  output.publish();
  if (!job.beside.empty()) second.publish();
  done.files.insert(done.files.begin(), request.output);
  done.contents =
      fmt::format("monitor {}: {} x {} x {}", job.series().name, counted(job.samples(), "sample"),
                  counted(job.variables().size(), "variable"), counted(job.columns(), "column"));
  done.notes = std::move(job.notes);
  return done;
}

std::string export_reference() {
  std::string text =
      "| `--to` | ending | is | of several variables | averages, sensors | features "
      "|\n|---|---|---|---|---|---|\n";
  for (const ExportFormat* format : export_formats())
    text += fmt::format("| `{}` | `{}` | {} | {} | {} | {} |\n", format->name, format->ending,
                        format->meaning, format->holds == Holds::samples ? "yes" : "one",
                        format->regions_only ? "no" : "yes",
                        format->write_feature == nullptr ? "no" : "yes");
  return text;
}

}  // namespace arcuate::io
