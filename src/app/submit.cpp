#include "submit.hpp"

#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <iostream>
#include <memory>
#include <regex>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "arcuate/core/error.hpp"
#include "arcuate/io/output.hpp"
#include "arcuate/service/client.hpp"
#include "needs.hpp"
#include "plugin_parts.hpp"

namespace arcuate::app {

extern const std::string_view sbatch_template;  // jobs/arcuate.sbatch

namespace {

namespace fs = std::filesystem;

struct SubmitArguments {
  std::string study, verb = "simulate", output, time;
  std::vector<std::string> overrides, options, further;
  int nodes = 0, ranks = 0, threads = 1;
  bool print = false, overwrite = false;
  std::string to, name, cancel, watch, fetch;  ///< of a service
  bool list = false, slurm = false;
};

/// As a shell reads it back.
std::string quoted(const std::string& word) {
  std::string text = "'";
  for (const char c : word)
    text += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return text + "'";
}

/// "02:30:00": half as much time again, and some to start.
std::string time_of(double seconds) {
  constexpr double reserve = 1.5, start = 120.0, usual = 3600.0;
  const double wanted = seconds > 0.0 ? reserve * seconds + start : usual;
  const auto minutes = static_cast<long long>(std::ceil(wanted / 60.0));
  return fmt::format("{:02}:{:02}:00", minutes / 60, minutes % 60);
}

/// [s] of a time limit as SLURM reads it: minutes[:seconds], hours:minutes:seconds,
/// days-hours[:minutes[:seconds]]. Throws ConfigError.
long long seconds_of(const std::string& time) {
  static const std::regex form(R"((?:(\d{1,4})-)?(\d{1,6})(?::(\d{1,4}))?(?::(\d{1,4}))?)");
  std::smatch parts;
  if (!std::regex_match(time, parts, form))
    throw ConfigError(
        fmt::format("--time '{}': expected hours:minutes:seconds, minutes or days-hours", time));
  const auto number = [&](std::size_t k) { return parts[k].matched ? std::stoll(parts[k]) : 0; };
  if (parts[1].matched) return ((24 * number(1) + number(2)) * 60 + number(3)) * 60 + number(4);
  if (parts[4].matched) return (number(2) * 60 + number(3)) * 60 + number(4);
  return number(2) * 60 + number(3);
}

/// [s] A quarter of a short limit: a job that is warned when it starts would never get anywhere.
long long warning_before(long long limit) {
  constexpr long long usual = 90;
  return limit > 0 ? std::clamp(limit / 4, 1LL, usual) : usual;  // 0: no limit
}

/// Puts lines in the place of the template's line that begins so; "": takes it away.
void replace(std::string& script, const std::string& begin, const std::string& lines) {
  const std::size_t at = script.find("\n" + begin);
  if (at == std::string::npos) throw std::logic_error("arcuate.sbatch has no line " + begin);
  const std::size_t end = script.find('\n', at + 1);
  script.replace(at + 1, end - at, lines.empty() ? "" : lines + "\n");
}

std::string script_of(const SubmitArguments& arguments, const Needs& needs) {
  constexpr double reserve = 1.3, least_megabytes = 200.0;
  const double megabytes =
      std::max(least_megabytes, reserve * 1e-6 * static_cast<double>(needs.rank_bytes));
  std::string script(sbatch_template);
  const std::string name = fs::path(arguments.study).stem().string();
  replace(script, "#SBATCH --job-name=", "#SBATCH --job-name=" + name);
  replace(script, "#SBATCH --nodes=",
          arguments.nodes > 0 ? fmt::format("#SBATCH --nodes={}", arguments.nodes) : "");
  replace(script, "#SBATCH --ntasks-per-node=", fmt::format("#SBATCH --ntasks={}", needs.ranks));
  replace(script,
          "#SBATCH --cpus-per-task=", fmt::format("#SBATCH --cpus-per-task={}", arguments.threads));
  replace(script, "#SBATCH --mem-per-cpu=",
          fmt::format("#SBATCH --mem-per-cpu={:.0f}M", std::ceil(megabytes / arguments.threads)));
  const std::string time = arguments.time.empty() ? time_of(needs.seconds) : arguments.time;
  replace(script, "#SBATCH --time=", "#SBATCH --time=" + time);
  // Of two lines with one option SLURM takes the last: the user's.
  std::string last = fmt::format("#SBATCH --signal=B:USR1@{}", warning_before(seconds_of(time)));
  for (const std::string& option : arguments.options)
    last += "\n#SBATCH " + option;
  replace(script, "#SBATCH --signal=", last);
  std::string words = "set -- " + arguments.verb + " " + quoted(fs::absolute(arguments.study));
  for (const std::string& set : arguments.overrides)
    words += " --set " + quoted(set);
  for (const std::string& word : arguments.further)
    words += " " + quoted(word);
  std::error_code none;
  replace(script, "set -eu",
          "set -eu\n" + words + "\nARCUATE=${ARCUATE:-" +
              quoted(fs::read_symlink("/proc/self/exe", none)) + "}");
  return script;
}

/// An option is a line of the script, and nothing else.
void require_one_line(const SubmitArguments& arguments) {
  for (const std::string& option : arguments.options) {
    if (!option.starts_with("--") || option.find_first_of("\n\r") != std::string::npos)
      throw ConfigError(fmt::format(
          "--sbatch '{}': expected one option of sbatch, such as --partition=long", option));
  }
  if (!arguments.time.empty()) static_cast<void>(seconds_of(arguments.time));
}

/// The same of a service that `arcuate serve` runs.
void ask_service(const SubmitArguments& arguments) {
  const service::Remote remote{arguments.to, service::token_of_environment()};
  if (arguments.list) {
    std::cout << service::list_of(remote);
  } else if (!arguments.cancel.empty()) {
    service::cancel_job(remote, arguments.cancel);
    std::cout << service::describe_job(remote, arguments.cancel);
  } else if (!arguments.fetch.empty()) {
    const std::string folder = arguments.output.empty() ? "." : arguments.output;
    for (const std::string& name : service::fetch_job(remote, arguments.fetch, folder))
      std::cout << name << '\n';
  } else if (!arguments.watch.empty()) {
    if (!service::watch_job(remote, arguments.watch))
      throw EnvironmentError(fmt::format("{}: the job did not come to its end", arguments.watch));
  } else {
    if (arguments.study.empty()) throw ConfigError("submit: STUDY is missing");
    std::cout << "job: "
              << service::submit_to(remote, {arguments.study, arguments.overrides, arguments.verb,
                                             arguments.slurm ? "slurm" : "local", arguments.name,
                                             std::max(1, arguments.ranks), arguments.threads})
              << '\n';
  }
}

void submit(SubmitArguments& arguments) {
  if (!arguments.to.empty()) return ask_service(arguments);
  if (arguments.study.empty()) throw ConfigError("submit: STUDY is missing");
  require_one_line(arguments);
  const Needs needs = needs_of(arguments.verb, arguments.study, arguments.overrides,
                               arguments.ranks, arguments.threads);
  const std::string script = script_of(arguments, needs);
  if (arguments.print) {
    std::cout << script;
    return;
  }
  if (arguments.output.empty())
    arguments.output = fs::path(arguments.study).stem().string() + ".sbatch";
  io::write_output(arguments.output, script,
                   {io::OutputKind::script, arguments.overwrite, {arguments.study}, "--overwrite"});
  std::cout << "script: " << arguments.output << '\n';
  if (const int code = run_program({"sbatch", arguments.output}); code != 0)
    throw EnvironmentError(fmt::format("sbatch {}: exit code {}", arguments.output, code));
}

void add_service_options(CLI::App& verb, SubmitArguments& arguments) {
  auto* to = verb.add_option("--to", arguments.to,
                             "Submit to a service: http://HOST:PORT (docs/service.md); its token "
                             "is in the file that ARCUATE_TOKEN_FILE names");
  verb.add_option("--name", arguments.name, "Of --to: what the job is called")->needs(to);
  verb.add_flag("--slurm", arguments.slurm, "Of --to: the service hands the job to SLURM")
      ->needs(to);
  verb.add_flag("--list", arguments.list, "Of --to: list its jobs")->needs(to);
  verb.add_option("--watch", arguments.watch, "Of --to: tell of a job until it ends")
      ->type_name("JOB")
      ->needs(to);
  verb.add_option("--cancel", arguments.cancel, "Of --to: cancel a job")
      ->type_name("JOB")
      ->needs(to);
  verb.add_option("--fetch", arguments.fetch, "Of --to: the files of a job, into the folder of -o")
      ->type_name("JOB")
      ->needs(to);
}

}  // namespace

void add_submit(CLI::App& program, std::function<void()>& run) {
  const auto arguments = std::make_shared<SubmitArguments>();
  CLI::App* verb = program.add_subcommand(
      "submit", "Write a SLURM script that asks for what `plan` predicts, and submit it");
  verb->add_option("STUDY", arguments->study, "Study file");
  verb->add_option("--verb", arguments->verb, "What to run (default: simulate)")
      ->check(CLI::IsMember({"simulate", "sweep", "fit"}));
  verb->add_option("--set", arguments->overrides, "Override or add a value: path=value")
      ->allow_extra_args(false);
  verb->add_option("--nodes", arguments->nodes, "Nodes (default: SLURM chooses)")
      ->check(CLI::Range(1, 1 << 20));
  verb->add_option("--ranks", arguments->ranks, "Ranks (default: as plan recommends)")
      ->check(CLI::Range(1, 1 << 20));
  verb->add_option("--threads", arguments->threads, "Threads of each rank")
      ->check(CLI::Range(1, 1024));
  verb->add_option("--time", arguments->time,
                   "Time limit (default: half as much again as predicted); a run that needs longer "
                   "goes on in another start");
  verb->add_option("--sbatch", arguments->options, "A further option of sbatch: --partition=long")
      ->allow_extra_args(false);
  verb->add_option("--argument", arguments->further,
                   "A further argument of the verb: --argument=--resume")
      ->allow_extra_args(false);
  verb->add_option("-o,--output", arguments->output, "The script (default: STUDY.sbatch)");
  verb->add_flag("--print", arguments->print, "Print the script; submit nothing");
  verb->add_flag("--overwrite", arguments->overwrite, "Replace an existing script");
  add_service_options(*verb, *arguments);
  verb->callback([arguments, &run] { run = [arguments] { submit(*arguments); }; });
}

}  // namespace arcuate::app
