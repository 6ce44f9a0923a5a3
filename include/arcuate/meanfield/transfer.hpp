#pragma once

/// The rate of a leaky integrate-and-fire neuron in fluctuating input.
namespace arcuate::meanfield {

/// What a neuron of a population is. Voltages are numbers without a unit, times in s.
struct Neuron {
  double threshold = 1.0;
  double reset = 0.0;
  double tau_membrane = 0.02;
  double tau_synaptic = 0.005;
  double tau_refractory = 0.005;
};

struct Transfer {
  double rate = 0.0;          ///< [Hz]
  double by_mean = 0.0;       ///< [Hz] derivative by the mean
  double by_deviation = 0.0;  ///< [Hz] derivative by the deviation
};

/// sqrt(pi) exp(z^2) (1 + erf z), what the time between two spikes is an integral of, for z up to
/// 26, where it is infinite. Relative error below 1e-13.
double integrand(double z);

/// The rate 1 / (tau_refractory + tau_membrane times the integral of `integrand` from (reset -
/// mean) / deviation + b to (threshold - mean) / deviation + b), where b = -zeta(1/2) / sqrt(2)
/// sqrt(tau_synaptic / tau_membrane) is the first correction for synapses that are not
/// instantaneous (Siegert 1951, doi:10.1103/PhysRev.81.617; Fourcaud and Brunel 2002,
/// doi:10.1162/089976602320264015). deviation > 0, with the variance tau_membrane sum J^2 rate. 0
/// where the integral is infinite. Relative error below 1e-10.
Transfer transfer(const Neuron& neuron, double mean, double deviation);

}  // namespace arcuate::meanfield
