#pragma once

#include <numbers>

#include "arcuate/core/dual.hpp"
#include "arcuate/core/vector.hpp"
#include "arcuate/model/descriptor.hpp"

namespace arcuate::model {

/// The exact mean field of adaptive quadratic integrate-and-fire neurons with excitatory and
/// inhibitory conductances and a concentration of dopamine that strengthens excitation.
struct Dopa {
  static constexpr std::array states{
      StateInfo{.name = "r",
                .unit = "1/ms",
                .initial = 0.03,
                .range = {0.0, 2.0},
                .lower = 0.0,
                .meaning = "population firing rate"},
      StateInfo{.name = "V",
                .unit = "mV",
                .initial = -67.0,
                .range = {-90.0, 0.0},
                .meaning = "mean membrane potential"},
      StateInfo{.name = "u",
                .unit = "1",
                .initial = 0.0,
                .range = {-50.0, 100.0},
                .meaning = "adaptation"},
      StateInfo{.name = "S_a",
                .unit = "1",
                .initial = 0.0,
                .range = {0.0, 2.0},
                .meaning = "excitatory (AMPA) conductance"},
      StateInfo{.name = "S_g",
                .unit = "1",
                .initial = 0.0,
                .range = {0.0, 2.0},
                .meaning = "inhibitory (GABA) conductance"},
      StateInfo{.name = "D_p",
                .unit = "1",
                .initial = 0.5,
                .range = {0.0, 5.0},
                .meaning = "dopamine concentration"},
  };
  static constexpr std::array parameters{
      ParameterInfo{.name = "a",
                    .unit = "1",
                    .value = 0.04,
                    .range = {0.01, 0.1},
                    .meaning = "quadratic term of the membrane"},
      ParameterInfo{.name = "b",
                    .unit = "1",
                    .value = 5.0,
                    .range = {4.0, 6.0},
                    .meaning = "linear term of the membrane"},
      ParameterInfo{.name = "c",
                    .unit = "1",
                    .value = 140.0,
                    .range = {100.0, 180.0},
                    .meaning = "constant term of the membrane"},
      ParameterInfo{.name = "ga",
                    .unit = "1",
                    .value = 12.0,
                    .range = {0.0, 30.0},
                    .meaning = "weight of excitatory synapses"},
      ParameterInfo{.name = "gg",
                    .unit = "1",
                    .value = 12.0,
                    .range = {0.0, 30.0},
                    .meaning = "weight of inhibitory synapses"},
      ParameterInfo{.name = "Delta",
                    .unit = "1",
                    .value = 1.0,
                    .range = {0.0, 5.0},
                    .meaning = "half width of the distribution of excitability",
                    .takes = Takes::not_negative},
      ParameterInfo{.name = "eta",
                    .unit = "1",
                    .value = 18.0,
                    .range = {-10.0, 40.0},
                    .meaning = "mean excitability"},
      ParameterInfo{.name = "I",
                    .unit = "1",
                    .value = 0.0,
                    .range = {-10.0, 10.0},
                    .meaning = "external current"},
      ParameterInfo{.name = "Ea",
                    .unit = "mV",
                    .value = 0.0,
                    .range = {-10.0, 20.0},
                    .meaning = "reversal potential of excitation"},
      ParameterInfo{.name = "Eg",
                    .unit = "mV",
                    .value = -80.0,
                    .range = {-90.0, -60.0},
                    .meaning = "reversal potential of inhibition"},
      ParameterInfo{.name = "tauSa",
                    .unit = "ms",
                    .value = 5.0,
                    .range = {1.0, 20.0},
                    .meaning = "time constant of excitation"},
      ParameterInfo{.name = "tauSg",
                    .unit = "ms",
                    .value = 5.0,
                    .range = {1.0, 20.0},
                    .meaning = "time constant of inhibition"},
      ParameterInfo{.name = "Sja",
                    .unit = "1",
                    .value = 0.8,
                    .range = {0.0, 5.0},
                    .meaning = "jump of excitation"},
      ParameterInfo{.name = "Sjg",
                    .unit = "1",
                    .value = 1.2,
                    .range = {0.0, 5.0},
                    .meaning = "jump of inhibition"},
      ParameterInfo{.name = "ud",
                    .unit = "1",
                    .value = 12.0,
                    .range = {0.0, 30.0},
                    .meaning = "jump of the adaptation at a spike"},
      ParameterInfo{.name = "alpha",
                    .unit = "1/ms",
                    .value = 0.013,
                    .range = {0.001, 0.1},
                    .meaning = "rate of the adaptation"},
      ParameterInfo{.name = "beta",
                    .unit = "1",
                    .value = 0.4,
                    .range = {0.0, 1.0},
                    .meaning = "effect of V on the adaptation"},
      ParameterInfo{.name = "k",
                    .unit = "1",
                    .value = 100000.0,
                    .range = {0.0, 1000000.0},
                    .meaning = "release of dopamine"},
      ParameterInfo{.name = "Vmax",
                    .unit = "1",
                    .value = 1300.0,
                    .range = {100.0, 5000.0},
                    .meaning = "largest uptake of dopamine"},
      ParameterInfo{.name = "Km",
                    .unit = "1",
                    .value = 150.0,
                    .range = {10.0, 500.0},
                    .meaning = "dopamine at half of the largest uptake"},
      ParameterInfo{.name = "Bd",
                    .unit = "1",
                    .value = 0.2,
                    .range = {0.0, 1.0},
                    .meaning = "excitation without dopamine"},
      ParameterInfo{.name = "Ad",
                    .unit = "1",
                    .value = 1.0,
                    .range = {0.0, 5.0},
                    .meaning = "effect of dopamine on excitation"},
      ParameterInfo{.name = "tauDp",
                    .unit = "ms",
                    .value = 500.0,
                    .range = {50.0, 2000.0},
                    .meaning = "time constant of dopamine"},
      ParameterInfo{.name = "w_i",
                    .unit = "1",
                    .value = 0.0001,
                    .range = {0.0, 0.01},
                    .meaning = "weight of the inhibitory input"},
      ParameterInfo{.name = "w_e",
                    .unit = "1",
                    .value = 0.0001,
                    .range = {0.0, 0.01},
                    .meaning = "weight of the excitatory input"},
      ParameterInfo{.name = "w_d",
                    .unit = "1",
                    .value = 0.0001,
                    .range = {0.0, 0.01},
                    .meaning = "weight of the dopaminergic input"},
  };
  static constexpr std::array inputs{
      InputInfo{.name = "c_inh",
                .unit = "1/ms",
                .source = "r",
                .gate = "w_i",
                .meaning = "input by inhibitory tracts"},
      InputInfo{.name = "c_exc",
                .unit = "1/ms",
                .source = "r",
                .gate = "w_e",
                .meaning = "input by excitatory tracts"},
      InputInfo{.name = "c_dopa",
                .unit = "1/ms",
                .source = "r",
                .gate = "w_d",
                .meaning = "input by dopaminergic tracts"},
  };
  static constexpr std::array<ObservableInfo, 0> observables{};
  static constexpr ModelInfo info{
      .name = "Dopa",
      .title = "Adaptive quadratic integrate-and-fire mean field with dopamine",
      .category = "mean field",
      .equations =
          "dr/dt = 2 a r V + b r - ga S_a r - gg S_g r + a Delta/pi\n"
          "dV/dt = a V^2 + b V + c + eta - (pi r)^2/a + (Ad D_p + Bd) ga S_a (Ea - V) + gg S_g (Eg "
          "- V) + I - u\n"
          "du/dt = alpha (beta V - u) + ud r\n"
          "dS_a/dt = -S_a/tauSa + Sja w_e c_exc\n"
          "dS_g/dt = -S_g/tauSg + Sjg w_i c_inh\n"
          "dD_p/dt = (k w_d c_dopa - Vmax D_p/(Km + D_p))/tauDp",
      .reference =
          "Depannemaecker D, Duprat C, Angiolelli M, Sales Carbonell C, Wang H, Petkoski S, "
          "Sorrentino P, Sheheitli H, Jirsa V (2024). A next generation neural mass model with "
          "neuromodulation. bioRxiv 2024.06.23.600260. doi:10.1101/2024.06.23.600260",
      .notes =
          "The three inputs stand for three connectomes, of excitatory, inhibitory and "
          "dopaminergic tracts. A study with one connectome feeds all of them with the same "
          "sums of firing rates; give w_e, w_i and w_d as lists over the regions, with 0 where "
          "a region receives no tracts of that kind. Choose a smaller step than 0.1 ms.",
      .states = states,
      .parameters = parameters,
      .inputs = inputs,
      .observables = observables};

  template <class X, class P>
  [[gnu::always_inline]] static Vec<X, 6> rhs(const Vec<X, 6>& state, const Vec<P, 26>& parameter,
                                              const Vec<P, 3>& input) {
    const auto& [r, V, u, S_a, S_g, D_p] = state;
    const auto& [a, b, c, ga, gg, Delta, eta, I, Ea, Eg, tauSa, tauSg, Sja, Sjg, ud, alpha, beta, k,
                 Vmax, Km, Bd, Ad, tauDp, w_i, w_e, w_d] = parameter;
    const auto& [c_inh, c_exc, c_dopa] = input;
    constexpr double pi = std::numbers::pi;
    const X pulse = pi * r;
    const X excitation = ga * S_a, inhibition = gg * S_g;
    const X membrane = V * (a * V + b) + (c + eta + I) - pulse * pulse / a;
    return {r * (2.0 * a * V + b - excitation - inhibition) + a * Delta / pi,
            membrane + (Ad * D_p + Bd) * excitation * (Ea - V) + inhibition * (Eg - V) - u,
            alpha * (beta * V - u) + ud * r,
            Sja * w_e * c_exc - S_a / tauSa,
            Sjg * w_i * c_inh - S_g / tauSg,
            (k * w_d * c_dopa - Vmax * D_p / (Km + D_p)) / tauDp};
  }
};

}  // namespace arcuate::model
