#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "arcuate/io/connectome_file.hpp"
#include "arcuate/partition/partition.hpp"
#include "places.hpp"

namespace arcuate::partition {
namespace {

// The Virtual Brain's connectome of 76 regions at 3 mm/ms and dt = 0.1 ms.
Graph virtual_brain(const std::string& file) {
  network::Connectome connectome = io::read_connectome(file);
  network::remove_self_loops(connectome);
  Graph graph;
  graph.row = connectome.row;
  graph.source = connectome.source;
  graph.centres = connectome.centres;
  graph.region_cost = 20.0;
  for (double length : connectome.length) {
    graph.lag.push_back(static_cast<std::int32_t>(std::rint(length / (3.0 * 0.1))));
  }
  return graph;
}

TEST(Connectome, ContractionLengthensTheEpochOfTheVirtualBrainSixfold) {
  const std::string file = ARCUATE_SHARED "/data/tvb/connectivity_76.zip";
  if (!std::filesystem::exists(file)) GTEST_SKIP() << "no reference data: " << file;
  const Graph graph = virtual_brain(file);
  ASSERT_EQ(graph.n_regions(), 76);
  const auto found = candidates(graph, 2, 8, {.imbalance = 0.1});
  const auto scotch = std::find_if(found.begin(), found.end(), [](const Partition& p) {
    return p.method.starts_with("scotch") && p.method.find("contracted") == std::string::npos;
  });
  ASSERT_NE(scotch, found.end());
  EXPECT_EQ(scotch->quality.smallest_cut_lag, 16);  // the hemispheres: few and short edges
  EXPECT_EQ(scotch->quality.cut_edges, 38);
  EXPECT_GE(found.front().quality.smallest_cut_lag, 94);
  EXPECT_GE(found.front().quality.period, 40);
  EXPECT_LE(found.front().quality.imbalance, 0.1);
}

}  // namespace
}  // namespace arcuate::partition
