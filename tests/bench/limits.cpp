#include "limits.hpp"

#include <benchmark/benchmark.h>

#include <vector>

namespace arcuate::bench {
namespace {

using Vector4 [[gnu::vector_size(32)]] = double;

template <int chains>
double total(const Vector4 (&v)[chains]) {
  double sum = 0.0;
  for (int k = 0; k < chains; ++k)
    sum += v[k][0] + v[k][1] + v[k][2] + v[k][3];
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

[[gnu::optimize("tree-slp-vectorize")]] double run_fma() {
  constexpr int chains = 12;
  Vector4 acc[chains] = {};
  Vector4 factor = Vector4{} + 0.999;
  Vector4 term = Vector4{} + 0.001;
  benchmark::DoNotOptimize(factor);
  benchmark::DoNotOptimize(term);
  for (int i = 0; i < 20000; ++i) {
#pragma GCC unroll 12
    for (int k = 0; k < chains; ++k) {
      acc[k] = Vector4{__builtin_fma(acc[k][0], factor[0], term[0]),
                       __builtin_fma(acc[k][1], factor[1], term[1]),
                       __builtin_fma(acc[k][2], factor[2], term[2]),
                       __builtin_fma(acc[k][3], factor[3], term[3])};
    }
  }
  return total(acc);
}

double read_all(const double* values, std::size_t count) {
  constexpr int chains = 8;
  using Unaligned4 [[gnu::vector_size(32), gnu::aligned(8), gnu::may_alias]] = double;
  Vector4 sum[chains] = {};
  for (std::size_t i = 0; i < count; i += 4 * chains) {
#pragma GCC unroll 8
    for (int k = 0; k < chains; ++k)
      sum[k] += *reinterpret_cast<const Unaligned4*>(values + i + 4 * static_cast<std::size_t>(k));
  }
  return total(sum);
}

}  // namespace arcuate::bench
