#include <benchmark/benchmark.h>

#include <numeric>
#include <vector>

#include "arcuate/core/random.hpp"

namespace {

using namespace arcuate::random;

using Tile = void (*)(const Stream&, const std::uint32_t*, std::int64_t, int, float*, int);

/// A block of 4 `quads` steps of one tile, as the engine asks for it.
void draw_blocks(benchmark::State& state, Tile tile) {
  const int quads = static_cast<int>(state.range(0));
  std::vector<std::uint32_t> regions(lanes);
  std::iota(regions.begin(), regions.end(), 0U);
  std::vector<float> out(static_cast<std::size_t>(4 * quads * lanes));
  std::int64_t quad = 0;
  for (auto _ : state) {
    tile({42, 1}, regions.data(), quad, quads, out.data(), 0);
    quad += quads;
    benchmark::DoNotOptimize(out.data());
    benchmark::ClobberMemory();
  }
  const double numbers = static_cast<double>(state.iterations()) * 4.0 * quads * lanes;
  state.counters["ns_per_normal"] =
      benchmark::Counter(numbers * 1e-9, benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

void normals(benchmark::State& state) {
  draw_blocks(state, normal_tile);
}
void uniforms(benchmark::State& state) {
  draw_blocks(state, uniform_tile);
}

BENCHMARK(normals)->Arg(2)->Arg(4)->Arg(8);
BENCHMARK(uniforms)->Arg(8);

}  // namespace
