#include <gtest/gtest.h>

#include <cmath>
#include <set>
#include <string>

#include "arcuate/core/dual.hpp"
#include "arcuate/core/units.hpp"
#include "arcuate/model/catalogue/epileptor.hpp"
#include "arcuate/model/catalogue/generic_2d_oscillator.hpp"
#include "arcuate/model/catalogue/jansen_rit.hpp"
#include "arcuate/model/catalogue/kuramoto.hpp"
#include "arcuate/model/catalogue/linear.hpp"
#include "arcuate/model/catalogue/montbrio_pazo_roxin.hpp"
#include "arcuate/model/catalogue/reduced_wong_wang_exc_inh.hpp"
#include "arcuate/model/catalogue/sup_hopf.hpp"
#include "arcuate/model/catalogue/wendling.hpp"
#include "arcuate/model/catalogue/wilson_cowan.hpp"
#include "arcuate/model/entry.hpp"

namespace {

using arcuate::Dual;
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
    EXPECT_NO_THROW(arcuate::units::parse(std::string("1 ").append(row.unit), row.unit))
        << model << " " << row.name;
  }
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

TEST(Catalogue, EveryModelCitesItsSourceAndWritesItsEquations) {
  const std::set<std::string_view> categories{"phenomenological", "neural mass", "mean field",
                                              "epilepsy"};
  for (const Entry* entry : arcuate::model::catalogue()) {
    const auto& info = entry->info;
    EXPECT_NE(info.reference.find("doi:10."), std::string_view::npos) << info.name;
    EXPECT_TRUE(categories.contains(info.category)) << info.name << " " << info.category;
    EXPECT_FALSE(info.title.empty()) << info.name;
    for (const auto& state : info.states) {
      EXPECT_NE(info.equations.find(std::string("d").append(state.name).append("/dt")),
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

template <class Model>
class EveryModel : public testing::Test {};
using Models =
    testing::Types<arcuate::model::Linear, arcuate::model::Kuramoto, arcuate::model::SupHopf,
                   arcuate::model::Generic2dOscillator, arcuate::model::WilsonCowan,
                   arcuate::model::JansenRit, arcuate::model::MontbrioPazoRoxin,
                   arcuate::model::ReducedWongWangExcInh, arcuate::model::Epileptor,
                   arcuate::model::Wendling>;
TYPED_TEST_SUITE(EveryModel, Models);

/// A state away from kinks: a third of the range, shifted by the index.
template <class Model>
auto probe_state() {
  Vec<double, std::size(Model::states)> x;
  for (std::size_t k = 0; k < x.size(); ++k) {
    const auto range = Model::states[k].range;
    x[k] = range.low + (range.high - range.low) * (0.31 + 0.07 * static_cast<double>(k % 3));
  }
  return x;
}

template <class Model>
auto default_parameters() {
  Vec<double, std::size(Model::parameters)> p;
  for (std::size_t k = 0; k < p.size(); ++k)
    p[k] = Model::parameters[k].value;
  return p;
}

template <class Model>
auto probe_input() {
  Vec<double, std::size(Model::inputs)> input;
  for (std::size_t k = 0; k < input.size(); ++k)
    input[k] = 0.1 * static_cast<double>(k + 1);
  return input;
}

TYPED_TEST(EveryModel, DualNumbersGiveTheJacobianThatFiniteDifferencesGive) {
  const auto x = probe_state<TypeParam>();
  const auto p = default_parameters<TypeParam>();
  const auto input = probe_input<TypeParam>();
  for (std::size_t k = 0; k < x.size(); ++k) {
    Vec<Dual, std::size(TypeParam::states)> seeded;
    for (std::size_t i = 0; i < x.size(); ++i)
      seeded[i] = Dual(x[i], i == k ? 1.0 : 0.0);
    const auto exact = TypeParam::rhs(seeded, p, input);
    const double h = 1e-6 * (1.0 + std::abs(x[k]));
    auto up = x, down = x;
    up[k] += h;
    down[k] -= h;
    const auto above = TypeParam::rhs(up, p, input);
    const auto below = TypeParam::rhs(down, p, input);
    const auto here = TypeParam::rhs(x, p, input);
    for (std::size_t i = 0; i < x.size(); ++i) {
      const double difference = (above[i] - below[i]) / (2.0 * h);
      const double scale = 1.0 + std::abs(difference) + std::abs(here[i]);
      EXPECT_NEAR(exact[i].derivative, difference, 1e-7 * scale) << "d f" << i << " / d x" << k;
      EXPECT_EQ(exact[i].value, here[i]) << "value of f" << i;
    }
  }
}

TEST(ReducedWongWangExcInh, IsFiniteAtTheRemovableSingularity) {
  using Model = arcuate::model::ReducedWongWangExcInh;
  auto p = default_parameters<Model>();
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
  EXPECT_EQ(kernel->observe_one(0, state.data(),
                                default_parameters<arcuate::model::JansenRit>().data(), nullptr),
            7.5);
}

}  // namespace
