#include <gtest/gtest.h>

#include <regex>
#include <set>
#include <string>

#include "arcuate/model/entry.hpp"

namespace {

using arcuate::model::Entry;

TEST(Presets, SetKnownParametersInsideTheirUsualRangesAndCiteTheirSource) {
  for (const Entry* entry : arcuate::model::catalogue()) {
    std::set<std::string_view> names;
    for (const auto& preset : entry->info.presets) {
      SCOPED_TRACE(testing::Message() << entry->info.name << " " << preset.name);
      EXPECT_TRUE(names.insert(preset.name).second);
      EXPECT_TRUE(std::regex_search(std::string(preset.meaning), std::regex("(19|20)[0-9]{2}")))
          << "no citation";
      for (const auto& [name, value] : preset.values) {
        const int index = entry->parameter(name);
        ASSERT_GE(index, 0) << name;
        const auto& parameter = entry->info.parameters[static_cast<std::size_t>(index)];
        EXPECT_GE(value, parameter.range.low) << name;
        EXPECT_LE(value, parameter.range.high) << name;
      }
    }
  }
}

}  // namespace
