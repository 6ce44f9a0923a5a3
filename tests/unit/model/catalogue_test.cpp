#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <string>
#include <vector>

#include "arcuate/core/units.hpp"
#include "arcuate/model/catalogue/reduced_wong_wang_exc_inh.hpp"
#include "arcuate/model/entry.hpp"
#include "support/tables.hpp"

namespace {

using arcuate::Vec;
using arcuate::model::Entry;

TEST(Catalogue, FindsEveryModelByItsNameAndNothingElse) {
  std::set<std::string_view> names;
  for (const Entry* entry : arcuate::model::catalogue()) {
    EXPECT_TRUE(names.insert(entry->info.name).second) << entry->info.name;
    EXPECT_EQ(arcuate::model::find(entry->info.name), entry);
  }
  EXPECT_GE(names.size(), 10U);
  EXPECT_EQ(arcuate::model::find("jansenrit"), nullptr);
  EXPECT_EQ(arcuate::model::find(""), nullptr);
}

TEST(Catalogue, IndicesCountStatesFirstThenDerivedObservables) {
  const Entry& wendling = *arcuate::model::find("Wendling");
  EXPECT_EQ(wendling.state("y9"), 9);
  EXPECT_EQ(wendling.state("lfp"), -1);
  EXPECT_EQ(wendling.parameter("p_mean"), 17);
  EXPECT_EQ(wendling.input("y0_path"), 1);
  EXPECT_EQ(wendling.observable("y0"), 0);
  EXPECT_EQ(wendling.observable("rate"), 11);
  EXPECT_EQ(wendling.observable("p"), -1);
  EXPECT_EQ(wendling.n_observables(), 12);
  EXPECT_EQ(wendling.observable_name(10), "lfp");
  EXPECT_EQ(wendling.observable_unit(10), "mV");
  EXPECT_EQ(wendling.observable_unit(5), "mV/s");
}

template <class Table>
void expect_unique_and_told(const Table& table, std::set<std::string_view>& names,
                            std::string_view model) {
  for (const auto& row : table) {
    EXPECT_TRUE(names.insert(row.name).second) << model << " " << row.name << " twice";
    EXPECT_FALSE(row.meaning.empty()) << model << " " << row.name;
    // Asks the unit library whether the unit exists: a number without a unit is in that unit.
    EXPECT_NO_THROW(arcuate::units::parse("1", row.unit)) << model << " " << row.name;
    EXPECT_TRUE(arcuate::units::known(row.unit)) << model << " " << row.name;
    if (row.unit == "1") continue;
    EXPECT_DOUBLE_EQ(arcuate::units::parse(std::string("1 ").append(row.unit), row.unit), 1.0)
        << model << " " << row.name;
  }
}

TEST(Catalogue, InhibitionControlHoldsARateInHertz) {
  int models = 0;
  for (const Entry* entry : arcuate::model::catalogue()) {
    const auto& fic = entry->info.fic;
    if (fic.parameter.empty()) continue;
    ++models;
    EXPECT_EQ(entry->observable_unit(entry->observable(fic.rate)), "Hz") << entry->info.name;
  }
  EXPECT_GE(models, 2);
}

TEST(Catalogue, EveryNameIsUniqueExplainedAndHasAKnownUnit) {
  for (const Entry* entry : arcuate::model::catalogue()) {
    const auto& info = entry->info;
    std::set<std::string_view> observables, parameters, inputs;
    expect_unique_and_told(info.states, observables, info.name);
    expect_unique_and_told(info.observables, observables, info.name);
    expect_unique_and_told(info.parameters, parameters, info.name);
    expect_unique_and_told(info.inputs, inputs, info.name);
  }
}

TEST(Catalogue, DefaultsLieInsideTheirRangesAndRangesInsideTheBounds) {
  for (const Entry* entry : arcuate::model::catalogue()) {
    for (const auto& state : entry->info.states) {
      EXPECT_LT(state.range.low, state.range.high) << entry->info.name << " " << state.name;
      EXPECT_GE(state.range.low, state.lower) << entry->info.name << " " << state.name;
      EXPECT_LE(state.range.high, state.upper) << entry->info.name << " " << state.name;
      EXPECT_GE(state.initial, state.range.low) << entry->info.name << " " << state.name;
      EXPECT_LE(state.initial, state.range.high) << entry->info.name << " " << state.name;
    }
    for (const auto& parameter : entry->info.parameters) {
      EXPECT_LT(parameter.range.low, parameter.range.high)
          << entry->info.name << " " << parameter.name;
      EXPECT_GE(parameter.value, parameter.range.low) << entry->info.name << " " << parameter.name;
      EXPECT_LE(parameter.value, parameter.range.high) << entry->info.name << " " << parameter.name;
    }
  }
}

TEST(Catalogue, SourcesAndGatesOfInputsExist) {
  for (const Entry* entry : arcuate::model::catalogue()) {
    const auto& info = entry->info;
    for (const auto& input : info.inputs) {
      if (!input.gate.empty()) {
        EXPECT_GE(entry->parameter(input.gate), 0) << info.name;
      }
      if (input.source.empty()) continue;
      const int source = entry->observable(input.source);
      ASSERT_GE(source, 0) << info.name << " " << input.name;
      const int derived = source - static_cast<int>(info.states.size());
      if (derived >= 0) {
        EXPECT_FALSE(info.observables[static_cast<std::size_t>(derived)].uses_input)
            << info.name << ": what needs the input cannot be broadcast";
      }
    }
  }
}

TEST(Catalogue, DelayedValuesNameASourceAndAParameterInMilliseconds) {
  for (const Entry* entry : arcuate::model::catalogue()) {
    const auto& info = entry->info;
    std::set<std::string_view> names;
    for (const auto& input : info.inputs)
      names.insert(input.name);
    for (const auto& delayed : info.delayed) {
      EXPECT_TRUE(names.insert(delayed.name).second) << info.name << " " << delayed.name;
      EXPECT_FALSE(delayed.meaning.empty()) << info.name << " " << delayed.name;
      const int source = entry->observable(delayed.source);
      ASSERT_GE(source, 0) << info.name << " " << delayed.name;
      const int derived = source - static_cast<int>(info.states.size());
      if (derived >= 0) {
        EXPECT_FALSE(info.observables[static_cast<std::size_t>(derived)].uses_input)
            << info.name << ": the past of the input is not kept";
      }
      const int delay = entry->parameter(delayed.delay);
      ASSERT_GE(delay, 0) << info.name << " " << delayed.name;
      EXPECT_EQ(info.parameters[static_cast<std::size_t>(delay)].unit, "ms") << info.name;
      EXPECT_GT(info.parameters[static_cast<std::size_t>(delay)].range.low, 0.0) << info.name;
    }
  }
}

TEST(Catalogue, EveryModelCitesItsSourceAndWritesItsEquations) {
  const std::set<std::string_view> categories{"phenomenological", "neural mass", "mean field",
                                              "epilepsy"};
  for (const Entry* entry : arcuate::model::catalogue()) {
    const auto& info = entry->info;
    EXPECT_NE(info.reference.find("doi:10."), std::string_view::npos) << info.name;
    EXPECT_TRUE(categories.contains(info.category)) << info.name << " " << info.category;
    EXPECT_FALSE(info.title.empty()) << info.name;
    for (const auto& state : info.states) {
      const std::string name(state.name);
      EXPECT_NE(info.equations.find(state.assigned ? name + "(t + dt)" : "d" + name + "/dt"),
                std::string_view::npos)
          << info.name << " " << state.name;
    }
    for (const auto& parameter : info.parameters) {
      const auto& name = parameter.name;
      // a_e and a_i may be written as a_p.
      const std::string shared = std::string(name.substr(0, name.find('_'))).append("_p");
      EXPECT_TRUE(info.equations.find(name) != std::string_view::npos ||
                  info.equations.find(shared) != std::string_view::npos)
          << info.name << " " << name;
    }
  }
}

struct RoundProbe {
  std::vector<double> state, parameter, input;
};

/// A state away from kinks: a third of the range, shifted by the index.
RoundProbe probe_of(const Entry& entry) {
  RoundProbe probe;
  for (const auto& state : entry.info.states) {
    const auto k = probe.state.size();
    probe.state.push_back(state.range.low + (state.range.high - state.range.low) *
                                                (0.31 + 0.07 * static_cast<double>(k % 3)));
  }
  for (const auto& parameter : entry.info.parameters)
    probe.parameter.push_back(parameter.value);
  for (std::size_t k = 0; k < entry.info.inputs.size() + entry.info.delayed.size(); ++k)
    probe.input.push_back(0.1 * static_cast<double>(k + 1));
  return probe;
}

TEST(Catalogue, DualNumbersGiveTheJacobianThatFiniteDifferencesGive) {
  for (const Entry* entry : arcuate::model::catalogue()) {
    const auto kernel = entry->make_kernel(arcuate::model::Method::euler);
    kernel->use_table(arcuate::test::coarse_table(entry->info));
    RoundProbe probe = probe_of(*entry);
    probe.parameter.resize(static_cast<std::size_t>(kernel->parameter_rows()));
    kernel->derive_of_one(probe.parameter.data());
    const std::size_t n = probe.state.size();
    const auto rates = [&](std::vector<double> x) {
      std::vector<double> f(n);
      kernel->rhs_of_one(x.data(), probe.parameter.data(), probe.input.data(), f.data());
      return f;
    };
    std::vector<double> exact(n * n);
    kernel->jacobian_of_one(probe.state.data(), probe.parameter.data(), probe.input.data(),
                            exact.data());
    const auto here = rates(probe.state);
    for (std::size_t k = 0; k < n; ++k) {
      const auto& range = entry->info.states[k].range;
      const double h =
          std::min(1e-6 * (1.0 + std::abs(probe.state[k])), 1e-4 * (range.high - range.low));
      auto up = probe.state, down = probe.state;
      up[k] += h;
      down[k] -= h;
      const auto above = rates(up), below = rates(down);
      for (std::size_t i = 0; i < n; ++i) {
        const double difference = (above[i] - below[i]) / (2.0 * h);
        const double scale = 1.0 + std::abs(difference) + std::abs(here[i]);
        EXPECT_NEAR(exact[i * n + k], difference, 1e-7 * scale)
            << entry->info.name << ": d f" << i << " / d x" << k;
      }
    }
  }
}

TEST(ReducedWongWangExcInh, IsFiniteAtTheRemovableSingularity) {
  using Model = arcuate::model::ReducedWongWangExcInh;
  Vec<double, std::size(Model::parameters)> p;
  for (std::size_t k = 0; k < p.size(); ++k)
    p[k] = Model::parameters[k].value;
  p[1] = 0.0;   // b_e
  p[15] = 0.0;  // I_o
  const Vec<double, 2> state{0.0, 0.0};
  const Vec<double, 1> input{0.0};
  EXPECT_DOUBLE_EQ(Model::observe(state, p, input)[0], 1.0 / 0.16);
  EXPECT_DOUBLE_EQ(Model::rhs(state, p, input)[0], 0.000641 / 0.16);
}

TEST(JansenRit, ObservesTheDifferenceOfTheTwoPotentials) {
  const Entry& entry = *arcuate::model::find("JansenRit");
  const auto kernel = entry.make_kernel(arcuate::model::Method::heun);
  const std::vector<double> state{1.0, 20.0, 12.5, 0.0, 0.0, 0.0};
  EXPECT_EQ(kernel->observe_one(0, state.data(), probe_of(entry).parameter.data(), nullptr), 7.5);
}

}  // namespace
