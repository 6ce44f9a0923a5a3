#include "block.hpp"

#include <algorithm>
#include <cmath>

#include "arcuate/core/index.hpp"
#include "arcuate/spiking/wiring.hpp"

namespace arcuate::spiking {
namespace {

std::vector<RateWindow> windows_of(const Config& config, Step steps) {
  std::vector<RateWindow> windows;
  for (const Perturbation& one : config.perturbations) {
    if (one.target != Target::rate) continue;
    const auto step_of = [&](double time) {
      return time >= static_cast<double>(steps) * config.dt
                 ? steps
                 : static_cast<Step>(std::round(time / config.dt));
    };
    windows.push_back({step_of(one.begin), step_of(one.end), one.values});
  }
  return windows;
}

}  // namespace

Common::Common(const Config& configured, const Populations& all, Step run, GlobalIndex begin,
               GlobalIndex end)
    : config(configured),
      populations(all),
      steps(run),
      first(begin),
      coefficients(coefficients_of(configured, all, begin, end)),
      windows(windows_of(configured, run)) {
  for (std::size_t k = 0; k < config.stimuli.size(); ++k)
    stimulated.push_back(spiking::stimulated(config, k));
  for (int pre = 0; pre < all.n(); ++pre) {
    for (int post = 0; post < all.n(); ++post)
      from.push_back(all.J(post, pre));
  }
}

Block::Block(const Common& common, GlobalIndex first, GlobalIndex end,
             const std::vector<GlobalIndex>& probed)
    : first_(first), n_(end - first) {
  const std::size_t n = z(n_);
  draw_synapses(common);
  for (GlobalIndex neuron = first; neuron < end; ++neuron)
    population_.push_back(static_cast<std::uint16_t>(common.populations.of(neuron)));
  make_chunks(common);
  V_.assign(n, 0.0);
  I_.assign(n, 0.0);
  refractory_.assign(n, 0);
  input_.assign(n * z(common.config.delay), 0.0);
  if (!common.stimulated.empty()) stimulus_.assign(n, 0.0);
  const auto inside = [&](const std::vector<GlobalIndex>& neurons) {
    std::vector<std::uint32_t> places;
    for (const GlobalIndex neuron : neurons) {
      if (neuron >= first && neuron < end)
        places.push_back(static_cast<std::uint32_t>(neuron - first));
    }
    return places;
  };
  for (const std::vector<GlobalIndex>& neurons : common.stimulated)
    stimulated_.push_back(inside(neurons));
  probed_ = inside(probed);
}

/// Sources are drawn by target and kept by source: counted first, then put in place.
void Block::draw_synapses(const Common& common) {
  const std::size_t sources = z(common.populations.first.back());
  Wiring wiring(common.populations, common.config.seed);
  std::vector<std::uint32_t> drawn;
  offset_.assign(sources + 1, 0);
  for (GlobalIndex i = 0; i < n_; ++i) {
    wiring.sources_of(first_ + i, drawn);
    for (const std::uint32_t source : drawn)
      ++offset_[source + 1];
  }
  for (std::size_t source = 0; source < sources; ++source)
    offset_[source + 1] += offset_[source];
  target_.resize(offset_.back());
  for (GlobalIndex i = 0; i < n_; ++i) {
    wiring.sources_of(first_ + i, drawn);
    for (const std::uint32_t source : drawn)
      target_[offset_[source]++] = static_cast<std::uint16_t>(i);
  }
  // Every entry has moved to where the next one began.
  std::copy_backward(offset_.begin(), offset_.end() - 1, offset_.end());
  offset_.front() = 0;
}

/// Runs of neurons of one population.
void Block::make_chunks(const Common& common) {
  for (GlobalIndex at = 0; at < n_;) {
    const int population = common.populations.of(first_ + at);
    const GlobalIndex end = std::min(n_, common.populations.first[z(population) + 1] - first_);
    const GlobalIndex count = std::min<GlobalIndex>(chunk_neurons, end - at);
    chunks_.push_back({static_cast<int>(at), static_cast<int>(count), population});
    at += count;
  }
}

/// I at the end of the step before, of which `step` is the number.
void Block::receive(const Common& common, const Chunk& chunk, Step step) {
  const Coefficients& all = common.coefficients;
  const GlobalIndex neuron = first_ + chunk.first;
  const auto column = [&](const AlignedVector<double>& values) {
    return all.column(values, neuron - common.first, chunk.population);
  };
  const Arousal& arousal = common.populations.arousal;
  Drive drive{common.config.seed, arousal.drive(), arousal.noise == ArousalNoise::drawn, 0.0};
  for (const RateWindow& window : common.windows) {
    if (step >= window.begin && step < window.end)
      drive.perturbed += window.hertz[z(chunk.population)];
  }
  alignas(64) double external[chunk_neurons];
  draw_spikes(drive, step, neuron, chunk.count, column(all.rate), column(all.synapses), external);
  const Column weight = column(all.external), into = column(all.into_current);
  double* const input = input_.data() + z(step % common.config.delay) * z(n_) + chunk.first;
  double* const I = I_.data() + chunk.first;
#pragma omp simd
  for (int i = 0; i < chunk.count; ++i) {
    I[i] += into[i] * (input[i] + weight[i] * external[i]);
    input[i] = 0.0;
  }
}

namespace {

/// The columns that a chunk needs, of one number each or by neuron.
struct StepColumns {
  Column keep, from_current, from_stimulus, decay, threshold, reset, refractory;
};

/// Of plain pointers, so that the loop becomes vector code. stimulus: nullptr for none.
template <bool euler>
void step_neurons(const StepColumns& of, int count, const double* __restrict stimulus,
                  double* __restrict V, double* __restrict I, std::int32_t* __restrict left) {
#pragma omp simd
  for (int i = 0; i < count; ++i) {
    const double push = stimulus != nullptr ? stimulus[i] : 0.0;
    const double moved =
        euler ? V[i] + of.from_current[i] * (I[i] + push - V[i] * of.keep[i])
              : V[i] * of.keep[i] + I[i] * of.from_current[i] + push * of.from_stimulus[i];
    I[i] = euler ? I[i] - I[i] * of.decay[i] : I[i] * of.decay[i];
    V[i] = left[i] > 0 ? of.reset[i] : moved;
    left[i] -= left[i] > 0 ? 1 : 0;
  }
}

}  // namespace

void Block::integrate(const Common& common, const Chunk& chunk) {
  const Coefficients& all = common.coefficients;
  const auto column = [&](const AlignedVector<double>& values) {
    return all.column(values, first_ + chunk.first - common.first, chunk.population);
  };
  const StepColumns columns{
      column(all.keep),      column(all.from_current), column(all.from_stimulus), column(all.decay),
      column(all.threshold), column(all.reset),        column(all.refractory)};
  const double* stimulus = stimulus_.empty() ? nullptr : stimulus_.data() + chunk.first;
  const auto step = all.euler ? step_neurons<true> : step_neurons<false>;
  step(columns, chunk.count, stimulus, V_.data() + chunk.first, I_.data() + chunk.first,
       refractory_.data() + chunk.first);
}

/// The few that reach their threshold.
void Block::fire(const Common& common, const Chunk& chunk) {
  const Coefficients& all = common.coefficients;
  const GlobalIndex neuron = first_ + chunk.first;
  const auto column = [&](const AlignedVector<double>& values) {
    return all.column(values, neuron - common.first, chunk.population);
  };
  const Column threshold = column(all.threshold), reset = column(all.reset);
  double* const V = V_.data() + chunk.first;
  int any = 0;
#pragma omp simd reduction(+ : any)
  for (int i = 0; i < chunk.count; ++i)
    any += V[i] >= threshold[i] ? 1 : 0;
  if (any == 0) return;
  const Column refractory = column(all.refractory);
  for (int i = 0; i < chunk.count; ++i) {
    if (!(V[i] >= threshold[i])) continue;
    V[i] = reset[i];
    refractory_[z(chunk.first + i)] = static_cast<std::int32_t>(refractory[i]);
    fired_.push_back(static_cast<std::uint32_t>(neuron + i));
  }
}

void Block::stimulate(const Common& common, Step step) {
  if (stimulus_.empty()) return;
  std::fill(stimulus_.begin(), stimulus_.end(), 0.0);
  for (std::size_t k = 0; k < stimulated_.size(); ++k) {
    const double value = value_of(common.config.stimuli[k], common.config.dt, step, common.steps);
    if (value == 0.0) continue;
    for (const std::uint32_t place : stimulated_[k])
      stimulus_[place] += value;
  }
}

void Block::advance(const Common& common, Step begin, Step end) {
  fired_.clear();
  fired_end_.assign(1, 0);
  voltages_.clear();
  for (Step step = begin; step < end; ++step) {
    stimulate(common, step);
    for (const Chunk& chunk : chunks_) {
      if (step > 0) receive(common, chunk, step - 1);
      integrate(common, chunk);
      fire(common, chunk);
    }
    fired_end_.push_back(fired_.size());
    for (const std::uint32_t place : probed_)
      voltages_.push_back(V_[place]);
  }
}

std::int64_t Block::deliver(const Common& common, Step step,
                            std::span<const std::uint32_t> sources) {
  const Step delay = common.config.delay;
  double* const input = input_.data() + z((step + delay - 1) % delay) * z(n_);
  const std::uint16_t* const population = population_.data();
  const auto& first = common.populations.first;
  const std::size_t n_populations = common.populations.size.size();
  std::int64_t events = 0;
  std::size_t pre = 0;
  for (const std::uint32_t source : sources) {
    while (first[pre + 1] <= GlobalIndex{source})
      ++pre;
    const double* const weight = common.from.data() + pre * n_populations;
    const std::uint16_t* const begin = target_.data() + offset_[source];
    const std::uint16_t* const end = target_.data() + offset_[source + 1];
    for (const std::uint16_t* at = begin; at != end; ++at)
      input[*at] += weight[population[*at]];
    events += end - begin;
  }
  return events;
}

std::span<const std::uint32_t> Block::fired(std::size_t k) const {
  return std::span(fired_).subspan(fired_end_[k], fired_end_[k + 1] - fired_end_[k]);
}

void Block::save(GlobalIndex neuron, std::vector<double>& values) const {
  const std::size_t i = z(neuron - first_);
  values.insert(values.end(), {V_[i], I_[i], static_cast<double>(refractory_[i])});
  for (std::size_t at = i; at < input_.size(); at += z(n_))
    values.push_back(input_[at]);
}

void Block::load(GlobalIndex neuron, std::span<const double> values) {
  const std::size_t i = z(neuron - first_);
  V_[i] = values[0];
  I_[i] = values[1];
  refractory_[i] = static_cast<std::int32_t>(values[2]);
  for (std::size_t at = i, k = 3; at < input_.size(); at += z(n_), ++k)
    input_[at] = values[k];
}

GlobalIndex Block::diverged() const {
  for (std::size_t i = 0; i < z(n_); ++i) {
    if (!std::isfinite(V_[i]) || !std::isfinite(I_[i])) return first_ + static_cast<GlobalIndex>(i);
  }
  return -1;
}

}  // namespace arcuate::spiking
