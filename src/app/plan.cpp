#include "plan.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "arcuate/core/counted.hpp"
#include "arcuate/core/memory.hpp"
#include "arcuate/forecast/plan.hpp"
#include "arcuate/io/spiking_study.hpp"
#include "lines.hpp"
#include "needs.hpp"
#include "plan_jobs.hpp"
#include "plan_report.hpp"
#include "spiking.hpp"

namespace arcuate::app {
namespace {

struct PlanVerb : PlanArguments {
  bool json = false;
  std::string verb;  ///< of a job; "": one simulation, on several numbers of ranks
};

double simulated_seconds(const Report& report) {
  const engine::SimulationSpec& spec = report.resolved.simulation;
  return static_cast<double>(spec.steps) * spec.dt / 1000.0;
}

double real_time_factor(const Report& report, const forecast::Plan& plan) {
  return plan.seconds > 0.0 ? simulated_seconds(report) / plan.seconds : 0.0;
}

template <class Value>
std::int64_t sum_of(const forecast::Plan& plan, Value engine::RankCounts::*member) {
  std::int64_t sum = 0;
  for (const engine::RankCounts& counts : plan.counts)
    sum += counts.*member;
  return sum;
}

std::string models_of(const engine::SimulationSpec& spec) {
  std::string names;
  for (int number = 0; number < spec.n_populations(); ++number)
    names.append(number == 0 ? "" : " and ").append(spec.population(number).model->info.name);
  return names;
}

/// The tracts of a network of vertices.
void print_tracts(const Report& report) {
  const auto& tracts = report.resolved.simulation.tracts;
  if (!tracts) return;
  line("tracts",
       fmt::format("{} between {}; ranks add up regions every {}",
                   counted(tracts->source.size(), "tract"), counted(tracts->n_parcels(), "region"),
                   counted(engine::tract_period(report.resolved.simulation), "step")));
}

void print_network(const Report& report) {
  const forecast::Plan& plan = report.plan();
  const engine::SimulationSpec& spec = report.resolved.simulation;
  line("network", fmt::format("{}, {}, {}", counted(report.connectome.n_regions(), "region"),
                              counted(report.connectome.n_edges(), "edge"), models_of(spec)));
  line("steps", fmt::format("{} of {:.12g} ms: {:.6g} s simulated", plan.steps, spec.dt,
                            simulated_seconds(report)));
  line("delays", fmt::format("block D* of {} steps; {} far and {} near shares, {}",
                             plan.block.block, sum_of(plan, &engine::RankCounts::far_shares),
                             sum_of(plan, &engine::RankCounts::near_shares),
                             counted(plan.block.undelayed, "undelayed edge")));
  print_tracts(report);
  line("layout", fmt::format("{} x {} on {} ({})", counted(plan.ranks, "rank"),
                             counted(plan.threads, "thread"), counted(report.cores, "core"),
                             plan.partition.method));
}

void print_memory(const Report& report) {
  const forecast::Plan& plan = report.plan();
  const auto [low, high] = std::minmax_element(
      plan.memory.begin(), plan.memory.end(),
      [](const forecast::RankMemory& a, const forecast::RankMemory& b) { return a.peak < b.peak; });
  line("memory", fmt::format("{} in all, {} to {} a rank; {} available here",
                             bytes(plan.total_memory()), bytes(low->peak), bytes(high->peak),
                             report.available > 0 ? bytes(report.available) : "unknown"));
  line("", fmt::format("largest rank: edges {}, histories {}, regions {}, other {}; set-up {}",
                       bytes(high->edges), bytes(high->history), bytes(high->regions),
                       bytes(high->other), bytes(high->setup)));
}

/// [s] that the slowest rank counts and copies its numbers, and that files are made and named; 0:
/// not known. What waits for the disk does so beside the run.
double checkpoint_seconds(const Report& report) {
  constexpr double of_files = 0.5e-3;
  const forecast::Plan& plan = report.plan();
  if (plan.slowest.saving <= 0.0) return 0.0;
  return of_files +
         plan.slowest.saving * largest_copy(report, plan) / static_cast<double>(sizeof(double));
}

void print_checkpoints(const Report& report) {
  const io::Study& study = report.study;
  std::string often = "when the run is stopped";
  if (study.checkpoint_every > 0.0)
    often = fmt::format("every {}, of which {} are kept", time_text(study.checkpoint_every),
                        study.checkpoints);
  const double seconds = checkpoint_seconds(report);
  const std::string waits =
      seconds > 0.0 ? fmt::format(", which the simulation waits {:.2g} s for,", seconds) : "";
  line("checkpoint",
       fmt::format("{}{} {}{}", bytes(checkpoint_bytes(report)), waits, often,
                   study.final_state ? "; as much in the recording, for its final state" : ""));
  line("", fmt::format("{} more a rank while one is being written, where that much is free",
                       bytes(static_cast<std::int64_t>(largest_copy(report, report.plan())))));
}

/// The edge that decides how often ranks talk.
std::string shortest_cut_edge(const Report& report) {
  const network::Connectome& c = report.connectome;
  const engine::Delays& delays = report.resolved.delays;
  const auto& owner = report.plan().partition.owner;
  const auto z = [](GlobalIndex i) { return static_cast<std::size_t>(i); };
  const auto name = [&](GlobalIndex r) {
    return c.labels.empty() ? fmt::format("region {}", r) : c.labels[z(r)];
  };
  double shortest = -1.0;
  std::string text;
  for (GlobalIndex target = 0; target < c.n_regions(); ++target) {
    for (GlobalIndex e = c.row[z(target)]; e < c.row[z(target) + 1]; ++e) {
      if (owner[z(c.source[z(e)])] == owner[z(target)]) continue;
      const double delay = delays[e];
      if (shortest >= 0.0 && delay >= shortest) continue;
      shortest = delay;
      text = fmt::format("{} -> {} ({:.3g} steps)", name(c.source[z(e)]), name(target), delay);
    }
  }
  return text;
}

void print_exchange(const Report& report) {
  const forecast::Plan& plan = report.plan();
  if (plan.period == 0) return line("exchange", "none");
  line("exchange", fmt::format("every {}{}: {}, {} in the whole run", counted(plan.period, "step"),
                               plan.stagewise ? ", and at every stage" : "",
                               counted(plan.messages, "message"), bytes(plan.message_bytes)));
  line("", fmt::format("{} of {} edges cut, the shortest: {}", plan.partition.quality.cut_edges,
                       report.connectome.n_edges(), shortest_cut_edge(report)));
}

void print_table(const Report& report) {
  std::cout << fmt::format("\n{:>7}{:>10}{:>14}{:>16}{:>14}\n", "ranks", "time", "x real time",
                           "memory", "exchange");
  for (const forecast::Plan& plan : report.plans) {
    std::cout << fmt::format("{:>7}{:>10}{:>14.3g}{:>16}{:>14}\n", plan.ranks,
                             time_text(plan.seconds), real_time_factor(report, plan),
                             bytes(plan.total_memory()),
                             plan.period == 0 ? "none" : counted(plan.period, "step"));
  }
}

/// What to do when the ranks need more memory than this machine has.
std::string more_machines(const Report& report) {
  const forecast::Plan& plan = report.plan();
  const std::int64_t available = std::max<std::int64_t>(report.available, 1);
  const std::int64_t machines = (plan.total_memory() + available - 1) / available;
  const std::string need = fmt::format("{} {} not fit into this machine: {} needed, {} available. ",
                                       counted(plan.ranks, "rank"), plan.ranks == 1 ? "does" : "do",
                                       bytes(plan.total_memory()), bytes(available));
  if (!measurable(report, plan)) {
    return need + fmt::format(
                      "One rank needs more than all of it: use more ranks, {} or more "
                      "(arcuate plan FILE --ranks {} tells), or a larger dt",
                      machines + 1, machines + 1);
  }
  return need + fmt::format("Spread the ranks over at least {} like it; rank 0 needs {}",
                            counted(machines, "machine"), bytes(plan.memory.front().peak));
}

std::string recommendation(const Report& report) {
  const forecast::Plan& plan = report.plan();
  const forecast::Plan& best = report.plans[report.best];
  if (!fits(report, plan)) return more_machines(report);
  std::string text;
  if (best.ranks == plan.ranks) {
    text = counted(plan.ranks, "rank") + " is a good choice here";
    if (plan.ranks == 1 && report.plans.size() > 1) text += ": more do not pay for their messages";
  } else {
    text = fmt::format("{}: {} in place of {}", counted(best.ranks, "rank"),
                       time_text(best.seconds), time_text(plan.seconds));
  }
  if (plan.ranks * plan.threads > report.cores) {
    text += fmt::format(". {} x {} share {} here; the time is for this machine",
                        counted(plan.ranks, "rank"), counted(plan.threads, "thread"),
                        counted(report.cores, "core"));
  }
  if (plan.stagewise || (plan.period > 0 && plan.period <= 2)) {
    text += fmt::format(". The edge {} forces an exchange every {}", shortest_cut_edge(report),
                        plan.stagewise ? "stage" : counted(plan.period, "step"));
  }
  return text;
}

void print_jobs(const Report& report) {
  for (const JobPlan& job : jobs_of(report)) {
    line(job.kind, fmt::format("{} on one rank each: {} of processor time (without tuning); {} "
                               "with {} (SLURM: {})",
                               counted(job.simulations, "simulation"), time_text(job.seconds),
                               time_text(job.wall_seconds), counted(job.workers, "worker"),
                               slurm_options(job)));
  }
}

void print(const Report& report) {
  const forecast::Plan& plan = report.plan();
  print_network(report);
  print_memory(report);
  print_exchange(report);
  line("output",
       fmt::format("{}, about {}", report.study.output, bytes(report.monitoring.output_bytes)));
  print_checkpoints(report);
  const double step = 1e6;
  if (report.feature_bytes > 0)
    line("features",
         fmt::format("{} on rank 0, which is in its memory above", bytes(report.feature_bytes)));
  line("time",
       fmt::format("{} ({:.3g} x real time); a step of the slowest rank: regions {:.3g} us, "
                   "edges {:.3g} us, monitors {:.3g} us, exchange {:.3g} us",
                   time_text(plan.seconds), real_time_factor(report, plan),
                   step * plan.slowest.regions, step * plan.slowest.edges,
                   step * plan.monitor_seconds, step * plan.exchange_seconds));
  print_table(report);
  std::cout << '\n';
  line("recommended", recommendation(report));
  print_jobs(report);
}

nlohmann::ordered_json to_json(const Report& report, const forecast::Plan& plan) {
  nlohmann::ordered_json json;
  json["ranks"] = plan.ranks;
  json["threads"] = plan.threads;
  json["partition"] = plan.partition.method;
  json["period_steps"] = plan.period;
  json["messages"] = plan.messages;
  json["message_bytes"] = plan.message_bytes;
  json["seconds"] = plan.seconds;
  json["memory_bytes"] = plan.total_memory();
  json["fits"] = fits(report, plan);
  for (const forecast::RankMemory& m : plan.memory) {
    json["rank_memory"].push_back({{"peak", m.peak},
                                   {"setup", m.setup},
                                   {"edges", m.edges},
                                   {"history", m.history},
                                   {"regions", m.regions},
                                   {"other", m.other}});
  }
  return json;
}

void print_json(const Report& report) {
  const forecast::Plan& plan = report.plan();
  nlohmann::ordered_json json = to_json(report, plan);
  json["checkpoint_bytes"] = checkpoint_bytes(report);
  json["checkpoint_seconds"] = checkpoint_seconds(report);
  json["checkpoint_copy_bytes"] = static_cast<std::int64_t>(largest_copy(report, report.plan()));
  json["regions"] = report.connectome.n_regions();
  json["edges"] = report.connectome.n_edges();
  json["block_steps"] = plan.block.block;
  json["steps"] = plan.steps;
  json["far_shares"] = sum_of(plan, &engine::RankCounts::far_shares);
  json["near_shares"] = sum_of(plan, &engine::RankCounts::near_shares);
  json["undelayed_edges"] = plan.block.undelayed;
  json["cores"] = report.cores;
  json["available_bytes"] = report.available;
  json["output_bytes"] = report.monitoring.output_bytes;
  json["feature_bytes"] = report.feature_bytes;
  json["recommended_ranks"] = report.plans[report.best].ranks;
  json["recommendation"] = recommendation(report);
  for (const forecast::Plan& other : report.plans)
    json["candidates"].push_back(to_json(report, other));
  for (const JobPlan& job : jobs_of(report))
    json[job.kind] = {{"simulations", job.simulations},
                      {"processor_seconds", job.seconds},
                      {"workers", job.workers},
                      {"seconds", job.wall_seconds},
                      {"slurm", slurm_options(job)}};
  std::cout << json.dump(2) << '\n';
}

/// What a job of a verb needs, as the service and `submit` ask for it.
void plan_job_of(const PlanVerb& arguments) {
  const Needs needs = needs_of(arguments.verb, arguments.file, arguments.overrides, arguments.ranks,
                               arguments.threads);
  if (arguments.json) {
    const nlohmann::ordered_json json{{"verb", arguments.verb},
                                      {"ranks", needs.ranks},
                                      {"threads", arguments.threads},
                                      {"seconds", needs.seconds},
                                      {"memory_bytes", needs.bytes},
                                      {"largest_rank_bytes", needs.rank_bytes},
                                      {"available_bytes", core::available_bytes()}};
    std::cout << json.dump(2) << '\n';
    return;
  }
  line("job", fmt::format("{} on {} x {}", arguments.verb, counted(needs.ranks, "rank"),
                          counted(arguments.threads, "thread")));
  line("memory", fmt::format("{} in all, at most {} a rank; {} available here", bytes(needs.bytes),
                             bytes(needs.rank_bytes), bytes(core::available_bytes())));
  line("time", needs.seconds > 0.0 ? time_text(needs.seconds) : "not known");
}

void plan(const comm::Communicator& world, PlanVerb arguments) {
  arguments.running = world.size();
  if (arguments.ranks == 0) arguments.ranks = arguments.running;
  const comm::Communicator alone(MPI_COMM_SELF);
  comm::on_root(world, [&] {
    if (!arguments.verb.empty()) return plan_job_of(arguments);
    if (io::is_spiking_study(arguments.file, arguments.overrides))
      return plan_spiking(arguments.file, arguments.overrides, arguments.ranks, arguments.threads,
                          arguments.json);
    const Report report = report_of(arguments, alone);
    arguments.json ? print_json(report) : print(report);
  });
}

}  // namespace

void add_plan(CLI::App& program, const comm::Communicator& world, std::function<void()>& run) {
  const auto arguments = std::make_shared<PlanVerb>();
  CLI::App* verb = program.add_subcommand(
      "plan", "Predict memory, messages and time of a study, and recommend a number of ranks");
  verb->add_option("FILE", arguments->file, "Study file")->required();
  verb->add_option("--ranks", arguments->ranks, "Number of ranks (default: those of this run)")
      ->check(CLI::Range(1, 1 << 20));
  verb->add_option("--threads", arguments->threads, "Threads of each rank")
      ->check(CLI::Range(1, 1024));
  verb->add_option("--set", arguments->overrides, "Override or add a value: path=value")
      ->allow_extra_args(false);
  verb->add_option("--verb", arguments->verb,
                   "What a job needs that is simulate, sweep, fit or steady, on all its ranks")
      ->check(CLI::IsMember({"simulate", "sweep", "fit", "steady"}));
  verb->add_flag("--json", arguments->json, "Print JSON");
  verb->callback(
      [arguments, &world, &run] { run = [arguments, &world] { plan(world, *arguments); }; });
}

}  // namespace arcuate::app
