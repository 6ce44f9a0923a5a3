#include "report.hpp"

#include <CLI/CLI.hpp>
#include <filesystem>
#include <iostream>
#include <memory>
#include <optional>

#include "arcuate/core/one_line.hpp"
#include "arcuate/io/results.hpp"
#include "arcuate/io/spikes.hpp"
#include "arcuate/report/report.hpp"
#include "arcuate/search/results.hpp"
#include "search.hpp"

namespace arcuate::app {
namespace {

namespace fs = std::filesystem;

struct ReportArguments {
  std::string of;
  std::string page;
};

std::string beside(const std::string& file) {
  return fs::path(file).replace_extension(".html").string();
}

/// What cannot be compared any more, for a target that has gone, is no reason for no page.
std::optional<compare::Comparison> beside_targets(const std::string& folder) {
  try {
    return search::best_beside_targets(folder);
  } catch (const std::exception& error) {
    std::cerr << "arcuate: warning: " << core::one_line(error.what()) << '\n';
    return std::nullopt;
  }
}

/// The same of a fit whose targets are numbers.
std::vector<compare::NumberBeside> beside_numbers(const std::string& folder) {
  try {
    return search::best_beside_numbers(folder);
  } catch (const std::exception& error) {
    std::cerr << "arcuate: warning: " << core::one_line(error.what()) << '\n';
    return {};
  }
}

/// The recording of the best candidate, where it is of spiking neurons and as it was written.
std::string best_spikes(const std::string& folder) {
  try {
    const std::string recording = search::best_recording(folder);
    return search::is_best_recorded(folder) && io::has_spikes(recording) ? recording : "";
  } catch (const std::exception& error) {
    std::cerr << "arcuate: warning: " << core::one_line(error.what()) << '\n';
    return "";
  }
}

void report(const ReportArguments& arguments) {
  const std::string folder = folder_of_job(arguments.of);
  const std::string usual =
      folder.empty() ? beside(arguments.of) : (fs::path(folder) / "report.html").string();
  const std::string page = arguments.page.empty() ? usual : arguments.page;
  if (folder.empty() && report::is_steady(arguments.of)) {
    report::write_steady(arguments.of, page);
  } else if (folder.empty() && !io::is_results(arguments.of)) {
    report::write_report(arguments.of, page);
  } else {
    const std::string source = folder.empty() ? arguments.of : folder;
    const search::JobResults results(source);
    std::optional<compare::Comparison> best;
    std::vector<compare::NumberBeside> numbers;
    if (!folder.empty()) {
      best = beside_targets(folder);
      numbers = beside_numbers(folder);
    }
    report::write_results(results.table(), best ? &*best : nullptr, numbers, source, page,
                          results.inputs(), folder.empty() ? "" : best_spikes(folder));
  }
  std::cout << "report: " << page << "\n";
}

}  // namespace

void add_report(CLI::App& program, std::function<void()>& run) {
  auto arguments = std::make_shared<ReportArguments>();
  CLI::App* verb = program.add_subcommand(
      "report", "write an HTML page about a recording, a sweep, a fit or steady states");
  verb->add_option("of", arguments->of,
                   "the recording (HDF5) of a finished run; results of steady; or of a sweep or a "
                   "fit its folder, its "
                   "table.h5 or the study file, also while it runs")
      ->required();
  verb->add_option("-o,--output", arguments->page,
                   "the page (default: the file's name with the ending .html; of a sweep or a fit "
                   "report.html in its folder)");
  verb->callback([&run, arguments] { run = [arguments] { report(*arguments); }; });
}

}  // namespace arcuate::app
