#include <benchmark/benchmark.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <numeric>

#include "../support/networks.hpp"
#include "arcuate/core/random.hpp"
#include "arcuate/engine/reference.hpp"
#include "arcuate/engine/simulation.hpp"
#include "limits.hpp"
#include "measure.hpp"
#include "workloads.hpp"

/// Whole steps of a noisy Montbrio-Pazo-Roxin network with the stochastic Heun method.
namespace arcuate::bench {
namespace {

constexpr int quads = 8;  // of normals in one call
constexpr double normals_per_region = 2.0;
constexpr double normals_per_call = 4.0 * quads * random::lanes * 1024;

/// The generator alone, as the engine asks for its blocks.
float run_normals() {
  std::array<std::uint32_t, random::lanes> regions;
  std::iota(regions.begin(), regions.end(), 0U);
  static std::array<float, 4 * quads * random::lanes> out;
  for (int call = 0; call < 1024; ++call)
    random::normal_tile({42, 1}, regions.data(), std::int64_t{call} * quads, quads, out.data());
  return out.back();
}

engine::SimulationSpec noisy_spec(GlobalIndex degree) {
  const double gain = 0.1 / static_cast<double>(degree);
  engine::SimulationSpec spec =
      test::default_spec("MontbrioPazoRoxin", network::CouplingForm::linear, gain);
  spec.populations[0].links.resize(1);  // firing rates only: one sum per edge
  spec.dt = dt;
  spec.populations[0].noise = {test::white_noise(0, 0.01), test::white_noise(1, 0.02)};
  return spec;
}

std::unique_ptr<engine::Simulation> simulate(const comm::Communicator& comm,
                                             const engine::SimulationSpec& spec,
                                             const network::Connectome& connectome, int threads) {
  engine::SimulationOptions options;
  options.threads = threads;
  return std::make_unique<engine::Simulation>(comm, spec, whole(connectome, spec), options);
}

/// The engine's states have the bits of the reference after `steps` steps.
bool equals_reference(const comm::Communicator& comm, engine::SimulationSpec spec,
                      const network::Connectome& connectome, int threads, Step steps) {
  spec.steps = steps;
  const auto expected = engine::run_reference(spec, connectome);
  const auto simulation = simulate(comm, spec, connectome, threads);
  static_cast<void>(simulation->run(steps));
  const GlobalIndex regions = connectome.n_regions();
  const auto states = static_cast<GlobalIndex>(spec.populations[0].model->info.states.size());
  const double* last = expected.states.data() + (steps - 1) * states * regions;
  for (LocalIndex i = 0; i < regions; ++i) {
    for (int k = 0; k < states; ++k) {
      const double got = simulation->state(i, k);
      if (std::memcmp(&got, last + k * regions + i, sizeof got) != 0) return false;
    }
  }
  return true;
}

/// Runs one simulation on: the caller's clock sees `steps` steps.
struct Runner {
  engine::Simulation& simulation;
  Step steps;
  void operator()() const { static_cast<void>(simulation.run(simulation.now() + steps)); }
};

struct Case {
  network::Connectome connectome;
  engine::SimulationSpec spec;
  Step steps;    ///< in one call
  Step checked;  ///< against the reference
};

Case dense_case(GlobalIndex regions) {
  return {dense_network(regions), noisy_spec(regions), regions > 100 ? 512 : 4096, 700};
}

Case sparse_case(GlobalIndex regions) {
  return {random_network(regions, 100), noisy_spec(100), 16, 0};
}

void whole_step(benchmark::State& state, const Case& given) {
  const comm::Communicator comm(MPI_COMM_SELF);
  if (given.checked > 0 &&
      !equals_reference(comm, given.spec, given.connectome, 1, given.checked)) {
    state.SkipWithError("the states differ from the reference's");
    return;
  }
  const auto simulation = simulate(comm, given.spec, given.connectome, 1);
  Rounds rounds;
  const std::vector<std::function<void()>> actions{[] { benchmark::DoNotOptimize(run_fma()); },
                                                   Runner{*simulation, given.steps},
                                                   [] { benchmark::DoNotOptimize(run_loads()); },
                                                   [] { benchmark::DoNotOptimize(run_normals()); }};
  for (auto _ : state) {
    const Rounds more = take_turns(actions, 1, 0.3);
    rounds.insert(rounds.end(), more.begin(), more.end());
    state.SetIterationTime(more[0][1]);
  }
  const double step = median_of(rounds, 1) / static_cast<double>(given.steps);
  const double fma = median_of(rounds, 0) / fma_per_call;
  const double load = median_of(rounds, 2) / loads_per_call;
  const double normal = median_of(rounds, 3) / normals_per_call;
  const auto edges = static_cast<double>(given.connectome.n_edges());
  const double normals = normals_per_region * static_cast<double>(given.connectome.n_regions());
  state.counters["us_per_step"] = 1e6 * step;
  state.counters["ns_per_edge_step"] = 1e9 * step / edges;
  state.counters["fma_per_ns"] = 1e-9 / fma;
  state.counters["l2_loads_per_ns"] = 1e-9 / load;
  state.counters["ns_per_normal"] = 1e9 * normal;
  state.counters["of_ideal"] = (edges * std::max(fma, load) + normals * normal) / step;
}

void whole_step_dense(benchmark::State& state) {
  whole_step(state, dense_case(state.range(0)));
}
void whole_step_sparse(benchmark::State& state) {
  whole_step(state, sparse_case(state.range(0)));
}

/// Wall time of one thread over that of two.
void two_threads(benchmark::State& state, const Case& given) {
  const comm::Communicator comm(MPI_COMM_SELF);
  if (given.checked > 0 &&
      !equals_reference(comm, given.spec, given.connectome, 2, given.checked)) {
    state.SkipWithError("the states differ from the reference's");
    return;
  }
  const auto one = simulate(comm, given.spec, given.connectome, 1);
  const auto two = simulate(comm, given.spec, given.connectome, 2);
  // Short calls: both cores must be free of others in the fastest one.
  const Step steps = std::max<Step>(given.steps / 8, 16);
  Rounds rounds;
  for (auto _ : state) {
    const Rounds more =
        take_turns({Runner{*one, steps}, Runner{*two, steps}}, 1, 0.3, wall_seconds);
    rounds.insert(rounds.end(), more.begin(), more.end());
    state.SetIterationTime(more[0][1]);
  }
  state.counters["speedup"] = median_ratio(rounds, 0, 1);
}

void two_threads_dense(benchmark::State& state) {
  two_threads(state, dense_case(state.range(0)));
}
void two_threads_sparse(benchmark::State& state) {
  two_threads(state, sparse_case(state.range(0)));
}

/// Time of a step in double precision over that in another.
void precision_dense(benchmark::State& state) {
  const comm::Communicator comm(MPI_COMM_SELF);
  Case given = dense_case(state.range(0));
  const auto in_double = simulate(comm, given.spec, given.connectome, 1);
  engine::SimulationSpec spec = given.spec;
  spec.precision = static_cast<engine::Precision>(state.range(1));
  if (!equals_reference(comm, spec, given.connectome, 1, given.checked)) {
    state.SkipWithError("the states differ from the reference's");
    return;
  }
  const auto other = simulate(comm, spec, given.connectome, 1);
  Rounds rounds;
  for (auto _ : state) {
    const Rounds more =
        take_turns({Runner{*in_double, given.steps}, Runner{*other, given.steps}}, 1, 0.3);
    rounds.insert(rounds.end(), more.begin(), more.end());
    state.SetIterationTime(more[0][1]);
  }
  state.counters["us_per_step"] = 1e6 * median_of(rounds, 1) / static_cast<double>(given.steps);
  state.counters["speedup"] = median_ratio(rounds, 0, 1);
}

BENCHMARK(whole_step_dense)->ArgName("regions")->Arg(80)->Arg(400)->UseManualTime()->Iterations(9);
BENCHMARK(whole_step_sparse)->ArgName("regions")->Arg(100000)->UseManualTime()->Iterations(7);
BENCHMARK(precision_dense)
    ->ArgNames({"regions", "precision"})
    ->ArgsProduct({{80, 400}, {1, 2}})
    ->UseManualTime()
    ->Iterations(9);
BENCHMARK(two_threads_dense)->ArgName("regions")->Arg(80)->Arg(400)->UseManualTime()->Iterations(9);
BENCHMARK(two_threads_sparse)->ArgName("regions")->Arg(100000)->UseManualTime()->Iterations(7);

}  // namespace
}  // namespace arcuate::bench
