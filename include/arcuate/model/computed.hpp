#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "arcuate/core/expression.hpp"
#include "arcuate/model/entry.hpp"
#include "arcuate/model/kernel.hpp"

/// Variables that a study computes from those of a region (docs/decisions/expressions.md).
namespace arcuate::model {

struct ComputedVariable {
  std::string name;  ///< "": the variable is one of the model
  std::string unit;
  expression::Program program;
};

/// What a name in an expression stands for in a model.
struct NamedQuantity {
  enum class Kind { none, observable, input, parameter };
  Kind kind = Kind::none;
  int index = -1;  ///< of observables as Entry::observable() counts them
  std::string_view unit;
};
NamedQuantity named_quantity(const Entry& model, std::string_view name);

/// A kernel that has these observables behind those of its model. Their names are states,
/// parameters, and observables of the model that do not depend on the input.
std::unique_ptr<Kernel> computing(std::unique_ptr<Kernel> kernel, const Entry& model,
                                  const std::vector<ComputedVariable>& computed);

}  // namespace arcuate::model
