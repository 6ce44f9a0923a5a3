#include "tuned.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "arcuate/core/error.hpp"
#include "arcuate/monitor/kind.hpp"
#include "arcuate/run/share.hpp"

namespace arcuate::search {
namespace {

using tuning::InhibitionMethod;

std::string label_of(const network::Connectome& connectome, std::size_t region) {
  return region < connectome.labels.size() ? connectome.labels[region] : fmt::format("{}", region);
}

/// Without a simulation. (n_regions)
std::vector<double> own_weights(const tuning::InhibitionOptions& options,
                                const run::Prepared& prepared) {
  const engine::SimulationSpec& simulation = prepared.simulation;
  if (options.method == InhibitionMethod::heuristic)
    return tuning::heuristic_weights(simulation, prepared.connectome);
  const RegionValues& own =
      simulation.populations.front().parameters[static_cast<std::size_t>(options.parameter)];
  std::vector<double> weight;
  for (const auto& region : tuning::balanced_regions(simulation, prepared.connectome, options)) {
    const std::size_t i = weight.size();
    const bool feasible = region.weight >= 0.0;
    if (!feasible && options.method == InhibitionMethod::analytic)
      throw UnconvergedError(
          fmt::format("no analytic weight >= 0 in region {}", label_of(prepared.connectome, i)));
    weight.push_back(feasible ? region.weight : std::max(0.0, own(static_cast<GlobalIndex>(i))));
  }
  return weight;
}

/// [steps] Means over so many steps that they begin with the end of the transient, end with the run
/// and are two at least. Where only many short ones would do, a hundredth of what counts: up to two
/// of them are left out then.
Step period_of_rates(Step steps, Step transient) {
  constexpr Step most = 1000;
  const Step counted = steps - transient, common = std::gcd(steps, transient);
  for (Step parts = 1; parts <= most && parts <= common; ++parts) {
    const Step period = common / parts;
    if (common % parts == 0 && counted / period >= 2 && counted / period <= most) return period;
  }
  return std::max<Step>(1, counted / 100);
}

}  // namespace

std::vector<double> Tuning::correction() const {
  std::vector<double> correction;
  for (std::size_t i = 0; i < weight.size(); ++i)
    correction.push_back(weight[i] - first[i]);
  return correction;
}

Tuning first_weights(const io::Study& study, const run::Prepared& prepared,
                     const std::vector<double>& correction) {
  if (!study.inhibition) throw ConfigError(io::no_inhibitory_weight(study));
  Tuning tuning{*study.inhibition, own_weights(*study.inhibition, prepared), {}, 0};
  tuning.weight = tuning.first;
  if (tuning.options.method != InhibitionMethod::numeric ||
      correction.size() != tuning.weight.size())
    return tuning;
  for (std::size_t i = 0; i < correction.size(); ++i)
    tuning.weight[i] = std::max(0.0, tuning.weight[i] + correction[i]);
  return tuning;
}

void set_weights(const Tuning& tuning, engine::SimulationSpec& simulation) {
  simulation.populations.front().parameters[static_cast<std::size_t>(tuning.options.parameter)] =
      RegionValues(tuning.weight);
}

void tune_by_simulation(const comm::Communicator& team, Tuning& tuning, run::Prepared& prepared,
                        const engine::SimulationOptions& options) {
  run::share(team, tuning.options);
  run::share(team, tuning.weight);
  if (tuning.options.method != InhibitionMethod::numeric) return;
  const engine::LocalNetwork network =
      engine::distribute(team, network::Connectome(prepared.connectome),
                         engine::Delays(prepared.delays), prepared.header.owner);
  const tuning::TunedInhibition tuned =
      tuning::tune_inhibition(team, prepared.simulation, network, tuning.options, tuning.weight,
                              options, [](const tuning::InhibitionRound&) {});
  if (!tuned.converged)
    throw UnconvergedError(
        fmt::format("tuning inhibition: {} of {} regions within {} Hz of {:.6g} Hz after {} "
                    "simulations",
                    tuned.round.within, tuned.rate.size(), tuning.options.tolerance,
                    tuning.options.target_rate, tuning.options.iterations));
  tuning.weight = tuned.weight;
  tuning.simulations = tuned.simulations;
  set_weights(tuning, prepared.simulation);
}

void add_rates(const io::Study& study, run::Prepared& prepared) {
  if (!study.inhibition) throw ConfigError(io::no_inhibitory_weight(study));
  const model::Entry& model = *prepared.simulation.populations.front().model;
  monitor::MonitorSpec rates;
  rates.kind = monitor::find_kind("temporal_average");
  rates.name = rates_monitor;
  for (const engine::Population& population : prepared.simulation.populations)
    rates.variables_by_model.push_back({population.model->observable(model.info.fic.rate)});
  rates.recorded = false;
  if (prepared.simulation.steps - prepared.transient < 2)
    throw ConfigError(study.path + ": duration: ends with the transient");
  rates.period = period_of_rates(prepared.simulation.steps, prepared.transient);
  prepared.monitors.push_back(std::move(rates));
}

double squared_deviation(std::span<const double> samples, std::size_t regions, double target) {
  const std::size_t count = samples.size() / regions;
  double sum = 0.0;
  for (std::size_t region = 0; region < regions; ++region) {
    double rate = 0.0;
    for (std::size_t k = 0; k < count; ++k)
      rate += samples[k * regions + region];
    rate /= static_cast<double>(count);
    sum += (rate - target) * (rate - target);
  }
  return sum / static_cast<double>(regions);
}

}  // namespace arcuate::search
