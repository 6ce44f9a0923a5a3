#include <gtest/gtest.h>

#include "bench/measure.hpp"
#include "bench/workloads.hpp"

/// The one gate on speed that holds on any machine: a ratio of two loops of the same process.
namespace arcuate::bench {
namespace {

TEST(CouplingSpeed, TheFarKernelIsSixTimesFasterThanGatheringAtEveryStep) {
  const engine::SimulationSpec spec = plain_spec();
  const auto connectome = dense_network(400);
  FarProblem problem(connectome, spec);
  RingGather gather(connectome, problem);
  std::uint32_t step = 0;
  double checksum = 0.0;
  const std::vector<std::function<void()>> actions{
      [&] { problem.sum_block(); }, [&] { checksum += gather.sum_step(step++ % 16)[0]; }};
  const Rounds rounds = take_turns(actions, 9, 0.01);
  EXPECT_NE(checksum, 0.0);
  EXPECT_GE(median_ratio(rounds, 1, 0) * problem.plan.block, 6.0);
}

TEST(CouplingSpeed, BothLoopsComputeTheSameSums) {
  const engine::SimulationSpec spec = plain_spec();
  const auto connectome = dense_network(80);
  const FarProblem problem(connectome, spec);
  RingGather gather(connectome, problem);
  const auto sums = problem.sums_at(0, false);
  const auto block = static_cast<std::size_t>(problem.plan.block);
  for (std::size_t at = 0; at < block; ++at) {
    const auto& row = gather.sum_step(static_cast<std::uint32_t>(at));
    for (std::size_t i = 0; i < row.size(); ++i)
      ASSERT_EQ(row[i], sums[i * block + at]) << "region " << i << " step " << at;
  }
}

}  // namespace
}  // namespace arcuate::bench
