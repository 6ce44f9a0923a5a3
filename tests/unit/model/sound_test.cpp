#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <functional>
#include <string>
#include <vector>

#include "arcuate/core/error.hpp"
#include "arcuate/model/plugin.hpp"

namespace {

using namespace arcuate::model;
using testing::HasSubstr;

/// A sound descriptor whose rows a test may change.
struct Draft {
  std::vector<StateInfo> states{
      {.name = "x", .unit = "mV", .initial = 0.0, .range = {-1.0, 1.0}, .meaning = ""}};
  std::vector<ParameterInfo> parameters{
      {.name = "k", .unit = "1/s", .value = 1.0, .range = {0.0, 2.0}, .meaning = ""}};
  std::vector<InputInfo> inputs{
      {.name = "c", .unit = "1", .source = "y", .gate = "k", .meaning = ""}};
  std::vector<ObservableInfo> observables{
      {.name = "y", .unit = "1", .uses_input = false, .meaning = ""}};
  std::vector<PresetValue> values{{"k", 2.0}};
  std::vector<PresetInfo> presets{{"fast", "", values}};
  std::vector<DelayedInfo> delayed;
  FicInfo fic;
  std::string name = "Mine";
  double time_unit = 1.0;

  [[nodiscard]] std::string complaint() {
    Entry entry;
    presets.front().values = values;
    entry.info.name = name;
    entry.info.time_unit = time_unit;
    entry.info.states = states;
    entry.info.parameters = parameters;
    entry.info.inputs = inputs;
    entry.info.observables = observables;
    entry.info.presets = presets;
    entry.info.fic = fic;
    entry.info.delayed = delayed;
    try {
      require_sound(entry);
    } catch (const arcuate::DataError& error) {
      return error.what();
    }
    return "";
  }
};

TEST(Sound, EveryModelOfTheCatalogueIs) {
  for (const Entry* entry : catalogue())
    EXPECT_NO_THROW(require_sound(*entry)) << entry->info.name;
}

TEST(Sound, ContradictionsAreNamed) {
  struct Case {
    std::function<void(Draft&)> change;
    const char* words;
  };
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const std::vector<Case> cases{
      {[](Draft& d) { d.name = "my model"; }, "name 'my model' is not letters"},
      {[](Draft& d) { d.name = ""; }, "name '' is not letters"},
      {[](Draft& d) { d.states.clear(); }, "model Mine has no states"},
      {[](Draft& d) { d.time_unit = 0.0; }, "time unit 0 ms is not positive"},
      {[](Draft& d) { d.states[0].name = "1x"; }, "state '1x': a name is"},
      {[](Draft& d) { d.states.push_back(d.states[0]); }, "state 'x': this name is given twice"},
      {[](Draft& d) { d.states[0].unit = "furlong/fortnite"; }, "'furlong/fortnite' is not known"},
      {[](Draft& d) {
         d.states[0].range = {1.0, 1.0};
       },
       "range 1 .. 1 is empty"},
      {[](Draft& d) { d.states[0].lower = 0.5; }, "initial value 0 is outside the bounds 0.5"},
      {[=](Draft& d) { d.states[0].initial = nan; }, "state 'x': the initial value nan"},
      {[=](Draft& d) { d.parameters[0].value = nan; }, "parameter 'k': the default is not finite"},
      {[](Draft& d) { d.inputs[0].gate = "g"; }, "input 'c': its gate 'g' is not a parameter"},
      {[](Draft& d) { d.inputs[0].source = "z"; }, "input 'c': its source 'z' is not"},
      {[](Draft& d) { d.observables[0].uses_input = true; }, "'y' depends on the input"},
      {[](Draft& d) { d.observables[0].name = "x"; }, "observable 'x': this name is given twice"},
      {[](Draft& d) {
         d.delayed = {{"c", "x", "k", ""}};
       },
       "delayed value 'c': this name is given twice"},
      {[](Draft& d) {
         d.delayed = {{"then", "z", "k", ""}};
       },
       "delayed value 'then': its source 'z' is not an observable"},
      {[](Draft& d) {
         d.delayed = {{"then", "x", "tau", ""}};
       },
       "its delay 'tau' is not a parameter"},
      {[](Draft& d) {
         d.delayed = {{"then", "x", "k", ""}};
       },
       "the unit of its delay 'k' is not ms"},
      {[](Draft& d) { d.values[0].parameter = "q"; }, "preset 'fast': 'q' is not a parameter"},
      {[](Draft& d) {
         d.fic = {"w", "y", "x", "x"};
       },
       "control of 'w': this is not a parameter"},
      {[](Draft& d) {
         d.fic = {"k", "r", "x", "x"};
       },
       "its rate 'r' is not an observable"},
      {[](Draft& d) {
         d.fic = {"k", "y", "x", "z"};
       },
       "'z' is not a state"},
      {[](Draft& d) {
         d.fic = {"k", "y", "x", "x"};
       },
       "an excitatory and an inhibitory state"},
  };
  EXPECT_EQ(Draft{}.complaint(), "");
  for (const Case& one : cases) {
    Draft draft;
    one.change(draft);
    EXPECT_THAT(draft.complaint(), HasSubstr(one.words));
  }
}

}  // namespace
