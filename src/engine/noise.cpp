#include "noise.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "arcuate/core/index.hpp"

namespace arcuate::engine {
namespace {

/// Stands for all regions of a model.
std::uint32_t shared_region(const NoiseTerm& noise) {
  return 0xffffffffU - noise.shared_by;
}

bool remembers(const NoiseTerm& noise) {
  return noise.kind == NoiseTerm::Kind::ornstein_uhlenbeck ||
         noise.kind == NoiseTerm::Kind::brownian || noise.kind == NoiseTerm::Kind::coloured;
}

}  // namespace

std::uint32_t state_stream(int state) {
  return static_cast<std::uint32_t>(state);
}
std::uint32_t input_stream(int input) {
  return 256U + static_cast<std::uint32_t>(input);
}
std::uint32_t initial_stream(int state) {
  return 512U + static_cast<std::uint32_t>(state);
}
std::uint32_t start_stream(std::uint32_t stream) {
  return 1024U + stream;
}

Noise::Noise(const Population& population, model::Method method, double dt,
             std::vector<std::uint32_t> lane_region, std::uint64_t seed)
    : n_states_(static_cast<int>(population.model->info.states.size())),
      n_inputs_(static_cast<int>(population.model->info.inputs.size())),
      n_tiles_(static_cast<LocalIndex>(lane_region.size() / lanes)),
      dt_(dt / population.model->info.time_unit),
      seed_(seed) {
  factors_.lane_region = std::move(lane_region);
  for (const NoiseTerm& noise : population.noise) {
    on_inputs_ = on_inputs_ || noise.on_input;
    on_states_ = on_states_ || !noise.on_input;
  }
  pushed_.assign(z(n_states_), false);
  for (const Stimulus& stimulus : population.stimuli) {
    if (stimulus.on == StimulusOn::state) pushed_[z(stimulus.target)] = on_states_ = true;
  }
  if (on_states_) prepare_states(population.noise, method);
  prepare_pushed(population);
  for (const NoiseTerm& noise : population.noise)
    prepare_term(noise);
}

void Noise::prepare_states(const std::vector<NoiseTerm>& terms, model::Method method) {
  const std::size_t size = z(n_tiles_) * z(n_states_) * lanes;
  factors_.additive.assign(size, 0.0);
  factors_.multiplicative.assign(size, 0.0);
  factors_.correction.assign(size, 0.0);
  for (const NoiseTerm& noise : terms) {
    if (noise.on_input) continue;
    only_additive_ = only_additive_ && !noise.multiplicative;
    // Heun converges to the Stratonovich solution, the other schemes to the Ito one (Kloeden &
    // Platen 1992).
    const bool scheme_is_stratonovich = method == model::Method::heun;
    const bool wanted_stratonovich = noise.calculus == Calculus::stratonovich;
    const double sign = scheme_is_stratonovich == wanted_stratonovich ? 0.0
                        : wanted_stratonovich                         ? 0.5
                                                                      : -0.5;
    for (std::size_t lane = 0; lane < factors_.lane_region.size(); ++lane) {
      const std::size_t at = (lane / lanes * z(n_states_) + z(noise.target)) * lanes + lane % lanes;
      const double sigma = noise.sigma(factors_.lane_region[lane]);
      if (remembers(noise)) {
        factors_.additive[at] = 1.0;
      } else if (noise.multiplicative) {
        factors_.multiplicative[at] = sigma;
        factors_.correction[at] = sign * sigma * sigma;
      } else {
        factors_.additive[at] = sigma;
      }
    }
  }
}

void Noise::prepare_pushed(const Population& population) {
  for (int k = 0; k < n_states_; ++k) {
    if (!pushed_[z(k)]) continue;
    const bool noisy =
        std::any_of(population.noise.begin(), population.noise.end(),
                    [k](const NoiseTerm& noise) { return !noise.on_input && noise.target == k; });
    if (!noisy) bare_.push_back(k);
    for (LocalIndex tile = 0; tile < n_tiles_; ++tile)
      std::fill_n(factors_.additive.begin() + (tile * n_states_ + k) * lanes, lanes, 1.0);
  }
}

void Noise::prepare_term(const NoiseTerm& noise) {
  const std::vector<Memory> memories = memories_of(noise, dt_);
  for (const Memory& memory : memories)
    prepare_memory(noise, memory, &memory != memories.data());
  if (!memories.empty()) return;
  Term term;
  term.spec = noise;
  term.stream = noise.on_input ? input_stream(noise.target) : state_stream(noise.target);
  add_term(std::move(term), noise.kind == NoiseTerm::Kind::per_step ? 1.0 : 1.0 / std::sqrt(dt_));
}

void Noise::prepare_memory(const NoiseTerm& noise, const Memory& memory, bool adds) {
  Term term;
  term.spec = noise;
  term.stream = memory.stream;
  term.decay = memory.decay;
  term.start_stream = memory.start_stream;
  term.start = memory.start;
  term.memory = static_cast<int>(
      std::count_if(terms_.begin(), terms_.end(), [](const Term& t) { return t.memory >= 0; }));
  term.adds = adds;
  add_term(std::move(term), memory.factor);
}

void Noise::add_term(Term term, double factor) {
  factors_.scale.reserve(factors_.scale.size() + factors_.lane_region.size());
  for (const std::uint32_t region : factors_.lane_region)
    factors_.scale.push_back(term.spec.sigma(region) * factor);
  terms_.push_back(std::move(term));
}

AlignedVector<double> Noise::start() const {
  AlignedVector<double> memory;
  for (const Term& term : terms_) {
    if (term.memory < 0) continue;
    const random::Stream stream{seed_, term.start_stream};
    memory.reserve(memory.size() + factors_.lane_region.size());
    for (const std::uint32_t region : factors_.lane_region) {
      const double z = static_cast<double>(
          random::normal(stream, term.spec.shared ? shared_region(term.spec) : region, 0));
      memory.push_back(term.spec.sigma(region) * term.start * z);
    }
  }
  return memory;
}

NoiseScratch Noise::make_scratch(int steps) const {
  TileSizes sizes;
  sizes.states = n_states_;
  sizes.inputs = n_inputs_;
  sizes.block = steps;
  sizes.noise_terms = static_cast<std::int64_t>(terms_.size());
  sizes.noisy_states = on_states_;
  sizes.noisy_inputs = on_inputs_;
  NoiseScratch scratch;
  allocate(scratch, sizes);
  return scratch;
}

void Noise::fill(const Term& term, LocalIndex tile, Step first_quad, int quads,
                 float* draws) const {
  const random::Stream stream{seed_, term.stream};
  std::array<std::uint32_t, lanes> all_shared;
  all_shared.fill(shared_region(term.spec));
  const std::uint32_t* regions =
      term.spec.shared ? all_shared.data() : factors_.lane_region.data() + z(tile) * lanes;
  if (term.spec.distribution == Distribution::gaussian) {
    random::normal_tile(stream, regions, first_quad, quads, draws);
  } else {
    random::uniform_tile(stream, regions, first_quad, quads, draws);
  }
}

const float* Noise::draws_of(std::size_t term, LocalIndex tile, Step first, int steps,
                             KeptDraws& kept, NoiseScratch& scratch) const {
  constexpr Step quad = 4;
  const Step from = first / kept_steps * kept_steps;
  const Step behind = from + kept_steps;
  if (!kept.draws.empty() && first + steps <= behind) {
    const std::size_t at = term * z(n_tiles_) + z(tile);
    float* draws = kept.draws.data() + at * z(kept_steps) * lanes;
    if (kept.behind[at] != behind) fill(terms_[term], tile, from / quad, kept_steps / quad, draws);
    kept.behind[at] = behind;
    return draws + (first - from) * lanes;
  }
  const Step first_quad = first / quad;
  const int quads = static_cast<int>((first + steps + quad - 1) / quad - first_quad);
  fill(terms_[term], tile, first_quad, quads, scratch.draws.data());
  return scratch.draws.data() + (first - quad * first_quad) * lanes;
}

void Noise::add_white_state(const Term& term, const double* scale, const float* draws, int steps,
                            double* increments) const {
  const double root = std::sqrt(dt_);
  const bool pushed = pushed_[z(term.spec.target)];
  std::array<double, lanes> factor;
  for (int lane = 0; lane < lanes; ++lane)
    factor[z(lane)] = pushed ? dt_ * scale[lane] : root;
  for (int s = 0; s < steps; ++s) {
    double* row = increments + (s * n_states_ + term.spec.target) * lanes;
#pragma omp simd
    for (int lane = 0; lane < lanes; ++lane)
      row[lane] = factor[z(lane)] * static_cast<double>(draws[s * lanes + lane]);
  }
}

void Noise::clear_bare(int steps, NoiseScratch& scratch) const {
  for (const int state : bare_) {
    for (int s = 0; s < steps; ++s)
      std::fill_n(scratch.increments.begin() + (s * n_states_ + state) * lanes, lanes, 0.0);
  }
}

void Noise::add_input(const Term& term, const double* scale, const float* draws, int steps,
                      NoiseScratch& scratch) const {
  for (int s = 0; s < steps; ++s) {
    double* row = scratch.inputs.data() + (s * n_inputs_ + term.spec.target) * lanes;
#pragma omp simd
    for (int lane = 0; lane < lanes; ++lane)
      row[lane] = scale[lane] * static_cast<double>(draws[s * lanes + lane]);
  }
}

void Noise::add_memory(const Term& term, const double* scale, const float* draws, int steps,
                       double* eta, NoiseScratch& scratch) const {
  for (int s = 0; s < steps; ++s) {
    const bool input = term.spec.on_input;
    double* row = input ? scratch.inputs.data() + (s * n_inputs_ + term.spec.target) * lanes
                        : scratch.increments.data() + (s * n_states_ + term.spec.target) * lanes;
    const double factor = input ? 1.0 : dt_;
#pragma omp simd
    for (int lane = 0; lane < lanes; ++lane) {
      row[lane] = (term.adds ? row[lane] : 0.0) + factor * eta[lane];
      eta[lane] = __builtin_fma(term.decay, eta[lane],
                                scale[lane] * static_cast<double>(draws[s * lanes + lane]));
    }
  }
}

model::StateNoise Noise::on_states_of(LocalIndex tile, const double* increments) const {
  const std::size_t at = z(tile) * z(n_states_) * lanes;
  return {increments, factors_.additive.data() + at, factors_.multiplicative.data() + at,
          factors_.correction.data() + at, only_additive_};
}

const double* Noise::kept_increments(LocalIndex tile, Step first, int steps, KeptDraws& kept,
                                     NoiseScratch& scratch) const {
  const Step from = first / kept_steps * kept_steps;
  const Step behind = from + kept_steps;
  if (first + steps > behind) return nullptr;
  const std::size_t row = z(n_states_) * lanes;
  double* const increments = kept.increments.data() + z(tile) * kept_steps * row;
  if (kept.behind[z(tile)] != behind) {
    const std::size_t lane = z(tile) * lanes;
    for (std::size_t k = 0; k < terms_.size(); ++k) {
      constexpr int quad = 4;
      fill(terms_[k], tile, from / quad, kept_steps / quad, scratch.draws.data());
      add_white_state(terms_[k], factors_.scale.data() + k * factors_.lane_region.size() + lane,
                      scratch.draws.data(), kept_steps, increments);
    }
    kept.behind[z(tile)] = behind;
  }
  return increments + z(static_cast<int>(first - from)) * row;
}

Noise::Drawn Noise::draw(LocalIndex tile, Step first, int steps, double* memory, KeptDraws& kept,
                         NoiseScratch& scratch) const {
  Drawn drawn;
  if (!kept.increments.empty()) {
    const double* const increments = kept_increments(tile, first, steps, kept, scratch);
    if (increments != nullptr) return {on_states_of(tile, increments), nullptr};
  }
  const std::size_t first_lane = z(tile) * lanes;
  for (std::size_t k = 0; k < terms_.size(); ++k) {
    const Term& term = terms_[k];
    const float* draws = draws_of(k, tile, first, steps, kept, scratch);
    const double* scale = factors_.scale.data() + k * factors_.lane_region.size() + first_lane;
    if (term.memory >= 0) {
      add_memory(term, scale, draws, steps,
                 memory + z(term.memory) * factors_.lane_region.size() + first_lane, scratch);
    } else if (term.spec.on_input) {
      add_input(term, scale, draws, steps, scratch);
    } else {
      add_white_state(term, scale, draws, steps, scratch.increments.data());
    }
  }
  clear_bare(steps, scratch);
  if (on_states_) drawn.states = on_states_of(tile, scratch.increments.data());
  if (on_inputs_) drawn.inputs = scratch.inputs.data();
  return drawn;
}

}  // namespace arcuate::engine
