#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "arcuate/io/candidate.hpp"
#include "arcuate/io/subject.hpp"

/// What the sweep and the fit of a study take.
namespace arcuate::app {

struct JobPlan {
  std::string kind;  ///< "sweep", "fit"
  std::int64_t simulations = 0;
  double seconds = 0.0;       ///< of processor time, all together
  int workers = 1;            ///< that are proposed
  double wall_seconds = 0.0;  ///< with as many
};

/// seconds: what is done with one candidate takes on one rank, 0: not known. The number of workers
/// for an hour, as long as they have several simulations each.
std::vector<JobPlan> plan_jobs(const io::Subject& study,
                               const std::function<double(const io::EachCandidate&)>& seconds,
                               int cores);

/// "--ntasks=17 --time=01:30:00": the workers, the master, and half as much time again.
std::string slurm_options(const JobPlan& job);

}  // namespace arcuate::app
