#include <fcntl.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <exception>
#include <functional>
#include <iostream>
#include <new>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include <CLI/CLI.hpp>

#include "arcuate/comm/communicator.hpp"
#include "arcuate/core/error.hpp"
#include "arcuate/core/fault.hpp"
#include "arcuate/core/last_words.hpp"
#include "arcuate/core/leftovers.hpp"
#include "arcuate/core/one_line.hpp"
#include "arcuate/core/pulse.hpp"
#include "arcuate/core/suggest.hpp"
#include "arcuate/core/version.hpp"
#include "arcuate/io/hdf5.hpp"
#include "verbs.hpp"

namespace {

using arcuate::ExitCode;

int own_rank = 0;

/// A closed standard stream gives its number to the next file that is opened, and what is printed
/// would end up in a recording. Opened for reading, every write to it fails instead.
void occupy_standard_streams() {
  for (int stream = 0; stream <= 2; ++stream) {
    if (::fcntl(stream, F_GETFD) == -1) static_cast<void>(::open("/dev/null", O_RDONLY));
  }
}

/// One message, from one rank.
int complain(const arcuate::comm::Communicator& world, const char* message, ExitCode code) {
  if (world.is_root()) {
    std::fprintf(stderr, "arcuate: error: %s\n", arcuate::core::one_line(message).c_str());
  }
  arcuate::core::end_is_near(static_cast<int>(code));  // all is said, whatever signal comes now
  return static_cast<int>(code);
}

std::vector<std::string> visible_verbs(const CLI::App& program) {
  std::vector<std::string> names;
  const auto visible = [](const CLI::App* verb) { return !verb->get_group().empty(); };
  for (const CLI::App* verb : program.get_subcommands(visible))
    names.push_back(verb->get_name());
  return names;
}

/// The verbs at the beginning of a command line: "connectome convert".
std::string verb_of(const CLI::App& program, int argc, char** argv) {
  std::string verb;
  const CLI::App* within = &program;
  for (int k = 1; k < argc && within != nullptr; ++k) {
    const auto verbs =
        within->get_subcommands([&](const CLI::App* one) { return one->get_name() == argv[k]; });
    within = verbs.empty() ? nullptr : verbs.front();
    if (within != nullptr) verb += (verb.empty() ? "" : " ") + within->get_name();
  }
  return verb;
}

/// What is wrong with the command line, in one line.
std::string explain(const CLI::App& program, const CLI::ParseError& error, int argc, char** argv) {
  const std::string first = argc > 1 ? argv[1] : "";
  const auto named = [&first](const CLI::App* verb) { return verb->get_name() == first; };
  const bool known = !program.get_subcommands(named).empty();
  if (!known && !first.empty() && first.front() != '-') {
    return "unknown verb '" + first + "'" + arcuate::hint(first, visible_verbs(program));
  }
  std::string text = error.what();
  std::replace(text.begin(), text.end(), '\n', ' ');
  const std::string verb = verb_of(program, argc, argv);
  return (verb.empty() ? "" : verb + ": ") + text + " (see 'arcuate " +
         (verb.empty() ? "" : verb + " ") + "--help')";
}

void flush_output() {
  std::cout.flush();
  if (!std::cout) throw arcuate::EnvironmentError("cannot write to standard output");
}

void set_up(CLI::App& program, const arcuate::comm::Communicator& world,
            std::function<void()>& run) {
  const char* faults = arcuate::fault::compiled_in
                           ? " (fails on purpose where ARCUATE_FAULT says so: a build for tests)"
                           : "";
  program.set_version_flag("--version", "arcuate " + std::string(arcuate::version()) + faults);
  program.require_subcommand(1);
  arcuate::app::add_verbs(program, world, run);
}

constexpr const char* what_it_is = "Arcuate: whole-brain network simulation for MPI clusters";

/// Help and version need no MPI, whose start takes longer than all else; a service would hand it on
/// to the programs that it starts. The exit code; nothing: something else was asked for, maybe of
/// other ranks.
std::optional<int> done_without_mpi(int argc, char** argv) {
  if (arcuate::comm::was_launched()) return std::nullopt;
  const auto asks = [](const std::string& word) {
    return word == "--help" || word == "-h" || word == "--version";
  };
  const bool serves = argc > 1 && std::string_view(argv[1]) == "serve";
  if (!serves && std::none_of(argv + 1, argv + argc, asks)) return std::nullopt;
  CLI::App program{what_it_is, "arcuate"};
  std::function<void()> run;
  const auto alone = arcuate::comm::Communicator::alone();
  set_up(program, alone, run);
  try {
    program.parse(argc, argv);
    if (!serves) return std::nullopt;
    run();
    return 0;
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() != 0) return std::nullopt;
    program.exit(error, std::cout, std::cerr);
    return 0;
  } catch (const arcuate::Error& error) {
    return complain(alone, error.what(), error.code());
  }
}

int run_program(int argc, char** argv, const arcuate::comm::Communicator& world) {
  arcuate::comm::require_same_words(world, argc, argv);
  arcuate::comm::all_or_none(world, [&] { arcuate::fault::arm(world.rank()); });
  CLI::App program{what_it_is, "arcuate"};
  std::function<void()> run;
  set_up(program, world, run);
  try {
    program.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const bool asked_for_help = error.get_exit_code() == 0;
    if (!asked_for_help) throw arcuate::ConfigError(explain(program, error, argc, argv));
    if (world.is_root()) program.exit(error, std::cout, std::cerr);
    flush_output();
    return 0;
  }
  if (arcuate::app::is_collective(program)) {
    run();
  } else {
    arcuate::comm::on_root(world, run);
  }
  flush_output();
  return 0;
}

/// Of one rank: others are somewhere else.
void tell_internal_error(const char* what) {
  std::fprintf(stderr, "arcuate: internal error on rank %d, step %lld: %s\n", own_rank,
               static_cast<long long>(arcuate::core::pulse().step.load()), what);
}

/// What leaves a parallel region, or a thread, ends the process; it is said and ends all ranks.
[[noreturn]] void on_terminate() {
  std::string what = "terminated";
  try {
    if (const std::exception_ptr error = std::current_exception()) std::rethrow_exception(error);
  } catch (const std::exception& error) {
    what = error.what();
  } catch (...) {
    what = "an unknown exception";
  }
  tell_internal_error(what.c_str());
  arcuate::core::speak_last_words(SIGABRT);
  arcuate::comm::abort_all();
}

/// Runs the program and says what went wrong.
int guarded_program(int argc, char** argv, const arcuate::comm::Communicator& world) {
  try {
    return run_program(argc, argv, world);
  } catch (const arcuate::Error& error) {
    return complain(world, error.what(), error.code());
  } catch (const std::bad_alloc&) {
    std::fprintf(
        stderr,
        "arcuate: error: rank %d is out of memory; 'arcuate plan' tells how much a study needs\n",
        world.rank());
  } catch (const std::exception& error) {
    tell_internal_error(error.what());
  }
  arcuate::comm::abort_all();
}

}  // namespace

int main(int argc, char** argv) {
  occupy_standard_streams();
  if (argc == 3 && argv[1] == arcuate::io::hdf5::read_verb) {
    return arcuate::io::hdf5::read_with_limits(argv[2]);
  }
  arcuate::io::hdf5::use_reader("/proc/self/exe");
  std::signal(SIGXFSZ, SIG_IGN);  // a file-size limit becomes a write error, not a kill
  if (const auto code = done_without_mpi(argc, argv)) {
    std::cout.flush();
    if (std::cout) return *code;
    std::fputs("arcuate: error: cannot write to standard output\n", stderr);
    return static_cast<int>(ExitCode::environment);
  }
  arcuate::app::become_program_of(argv);
  arcuate::core::end_without_leftovers(arcuate::comm::is_first_process());
  int code = 0;
  {
    arcuate::io::hdf5::start_library();
    const arcuate::comm::Session session(argc, argv);
    const arcuate::comm::Communicator world(MPI_COMM_WORLD);
    own_rank = world.rank();
    std::set_terminate(on_terminate);
    code = guarded_program(argc, argv, world);
    arcuate::core::end_is_near(code);
  }
  return code;
}
