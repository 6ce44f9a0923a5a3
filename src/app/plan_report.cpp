#include "plan_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <thread>
#include <utility>

#include "arcuate/core/counted.hpp"
#include "arcuate/core/error.hpp"
#include "arcuate/core/memory.hpp"
#include "arcuate/engine/footprint.hpp"
#include "arcuate/engine/partition_graph.hpp"
#include "arcuate/io/checkpoint.hpp"
#include "arcuate/io/features.hpp"
#include "arcuate/io/recording.hpp"
#include "arcuate/monitor/recorder.hpp"
#include "arcuate/run/launch.hpp"

namespace arcuate::app {
namespace {

Monitoring monitoring_of(const io::ResolvedStudy& resolved, GlobalIndex regions,
                         io::Storage storage) {
  Monitoring sum;
  for (const monitor::MonitorSpec& spec : resolved.monitors) {
    const monitor::Extent extent =
        monitor::extent_of(spec, resolved.transient, resolved.simulation.steps, regions);
    sum.seconds_per_step += extent.seconds_per_step();
    if (spec.recorded)
      sum.output_bytes += static_cast<double>(io::bytes_of(storage)) * extent.values();
  }
  return sum;
}

/// One, two, four ... ranks up to the cores of this machine, and what was asked for.
std::vector<int> rank_counts(const PlanArguments& arguments, int cores) {
  std::vector<int> counts;
  for (int ranks = 1; !arguments.alone && ranks * arguments.threads <= cores; ranks *= 2)
    counts.push_back(ranks);
  counts.push_back(arguments.ranks);
  std::sort(counts.begin(), counts.end());
  counts.erase(std::unique(counts.begin(), counts.end()), counts.end());
  return counts;
}

/// Reads and partitions as `simulate` does, so the peak of this process is the peak there.
void make_plans(Report& report, const PlanArguments& arguments, std::int64_t idle,
                forecast::PlanRequest& request) {
  const engine::SimulationSpec& spec = report.resolved.simulation;
  const engine::Delays& delays = report.resolved.delays;
  partition::Options options = report.study.partition;
  options.dt = spec.dt;
  const GlobalIndex regions = report.connectome.n_regions();
  const std::int64_t loaded = core::peak_resident_bytes() - idle;
  const partition::Graph graph = engine::partition_graph(report.connectome, delays, spec);
  for (int ranks : rank_counts(arguments, report.cores)) {
    request.ranks = ranks;
    request.outside.root_setup = loaded;
    request.outside.monitors = monitor::expected_bytes(
        report.resolved.monitors, spec.dt, report.resolved.transient, spec.steps, regions, ranks);
    request.outside.monitors += io::bytes_while_written((regions + ranks - 1) / ranks);
    request.outside.sensors = monitor::root_bytes(report.resolved.monitors, regions);
    request.outside.features = report.feature_bytes;
    forecast::Plan plan =
        forecast::make_plan(report.connectome, delays, graph, spec, options, request);
    if (ranks > 1) {
      request.outside.root_setup = core::peak_resident_bytes() - idle;
      plan.memory = forecast::plan_memory(report.connectome, delays, spec, plan.counts, plan.period,
                                          request.outside);
    }
    if (ranks == arguments.ranks) report.asked = report.plans.size();
    report.plans.push_back(std::move(plan));
  }
}

}  // namespace

bool fits(const Report& report, const forecast::Plan& plan) {
  return report.available <= 0 || plan.total_memory() <= report.available;
}

bool measurable(const Report& report, const forecast::Plan& plan) {
  return std::all_of(plan.memory.begin(), plan.memory.end(), [&](const forecast::RankMemory& rank) {
    return report.available <= 0 || rank.peak <= report.available;
  });
}

namespace {

void choose_best(Report& report) {
  double fastest = -1.0;
  for (const forecast::Plan& plan : report.plans) {
    if (fits(report, plan) && (fastest < 0.0 || plan.seconds < fastest)) fastest = plan.seconds;
  }
  report.best = report.asked;
  for (std::size_t p = report.plans.size(); p-- > 0;) {
    if (fits(report, report.plans[p]) && report.plans[p].seconds <= 1.05 * fastest) report.best = p;
  }
}

}  // namespace

void refuse_idle_ranks(int ranks, GlobalIndex parts, const char* noun) {
  if (ranks <= parts) return;
  throw ConfigError(fmt::format("--ranks {}: more than the {} have work for (allowed: 1 to {})",
                                ranks, counted(parts, noun), parts));
}

Report report_of(const PlanArguments& arguments, const comm::Communicator& alone) {
  const std::int64_t idle = core::peak_resident_bytes();
  core::return_large_blocks();
  Report report;
  report.study = io::read_study(arguments.file, arguments.overrides);
  report.connectome = run::connectome_of(report.study);
  if (arguments.ranks > arguments.running)
    refuse_idle_ranks(arguments.ranks, report.connectome.n_regions(), "region");
  report.resolved = run::resolve_study(report.study, report.connectome);
  if (report.study.goes_on) {
    report.resolved.simulation.steps -= report.resolved.transient;
    report.resolved.transient = 0;
  }
  report.monitoring =
      monitoring_of(report.resolved, report.connectome.n_regions(), report.study.storage);
  report.feature_bytes = static_cast<std::int64_t>(io::total_bytes(*report.resolved.features));
  report.cores = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  forecast::PlanRequest request;
  request.threads = arguments.threads;
  request.cores = report.cores;
  request.monitor_seconds = report.monitoring.seconds_per_step;
  make_plans(report, arguments, idle, request);
  report.available = core::available_bytes();
  request.available = report.available;
  for (forecast::Plan& plan : report.plans) {
    if (!arguments.timed || !measurable(report, plan)) continue;
    request.ranks = plan.ranks;
    forecast::predict_time(plan, alone, report.connectome, report.resolved.delays,
                           report.resolved.simulation, request);
  }
  choose_best(report);
  return report;
}

std::int64_t checkpoint_bytes(const Report& report) {
  constexpr std::int64_t of_index = 40;  // docs/file-formats.md
  const engine::SimulationSpec& spec = report.resolved.simulation;
  const GlobalIndex regions = report.connectome.n_regions();
  const std::int64_t values = engine::saved_values(spec, report.resolved.delays) +
                              monitor::saved_values(report.resolved.monitors, spec.dt,
                                                    report.resolved.transient, spec.steps, regions);
  return values * static_cast<std::int64_t>(sizeof(double)) + of_index * regions;
}

double largest_copy(const Report& report, const forecast::Plan& plan) {
  const double share = std::min(1.0, (1.0 + report.study.partition.imbalance) / plan.ranks);
  return share * static_cast<double>(checkpoint_bytes(report));
}

std::vector<JobPlan> jobs_of(const Report& report) {
  const auto alone = std::find_if(report.plans.begin(), report.plans.end(),
                                  [](const forecast::Plan& plan) { return plan.ranks == 1; });
  const double seconds = alone == report.plans.end() ? 0.0 : alone->seconds;
  return plan_jobs(
      report.study, [seconds](const io::EachCandidate&) { return seconds; }, report.cores);
}

}  // namespace arcuate::app
