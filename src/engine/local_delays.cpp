#include "local_delays.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "arcuate/core/error.hpp"
#include "arcuate/core/index.hpp"

namespace arcuate::engine {
namespace {

int parameter_of(const Population& own, std::size_t entry) {
  return own.model->parameter(own.model->info.delayed[entry].delay);
}

/// The regions whose delays may differ.
GlobalIndex different_regions(const Population& own, std::size_t entry) {
  const RegionValues& values = own.parameters[z(parameter_of(own, entry))];
  return values.uniform() ? 1 : static_cast<GlobalIndex>(values.values.size());
}

void check_delay(const Population& own, std::size_t entry, GlobalIndex region, double dt,
                 bool uniform) {
  constexpr double most = 1073741824.0;  // 2^30 steps
  const model::ModelInfo& info = own.model->info;
  const double delay = own.parameters[z(parameter_of(own, entry))](region);
  const double steps = std::nearbyint(delay / dt);
  if (steps >= 1.0 && steps <= most) return;
  throw ConfigError(fmt::format(
      "model.parameters.{}: {} ms{} is not a delay of 1 to {:.0f} steps of dt = {} ms: {} of {} "
      "cannot be read",
      info.delayed[entry].delay, delay, uniform ? "" : fmt::format(" in region {}", region), most,
      dt, info.delayed[entry].name, info.name));
}

}  // namespace

Step local_delay(const Population& own, std::size_t entry, GlobalIndex region, double dt) {
  return static_cast<Step>(
      std::nearbyint(own.parameters[z(parameter_of(own, entry))](region) / dt));
}

void check_delays(const Population& own, double dt) {
  const auto& delayed = own.model->info.delayed;
  for (std::size_t entry = 0; entry < delayed.size(); ++entry) {
    const GlobalIndex regions = different_regions(own, entry);
    for (GlobalIndex region = 0; region < regions; ++region)
      check_delay(own, entry, region, dt, regions == 1);
    for (const Stimulus& stimulus : own.stimuli) {
      if (stimulus.on != StimulusOn::parameter || stimulus.target != parameter_of(own, entry))
        continue;
      throw ConfigError(fmt::format("stimuli: parameter {} of {} is a delay and cannot change",
                                    delayed[entry].delay, own.model->info.name));
    }
  }
}

Step shortest_delay(const Population& own, double dt) {
  Step shortest = 0;
  for (std::size_t entry = 0; entry < own.model->info.delayed.size(); ++entry) {
    for (GlobalIndex region = 0; region < different_regions(own, entry); ++region) {
      const Step delay = local_delay(own, entry, region, dt);
      shortest = shortest == 0 ? delay : std::min(shortest, delay);
    }
  }
  return shortest;
}

std::vector<KeptPast> kept_past(const Population& own, double dt) {
  std::vector<KeptPast> kept;
  for (std::size_t entry = 0; entry < own.model->info.delayed.size(); ++entry) {
    const int observable = own.model->observable(own.model->info.delayed[entry].source);
    auto found = std::find_if(kept.begin(), kept.end(),
                              [&](const KeptPast& k) { return k.observable == observable; });
    if (found == kept.end()) found = kept.insert(kept.end(), {observable, 0});
    for (GlobalIndex region = 0; region < different_regions(own, entry); ++region)
      found->length = std::max(found->length, local_delay(own, entry, region, dt) + 1);
  }
  return kept;
}

LocalDelays::LocalDelays(const Population& own, double dt,
                         const std::vector<std::uint32_t>& lane_region) {
  check_delays(own, dt);
  begin_.push_back(0);
  for (const KeptPast& kept : kept_past(own, dt)) {
    sources_.push_back(kept.observable);
    length_.push_back(kept.length);
    begin_.push_back(begin_.back() + z(kept.length));
  }
  const auto& delayed = own.model->info.delayed;
  for (const auto& entry : delayed) {
    const auto at =
        std::find(sources_.begin(), sources_.end(), own.model->observable(entry.source));
    source_of_.push_back(z(at - sources_.begin()));
  }
  own_.delay.reserve(delayed.size() * lane_region.size());
  for (std::size_t tile = 0; tile < lane_region.size() / lanes; ++tile) {
    for (std::size_t entry = 0; entry < delayed.size(); ++entry) {
      for (std::size_t lane = 0; lane < lanes; ++lane) {
        const Step delay = local_delay(own, entry, lane_region[tile * lanes + lane], dt);
        own_.delay.push_back(static_cast<std::int32_t>(delay));
      }
    }
  }
}

std::size_t LocalDelays::ring(LocalIndex tile, std::size_t source) const {
  return (z(tile) * begin_.back() + begin_[source]) * lanes;
}

void LocalDelays::remember(LocalIndex tile, int lane, std::size_t source, Step lag, double value,
                           Reals& own_past) const {
  const Step row = (length_[source] - lag) % length_[source];
  own_past.set(ring(tile, source) + z(row * lanes + lane), value);
}

void LocalDelays::read(LocalIndex tile, Step first, int steps, const Reals& own_past,
                       double* out) const {
  with_real(own_past.stored(), [&]<class Real>() {
    for (std::size_t entry = 0; entry < source_of_.size(); ++entry) {
      const std::size_t source = source_of_[entry];
      const Real* past = own_past.data<Real>() + ring(tile, source);
      const std::int32_t* delay = own_.delay.data() + (z(tile) * source_of_.size() + entry) * lanes;
      const Step length = length_[source];
      for (int lane = 0; lane < lanes; ++lane) {
        Step row = (first + length - delay[lane]) % length;
        for (int s = 0; s < steps; ++s) {
          out[(z(s) * source_of_.size() + entry) * lanes + z(lane)] = past[row * lanes + lane];
          row = row + 1 == length ? 0 : row + 1;
        }
      }
    }
  });
}

void LocalDelays::write(LocalIndex tile, std::size_t source, Step first, int steps,
                        const double* values, Reals& own_past) const {
  with_real(own_past.stored(), [&]<class Real>() {
    Real* past = own_past.data<Real>() + ring(tile, source);
    for (int s = 0; s < steps; ++s) {
      const Step row = (first + 1 + s) % length_[source];
      std::transform(values + s * lanes, values + (s + 1) * lanes, past + row * lanes,
                     [](double x) { return static_cast<Real>(x); });
    }
  });
}

}  // namespace arcuate::engine
