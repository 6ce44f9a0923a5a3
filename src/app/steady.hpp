#pragma once

#include <functional>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace arcuate::app {

struct SteadyArguments {
  std::string file;
  std::vector<std::string> overrides;
  std::string output;
  bool overwrite = false;
  bool quiet = false;
};

/// Registers `steady STUDY`; the parsed command sets `run` to `action`. In the program itself the
/// verb is there for help, completion and man page: what runs it is arcuate-steady, which alone
/// loads PETSc (docs/decisions/steady.md).
void add_steady(CLI::App& program, std::function<void()>& run,
                std::function<void(const SteadyArguments&)> action);

/// arcuate-steady beside this program, or where it is installed; "": in neither place.
std::string steady_program();

/// What the verb does in a program that has not become arcuate-steady. Throws EnvironmentError.
void refuse_steady(const SteadyArguments& arguments);

}  // namespace arcuate::app
