#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "arcuate/core/aligned.hpp"
#include "arcuate/core/random.hpp"
#include "arcuate/engine/arrays.hpp"
#include "arcuate/engine/spec.hpp"
#include "arcuate/engine/tile_sizes.hpp"
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

/// Buffers of one thread.
struct NoiseScratch {
  AlignedVector<float> draws;
  AlignedVector<double> increments;
  AlignedVector<double> inputs;

  template <class Self, class Visit>
  static void arrays(Self& self, const TileSizes& n, const Visit& visit) {
    visit(
        "noise_draws", Role::scratch, self.draws,
        {n.noise_terms > 0 ? std::max<std::int64_t>(n.scratch_steps(), kept_steps) + 6 : 0, lanes});
    visit("noise_increments", Role::scratch, self.increments,
          {n.noisy_states ? n.scratch_steps() : 0, n.states, lanes});
    visit("noise_inputs", Role::scratch, self.inputs,
          {n.noisy_inputs ? n.scratch_steps() : 0, n.inputs, lanes});
  }
};

/// Draws of the next steps: where runs of steps are short, what is drawn in one go serves several.
struct KeptDraws {
  AlignedVector<float> draws;        ///< of every process, or
  AlignedVector<double> increments;  ///< what becomes of all of them
  std::vector<Step> behind;          ///< first step behind the draws; 0: none yet

  template <class Self, class Visit>
  static void arrays(Self& self, const TileSizes& n, const Visit& visit) {
    const std::int64_t terms = n.short_runs ? n.noise_terms : 0;
    const bool together = n.keeps_increments();
    visit("kept_draws", Role::derived, self.draws,
          {together ? 0 : terms, n.tiles, kept_steps, lanes});
    visit("kept_increments", Role::derived, self.increments,
          {together ? n.tiles : 0, kept_steps, n.states, lanes});
    visit("kept_behind", Role::derived, self.behind, {together ? 1 : terms, n.tiles});
  }
};

/// What the noise of every region is multiplied by.
struct NoiseFactors {
  AlignedVector<double> scale;  ///< sigma with its power of dt
  AlignedVector<double> additive, multiplicative, correction;
  std::vector<std::uint32_t> lane_region;  ///< global region of each lane

  template <class Self, class Visit>
  static void arrays(Self& self, const TileSizes& n, const Visit& visit) {
    const std::int64_t noisy = n.noisy_states ? n.tiles : 0;
    visit("noise_scale", Role::parameter, self.scale, {n.noise_terms, n.tiles, lanes});
    visit("noise_additive", Role::parameter, self.additive, {noisy, n.states, lanes});
    visit("noise_multiplicative", Role::parameter, self.multiplicative, {noisy, n.states, lanes});
    visit("noise_correction", Role::parameter, self.correction, {noisy, n.states, lanes});
    visit("lane_region", Role::parameter, self.lane_region, {n.tiles, lanes});
  }
};

class Noise {
 public:
  /// dt: [ms]; lane_region: (n_tiles x lanes) global region of each lane.
  Noise(const Population& population, model::Method method, double dt,
        std::vector<std::uint32_t> lane_region, std::uint64_t seed);

  [[nodiscard]] NoiseScratch make_scratch(int steps) const;
  [[nodiscard]] const NoiseFactors& factors() const { return factors_; }
  /// What the noise remembers at t = 0: (noise_memory, n_tiles, lanes).
  [[nodiscard]] AlignedVector<double> start() const;

  /// Noise of steps first .. first + steps - 1. Advances `memory`: each step is drawn once, in
  /// order. `inputs` is (steps, n_inputs, lanes) inside scratch, or nullptr when no input is noisy.
  struct Drawn {
    model::StateNoise states;
    const double* inputs = nullptr;
  };
  Drawn draw(LocalIndex tile, Step first, int steps, double* memory, KeptDraws& kept,
             NoiseScratch& scratch) const;

  /// The same for one step, where increments are kept.
  [[nodiscard]] model::StateNoise kept_on_states(LocalIndex tile, Step step, KeptDraws& kept,
                                                 NoiseScratch& scratch) const {
    return on_states_of(tile, kept_increments(tile, step, 1, kept, scratch));
  }

 private:
  struct Term {
    NoiseTerm spec;
    std::uint32_t stream = 0;
    std::uint32_t start_stream = 0;
    double start = 0.0;  ///< of what it remembers, relative to sigma
    double decay = 0.0;
    int memory = -1;    ///< its number among the terms that remember, -1: none
    bool adds = false;  ///< to what the terms before it gave the same target
  };
  void prepare_states(const std::vector<NoiseTerm>& terms, model::Method method);
  /// Increments of states that stimuli act on are what a step adds, sigma included.
  void prepare_pushed(const Population& population);
  void prepare_term(const NoiseTerm& noise);
  void prepare_memory(const NoiseTerm& noise, const Memory& memory, bool adds);
  void add_term(Term term, double factor);
  void fill(const Term& term, LocalIndex tile, Step first_quad, int quads, float* draws) const;
  [[nodiscard]] const float* draws_of(std::size_t term, LocalIndex tile, Step first, int steps,
                                      KeptDraws& kept, NoiseScratch& scratch) const;
  /// Increments of a run inside of what is kept for several runs; nullptr: it is not.
  const double* kept_increments(LocalIndex tile, Step first, int steps, KeptDraws& kept,
                                NoiseScratch& scratch) const;
  [[nodiscard]] model::StateNoise on_states_of(LocalIndex tile, const double* increments) const;
  /// increments: (steps, n_states, lanes)
  void add_white_state(const Term& term, const double* scale, const float* z, int steps,
                       double* increments) const;
  void clear_bare(int steps, NoiseScratch& scratch) const;
  void add_input(const Term& term, const double* scale, const float* z, int steps,
                 NoiseScratch& scratch) const;
  void add_memory(const Term& term, const double* scale, const float* z, int steps, double* eta,
                  NoiseScratch& scratch) const;

  int n_states_ = 0;
  int n_inputs_ = 0;
  LocalIndex n_tiles_ = 0;
  double dt_ = 0.0;  ///< [model time unit]
  bool on_states_ = false;
  std::vector<bool> pushed_;  ///< (n_states) by a stimulus
  std::vector<int> bare_;     ///< pushed states without noise
  bool on_inputs_ = false;
  bool only_additive_ = true;
  std::uint64_t seed_;
  std::vector<Term> terms_;
  NoiseFactors factors_;
};

}  // namespace arcuate::engine
