#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "arcuate/comm/communicator.hpp"
#include "arcuate/spiking/config.hpp"

/// A clustered network in time, distributed over ranks.
namespace arcuate::spiking {

/// A neuron fired in a step: its voltage had reached the threshold at the end of it.
struct Spike {
  Step step = 0;  ///< counted from 0: the one that ends at (step + 1) dt
  std::int32_t neuron = 0;
  friend bool operator==(const Spike&, const Spike&) = default;
};

/// Neurons first .. end - 1.
struct Range {
  GlobalIndex first = 0;
  GlobalIndex end = 0;
  [[nodiscard]] GlobalIndex size() const { return end - first; }
};

/// The neurons of a rank: as many as the others have, one more or less.
Range range_of(GlobalIndex neurons, int rank, int ranks);

struct Options {
  int threads = 1;
  std::vector<GlobalIndex> probed{};  ///< neurons whose voltages are kept, ascending
};

/// What a rank has done so far.
struct Counts {
  std::int64_t synapses = 0;  ///< that end here
  std::int64_t spikes = 0;    ///< of own neurons
  std::int64_t events = 0;    ///< spikes times synapses that they came through
  std::int64_t messages = 0;
  std::int64_t message_bytes = 0;
};

/// [bytes] of a rank that simulates some neurons, of its synapses, and of both.
struct Footprint {
  std::int64_t synapses = 0;
  std::int64_t synapse_bytes = 0;
  std::int64_t neuron_bytes = 0;
  [[nodiscard]] std::int64_t bytes() const { return synapse_bytes + neuron_bytes; }
};
Footprint footprint(const Config& config, const Range& range, int threads);

/// The neurons of this rank. One step t, in this order, for every neuron:
///   1. it is refractory when it fired less than tau_refractory ago
///   2. V* and I* are V and I a step later without spikes (exact, or by Euler), stimuli in V*
///   3. V = reset where refractory, else V*
///   4. V >= threshold: a spike; V = reset
///   5. I = I* + (sum_j J s_j + j_ext / sqrt(n) X) / tau_synaptic, X the external spikes of step t,
///      s the spikes of step t - delay + 1
/// A neuron that fired at t integrates again at t + 1 + ceil(tau_refractory / dt). V = I = 0 at the
/// start. The sum is over sources in ascending order, so that the result is the same to the bit for
/// any number of ranks and threads.
class Simulation {
 public:
  /// Draws the synapses of own neurons. Collective. Throws ConfigError.
  Simulation(const comm::Communicator& comm, const Config& config, Step steps,
             const Options& options);
  ~Simulation();
  Simulation(const Simulation&) = delete;
  Simulation& operator=(const Simulation&) = delete;

  /// To step `until`. Collective. Throws DivergedError, on all ranks.
  void run(Step until);
  [[nodiscard]] Step now() const;
  [[nodiscard]] const Range& owned() const;
  [[nodiscard]] const Populations& populations() const;
  [[nodiscard]] Counts counts() const;

  /// Spikes of own neurons since the last call, by step and then neuron.
  std::vector<Spike> take_spikes();
  /// The probed neurons that this rank owns, and their voltages at the end of every step since the
  /// last call: (steps, neurons).
  [[nodiscard]] const std::vector<GlobalIndex>& probed() const;
  std::vector<double> take_voltages();

  /// Appends the state of an own neuron between two steps: saved_values() numbers, the same for any
  /// number of ranks and threads.
  void save(GlobalIndex neuron, std::vector<double>& values) const;
  [[nodiscard]] std::size_t saved_values() const;
  /// Goes on at a step: the states of all own neurons were loaded.
  void load(GlobalIndex neuron, std::span<const double> values);
  void resume(Step step);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace arcuate::spiking
