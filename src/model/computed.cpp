#include "arcuate/model/computed.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <stdexcept>

#include "arcuate/core/index.hpp"
#include "arcuate/model/rows.hpp"
#include "forwarding_kernel.hpp"

namespace arcuate::model {
namespace {

/// Observables of the model come first, then those of the study.
class ComputingKernel final : public ForwardingKernel {
 public:
  ComputingKernel(std::unique_ptr<Kernel> kernel, const Entry& model,
                  const std::vector<ComputedVariable>& computed)
      : ForwardingKernel(std::move(kernel)),
        states_(static_cast<int>(model.info.states.size())),
        observables_(static_cast<int>(model.info.observables.size())) {
    for (const ComputedVariable& variable : computed)
      all_.push_back(with_operands(variable, model));
  }

  void observe(int index, int steps, const double* trace, const double* parameter,
               int parameter_stride, const double* input, double* out) const override {
    if (index < observables_)
      return inner().observe(index, steps, trace, parameter, parameter_stride, input, out);
    const Variable& variable = all_[z(index - observables_)];
    const std::size_t row = z(steps) * lanes;
    const std::size_t observed = variable.derived * row;
    thread_local std::vector<double> room;
    room.resize(
        std::max(room.size(), observed + expression::scratch_size(variable.program, steps)));
    std::array<expression::Operand, expression::most_names> operands;
    double* next = room.data();
    for (std::size_t i = 0; i < variable.operands.size(); ++i) {
      const auto [kind, at, unit] = variable.operands[i];
      if (kind == NamedQuantity::Kind::parameter) {
        operands.at(i) = {parameter + std::ptrdiff_t{at} * lanes, parameter_stride};
      } else if (at < states_) {
        operands.at(i) = {trace + std::ptrdiff_t{at} * lanes, std::ptrdiff_t{states_} * lanes};
      } else {
        inner().observe(at - states_, steps, trace, parameter, parameter_stride, input, next);
        operands.at(i) = {next, lanes};
        next += row;
      }
    }
    expression::evaluate(variable.program, std::span(operands).first(variable.operands.size()),
                         steps, next, out);
  }

  double observe_one(int index, const double* state, const double* parameter,
                     const double* input) const override {
    if (index < observables_) return inner().observe_one(index, state, parameter, input);
    const Variable& variable = all_[z(index - observables_)];
    std::vector<std::array<double, lanes>> rows(variable.operands.size());
    std::array<expression::Operand, expression::most_names> operands;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const auto [kind, at, unit] = variable.operands[i];
      rows[i].fill(kind == NamedQuantity::Kind::parameter ? parameter[at]
                   : at < states_                         ? state[at]
                                  : inner().observe_one(at - states_, state, parameter, input));
      operands.at(i) = {rows[i].data(), 0};
    }
    std::vector<double> room(expression::scratch_size(variable.program, 1));
    std::array<double, lanes> out{};
    expression::evaluate(variable.program, std::span(operands).first(rows.size()), 1, room.data(),
                         out.data());
    return out.front();
  }

 private:
  struct Variable {
    expression::Program program;
    std::vector<NamedQuantity> operands;  ///< as Program::names
    std::size_t derived = 0;              ///< operands that are observables and no states
  };

  [[nodiscard]] Variable with_operands(const ComputedVariable& variable, const Entry& model) const {
    Variable own{variable.program, {}, 0};
    for (const std::string& name : variable.program.names) {
      const NamedQuantity quantity = named_quantity(model, name);
      const bool observable = quantity.kind == NamedQuantity::Kind::observable;
      const bool derived = observable && quantity.index >= states_;
      const bool known =
          quantity.kind == NamedQuantity::Kind::parameter ||
          (observable &&
           !(derived && model.info.observables[z(quantity.index - states_)].uses_input));
      if (!known) throw std::logic_error("computing: '" + name + "' cannot be an operand");
      own.derived += derived ? 1 : 0;
      own.operands.push_back(quantity);
    }
    return own;
  }

  int states_, observables_;
  std::vector<Variable> all_;
};

}  // namespace

NamedQuantity named_quantity(const Entry& model, std::string_view name) {
  using What = NamedQuantity::Kind;
  if (const int index = model.observable(name); index >= 0)
    return {What::observable, index, model.observable_unit(index)};
  if (const int index = model.input(name); index >= 0)
    return {What::input, index, model.info.inputs[z(index)].unit};
  if (const int index = model.parameter(name); index >= 0)
    return {What::parameter, index, model.info.parameters[z(index)].unit};
  return {};
}

std::unique_ptr<Kernel> computing(std::unique_ptr<Kernel> kernel, const Entry& model,
                                  const std::vector<ComputedVariable>& computed) {
  return std::make_unique<ComputingKernel>(std::move(kernel), model, computed);
}

}  // namespace arcuate::model
