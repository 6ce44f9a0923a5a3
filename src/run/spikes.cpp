#include "arcuate/run/spikes.hpp"

#include <algorithm>
#include <cstring>
#include <numeric>
#include <optional>
#include <utility>

namespace arcuate::run {
namespace {

std::vector<std::byte> packed(const std::vector<spiking::Spike>& spikes) {
  std::vector<std::byte> bytes(spikes.size() * sizeof(spiking::Spike));
  if (!bytes.empty()) std::memcpy(bytes.data(), spikes.data(), bytes.size());
  return bytes;
}

}  // namespace

std::vector<GlobalIndex> probed_by(const io::SpikingStudy& study) {
  std::vector<GlobalIndex> all;
  for (const io::SpikingMonitor& monitor : study.monitors)
    all.insert(all.end(), monitor.neurons.begin(), monitor.neurons.end());
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

void GatheredSpikes::add(const std::vector<spiking::Spike>& mine, Step transient) {
  std::vector<std::vector<std::byte>> to(static_cast<std::size_t>(world_.size()));
  to[0] = packed(mine);
  const auto from = world_.exchange(to);
  comm::on_root(world_, [&] { hand_over(from, transient); });
}

void GatheredSpikes::hand_over(const std::vector<std::vector<std::byte>>& from,
                               Step transient) const {
  std::vector<spiking::Spike> all;
  for (const std::vector<std::byte>& bytes : from) {
    const std::size_t before = all.size();
    all.resize(before + bytes.size() / sizeof(spiking::Spike));
    if (!bytes.empty()) std::memcpy(all.data() + before, bytes.data(), bytes.size());
  }
  std::sort(all.begin(), all.end(), [](const spiking::Spike& a, const spiking::Spike& b) {
    return std::pair(a.step, a.neuron) < std::pair(b.step, b.neuron);
  });
  std::vector<std::int64_t> step;
  std::vector<std::int32_t> neuron;
  for (const spiking::Spike& spike : all) {
    if (spike.step < transient) continue;
    step.push_back(spike.step);
    neuron.push_back(spike.neuron);
  }
  keep_(step, neuron);
}

SpikingSamples::SpikingSamples(const comm::Communicator& world, const io::SpikingStudy& study,
                               const spiking::Simulation& simulation,
                               io::RecordingWriter& recording)
    : world_(world), study_(study), simulation_(simulation), recording_(recording) {
  for (const io::SpikingMonitor& monitor : study.monitors)
    next_.push_back(io::first_sample_step(study, monitor));
  done_.assign(next_.size(), 0);
}

void SpikingSamples::resume(const std::vector<Step>& samples) {
  for (std::size_t k = 0; k < samples.size(); ++k) {
    done_[k] = samples[k];
    next_[k] += samples[k] * study_.monitors[k].period;
  }
}

void SpikingSamples::add_voltages(Step first, Step end, const std::vector<double>& voltages) {
  for (std::size_t k = 0; k < next_.size(); ++k) {
    const io::SpikingMonitor& monitor = study_.monitors[k];
    if (!monitor.voltages) continue;
    std::vector<double> samples;
    const Columns columns = columns_of(monitor);
    Step count = 0;
    for (; next_[k] < end; next_[k] += monitor.period, ++count) {
      const auto row = static_cast<std::size_t>(next_[k] - first) * simulation_.probed().size();
      for (const std::size_t place : columns.from)
        samples.push_back(voltages[row + place]);
    }
    append(k, count, samples, columns.owned);
  }
}

void SpikingSamples::add_rates(const analysis::SpikeSource& spikes) {
  for (std::size_t k = 0; k < next_.size(); ++k) {
    if (study_.monitors[k].voltages) continue;
    std::optional<analysis::RateBlocks> blocks;
    std::vector<GlobalIndex> owned;
    if (world_.is_root()) {
      blocks.emplace(spikes, spikes.n_populations(), study_.monitors[k].smoothing);
      owned.resize(spikes.n_populations());
      std::iota(owned.begin(), owned.end(), GlobalIndex{0});
    }
    for (Step end = study_.transient; end < study_.steps;) {
      comm::on_root(world_, [&] { static_cast<void>(blocks->next()); });
      end = std::min(study_.steps, end + analysis::RateBlocks::steps_of_block);
      add_block(k, end, blocks ? &*blocks : nullptr, owned);
    }
  }
}

void SpikingSamples::add_block(std::size_t k, Step end, const analysis::RateBlocks* block,
                               const std::vector<GlobalIndex>& owned) {
  std::vector<double> samples;
  Step count = 0;
  for (; next_[k] < end; next_[k] += study_.monitors[k].period, ++count) {
    if (block == nullptr) continue;
    const auto at = static_cast<std::size_t>(next_[k] - study_.transient - block->at());
    for (const std::vector<double>& rate : block->rates())
      samples.push_back(rate[at]);
  }
  append(k, count, samples, owned);
}

SpikingSamples::Columns SpikingSamples::columns_of(const io::SpikingMonitor& monitor) const {
  Columns columns;
  const std::vector<GlobalIndex>& probed = simulation_.probed();
  for (std::size_t c = 0; c < monitor.neurons.size(); ++c) {
    const auto found = std::lower_bound(probed.begin(), probed.end(), monitor.neurons[c]);
    if (found == probed.end() || *found != monitor.neurons[c]) continue;
    columns.owned.push_back(static_cast<GlobalIndex>(c));
    columns.from.push_back(static_cast<std::size_t>(found - probed.begin()));
  }
  return columns;
}

void SpikingSamples::append(std::size_t k, Step count, std::vector<double>& samples,
                            const std::vector<GlobalIndex>& owned) {
  if (count > 0) recording_.append(static_cast<int>(k), done_[k], count, samples, owned);
  done_[k] += count;
}

}  // namespace arcuate::run
