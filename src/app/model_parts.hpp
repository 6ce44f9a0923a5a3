#pragma once

#include <string>
#include <string_view>
#include <vector>

/// The parts of the verb `model`.
namespace arcuate::app {

/// The header that `model new` writes: a small working model called `name`, explained.
std::string model_template(std::string_view name);

struct ModelBuild {
  std::string header;
  std::string structure;  ///< "" to find it in the header
  std::string compiler;   ///< "" for the one that built this program
  std::string output;     ///< "" for the header's name with .so
};

/// Compiles a header into a plug-in, tries it and only then gives it its name. Throws ConfigError
/// (header), DataError (the plug-in cannot be used), EnvironmentError (compiler, disk).
void build_model(const ModelBuild& build);

/// Runs a program with its output on this terminal; returns its exit code. Throws EnvironmentError
/// when it cannot be started or is killed.
int run_program(const std::vector<std::string>& words);

}  // namespace arcuate::app
