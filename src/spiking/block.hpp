#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "arcuate/core/aligned.hpp"
#include "arcuate/spiking/config.hpp"
#include "coefficients.hpp"

/// Neurons that one thread updates, and the synapses that end at them.
namespace arcuate::spiking {

/// Most neurons of a block: their number fits into two bytes, their states into a cache.
inline constexpr GlobalIndex most_in_block = 16384;

/// A change of external rates in time.
struct RateWindow {
  Step begin = 0, end = 0;
  std::vector<double> hertz;  ///< (P)
};

/// What all blocks of a rank share.
struct Common {
  const Config& config;
  const Populations& populations;
  Step steps = 0;
  GlobalIndex first = 0;  ///< first neuron of the rank
  Coefficients coefficients;
  std::vector<RateWindow> windows;
  std::vector<std::vector<GlobalIndex>> stimulated;  ///< (n_stimuli)
  std::vector<double> from;  ///< (P, P) weights, a row for each presynaptic population

  Common(const Config& config, const Populations& populations, Step steps, GlobalIndex first,
         GlobalIndex end);
};

class Block {
 public:
  /// Draws the synapses of neurons first .. end - 1, less than 2^32 of them.
  Block(const Common& common, GlobalIndex first, GlobalIndex end,
        const std::vector<GlobalIndex>& probed);

  /// Steps begin .. end - 1, at most `delay` of them.
  void advance(const Common& common, Step begin, Step end);
  /// Adds the spikes of a step to the inputs that they make. Returns the number of synapses.
  std::int64_t deliver(const Common& common, Step step, std::span<const std::uint32_t> sources);

  /// Neurons that fired in step number `k` of the last advance(), ascending.
  [[nodiscard]] std::span<const std::uint32_t> fired(std::size_t k) const;
  [[nodiscard]] bool has_targets_of(std::size_t source) const {
    return offset_[source + 1] > offset_[source];
  }
  [[nodiscard]] std::int64_t synapses() const { return std::ssize(target_); }
  /// (steps, probed neurons of this block) of the last advance().
  [[nodiscard]] const std::vector<double>& voltages() const { return voltages_; }
  [[nodiscard]] std::size_t n_probed() const { return probed_.size(); }
  /// Appends the state of a neuron of the block: voltage, current, steps at rest, inputs to come.
  void save(GlobalIndex neuron, std::vector<double>& values) const;
  void load(GlobalIndex neuron, std::span<const double> values);
  /// A neuron whose voltage or current is not finite, or -1.
  [[nodiscard]] GlobalIndex diverged() const;

 private:
  struct Chunk {
    int first = 0, count = 0, population = 0;
  };
  void draw_synapses(const Common& common);
  void make_chunks(const Common& common);
  void receive(const Common& common, const Chunk& chunk, Step step);
  void integrate(const Common& common, const Chunk& chunk);
  void fire(const Common& common, const Chunk& chunk);
  void stimulate(const Common& common, Step step);

  GlobalIndex first_, n_;
  std::vector<std::uint32_t> offset_;  ///< (n_neurons of the network + 1) into target_, by source
  AlignedVector<std::uint16_t> target_;
  AlignedVector<std::uint16_t> population_;             ///< (n)
  AlignedVector<double> V_, I_;                         ///< (n)
  AlignedVector<double> input_;                         ///< (delay, n), by the step modulo delay
  AlignedVector<double> stimulus_;                      ///< (n), or empty
  AlignedVector<std::int32_t> refractory_;              ///< (n) [steps] left
  std::vector<std::vector<std::uint32_t>> stimulated_;  ///< (n_stimuli) positions in the block
  std::vector<Chunk> chunks_;
  std::vector<std::uint32_t> fired_;
  std::vector<std::size_t> fired_end_;  ///< (steps of the last advance + 1)
  std::vector<std::uint32_t> probed_;   ///< positions in the block
  std::vector<double> voltages_;
};

}  // namespace arcuate::spiking
