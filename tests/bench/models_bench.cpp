#include <benchmark/benchmark.h>

#include <memory>
#include <string>
#include <vector>

#include "counted.hpp"
// After the counting number: what a model calls must be known before the model.
#include "../support/networks.hpp"
#include "arcuate/engine/simulation.hpp"
#include "arcuate/model/stepper.hpp"
#include "bench_models.hpp"
#include "limits.hpp"
#include "measure.hpp"
#include "workloads.hpp"

/// Every model of the catalogue without coupling, against the arithmetic that its right-hand side
/// needs: additions and multiplications at the machine's rate of multiply-adds, divisions and
/// elementary functions at what they take in a loop over an array in the first-level cache.
namespace arcuate::bench {
namespace {

constexpr GlobalIndex regions = 512;
constexpr Step steps_per_call = 64;
constexpr std::size_t array_size = 512;

using Elementwise = void (*)(const double*, double*);

template <class Function>
[[gnu::always_inline]] inline void each(const double* x, double* y, const Function& f) {
#pragma omp simd
  for (std::size_t i = 0; i < array_size; ++i)
    y[i] = f(x[i]);
}

/// In the order of Operation, from divide on.
constexpr std::array<Elementwise, n_operations - 1> functions{
    [](const double* x, double* y) { each(x, y, [](double v) { return 1.5 / v; }); },
    [](const double* x, double* y) { each(x, y, [](double v) { return math::sqrt(v); }); },
    [](const double* x, double* y) { each(x, y, [](double v) { return math::exp(v); }); },
    [](const double* x, double* y) { each(x, y, [](double v) { return math::expm1(v); }); },
    [](const double* x, double* y) { each(x, y, [](double v) { return math::log(v); }); },
    [](const double* x, double* y) { each(x, y, [](double v) { return math::log1p(v); }); },
    [](const double* x, double* y) { each(x, y, [](double v) { return math::erfc(v); }); },
    [](const double* x, double* y) { each(x, y, [](double v) { return math::tanh(v); }); },
    [](const double* x, double* y) { each(x, y, [](double v) { return math::sigmoid(v); }); },
    [](const double* x, double* y) { each(x, y, [](double v) { return math::sin(v); }); },
    [](const double* x, double* y) {
      each(x, y, [](double v) { return math::linear_exponential(v, 0.3); });
    },
    [](const double* x, double* y) { each(x, y, [](double v) { return math::atan2(v, 0.7); }); },
    [](const double* x, double* y) { each(x, y, [](double v) { return math::cbrt(v); }); }};

/// [s] of each operation on one number.
OperationCounts seconds_of_operations() {
  AlignedVector<double> x(array_size), y(array_size);
  for (std::size_t i = 0; i < array_size; ++i)
    x[i] = 0.1 + 0.005 * static_cast<double>(i);
  std::vector<std::function<void()>> actions{[] { benchmark::DoNotOptimize(run_fma()); }};
  for (const Elementwise f : functions) {
    actions.emplace_back([f, &x, &y] {
      f(x.data(), y.data());
      benchmark::DoNotOptimize(y.data());
      benchmark::ClobberMemory();
    });
  }
  const Rounds rounds = take_turns(actions, 9, 0.004);
  OperationCounts seconds{};
  seconds[0] = median_of(rounds, 0) / fma_per_call;
  for (std::size_t i = 1; i < n_operations; ++i)
    seconds[i] = median_of(rounds, i) / static_cast<double>(array_size);
  return seconds;
}

template <class Model>
OperationCounts operations_of_rhs() {
  Vec<Counted, model::stepper::n_states<Model>> state;
  Vec<Counted, model::stepper::n_parameters<Model>> parameter;
  Vec<Counted, model::stepper::n_given<Model>> input;
  for (std::size_t k = 0; k < state.size(); ++k)
    state[k] = Model::states[k].initial;
  for (std::size_t k = 0; k < parameter.size(); ++k)
    parameter[k] = Model::parameters[k].value;
  const model::LookupTable table = test::coarse_table(Model::info);
  const Vec<Counted, model::stepper::n_derived<Model>> derived{};
  counts_so_far() = {};
  if constexpr (model::stepper::Deriving<Model> && model::stepper::Tabled<Model>) {
    benchmark::DoNotOptimize(Model::rhs(state, parameter, input, derived, table));
  } else if constexpr (model::stepper::Tabled<Model>) {
    benchmark::DoNotOptimize(Model::rhs(state, parameter, input, table));
  } else if constexpr (model::stepper::Deriving<Model>) {
    benchmark::DoNotOptimize(Model::rhs(state, parameter, input, derived));
  } else {
    benchmark::DoNotOptimize(Model::rhs(state, parameter, input));
  }
  return counts_so_far();
}

template <class... Models>
OperationCounts operations_of(std::string_view name, ModelList<Models...> /*all*/) {
  OperationCounts found{};
  ((name == Models::info.name ? void(found = operations_of_rhs<Models>()) : void()), ...);
  return found;
}

engine::SimulationSpec lonely_spec(const model::Entry& entry, bool noisy) {
  engine::SimulationSpec spec =
      test::default_spec(std::string(entry.info.name), network::CouplingForm::linear, 1.0);
  spec.populations[0].links.clear();
  for (std::size_t k = 0; k < entry.info.states.size(); ++k) {
    spec.populations[0].initial[k].uniform.reset();
    spec.populations[0].initial[k].value = RegionValues(entry.info.states[k].initial);
    if (noisy && !entry.info.states[k].assigned)
      spec.populations[0].noise.push_back(test::white_noise(static_cast<int>(k), 1e-6));
  }
  spec.dt = 1e-3 * entry.info.time_unit;
  return spec;
}

network::Connectome unconnected() {
  network::Connectome connectome;
  connectome.row.assign(static_cast<std::size_t>(regions) + 1, 0);
  return connectome;
}

/// One call of the right-hand side costs at least this. [s]
double least_seconds(const OperationCounts& operations) {
  static const OperationCounts seconds = seconds_of_operations();
  double total = 0.0;
  for (std::size_t i = 0; i < n_operations; ++i)
    total += operations[i] * seconds[i];
  return total;
}

void model_step(benchmark::State& state, const model::Entry& entry, bool noisy) {
  const comm::Communicator comm(MPI_COMM_SELF);
  const network::Connectome connectome = unconnected();
  const engine::SimulationSpec spec = lonely_spec(entry, noisy);
  engine::Simulation simulation(comm, spec, whole(connectome, spec), {});
  Rounds rounds;
  for (auto _ : state) {
    const Rounds more =
        take_turns({[&] { static_cast<void>(simulation.run(simulation.now() + steps_per_call)); }}, 1, 0.004);
    rounds.insert(rounds.end(), more.begin(), more.end());
    state.SetIterationTime(more[0][0]);
  }
  const double seconds = median_of(rounds, 0) / static_cast<double>(steps_per_call * regions);
  constexpr double stages = 2.0;  // of heun
  const double least = stages * least_seconds(operations_of(entry.info.name, AllModels{}));
  state.counters["ns_per_region_step"] = 1e9 * seconds;
  if (!noisy) state.counters["of_limit"] = least / seconds;
}

const bool registered = [] {
  for (const model::Entry* entry : model::catalogue()) {
    for (const bool noisy : {false, true}) {
      const std::string name =
          "model_step/" + std::string(entry->info.name) + (noisy ? "/noise" : "/deterministic");
      benchmark::RegisterBenchmark(name.c_str(), model_step, *entry, noisy)
          ->UseManualTime()
          ->Iterations(9);
    }
  }
  return true;
}();

}  // namespace
}  // namespace arcuate::bench
