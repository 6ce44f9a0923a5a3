#include "convert_lif.hpp"

#include <CLI/CLI.hpp>
#include <filesystem>
#include <iostream>
#include <memory>
#include <string>

#include "arcuate/core/one_line.hpp"
#include "arcuate/io/convert_lif.hpp"
#include "arcuate/io/output.hpp"

namespace arcuate::app {
namespace {

struct ConvertLifArguments {
  std::string configuration, output;
  bool overwrite = false;
};

void convert(const ConvertLifArguments& arguments) {
  const std::string usual =
      std::filesystem::path(arguments.configuration).filename().replace_extension(".yml").string();
  const std::string output = arguments.output.empty() ? usual : arguments.output;
  const io::ConvertedStudy study = io::convert_lif(arguments.configuration);
  io::write_output(output, study.text,
                   {io::OutputKind::study, arguments.overwrite, {arguments.configuration}});
  for (const std::string& note : study.notes)
    std::cerr << "note: " << core::one_line(note) << '\n';
  std::cout << "study: " << output << '\n';
}

}  // namespace

void add_convert_lif(CLI::App& program, std::function<void()>& run) {
  const auto arguments = std::make_shared<ConvertLifArguments>();
  CLI::App* verb = program.add_subcommand(
      "convert-lif",
      "Write a configuration of VectorialNeuroModulators (clustered networks of spiking neurons) "
      "as a study");
  verb->add_option("CONFIG", arguments->configuration, "The configuration (YAML)")->required();
  verb->add_option("-o,--output", arguments->output,
                   "The study (default: the configuration's name with the ending .yml, here)");
  verb->add_flag("--overwrite", arguments->overwrite, "Replace an existing study");
  verb->callback([&run, arguments] { run = [arguments] { convert(*arguments); }; });
}

}  // namespace arcuate::app
