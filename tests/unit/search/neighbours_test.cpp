#include "search/neighbours.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <set>

namespace arcuate {
namespace {

using search::Lineage;
using search::Neighbours;
using search::Record;

std::vector<io::Place> line_of_places(std::int64_t points) {
  std::vector<io::Place> places;
  for (std::int64_t k = 0; k < points; ++k)
    places.push_back({{static_cast<double>(k) / static_cast<double>(points - 1)}, ""});
  return places;
}

/// Hands out all that may be, ends the first of them, and so on. Ancestors of each.
std::vector<int> depths(Lineage& lineage, std::int64_t candidates, std::set<std::int64_t> ended) {
  std::vector<int> depth(static_cast<std::size_t>(candidates), 0);
  std::vector<std::int64_t> out;
  lineage.begin([&](std::int64_t one) { return ended.contains(one); });
  for (;;) {
    while (const auto next = lineage.next()) {
      const auto from = lineage.parent(*next);
      EXPECT_TRUE(!from || ended.contains(*from)) << *next;
      EXPECT_FALSE(ended.contains(*next)) << *next;
      if (from) depth[static_cast<std::size_t>(*next)] = depth[static_cast<std::size_t>(*from)] + 1;
      out.push_back(*next);
    }
    if (out.empty()) break;
    ended.insert(out.front());
    lineage.note_end(out.front());
    out.erase(out.begin());
  }
  EXPECT_EQ(std::ssize(ended), candidates);
  return depth;
}

TEST(Lineage, EachOneButTheFirstHasANearParentThatEndsBefore) {
  constexpr std::int64_t points = 200;
  Lineage lineage(line_of_places(points), 1);
  double away = 0.0;
  int first = 0;
  for (std::int64_t k = 0; k < points; ++k) {
    const auto from = lineage.parent(k);
    if (!from) ++first;
    if (from) away += std::abs(static_cast<double>(*from - k)) / points;
  }
  EXPECT_EQ(first, 1);
  // The nearest of k points by chance on a line is 1/(2k) to 1/k away: at most (ln 200 + 1) / 200.
  EXPECT_LT(away / points, 6.3 / points);
  const std::vector<int> depth = depths(lineage, points, {});
  // A chain would be 199 deep; the deepest leaf of a random search tree of n is 4.3 ln n.
  EXPECT_LT(*std::max_element(depth.begin(), depth.end()), 23);
}

TEST(Lineage, RepeatsFollowTheFirstOfTheirPoint) {
  Lineage lineage(line_of_places(7), 3);
  EXPECT_EQ(lineage.parent(7), 6);
  EXPECT_EQ(lineage.parent(8), 6);
  for (std::int64_t k = 0; k < 21; k += 3)
    EXPECT_EQ(lineage.parent(k).value_or(0) % 3, 0);
  depths(lineage, 21, {});
}

TEST(Lineage, OfAnInterruptedSweepTheRestIsHandedOut) {
  Lineage lineage(line_of_places(30), 1);
  depths(lineage, 30, {3, 4, 5, 17, 29});
}

TEST(Lineage, OnlyTheSameKindIsNear) {
  std::vector<io::Place> places = line_of_places(40);
  for (std::size_t k = 0; k < places.size(); ++k)
    places[k].kind = k % 2 == 0 ? "a.npz" : "b.npz";
  const Lineage lineage(places, 1);
  int first = 0;
  for (std::int64_t k = 0; k < 40; ++k) {
    const auto from = lineage.parent(k);
    if (!from) ++first;
    EXPECT_EQ(from.value_or(k) % 2, k % 2);
  }
  EXPECT_EQ(first, 2);
}

Record tuned_record(std::uint64_t id) {
  Record record;
  record.id = id;
  return record;
}

TEST(Neighbours, AreTheNearestThatHadEndedAndHaveWeights) {
  constexpr auto all = std::numeric_limits<std::uint64_t>::max();
  Neighbours neighbours;
  const Neighbours::Key key{0, 0}, other{1, 0};
  neighbours.add(0, {{0.0}, ""}, all);
  EXPECT_FALSE(neighbours.start_of(0, key));
  neighbours.add(1, {{0.9}, ""}, all);
  neighbours.note(0, key, tuned_record(10));
  neighbours.note(0, key, tuned_record(11));  // of a later rung
  neighbours.note(1, key, tuned_record(20));
  neighbours.note_end(0);
  neighbours.add(2, {{1.0}, ""}, all);  // 1 has not ended yet
  EXPECT_EQ(neighbours.start_of(2, key)->id, 10U);
  EXPECT_FALSE(neighbours.start_of(2, other));
  neighbours.note_end(1);
  neighbours.add(3, {{1.0}, ""}, all);
  EXPECT_EQ(neighbours.start_of(3, key)->id, 20U);
  EXPECT_EQ(neighbours.own(1, key)->id, 20U);
  neighbours.add(4, {{1.0}, ""}, 1);  // a synchronous search knows of 0 alone
  EXPECT_EQ(neighbours.start_of(4, key)->id, 10U);
  neighbours.add(5, {{1.0}, "another"}, all);
  EXPECT_FALSE(neighbours.start_of(5, key));
}

TEST(Neighbours, AFailedOneHasNoWeights) {
  Neighbours neighbours;
  neighbours.add(0, {{0.5}, ""}, 10);
  Record record = tuned_record(0);
  record.ending = farm::Ending::failed;
  neighbours.note(0, {0, 0}, record);
  neighbours.note_end(0);
  neighbours.add(1, {{0.5}, ""}, 10);
  EXPECT_FALSE(neighbours.start_of(1, {0, 0}));
}

}  // namespace
}  // namespace arcuate
