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

void Observer::need(const MonitorSpec& spec, const Attention& attention) {
  if (spec.kind->of_inputs || attention.end < attention.begin) return;
  for (int model = 0; model < n_models(); ++model) {
    auto& all = derived_[static_cast<std::size_t>(model)];
    for (const int variable : spec.variables_of(model)) {
      const int index = variable - static_cast<int>(info(model).states.size());
      if (index < 0) continue;
      const int row = derived_row(variable, model);
      if (row < 0) {
        all.push_back({index, attention});
        continue;
      }
      Attention& at = all[static_cast<std::size_t>(row)].at;
      at = {std::min(at.begin, attention.begin), std::gcd(at.stride, attention.stride),
            std::max(at.end, attention.end)};
    }
  }
}

int Observer::derived_row(int observable, int model) const {
  const auto& all = derived_[static_cast<std::size_t>(model)];
  const int index = observable - static_cast<int>(info(model).states.size());
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const Derived& d) { return d.index == index; });
  return found == all.end() ? -1 : static_cast<int>(found - all.begin());
}

bool Observer::wants_input() const {
  for (int model = 0; model < n_models(); ++model) {
    for (const Derived& derived : derived_[static_cast<std::size_t>(model)]) {
      if (info(model).observables[static_cast<std::size_t>(derived.index)].uses_input) return true;
    }
  }
  return false;
}

std::size_t Observer::scratch_size() const {
  std::size_t most = 0;
  for (const auto& derived : derived_)
    most = std::max(most, derived.size());
  return most * most_steps * model::lanes;
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

void Observer::observe(const engine::TileSample& sample, double* scratch) const {
  const model::ModelInfo& own = info(sample.population);
  const auto states = static_cast<Step>(own.states.size()) * model::lanes;
  const auto inputs = static_cast<Step>(own.inputs.size()) * model::lanes;
  const auto& all = derived_[static_cast<std::size_t>(sample.population)];
  for (std::size_t i = 0; i < all.size(); ++i) {
    const Derived& derived = all[i];
    // With the input of a step goes the state from which it starts.
    const bool before = own.observables[static_cast<std::size_t>(derived.index)].uses_input;
    const Step first = sample.first - (before ? 1 : 0);
    const double* const trace = sample.trace - (before ? states : 0);
    const double* const parameter = before ? sample.parameter_before : sample.parameter;
    const Step begin = std::max(first, derived.at.begin);
    const Step end = std::min(first + sample.steps - 1, derived.at.end);
    double* const out = scratch + i * most_steps * model::lanes;
    // All rows in one call, or one call for every row that a monitor can sample.
    const bool dense = derived.at.stride == 1;
    const Step first_due = (begin + derived.at.stride - 1) / derived.at.stride * derived.at.stride;
    for (Step step = first_due; step <= end; step += derived.at.stride) {
      const Step row = step - first;
      const int rows = dense ? static_cast<int>(end - step + 1) : 1;
      const double* const input = sample.input == nullptr ? nullptr : sample.input + row * inputs;
      sample.kernel->observe(derived.index, rows, trace + row * states,
                             parameter + row * sample.parameter_stride, sample.parameter_stride,
                             input, out + row * model::lanes);
      if (dense) break;
    }
  }
}

Rows Observer::rows_of(const engine::TileSample& sample, const double* scratch,
                       const MonitorSpec& spec, int variable) const {
  if (variable < 0) return {missing.data(), 0};
  const model::ModelInfo& own = info(sample.population);
  if (spec.kind->of_inputs) {
    assert(sample.input != nullptr);
    const auto inputs = static_cast<std::ptrdiff_t>(own.inputs.size());
    return {sample.input + variable * model::lanes, inputs * model::lanes};
  }
  const auto states = static_cast<std::ptrdiff_t>(own.states.size());
  if (variable < states) return {sample.trace + variable * model::lanes, states * model::lanes};
  const std::ptrdiff_t row = derived_row(variable, sample.population);
  return {scratch + row * most_steps * model::lanes, model::lanes};
}

Step Observer::lag_of(const MonitorSpec& spec, int variable, int model) const {
  if (variable < 0) return 0;
  if (spec.kind->of_inputs) return 1;
  const auto states = info(model).states.size();
  const auto index = static_cast<std::size_t>(variable);
  return index >= states && info(model).observables[index - states].uses_input ? 1 : 0;
}

std::vector<std::vector<Step>> Observer::lags_of(const MonitorSpec& spec) const {
  std::vector<std::vector<Step>> lags(models_.entries.size());
  for (int model = 0; model < n_models(); ++model) {
    for (const int variable : spec.variables_of(model))
      lags[static_cast<std::size_t>(model)].push_back(lag_of(spec, variable, model));
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
  for (std::size_t v = 0; v < spec.variables.size(); ++v) {
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
      const bool input = spec.kind->of_inputs;
      const auto i = static_cast<std::size_t>(index);
      const std::string_view unit =
          input ? entry.info.inputs[i].unit : entry.observable_unit(index);
      alike = alike && (name.empty() || unit == first_unit);
      if (name.empty()) first_unit = unit;
      name = input ? entry.info.inputs[i].name : entry.observable_name(index);
      units.append(units.empty() ? "" : "; ").append(unit).append(" in ").append(entry.info.name);
    }
    series.variables.push_back(name);
    series.units.push_back(alike ? std::string(first_unit) : units);
    if (!without.empty())
      series.missing.append(series.missing.empty() ? "" : "; ") += name + ": " + without;
  }
}

}  // namespace arcuate::monitor
