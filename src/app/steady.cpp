#include "steady.hpp"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>
#include <utility>

#include "arcuate/core/error.hpp"

namespace arcuate::app {
namespace {

constexpr const char* solver_name = "arcuate-steady";

/// The options of the command line are those of the study's section.
void add_steady_options(CLI::App& verb, SteadyArguments& arguments) {
  const auto add = [&](const std::string& option, const std::string& key, const char* help) {
    return verb.add_option_function<std::string>(
        option,
        [&arguments, key](const std::string& value) {
          arguments.overrides.push_back("steady." + key + "=" + value);
        },
        help);
  };
  add("--starts", "starts", "Starts of the search for fixed points (default: 20)");
  add("--roots", "roots", "Rightmost eigenvalues of each fixed point (default: 20)");
  add("--continue", "continue.path", "A number of the study that is followed: coupling.gain");
  add("--from", "continue.from", "Its first value");
  add("--to", "continue.to", "Its last value");
}

}  // namespace

void add_steady(CLI::App& program, std::function<void()>& run,
                std::function<void(const SteadyArguments&)> action) {
  const auto arguments = std::make_shared<SteadyArguments>();
  CLI::App* verb = program.add_subcommand(
      "steady", "Fixed points of a study, and whether they are stable with all delays");
  verb->add_option("FILE", arguments->file, "Study file")->required();
  verb->add_option("--set", arguments->overrides, "Override or add a value: path=value")
      ->allow_extra_args(false);
  add_steady_options(*verb, *arguments);
  verb->add_option("-o,--output", arguments->output,
                   "Results, HDF5 (default: the study's name with .steady.h5)");
  verb->add_flag("--overwrite", arguments->overwrite, "Replace existing results");
  verb->add_flag("--quiet", arguments->quiet, "No tables");
  verb->callback([arguments, &run, action = std::move(action)] {
    run = [arguments, action] { action(*arguments); };
  });
}

std::string steady_program() {
  std::error_code failed;
  const std::filesystem::path own = std::filesystem::read_symlink("/proc/self/exe", failed);
  if (failed) return "";
  const std::filesystem::path folder = own.parent_path();
  for (const std::filesystem::path& place :
       {folder / solver_name, folder.parent_path() / "libexec" / "arcuate" / solver_name}) {
    if (::access(place.c_str(), X_OK) == 0) return place.string();
  }
  return "";
}

void refuse_steady(const SteadyArguments&) {
  const std::string found = steady_program();
  if (!found.empty()) throw EnvironmentError("steady: " + found + " cannot be started");
  throw EnvironmentError(std::string("steady: ") + solver_name +
                         " is neither beside this program nor in ../libexec/arcuate: the "
                         "installation is not complete");
}

}  // namespace arcuate::app
