#pragma once

#include "arcuate/model/descriptor.hpp"

/// A population of exponential integrate-and-fire neurons under white noise, by the Fokker-Planck
/// equation of the membrane voltage: C dV/dt = -gL (V - EL) + gL DeltaT exp((V - VT)/DeltaT) + C mu
/// + C sigma dW/dt; at Vs a spike, after Tref the voltage starts again at Vr.
///
/// The voltage is cut into cells, in each of which the drift is constant and the equation is solved
/// exactly, from Vs downwards: threshold integration (Richardson MJE (2007). Firing-rate response
/// of linear and nonlinear integrate-and-fire neurons to modulated current-based and
/// conductance-based synaptic drive. Physical Review E 76:021919. doi:10.1103/PhysRevE.76.021919).
namespace arcuate::model {

/// Defaults: Cakan C, Obermayer K (2020). Biophysically grounded mean-field models of neural
/// populations under electrical stimulation. PLoS Computational Biology 16:e1007822.
/// doi:10.1371/journal.pcbi.1007822
struct ExponentialNeuron {
  double C = 200.0;     ///< [pF]
  double gL = 10.0;     ///< [nS]
  double EL = -65.0;    ///< [mV]
  double DeltaT = 1.5;  ///< [mV]
  double VT = -50.0;    ///< [mV]
  double Vr = -70.0;    ///< [mV] more than -200
  double Vs = -40.0;    ///< [mV]
  double Tref = 1.5;    ///< [ms]
};

struct PopulationResponse {
  double rate = 0.0;     ///< [kHz] in the steady state
  double voltage = 0.0;  ///< [mV] mean over the neurons that are not refractory
  double tau = 0.0;      ///< [ms] of the response to changes of mu
};

/// Of a constant input. mu: [mV/ms]; sigma: [mV/sqrt(ms)], > 0. `tau` is that of the low-pass
/// filter 1/(1 + i omega tau) nearest to the linear response of the rate to modulations of mu,
/// relative to that at 0.25 Hz, in the mean square over frequencies up to 1 kHz (Augustin M,
/// Ladenbauer J, Baumann F, Obermayer K (2017). Low-dimensional spike rate models derived from
/// networks of adaptive integrate-and-fire neurons. PLoS Computational Biology 13:e1005545.
/// doi:10.1371/journal.pcbi.1005545).
PopulationResponse population_response(const ExponentialNeuron& neuron, double mu, double sigma);

struct LookupTable;
/// `rate`, `voltage` and `tau` of the default neuron on a grid.
LookupTable population_table(const TableAxisInfo& mu, const TableAxisInfo& sigma);

}  // namespace arcuate::model
