#include "arcuate/engine/partition_graph.hpp"

#include "arcuate/model/kernel.hpp"

namespace arcuate::engine {
namespace {

// In units of a far edge's step, about 0.1 ns; docs/decisions/plan.md has the measurements.
constexpr double cost_of_state_stage = 25.0;
constexpr double cost_of_input = 20.0;

double region_cost(const Population& population, model::Method method) {
  const model::ModelInfo& info = population.model->info;
  const int stages = population.model->make_kernel(method)->stages();
  return cost_of_state_stage * static_cast<double>(info.states.size()) * stages +
         cost_of_input * static_cast<double>(info.inputs.size());
}

/// (n_regions) each that of its population.
std::vector<double> region_costs(const SimulationSpec& spec) {
  std::vector<double> of_population;
  for (const Population& population : spec.populations)
    of_population.push_back(region_cost(population, spec.method));
  std::vector<double> costs;
  for (const std::uint8_t number : spec.population_of)
    costs.push_back(of_population[number]);
  return costs;
}

}  // namespace

partition::Graph partition_graph(const network::Connectome& connectome, const Delays& delays,
                                 const SimulationSpec& spec) {
  partition::Graph graph;
  graph.centres = connectome.centres;
  graph.region_cost = region_cost(spec.populations.front(), spec.method);
  if (spec.n_populations() > 1) graph.region_costs = region_costs(spec);
  graph.values_per_source = spec.n_channels();
  if (spec.n_links() == 0) {
    graph.row.assign(connectome.row.size(), 0);
    return graph;
  }
  graph.row = connectome.row;
  graph.source = connectome.source;
  graph.lag.reserve(connectome.source.size());
  const DelayReading reading(spec);
  for (const double delay : delays.steps())
    graph.lag.push_back(reading.smallest_lag(delay));
  return graph;
}

}  // namespace arcuate::engine
