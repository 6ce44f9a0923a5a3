#include "arcuate/monitor/spec.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <numeric>

#include "arcuate/monitor/kind.hpp"
#include "arcuate/monitor/sensors.hpp"

namespace arcuate::monitor {

const Kind* find_kind(std::string_view name) {
  const auto all = kinds();
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const Kind* kind) { return kind->name == name; });
  return found == all.end() ? nullptr : *found;
}

const Kind& kind_called(std::string_view name) {
  const Kind* const kind = find_kind(name);
  assert(kind != nullptr);
  return *kind;
}

std::span<const KindParameter> parameters_of(const MonitorSpec& spec) {
  if (spec.choices.empty()) return {};
  const auto option = static_cast<std::size_t>(spec.choices.front());
  return spec.kind->choices.front().options[option].parameters;
}

Step usual_step(const Kind& kind, Step period, double dt) {
  Step step = std::min(period, static_cast<Step>(kind.step / dt * (1.0 + 1e-9)));
  while (step > 1 && period % step != 0)
    --step;
  return std::max<Step>(step, 1);
}

bool has_parameters(const Kind& kind) {
  return !kind.choices.empty() && !kind.choices.front().options.front().parameters.empty();
}

std::string settings_of(const MonitorSpec& spec, double dt) {
  std::string text;
  if (spec.sensors) {
    return fmt::format("{}: {} from {}; {}", spec.kind->name, spec.sensors->unit,
                       spec.sensors->source, spec.sensors->settings);
  }
  for (std::size_t i = 0; i < spec.choices.size(); ++i) {
    const KindChoice& choice = spec.kind->choices[i];
    text += fmt::format("{} {}, ", choice.name,
                        choice.options[static_cast<std::size_t>(spec.choices[i])].name);
  }
  if (text.empty()) return text;
  return fmt::format("{}: {}in steps of {:.12g} ms", spec.kind->name, text,
                     static_cast<double>(spec.step) * dt);
}

FilterSetting setting_of(const MonitorSpec& spec, const Schedule& schedule,
                         std::span<const GlobalIndex> regions, double dt) {
  return {schedule,
          static_cast<int>(spec.n_variables()),
          static_cast<LocalIndex>(regions.size()),
          dt,
          spec.numbers,
          spec.choices,
          spec.parameters,
          spec.step,
          regions};
}

std::vector<GlobalIndex> regions_of(const MonitorSpec& spec, GlobalIndex n_regions) {
  std::vector<GlobalIndex> regions = spec.regions;
  if (regions.empty()) {
    regions.resize(static_cast<std::size_t>(n_regions));
    std::iota(regions.begin(), regions.end(), GlobalIndex{0});
  }
  assert(std::is_sorted(regions.begin(), regions.end()));
  if (!spec.group_names.empty()) {
    assert(spec.region_group.size() == static_cast<std::size_t>(n_regions));
    std::erase_if(
        regions, [&](GlobalIndex r) { return spec.region_group[static_cast<std::size_t>(r)] < 0; });
  }
  return regions;
}

MakeReduction reduction_of(const MonitorSpec& spec) {
  const bool means = spec.kind->regions == Regions::chosen && !spec.group_names.empty();
  return means ? make_group_means : spec.kind->make_reduction;
}

std::vector<std::string> column_names(const MonitorSpec& spec) {
  if (spec.kind->regions == Regions::seen) return spec.sensor_names;
  if (!spec.group_names.empty() || spec.kind->regions != Regions::all) return spec.group_names;
  return {"mean"};
}

double Extent::values() const {
  return static_cast<double>(schedule.samples) * static_cast<double>(variables) *
         static_cast<double>(columns);
}

double Extent::values_per_step() const {
  return static_cast<double>(variables) * static_cast<double>(regions) *
         static_cast<double>(looked_at) / static_cast<double>(std::max<Step>(1, steps));
}

double Extent::seconds_per_step() const {
  constexpr double of_a_value = 0.2e-9, of_a_recorded_value = 0.9e-9;
  return (of_a_value + seconds) * values_per_step() +
         of_a_recorded_value * values() / static_cast<double>(std::max<Step>(1, steps));
}

Extent extent_of(const MonitorSpec& spec, Step transient, Step steps, GlobalIndex n_regions) {
  Extent extent;
  extent.schedule = schedule(spec.kind->looks, spec.period, transient, steps, spec.goes_on);
  extent.variables = static_cast<GlobalIndex>(spec.n_variables());
  extent.regions = std::ssize(regions_of(spec, n_regions));
  const GlobalIndex named = std::ssize(column_names(spec));
  extent.columns = named > 0 ? named : extent.regions;
  const Attention seen = attention(spec.kind->looks, extent.schedule);
  extent.looked_at = seen.end < seen.begin ? 0 : (seen.end - seen.begin) / seen.stride + 1;
  extent.steps = steps;
  extent.seconds = spec.seconds / static_cast<double>(spec.step);
  constexpr double of_an_operation = 0.4e-9;  // docs/decisions/expressions.md
  for (const ComputedVariable& one : spec.computed) {
    extent.seconds += of_an_operation * static_cast<double>(one.program.code.size()) /
                      static_cast<double>(spec.computed.size());
  }
  return extent;
}

}  // namespace arcuate::monitor
