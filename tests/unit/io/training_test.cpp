#include "arcuate/io/training.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "arcuate/core/error.hpp"

namespace arcuate {
namespace {

using io::ColumnRole;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr double undefined = std::numeric_limits<double>::quiet_NaN();

/// Candidate 4 failed, 6 has no mean, of 7 the array is not there.
io::ResultTable five_candidates() {
  io::ResultTable table;
  table.kind = "fit";
  table.first = 3;
  table.columns = {
      {"gain", "1", "", {1, 2, 3, 4, 5}, {}, ColumnRole::parameter},
      {"preset", "", "", {}, {"a", "b", "a", "b", "a"}, ColumnRole::parameter},
      {"loss", "1", "", {5, 4, 3, 2, 1}, {}, ColumnRole::loss},
      {"m.mean", "1", "", {10, 20, 30, undefined, 50}, {}, ColumnRole::feature},
      {"m.none", "1", "", std::vector<double>(5, undefined), {}, ColumnRole::feature},
      {"status", "", "", {}, {"done", "failed", "done", "done", "done"}, ColumnRole::ending}};
  io::ResultArray fc{
      "fc", "fc", "1", {{"region", "", {}, {"A", "B"}}, {"lag", "s", {0.5, 1}, {}}}, nullptr};
  fc.values = [](std::size_t k) {
    const double base = 100.0 * static_cast<double>(k);
    return k == 4 ? std::vector<double>() : std::vector<double>{base, base + 1, base + 2, base + 3};
  };
  table.arrays = {fc};
  return table;
}

TEST(TrainingSet, HasARowForEachCandidateThatIsWhole) {
  const io::TrainingSet set = io::training_set(five_candidates(), "");
  EXPECT_THAT(set.parameters, ElementsAre("gain"));
  EXPECT_THAT(set.features, ElementsAre("m.mean", "fc.fc[A, 0.5]", "fc.fc[A, 1]", "fc.fc[B, 0.5]",
                                        "fc.fc[B, 1]"));
  EXPECT_THAT(set.candidate, ElementsAre(3, 5));
  EXPECT_THAT(set.theta, ElementsAre(1, 3));
  EXPECT_THAT(set.x, ElementsAre(10, 0, 1, 2, 3, 30, 200, 201, 202, 203));
}

TEST(TrainingSet, SaysWhatIsLeftOut) {
  EXPECT_THAT(io::training_set(five_candidates(), "").notes,
              ElementsAre(HasSubstr("preset"), HasSubstr("1 feature that no candidate has"),
                          HasSubstr("3 of 5 candidates are left out: 1 without a result, 2 with")));
}

TEST(TrainingSet, OfOneFeatureKeepsWhatOthersLack) {
  const io::TrainingSet set = io::training_set(five_candidates(), "fc");
  EXPECT_THAT(set.candidate, ElementsAre(3, 5, 6));
  EXPECT_EQ(set.features.size(), 4U);
  EXPECT_THAT(io::training_set(five_candidates(), "m").candidate, ElementsAre(3, 5, 7));
}

TEST(TrainingSet, IsRefusedWhereNothingIsLeft) {
  const auto message = [](const io::ResultTable& table, const char* feature) {
    try {
      io::training_set(table, feature);
    } catch (const ConfigError& error) {
      return std::string(error.what());
    }
    return std::string("accepted");
  };
  EXPECT_THAT(message(five_candidates(), "fcd"), HasSubstr("fc"));
  io::ResultTable table = five_candidates();
  table.columns.back().texts.assign(5, "failed");
  EXPECT_THAT(message(table, ""), HasSubstr("no candidate is left"));
  table = five_candidates();
  table.columns.erase(table.columns.begin());
  EXPECT_THAT(message(table, ""), HasSubstr("no parameters"));
  table = five_candidates();
  table.arrays.clear();
  EXPECT_THAT(message(table, "fc"), HasSubstr("--feature fc"));
}

}  // namespace
}  // namespace arcuate
