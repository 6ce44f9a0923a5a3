#include "arcuate/model/entry.hpp"

#include <algorithm>
#include <cassert>

namespace arcuate::model {
namespace {

template <class Table>
int index_of(const Table& table, std::string_view name) {
  const auto found =
      std::find_if(table.begin(), table.end(), [&](const auto& row) { return row.name == name; });
  return found == table.end() ? -1 : static_cast<int>(found - table.begin());
}

}  // namespace

int Entry::state(std::string_view name) const {
  return index_of(info.states, name);
}

int Entry::parameter(std::string_view name) const {
  return index_of(info.parameters, name);
}

int Entry::input(std::string_view name) const {
  return index_of(info.inputs, name);
}

const PresetInfo* Entry::preset(std::string_view name) const {
  const int index = index_of(info.presets, name);
  return index < 0 ? nullptr : &info.presets[static_cast<std::size_t>(index)];
}

std::vector<double> Entry::parameter_values(const PresetInfo* preset) const {
  std::vector<double> values;
  for (const ParameterInfo& row : info.parameters)
    values.push_back(row.value);
  if (preset == nullptr) return values;
  for (const PresetValue& given : preset->values) {
    const int index = parameter(given.parameter);
    assert(index >= 0);
    values[static_cast<std::size_t>(index)] = given.value;
  }
  return values;
}

int Entry::observable(std::string_view name) const {
  if (const int index = state(name); index >= 0) return index;
  const int derived = index_of(info.observables, name);
  return derived < 0 ? -1 : static_cast<int>(info.states.size()) + derived;
}

int Entry::n_observables() const {
  return static_cast<int>(info.states.size() + info.observables.size());
}

std::string_view Entry::observable_name(int index) const {
  const auto i = static_cast<std::size_t>(index);
  const std::size_t n = info.states.size();
  return i < n ? info.states[i].name : info.observables[i - n].name;
}

std::string_view Entry::observable_unit(int index) const {
  const auto i = static_cast<std::size_t>(index);
  const std::size_t n = info.states.size();
  return i < n ? info.states[i].unit : info.observables[i - n].unit;
}

const Entry* find(std::string_view name) {
  const auto& entries = catalogue();
  const auto found = std::find_if(entries.begin(), entries.end(),
                                  [&](const Entry* entry) { return entry->info.name == name; });
  return found == entries.end() ? nullptr : *found;
}

}  // namespace arcuate::model
