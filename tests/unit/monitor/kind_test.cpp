#include "arcuate/monitor/kind.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>

#include "arcuate/monitor/spec.hpp"

namespace arcuate::monitor {
namespace {

MonitorSpec monitor(std::string_view kind, Step period, std::vector<int> variables) {
  MonitorSpec spec;
  spec.kind = &kind_called(kind);
  spec.period = period;
  spec.variables_by_model = {std::move(variables)};
  return spec;
}

TEST(Kinds, HaveNamesOfTheirOwnAndSayWhatASampleIs) {
  std::set<std::string_view> names;
  for (const Kind* kind : kinds()) {
    EXPECT_TRUE(names.insert(kind->name).second) << kind->name;
    EXPECT_FALSE(kind->meaning.empty()) << kind->name;
    EXPECT_NE(kind->make_filter, nullptr) << kind->name;
    EXPECT_EQ(find_kind(kind->name), kind);
    EXPECT_EQ(kind->regions != Regions::chosen, kind->make_reduction != nullptr) << kind->name;
  }
  EXPECT_EQ(find_kind("row"), nullptr);
}

TEST(Kinds, ThatShareAKeyOfStudiesMeanTheSameByIt) {
  std::map<std::string_view, KindNumber> known;
  for (const Kind* kind : kinds()) {
    for (const KindNumber& number : kind->numbers) {
      const KindNumber& first = known.emplace(number.name, number).first->second;
      EXPECT_EQ(first.unit, number.unit) << number.name;
      EXPECT_EQ(first.allowed, number.allowed) << number.name;
      EXPECT_EQ(first.fallback, number.fallback) << number.name;
    }
  }
}

TEST(Extent, CountsAPeriodThatStraddlesTheTransientForValuesAndNotForAverages) {
  // dt 0.1 ms, transient 10 ms, period 4 ms, duration 100 ms: values at 12, 16, ... 100 ms; the
  // average stamped 12 ms would begin at 8 ms.
  EXPECT_EQ(extent_of(monitor("raw", 40, {0}), 100, 1000, 80).schedule.samples, 23);
  EXPECT_EQ(extent_of(monitor("temporal_average", 40, {0}), 100, 1000, 80).schedule.samples, 22);
}

TEST(Extent, CountsWhatIsRecordedAndWhatIsLookedAt) {
  const Extent average = extent_of(monitor("temporal_average", 40, {0, 1}), 100, 1000, 80);
  EXPECT_EQ(average.values(), 22.0 * 2 * 80);
  EXPECT_DOUBLE_EQ(average.values_per_step(), 140.8);
  MonitorSpec some = monitor("raw", 10, {0, 1, 2});
  some.regions = {3, 4};
  EXPECT_EQ(extent_of(some, 0, 1000, 80).values(), 100.0 * 3 * 2);
  EXPECT_DOUBLE_EQ(extent_of(some, 0, 1000, 80).values_per_step(), 0.6);
  const Extent mean = extent_of(monitor("global_average", 10, {0}), 0, 1000, 80);
  EXPECT_EQ(mean.columns, 1);
  EXPECT_DOUBLE_EQ(mean.values_per_step(), 8.0);
  MonitorSpec groups = monitor("spatial_average", 10, {0});
  groups.region_group = {0, -1, 1, 1};
  groups.group_names = {"a", "b"};
  EXPECT_EQ(extent_of(groups, 0, 1000, 4).columns, 2);
  EXPECT_EQ(extent_of(groups, 0, 1000, 4).regions, 3);
}

}  // namespace
}  // namespace arcuate::monitor
