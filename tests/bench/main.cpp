#include <benchmark/benchmark.h>

#include "arcuate/comm/communicator.hpp"

/// Simulations need an MPI session around the benchmarks, even on one rank.
int main(int argc, char** argv) {
  const arcuate::comm::Session session(argc, argv);
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
