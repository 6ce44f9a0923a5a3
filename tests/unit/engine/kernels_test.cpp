#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <vector>

#include "arcuate/core/random.hpp"
#include "arcuate/model/kernel.hpp"
#include "engine/far_kernel.hpp"
#include "engine/near_kernel.hpp"
#include "engine/panel_builder.hpp"
#include "engine/panel_kernel.hpp"
#include "engine/transpose.hpp"

/// Kernels against scalar loops, bit for bit, in both precisions and in vectors of every width that
/// the machine has.
namespace arcuate::engine {
namespace {

constexpr int lanes = model::lanes;
constexpr std::array widths{0, 8, 4, 2};
constexpr std::array double_widths{0, 4, 2};

template <class Real>
constexpr Stored stored_as = sizeof(Real) == sizeof(float) ? Stored::in_single : Stored::in_double;

double draw(std::int64_t index) {
  return 2.0 * random::uniform01({5, 9}, 3, index) - 1.0;
}

template <class Real = double>
std::vector<Real> draws(std::size_t count, std::int64_t first = 0) {
  std::vector<Real> values(count);
  for (std::size_t i = 0; i < count; ++i)
    values[i] = static_cast<Real>(draw(first + static_cast<std::int64_t>(i)));
  return values;
}

template <class Real>
bool same_bits(const Real* a, const Real* b, std::size_t count) {
  return std::memcmp(a, b, count * sizeof(Real)) == 0;
}

/// Segments of 0 to 18 edges with arbitrary offsets into `reach` values.
template <class Edges>
Edges some_edges(LocalIndex targets, std::uint32_t reach, Stored stored) {
  Edges edges;
  edges.weight = Reals(stored);
  for (LocalIndex target = 0; target < targets; ++target) {
    const std::int32_t count = target % 19;
    if (count == 0) continue;
    edges.segments.push_back({target, count});
    for (std::int32_t e = 0; e < count; ++e) {
      const auto number = static_cast<std::int64_t>(edges.weight.size());
      edges.weight.push_back(draw(1000 + number));
      edges.offset.push_back(static_cast<std::uint32_t>(number * 37) % reach);
    }
  }
  return edges;
}

template <class Real>
class Kernels : public testing::Test {};
using Precisions = testing::Types<double, float>;
TYPED_TEST_SUITE(Kernels, Precisions);

TYPED_TEST(Kernels, FarSumsHaveTheSameBitsInEveryWidth) {
  constexpr LocalIndex targets = 45;
  const std::vector<TypeParam> history = draws<TypeParam>(1100);
  auto edges = some_edges<FarEdges>(targets, 1000, stored_as<TypeParam>);
  for (const bool sparse : {false, true}) {
    if (sparse) edges.segments.insert(edges.segments.end(), 200, {0, 0});
    for (const int block : {8, 16, 32}) {
      const auto size = static_cast<std::size_t>(targets * block);
      std::vector<TypeParam> expected(size, 7);
      sum_far_scalar(edges, history.data(), block, targets, expected.data());
      for (const int width : widths) {
        std::vector<TypeParam> sums(size, 8);
        sum_far(edges, history.data(), block, targets, sums.data(), false, width);
        EXPECT_TRUE(same_bits(sums.data(), expected.data(), size)) << block << ' ' << width;
      }
    }
  }
}

TYPED_TEST(Kernels, NearSumsHaveTheSameBitsInEveryWidth) {
  constexpr LocalIndex targets = 23;
  constexpr int block = 32;
  const std::vector<TypeParam> history = draws<TypeParam>(1100);
  const auto edges = some_edges<NearEdges>(targets, 1000, stored_as<TypeParam>);
  const std::vector<TypeParam> before = draws<TypeParam>(targets * block, 77);
  const TypeParam* weight = edges.weight.template data<TypeParam>();
  for (int m = 1; m <= block; ++m) {
    std::vector<TypeParam> expected = before;
    std::size_t e = 0;
    for (const Segment& segment : edges.segments) {
      for (std::int32_t k = 0; k < segment.edges; ++k, ++e) {
        for (int s = 0; s < m; ++s) {
          TypeParam& sum = expected[static_cast<std::size_t>(segment.target * block + s)];
          sum = std::fma(weight[e], history[edges.offset[e] + static_cast<std::size_t>(s)], sum);
        }
      }
    }
    for (const int width : widths) {
      std::vector<TypeParam> sums = before;
      sum_near(edges, false, history.data(), m, block, sums.data(), width);
      EXPECT_TRUE(same_bits(sums.data(), expected.data(), sums.size())) << m << ' ' << width;
    }
  }
}

/// From histories to tiles and back; between both, values that single precision holds.
TYPED_TEST(Kernels, TransposesMoveEveryValueInEveryWidth) {
  constexpr std::size_t stride = 35;
  const std::vector<TypeParam> rows = draws<TypeParam>(lanes * stride);
  for (const int width : double_widths) {
    for (int m = 1; m <= 32; ++m) {
      std::vector<double> tile(static_cast<std::size_t>(m * lanes), 9.0);
      columns_to_lanes(rows.data(), stride, m, tile.data(), width);
      std::vector<TypeParam> alike(tile.size());
      columns_to_lanes(rows.data(), stride, m, alike.data(), width);
      for (std::size_t i = 0; i < tile.size(); ++i)
        ASSERT_EQ(alike[i], tile[i]);
      for (int regions = 1; regions <= lanes; ++regions) {
        std::vector<TypeParam> back(lanes * stride, 5);
        std::array<TypeParam*, lanes> to{};
        for (std::size_t lane = 0; lane < static_cast<std::size_t>(regions); ++lane)
          to[lane] = back.data() + lane * stride;
        lanes_to_rows(tile.data(), lanes, m, regions, to.data(), width);
        for (std::size_t lane = 0; lane < lanes; ++lane) {
          for (std::size_t s = 0; s < stride; ++s) {
            const bool moved =
                lane < static_cast<std::size_t>(regions) && s < static_cast<std::size_t>(m);
            ASSERT_EQ(back[lane * stride + s], moved ? rows[lane * stride + s] : 5)
                << width << ' ' << m << ' ' << regions;
          }
        }
      }
    }
  }
}

TYPED_TEST(Kernels, RowsAreRoundedToNearest) {
  const std::vector<double> tile = draws(8 * lanes);
  for (const int width : double_widths) {
    std::vector<TypeParam> rows(8 * lanes);
    std::array<TypeParam*, lanes> to{};
    for (std::size_t lane = 0; lane < lanes; ++lane)
      to[lane] = rows.data() + lane * 8;
    lanes_to_rows(tile.data(), lanes, 7, lanes, to.data(), width);
    for (std::size_t lane = 0; lane < lanes; ++lane) {
      for (std::size_t s = 0; s < 7; ++s)
        ASSERT_EQ(rows[lane * 8 + s], static_cast<TypeParam>(tile[s * lanes + lane])) << width;
    }
  }
}

/// Targets have their edges from sources in order; some sources reach all, others a few.
std::vector<std::vector<PanelEdge>> matrix(LocalIndex targets) {
  std::vector<std::vector<PanelEdge>> edges(static_cast<std::size_t>(targets));
  for (LocalIndex target = 0; target < targets; ++target) {
    for (std::int64_t source = 0; source < 60; ++source) {
      const bool there = source % 3 != 1 || (source + target) % 4 == 0;
      if (!there || source == target) continue;
      edges[static_cast<std::size_t>(target)].push_back(
          {source, static_cast<std::uint32_t>(3 * source), draw(target * 60 + source), 0.5});
    }
  }
  return edges;
}

std::optional<Panels> build_panels(LocalIndex targets, const EdgesOf& edges_of, bool squared,
                                   Stored stored = Stored::in_double) {
  std::optional<PanelSizes> sizes = count_panels(targets, edges_of);
  if (!sizes) return std::nullopt;
  sizes->squared = squared;
  sizes->weights = stored;
  Panels panels;
  allocate(panels, *sizes);
  fill_panels(targets, edges_of, squared, panels);
  EXPECT_EQ(panels.edges, sizes->edges);
  return panels;
}

TYPED_TEST(Kernels, PanelsSumAsEveryTargetDoesAlone) {
  constexpr std::ptrdiff_t stride = 3 * lanes;
  std::vector<TypeParam> sent = draws<TypeParam>(200, 31);
  sent[3 * 4] = std::numeric_limits<TypeParam>::infinity();  // some have no edge from there
  for (const LocalIndex targets : {4, 8, 20, 29, 40, 100}) {
    const auto edges = matrix(targets);
    const auto panels = build_panels(
        targets,
        [&](LocalIndex target, std::vector<PanelEdge>& out) {
          out = edges[static_cast<std::size_t>(target)];
        },
        true, stored_as<TypeParam>);
    ASSERT_TRUE(panels);
    for (const bool squared : {false, true}) {
      for (const int width : widths) {
        std::vector<TypeParam> sums(static_cast<std::size_t>((targets + 7) / 8 * stride),
                                    TypeParam(-0.0));
        multiply(*panels, squared, sent.data(), sums.data(), stride, width);
        for (LocalIndex target = 0; target < targets; ++target) {
          auto expected = TypeParam(-0.0);
          for (const PanelEdge& edge : edges[static_cast<std::size_t>(target)]) {
            const auto weight = static_cast<TypeParam>(squared ? edge.squared : edge.weight);
            expected = std::fma(weight, sent[edge.offset], expected);
          }
          const auto at = static_cast<std::size_t>(target / lanes * stride + target % lanes);
          ASSERT_TRUE(same_bits(&sums[at], &expected, 1))
              << targets << ' ' << target << ' ' << width;
        }
      }
    }
  }
}

TEST(Panels, TargetsWithoutEdgesKeepTheirSums) {
  const auto only_first = [](LocalIndex target, std::vector<PanelEdge>& out) {
    if (target < 3) out.push_back({0, 0, 0.0, 0.0});
  };
  const auto panels = build_panels(8, only_first, false);
  ASSERT_TRUE(panels);
  const double sent = 1.0;
  std::vector<double> sums(lanes, -0.0);
  multiply(*panels, false, &sent, sums.data(), lanes);
  for (std::size_t lane = 0; lane < lanes; ++lane)
    EXPECT_EQ(std::signbit(sums[lane]), lane >= 3) << lane;
}

TEST(Panels, AreNotMadeWhereTheyWouldBeEmpty) {
  const auto own = [](LocalIndex target, std::vector<PanelEdge>& out) {
    out.push_back({target, static_cast<std::uint32_t>(target), 1.0, 1.0});
  };
  EXPECT_FALSE(build_panels(64, own, false));
  EXPECT_FALSE(build_panels(
      64, [](LocalIndex, std::vector<PanelEdge>&) {}, false));
}

}  // namespace
}  // namespace arcuate::engine
