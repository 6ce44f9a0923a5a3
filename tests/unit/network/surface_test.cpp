#include "arcuate/network/surface.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "arcuate/core/error.hpp"
#include "arcuate/network/geodesic.hpp"
#include "support/sphere.hpp"

namespace arcuate::network {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string message_of(Surface surface) {
  try {
    check_surface(surface);
  } catch (const DataError& error) {
    return error.what();
  }
  return "";
}

std::vector<std::string> warnings_of(Surface surface) {
  check_surface(surface);
  return surface.warnings;
}

/// Two triangles of a square.
Surface square(double side = 1.0) {
  return {{{0, 0, 0}, {side, 0, 0}, {side, side, 0}, {0, side, 0}},
          {},
          {{0, 1, 2}, {0, 2, 3}},
          "square",
          {}};
}

double between(const Surface& surface, LocalIndex from, LocalIndex to, double cutoff = 1e9) {
  const Mesh mesh(surface);
  for (const Geodesics::Near& near : Geodesics(mesh).within(from, cutoff)) {
    if (near.vertex == to) return near.distance;
  }
  return -1.0;
}

TEST(Surface, ASphereHasNothingToSay) {
  EXPECT_THAT(warnings_of(test::sphere(2, 30.0)), ElementsAre());
}

TEST(Surface, WhatIsNoSurfaceIsRefused) {
  Surface s = square();
  s.triangles.push_back({0, 1, 4});
  EXPECT_EQ(message_of(s), "square: triangle 2: no vertex 4 (allowed: 0 to 3)");
  s = square();
  s.triangles[1] = {0, -1, 3};
  EXPECT_EQ(message_of(s), "square: triangle 1: no vertex -1 (allowed: 0 to 3)");
  s = square();
  s.triangles[1] = {0, 2, 2};
  EXPECT_EQ(message_of(s), "square: triangle 1: 0 2 2: a vertex twice");
  s = square();
  s.triangles.push_back({0, 2, 1});
  EXPECT_THAT(message_of(s), HasSubstr("3 triangles meet at the edge between vertices 0 and 2"));
  s = square();
  s.vertices[2][1] = std::nan("");
  EXPECT_THAT(message_of(s), HasSubstr("vertex 2: 1 nan 0: expected finite numbers"));
  s = square();
  s.normals.assign(4, {0, 0, 1});
  EXPECT_EQ(message_of(s), "");
  s.normals[3][2] = INFINITY;
  EXPECT_THAT(message_of(s), HasSubstr("normal of vertex 3: expected finite numbers"));
  s.normals.assign(3, {0, 0, 1});
  EXPECT_THAT(message_of(s), HasSubstr("has 3 normals for 4 vertices"));
  s.triangles.clear();
  EXPECT_THAT(message_of(s), HasSubstr("4 vertices and 0 triangles"));
}

TEST(Surface, WarnsOfHolesUnusedAndDoubleVerticesAndTrianglesWithoutArea) {
  Surface s = square(4);
  EXPECT_THAT(warnings_of(s), ElementsAre("square: is not closed: 4 edges have one triangle only"));
  s.vertices.push_back({5, 5, 5});
  EXPECT_THAT(warnings_of(s)[1], HasSubstr("vertex 4 is in no triangle"));
  s.vertices[4] = s.vertices[1];
  EXPECT_THAT(warnings_of(s)[2], HasSubstr("vertex 4 lies where another one does"));
  s = square(4);
  s.vertices[2] = {2, 0, 0};
  EXPECT_THAT(warnings_of(s)[1], HasSubstr("1 triangle without area, the first is triangle 0"));
  s = square(4);
  std::swap(s.triangles[1][0], s.triangles[1][1]);
  EXPECT_THAT(warnings_of(s)[1], HasSubstr("opposite directions at 1 edge"));
}

TEST(Surface, WarnsOfOtherUnits) {
  EXPECT_THAT(warnings_of(test::sphere(1, 0.09)),
              ElementsAre("sphere: is 0.18 mm long: are its coordinates in mm?"));
  EXPECT_THAT(warnings_of(test::sphere(1, 9e4)), ElementsAre(HasSubstr("in mm?")));
}

TEST(Surface, NormalsAndAreasAreThoseOfASphere) {
  const Surface s = test::sphere(4, 30.0);
  const auto normals = vertex_normals(s);
  double area = 0.0;
  for (const double one : vertex_areas(s))
    area += one;
  EXPECT_NEAR(area, 4.0 * std::numbers::pi * 900.0, 0.004 * 4.0 * std::numbers::pi * 900.0);
  for (std::size_t v = 0; v < normals.size(); ++v) {
    for (std::size_t k = 0; k < 3; ++k)
      EXPECT_NEAR(normals[v][k], s.vertices[v][k] / 30.0, 0.01) << v;
  }
}

TEST(Geodesics, AreStraightInAPlane) {
  Surface s;
  constexpr LocalIndex n = 9;
  for (LocalIndex i = 0; i < n; ++i) {
    for (LocalIndex j = 0; j < n; ++j)
      s.vertices.push_back(
          {1.0 * i + 0.1 * ((i * 7 + j * 3) % 5), 1.0 * j + 0.1 * (i * j % 3), 0.0});
  }
  for (LocalIndex i = 0; i + 1 < n; ++i) {
    for (LocalIndex j = 0; j + 1 < n; ++j) {
      const LocalIndex a = i * n + j;
      s.triangles.push_back({a, a + n, a + 1});
      s.triangles.push_back({a + n, a + n + 1, a + 1});
    }
  }
  // In the convex middle of the sheet no path touches the rim.
  for (const LocalIndex from : {30, 40, 50}) {
    for (const LocalIndex to : {20, 29, 31, 42, 60, 52}) {
      const auto& p = s.vertices[static_cast<std::size_t>(from)];
      const auto& q = s.vertices[static_cast<std::size_t>(to)];
      EXPECT_NEAR(between(s, from, to), std::hypot(p[0] - q[0], p[1] - q[1]), 1e-12);
    }
  }
}

/// Unit squares, cut along one diagonal or the other; those of a block are missing.
Surface sheet_with_a_hole(LocalIndex n, LocalIndex from, LocalIndex to) {
  Surface s;
  for (LocalIndex i = 0; i < n; ++i) {
    for (LocalIndex j = 0; j < n; ++j)
      s.vertices.push_back({1.0 * i, 1.0 * j, 0.0});
  }
  for (LocalIndex i = 0; i + 1 < n; ++i) {
    for (LocalIndex j = 0; j + 1 < n; ++j) {
      if (i >= from && i < to && j >= from && j < to) continue;
      const LocalIndex a = i * n + j, b = a + 1, c = a + n, d = c + 1;
      if ((i * 7 + j * 3) % 2 == 1) {
        s.triangles.insert(s.triangles.end(), {{a, c, d}, {a, d, b}});
      } else {
        s.triangles.insert(s.triangles.end(), {{a, c, b}, {c, d, b}});
      }
    }
  }
  return s;
}

/// Vertices lie exactly where the shadows of the hole's corners end. The way from (17, 5) to (3,
/// 10) is around the corner (8, 8).
TEST(Geodesics, AreTheSameBothWaysAroundAHole) {
  constexpr LocalIndex n = 21;
  EXPECT_NEAR(between(sheet_with_a_hole(n, 8, 13), 17 * n + 5, 3 * n + 10),
              std::sqrt(90.0) + std::sqrt(29.0), 1e-12);
  for (const auto& [from, to] : {std::pair{8, 13}, {10, 11}, {4, 17}}) {
    const Surface s = sheet_with_a_hole(n, from, to);
    const Mesh mesh(s);
    Geodesics ways(mesh);
    std::vector<std::vector<double>> way(s.vertices.size(),
                                         std::vector<double>(s.vertices.size(), 0.0));
    for (LocalIndex v = 0; v < s.n_vertices(); ++v) {
      for (const Geodesics::Near& near : ways.within(v, 1e9))
        way[static_cast<std::size_t>(v)][static_cast<std::size_t>(near.vertex)] = near.distance;
    }
    double worst = 0.0;
    for (std::size_t a = 0; a < way.size(); ++a) {
      for (std::size_t b = 0; b < a; ++b)
        worst = std::max(worst, std::abs(way[a][b] - way[b][a]));
    }
    EXPECT_LT(worst, 1e-12) << from;
  }
}

TEST(Geodesics, FoldOverTheEdgesOfACube) {
  Surface cube;
  cube.vertices = {{0, 0, 0}, {1, 0, 0}, {1, 1, 0}, {0, 1, 0},
                   {0, 0, 1}, {1, 0, 1}, {1, 1, 1}, {0, 1, 1}};
  cube.triangles = {{0, 2, 1}, {0, 3, 2}, {4, 5, 6}, {4, 6, 7}, {0, 1, 5}, {0, 5, 4},
                    {1, 2, 6}, {1, 6, 5}, {2, 3, 7}, {2, 7, 6}, {3, 0, 4}, {3, 4, 7}};
  EXPECT_NEAR(between(cube, 0, 6), std::sqrt(5.0), 1e-14);  // over two faces
  EXPECT_NEAR(between(cube, 0, 5), std::sqrt(2.0), 1e-14);
  EXPECT_NEAR(between(cube, 1, 3), std::sqrt(2.0), 1e-14);  // across a diagonal that is no edge
  EXPECT_EQ(between(cube, 0, 6, 2.2), -1.0);
  EXPECT_NEAR(between(cube, 0, 6, 2.3), std::sqrt(5.0), 1e-14);
}

TEST(Geodesics, BendAroundACornerAndOverASaddle) {
  // An L: from (2, 0) to (0, 2) the way is around (1, 1).
  const Surface l{
      {{0, 0, 0}, {1, 0, 0}, {2, 0, 0}, {2, 1, 0}, {1, 1, 0}, {0, 1, 0}, {1, 2, 0}, {0, 2, 0}},
      {},
      {{0, 1, 4}, {0, 4, 5}, {1, 2, 3}, {1, 3, 4}, {5, 4, 6}, {5, 6, 7}},
      "L",
      {}};
  EXPECT_NEAR(between(l, 2, 7), 2.0 * std::sqrt(2.0), 1e-14);
  EXPECT_NEAR(between(l, 3, 6), 2.0, 1e-14);
  // Eight right angles meet at a vertex: opposite ones are seen by way of it alone.
  Surface saddle;
  saddle.vertices.push_back({0, 0, 0});
  for (int k = 0; k < 8; ++k) {
    // Neighbours at right angles: (1, 0, 0), (0, 0, 1), (0, 1, 0), (0, 0, -1), ...
    const std::array<std::array<double, 3>, 8> around{{{1, 0, 0},
                                                       {0, 0, 1},
                                                       {0, 1, 0},
                                                       {0, 0, -1},
                                                       {-1, 0, 0},
                                                       {0, 0, 1},
                                                       {0, -1, 0},
                                                       {0, 0, -1}}};
    saddle.vertices.push_back(around[static_cast<std::size_t>(k)]);
    saddle.triangles.push_back({0, k + 1, (k + 1) % 8 + 1});
  }
  EXPECT_NEAR(between(saddle, 1, 2), std::sqrt(2.0), 1e-14);
  EXPECT_NEAR(between(saddle, 1, 5), 2.0, 1e-14);
  EXPECT_NEAR(between(saddle, 1, 4), 2.0, 1e-14);
}

/// Numbers of gdist 2.1.0 on a sphere with bumps, whose paths see each other's sources at most of
/// the vertices.
TEST(Geodesics, AreExactOnARoughSphere) {
  Surface s = test::sphere(3, 30.0);
  for (std::size_t v = 0; v < s.vertices.size(); ++v) {
    for (double& x : s.vertices[v])
      x *= 1.0 + 0.02 * static_cast<double>(v * 37 % 11);
  }
  const Mesh mesh(s);
  Geodesics geodesics(mesh);
  const auto from_first = geodesics.within(0, 1e9);
  const auto from_100 = geodesics.within(100, 1e9);
  ASSERT_EQ(from_first.size(), 258U);
  double sum = 0.0;
  for (const auto& near : from_first)
    sum += near.distance;
  EXPECT_NEAR(sum, 13877.15971302844, 1e-8);
  EXPECT_NEAR(from_first[1].distance, 104.77350723208036, 1e-11);
  EXPECT_NEAR(from_first[201].distance, 84.94719242078557, 1e-11);
  sum = 0.0;
  for (const auto& near : from_100)
    sum += near.distance;
  EXPECT_NEAR(sum, 13739.038527866069, 1e-8);
  EXPECT_NEAR(from_100[257].distance, 85.62499532023398, 1e-11);
}

TEST(Geodesics, PassTrianglesWithoutAreaAndLooseVertices) {
  Surface s = square();
  s.vertices.push_back({9, 9, 9});
  s.vertices[2] = {0.5, 0, 0};
  EXPECT_EQ(between(s, 4, 0), -1.0);
  EXPECT_NEAR(between(s, 3, 2), std::hypot(0.5, 1.0), 1e-14);
  EXPECT_NEAR(between(s, 0, 1), 1.0, 1e-14);
}

/// Numbers of gdist 2.1.0 (exact, by Danil Kirsanov's library) and of the LocalConnectivity of
/// tvb-library 2.10.0 on this sphere.
TEST(LocalConnectivity, IsTheOneOfTheVirtualBrain) {
  const Surface s = test::sphere(2, 30.0);
  EXPECT_NEAR(between(s, 17, 3), 23.39097783056007, 1e-12);
  EXPECT_NEAR(between(s, 17, 58), 15.529142706151244, 1e-12);
  EXPECT_NEAR(between(s, 17, 59), 11.705419320967692, 1e-12);
  LocalKernel kernel{LocalKernel::Form::gaussian, 9.0, 1.3, 1.0, 1.0, 25.0, true};
  LocalRows rows = local_rows(s, kernel, 0, s.n_vertices());
  EXPECT_EQ(homogenise(rows), 0);
  ASSERT_EQ(rows.source.size(), 672U);
  const auto weight = [&](LocalIndex target, LocalIndex source) {
    for (auto e = static_cast<std::size_t>(rows.row[static_cast<std::size_t>(target)]);; ++e) {
      if (rows.source[e] == source) return rows.weight[e];
    }
  };
  EXPECT_NEAR(weight(0, 6), 0.03650889096045613, 1e-14);
  EXPECT_NEAR(weight(0, 18), 0.4590535843490767, 1e-14);
  EXPECT_NEAR(weight(17, 59), 0.5954574420721683, 1e-14);
  EXPECT_NEAR(weight(65, 51), 0.5400682478784283, 1e-14);
  kernel = {LocalKernel::Form::double_gaussian, 6.0, 1.0, 14.0, 0.6, 25.0, true};
  rows = local_rows(s, kernel, 0, s.n_vertices());
  homogenise(rows);
  EXPECT_NEAR(weight(0, 18), -0.23801461083889228, 1e-14);
  EXPECT_NEAR(weight(65, 50), -0.11634113739557424, 1e-14);
}

TEST(LocalConnectivity, OfNeighboursIsTheirMean) {
  const LocalRows rows = local_rows(square(), {}, 0, 4);
  EXPECT_THAT(rows.row, ElementsAre(0, 3, 5, 8, 10));
  EXPECT_THAT(rows.source, ElementsAre(1, 2, 3, 0, 2, 0, 1, 3, 0, 2));
  EXPECT_EQ(rows.weight[0], 1.0 / 3.0);
  EXPECT_EQ(rows.weight[3], 0.5);
}

TEST(LocalConnectivity, OfARowDoesNotDependOnTheOthers) {
  const Surface s = test::sphere(2, 30.0);
  const LocalKernel kernel{LocalKernel::Form::exponential, 5.0, 1.0, 1.0, 1.0, 20.0, false};
  const LocalRows all = local_rows(s, kernel, 0, s.n_vertices());
  const LocalRows some = local_rows(s, kernel, 20, 31);
  const auto begin = static_cast<std::ptrdiff_t>(all.row[20]);
  ASSERT_EQ(some.row.size(), 12U);
  EXPECT_TRUE(std::equal(some.weight.begin(), some.weight.end(), all.weight.begin() + begin));
  EXPECT_TRUE(std::equal(some.source.begin(), some.source.end(), all.source.begin() + begin));
}

}  // namespace
}  // namespace arcuate::network
