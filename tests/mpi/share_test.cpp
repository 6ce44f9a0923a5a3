#include "arcuate/run/share.hpp"

#include <gtest/gtest.h>

#include <array>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "run/members.hpp"

/// Every member of what ranks share arrives, whatever members there are.
namespace arcuate::run {
namespace {

/// Gives every member a value of its own that no default has.
class Filler {
 public:
  template <class Value>
  void fill(Value& value) {
    if constexpr (Listed<Value>) {
      std::apply([this](auto&... member) { (fill(member), ...); }, members(value));
    } else if constexpr (std::is_same_v<Value, bool>) {
      value = !value;
    } else if constexpr (std::is_enum_v<Value>) {
      value = static_cast<Value>(static_cast<int>(value) + 1);
    } else {
      static_assert(std::is_arithmetic_v<Value>, "say how such a member is filled");
      value = static_cast<Value>(++last_);
    }
  }
  void fill(std::string& value) { value = "text " + std::to_string(++last_); }
  void fill(const model::Entry*& value) { value = model::find("Kuramoto"); }
  void fill(const monitor::Kind*& value) { value = monitor::find_kind("raw"); }
  template <class Value>
  void fill(std::vector<Value>& values) {
    values.resize(2);
    for (Value& value : values)
      fill(value);
  }
  template <class Value, std::size_t n>
  void fill(std::array<Value, n>& values) {
    for (Value& value : values)
      fill(value);
  }
  template <class Value>
  void fill(std::optional<Value>& value) {
    fill(value.emplace());
  }
  /// They stay on rank 0.
  void fill(std::vector<io::RecordedStimulus>& /*stimuli*/) {}
  void fill(std::shared_ptr<const monitor::Sensors>& /*sensors*/) {}

 private:
  int last_ = 2;
};

/// Where two values differ: paths of numbers of members; empty: nowhere.
template <class Value>
std::string difference(Value& a, Value& b);

/// They stay on rank 0.
std::string difference(std::vector<io::RecordedStimulus>& /*a*/,
                       std::vector<io::RecordedStimulus>& /*b*/) {
  return "";
}

std::string difference(std::shared_ptr<const monitor::Sensors>& /*a*/,
                       std::shared_ptr<const monitor::Sensors>& /*b*/) {
  return "";
}

template <class Value>
std::string difference(std::vector<Value>& a, std::vector<Value>& b) {
  if (a.size() != b.size()) return " size";
  std::string all;
  for (std::size_t i = 0; i < a.size(); ++i)
    all += difference(a[i], b[i]);
  return all;
}

template <class Value>
std::string difference(std::optional<Value>& a, std::optional<Value>& b) {
  if (a.has_value() != b.has_value()) return " given";
  return a ? difference(*a, *b) : "";
}

template <class Value>
std::string difference(Value& a, Value& b) {
  if constexpr (Listed<Value>) {
    auto of_a = members(a);
    auto of_b = members(b);
    return [&]<std::size_t... i>(std::index_sequence<i...>) {
      std::string all;
      const auto note = [&](std::size_t member, const std::string& text) {
        if (!text.empty()) all += " " + std::to_string(member) + ":" + text;
      };
      (note(i, difference(std::get<i>(of_a), std::get<i>(of_b))), ...);
      return all;
    }
    (std::make_index_sequence<std::tuple_size_v<decltype(of_a)>>());
  } else {
    return a == b ? "" : " value";
  }
}

template <class Member>
constexpr bool stays = std::is_same_v<Member, std::vector<io::RecordedStimulus>> ||
                       std::is_same_v<Member, std::shared_ptr<const monitor::Sensors>>;

/// Of what was filled, nothing has kept its default: else the comparison below would see nothing.
template <class Value>
bool all_filled(Value& value) {
  Value defaults{};
  if constexpr (Listed<Value>) {
    auto own = members(value);
    auto other = members(defaults);
    return [&]<std::size_t... i>(std::index_sequence<i...>) {
      return ((stays<std::decay_t<std::tuple_element_t<i, decltype(own)>>> ||
               !difference(std::get<i>(own), std::get<i>(other)).empty()) &&
              ...);
    }
    (std::make_index_sequence<std::tuple_size_v<decltype(own)>>());
  } else {
    return !difference(value, defaults).empty();
  }
}

class Sharing : public testing::Test {
 protected:
  template <class Value>
  void expect_all_arrive() {
    Value expected{};
    Filler().fill(expected);
    EXPECT_TRUE(all_filled(expected));
    Value shared{};
    if (comm_.is_root()) shared = expected;
    share(comm_, shared);
    EXPECT_EQ(difference(shared, expected), "") << "rank " << comm_.rank();
  }

  comm::Communicator comm_{MPI_COMM_WORLD};
};

TEST_F(Sharing, EveryMemberOfASimulationArrives) {
  expect_all_arrive<engine::SimulationSpec>();
}
TEST_F(Sharing, EveryMemberOfMonitorsArrives) {
  expect_all_arrive<std::vector<monitor::MonitorSpec>>();
  expect_all_arrive<std::vector<monitor::SeriesInfo>>();
}
TEST_F(Sharing, EveryMemberOfARecordingsHeaderArrives) {
  expect_all_arrive<io::RecordingHeader>();
  expect_all_arrive<std::vector<io::ModelSource>>();
}
TEST_F(Sharing, EveryMemberOfATuningArrives) {
  expect_all_arrive<tuning::InhibitionOptions>();
}

/// What rank 0 does not have is gone on the others too.
TEST_F(Sharing, WhatIsNotGivenIsNotThere) {
  engine::SimulationSpec spec;
  if (!comm_.is_root()) Filler().fill(spec);
  share(comm_, spec);
  EXPECT_FALSE(spec.history);
  EXPECT_TRUE(spec.populations.empty());
}

}  // namespace
}  // namespace arcuate::run
