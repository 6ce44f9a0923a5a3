#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "arcuate/plugin/kind.hpp"

/// The parts of the verbs that make plug-ins: `model`, `loss`, ...
namespace arcuate::app {

/// What is peculiar to a kind of plug-in.
struct PluginForm {
  plugin::Kind kind;
  std::string_view help;    ///< of the verb
  std::string_view header;  ///< a small one that works, explained; NAME stands for its name
  /// Whether the program has one of this name itself.
  bool (*taken)(const std::string& name);
  /// Loads a plug-in that was made in `library` and will be called `file`; says what it holds and
  /// how it is used. Throws DataError.
  std::string (*tell)(const std::string& library, const std::string& file);
  /// All about the one in a plug-in, or about those of the program where `library` is "". nullptr:
  /// there is a verb of its own.
  std::string (*list)(const std::string& library) = nullptr;
};

std::span<const PluginForm> plugin_forms();

struct PluginBuild {
  const PluginForm* form = nullptr;
  std::string header;
  std::string structure;  ///< "" to find it in the header
  std::string compiler;   ///< "" for the one that built this program
  std::string output;     ///< "" for the header's name with .so
};

/// Compiles a header into a plug-in, tries it and only then gives it its name. Throws ConfigError
/// (header), DataError (the plug-in cannot be used), EnvironmentError (compiler, disk).
void build_plugin(const PluginBuild& build);

/// Runs a program with its output on this terminal; returns its exit code. Throws EnvironmentError
/// when it cannot be started or is killed.
int run_program(const std::vector<std::string>& words);

}  // namespace arcuate::app
