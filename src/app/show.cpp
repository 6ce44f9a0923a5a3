#include "show.hpp"

#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>
#include <string>

#include "arcuate/io/recorded_study.hpp"

namespace arcuate::app {
namespace {

struct ShowArguments {
  std::string recording;
  bool study = false;
};

void show(const ShowArguments& arguments) {
  std::cout << (arguments.study ? io::study_of_recording(arguments.recording)
                                : io::describe_recording(arguments.recording));
}

}  // namespace

void add_show(CLI::App& program, std::function<void()>& run) {
  auto arguments = std::make_shared<ShowArguments>();
  CLI::App* verb = program.add_subcommand("show", "Tell what a recording holds");
  verb->add_option("RECORDING", arguments->recording, "The recording (HDF5) of a finished run")
      ->required();
  verb->add_flag("--study", arguments->study,
                 "Print the study that made it, with all defaults: YAML that can be run again");
  verb->callback([&run, arguments] { run = [arguments] { show(*arguments); }; });
}

}  // namespace arcuate::app
