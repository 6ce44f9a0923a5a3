#pragma once

#include <cstdint>
#include <vector>

#include "arcuate/core/aligned.hpp"
#include "arcuate/core/random.hpp"
#include "arcuate/engine/spec.hpp"
#include "arcuate/model/kernel.hpp"

/// Noise of a tile over a run of steps: a pure function of (seed, region, target, step).
namespace arcuate::engine {

/// Number of the random stream of a state or input; initial values and Ornstein-Uhlenbeck starts
/// have their own.
std::uint32_t state_stream(int state);
std::uint32_t input_stream(int input);
std::uint32_t initial_stream(int state);
std::uint32_t start_stream(std::uint32_t stream);
/// Of a part of coloured noise on the state or input of `stream`.
std::uint32_t part_stream(std::uint32_t stream, int part);

/// A process that remembers: x <- decay x + factor sigma z each step, from start sigma z.
struct Memory {
  double decay = 0.0;
  double factor = 1.0;
  double start = 0.0;
  std::uint32_t stream = 0;        ///< of the steps
  std::uint32_t start_stream = 0;  ///< of the start
};

/// The processes whose sum is the noise: one for ornstein_uhlenbeck and brownian, several for
/// coloured, none for noise without memory. dt and the times of the noise: [model time unit].
std::vector<Memory> memories_of(const NoiseTerm& noise, double dt);

/// Coloured noise: relative standard deviations (their squares sum to 1) and correlation times of
/// Ornstein-Uhlenbeck processes whose power spectra add up to 1/f^beta between the frequencies
/// 1/(2 pi tau_max) and 1/(2 pi tau_min): docs/decisions/noise.md.
struct ColouredPart {
  double sigma = 1.0;
  double tau = 1.0;
};
std::vector<ColouredPart> coloured_parts(double beta, double tau_min, double tau_max);

/// Buffers of one thread.
struct NoiseScratch {
  AlignedVector<float> draws;        ///< (steps + 6, lanes)
  AlignedVector<double> increments;  ///< (steps, n_states, lanes)
  AlignedVector<double> inputs;      ///< (steps, n_inputs, lanes)
};

class Noise {
 public:
  /// lane_region: (n_tiles x lanes) global region of each lane; seeds: one per replica.
  Noise(const SimulationSpec& spec, std::vector<std::uint32_t> lane_region,
        std::vector<std::uint64_t> seeds);

  [[nodiscard]] NoiseScratch make_scratch(int steps) const;
  /// Runs of steps will be short: what is drawn in one go serves several of them.
  void keep_draws();

  /// Noise of steps first .. first + steps - 1. Advances the Ornstein-Uhlenbeck states of the tile:
  /// each step is drawn once, in order. `inputs` is (steps, n_inputs, lanes) inside scratch, or
  /// nullptr when no input is noisy.
  struct Drawn {
    model::StateNoise states;
    const double* inputs = nullptr;
  };
  Drawn draw(int replica, LocalIndex tile, Step first, int steps, NoiseScratch& scratch);

 private:
  struct Term {
    NoiseTerm spec;
    std::uint32_t stream = 0;
    AlignedVector<double> scale;  ///< (n_tiles x lanes) sigma with its power of dt
    AlignedVector<double> state;  ///< (n_replicas x n_tiles x lanes) when it remembers
    double decay = 0.0;
    AlignedVector<float> kept;    ///< (n_replicas, n_tiles, kept_steps, lanes) draws, or empty
    std::vector<Step> kept_from;  ///< (n_replicas, n_tiles) first step of those; -1: none yet
    bool remembers = false;
    bool adds = false;  ///< to what the terms before it gave the same target
  };
  void prepare_states(const SimulationSpec& spec);
  void prepare_term(const NoiseTerm& noise);
  void prepare_memory(const NoiseTerm& noise, const Memory& memory, bool adds);
  void fill(const Term& term, int replica, LocalIndex tile, Step first_quad, int quads,
            float* draws) const;
  const float* draws_of(Term& term, int replica, LocalIndex tile, Step first, int steps,
                        NoiseScratch& scratch) const;
  void add_white_state(const Term& term, const float* z, int steps, NoiseScratch& scratch) const;
  void add_input(const Term& term, LocalIndex tile, const float* z, int steps,
                 NoiseScratch& scratch) const;
  void add_memory(Term& term, int replica, LocalIndex tile, const float* z, int steps,
                  NoiseScratch& scratch) const;

  int n_states_ = 0;
  int n_inputs_ = 0;
  LocalIndex n_tiles_ = 0;
  double dt_ = 0.0;  ///< [model time unit]
  bool on_states_ = false;
  bool on_inputs_ = false;
  bool only_additive_ = true;
  std::vector<std::uint32_t> lane_region_;
  std::vector<std::uint64_t> seeds_;
  std::vector<Term> terms_;
  AlignedVector<double> additive_, multiplicative_, correction_;  ///< (n_tiles, n_states, lanes)
};

}  // namespace arcuate::engine
