#include "observer.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <limits>
#include <numeric>
#include <utility>

#include "arcuate/monitor/kind.hpp"

namespace arcuate::monitor {
namespace {

/// What regions have whose model lacks a variable.
constexpr std::array<double, model::lanes> missing = [] {
  std::array<double, model::lanes> lanes{};
  lanes.fill(std::numeric_limits<double>::quiet_NaN());
  return lanes;
}();

}  // namespace

Observer::Observer(RecordedModels models)
    : models_(std::move(models)), derived_(models_.entries.size()) {}

/// Whether a value belongs to a state and the input of the step that starts from it.
bool Observer::of_input(const NamedQuantity& quantity, int model) const {
  if (quantity.kind == NamedQuantity::Kind::input) return true;
  const int index = quantity.index - static_cast<int>(info(model).states.size());
  return quantity.kind == NamedQuantity::Kind::observable && index >= 0 &&
         info(model).observables[static_cast<std::size_t>(index)].uses_input;
}

/// The row of a derived observable; it is computed once where several need it.
int Observer::need_observable(int model, int index, bool before, const Attention& attention) {
  auto& all = derived_[static_cast<std::size_t>(model)];
  const auto found = std::find_if(all.begin(), all.end(), [&](const Derived& d) {
    return d.index == index && d.before == before;
  });
  if (found == all.end()) {
    all.push_back({index, before, attention, {}, {}, {}});
    return static_cast<int>(all.size()) - 1;
  }
  Attention& at = found->at;
  at = {std::min(at.begin, attention.begin), std::gcd(at.stride, attention.stride),
        std::max(at.end, attention.end)};
  return static_cast<int>(found - all.begin());
}

/// The row of an expression, behind those of its operands.
int Observer::need_expression(int model, const expression::Program& program, bool before,
                              const Attention& attention) {
  Derived own{-1, before, attention, program, {}, {}};
  for (const std::string& name : program.names) {
    const NamedQuantity quantity =
        named_quantity(*models_.entries[static_cast<std::size_t>(model)], name);
    const int index = quantity.index - static_cast<int>(info(model).states.size());
    const bool derives = quantity.kind == NamedQuantity::Kind::observable && index >= 0;
    own.operands.push_back(quantity);
    own.operand_rows.push_back(derives ? need_observable(model, index, before, attention) : -1);
  }
  auto& all = derived_[static_cast<std::size_t>(model)];
  all.push_back(std::move(own));
  return static_cast<int>(all.size()) - 1;
}

Places Observer::need(const MonitorSpec& spec, const Attention& attention) {
  Places places(models_.entries.size());
  const bool never = attention.end < attention.begin;
  for (int model = 0; model < n_models(); ++model) {
    const std::vector<int>& variables = spec.variables_of(model);
    for (std::size_t v = 0; v < variables.size(); ++v) {
      const int index = variables[v] - static_cast<int>(info(model).states.size());
      const bool before = lag_of(spec, v, model) > 0;
      Place place{Place::In::state, variables[v]};
      if (variables[v] < 0 || never) {
        place = {};
      } else if (const ComputedVariable* computed = spec.computed_at(v)) {
        place = {Place::In::derived, need_expression(model, computed->program, before, attention)};
      } else if (spec.kind->of_inputs) {
        place.in = Place::In::input;
      } else if (index >= 0) {
        place = {Place::In::derived, need_observable(model, index, before, attention)};
      }
      places[static_cast<std::size_t>(model)].push_back(place);
    }
  }
  return places;
}

bool Observer::wants_input() const {
  for (int model = 0; model < n_models(); ++model) {
    for (const Derived& derived : derived_[static_cast<std::size_t>(model)]) {
      const int states = static_cast<int>(info(model).states.size());
      const NamedQuantity own{NamedQuantity::Kind::observable, derived.index + states, {}};
      if (derived.index >= 0 && of_input(own, model)) return true;
      if (std::any_of(derived.operands.begin(), derived.operands.end(),
                      [&](const NamedQuantity& one) { return of_input(one, model); }))
        return true;
    }
  }
  return false;
}

std::size_t Observer::derived_size() const {
  std::size_t most = 0;
  for (const auto& derived : derived_)
    most = std::max(most, derived.size());
  return most * most_steps * model::lanes;
}

std::size_t Observer::scratch_size() const {
  std::size_t most = 0;
  for (const auto& all : derived_) {
    for (const Derived& derived : all)
      most = std::max(most, expression::scratch_size(derived.program, most_steps));
  }
  return derived_size() + most;
}

engine::TileSample Observer::part_of(const engine::TileSample& sample, int done) const {
  const model::ModelInfo& own = info(sample.population);
  const auto states = static_cast<std::ptrdiff_t>(own.states.size()) * model::lanes;
  const auto inputs = static_cast<std::ptrdiff_t>(own.inputs.size()) * model::lanes;
  const std::ptrdiff_t parameters = std::ptrdiff_t{done} * sample.parameter_stride;
  engine::TileSample part = sample;
  part.first = sample.first + done;
  part.steps = std::min(sample.steps - done, most_steps);
  part.trace = sample.trace + done * states;
  part.parameter = sample.parameter + parameters;
  part.parameter_before = sample.parameter_before + parameters;
  part.input = sample.input == nullptr ? nullptr : sample.input + done * inputs;
  return part;
}

/// A name of an expression, from row `row` of its rows on.
expression::Operand Observer::operand(const engine::TileSample& sample, const Derived& derived,
                                      std::size_t i, Step row, const double* scratch) const {
  const model::ModelInfo& own = info(sample.population);
  const NamedQuantity& quantity = derived.operands[i];
  const auto states = static_cast<std::ptrdiff_t>(own.states.size()) * model::lanes;
  const auto inputs = static_cast<std::ptrdiff_t>(own.inputs.size()) * model::lanes;
  const std::ptrdiff_t at = std::ptrdiff_t{quantity.index} * model::lanes;
  if (quantity.kind == NamedQuantity::Kind::parameter) {
    const double* const first = derived.before ? sample.parameter_before : sample.parameter;
    return {first + row * sample.parameter_stride + at, sample.parameter_stride};
  }
  if (quantity.kind == NamedQuantity::Kind::input)
    return {sample.input + row * inputs + at, inputs};
  if (derived.operand_rows[i] >= 0) {
    return {scratch + (derived.operand_rows[i] * most_steps + row) * model::lanes, model::lanes};
  }
  return {sample.trace + (row - (derived.before ? 1 : 0)) * states + at, states};
}

/// Rows `row` .. of what is derived.
void Observer::compute(const engine::TileSample& sample, const Derived& derived, Step row, int rows,
                       double* scratch, double* out) const {
  const model::ModelInfo& own = info(sample.population);
  if (derived.index < 0) {
    std::array<expression::Operand, expression::most_names> operands;
    for (std::size_t i = 0; i < derived.operands.size(); ++i)
      operands[i] = operand(sample, derived, i, row, scratch);
    return expression::evaluate(derived.program, std::span(operands).first(derived.operands.size()),
                                rows, scratch + derived_size(), out);
  }
  const auto states = static_cast<Step>(own.states.size()) * model::lanes;
  const auto inputs = static_cast<Step>(own.inputs.size()) * model::lanes;
  const double* const trace = sample.trace - (derived.before ? states : 0);
  const double* const parameter = derived.before ? sample.parameter_before : sample.parameter;
  const bool given = sample.input != nullptr &&
                     own.observables[static_cast<std::size_t>(derived.index)].uses_input;
  const double* const input = given ? sample.input + row * inputs : nullptr;
  sample.kernel->observe(derived.index, rows, trace + row * states,
                         parameter + row * sample.parameter_stride, sample.parameter_stride, input,
                         out);
}

void Observer::observe(const engine::TileSample& sample, double* scratch) const {
  const auto& all = derived_[static_cast<std::size_t>(sample.population)];
  for (std::size_t i = 0; i < all.size(); ++i) {
    const Derived& derived = all[i];
    // With the input of a step goes the state from which it starts.
    const Step first = sample.first - (derived.before ? 1 : 0);
    const Step begin = std::max(first, derived.at.begin);
    const Step end = std::min(first + sample.steps - 1, derived.at.end);
    double* const out = scratch + i * most_steps * model::lanes;
    // All rows in one call, or one call for every row that a monitor can sample.
    const bool dense = derived.at.stride == 1;
    const Step first_due = (begin + derived.at.stride - 1) / derived.at.stride * derived.at.stride;
    for (Step step = first_due; step <= end; step += derived.at.stride) {
      const Step row = step - first;
      const int rows = dense ? static_cast<int>(end - step + 1) : 1;
      compute(sample, derived, row, rows, scratch, out + row * model::lanes);
      if (dense) break;
    }
  }
}

Rows Observer::rows_of(const engine::TileSample& sample, const double* scratch,
                       const Place& place) const {
  const model::ModelInfo& own = info(sample.population);
  const std::ptrdiff_t at = std::ptrdiff_t{place.row} * model::lanes;
  switch (place.in) {
    case Place::In::nowhere:
      break;
    case Place::In::input:
      assert(sample.input != nullptr);
      return {sample.input + at, static_cast<std::ptrdiff_t>(own.inputs.size()) * model::lanes};
    case Place::In::state:
      return {sample.trace + at, static_cast<std::ptrdiff_t>(own.states.size()) * model::lanes};
    case Place::In::derived:
      return {scratch + at * most_steps, model::lanes};
  }
  return {missing.data(), 0};
}

/// An expression is of the state from which a step starts when one of its names is.
Step Observer::lag_of(const MonitorSpec& spec, std::size_t variable, int model) const {
  const int index = spec.variables_of(model)[variable];
  if (index < 0) return 0;
  if (spec.kind->of_inputs) return 1;
  const auto late = [&](const NamedQuantity& one) { return of_input(one, model); };
  const ComputedVariable* const computed = spec.computed_at(variable);
  if (computed == nullptr) return late({NamedQuantity::Kind::observable, index, {}}) ? 1 : 0;
  const model::Entry& entry = *models_.entries[static_cast<std::size_t>(model)];
  const auto& names = computed->program.names;
  return std::any_of(names.begin(), names.end(),
                     [&](const std::string& name) { return late(named_quantity(entry, name)); })
             ? 1
             : 0;
}

std::vector<std::vector<Step>> Observer::lags_of(const MonitorSpec& spec) const {
  std::vector<std::vector<Step>> lags(models_.entries.size());
  for (int model = 0; model < n_models(); ++model) {
    for (std::size_t v = 0; v < spec.variables_of(model).size(); ++v)
      lags[static_cast<std::size_t>(model)].push_back(lag_of(spec, v, model));
  }
  return lags;
}

/// Empty when every model has all variables.
Presence Observer::presence_of(const MonitorSpec& spec) const {
  Presence presence;
  bool everywhere = true;
  for (std::size_t model = 0; model < models_.entries.size(); ++model) {
    presence.has.emplace_back();
    for (const int variable : spec.variables_of(static_cast<int>(model))) {
      presence.has.back().push_back(variable >= 0 ? 1 : 0);
      everywhere = everywhere && variable >= 0;
    }
  }
  if (everywhere) return {};
  presence.model_of = models_.model_of;
  return presence;
}

void Observer::name_variables(const MonitorSpec& spec, SeriesInfo& series) const {
  for (std::size_t v = 0; v < spec.n_variables(); ++v) {
    std::string name, units, without;
    bool alike = true;
    std::string_view first_unit;
    for (std::size_t m = 0; m < models_.entries.size(); ++m) {
      const model::Entry& entry = *models_.entries[m];
      const int index = spec.variables_of(static_cast<int>(m))[v];
      if (index < 0) {
        without.append(without.empty() ? "" : ", ").append(entry.info.name);
        continue;
      }
      const ComputedVariable* const computed = spec.computed_at(v);
      const bool input = spec.kind->of_inputs;
      const auto i = static_cast<std::size_t>(index);
      const std::string_view unit = computed != nullptr ? std::string_view(computed->unit)
                                    : input             ? entry.info.inputs[i].unit
                                                        : entry.observable_unit(index);
      alike = alike && (name.empty() || unit == first_unit);
      if (name.empty()) first_unit = unit;
      name = computed != nullptr ? std::string_view(computed->name)
             : input             ? entry.info.inputs[i].name
                                 : entry.observable_name(index);
      units.append(units.empty() ? "" : "; ").append(unit).append(" in ").append(entry.info.name);
    }
    series.variables.push_back(name);
    series.units.push_back(alike ? std::string(first_unit) : units);
    if (!without.empty())
      series.missing.append(series.missing.empty() ? "" : "; ") += name + ": " + without;
    if (!spec.computed.empty()) series.expressions.push_back(spec.computed[v].program.text);
  }
}

}  // namespace arcuate::monitor
