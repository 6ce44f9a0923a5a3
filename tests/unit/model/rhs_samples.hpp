#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "arcuate/model/entry.hpp"

/// Right-hand sides that another program computed, and the list of the models that have any.
namespace arcuate::test {

using Settings = std::vector<std::pair<const char*, double>>;

/// One evaluation of a right-hand side, at default parameters except for `parameters`.
struct RhsSample {
  const char* model;
  Settings parameters;
  std::vector<double> state, input, rate;
};

inline std::vector<double> parameters_of(const model::Entry& entry, const Settings& settings) {
  std::vector<double> values;
  for (const auto& p : entry.info.parameters)
    values.push_back(p.value);
  for (const auto& [name, value] : settings) {
    const int index = entry.parameter(name);
    EXPECT_GE(index, 0) << entry.info.name << " has no parameter " << name;
    if (index >= 0) values[static_cast<std::size_t>(index)] = value;
  }
  return values;
}

/// The model's right-hand side equals the sample's to 1e-12 (1 + |rate|). Inputs that the model
/// does not have are dropped, missing ones are 0. Values of the past follow the inputs.
inline void expect_rate(const RhsSample& sample) {
  const model::Entry* entry = model::find(sample.model);
  ASSERT_NE(entry, nullptr) << sample.model;
  ASSERT_EQ(entry->info.states.size(), sample.state.size()) << sample.model;
  ASSERT_EQ(sample.rate.size(), sample.state.size()) << sample.model;
  const auto kernel = entry->make_kernel(model::Method::euler);
  auto parameters = parameters_of(*entry, sample.parameters);
  parameters.resize(static_cast<std::size_t>(kernel->parameter_rows()));
  kernel->derive_of_one(parameters.data());
  std::vector<double> input = sample.input, rate(sample.state.size());
  input.resize(entry->info.inputs.size() + entry->info.delayed.size());
  kernel->rhs_of_one(sample.state.data(), parameters.data(), input.data(), rate.data());
  for (std::size_t k = 0; k < rate.size(); ++k) {
    EXPECT_NEAR(rate[k], sample.rate[k], 1e-12 * (1.0 + std::abs(sample.rate[k])))
        << sample.model << ", equation " << k;
  }
}

/// Models that tables of samples cover; every file with a table adds its models before main.
inline std::set<std::string>& sampled_models() {
  static std::set<std::string> names;
  return names;
}
inline bool declare_samples(const std::vector<RhsSample>& samples) {
  for (const auto& sample : samples)
    sampled_models().insert(sample.model);
  return true;
}

}  // namespace arcuate::test
