#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "arcuate/core/types.hpp"
#include "arcuate/model/entry.hpp"
#include "arcuate/model/table.hpp"
#include "arcuate/model/temporal.hpp"
#include "arcuate/network/coupling.hpp"

/// A simulation, fully resolved: numbers and indices, no files, no names to look up.
namespace arcuate::engine {

enum class Stages { held, staged };
enum class DelayMode { nearest, linear, cubic };
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

/// A time course on an input or a parameter, with one weight per region. With held coupling it is
/// read at the begin of each step, with staged coupling at the time of each stage.
struct Stimulus {
  bool on_parameter = false;  ///< else on an input
  int target = 0;             ///< index of the input or parameter
  RegionValues weight;        ///< [1]
  model::TemporalFunction function;
};

/// With several models in one network this describes the first and holds the `others`. They differ
/// in what depends on the model: model, parameters, initial, links (as many in each; link l of
/// every region feeds link l of every region), noise, stimuli. A given past is for one model only.
struct SimulationSpec {
  const model::Entry* model = nullptr;
  std::vector<RegionValues> parameters;  ///< (n_parameters)
  std::vector<InitialValue> initial;     ///< (n_states)
  std::optional<InitialHistory> history;
  network::Coupling coupling;
  double speed = 3.0;  ///< [mm/ms], infinity = undelayed
  Stages stages = Stages::held;
  DelayMode delay = DelayMode::nearest;
  model::Method method = model::Method::heun;
  double dt = 0.1;               ///< [ms]
  std::vector<NoiseTerm> noise;  ///< at most one per target
  std::vector<Stimulus> stimuli;
  std::uint64_t seed = 42;
  Step steps = 0;
  model::LookupTable table;            ///< of a model that has one
  std::vector<SimulationSpec> others;  ///< (n_models - 1), without others of their own
  std::vector<std::uint8_t> model_of;  ///< (n_regions) number of the model; empty: one model

  [[nodiscard]] int n_models() const { return 1 + static_cast<int>(others.size()); }
  /// Model 0 is this one.
  [[nodiscard]] const SimulationSpec& of_model(int number) const {
    return number == 0 ? *this : others[static_cast<std::size_t>(number) - 1];
  }
  [[nodiscard]] int model_at(GlobalIndex region) const {
    return model_of.empty() ? 0 : model_of[static_cast<std::size_t>(region)];
  }
  [[nodiscard]] const SimulationSpec& at(GlobalIndex region) const {
    return of_model(model_at(region));
  }
};

/// The model compiled with the method; it reads the table of the study, which must stay in place.
inline std::unique_ptr<model::Kernel> kernel_of(const SimulationSpec& spec) {
  std::unique_ptr<model::Kernel> kernel = spec.model->make_kernel(spec.method);
  kernel->use_table(spec.table);
  return kernel;
}

}  // namespace arcuate::engine
