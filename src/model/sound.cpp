#include <fmt/format.h>

#include <cctype>
#include <cmath>
#include <set>

#include "arcuate/core/error.hpp"
#include "arcuate/core/units.hpp"
#include "arcuate/model/plugin.hpp"

namespace arcuate::model {
namespace {

/// Something of a model, for messages: "model X: state 'V'".
struct Place {
  std::string_view model, kind, name;

  [[noreturn]] void fail(const std::string& what) const {
    throw DataError(fmt::format("model {}: {} '{}': {}", model, kind, name, what));
  }
};

bool is_identifier(std::string_view name) {
  if (name.empty() || std::isdigit(static_cast<unsigned char>(name.front())) != 0) return false;
  for (const char c : name) {
    if (std::isalnum(static_cast<unsigned char>(c)) == 0 && c != '_') return false;
  }
  return true;
}

using Names = std::set<std::string_view>;

void check_name(const Place& place, Names& taken) {
  if (!is_identifier(place.name)) place.fail("a name is letters, digits and _");
  if (!taken.insert(place.name).second) place.fail("this name is given twice");
}

void check_unit(const Place& place, std::string_view unit) {
  if (!units::known(unit))
    place.fail(fmt::format("the unit '{}' is not known (\"1\" when dimensionless)", unit));
}

void check_range(const Place& place, const Range& range) {
  if (!(range.low < range.high) || !std::isfinite(range.low) || !std::isfinite(range.high)) {
    place.fail(fmt::format("the range {} .. {} is empty or infinite", range.low, range.high));
  }
}

void check_states(const ModelInfo& info, Names& observables) {
  for (const StateInfo& state : info.states) {
    const Place place{info.name, "state", state.name};
    check_name(place, observables);
    check_unit(place, state.unit);
    check_range(place, state.range);
    const bool inside = state.initial >= state.lower && state.initial <= state.upper;
    if (!std::isfinite(state.initial) || !inside) {
      place.fail(fmt::format("the initial value {} is outside the bounds {} .. {}", state.initial,
                             state.lower, state.upper));
    }
  }
}

void check_parameters(const ModelInfo& info) {
  Names names;
  for (const ParameterInfo& parameter : info.parameters) {
    const Place place{info.name, "parameter", parameter.name};
    check_name(place, names);
    check_unit(place, parameter.unit);
    check_range(place, parameter.range);
    if (!std::isfinite(parameter.value)) place.fail("the default is not finite");
  }
}

void check_observables(const ModelInfo& info, Names& observables) {
  for (const ObservableInfo& observable : info.observables) {
    const Place place{info.name, "observable", observable.name};
    check_name(place, observables);
    check_unit(place, observable.unit);
  }
}

void check_inputs(const Entry& entry) {
  Names names;
  for (const InputInfo& input : entry.info.inputs) {
    const Place place{entry.info.name, "input", input.name};
    check_name(place, names);
    check_unit(place, input.unit);
    if (!input.gate.empty() && entry.parameter(input.gate) < 0) {
      place.fail(fmt::format("its gate '{}' is not a parameter", input.gate));
    }
    if (input.source.empty()) continue;
    const int source = entry.observable(input.source);
    if (source < 0) place.fail(fmt::format("its source '{}' is not an observable", input.source));
    const int derived = source - static_cast<int>(entry.info.states.size());
    if (derived >= 0 && entry.info.observables[static_cast<std::size_t>(derived)].uses_input) {
      place.fail(fmt::format("its source '{}' depends on the input and cannot be broadcast",
                             input.source));
    }
  }
}

void check_delayed(const Entry& entry) {
  Names names;
  for (const InputInfo& input : entry.info.inputs)
    names.insert(input.name);
  for (const DelayedInfo& delayed : entry.info.delayed) {
    const Place place{entry.info.name, "delayed value", delayed.name};
    check_name(place, names);
    const int source = entry.observable(delayed.source);
    if (source < 0) place.fail(fmt::format("its source '{}' is not an observable", delayed.source));
    const int derived = source - static_cast<int>(entry.info.states.size());
    if (derived >= 0 && entry.info.observables[static_cast<std::size_t>(derived)].uses_input)
      place.fail(fmt::format("its source '{}' depends on the input, whose past is not kept",
                             delayed.source));
    const int delay = entry.parameter(delayed.delay);
    if (delay < 0) place.fail(fmt::format("its delay '{}' is not a parameter", delayed.delay));
    if (entry.info.parameters[static_cast<std::size_t>(delay)].unit != "ms")
      place.fail(fmt::format("the unit of its delay '{}' is not ms", delayed.delay));
  }
}

void check_table(const ModelInfo& info) {
  const TableInfo& table = info.table;
  if (table.columns.empty()) return;
  Names names;
  for (const TableAxisInfo& axis : {table.x, table.y}) {
    const Place place{info.name, "table axis", axis.name};
    check_name(place, names);
    check_range(place, {axis.low, axis.high});
    if (axis.points < 2) place.fail("it has fewer than two points");
  }
  for (const TableColumnInfo& column : table.columns)
    check_name({info.name, "table column", column.name}, names);
}

void check_presets(const Entry& entry) {
  Names names;
  for (const PresetInfo& preset : entry.info.presets) {
    const Place place{entry.info.name, "preset", preset.name};
    check_name(place, names);
    for (const PresetValue& given : preset.values) {
      if (entry.parameter(given.parameter) < 0)
        place.fail(fmt::format("'{}' is not a parameter", given.parameter));
      if (!std::isfinite(given.value))
        place.fail(fmt::format("the value of '{}' is not finite", given.parameter));
    }
  }
}

void check_inhibition(const Entry& entry) {
  const FicInfo& fic = entry.info.fic;
  if (fic.parameter.empty()) return;
  const Place place{entry.info.name, "inhibition control of", fic.parameter};
  if (entry.parameter(fic.parameter) < 0) place.fail("this is not a parameter");
  if (entry.observable(fic.rate) < 0)
    place.fail(fmt::format("its rate '{}' is not an observable", fic.rate));
  for (const std::string_view state : {fic.excitatory, fic.inhibitory}) {
    if (entry.state(state) < 0) place.fail(fmt::format("'{}' is not a state", state));
  }
  if (!entry.info.delayed.empty()) place.fail("not in a model with delayed values");
  // The equilibrium is sought in these two states.
  if (entry.info.states.size() != 2 || fic.excitatory == fic.inhibitory)
    place.fail("the model must have an excitatory and an inhibitory state and no others");
}

}  // namespace

void require_sound(const Entry& entry) {
  const ModelInfo& info = entry.info;
  if (!is_identifier(info.name)) {
    throw DataError(fmt::format("the model's name '{}' is not letters, digits and _", info.name));
  }
  if (info.states.empty()) throw DataError(fmt::format("model {} has no states", info.name));
  if (!(info.time_unit > 0.0) || !std::isfinite(info.time_unit)) {
    throw DataError(
        fmt::format("model {}: the time unit {} ms is not positive", info.name, info.time_unit));
  }
  Names observables;
  check_states(info, observables);
  check_observables(info, observables);
  check_parameters(info);
  check_inputs(entry);
  check_delayed(entry);
  check_table(info);
  check_presets(entry);
  check_inhibition(entry);
}

}  // namespace arcuate::model
