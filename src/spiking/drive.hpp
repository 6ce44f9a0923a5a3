#pragma once

#include <cstdint>

#include "arcuate/core/types.hpp"

/// External spikes of neurons that lie side by side.
namespace arcuate::spiking {

/// Neurons that go through the loops at a time.
inline constexpr int chunk_neurons = 64;

/// The rates of the external synapses of a chunk.
struct Drive {
  std::uint64_t seed = 0;
  double arousal = 0.0;    ///< [Hz] times Z
  bool drawn = true;       ///< Z of Beta(10, 10), else 1/2
  double perturbed = 0.0;  ///< [Hz]
};

/// One number for all neurons of a chunk, or (count).
struct Column {
  const double* values = nullptr;
  std::int64_t stride = 0;
  [[gnu::always_inline]] double operator[](int i) const { return values[i * stride]; }
};

/// Numbers of spikes X of neurons first .. first + count - 1 in a step, Poisson with the mean
/// max(0, rate + arousal Z + perturbed) synapses. `synapses` has the factor dt in it. out: (count).
void draw_spikes(const Drive& drive, Step step, GlobalIndex first, int count, const Column& rate,
                 const Column& synapses, double* out);

}  // namespace arcuate::spiking
