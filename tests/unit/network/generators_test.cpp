#include "arcuate/network/generators.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <ctime>

#include "arcuate/core/error.hpp"

namespace arcuate::network {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

double weight(const Connectome& c, GlobalIndex target, GlobalIndex source) {
  const auto first = c.source.begin() + c.row[static_cast<std::size_t>(target)];
  const auto last = c.source.begin() + c.row[static_cast<std::size_t>(target) + 1];
  const auto at = std::lower_bound(first, last, static_cast<LocalIndex>(source));
  return at == last || *at != source ? 0.0
                                     : c.weight[static_cast<std::size_t>(at - c.source.begin())];
}

GlobalIndex in_degree(const Connectome& c, GlobalIndex i) {
  return c.row[static_cast<std::size_t>(i) + 1] - c.row[static_cast<std::size_t>(i)];
}

void expect_well_formed(const Connectome& c) {
  ASSERT_EQ(c.row.back(), c.n_edges());
  ASSERT_EQ(c.length.size(), c.source.size());
  ASSERT_EQ(c.weight.size(), c.source.size());
  for (GlobalIndex i = 0; i < c.n_regions(); ++i) {
    GlobalIndex before = -1;
    for (GlobalIndex e = c.row[static_cast<std::size_t>(i)];
         e < c.row[static_cast<std::size_t>(i) + 1]; ++e) {
      const GlobalIndex j = c.source[static_cast<std::size_t>(e)];
      ASSERT_GT(j, before);
      ASSERT_LT(j, c.n_regions());
      ASSERT_NE(j, i);
      before = j;
    }
  }
}

void expect_symmetric(const Connectome& c) {
  for (GlobalIndex i = 0; i < c.n_regions(); ++i) {
    for (GlobalIndex j = 0; j < i; ++j)
      ASSERT_EQ(weight(c, i, j), weight(c, j, i)) << i << " " << j;
  }
}

TEST(Generators, RingLatticeOfTenRegionsHasTheDegreesOfTheSpecification) {
  for (const int k : {2, 4, 6, 8}) {
    const Connectome c =
        generate({.name = "ring_lattice", .regions = 10, .k = k, .weights = "uniform"});
    expect_well_formed(c);
    expect_symmetric(c);
    for (GlobalIndex i = 0; i < 10; ++i)
      EXPECT_EQ(in_degree(c, i), k);
  }
}

TEST(Generators, RewiringConservesTheEdgesOfASmallWorld) {
  for (double beta : {0.0, 0.1, 0.5, 1.0}) {
    for (bool symmetric : {false, true}) {
      const Connectome c = generate(
          {.name = "small_world", .regions = 86, .k = 6, .beta = beta, .symmetric = symmetric});
      expect_well_formed(c);
      EXPECT_EQ(c.n_edges(), 516);
      if (symmetric) expect_symmetric(c);
    }
  }
}

TEST(Generators, AnAlmostCompleteSmallWorldRewiresToTheFewFreeRegions) {
  const Connectome c = generate({.name = "small_world", .regions = 9, .k = 8, .beta = 1.0});
  expect_well_formed(c);
  EXPECT_EQ(c.n_edges(), 72);
}

TEST(Generators, ErdosRenyiHasTheExpectedNumberOfEdges) {
  const double pairs = 2000.0 * 1999.0;
  for (bool symmetric : {false, true}) {
    const Connectome c =
        generate({.name = "erdos_renyi", .regions = 2000, .p = 0.05, .symmetric = symmetric});
    expect_well_formed(c);
    const double sigma = std::sqrt(pairs * 0.05 * 0.95 * (symmetric ? 2.0 : 1.0));
    EXPECT_NEAR(static_cast<double>(c.n_edges()), 0.05 * pairs, 5.0 * sigma);
  }
  EXPECT_EQ(generate({.name = "erdos_renyi", .regions = 20, .p = 1.0}).n_edges(), 380);
  EXPECT_EQ(generate({.name = "erdos_renyi", .regions = 20, .p = 0.0}).n_edges(), 0);
}

TEST(Generators, BlocksOfEightySixRegionsAreDenseInsideAndSparseOutside) {
  const Connectome c =
      generate({.name = "stochastic_block_model", .regions = 86, .p_in = 1.0, .p_out = 0.0});
  expect_well_formed(c);
  EXPECT_EQ(c.n_edges(), 2 * 22 * 21 + 2 * 21 * 20);
  const Connectome sized = generate({.name = "stochastic_block_model",
                                     .regions = 10,
                                     .p_in = 1.0,
                                     .p_out = 0.0,
                                     .block_sizes = {3, 7}});
  EXPECT_EQ(sized.n_edges(), 3 * 2 + 7 * 6);
}

TEST(Generators, LognormalWeightsHaveTheMeanOfTheirLaw) {
  const Connectome c =
      generate({.name = "erdos_renyi", .regions = 1000, .p = 0.2, .weight_scale = 2.0});
  double sum = 0.0;
  for (double w : c.weight)
    sum += w;
  EXPECT_NEAR(sum / static_cast<double>(c.n_edges()), 2.0 * std::exp(0.5), 0.05);
}

TEST(Generators, AreAPureFunctionOfTheirOptions) {
  for (const std::string& name : generator_names()) {
    GeneratorOptions options{.name = name, .regions = 100};
    const Connectome a = generate(options);
    const Connectome b = generate(options);
    EXPECT_EQ(a.source, b.source) << name;
    EXPECT_EQ(a.weight, b.weight) << name;
    options.seed = 2;
    EXPECT_NE(generate(options).weight, a.weight) << name;
  }
}

TEST(Generators, SpatialLooksLikeAConnectome) {
  const Connectome c = generate({});
  expect_well_formed(c);
  expect_symmetric(c);
  EXPECT_NEAR(static_cast<double>(c.n_edges()) / 80.0, 30.0, 4.0);
  GlobalIndex within = 0;
  for (GlobalIndex i = 0; i < 80; ++i) {
    const GlobalIndex mirror = i < 40 ? i + 40 : i - 40;
    EXPECT_GT(weight(c, i, mirror), 0.0);
    for (GlobalIndex j = 0; j < 80; ++j)
      within += (i < 40) == (j < 40) && weight(c, i, j) > 0.0 ? 1 : 0;
  }
  EXPECT_GT(static_cast<double>(within) / static_cast<double>(c.n_edges()), 0.6);
  EXPECT_EQ(c.labels.front(), "lh_000");
  EXPECT_EQ(c.labels.back(), "rh_039");
  EXPECT_LT(c.centres.front()[0], 0.0F);
  EXPECT_GT(c.centres.back()[0], 0.0F);
}

TEST(Generators, SpatialTractsAreNoShorterThanTheStraightLine) {
  const Connectome c = generate({.regions = 200});
  for (GlobalIndex i = 0; i < 200; ++i) {
    for (GlobalIndex e = c.row[static_cast<std::size_t>(i)];
         e < c.row[static_cast<std::size_t>(i) + 1]; ++e) {
      const auto& a = c.centres[static_cast<std::size_t>(i)];
      const auto& b = c.centres[static_cast<std::size_t>(c.source[static_cast<std::size_t>(e)])];
      const double straight = std::hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
      EXPECT_GE(c.length[static_cast<std::size_t>(e)], straight);
      EXPECT_LT(c.length[static_cast<std::size_t>(e)], 400.0);
    }
  }
}

TEST(Generators, SpatialTakesAnyNumberOfRegionsFromTwo) {
  for (GlobalIndex regions : {2, 3, 5, 31, 1000}) {
    const Connectome c = generate({.regions = regions});
    expect_well_formed(c);
    EXPECT_EQ(c.n_regions(), regions);
    EXPECT_EQ(static_cast<GlobalIndex>(c.labels.size()), regions);
    EXPECT_GT(c.n_edges(), 0);
  }
}

TEST(Generators, SpatialIsLinearInRegionsAndEdges) {
  const std::clock_t start = std::clock();
  const Connectome c = generate({.regions = 200000, .degree = 100.0});
  const double seconds = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
  EXPECT_NEAR(static_cast<double>(c.n_edges()) / 200000.0, 100.0, 10.0);
  EXPECT_LT(seconds, 60.0);
  RecordProperty("seconds", std::to_string(seconds));
}

TEST(Generators, RejectOptionsOutOfRange) {
  const auto rejects = [](const GeneratorOptions& options, const char* text) {
    EXPECT_THAT([&] { generate(options); }, ThrowsMessage<ConfigError>(HasSubstr(text)));
  };
  rejects({.name = "grid"}, "'grid' is not known: expected one of spatial");
  rejects({.regions = 1}, "regions: 1 is not allowed");
  rejects({.degree = 0.0}, "degree");
  rejects({.name = "erdos_renyi", .p = 1.5}, "p: 1.5");
  for (const char* name : {"ring_lattice", "small_world"}) {
    for (const int k : {0, 1, 3, 7, -2})
      rejects({.name = name, .k = k}, "expected an even number: half of the neighbours");
    rejects({.name = name, .regions = 4, .k = 4}, "fewer neighbours than regions (4)");
  }
  rejects({.name = "small_world", .beta = -0.1}, "beta");
  rejects({.name = "stochastic_block_model", .blocks = 0}, "blocks: 0");
  rejects({.name = "stochastic_block_model", .block_sizes = {40, 41}}, "block_sizes: [40, 41]");
  rejects({.weights = "cauchy"}, "'cauchy'");
  rejects({.weight_scale = std::nan("")}, "weight_scale");
  rejects({.decay = 0.01},
          "decay: 0.01 is not allowed: expected a value with which no weight is 0");
  rejects({.weight_scale = 1e308}, "weight_scale: 1e+308 is not allowed");
  rejects({.name = "erdos_renyi", .weight_scale = 1e-308}, "weight_scale: 1e-308 is not allowed");
}

}  // namespace
}  // namespace arcuate::network
