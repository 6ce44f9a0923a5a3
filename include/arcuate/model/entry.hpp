#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "arcuate/model/descriptor.hpp"
#include "arcuate/model/kernel.hpp"

/// The catalogue of compiled models.
namespace arcuate::model {

/// A model as the rest of the program sees it: its descriptor and its compiled kernels.
struct Entry {
  ModelInfo info;
  std::unique_ptr<Kernel> (*make_kernel)(Method) = nullptr;

  /// Index of a state, parameter, input; -1 when the model has none of that name.
  [[nodiscard]] int state(std::string_view name) const;
  [[nodiscard]] int parameter(std::string_view name) const;
  [[nodiscard]] int input(std::string_view name) const;
  /// The preset of that name, or nullptr.
  [[nodiscard]] const PresetInfo* preset(std::string_view name) const;
  /// Every parameter's value: of `preset` where it has one, else the default; nullptr: the
  /// defaults.
  [[nodiscard]] std::vector<double> parameter_values(const PresetInfo* preset) const;
  /// Index among all observables: the states first, then info.observables; -1 when unknown.
  [[nodiscard]] int observable(std::string_view name) const;
  [[nodiscard]] int n_observables() const;
  [[nodiscard]] std::string_view observable_name(int index) const;
  [[nodiscard]] std::string_view observable_unit(int index) const;
};

/// All models, in the order of cmake/ArcuateModels.cmake.
const std::vector<const Entry*>& catalogue();

/// The model of that name (exact), or nullptr.
const Entry* find(std::string_view name);

}  // namespace arcuate::model
