#include <benchmark/benchmark.h>

#include <cstring>

#include "limits.hpp"
#include "measure.hpp"
#include "workloads.hpp"

/// The far kernel against the machine and against loops that gather at every step.
namespace arcuate::bench {
namespace {

bool same_bits(const AlignedVector<double>& a, const AlignedVector<double>& b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(double)) == 0;
}

/// Every step of the block, summed by the gathering loop, has the bits of the kernel's sums.
template <class Gather>
bool agrees(Gather& gather, const FarProblem& problem, const AlignedVector<double>& sums) {
  const auto block = static_cast<std::size_t>(problem.plan.block);
  for (std::size_t step = 0; step < block; ++step) {
    const auto& row = gather.sum_step(static_cast<std::uint32_t>(step));
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (std::memcmp(&row[i], &sums[i * block + step], sizeof(double)) != 0) return false;
    }
  }
  return true;
}

template <class Gather>
void contest(benchmark::State& state, const network::Connectome& connectome, LocalIndex tile,
             double seconds) {
  FarProblem problem(connectome, plain_spec(), tile);
  Gather gather(connectome, problem);
  const auto sums = problem.sums_at(0, false);
  if (!same_bits(sums, problem.sums_at(0, true)) || !agrees(gather, problem, sums)) {
    state.SkipWithError("the kernel's sums differ from the scalar loop's");
    return;
  }
  const double shares = static_cast<double>(problem.edges().weight.size());
  const double edge_steps = shares * problem.plan.block;
  std::uint32_t step = 0;
  const std::vector<std::function<void()>> actions{
      [&] { benchmark::DoNotOptimize(run_fma()); }, [&] { problem.sum_block(); },
      [&] { benchmark::DoNotOptimize(gather.sum_step(step++ % 16).data()); },
      [&] { benchmark::DoNotOptimize(run_loads()); }};
  Rounds rounds;
  for (auto _ : state) {
    const Rounds more = take_turns(actions, 1, seconds);
    rounds.insert(rounds.end(), more.begin(), more.end());
    state.SetIterationTime(more[0][1]);
  }
  const double ns = 1e9 * median_of(rounds, 1) / edge_steps;
  state.counters["block"] = problem.plan.block;
  state.counters["ns_per_edge_step"] = ns;
  state.counters["gather_ns_per_edge_step"] = 1e9 * median_of(rounds, 2) / shares;
  state.counters["of_fma_cap"] = median_ratio(rounds, 0, 1) * edge_steps / fma_per_call;
  state.counters["of_l2_loads"] = median_ratio(rounds, 3, 1) * edge_steps / loads_per_call;
  state.counters["times_gather"] = median_ratio(rounds, 2, 1) * problem.plan.block;
}

void far_sums_dense(benchmark::State& state) {
  contest<RingGather>(state, dense_network(state.range(0)), static_cast<LocalIndex>(state.range(1)),
                      0.1);
}

void far_sums_sparse(benchmark::State& state) {
  contest<OffsetGather>(state, random_network(state.range(0), 100),
                        static_cast<LocalIndex>(state.range(1)), 0.1);
}

BENCHMARK(far_sums_dense)
    ->ArgNames({"regions", "tile"})
    ->ArgsProduct({{80, 400}, {0, 8, 16, 24, 32}})
    ->UseManualTime()
    ->Iterations(9);
BENCHMARK(far_sums_sparse)
    ->ArgNames({"regions", "tile"})
    ->ArgsProduct({{100000}, {0}})
    ->UseManualTime()
    ->Iterations(7);

}  // namespace
}  // namespace arcuate::bench
