#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "arcuate/core/reals.hpp"
#include "arcuate/core/types.hpp"
#include "arcuate/model/bounded.hpp"
#include "arcuate/model/computed.hpp"
#include "arcuate/model/entry.hpp"
#include "arcuate/model/table.hpp"
#include "arcuate/model/temporal.hpp"
#include "arcuate/network/coupling.hpp"

/// A simulation, fully resolved: numbers and indices, no files, no names to look up.
namespace arcuate::engine {

enum class Stages { held, staged };
enum class DelayMode { nearest, linear, cubic };
/// mixed: histories, weights, messages and delayed sums in single precision; in_single: states too,
/// rounded after every step (docs/decisions/precision.md).
enum class Precision { in_double, mixed, in_single };
enum class Calculus { ito, stratonovich };
enum class Distribution { gaussian, uniform };

/// One value per region, or drawn by region.
struct InitialValue {
  RegionValues value;                   ///< [state unit]; empty when drawn
  std::optional<model::Range> uniform;  ///< drawn from [low, high) by (seed, region, state)
};

/// A given past: samples of every state before and at t = 0, oldest first, spaced by dt.
struct InitialHistory {
  Step samples = 0;            ///< the last sample is the state at t = 0
  std::vector<double> values;  ///< (samples, n_states, n_regions)
};

struct NoiseTerm {
  enum class Kind { white, ornstein_uhlenbeck, per_step, brownian, coloured };
  Kind kind = Kind::white;
  bool on_input = false;  ///< else on a state
  int target = 0;         ///< index of the state or input
  RegionValues sigma;     ///< white: [target]/sqrt(model time unit) on a state, input x sqrt(model
                          ///< time unit) on an input; brownian: [target]/sqrt(model time unit);
                          ///< others: [target] standard deviation
  double tau = 1.0;       ///< [model time unit] ornstein_uhlenbeck
  double beta = 1.0;      ///< coloured: the power spectrum falls as 1/f^beta, 0 < beta <= 2
  double tau_min = 1.0;   ///< [model time unit] coloured, shortest correlation time
  double tau_max = 1.0;   ///< [model time unit] coloured, longest correlation time
  bool multiplicative = false;  ///< g = sigma x; white on a state only
  Calculus calculus = Calculus::ito;
  bool shared = false;         ///< one draw for all regions of the model
  std::uint8_t shared_by = 0;  ///< number of the model: shared draws of two models are independent
  Distribution distribution = Distribution::gaussian;
};

/// What a stimulus is added to: an input, a parameter, or the derivative of a state.
enum class StimulusOn : std::uint8_t { input, parameter, state };

/// A time course with one weight per region. With held coupling it is read at the begin of each
/// step, with staged coupling at the time of each stage. On a state: a step adds dt times its value
/// at the begin of the step, as it adds noise, whatever the stages.
struct Stimulus {
  StimulusOn on = StimulusOn::input;
  int target = 0;       ///< index of the input, parameter or state
  RegionValues weight;  ///< [1]
  model::TemporalFunction function;
};

/// The name of what it acts on.
std::string_view target_name(const Stimulus& stimulus, const model::ModelInfo& info);
/// [unit] of its values: that of the target; on a state that of its derivative, "mV/ms".
std::string target_unit(const Stimulus& stimulus, const model::ModelInfo& info);

/// Regions of one model, and all that depends on the model.
struct Population {
  const model::Entry* model = nullptr;
  std::vector<RegionValues> parameters;  ///< (n_parameters)
  std::vector<InitialValue> initial;     ///< (n_states)
  /// As many in each population: link l of every region feeds link l of every region.
  std::vector<network::Link> links;
  /// The same of tracts between parcels: from the mean over a parcel to every region of another.
  std::vector<network::Link> tracts;
  std::vector<NoiseTerm> noise;  ///< at most one per target
  std::vector<Stimulus> stimuli;
  model::LookupTable table;  ///< of a model that has one
  model::Bounds bounds;      ///< (n_states) of the study, within the model's; empty: none
  /// Sources of links that the study computes: observables behind those of the model.
  std::vector<model::ComputedVariable> computed;

  /// Of a source of a link.
  [[nodiscard]] std::string_view source_name(int observable) const {
    const model::ComputedVariable* own = computed_source(observable);
    return own == nullptr ? model->observable_name(observable) : std::string_view(own->name);
  }
  [[nodiscard]] std::string_view source_unit(int observable) const {
    const model::ComputedVariable* own = computed_source(observable);
    return own == nullptr ? model->observable_unit(observable) : std::string_view(own->unit);
  }

 private:
  [[nodiscard]] const model::ComputedVariable* computed_source(int observable) const {
    const int first = model->n_observables();
    return observable < first ? nullptr : &computed[static_cast<std::size_t>(observable - first)];
  }
};

/// Delayed edges between parcels, of which each region belongs to one (the vertices of a surface to
/// the regions of a connectome). Parcel p sends pre(the mean of its regions); every region of q
/// receives post(the sum over tracts to q, the mean of q), held over a step whatever `stages` says.
/// Always in double.
struct Tracts {
  std::vector<std::int32_t> parcel_of;  ///< (n_regions)
  std::vector<GlobalIndex> row;         ///< (n_parcels + 1) first tract of each target
  std::vector<LocalIndex> source;       ///< (n_tracts) parcel, ascending in a row
  std::vector<double> weight;           ///< (n_tracts)
  std::vector<double> delay;            ///< (n_tracts) [steps]
  network::Coupling coupling;

  [[nodiscard]] GlobalIndex n_parcels() const {
    return row.empty() ? 0 : static_cast<GlobalIndex>(row.size()) - 1;
  }
};

/// A network of populations, and the dynamics that they share.
struct SimulationSpec {
  std::vector<Population> populations;      ///< at least one
  std::vector<std::uint8_t> population_of;  ///< (n_regions); empty: one population
  std::optional<InitialHistory> history;    ///< of a network of one population only
  network::Coupling coupling;
  std::optional<Tracts> tracts;
  double speed = 3.0;  ///< [mm/ms], infinity = undelayed
  Stages stages = Stages::held;
  DelayMode delay = DelayMode::nearest;
  model::Method method = model::Method::heun;
  double dt = 0.1;  ///< [ms]
  Precision precision = Precision::in_double;
  std::uint64_t seed = 42;
  Step steps = 0;

  /// Histories, weights and messages.
  [[nodiscard]] Stored stored() const {
    return precision == Precision::in_double ? Stored::in_double : Stored::in_single;
  }
  [[nodiscard]] Stored stored_state() const {
    return precision == Precision::in_single ? Stored::in_single : Stored::in_double;
  }

  [[nodiscard]] int n_populations() const { return static_cast<int>(populations.size()); }
  [[nodiscard]] const Population& population(int number) const {
    return populations[static_cast<std::size_t>(number)];
  }
  [[nodiscard]] int number_at(GlobalIndex region) const {
    return population_of.empty() ? 0 : population_of[static_cast<std::size_t>(region)];
  }
  [[nodiscard]] const Population& at(GlobalIndex region) const {
    return population(number_at(region));
  }
  /// Links of each population.
  [[nodiscard]] std::size_t n_links() const { return populations.front().links.size(); }
  /// Values that a region broadcasts.
  [[nodiscard]] int n_channels() const {
    return static_cast<int>(n_links()) * network::channels_of(coupling.form);
  }
};

/// Some link sums with squared weights.
inline bool sums_squared_weights(const SimulationSpec& spec) {
  const std::vector<network::Link>& links = spec.populations.front().links;
  return std::any_of(links.begin(), links.end(),
                     [](const network::Link& link) { return link.squared_weights; });
}

/// The model compiled with the method, within the bounds of the population and with the variables
/// that it computes; it reads the table of
/// the population, which must stay in place.
inline std::unique_ptr<model::Kernel> kernel_of(const Population& population,
                                                model::Method method) {
  std::unique_ptr<model::Kernel> kernel = population.model->make_kernel(method);
  kernel->use_table(population.table);
  if (!population.bounds.empty()) {
    kernel = model::bounded(std::move(kernel), population.bounds);
    kernel->use_table(population.table);
  }
  if (!population.computed.empty()) {
    kernel = model::computing(std::move(kernel), *population.model, population.computed);
    kernel->use_table(population.table);
  }
  return kernel;
}

}  // namespace arcuate::engine
