#include "needs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <set>
#include <utility>

#include "arcuate/core/error.hpp"
#include "arcuate/forecast/plan.hpp"
#include "arcuate/io/fit.hpp"
#include "arcuate/io/spiking_study.hpp"
#include "arcuate/io/study.hpp"
#include "arcuate/io/subject.hpp"
#include "arcuate/monitor/spec.hpp"
#include "largest_candidates.hpp"
#include "plan_jobs.hpp"
#include "plan_report.hpp"
#include "spiking.hpp"

namespace arcuate::app {
namespace {

std::int64_t largest_rank(const forecast::Plan& plan) {
  std::int64_t bytes = 0;
  for (const forecast::RankMemory& memory : plan.memory)
    bytes = std::max(bytes, memory.peak);
  return bytes;
}

Report report_alone(const PlanArguments& arguments) {
  return report_of(arguments, comm::Communicator(MPI_COMM_SELF));
}

Needs needs_of_simulation(const PlanArguments& arguments, bool best) {
  const Report report = report_alone(arguments);
  const forecast::Plan& plan = best ? report.plans[report.best] : report.plan();
  const auto copy = static_cast<std::int64_t>(largest_copy(report, plan));
  return {plan.ranks, plan.seconds, largest_rank(plan) + copy,
          plan.total_memory() + copy * plan.ranks};
}

/// [bytes] Samples that the losses of a fit look at, kept until the simulation has ended.
std::int64_t samples_for_losses(const io::Fit& fit, const Report& report) {
  std::set<std::string> names;
  for (const io::FitCondition& condition : fit.conditions) {
    for (const io::FitTerm& term : condition.minimise)
      names.insert(term.monitor);
  }
  double values = 0.0;
  for (const monitor::MonitorSpec& spec : report.resolved.monitors) {
    if (names.contains(spec.name))
      values += monitor::extent_of(spec, report.resolved.transient,
                                   report.resolved.simulation.steps, report.connectome.n_regions())
                    .values();
  }
  return static_cast<std::int64_t>(values * sizeof(double));
}

/// Of one simulation on so many ranks, of the candidate that needs most.
struct EachNeeds {
  std::int64_t rank_bytes = 0, bytes = 0;
};

/// few: simulations may be shared by several workers.
std::vector<std::pair<int, EachNeeds>> needs_of_each(const std::string& verb,
                                                     const PlanArguments& given,
                                                     const io::Subject& subject, bool few) {
  std::vector<std::pair<int, EachNeeds>> all;
  for (const Candidate& changes : largest_candidates(verb, subject)) {
    PlanArguments arguments = given;
    arguments.timed = false;
    arguments.alone = !few;
    const auto more = io::overrides_of(changes);
    arguments.overrides.insert(arguments.overrides.end(), more.begin(), more.end());
    const Report report = report_alone(arguments);
    const std::int64_t kept =
        verb == "fit" ? samples_for_losses(io::fit_of(subject, &report.connectome), report) : 0;
    all.resize(std::max(all.size(), report.plans.size()));
    for (std::size_t k = 0; k < report.plans.size(); ++k) {
      const forecast::Plan& plan = report.plans[k];
      EachNeeds& most = all[k].second;
      all[k].first = plan.ranks;
      most.rank_bytes = std::max(most.rank_bytes, largest_rank(plan) + kept);
      most.bytes = std::max(most.bytes, plan.total_memory() + kept);
    }
  }
  return all;
}

/// The master reads the study as a simulation does; workers alone or in teams, whatever needs most.
Needs needs_of_search(const std::string& verb, const PlanArguments& arguments, int ranks) {
  const io::Subject subject =
      io::parse_subject(io::study_text(arguments.file), arguments.file, arguments.overrides);
  PlanArguments usual = arguments;
  usual.alone = true;
  const std::vector<JobPlan> jobs = jobs_of(report_alone(usual));
  const auto job =
      std::find_if(jobs.begin(), jobs.end(), [&](const JobPlan& one) { return one.kind == verb; });
  if (job == jobs.end())
    throw ConfigError(fmt::format("{}: {}: the study has no such section", arguments.file, verb));
  const int wanted = ranks > 0 ? ranks : job->workers + 1;
  const int workers = std::max(1, wanted - 1);
  const auto each = needs_of_each(verb, arguments, subject, job->simulations < workers);
  const EachNeeds alone = each.front().second;
  Needs needs{wanted, job->wall_seconds * job->workers / workers, alone.rank_bytes, alone.bytes};
  for (const auto& [team, one] : each) {
    if (wanted == 1 || team > workers) continue;
    needs.rank_bytes = std::max(needs.rank_bytes, one.rank_bytes);
    needs.bytes = std::max(needs.bytes, alone.bytes + one.bytes * (workers / team));
  }
  return needs;
}

/// Fixed points and their roots: matrices of all states, of which the solvers hold several while
/// networks are small enough for that (docs/decisions/plan.md).
Needs needs_of_steady(const PlanArguments& arguments) {
  PlanArguments untimed = arguments;
  untimed.timed = false;
  untimed.alone = true;
  const Report report = report_alone(untimed);
  constexpr std::int64_t of_solvers = 32'000'000, matrices = 8, most_states = 4096;
  const engine::SimulationSpec& spec = report.resolved.simulation;
  std::int64_t most = 1;
  for (int k = 0; k < spec.n_populations(); ++k)
    most = std::max<std::int64_t>(most, std::ssize(spec.population(k).model->info.states));
  const std::int64_t states = most * report.connectome.n_regions();
  const std::int64_t dense = std::min(states, most_states) * states * 8;
  const std::int64_t bytes = largest_rank(report.plan()) + of_solvers + matrices * dense;
  return {1, 0.0, bytes, bytes};
}

Needs needs_of_one(const std::string& verb, PlanArguments arguments, int ranks) {
  arguments.ranks = verb == "simulate" ? std::max(1, ranks) : 1;
  if (verb == "simulate") return needs_of_simulation(arguments, ranks == 0);
  return verb == "steady" ? needs_of_steady(arguments) : needs_of_search(verb, arguments, ranks);
}

}  // namespace

int ranks_of_each(const std::string& verb, const std::string& file,
                  const std::vector<std::string>& overrides, int workers, int here, int threads) {
  std::int64_t simulations = 0;
  for (const JobPlan& job : plan_jobs(
           io::read_study(file, overrides), [](const io::EachCandidate&) { return 0.0; }, workers))
    simulations += job.kind == verb ? job.simulations : 0;
  const bool few = simulations < workers;
  const Report report = report_alone({file, overrides, 1, 1, threads, false, few});
  std::vector<forecast::RanksCost> costs;
  for (const forecast::Plan& plan : report.plans)
    costs.push_back({plan.ranks, few ? plan.seconds : 0.0, plan.total_memory()});
  return forecast::ranks_of_each(
      costs, {std::max<std::int64_t>(1, simulations), workers, here, report.available});
}

Needs needs_of_farm(int ranks, double seconds, std::int64_t rank_bytes) {
  return {ranks, seconds, rank_bytes, ranks * rank_bytes};
}

Needs needs_of(const std::string& verb, const std::string& file,
               const std::vector<std::string>& overrides, int ranks, int threads) {
  if (io::is_spiking_study(file, overrides))
    return needs_of_spiking(verb, file, overrides, ranks, threads);
  const PlanArguments arguments{file, overrides, 1, 1, threads};
  const std::vector<std::string> phases = io::phase_names(file, overrides);
  if (phases.empty()) return needs_of_one(verb, arguments, ranks);
  Needs all{0, 0.0, 0, 0};
  for (const std::string& phase : phases) {
    PlanArguments of_phase = arguments;
    of_phase.overrides.push_back("phase=" + phase);
    const Needs one = needs_of_one(verb, of_phase, ranks);
    all.ranks = std::max(all.ranks, one.ranks);
    all.seconds += one.seconds;
    all.rank_bytes = std::max(all.rank_bytes, one.rank_bytes);
    all.bytes = std::max(all.bytes, one.bytes);
  }
  return all;
}

}  // namespace arcuate::app
