#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "arcuate/comm/communicator.hpp"
#include "arcuate/core/types.hpp"
#include "arcuate/forecast/plan.hpp"
#include "arcuate/io/study.hpp"
#include "arcuate/network/connectome.hpp"
#include "plan_jobs.hpp"

/// What a study takes on several numbers of ranks.
namespace arcuate::app {

struct PlanArguments {
  std::string file;
  std::vector<std::string> overrides;
  int ranks = 0;
  int running = 1;  ///< ranks of this run
  int threads = 1;
  bool alone = false;  ///< those ranks, and no others to compare with
  bool timed = true;
};

/// What the monitors of a study look at and write.
struct Monitoring {
  double seconds_per_step = 0.0;
  double output_bytes = 0.0;
};

/// On rank 0.
struct Report {
  io::Study study;
  network::Connectome connectome;
  io::ResolvedStudy resolved;
  Monitoring monitoring;
  std::int64_t feature_bytes = 0;  ///< of rank 0
  int cores = 1;
  std::int64_t available = 0;
  std::vector<forecast::Plan> plans;  ///< ascending ranks
  std::size_t asked = 0;              ///< the plan that was asked for
  std::size_t best = 0;               ///< the fastest that fits, fewest ranks within 5 %

  [[nodiscard]] const forecast::Plan& plan() const { return plans[asked]; }
};

/// A plan for more ranks than there are regions or neurons would take long, to say that they have
/// nothing to do. Throws ConfigError.
void refuse_idle_ranks(int ranks, GlobalIndex parts, const char* noun);

/// Reads and partitions as `simulate` does. alone: a communicator of one rank.
Report report_of(const PlanArguments& arguments, const comm::Communicator& alone);

bool fits(const Report& report, const forecast::Plan& plan);
/// Its time is measured on one rank's share, which must fit for that.
bool measurable(const Report& report, const forecast::Plan& plan);
/// Of a checkpoint, without its header and what features remember. [bytes]
std::int64_t checkpoint_bytes(const Report& report);
/// Of one checkpoint, by the rank that has most of it: what it copies, so that the disk is waited
/// for beside the run. [bytes]
double largest_copy(const Report& report, const forecast::Plan& plan);
/// A simulation on one rank.
std::vector<JobPlan> jobs_of(const Report& report);

}  // namespace arcuate::app
