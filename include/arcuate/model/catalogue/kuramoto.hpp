#pragma once

#include "arcuate/core/vector.hpp"
#include "arcuate/model/descriptor.hpp"

namespace arcuate::model {

/// A phase oscillator. The sine of the phase differences is in the coupling function `kuramoto`.
struct Kuramoto {
  static constexpr std::array states{
      StateInfo{.name = "theta",
                .unit = "rad",
                .initial = 0.0,
                .range = {0.0, 6.283185307179586},
                .meaning = "phase; grows without being wrapped"},
  };
  static constexpr std::array parameters{
      ParameterInfo{.name = "omega",
                    .unit = "rad/ms",
                    .value = 1.0,
                    .range = {0.01, 200.0},
                    .meaning = "natural angular frequency (40 Hz is 0.2513 rad/ms)"},
  };
  static constexpr std::array inputs{
      InputInfo{.name = "c",
                .unit = "rad/ms",
                .source = "theta",
                .gate = "",
                .meaning = "network input to dtheta/dt"},
  };
  static constexpr std::array<ObservableInfo, 0> observables{};
  static constexpr ModelInfo info{
      .name = "Kuramoto",
      .title = "Kuramoto phase oscillator",
      .category = "phenomenological",
      .equations =
          "dtheta/dt = omega + c\n"
          "with the coupling `kuramoto`: c_i = gain sum_j W_ij sin(theta_j - theta_i - alpha)",
      .reference =
          "Kuramoto Y (1975). Self-entrainment of a population of coupled non-linear "
          "oscillators. Lecture Notes in Physics 39:420-422. doi:10.1007/BFb0013365; Sakaguchi H, "
          "Kuramoto Y (1986). A soluble active rotator model showing phase transitions via mutual "
          "entrainment. Progress of Theoretical Physics 76:576-581. doi:10.1143/PTP.76.576",
      .notes =
          "Equal initial phases never separate without noise or different frequencies: draw them "
          "with `initial: { theta: { uniform: [0, 6.283185307179586] } }`. The Virtual Brain "
          "documents a division by the number of regions that its coupling does not do; choose "
          "it with `coupling.normalize: n`. The phase lag alpha belongs to the coupling. The "
          "KuramotoNetwork of brainmass is this model with `normalize: n` on a connectome without "
          "delays.",
      .states = states,
      .parameters = parameters,
      .inputs = inputs,
      .observables = observables};

  template <class X, class P>
  [[gnu::always_inline]] static Vec<X, 1> rhs(const Vec<X, 1>& /*state*/,
                                              const Vec<P, 1>& parameter, const Vec<P, 1>& input) {
    const auto& [omega] = parameter;
    const auto& [c] = input;
    return {X(omega + c)};
  }
};

}  // namespace arcuate::model
