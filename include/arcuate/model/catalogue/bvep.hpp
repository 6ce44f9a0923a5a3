#pragma once

#include "arcuate/core/dual.hpp"
#include "arcuate/core/vector.hpp"
#include "arcuate/model/descriptor.hpp"

namespace arcuate::model {

/// The two-dimensional Epileptor in the form that the Bayesian Virtual Epileptic Patient fits to
/// recordings.
struct BVEP {
  static constexpr std::array states{
      StateInfo{.name = "x",
                .unit = "1",
                .initial = -1.5,
                .range = {-3.0, 1.0},
                .meaning = "fast discharges, averaged"},
      StateInfo{.name = "z",
                .unit = "1",
                .initial = 3.5,
                .range = {2.0, 6.0},
                .meaning = "slow permittivity"},
  };
  static constexpr std::array parameters{
      ParameterInfo{.name = "tau0",
                    .unit = "ms",
                    .value = 10.0,
                    .range = {1.0, 10000.0},
                    .meaning = "time constant of z"},
      ParameterInfo{.name = "I1",
                    .unit = "1",
                    .value = 3.1,
                    .range = {2.0, 4.0},
                    .meaning = "external input to x"},
      ParameterInfo{.name = "x0",
                    .unit = "1",
                    .value = -3.5,
                    .range = {-5.0, 0.0},
                    .meaning = "excitability: epileptogenic above about -2.06"},
      ParameterInfo{.name = "K",
                    .unit = "1",
                    .value = 1.0,
                    .range = {0.0, 4.0},
                    .meaning = "weight of the network input"},
  };
  static constexpr std::array inputs{
      InputInfo{.name = "c_0",
                .unit = "1",
                .source = "x",
                .gate = "K",
                .meaning = "network input in z; made for the coupling `difference`"},
  };
  static constexpr std::array<ObservableInfo, 0> observables{};
  static constexpr std::array epileptogenic_zone_values{PresetValue{"x0", -1.6}};
  static constexpr std::array propagation_zone_values{PresetValue{"x0", -2.1}};
  static constexpr std::array healthy_values{PresetValue{"x0", -2.5}};
  static constexpr std::array presets{
      PresetInfo{.name = "epileptogenic_zone",
                 .meaning = "seizures come by themselves. Hashemi et al. 2020, "
                            "doi:10.1016/j.neuroimage.2020.116839",
                 .values = epileptogenic_zone_values},
      PresetInfo{
          .name = "propagation_zone",
          .meaning =
              "near the threshold. Hashemi et al. 2020, doi:10.1016/j.neuroimage.2020.116839",
          .values = propagation_zone_values},
      PresetInfo{.name = "healthy",
                 .meaning = "rest. Hashemi et al. 2020, doi:10.1016/j.neuroimage.2020.116839",
                 .values = healthy_values},
  };
  static constexpr ModelInfo info{
      .name = "BVEP",
      .title = "Two-dimensional Epileptor of the Bayesian Virtual Epileptic Patient",
      .category = "epilepsy",
      .equations =
          "dx/dt = 1 - x^3 - 2 x^2 - z + I1\n"
          "dz/dt = (4 (x - x0) - z - K c_0)/tau0",
      .reference =
          "Hashemi M, Vattikonda AN, Sip V, Guye M, Bartolomei F, Woodman MM, Jirsa VK (2020). "
          "The Bayesian Virtual Epileptic Patient: a probabilistic framework designed to infer "
          "the spatial map of epileptogenicity in a personalized large-scale brain model of "
          "epilepsy spread. NeuroImage 217:116839. doi:10.1016/j.neuroimage.2020.116839",
      .notes =
          "Use the coupling `difference`: c_0 is the sum of w (x_j - x_i). Time is in ms in "
          "name only: tau0 sets the length of seizures.",
      .states = states,
      .parameters = parameters,
      .inputs = inputs,
      .observables = observables,
      .presets = presets};

  template <class X, class P>
  [[gnu::always_inline]] static Vec<X, 2> rhs(const Vec<X, 2>& state, const Vec<P, 4>& parameter,
                                              const Vec<P, 1>& input) {
    const auto& [x, z] = state;
    const auto& [tau0, I1, x0, K] = parameter;
    const auto& [c_0] = input;
    return {1.0 - x * x * (x + 2.0) - z + I1, (4.0 * (x - x0) - z - K * c_0) / tau0};
  }
};

}  // namespace arcuate::model
