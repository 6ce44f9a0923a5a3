#pragma once

#include <numbers>

#include "arcuate/core/dual.hpp"
#include "arcuate/core/vector.hpp"
#include "arcuate/model/descriptor.hpp"

namespace arcuate::model {

/// The mean field of biophysical neurons in a bath of potassium: its exchange carries a region
/// through rest, bursts, seizure-like events and depolarisation block.
struct KIonEx {
  static constexpr std::array states{
      StateInfo{.name = "x",
                .unit = "mV",
                .initial = 0.1,
                .range = {0.0, 1.0},
                .lower = 0.0,
                .meaning = "half width of the potentials; the firing rate is R_minus x/pi"},
      StateInfo{.name = "V",
                .unit = "mV",
                .initial = -60.0,
                .range = {-90.0, 10.0},
                .lower = -500.0,
                .meaning = "mean membrane potential"},
      StateInfo{.name = "n",
                .unit = "1",
                .initial = 0.1,
                .range = {0.0, 1.0},
                .lower = 0.0,
                .meaning = "gate of potassium channels"},
      StateInfo{.name = "DKi",
                .unit = "mmol/l",
                .initial = -2.0,
                .range = {-10.0, 0.0},
                .lower = -100.0,
                .meaning = "change of potassium in the cells"},
      StateInfo{.name = "Kg",
                .unit = "mmol/l",
                .initial = -10.0,
                .range = {-20.0, -5.0},
                .lower = -100.0,
                .meaning = "potassium buffered by glia and bath"},
  };
  static constexpr std::array parameters{
      ParameterInfo{.name = "E",
                    .unit = "mV",
                    .value = 0.0,
                    .range = {-80.0, 0.0},
                    .meaning = "reversal potential of the network's synapses"},
      ParameterInfo{.name = "K_bath",
                    .unit = "mmol/l",
                    .value = 5.5,
                    .range = {3.0, 40.0},
                    .meaning = "potassium concentration of the bath: drives the regimes"},
      ParameterInfo{.name = "J",
                    .unit = "1",
                    .value = 0.1,
                    .range = {0.001, 40.0},
                    .meaning = "weight of the local synapses"},
      ParameterInfo{.name = "eta",
                    .unit = "mV/ms",
                    .value = 0.0,
                    .range = {-10.0, 10.0},
                    .meaning = "mean excitability"},
      ParameterInfo{.name = "Delta",
                    .unit = "mV/ms",
                    .value = 1.0,
                    .range = {0.0, 10.0},
                    .meaning = "half width of the distribution of excitability",
                    .takes = Takes::not_negative},
      ParameterInfo{.name = "c_minus",
                    .unit = "mV",
                    .value = -40.0,
                    .range = {-100.0, -10.0},
                    .meaning = "vertex of the parabola below Vstar"},
      ParameterInfo{.name = "R_minus",
                    .unit = "1/mV/ms",
                    .value = 0.5,
                    .range = {0.0001, 5.0},
                    .meaning = "curvature of the parabola below Vstar"},
      ParameterInfo{.name = "c_plus",
                    .unit = "mV",
                    .value = -20.0,
                    .range = {-80.0, 0.0},
                    .meaning = "vertex of the parabola above Vstar"},
      ParameterInfo{.name = "R_plus",
                    .unit = "1/mV/ms",
                    .value = -0.5,
                    .range = {-5.0, -0.0001},
                    .meaning = "curvature of the parabola above Vstar"},
      ParameterInfo{.name = "Vstar",
                    .unit = "mV",
                    .value = -31.0,
                    .range = {-55.0, -15.0},
                    .meaning = "where the two parabolas meet"},
      ParameterInfo{.name = "Cm",
                    .unit = "uF/cm2",
                    .value = 1.0,
                    .range = {0.5, 1.5},
                    .meaning = "membrane capacitance"},
      ParameterInfo{.name = "tau_n",
                    .unit = "ms",
                    .value = 4.0,
                    .range = {2.0, 6.0},
                    .meaning = "time constant of the potassium gate"},
      ParameterInfo{.name = "gamma",
                    .unit = "1",
                    .value = 0.04,
                    .range = {0.02, 0.06},
                    .meaning = "conversion of currents to concentrations"},
      ParameterInfo{.name = "epsilon",
                    .unit = "1/ms",
                    .value = 0.001,
                    .range = {0.0005, 0.0015},
                    .meaning = "rate of the exchange with the bath"},
  };
  static constexpr std::array inputs{
      InputInfo{.name = "c_0",
                .unit = "mV",
                .source = "x",
                .gate = "",
                .meaning = "network input, weighted by R_minus (E - V)/pi"},
  };
  static constexpr std::array observables{
      ObservableInfo{.name = "rate",
                     .unit = "Hz",
                     .uses_input = false,
                     .meaning = "firing rate, R_minus x/pi"},
  };
  static constexpr ModelInfo info{
      .name = "KIonEx",
      .title = "Potassium-ion exchange mean field",
      .category = "mean field",
      .equations =
          "R, kappa = R_minus, c_minus  if V <= Vstar,  else  R_plus, c_plus\n"
          "Na_i = 16 - DKi,  Na_o = 138 + 3 DKi,  K_i = 130 + DKi,  K_o = 4.8 - 3 DKi + Kg\n"
          "m = 1/(1 + exp((-24 - V)/12)),  n_inf = 1/(1 + exp((-19 - V)/18)),  h = 1.1 - 1/(1 + "
          "exp(-8 (n - 0.4)))\n"
          "I_K = (0.12 + 22 n) (V - 26.64 ln(K_o/K_i))\n"
          "I_Na = (0.02 + 40 m h) (V - 26.64 ln(Na_o/Na_i))\n"
          "I_Cl = 7.5 (V + 26.64 ln(112/5))\n"
          "I_p = 250/((1 + exp((21 - Na_i)/2)) (1 + exp(5.5 - K_o)))\n"
          "dx/dt = Delta + 2 R (V - kappa) x - J (R_minus x/pi) x\n"
          "dV/dt = -(I_Na + I_K + I_Cl + I_p)/Cm - R x^2 + eta + (R_minus/pi) c_0 (E - V)\n"
          "dn/dt = (n_inf - n)/tau_n\n"
          "dDKi/dt = -(gamma/2160) (I_K - 2 I_p)\n"
          "dKg/dt = epsilon (K_bath - K_o)",
      .reference =
          "Bandyopadhyay A, Rabuffo G, Calabrese C, Gudibanda K, Depannemaecker D, Ivanov A, "
          "Bernard C, Jirsa VK, Petkoski S (2021). Mean-field approximation of network of "
          "biophysical neurons driven by conductance-based ion exchange. bioRxiv "
          "2021.10.29.466427. doi:10.1101/2021.10.29.466427; Depannemaecker D, Ivanov A, Lillo "
          "D, Spek L, Bernard C, Jirsa V (2022). A unified physiological framework of "
          "transitions between seizures, sustained ictal activity and depolarization block at "
          "the single neuron level. Journal of Computational Neuroscience 50:33-49. "
          "doi:10.1007/s10827-022-00811-1",
      .notes =
          "Stiff: conductances of tens per ms beside an exchange over seconds. Use dt = 0.01 ms "
          "with heun, or exponential_euler, and never more than 0.05 ms. The right-hand side "
          "jumps where V crosses Vstar. Concentrations that leave the range (K_i, K_o, Na_i or "
          "Na_o at 0) end in an infinite logarithm: the run stops as diverged.",
      .states = states,
      .parameters = parameters,
      .inputs = inputs,
      .observables = observables};

  template <class X, class P>
  [[gnu::always_inline]] static Vec<X, 5> rhs(const Vec<X, 5>& state, const Vec<P, 14>& parameter,
                                              const Vec<P, 1>& input) {
    const auto& [x, V, n, DKi, Kg] = state;
    const auto& [E, K_bath, J, eta, Delta, c_minus, R_minus, c_plus, R_plus, Vstar, Cm, tau_n,
                 gamma, epsilon] = parameter;
    const auto& [c_0] = input;
    const X Na_i = 16.0 - DKi, Na_o = 138.0 + 3.0 * DKi, K_i = 130.0 + DKi,
            K_o = 4.8 - 3.0 * DKi + Kg;
    const X m = math::sigmoid(X((V + 24.0) / 12.0));
    const X n_inf = math::sigmoid(X((V + 19.0) / 18.0));
    const X h = 1.1 - math::sigmoid(X(8.0 * (n - 0.4)));
    const X I_K = (0.12 + 22.0 * n) * (V - 26.64 * math::log(X(K_o / K_i)));
    const X I_Na = (0.02 + 40.0 * m * h) * (V - 26.64 * math::log(X(Na_o / Na_i)));
    const X I_Cl = 7.5 * (V + 26.64 * math::log(112.0 / 5.0));
    const X I_p = 250.0 * math::sigmoid(X(0.5 * (Na_i - 21.0))) * math::sigmoid(X(K_o - 5.5));
    const bool below = V <= Vstar;
    const P R = math::select(below, R_minus, R_plus), kappa = math::select(below, c_minus, c_plus);
    const P conductance = R_minus / std::numbers::pi;
    return {Delta + (2.0 * R * (V - kappa) - J * conductance * x) * x,
            eta - (I_Na + I_K + I_Cl + I_p) / Cm - R * x * x + conductance * c_0 * (E - V),
            (n_inf - n) / tau_n, -gamma / 2160.0 * (I_K - 2.0 * I_p), epsilon * (K_bath - K_o)};
  }

  template <class X, class P>
  [[gnu::always_inline]] static Vec<X, 1> observe(const Vec<X, 5>& state,
                                                  const Vec<P, 14>& parameter,
                                                  const Vec<P, 1>& /*input*/) {
    return {1000.0 * parameter[6] / std::numbers::pi * state[0]};
  }
};

}  // namespace arcuate::model
