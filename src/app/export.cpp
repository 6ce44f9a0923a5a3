#include "export.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>
#include <string>

#include "arcuate/core/one_line.hpp"
#include "arcuate/io/export.hpp"
#include "arcuate/io/training.hpp"
#include "arcuate/search/results.hpp"
#include "search.hpp"

namespace arcuate::app {
namespace {

io::Exported exported(const io::ExportRequest& request) {
  const std::string folder = folder_of_job(request.recording);
  if (folder.empty() && !io::is_results(request.recording)) return io::export_recording(request);
  const search::JobResults results(folder.empty() ? request.recording : folder);
  return io::export_training(results.table(), request, results.inputs());
}

void export_to_file(const io::ExportRequest& request) {
  const io::Exported done = exported(request);
  for (const std::string& note : done.notes)
    std::cerr << "note: " << core::one_line(note) << '\n';
  std::cout << fmt::format("{}: {}\n", fmt::join(done.files, ", "), done.contents);
}

/// "npz|csv", for the help and for shells.
std::string names() {
  std::string text;
  for (const io::ExportFormat* format : io::export_formats())
    text += (text.empty() ? "" : "|") + std::string(format->name);
  return text;
}

std::string described() {
  std::string text = "Formats:\n";
  for (const io::ExportFormat* format : io::export_formats())
    text += fmt::format("  {:<10}{:<18}{}\n", format->name, "*" + std::string(format->ending),
                        format->meaning);
  return text;
}

}  // namespace

void add_export(CLI::App& program, std::function<void()>& run) {
  const auto request = std::make_shared<io::ExportRequest>();
  CLI::App* verb = program.add_subcommand(
      "export",
      "Write samples of a recording, or the candidates of a sweep, in another program's format");
  verb->add_option("RECORDING", request->recording,
                   "The recording (HDF5) of a finished run; or of a sweep or a fit its folder, its "
                   "table.h5 or the study file: parameters and features of its candidates, npz or "
                   "csv")
      ->required();
  verb->add_option("--to", request->format, "Format (default: by the ending of the file)")
      ->type_name(names());
  verb->add_option("-o,--output", request->output, "File to write")->required();
  verb->add_option("--monitor", request->monitor, "Monitor, where there are several");
  verb->add_option("--feature", request->feature,
                   "A feature (/features/NAME) in place of samples; of a file of features too");
  verb->add_option("--variable", request->variable,
                   "One variable of the monitor, or array of the feature (default: all)");
  verb->add_option("--parcels", request->parcels,
                   "CIFTI: where regions lie: a .dlabel.nii, or a label list of Workbench (.txt)");
  verb->add_flag("--overwrite", request->overwrite, "Replace an existing export");
  verb->footer(described());
  verb->callback([&run, request] { run = [request] { export_to_file(*request); }; });
}

}  // namespace arcuate::app
