#include "network_plan.hpp"

#include <algorithm>

#include "arcuate/core/error.hpp"
#include "arcuate/core/fault.hpp"
#include "arcuate/partition/partition.hpp"
#include "exchange.hpp"

namespace arcuate::engine {
namespace {

/// Frees the memory; assigning {} would only set the size.
template <class T>
void release(std::vector<T>& values) {
  std::vector<T>().swap(values);
}

Periods choose_periods(const comm::Communicator& comm, const LocalNetwork& network,
                       const SimulationSpec& spec, const SimulationOptions& options) {
  Periods periods;
  periods.stagewise = network.block.undelayed_between_regions && spec.stages == Stages::staged &&
                      series_of(spec.method, spec.stages).front() != Series::begin &&
                      spec.n_links() > 0;
  constexpr std::int64_t none = std::int64_t{1} << 40;
  const std::int64_t mine = smallest_cut_lag(network, spec);
  const std::int64_t smallest = comm.min(mine == -2 ? none : mine);
  if (comm.size() == 1 || smallest == none || spec.n_links() == 0) return periods;
  periods.smallest_cut_lag = std::max<std::int64_t>(0, smallest);
  periods.period = options.period > 0
                       ? options.period
                       : partition::message_period(periods.smallest_cut_lag, network.block.block);
  return periods;
}

/// The plan holds every edge in the form it is summed in: the rows are not needed any more.
std::vector<NetworkPlan::Part> make_parts(LocalNetwork&& network, const SimulationSpec& spec,
                                          const EdgePlanOptions& options) {
  std::vector<LocalNetwork> networks = split_by_population(std::move(network), spec);
  std::vector<EdgePlan> plans = plan_edges(networks, spec, options);
  std::vector<NetworkPlan::Part> parts;
  for (std::size_t p = 0; p < networks.size(); ++p) {
    release(networks[p].source);
    release(networks[p].weight);
    release(networks[p].delay);
    release(networks[p].row);
    parts.push_back({std::move(networks[p]), std::move(plans[p])});
  }
  return parts;
}

}  // namespace

NetworkPlan::Form::Form(const SimulationSpec& spec)
    : population_of(spec.population_of),
      speed(spec.speed),
      dt(spec.dt),
      stages(spec.stages),
      delay(spec.delay),
      method(spec.method),
      precision(spec.precision),
      channels(spec.n_channels()),
      squared(sums_squared_weights(spec)) {}

NetworkPlan::NetworkPlan(const comm::Communicator& comm, const SimulationSpec& spec,
                         LocalNetwork network, const SimulationOptions& given)
    : options(given),
      periods(choose_periods(comm, network, spec, given)),
      parts(make_parts(std::move(network), spec,
                       {given.threads, periods.period, given.source_tile, given.history_slack})),
      form_(spec) {
  fault::here("setup.before_plan");
  for (const Part& part : parts)
    owned.insert(owned.end(), part.network.owned.begin(), part.network.owned.end());
  if (periods.period > 0) halo = find_peers(comm, parts.front().network, sources());
  fault::here("setup.after_plan");
}

void NetworkPlan::require(const SimulationSpec& spec) const {
  if (Form(spec) == form_) return;
  throw ConfigError(
      "a simulation that shares the plan of another must have its populations, links, delays, "
      "speed, dt, method and precision");
}

}  // namespace arcuate::engine
