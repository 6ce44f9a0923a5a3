#include "verbs.hpp"

#include <CLI/CLI.hpp>

#include "solve.hpp"
#include "steady.hpp"

namespace arcuate::app {

void add_verbs(CLI::App& program, const comm::Communicator& world, std::function<void()>& run) {
  add_steady(program, run, [&world](const SteadyArguments& arguments) { solve(world, arguments); });
}

bool is_collective(const CLI::App& /*program*/) {
  return true;
}

void become_program_of(char** /*words*/) {}

}  // namespace arcuate::app
