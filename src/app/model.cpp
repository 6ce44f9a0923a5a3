#include "model.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <iostream>
#include <memory>
#include <regex>

#include "arcuate/core/error.hpp"
#include "arcuate/model/entry.hpp"
#include "model_parts.hpp"

namespace arcuate::app {
namespace {

void write_template(const std::string& name) {
  if (!std::regex_match(name, std::regex("[A-Za-z][A-Za-z0-9_]*"))) {
    throw ConfigError(fmt::format(
        "'{}' cannot name a model (allowed: letters, digits and _, a letter first)", name));
  }
  if (model::find(name) != nullptr) {
    throw ConfigError(fmt::format("'{}' is a model of the catalogue: take another name", name));
  }
  const std::string file = name + ".hpp";
  std::FILE* out = std::fopen(file.c_str(), "wx");
  if (out == nullptr && errno == EEXIST) {
    throw ConfigError(file + ": is there already and is not overwritten");
  }
  if (out == nullptr) throw EnvironmentError(file + ": cannot be made: " + std::strerror(errno));
  const std::string text = model_template(name);
  const bool written = std::fwrite(text.data(), 1, text.size(), out) == text.size();
  if (std::fclose(out) != 0 || !written) {
    std::remove(file.c_str());
    throw EnvironmentError(file + ": cannot be written: " + std::strerror(errno));
  }
  std::cout << fmt::format("{0}: write your equations into it, then: arcuate model build {0}\n",
                           file);
}

void add_new(CLI::App& verb, std::function<void()>& run) {
  auto name = std::make_shared<std::string>();
  CLI::App* sub = verb.add_subcommand("new", "Write the header of a small model to start from");
  sub->add_option("NAME", *name, "name of the model: NAME.hpp is written")->required();
  sub->callback([name, &run] { run = [name] { write_template(*name); }; });
}

void add_build(CLI::App& verb, std::function<void()>& run) {
  auto build = std::make_shared<ModelBuild>();
  CLI::App* sub = verb.add_subcommand("build", "Compile a model's header into a plug-in");
  sub->add_option("HEADER", build->header, "the header of the model")->required();
  sub->add_option("-o,--output", build->output,
                  "the plug-in (default: the header's name with the ending .so)");
  sub->add_option("--struct", build->structure,
                  "the struct that is the model (default: named like the header, or the only one)");
  sub->add_option("--compiler", build->compiler,
                  "C++ compiler (default: the one that built Arcuate)");
  sub->callback([build, &run] { run = [build] { build_model(*build); }; });
}

}  // namespace

void add_model(CLI::App& program, std::function<void()>& run) {
  CLI::App* verb = program.add_subcommand("model", "Make a model of your own, without rebuilding");
  verb->require_subcommand(1);
  add_new(*verb, run);
  add_build(*verb, run);
}

}  // namespace arcuate::app
