#include "verbs.hpp"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <string_view>

#include "analyze.hpp"
#include "capacity.hpp"
#include "check.hpp"
#include "commands.hpp"
#include "compare.hpp"
#include "connectome.hpp"
#include "convert_lif.hpp"
#include "export.hpp"
#include "models.hpp"
#include "partition.hpp"
#include "plan.hpp"
#include "plugin_verbs.hpp"
#include "recover.hpp"
#include "report.hpp"
#include "search.hpp"
#include "serve.hpp"
#include "show.hpp"
#include "simulate.hpp"
#include "steady.hpp"
#include "submit.hpp"
#include "tune_inhibition.hpp"
#include "verify.hpp"

namespace arcuate::app {

void add_verbs(CLI::App& program, const comm::Communicator& world, std::function<void()>& run) {
  add_simulate(program, world, run);
  add_continue(program, world, run);
  add_recover(program, world, run);
  add_replay(program, world, run);
  add_plan(program, world, run);
  add_check(program, run);
  add_models(program, run);
  add_plugin_verbs(program, run);
  add_connectome(program, run);
  add_convert_lif(program, run);
  add_partition(program, run);
  add_report(program, run);
  add_analyze(program, world, run);
  add_export(program, run);
  add_steering(program, run);
  add_compare(program, run);
  add_show(program, run);
  add_verify(program, run);
  add_tune_inhibition(program, world, run);
  add_steady(program, run, refuse_steady);
  add_search(program, world, run);
  add_submit(program, run);
  add_serve(program, run);
  add_commands(program, run);
}

bool is_collective(const CLI::App& program) {
  for (const char* collective : {"simulate", "continue", "recover", "replay", "plan",
                                 "tune-inhibition", "analyze", "sweep", "fit", "evaluate"}) {
    if (program.got_subcommand(collective)) return true;
  }
  return false;
}

void become_program_of(char** words) {
  if (words[0] == nullptr || words[1] == nullptr || std::string_view(words[1]) != "steady") return;
  const std::string program = steady_program();
  if (!program.empty()) ::execv(program.c_str(), words);
}

}  // namespace arcuate::app
