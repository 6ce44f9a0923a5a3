#include "arcuate/forecast/plan.hpp"

#include "arcuate/model/kernel.hpp"

namespace arcuate::forecast {

using namespace engine;

Plan make_plan(const network::Connectome& connectome, const Delays& delays,
               const partition::Graph& graph, const SimulationSpec& spec,
               const partition::Options& options, const PlanRequest& request) {
  Plan plan;
  plan.ranks = request.ranks;
  plan.threads = request.threads;
  plan.steps = spec.steps;
  plan.block = delays.block();
  plan.partition = partition::make_partition(graph, request.ranks, plan.block.block, options);
  const partition::Quality& quality = plan.partition.quality;
  plan.period = quality.period;
  plan.stagewise =
      plan.block.undelayed_between_regions && spec.n_links() > 0 && !DelayReading(spec).held();
  plan.counts = count_ranks(connectome, delays, spec, plan.partition.owner, request.ranks,
                            request.threads, plan.period);
  plan.memory = plan_memory(connectome, delays, spec, plan.counts, plan.period, request.outside);
  if (plan.period == 0) return plan;
  // A message of every pair at each multiple of the period, and at every stage of every step.
  const int stages =
      plan.stagewise ? spec.populations.front().model->make_kernel(spec.method)->stages() : 0;
  const Step exchanges = plan.steps / plan.period;
  plan.messages = quality.channels * (exchanges + plan.steps * stages);
  plan.message_bytes = bytes_per_value(spec.stored()) * quality.halo_values * (exchanges * plan.period + plan.steps * stages);
  return plan;
}

}  // namespace arcuate::forecast
