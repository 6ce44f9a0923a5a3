#include "report.hpp"

#include <CLI/CLI.hpp>
#include <filesystem>
#include <iostream>
#include <memory>

#include "arcuate/report/report.hpp"

namespace arcuate::app {
namespace {

struct ReportArguments {
  std::string recording;
  std::string page;
};

void report(const ReportArguments& arguments) {
  const std::string page =
      arguments.page.empty()
          ? std::filesystem::path(arguments.recording).replace_extension(".html").string()
          : arguments.page;
  report::write_report(arguments.recording, page);
  std::cout << "report: " << page << "\n";
}

}  // namespace

void add_report(CLI::App& program, std::function<void()>& run) {
  auto arguments = std::make_shared<ReportArguments>();
  CLI::App* verb = program.add_subcommand("report", "write an HTML page about a recording");
  verb->add_option("recording", arguments->recording, "the recording (HDF5) of a finished run")
      ->required();
  verb->add_option("-o,--output", arguments->page,
                   "the page (default: the recording's name with the ending .html)");
  verb->callback([&run, arguments] { run = [arguments] { report(*arguments); }; });
}

}  // namespace arcuate::app
