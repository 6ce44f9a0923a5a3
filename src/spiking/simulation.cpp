#include "arcuate/spiking/simulation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <optional>
#include <utility>

#include "arcuate/core/error.hpp"
#include "arcuate/core/floating_point.hpp"
#include "arcuate/core/index.hpp"
#include "arcuate/core/pulse.hpp"
#include "arcuate/spiking/wiring.hpp"
#include "block.hpp"

namespace arcuate::spiking {
namespace {

using Message = std::vector<std::byte>;

/// At least one block for each thread.
GlobalIndex block_size(GlobalIndex neurons, int threads) {
  const GlobalIndex share = (neurons + threads - 1) / threads;
  const GlobalIndex blocks = (share + most_in_block - 1) / most_in_block;
  return std::max<GlobalIndex>(1, (share + blocks - 1) / std::max<GlobalIndex>(1, blocks));
}

/// A block counts its synapses with 32 bits.
void require_countable(const Populations& populations, GlobalIndex first, GlobalIndex end) {
  const std::int64_t synapses = synapses_of(populations, first, end);
  if (synapses <= std::int64_t{std::numeric_limits<std::uint32_t>::max()}) return;
  throw ConfigError(
      fmt::format("spiking.probabilities: {} synapses at {} neurons (allowed: 4294967295)",
                  synapses, end - first));
}

void append(Message& message, std::uint32_t word) {
  const std::size_t at = message.size();
  message.resize(at + sizeof word);
  std::memcpy(message.data() + at, &word, sizeof word);
}

std::vector<std::uint32_t> words_in(const Message& message) {
  std::vector<std::uint32_t> words(message.size() / sizeof(std::uint32_t));
  if (!words.empty()) std::memcpy(words.data(), message.data(), message.size());
  return words;
}

}  // namespace

Range range_of(GlobalIndex neurons, int rank, int ranks) {
  return {neurons * rank / ranks, neurons * (rank + 1) / ranks};
}

Footprint footprint(const Config& config, const Range& range, int threads) {
  const Populations populations = populations_of(config);
  Footprint result;
  result.synapses = synapses_of(populations, range.first, range.end);
  const GlobalIndex size = block_size(range.size(), threads);
  const GlobalIndex blocks = (range.size() + size - 1) / size;
  result.synapse_bytes = 2 * result.synapses + 4 * blocks * (config.n_neurons() + 1);
  const std::int64_t states = 8 + 8 + 4 + 2 + 8 * config.delay + (config.stimuli.empty() ? 0 : 8);
  result.neuron_bytes =
      range.size() * states + (differs_by_neuron(config) ? 11 * 8 * range.size() : 0);
  return result;
}

struct Simulation::Impl {
  const comm::Communicator& comm;
  Config config;
  Populations populations;
  Options options;
  Range owned;
  Common common;
  std::vector<std::optional<Block>> blocks;
  std::vector<std::vector<bool>> wanted_by;  // (ranks, own neurons) which ranks have targets
  std::vector<GlobalIndex> probed;
  Step now = 0;
  Counts counts;
  std::vector<Spike> spikes;
  std::vector<double> voltages;
  // Of the steps of an epoch: the spikes that come in, ascending, of all ranks.
  std::vector<std::vector<std::uint32_t>> incoming;
  std::vector<Message> sent, received;

  [[nodiscard]] Block& block_of(GlobalIndex neuron) {
    const GlobalIndex size = block_size(owned.size(), options.threads);
    return *blocks[z((neuron - owned.first) / size)];
  }

  Impl(const comm::Communicator& communicator, const Config& configured, Step steps,
       const Options& wanted)
      : comm(communicator),
        config(configured),
        populations(populations_of(config)),
        options(wanted),
        owned(range_of(config.n_neurons(), comm.rank(), comm.size())),
        common(config, populations, steps, owned.first, owned.end) {
    for (const GlobalIndex neuron : options.probed) {
      if (neuron >= owned.first && neuron < owned.end) probed.push_back(neuron);
    }
  }

  void build() {
    const GlobalIndex size = block_size(owned.size(), options.threads);
    const GlobalIndex count = (owned.size() + size - 1) / size;
    blocks.resize(z(count));
    for (GlobalIndex first = owned.first; first < owned.end; first += size)
      require_countable(populations, first, std::min(first + size, owned.end));
#pragma omp parallel for schedule(dynamic, 1) num_threads(options.threads)
    for (GlobalIndex k = 0; k < count; ++k) {
      const GlobalIndex first = owned.first + k * size;
      blocks[z(k)].emplace(common, first, std::min(first + size, owned.end), probed);
    }
    for (const auto& block : blocks)
      counts.synapses += block->synapses();
  }

  /// Every rank tells the owners which of their neurons it has targets of. Collective.
  void agree_on_targets() {
    const int ranks = comm.size();
    if (ranks == 1) return;
    std::vector<Message> wishes(z(ranks));
    for (int rank = 0; rank < ranks; ++rank) {
      const Range theirs = range_of(config.n_neurons(), rank, ranks);
      for (GlobalIndex neuron = theirs.first; neuron < theirs.end; ++neuron) {
        const bool wanted = std::any_of(blocks.begin(), blocks.end(), [&](const auto& block) {
          return block->has_targets_of(z(neuron));
        });
        if (wanted) append(wishes[z(rank)], static_cast<std::uint32_t>(neuron - theirs.first));
      }
    }
    wanted_by.assign(z(ranks), std::vector<bool>(z(owned.size()), false));
    const std::vector<Message> from = comm.exchange(wishes);
    for (int rank = 0; rank < ranks; ++rank) {
      for (const std::uint32_t neuron : words_in(from[z(rank)]))
        wanted_by[z(rank)][neuron] = true;
    }
  }

  void note_spikes(Step begin, Step end) {
    incoming.assign(z(end - begin), {});
    for (Step step = begin; step < end; ++step) {
      for (const auto& block : blocks) {
        for (const std::uint32_t neuron : block->fired(z(step - begin))) {
          spikes.push_back({step, static_cast<std::int32_t>(neuron)});
          incoming[z(step - begin)].push_back(neuron);
        }
      }
      counts.spikes += std::ssize(incoming[z(step - begin)]);
    }
  }

  /// A message: for every step the number of spikes, then the neurons. None when there is no spike.
  void exchange() {
    sent.assign(z(comm.size()), {});
    for (int rank = 0; rank < comm.size(); ++rank) {
      if (rank == comm.rank()) continue;
      Message& message = sent[z(rank)];
      std::size_t total = 0;
      for (const std::vector<std::uint32_t>& step : incoming) {
        const std::size_t place = message.size();
        append(message, 0);
        std::uint32_t number = 0;
        for (const std::uint32_t neuron : step) {
          if (!wanted_by[z(rank)][z(neuron - owned.first)]) continue;
          append(message, neuron);
          ++number;
        }
        std::memcpy(message.data() + place, &number, sizeof number);
        total += number;
      }
      if (total == 0) message.clear();
      counts.messages += message.empty() ? 0 : 1;
      counts.message_bytes += std::ssize(message);
    }
    comm.exchange(sent, received);
    merge();
  }

  /// Lower ranks own lower neurons.
  void merge() {
    std::vector<std::vector<std::uint32_t>> all(incoming.size());
    for (int rank = 0; rank < comm.size(); ++rank) {
      if (rank == comm.rank()) {
        for (std::size_t k = 0; k < all.size(); ++k)
          all[k].insert(all[k].end(), incoming[k].begin(), incoming[k].end());
        continue;
      }
      const std::vector<std::uint32_t> words = words_in(received[z(rank)]);
      auto at = words.begin();
      for (std::size_t k = 0; k < all.size() && !words.empty(); ++k) {
        const auto number = static_cast<std::ptrdiff_t>(*at++);
        all[k].insert(all[k].end(), at, at + number);
        at += number;
      }
    }
    incoming = std::move(all);
  }

  void deliver(Step begin) {
    const auto count = std::ssize(blocks);
    std::int64_t events = 0;
#pragma omp parallel for schedule(dynamic, 1) num_threads(options.threads) reduction(+ : events)
    for (std::ptrdiff_t k = 0; k < count; ++k) {
      for (std::size_t step = 0; step < incoming.size(); ++step)
        events += blocks[z(k)]->deliver(common, begin + static_cast<Step>(step), incoming[step]);
    }
    counts.events += events;
  }

  void keep_voltages(Step begin, Step end) {
    if (probed.empty()) return;
    for (Step step = begin; step < end; ++step) {
      for (const auto& block : blocks) {
        const auto from =
            block->voltages().begin() + (step - begin) * static_cast<Step>(block->n_probed());
        voltages.insert(voltages.end(), from,
                        from + static_cast<std::ptrdiff_t>(block->n_probed()));
      }
    }
  }

  /// The steps that need no spikes of each other.
  void epoch(Step end) {
    const Step begin = now;
    const auto count = std::ssize(blocks);
#pragma omp parallel for schedule(dynamic, 1) num_threads(options.threads)
    for (std::ptrdiff_t k = 0; k < count; ++k) {
      const core::FlushToZero no_denormals;
      blocks[z(k)]->advance(common, begin, end);
    }
    note_spikes(begin, end);
    keep_voltages(begin, end);
    if (comm.size() > 1) exchange();
    deliver(begin);
    now = end;
    core::note_step(now);
  }

  void require_finite() const {
    comm::all_or_none(comm, [&] {
      for (const auto& block : blocks) {
        const GlobalIndex neuron = block->diverged();
        if (neuron < 0) continue;
        throw DivergedError(fmt::format(
            "neuron {} of population {}: voltage or current is not finite at {:.6g} s", neuron,
            populations.names[z(populations.of(neuron))], static_cast<double>(now) * config.dt));
      }
    });
  }
};

Simulation::Simulation(const comm::Communicator& comm, const Config& config, Step steps,
                       const Options& options)
    : impl_(std::make_unique<Impl>(comm, config, steps, options)) {
  comm::all_or_none(comm, [&] { impl_->build(); });
  impl_->agree_on_targets();
}

Simulation::~Simulation() = default;

void Simulation::run(Step until) {
  const Step delay = impl_->config.delay;
  // An epoch ends at a multiple of the delay, wherever a run ends.
  while (impl_->now < until)
    impl_->epoch(std::min(until, (impl_->now / delay + 1) * delay));
  impl_->require_finite();
}

Step Simulation::now() const {
  return impl_->now;
}

const Range& Simulation::owned() const {
  return impl_->owned;
}

const Populations& Simulation::populations() const {
  return impl_->populations;
}

Counts Simulation::counts() const {
  return impl_->counts;
}

void Simulation::save(GlobalIndex neuron, std::vector<double>& values) const {
  impl_->block_of(neuron).save(neuron, values);
}

std::size_t Simulation::saved_values() const {
  return 3 + z(impl_->config.delay);
}

void Simulation::load(GlobalIndex neuron, std::span<const double> values) {
  impl_->block_of(neuron).load(neuron, values);
}

void Simulation::resume(Step step) {
  impl_->now = step;
}

std::vector<Spike> Simulation::take_spikes() {
  return std::exchange(impl_->spikes, {});
}

const std::vector<GlobalIndex>& Simulation::probed() const {
  return impl_->probed;
}

std::vector<double> Simulation::take_voltages() {
  return std::exchange(impl_->voltages, {});
}

}  // namespace arcuate::spiking
