#pragma once

#include <time.h>

#include <cstdlib>

#include "arcuate/core/dual.hpp"
#include "arcuate/core/vector.hpp"
#include "arcuate/model/descriptor.hpp"

namespace arcuate::model {

/// A relaxation that takes its time: two milliseconds a step and more where ARCUATE_TEST_PACED is
/// set, so that a run lasts as long on every machine and takes no processor.
struct Paced {
  static constexpr std::array states{StateInfo{
      .name = "v", .unit = "1", .initial = 1.0, .range = {-2.0, 2.0}, .meaning = "activity"}};
  static constexpr std::array parameters{ParameterInfo{.name = "tau",
                                                       .unit = "ms",
                                                       .value = 20.0,
                                                       .range = {5.0, 40.0},
                                                       .meaning = "time constant"}};
  static constexpr std::array inputs{
      InputInfo{.name = "c", .unit = "1", .source = "v", .gate = "", .meaning = "network input"}};
  static constexpr std::array<ObservableInfo, 0> observables{};
  static constexpr std::array<PresetInfo, 0> presets{};

  static constexpr ModelInfo info{.name = "Paced",
                                  .title = "Relaxation that takes its time",
                                  .category = "phenomenological",
                                  .equations = "dv/dt = (-v + c)/tau",
                                  .reference = "for tests",
                                  .notes = "",
                                  .time_unit = 1.0,
                                  .time_unit_name = "ms",
                                  .states = states,
                                  .parameters = parameters,
                                  .inputs = inputs,
                                  .observables = observables,
                                  .presets = presets};

  static void pace() {
    static const bool wanted = std::getenv("ARCUATE_TEST_PACED") != nullptr;
    constexpr timespec pause{0, 250'000};  // [ns] for each of the eight regions of a block
    if (wanted) ::nanosleep(&pause, nullptr);
  }

  template <class X, class P>
  static Vec<X, 1> rhs(const Vec<X, 1>& state, const Vec<P, 1>& parameter, const Vec<P, 1>& input) {
    pace();
    return {(input[0] - state[0]) / parameter[0]};
  }
};

}  // namespace arcuate::model
