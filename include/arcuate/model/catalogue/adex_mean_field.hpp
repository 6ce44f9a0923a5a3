#pragma once

#include <array>

#include "arcuate/core/dual.hpp"
#include "arcuate/core/jet.hpp"
#include "arcuate/core/vector.hpp"
#include "arcuate/model/descriptor.hpp"

/// The mean field of adaptive exponential integrate-and-fire neurons: what its first and second
/// order have in common.
namespace arcuate::model::adex {

inline constexpr std::array parameters{
    ParameterInfo{.name = "g_L",
                  .unit = "nS",
                  .value = 10.0,
                  .range = {0.1, 100.0},
                  .meaning = "leak conductance"},
    ParameterInfo{.name = "E_L_e",
                  .unit = "mV",
                  .value = -65.0,
                  .range = {-90.0, -60.0},
                  .meaning = "leak reversal potential of excitatory neurons"},
    ParameterInfo{.name = "E_L_i",
                  .unit = "mV",
                  .value = -65.0,
                  .range = {-90.0, -60.0},
                  .meaning = "leak reversal potential of inhibitory neurons"},
    ParameterInfo{.name = "C_m",
                  .unit = "pF",
                  .value = 200.0,
                  .range = {10.0, 500.0},
                  .meaning = "membrane capacitance"},
    ParameterInfo{.name = "b_e",
                  .unit = "pA",
                  .value = 60.0,
                  .range = {0.0, 150.0},
                  .meaning = "adaptation of excitatory neurons by each spike"},
    ParameterInfo{.name = "a_e",
                  .unit = "nS",
                  .value = 4.0,
                  .range = {0.0, 20.0},
                  .meaning = "adaptation of excitatory neurons by their potential"},
    ParameterInfo{.name = "b_i",
                  .unit = "pA",
                  .value = 0.0,
                  .range = {0.0, 100.0},
                  .meaning = "adaptation of inhibitory neurons by each spike"},
    ParameterInfo{.name = "a_i",
                  .unit = "nS",
                  .value = 0.0,
                  .range = {0.0, 20.0},
                  .meaning = "adaptation of inhibitory neurons by their potential"},
    ParameterInfo{.name = "tau_w_e",
                  .unit = "ms",
                  .value = 500.0,
                  .range = {1.0, 1000.0},
                  .meaning = "time constant of the adaptation of excitatory neurons"},
    ParameterInfo{.name = "tau_w_i",
                  .unit = "ms",
                  .value = 1.0,
                  .range = {1.0, 1000.0},
                  .meaning = "time constant of the adaptation of inhibitory neurons"},
    ParameterInfo{.name = "E_e",
                  .unit = "mV",
                  .value = 0.0,
                  .range = {-20.0, 20.0},
                  .meaning = "excitatory reversal potential"},
    ParameterInfo{.name = "E_i",
                  .unit = "mV",
                  .value = -80.0,
                  .range = {-100.0, -60.0},
                  .meaning = "inhibitory reversal potential"},
    ParameterInfo{.name = "Q_e",
                  .unit = "nS",
                  .value = 1.5,
                  .range = {0.1, 5.0},
                  .meaning = "excitatory conductance by each spike"},
    ParameterInfo{.name = "Q_i",
                  .unit = "nS",
                  .value = 5.0,
                  .range = {0.1, 10.0},
                  .meaning = "inhibitory conductance by each spike"},
    ParameterInfo{.name = "tau_e",
                  .unit = "ms",
                  .value = 5.0,
                  .range = {1.0, 10.0},
                  .meaning = "excitatory synaptic decay time"},
    ParameterInfo{.name = "tau_i",
                  .unit = "ms",
                  .value = 5.0,
                  .range = {0.5, 10.0},
                  .meaning = "inhibitory synaptic decay time"},
    ParameterInfo{.name = "N_tot",
                  .unit = "1",
                  .value = 10000.0,
                  .range = {1000.0, 50000.0},
                  .meaning = "number of neurons",
                  .takes = Takes::positive},
    ParameterInfo{.name = "p_connect_e",
                  .unit = "1",
                  .value = 0.05,
                  .range = {0.001, 0.2},
                  .meaning = "connection probability of excitatory neurons",
                  .takes = Takes::fraction},
    ParameterInfo{.name = "p_connect_i",
                  .unit = "1",
                  .value = 0.05,
                  .range = {0.001, 0.2},
                  .meaning = "connection probability of inhibitory neurons",
                  .takes = Takes::fraction},
    ParameterInfo{.name = "g",
                  .unit = "1",
                  .value = 0.2,
                  .range = {0.01, 0.4},
                  .meaning = "fraction of inhibitory neurons",
                  .takes = Takes::fraction},
    ParameterInfo{.name = "K_ext_e",
                  .unit = "1",
                  .value = 400.0,
                  .range = {0.0, 10000.0},
                  .meaning = "excitatory connections from outside"},
    ParameterInfo{.name = "K_ext_i",
                  .unit = "1",
                  .value = 0.0,
                  .range = {0.0, 10000.0},
                  .meaning = "inhibitory connections from outside"},
    ParameterInfo{.name = "T",
                  .unit = "ms",
                  .value = 20.0,
                  .range = {1.0, 20.0},
                  .meaning = "time scale of the population rates"},
    ParameterInfo{.name = "external_input_ex_ex",
                  .unit = "kHz",
                  .value = 0.0,
                  .range = {0.0, 0.1},
                  .meaning = "excitatory drive of excitatory neurons"},
    ParameterInfo{.name = "external_input_ex_in",
                  .unit = "kHz",
                  .value = 0.0,
                  .range = {0.0, 0.1},
                  .meaning = "inhibitory drive of excitatory neurons"},
    ParameterInfo{.name = "external_input_in_ex",
                  .unit = "kHz",
                  .value = 0.0,
                  .range = {0.0, 0.1},
                  .meaning = "excitatory drive of inhibitory neurons"},
    ParameterInfo{.name = "external_input_in_in",
                  .unit = "kHz",
                  .value = 0.0,
                  .range = {0.0, 0.1},
                  .meaning = "inhibitory drive of inhibitory neurons"},
    ParameterInfo{.name = "tau_OU",
                  .unit = "ms",
                  .value = 5.0,
                  .range = {0.1, 10.0},
                  .meaning = "correlation time of the noise"},
    ParameterInfo{.name = "weight_noise",
                  .unit = "kHz",
                  .value = 10.5,
                  .range = {0.0, 50.0},
                  .meaning = "weight of the noise in the drive"},
    ParameterInfo{.name = "P_e0",
                  .unit = "V",
                  .value = -0.04983106,
                  .range = {-0.07474659, -0.02491553},
                  .meaning = "threshold of excitatory neurons: constant"},
    ParameterInfo{.name = "P_e1",
                  .unit = "V",
                  .value = 0.005063550882777035,
                  .range = {0.002531775441, 0.007595326324},
                  .meaning = "threshold of excitatory neurons: coefficient of V"},
    ParameterInfo{.name = "P_e2",
                  .unit = "V",
                  .value = -0.023470121807314552,
                  .range = {-0.035205182711, -0.011735060904},
                  .meaning = "threshold of excitatory neurons: coefficient of S"},
    ParameterInfo{.name = "P_e3",
                  .unit = "V",
                  .value = 0.0022951513725067503,
                  .range = {0.001147575686, 0.003442727059},
                  .meaning = "threshold of excitatory neurons: coefficient of T_N"},
    ParameterInfo{.name = "P_e4",
                  .unit = "V",
                  .value = -0.0004105302652029825,
                  .range = {-0.000615795398, -0.000205265133},
                  .meaning = "threshold of excitatory neurons: coefficient of V^2"},
    ParameterInfo{.name = "P_e5",
                  .unit = "V",
                  .value = 0.010547051343547399,
                  .range = {0.005273525672, 0.015820577015},
                  .meaning = "threshold of excitatory neurons: coefficient of S^2"},
    ParameterInfo{.name = "P_e6",
                  .unit = "V",
                  .value = -0.03659252821136933,
                  .range = {-0.054888792317, -0.018296264106},
                  .meaning = "threshold of excitatory neurons: coefficient of T_N^2"},
    ParameterInfo{.name = "P_e7",
                  .unit = "V",
                  .value = 0.007437487505797858,
                  .range = {0.003718743753, 0.011156231259},
                  .meaning = "threshold of excitatory neurons: coefficient of V S"},
    ParameterInfo{.name = "P_e8",
                  .unit = "V",
                  .value = 0.001265064721846073,
                  .range = {0.000632532361, 0.001897597083},
                  .meaning = "threshold of excitatory neurons: coefficient of V T_N"},
    ParameterInfo{.name = "P_e9",
                  .unit = "V",
                  .value = -0.04072161294490446,
                  .range = {-0.061082419417, -0.020360806472},
                  .meaning = "threshold of excitatory neurons: coefficient of S T_N"},
    ParameterInfo{.name = "P_i0",
                  .unit = "V",
                  .value = -0.05149122024209484,
                  .range = {-0.077236830363, -0.025745610121},
                  .meaning = "threshold of inhibitory neurons: constant"},
    ParameterInfo{.name = "P_i1",
                  .unit = "V",
                  .value = 0.004003689190271077,
                  .range = {0.002001844595, 0.006005533785},
                  .meaning = "threshold of inhibitory neurons: coefficient of V"},
    ParameterInfo{.name = "P_i2",
                  .unit = "V",
                  .value = -0.008352013668528155,
                  .range = {-0.012528020503, -0.004176006834},
                  .meaning = "threshold of inhibitory neurons: coefficient of S"},
    ParameterInfo{.name = "P_i3",
                  .unit = "V",
                  .value = 0.0002414237992765705,
                  .range = {0.0001207119, 0.000362135699},
                  .meaning = "threshold of inhibitory neurons: coefficient of T_N"},
    ParameterInfo{.name = "P_i4",
                  .unit = "V",
                  .value = -0.0005070645080016026,
                  .range = {-0.000760596762, -0.000253532254},
                  .meaning = "threshold of inhibitory neurons: coefficient of V^2"},
    ParameterInfo{.name = "P_i5",
                  .unit = "V",
                  .value = 0.0014345394104282397,
                  .range = {0.000717269705, 0.002151809116},
                  .meaning = "threshold of inhibitory neurons: coefficient of S^2"},
    ParameterInfo{.name = "P_i6",
                  .unit = "V",
                  .value = -0.014686689498949967,
                  .range = {-0.022030034248, -0.007343344749},
                  .meaning = "threshold of inhibitory neurons: coefficient of T_N^2"},
    ParameterInfo{.name = "P_i7",
                  .unit = "V",
                  .value = 0.004502706285435741,
                  .range = {0.002251353143, 0.006754059428},
                  .meaning = "threshold of inhibitory neurons: coefficient of V S"},
    ParameterInfo{.name = "P_i8",
                  .unit = "V",
                  .value = 0.0028472190352532454,
                  .range = {0.001423609518, 0.004270828553},
                  .meaning = "threshold of inhibitory neurons: coefficient of V T_N"},
    ParameterInfo{.name = "P_i9",
                  .unit = "V",
                  .value = -0.015357804594594548,
                  .range = {-0.023036706892, -0.007678902297},
                  .meaning = "threshold of inhibitory neurons: coefficient of S T_N"},
};

/// Where a parameter stands in the table.
enum Index : std::size_t {
  g_L,
  E_L_e,
  E_L_i,
  C_m,
  b_e,
  a_e,
  b_i,
  a_i,
  tau_w_e,
  tau_w_i,
  E_e,
  E_i,
  Q_e,
  Q_i,
  tau_e,
  tau_i,
  N_tot,
  p_connect_e,
  p_connect_i,
  g,
  K_ext_e,
  K_ext_i,
  T,
  external_input_ex_ex,
  external_input_ex_in,
  external_input_in_ex,
  external_input_in_in,
  tau_OU,
  weight_noise,
  P_e,
  P_i = P_e + 10,
};
static_assert(parameters.size() == P_i + 10);

/// The two tables, one after the other.
template <class T, std::size_t n, std::size_t m>
constexpr std::array<T, n + m> joined(const std::array<T, n>& first,
                                      const std::array<T, m>& second) {
  std::array<T, n + m> all{};
  for (std::size_t k = 0; k < n + m; ++k)
    all[k] = k < n ? first[k] : second[k - n];
  return all;
}

/// Whose potential and whose transfer function.
enum class Population { excitatory, inhibitory };

/// What drives a population from outside it.
template <class X>
struct Drive {
  X F_e, F_i;  ///< [kHz] rates of excitatory and inhibitory neurons elsewhere
  X W;         ///< [pA] adaptation
};

/// Threshold of the firing of a population with membrane potentials of a mean [mV], a deviation
/// [mV] and an autocorrelation time [ms]. [mV]
template <Population population, class T, class P, std::size_t N>
[[gnu::always_inline]] inline T threshold(const T& mean, const T& deviation, const T& time,
                                          const Vec<P, N>& p) {
  constexpr std::size_t c = population == Population::excitatory ? P_e : P_i;
  const T V = (mean + 60.0) * 0.1;
  const T S = (deviation - 4.0) * (1.0 / 6.0);
  const T T_N = time * (p[g_L] / p[C_m]) - 0.5;
  const T linear = V * p[c + 1] + S * p[c + 2] + T_N * p[c + 3] + p[c];
  const T of_V = V * (V * p[c + 4] + S * p[c + 7] + T_N * p[c + 8]);
  const T of_S = S * (S * p[c + 5] + T_N * p[c + 9]);
  return (linear + of_V + of_S + math::square(T_N) * p[c + 6]) * 1000.0;
}

/// TF, the firing rate of a population, as a function of the rates E and I [kHz]: numbers X, or
/// Jet<X> when derivatives by the rates are wanted. mean: receives its mean membrane potential.
/// [mV] Returns [kHz].
template <Population population, class T, class X, class P, std::size_t N>
[[gnu::always_inline]] inline T transfer(const T& E, const T& I, const Drive<X>& drive,
                                         const Vec<P, N>& p, X& mean) {
  constexpr double spontaneous = 1e-6;  // [kHz]
  const P E_L = population == Population::excitatory ? p[E_L_e] : p[E_L_i];
  const P synapses_e = (1.0 - p[g]) * p[p_connect_e] * p[N_tot];
  const P synapses_i = p[g] * p[p_connect_i] * p[N_tot];
  const T f_e = (E + spontaneous) * synapses_e + drive.F_e * p[K_ext_e];
  const T f_i = (I + spontaneous) * synapses_i + drive.F_i * p[K_ext_i];
  const T G_e = f_e * (p[Q_e] * p[tau_e]);
  const T G_i = f_i * (p[Q_i] * p[tau_i]);
  const T inverse = 1.0 / (G_e + G_i + p[g_L]);
  const T T_m = inverse * p[C_m];
  const T mu = (G_e * p[E_e] + G_i * p[E_i] + (p[g_L] * E_L - drive.W)) * inverse;
  const T jump_e = (p[E_e] - mu) * inverse * (p[Q_e] * p[tau_e]);
  const T jump_i = (p[E_i] - mu) * inverse * (p[Q_i] * p[tau_i]);
  const T A_e = f_e * math::square(jump_e);
  const T A_i = f_i * math::square(jump_i);
  const T power = A_e / (T_m + p[tau_e]) + A_i / (T_m + p[tau_i]);
  const T sigma = math::sqrt(power * 0.5);
  const T time = (A_e + A_i) / power;
  mean = value_of(mu);
  const T distance = threshold<population>(mu, sigma, time, p) - mu;
  return math::erfc(distance / (sigma * 1.4142135623730951)) / (time * 2.0);
}

/// dW/dt of a population. [pA/ms]
template <Population population, class X, class P, std::size_t N>
[[gnu::always_inline]] inline X adaptation(const X& rate, const X& mean, const X& W,
                                           const Vec<P, N>& p) {
  constexpr bool excitatory = population == Population::excitatory;
  const P a = p[excitatory ? a_e : a_i], b = p[excitatory ? b_e : b_i];
  const P E_L = p[excitatory ? E_L_e : E_L_i], tau = p[excitatory ? tau_w_e : tau_w_i];
  return (a * (mean - E_L) - W) / tau + b * rate;
}

}  // namespace arcuate::model::adex
