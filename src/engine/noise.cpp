#include "arcuate/engine/noise.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace arcuate::engine {
namespace {

constexpr int lanes = model::lanes;
constexpr int kept_steps = 16;
/// Stands for all regions of a model.
std::uint32_t shared_region(const NoiseTerm& noise) {
  return 0xffffffffU - noise.shared_by;
}

std::size_t z(std::int64_t i) {
  return static_cast<std::size_t>(i);
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

Noise::Noise(const SimulationSpec& spec, std::vector<std::uint32_t> lane_region,
             std::vector<std::uint64_t> seeds)
    : n_states_(static_cast<int>(spec.model->info.states.size())),
      n_inputs_(static_cast<int>(spec.model->info.inputs.size())),
      n_tiles_(static_cast<LocalIndex>(lane_region.size() / lanes)),
      dt_(spec.dt / spec.model->info.time_unit),
      lane_region_(std::move(lane_region)),
      seeds_(std::move(seeds)) {
  for (const NoiseTerm& noise : spec.noise) {
    on_inputs_ = on_inputs_ || noise.on_input;
    on_states_ = on_states_ || !noise.on_input;
  }
  if (on_states_) prepare_states(spec);
  for (const NoiseTerm& noise : spec.noise)
    prepare_term(noise);
}

void Noise::prepare_states(const SimulationSpec& spec) {
  const std::size_t size = z(n_tiles_) * z(n_states_) * lanes;
  additive_.assign(size, 0.0);
  multiplicative_.assign(size, 0.0);
  correction_.assign(size, 0.0);
  for (const NoiseTerm& noise : spec.noise) {
    if (noise.on_input) continue;
    only_additive_ = only_additive_ && !noise.multiplicative;
    // Heun converges to the Stratonovich solution, the other schemes to the Ito one (Kloeden &
    // Platen 1992).
    const bool scheme_is_stratonovich = spec.method == model::Method::heun;
    const bool wanted_stratonovich = noise.calculus == Calculus::stratonovich;
    const double sign = scheme_is_stratonovich == wanted_stratonovich ? 0.0
                        : wanted_stratonovich                         ? 0.5
                                                                      : -0.5;
    for (std::size_t lane = 0; lane < lane_region_.size(); ++lane) {
      const std::size_t at = (lane / lanes * z(n_states_) + z(noise.target)) * lanes + lane % lanes;
      const double sigma = noise.sigma(lane_region_[lane]);
      if (remembers(noise)) {
        additive_[at] = 1.0;
      } else if (noise.multiplicative) {
        multiplicative_[at] = sigma;
        correction_[at] = sign * sigma * sigma;
      } else {
        additive_[at] = sigma;
      }
    }
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
  const double factor = noise.kind == NoiseTerm::Kind::per_step ? 1.0 : 1.0 / std::sqrt(dt_);
  for (std::uint32_t region : lane_region_)
    term.scale.push_back(noise.sigma(region) * factor);
  terms_.push_back(std::move(term));
}

void Noise::prepare_memory(const NoiseTerm& noise, const Memory& memory, bool adds) {
  Term term;
  term.spec = noise;
  term.stream = memory.stream;
  term.decay = memory.decay;
  term.remembers = true;
  term.adds = adds;
  term.scale.reserve(lane_region_.size());
  for (std::uint32_t region : lane_region_)
    term.scale.push_back(noise.sigma(region) * memory.factor);
  for (std::uint64_t seed : seeds_) {
    for (std::uint32_t region : lane_region_) {
      const random::Stream stream{seed, memory.start_stream};
      const double z = static_cast<double>(
          random::normal(stream, noise.shared ? shared_region(noise) : region, 0));
      term.state.push_back(noise.sigma(region) * memory.start * z);
    }
  }
  terms_.push_back(std::move(term));
}

NoiseScratch Noise::make_scratch(int steps) const {
  NoiseScratch scratch;
  if (terms_.empty()) return scratch;
  scratch.draws.resize(z(steps + 6) * lanes);
  if (on_states_) scratch.increments.assign(z(steps) * z(n_states_) * lanes, 0.0);
  if (on_inputs_) scratch.inputs.assign(z(steps) * z(n_inputs_) * lanes, 0.0);
  return scratch;
}

void Noise::keep_draws() {
  for (Term& term : terms_) {
    const std::size_t tiles = seeds_.size() * z(n_tiles_);
    term.kept.resize(tiles * z(kept_steps) * lanes);
    term.kept_from.assign(tiles, -1);
  }
}

void Noise::fill(const Term& term, int replica, LocalIndex tile, Step first_quad, int quads,
                 float* draws) const {
  const random::Stream stream{seeds_[z(replica)], term.stream};
  std::array<std::uint32_t, lanes> all_shared;
  all_shared.fill(shared_region(term.spec));
  const std::uint32_t* regions =
      term.spec.shared ? all_shared.data() : lane_region_.data() + z(tile) * lanes;
  if (term.spec.distribution == Distribution::gaussian) {
    random::normal_tile(stream, regions, first_quad, quads, draws);
  } else {
    random::uniform_tile(stream, regions, first_quad, quads, draws);
  }
}

const float* Noise::draws_of(Term& term, int replica, LocalIndex tile, Step first, int steps,
                             NoiseScratch& scratch) const {
  constexpr Step quad = 4;
  const Step from = first / kept_steps * kept_steps;
  if (!term.kept.empty() && first + steps <= from + kept_steps) {
    const std::size_t at = z(replica) * z(n_tiles_) + z(tile);
    float* draws = term.kept.data() + at * z(kept_steps) * lanes;
    if (term.kept_from[at] != from)
      fill(term, replica, tile, from / quad, kept_steps / quad, draws);
    term.kept_from[at] = from;
    return draws + (first - from) * lanes;
  }
  const Step first_quad = first / quad;
  const int quads = static_cast<int>((first + steps + quad - 1) / quad - first_quad);
  fill(term, replica, tile, first_quad, quads, scratch.draws.data());
  return scratch.draws.data() + (first - quad * first_quad) * lanes;
}

void Noise::add_white_state(const Term& term, const float* draws, int steps,
                            NoiseScratch& scratch) const {
  const double root = std::sqrt(dt_);
  for (int s = 0; s < steps; ++s) {
    double* row = scratch.increments.data() + (s * n_states_ + term.spec.target) * lanes;
#pragma omp simd
    for (int lane = 0; lane < lanes; ++lane)
      row[lane] = root * static_cast<double>(draws[s * lanes + lane]);
  }
}

void Noise::add_input(const Term& term, LocalIndex tile, const float* draws, int steps,
                      NoiseScratch& scratch) const {
  const double* scale = term.scale.data() + z(tile) * lanes;
  for (int s = 0; s < steps; ++s) {
    double* row = scratch.inputs.data() + (s * n_inputs_ + term.spec.target) * lanes;
#pragma omp simd
    for (int lane = 0; lane < lanes; ++lane)
      row[lane] = scale[lane] * static_cast<double>(draws[s * lanes + lane]);
  }
}

void Noise::add_memory(Term& term, int replica, LocalIndex tile, const float* draws, int steps,
                       NoiseScratch& scratch) const {
  const double* scale = term.scale.data() + z(tile) * lanes;
  double* eta = term.state.data() + (z(replica) * z(n_tiles_) + z(tile)) * lanes;
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

Noise::Drawn Noise::draw(int replica, LocalIndex tile, Step first, int steps,
                         NoiseScratch& scratch) {
  Drawn drawn;
  for (Term& term : terms_) {
    const float* draws = draws_of(term, replica, tile, first, steps, scratch);
    if (term.remembers) {
      add_memory(term, replica, tile, draws, steps, scratch);
    } else if (term.spec.on_input) {
      add_input(term, tile, draws, steps, scratch);
    } else {
      add_white_state(term, draws, steps, scratch);
    }
  }
  if (on_states_) {
    const std::size_t at = z(tile) * z(n_states_) * lanes;
    drawn.states = {scratch.increments.data(), additive_.data() + at, multiplicative_.data() + at,
                    correction_.data() + at, only_additive_};
  }
  if (on_inputs_) drawn.inputs = scratch.inputs.data();
  return drawn;
}

}  // namespace arcuate::engine
