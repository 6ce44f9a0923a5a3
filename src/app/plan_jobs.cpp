#include "plan_jobs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "arcuate/io/fit.hpp"
#include "arcuate/io/sweep.hpp"

namespace arcuate::app {
namespace {

constexpr double an_hour = 3600.0;
constexpr double usual_share = 0.95;  // of the workers' time that is spent simulating
constexpr std::int64_t at_least = 8;  // simulations of a worker, so that the last ones do not count

std::int64_t simulations_of(const io::Fit& fit) {
  std::int64_t conditions = 0, verified = 0;
  for (const io::FitCondition& condition : fit.conditions)
    conditions += condition.role == io::Role::train ? 1 : 0;
  if (fit.verify)
    verified = static_cast<std::int64_t>(fit.verify->best) * fit.verify->seeds *
               std::ssize(fit.conditions);
  return fit.options.budget * conditions * fit.each.repeats + verified;
}

JobPlan plan_job(const char* kind, std::int64_t simulations, double seconds, int cores) {
  JobPlan job{kind, simulations, seconds * static_cast<double>(simulations)};
  const double wanted = std::ceil(job.seconds / usual_share / an_hour);
  const std::int64_t most = std::max<std::int64_t>(1, simulations / at_least);
  job.workers = static_cast<int>(std::clamp<std::int64_t>(
      std::max<std::int64_t>(cores, static_cast<std::int64_t>(wanted)), 1, most));
  job.wall_seconds = job.seconds / usual_share / job.workers;
  return job;
}

}  // namespace

std::vector<JobPlan> plan_jobs(const io::Subject& study,
                               const std::function<double(const io::EachCandidate&)>& seconds,
                               int cores) {
  std::vector<JobPlan> jobs;
  if (io::has_sweep(study)) {
    const io::Sweep sweep = io::sweep_of(study);
    jobs.push_back(plan_job("sweep", sweep.size(), seconds(sweep.each), cores));
  }
  if (io::has_fit(study)) {
    const io::Fit fit = io::fit_of(study);
    jobs.push_back(plan_job("fit", simulations_of(fit), seconds(fit.each), cores));
  }
  return jobs;
}

std::string slurm_options(const JobPlan& job) {
  constexpr double reserve = 1.5;
  const auto minutes =
      static_cast<long long>(std::ceil(std::max(1.0, reserve * job.wall_seconds / 60.0)));
  return fmt::format("--ntasks={} --time={:02}:{:02}:00", job.workers + 1, minutes / 60,
                     minutes % 60);
}

}  // namespace arcuate::app
