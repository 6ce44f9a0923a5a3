#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "arcuate/analysis/attractors.hpp"
#include "arcuate/analysis/spike_trains.hpp"

/// What is found in spikes, in a memory that does not grow with them: they are read in pieces, as
/// often as it takes. The numbers are those of spike_trains.hpp and attractors.hpp, to the bit.
namespace arcuate::analysis {

/// Some spikes that follow each other, by step and then neuron.
struct SpikePiece {
  std::span<const std::int64_t> step;
  std::span<const std::int32_t> neuron;
};

/// Spikes that can be read again.
struct SpikeSource {
  std::size_t count = 0;
  /// Spikes from number `at` on, at least one and at most `most`, as far as there are any; valid
  /// until the next call.
  std::function<SpikePiece(std::size_t at, std::size_t most)> read;
  Step begin = 0;                  ///< the first step that counts
  Step end = 0;                    ///< one past the last
  double dt = 0.0;                 ///< [s]
  std::vector<GlobalIndex> first;  ///< (P + 1) first neuron of each population

  [[nodiscard]] std::size_t n_populations() const { return first.size() - 1; }
  [[nodiscard]] Step steps() const { return end - begin; }
};

/// Those in memory, which must stay there.
SpikeSource source_of(const SpikeTrains& trains);

/// Calls `take` with all spikes in pieces.
void for_each_piece(const SpikeSource& spikes, const std::function<void(const SpikePiece&)>& take);

/// The rates of the first populations, block after block of steps.
class RateBlocks {
 public:
  static constexpr Step steps_of_block = 8192;

  /// `spikes` stays where it is.
  RateBlocks(const SpikeSource& spikes, std::size_t populations, const Smoothing& smoothing);

  /// The next block. False: there is none.
  bool next();
  [[nodiscard]] Step at() const { return at_; }  ///< its first step, since those that count began
  [[nodiscard]] const Rates& rates() const { return rates_; }  ///< [Hz] by population, then step

 private:
  void count_until(Step step);
  void forget_before(Step step);

  const SpikeSource& spikes_;
  Smoothing smoothing_;
  Step reach_ = 0;  ///< [steps] that a rate depends on, to both sides
  Step known_ = 0;  ///< counts are known of the steps before
  Step kept_ = 0;   ///< and of this one on
  Step at_ = 0, end_ = 0;
  std::size_t next_spike_ = 0;
  std::vector<std::vector<double>> counts_;  ///< by population, of the steps kept_ .. known_ - 1
  Rates rates_;
};

/// How attractors are found.
struct AttractorSearch {
  std::size_t clusters = 0;  ///< the first populations, which can be active
  Smoothing smoothing;
  ActivityOptions activity;
  Step shortest = 1;  ///< [steps]
  Step fill = 0;      ///< [steps] gaps that are shorter are filled
};

struct FoundAttractors {
  Attractors attractors;
  double threshold = 0.0;  ///< [Hz]
  // Sums over clusters and steps.
  double active = 0.0, active_rate = 0.0, inactive = 0.0, inactive_rate = 0.0;
};
FoundAttractors find_attractors(const SpikeSource& spikes, const AttractorSearch& search);

/// One for each population, see spike_trains.hpp. Memory: some numbers for each neuron.
std::vector<SpikeStatistics> spike_statistics(const SpikeSource& spikes, double window);

}  // namespace arcuate::analysis
