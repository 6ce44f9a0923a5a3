#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include "arcuate/analysis/spike_stream.hpp"
#include "arcuate/comm/communicator.hpp"
#include "arcuate/io/recording.hpp"
#include "arcuate/io/spikes.hpp"
#include "arcuate/io/spiking_study.hpp"
#include "arcuate/spiking/simulation.hpp"

/// What a run of spiking neurons leaves behind, from all ranks.
namespace arcuate::run {

/// Neurons whose voltages monitors want, ascending.
std::vector<GlobalIndex> probed_by(const io::SpikingStudy& study);

/// The spikes of all ranks on rank 0, in the order of recordings.
class GatheredSpikes {
 public:
  /// What keeps steps and neurons, on rank 0.
  using Keep =
      std::function<void(const std::vector<std::int64_t>&, const std::vector<std::int32_t>&)>;
  GatheredSpikes(const comm::Communicator& world, Keep keep)
      : world_(world), keep_(std::move(keep)) {}

  /// Those that were taken from the simulation, less those before step `transient`. Throws what
  /// `keep` throws, on all ranks. Collective.
  void add(const std::vector<spiking::Spike>& mine, Step transient);

 private:
  void hand_over(const std::vector<std::vector<std::byte>>& from, Step transient) const;

  const comm::Communicator& world_;
  Keep keep_;
};

/// The monitors of a run, in its recording.
class SpikingSamples {
 public:
  SpikingSamples(const comm::Communicator& world, const io::SpikingStudy& study,
                 const spiking::Simulation& simulation, io::RecordingWriter& recording);

  /// What a recording has already.
  void resume(const std::vector<Step>& samples);
  /// Voltages of the steps first .. end - 1. Collective.
  void add_voltages(Step first, Step end, const std::vector<double>& voltages);
  /// Rates of the whole run, by rank 0. Collective.
  void add_rates(const analysis::SpikeSource& spikes);

 private:
  /// Columns of a monitor that this rank has, and their places among its probed neurons.
  struct Columns {
    std::vector<GlobalIndex> owned;
    std::vector<std::size_t> from;
  };
  [[nodiscard]] Columns columns_of(const io::SpikingMonitor& monitor) const;
  /// The samples of a block, up to step `end`.
  void add_block(std::size_t k, Step end, const analysis::RateBlocks* block,
                 const std::vector<GlobalIndex>& owned);
  void append(std::size_t k, Step count, std::vector<double>& samples,
              const std::vector<GlobalIndex>& owned);

  const comm::Communicator& world_;
  const io::SpikingStudy& study_;
  const spiking::Simulation& simulation_;
  io::RecordingWriter& recording_;
  std::vector<Step> next_, done_;
};

}  // namespace arcuate::run
