#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "arcuate/core/units.hpp"
#include "study_support.hpp"

namespace arcuate::test {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

monitor::MonitorSpec recorded(const std::string& variables) {
  return resolved(good_study, {"monitors=[{kind: raw, period: 1, variables: " + variables + "}]"})
      .monitors[0];
}

std::string refused(const std::string& variables) {
  return message_of([&] { recorded(variables); });
}

TEST(StudyExpressions, StandBesideNamesAndAreCompiledOnce) {
  const auto spec =
      recorded("[V, {name: lfp, expression: 'V - 2 * tau * r * J + c_r', unit: '1'}, r]");
  EXPECT_THAT(spec.variables_of(0), ElementsAre(1, 0, 0));
  ASSERT_EQ(spec.computed.size(), 3U);
  EXPECT_EQ(spec.computed_at(0), nullptr);
  EXPECT_EQ(spec.computed_at(1)->name, "lfp");
  EXPECT_EQ(spec.computed_at(1)->unit, "1");
  EXPECT_THAT(spec.computed_at(1)->program.names, ElementsAre("V", "tau", "r", "J", "c_r"));
  EXPECT_EQ(recorded("{name: a, expression: V}").computed_at(0)->name, "a");
  EXPECT_EQ(recorded("[V]").computed.size(), 0U);
}

TEST(StudyExpressions, WhatCannotBeMeantIsRefusedWithItsPlace) {
  const struct {
    const char* variables;
    const char* message;
    const char* also;
  } rows[] = {
      {"[{name: a, expression: 'V - * r'}]", "monitors.0.variables.0.expression: column 5: ", "^"},
      {"[{name: a, expression: 'V + etta'}]", "unknown name 'etta'; did you mean 'eta'?",
       "variables.0.expression"},
      {"[{name: a, expression: 'tan(V)'}]", "there is no function 'tan'", "tanh"},
      {"[{name: a, expression: 'max(V)'}]", "max takes 2 arguments, not 1", ""},
      {"[{name: a, expression: '1 + 2'}]", "names nothing of the model", "(allowed: r, V"},
      {"[{name: a, expression: ''}]", "is empty", "variables.0.expression"},
      {"[{name: V, expression: 'r'}]", "variables.0.name: 'V' is a name of the model already", ""},
      {"[{name: J, expression: 'r'}]", "'J' is a name of the model already", ""},
      {"[{name: exp, expression: 'r'}]", "'exp' is a name in expressions already", ""},
      {"[{name: pi, expression: 'r'}]", "'pi' is a name in expressions already", ""},
      {"[{name: 2r, expression: 'r'}]", "variables.0.name: '2r' (allowed: a letter, then", ""},
      {"[{expression: 'r'}]", "variables.0.name: missing", ""},
      {"[{name: a}]", "variables.0.expression: missing", ""},
      {"[{name: a, expression: r, units: Hz}]", "variables.0.units: unknown key",
       "did you mean 'unit'?"},
      {"[r, {name: a, expression: r}, {name: a, expression: V}]", "variables: 'a' twice", ""},
      {"[{name: a, expression: V, unit: mVV}]", "'mVV' is not a unit that udunits2 knows", ""},
      {"[[V]]", "monitors.0.variables: ", "list"},
  };
  for (const auto& row : rows)
    EXPECT_THAT(refused(row.variables), AllOf(HasSubstr(row.message), HasSubstr(row.also)))
        << row.variables;
}

TEST(StudyExpressions, WhatRegionsBroadcastMayBeComputed) {
  const auto simulation =
      resolved(good_study, {"coupling.source=[V, {name: rate, expression: 'r / tau'}]",
                            "coupling.target=[c_r, c_V]"})
          .simulation;
  const engine::Population& own = simulation.populations.front();
  ASSERT_EQ(own.links.size(), 2U);
  EXPECT_EQ(own.source_name(own.links[0].source), "V");
  EXPECT_EQ(own.source_name(own.links[1].source), "rate");
  ASSERT_EQ(own.computed.size(), 1U);
  const auto kernel = engine::kernel_of(own, simulation.method);
  const int states = static_cast<int>(own.model->info.states.size());
  std::vector<double> parameters(static_cast<std::size_t>(kernel->parameter_rows()), 0.0);
  parameters[static_cast<std::size_t>(own.model->parameter("tau"))] = 4.0;
  const std::vector<double> state{0.5, -2.0};
  const std::vector<double> input(2, 0.0);
  EXPECT_EQ(kernel->observe_one(own.links[1].source - states, state.data(), parameters.data(),
                                input.data()),
            0.125);
}

TEST(StudyExpressions, WhatCannotBeBroadcastIsRefusedWithItsPlace) {
  const struct {
    const char* source;
    const char* message;
  } rows[] = {
      {"{name: a, expression: 'V + c_r'}", "coupling.source.expression: 'c_r' depends on what"},
      {"{name: a, expression: 'V + etta'}", "unknown name 'etta'; did you mean 'eta'?"},
      {"{name: V, expression: 'r'}", "coupling.source.name: 'V' is a name of the model already"},
      {"[{name: a, expression: r}, {name: a, expression: V}]", "'a' twice, with different"},
      {"{name: a, expression: r, unit: mVV}", "'mVV' is not a unit"},
      {"{expression: r}", "coupling.source.name: missing"},
      {"{name: a, expresion: r}", "coupling.source.expresion: unknown key"},
      {"[]", "coupling.source=[]: the list is empty"},
  };
  for (const auto& row : rows) {
    const std::string message = message_of([&] {
      static_cast<void>(resolved(good_study, {"coupling.source=" + std::string(row.source),
                                              "coupling.target=[c_r, c_V]"}));
    });
    EXPECT_THAT(message, HasSubstr(row.message)) << row.source;
  }
}

TEST(StudyExpressions, UnitsAreCheckedWhereTheyAreGiven) {
  const std::vector<std::string> jansen{"model={name: JansenRit}", "noise={}",
                                        "coupling={name: sigmoidal_jansen_rit}"};
  const auto spec_of = [&](const std::string& variables) {
    std::vector<std::string> overrides = jansen;
    overrides.push_back("monitors=[{kind: raw, period: 1, variables: " + variables + "}]");
    return resolved(good_study, overrides).monitors[0];
  };
  EXPECT_EQ(spec_of("[{name: lfp, expression: y1 - y2}]").computed[0].unit, "mV");
  EXPECT_EQ(spec_of("[{name: lfp, expression: y1 - y2, unit: mV}]").computed[0].unit, "mV");
  EXPECT_EQ(spec_of("[{name: lfp, expression: 0.001 * y1, unit: V}]").computed[0].unit, "V");
  EXPECT_EQ(spec_of("[{name: lfp, expression: 2 * y1}]").computed[0].unit, "unknown");
  EXPECT_EQ(spec_of("[{name: lfp, expression: sqrt(abs(y1))}]").computed[0].unit, "unknown");
  EXPECT_THAT(message_of([&] { spec_of("[{name: lfp, expression: y1 - y2, unit: Hz}]"); }),
              HasSubstr("variables.0.unit: 'y1 - y2' is in 'mV', not in 'Hz'"));
  EXPECT_THAT(message_of([&] { spec_of("[{name: lfp, expression: y1 - y2, unit: V}]"); }),
              HasSubstr("multiply by the factor between them"));
}

TEST(StudyExpressions, AnInputThatNothingEntersIsRefused) {
  EXPECT_THAT(message_of([] {
                resolved(good_study, {"coupling=none",
                                      "monitors=[{kind: raw, variables: [{name: a, expression: "
                                      "V + c_r}]}]"});
              }),
              HasSubstr("monitors.0.variables.0: input 'c_r' is not coupled to the network"));
}

TEST(StudyExpressions, AModelWithoutTheNamesIsLeftOut) {
  const std::vector<std::string> overrides{
      "model={name: JansenRit}", "coupling=none",
      "monitors=[{kind: raw, period: 1, variables: [{name: lfp, expression: y1 - y2}]}]"};
  EXPECT_THAT(message_of([&] {
                auto more = overrides;
                more[0] = "model={name: Linear}";
                more.emplace_back("noise={}");
                resolved(good_study, more);
              }),
              HasSubstr("unknown name 'y1'"));
}

/// What a name means in an expression must not depend on an order that nobody sees.
TEST(StudyExpressions, NoModelHasTwoQuantitiesOfOneName) {
  for (const model::Entry* entry : model::catalogue()) {
    std::vector<std::string> names;
    for (int i = 0; i < entry->n_observables(); ++i)
      names.emplace_back(entry->observable_name(i));
    for (const auto& input : entry->info.inputs)
      names.emplace_back(input.name);
    for (const auto& parameter : entry->info.parameters)
      names.emplace_back(parameter.name);
    std::sort(names.begin(), names.end());
    const auto twice = std::adjacent_find(names.begin(), names.end());
    EXPECT_EQ(twice, names.end()) << entry->info.name << ": " << *twice;
    EXPECT_FALSE(std::binary_search(names.begin(), names.end(), "pi")) << entry->info.name;
    for (const std::string& name : names) {
      EXPECT_EQ(name.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                       "0123456789_"),
                std::string::npos)
          << entry->info.name << ": " << name;
    }
  }
}

std::string bound(const std::string& model) {
  return message_of([&] { resolved(good_study, {"noise={}", "model=" + model}); });
}

TEST(StudyBounds, AreReadWithTheirUnits) {
  const auto spec = resolved(good_study, {"noise={}", "monitors=[]", "coupling=none",
                                          "model={name: JansenRit, bounds: {y0: [-1 mV, 0.002 V], "
                                          "y2: [0, inf]}}"});
  const model::Bounds& bounds = spec.simulation.populations[0].bounds;
  ASSERT_EQ(bounds.size(), 6U);
  EXPECT_EQ(bounds[0].low, -1.0);
  EXPECT_EQ(bounds[0].high, 2.0);
  EXPECT_EQ(bounds[1].low, -model::unbounded);
  EXPECT_EQ(bounds[1].high, model::unbounded);
  EXPECT_EQ(bounds[2].low, 0.0);
  EXPECT_EQ(bounds[2].high, model::unbounded);
  EXPECT_TRUE(resolved(good_study, {}).simulation.populations[0].bounds.empty());
}

TEST(StudyBounds, WhatCannotBeMeantIsRefusedWithItsPlace) {
  const struct {
    const char* model;
    const char* message;
    const char* also;
  } rows[] = {
      {"{name: JansenRit, bounds: {y7: [0, 1]}}", "model.bounds.y7: unknown key",
       "(allowed: y0, y1"},
      {"{name: JansenRit, bounds: {y0: [1, 0]}}", "model.bounds.y0: [1, 0]: the first must", ""},
      {"{name: JansenRit, bounds: {y0: [1, 1]}}", "model.bounds.y0: [1, 1]: the first must", ""},
      {"{name: JansenRit, bounds: {y0: [nan, 1]}}", "model.bounds.y0", ""},
      {"{name: JansenRit, bounds: {y0: 3}}", "model.bounds.y0: expected [low, high], not '3'", ""},
      {"{name: JansenRit, bounds: {y0: [1]}}", "expected [low, high], not a list", ""},
      {"{name: JansenRit, bounds: {y0: [0 Hz, 1]}}", "model.bounds.y0: '0 Hz'", "mV"},
      {"{name: JansenRit, bounds: [0, 1]}", "model.bounds: expected a map, not a list", ""},
      {"{name: JansenRit, bounds: {y0: [2, 3]}}",
       "model.bounds: y0 is 0 at t = 0, outside of "
       "[2, 3]: give `initial`",
       ""},
      {"{name: JansenRit, bounds: {y0: [2, 3]}, initial: {y0: 4}}",
       "model.initial.y0: 4 is out of range", "2 to 3"},
      {"{name: JansenRit, bounds: {y0: [2, 3]}, initial: {y0: {uniform: [2, 5]}}}",
       "model.initial.y0", "2 to 3"},
      {"{name: ReducedWongWang, bounds: {S: [0, 1.5]}}",
       "model.bounds.S: [0, 1.5] is wider than the model itself lets it be",
       "(allowed: within 0 to 1)"},
  };
  for (const auto& row : rows)
    EXPECT_THAT(bound(row.model), AllOf(HasSubstr(row.message), HasSubstr(row.also))) << row.model;
}

}  // namespace
}  // namespace arcuate::test
