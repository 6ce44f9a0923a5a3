#include <csignal>
#include <cstdio>
#include <functional>
#include <iostream>
#include <new>

#include <CLI/CLI.hpp>

#include "arcuate/app/check.hpp"
#include "arcuate/app/connectome.hpp"
#include "arcuate/app/models.hpp"
#include "arcuate/app/partition.hpp"
#include "arcuate/app/plan.hpp"
#include "arcuate/app/report.hpp"
#include "arcuate/app/simulate.hpp"
#include "arcuate/comm/communicator.hpp"
#include "arcuate/core/error.hpp"

namespace {

using arcuate::ExitCode;

void add_verbs(CLI::App& program, const arcuate::comm::Communicator& world,
               std::function<void()>& run) {
  arcuate::app::add_simulate(program, world, run);
  arcuate::app::add_plan(program, world, run);
  arcuate::app::add_check(program, run);
  arcuate::app::add_models(program, run);
  arcuate::app::add_connectome(program, run);
  arcuate::app::add_partition(program, run);
  arcuate::app::add_report(program, run);
}

/// One message, from one rank.
int complain(const arcuate::comm::Communicator& world, const char* message, ExitCode code) {
  if (world.is_root()) std::fprintf(stderr, "arcuate: error: %s\n", message);
  return static_cast<int>(code);
}

/// simulate and plan are collective; every other verb runs on rank 0.
void run_verb(const CLI::App& program, const arcuate::comm::Communicator& world,
              const std::function<void()>& run) {
  const bool collective = program.got_subcommand("simulate") || program.got_subcommand("plan");
  if (collective) return run();
  arcuate::comm::on_root(world, run);
}

int run_program(int argc, char** argv, const arcuate::comm::Communicator& world) {
  CLI::App program{"Arcuate: whole-brain network simulation for MPI clusters", "arcuate"};
  program.set_version_flag("--version", "arcuate " ARCUATE_VERSION);
  program.require_subcommand(1);
  std::function<void()> run;
  add_verbs(program, world, run);
  try {
    program.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const bool asked_for_help = error.get_exit_code() == 0;
    if (world.is_root()) program.exit(error, std::cout, std::cerr);
    return asked_for_help ? 0 : static_cast<int>(ExitCode::user);
  }
  run_verb(program, world, run);
  std::cout.flush();
  if (!std::cout) throw arcuate::EnvironmentError("cannot write to standard output");
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  std::signal(SIGXFSZ, SIG_IGN);  // a file-size limit becomes a write error, not a kill
  const arcuate::comm::Session session(argc, argv);
  const arcuate::comm::Communicator world(MPI_COMM_WORLD);
  try {
    return run_program(argc, argv, world);
  } catch (const arcuate::Error& error) {
    return complain(world, error.what(), error.code());
  } catch (const std::bad_alloc&) {
    std::fprintf(
        stderr,
        "arcuate: error: rank %d is out of memory; 'arcuate plan' tells how much a study needs\n",
        world.rank());
    MPI_Abort(MPI_COMM_WORLD, static_cast<int>(ExitCode::environment));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "arcuate: internal error on rank %d: %s\n", world.rank(), error.what());
    MPI_Abort(MPI_COMM_WORLD, static_cast<int>(ExitCode::environment));
  }
  return static_cast<int>(ExitCode::environment);
}
