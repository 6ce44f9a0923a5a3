#include "arcuate/search/trial.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "evaluator.hpp"

namespace arcuate::search {

std::string name_of(const Order& order) {
  return order.name.empty() ? fmt::format("{:06}", order.id) : order.name;
}

std::string state_of(const TrialSetup& setup, const Order& order) {
  if (setup.states.empty() || !setup.recordings.empty()) return "";
  return (std::filesystem::path(setup.states) / name_of(order)).string();
}

std::string recording_of(const TrialSetup& setup, const Order& order) {
  if (setup.recordings.empty()) return "";
  return (std::filesystem::path(setup.recordings) / (name_of(order) + ".h5")).string();
}

void keep(const std::string& feature, const analysis::Result& result, Outcome& outcome) {
  for (const std::string& note : result.notes)
    outcome.notes.push_back(feature + ": " + note);
  for (const analysis::Array& array : result.arrays) {
    KeptArray kept{feature, array.name, array.unit, {}, array.values};
    for (const std::string& name : array.axes) {
      const auto axis = std::find_if(result.axes.begin(), result.axes.end(),
                                     [&](const analysis::Axis& one) { return one.name == name; });
      if (axis != result.axes.end()) kept.axes.push_back(*axis);
    }
    outcome.features.push_back(std::move(kept));
  }
}

struct Trials::Impl {
  std::unique_ptr<Evaluator> evaluator;
};

Trials::Trials(const TrialSetup& setup)
    : impl_(std::make_unique<Impl>(
          Impl{setup.neurons ? evaluator_of_neurons(setup) : evaluator_of_regions(setup)})) {}
Trials::~Trials() = default;

Outcome Trials::run(const comm::Communicator& team, const Order& order, const ShouldStop& stop) {
  return impl_->evaluator->run(team, order, stop);
}

}  // namespace arcuate::search
