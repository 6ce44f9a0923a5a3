#pragma once

#include <algorithm>
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "arcuate/model/kernel.hpp"
#include "arcuate/monitor/kind.hpp"

namespace arcuate::monitor {

/// A monitor of one variable with the values of one of its presets or kernels.
inline MonitorSpec haemodynamics(std::string_view kind, std::string_view option, Step period,
                                 Step step, int convention = 0) {
  MonitorSpec spec;
  spec.kind = &kind_called(kind);
  spec.variables_by_model = {{0}};
  spec.period = period;
  spec.step = step;
  const auto options = spec.kind->choices.front().options;
  const auto found = std::find_if(options.begin(), options.end(),
                                  [&](const KindOption& one) { return one.name == option; });
  spec.choices = {static_cast<int>(found - options.begin())};
  if (spec.kind->choices.size() > 1) spec.choices.push_back(convention);
  for (const double value : found->values)
    spec.parameters.emplace_back(value);
  return spec;
}

/// The value of a parameter by its name.
inline RegionValues& parameter(MonitorSpec& spec, std::string_view name) {
  const auto all = parameters_of(spec);
  const auto found = std::find_if(all.begin(), all.end(),
                                  [&](const KindParameter& one) { return one.name == name; });
  return spec.parameters[static_cast<std::size_t>(found - all.begin())];
}

/// What one tile records of a made-up source.
struct Recorded {
  std::unique_ptr<TimeFilter> filter;
  SampleWindow window;
  std::vector<double> samples;  ///< (samples, regions)
  std::size_t regions = 1;
  [[nodiscard]] double at(std::size_t sample, std::size_t region = 0) const {
    return samples[sample * regions + region];
  }
};

/// dt: [ms]. run: [steps] that the filter is given at once. From step `begun` on with the state of
/// `before_it`.
inline Recorded record(const MonitorSpec& spec, double dt, Step steps,
                       const std::function<double(Step, int)>& source, int regions = 1,
                       Step run = 32, TimeFilter* before_it = nullptr, Step begun = 0) {
  const Schedule when = schedule(spec.kind->looks, spec.period, 0, steps);
  std::vector<GlobalIndex> owned;
  std::vector<LocalIndex> before{0};
  for (int region = 0; region < regions; ++region) {
    owned.push_back(region);
    before.push_back(region + 1);
  }
  Recorded result{spec.kind->make_filter(setting_of(spec, when, owned, dt)),
                  SampleWindow(when, 1, before, std::max<Step>(when.samples, 1)),
                  {},
                  static_cast<std::size_t>(regions)};
  if (before_it != nullptr) {
    const auto from = before_it->state(), to = result.filter->state();
    for (std::size_t k = 0; k < from.size(); ++k)
      std::copy(from[k].values.begin(), from[k].values.end(), to[k].values.begin());
  }
  std::vector<double> rows(static_cast<std::size_t>(run) * model::lanes);
  for (Step first = begun + 1; first <= steps; first += run) {
    const Step last = std::min(first + run - 1, steps);
    for (Step step = first; step <= last; ++step) {
      for (int region = 0; region < regions; ++region)
        rows[static_cast<std::size_t>((step - first) * model::lanes + region)] =
            source(step, region);
    }
    const Rows own{rows.data(), model::lanes};
    result.filter->take({0, regions, first, static_cast<int>(last - first + 1)}, 0, {&own, 1},
                        result.window);
  }
  result.window.drain(when.samples, [&](const std::vector<double>& data) {
    result.samples.assign(data.begin(), data.begin() + when.samples * regions);
  });
  return result;
}

}  // namespace arcuate::monitor
