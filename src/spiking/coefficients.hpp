#pragma once

#include <cstdint>
#include <vector>

#include "arcuate/core/aligned.hpp"
#include "arcuate/spiking/config.hpp"
#include "drive.hpp"

/// What the step of a neuron multiplies by.
namespace arcuate::spiking {

/// A number for each neuron of a range, or, where all of a population are alike, for each
/// population.
struct Coefficients {
  bool by_neuron = false;
  bool euler = false;
  // V* = V keep + I from_current + stimulus from_stimulus; I* = I decay. Of Euler the same names
  // hold the numbers of its step.
  AlignedVector<double> keep, from_current, from_stimulus, decay;
  AlignedVector<double> threshold, reset;
  AlignedVector<double> into_current;  ///< 1 / tau_synaptic
  AlignedVector<double> external;      ///< j_ext / sqrt(neurons)
  AlignedVector<double> rate;          ///< [Hz] of external synapses
  AlignedVector<double> synapses;      ///< c_ext dt
  AlignedVector<double> refractory;    ///< [steps]

  /// One of them for a chunk that begins at a neuron of the range, in a population.
  [[nodiscard]] Column column(const AlignedVector<double>& all, GlobalIndex neuron,
                              int population) const {
    return by_neuron ? Column{all.data() + neuron, 1} : Column{all.data() + population, 0};
  }
  [[nodiscard]] std::int64_t bytes() const;
};

Coefficients coefficients_of(const Config& config, const Populations& populations,
                             GlobalIndex first, GlobalIndex end);

/// Whether parameters may differ within a population.
bool differs_by_neuron(const Config& config);

}  // namespace arcuate::spiking
