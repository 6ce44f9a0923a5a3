#include "limits.hpp"

#include <benchmark/benchmark.h>

#include <vector>

#include "arcuate/core/aligned.hpp"

namespace arcuate::bench {
namespace {

constexpr int width = engine::native_width<double>;
using Wide = engine::Vector<double, width>;

template <int chains>
double total(const Wide (&v)[chains]) {
  double sum = 0.0;
  for (int k = 0; k < chains; ++k) {
    for (int lane = 0; lane < width; ++lane)
      sum += v[k][lane];
  }
  return sum;
}

void fused_multiply_adds(benchmark::State& state) {
  for (auto _ : state)
    benchmark::DoNotOptimize(run_fma());
  state.counters["fma_per_s"] = benchmark::Counter(
      static_cast<double>(state.iterations()) * fma_per_call, benchmark::Counter::kIsRate);
}

void read_bandwidth(benchmark::State& state) {
  const auto bytes = static_cast<std::size_t>(state.range(0)) << 10;
  const std::vector<double> values(bytes / sizeof(double), 1.0);
  for (auto _ : state)
    benchmark::DoNotOptimize(read_all(values.data(), values.size()));
  state.counters["bytes_per_s"] =
      benchmark::Counter(static_cast<double>(state.iterations()) * static_cast<double>(bytes),
                         benchmark::Counter::kIsRate);
}

BENCHMARK(fused_multiply_adds);
BENCHMARK(read_bandwidth)->ArgName("KiB")->Arg(16)->Arg(256)->Arg(4096)->Arg(262144);

}  // namespace

double run_fma() {
  constexpr int chains = 12;
  Wide acc[chains];
  for (int k = 0; k < chains; ++k)
    acc[k] = engine::broadcast<width, double>(k);  // equal chains would become one
  Wide factor = engine::broadcast<width>(0.999);
  Wide term = engine::broadcast<width>(0.001);
  benchmark::DoNotOptimize(factor);
  benchmark::DoNotOptimize(term);
  for (int i = 0; i < 100000; ++i) {
#pragma GCC unroll 12
    for (int k = 0; k < chains; ++k)
      acc[k] = engine::fma<double, width>(acc[k], factor, term);
  }
  return total(acc);
}

double read_all(const double* values, std::size_t count) {
  constexpr int chains = 8;
  Wide sum[chains] = {};
  for (std::size_t i = 0; i < count; i += width * chains) {
#pragma GCC unroll 8
    for (int k = 0; k < chains; ++k)
      sum[k] += engine::load<width>(values + i + width * static_cast<std::size_t>(k));
  }
  return total(sum);
}

double run_loads() {
  constexpr int times = 64;
  static const AlignedVector<double> values(static_cast<std::size_t>(loads_per_call) / times, 1.0);
  double sum = 0.0;
  for (int time = 0; time < times; ++time) {
    sum += read_all(values.data(), values.size());
    benchmark::ClobberMemory();
  }
  return sum;
}

}  // namespace arcuate::bench
