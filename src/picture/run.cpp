#include "run.hpp"

#include <algorithm>
#include <cmath>

#include "arcuate/core/random.hpp"

namespace arcuate::picture {
namespace {

/// Largest absolute eigenvalue: the growth of high powers, by repeated squaring.
double spectral_radius(std::vector<double> a, std::size_t n) {
  constexpr int squarings = 7;
  double log_scale = 0.0;
  for (int k = 0; k < squarings; ++k) {
    double norm = 0.0;
    for (const double value : a)
      norm = std::max(norm, std::abs(value));
    if (!(norm > 0.0) || !std::isfinite(norm)) return 0.0;
    for (double& value : a)
      value /= norm;
    log_scale = 2.0 * (log_scale + std::log(norm));
    std::vector<double> square(n * n, 0.0);
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t j = 0; j < n; ++j) {
        for (std::size_t m = 0; m < n; ++m)
          square[i * n + m] += a[i * n + j] * a[j * n + m];
      }
    }
    a = std::move(square);
  }
  double trace = 0.0;
  for (const double value : a)
    trace = std::max(trace, std::abs(value));
  if (!(trace > 0.0)) return 0.0;
  return std::exp((log_scale + std::log(trace)) / (1 << squarings));
}

double width_of(const model::StateInfo& state) {
  return state.range.high - state.range.low;
}

struct Extent {
  double low = 0.0, high = 0.0;
  [[nodiscard]] double size() const { return high - low; }
};

Extent extent_of(const Samples& samples, std::size_t state, std::size_t first, std::size_t last) {
  Extent extent{samples.at(first, state), samples.at(first, state)};
  for (std::size_t k = first; k < last; ++k) {
    extent.low = std::min(extent.low, samples.at(k, state));
    extent.high = std::max(extent.high, samples.at(k, state));
  }
  return extent;
}

Extent extent_of(const Samples& samples, std::size_t state, std::size_t first) {
  return extent_of(samples, state, first, samples.size());
}

/// The last sample that is not yet near the last one.
std::size_t settling(const Samples& samples) {
  std::size_t last = 0;
  for (std::size_t i = 0; i < samples.n_states; ++i) {
    const double near = 0.01 * extent_of(samples, i, 0).size();
    const double end = samples.at(samples.size() - 1, i);
    std::size_t k = samples.size() - 1;
    while (k > 0 && std::abs(samples.at(k, i) - end) <= near)
      --k;
    last = std::max(last, k);
  }
  return last;
}

/// Samples between two upward passages through the middle, with hysteresis; 0 when there are fewer
/// than three passages in the second half.
double period_of(const Samples& samples, std::size_t state) {
  const std::size_t first = samples.size() / 2;
  const Extent extent = extent_of(samples, state, first);
  const double low = extent.low + 0.35 * extent.size();
  const double high = extent.high - 0.35 * extent.size();
  bool below = false;
  std::size_t passages = 0, begin = 0, end = 0;
  for (std::size_t k = first; k < samples.size(); ++k) {
    const double x = samples.at(k, state);
    if (x < low) below = true;
    if (!below || x <= high) continue;
    below = false;
    if (passages++ == 0) begin = k;
    end = k;
  }
  return passages < 3 ? 0.0 : static_cast<double>(end - begin) / static_cast<double>(passages - 1);
}

/// When the size of cycles of `period` samples has come to half the smallest of the second half for
/// good, after all that a start brings: many in a row.
std::size_t growth(const Samples& samples, std::size_t state, double period) {
  constexpr std::size_t in_a_row = 20;
  const std::size_t width = static_cast<std::size_t>(period) + 1;
  std::vector<double> sizes;
  for (std::size_t first = 0; first + width <= samples.size(); first += width)
    sizes.push_back(extent_of(samples, state, first, first + width).size());
  if (sizes.size() <= 2 * in_a_row) return 0;
  const auto half = sizes.begin() + std::ssize(sizes) / 2;
  const double late = *std::min_element(half, sizes.end());
  std::size_t grown = 0;
  for (std::size_t cycle = 0; cycle < sizes.size(); ++cycle) {
    grown = sizes[cycle] > 0.5 * late ? grown + 1 : 0;
    if (grown == in_a_row) return (cycle + 1 - in_a_row) * width;
  }
  return 0;
}

/// The first sample at which a state is two widths outside its usual range, if it never comes back
/// from there.
std::size_t leaving(const Samples& samples, const model::ModelInfo& info) {
  std::size_t first = samples.size();
  for (std::size_t i = 0; i < samples.n_states; ++i) {
    const model::Range& range = info.states[i].range;
    const double width = 2.0 * width_of(info.states[i]);
    std::size_t k = samples.size();
    while (k > 0 &&
           (samples.at(k - 1, i) < range.low - width || samples.at(k - 1, i) > range.high + width))
      --k;
    first = std::min(first, k);
  }
  return first;
}

/// What is worth looking at, in samples.
struct Worth {
  std::size_t first = 0;
  double count = 0.0;
};

/// Until it rests, or some cycles; from where they have grown, if that takes long.
Worth worth(const Samples& samples, const model::ModelInfo& info) {
  const auto all = static_cast<double>(samples.size() - 1);
  const std::size_t rest = settling(samples);
  if (rest < samples.size() / 2) return {0, std::max(20.0, 1.4 * static_cast<double>(rest))};
  double slowest = 0.0, fastest = all;
  std::size_t slow_state = 0;
  for (std::size_t i = 0; i < samples.n_states; ++i) {
    const double period = period_of(samples, i);
    if (period == 0.0) continue;
    fastest = std::min(fastest, period);
    if (period > slowest) {
      slowest = period;
      slow_state = i;
    }
  }
  if (slowest == 0.0) return {0, std::min(all, static_cast<double>(leaving(samples, info)))};
  const double cycles = slowest > 5.0 * fastest ? 2.5 : 8.0;
  const std::size_t grown = growth(samples, slow_state, slowest);
  if (static_cast<double>(grown) > 31.0 * slowest) return {grown, cycles * slowest};
  return {0, std::min(all, std::max(1.3 * static_cast<double>(grown), cycles * slowest))};
}

/// Whether small deviations from a state grow: the matrix of one rk4 step has a radius above 1.
bool grows(const Region& region, const std::vector<double>& state, double dt) {
  const std::size_t n = state.size();
  const std::vector<double> jacobian = region.jacobian(state);
  std::vector<double> step(n * n, 0.0);
  for (std::size_t i = 0; i < n; ++i)
    step[i * n + i] = 1.0;
  for (const double order : {4.0, 3.0, 2.0, 1.0}) {  // I + dt J/1 (I + dt J/2 (I + ...))
    std::vector<double> next(n * n, 0.0);
    for (std::size_t i = 0; i < n; ++i) {
      next[i * n + i] = 1.0;
      for (std::size_t j = 0; j < n; ++j) {
        for (std::size_t m = 0; m < n; ++m)
          next[i * n + m] += dt / order * jacobian[i * n + j] * step[j * n + m];
      }
    }
    step = std::move(next);
  }
  return spectral_radius(step, n) > 1.0 + 1e-6;
}

/// A run that seems to rest where deviations grow is too short to show what becomes of them.
Samples long_enough(const Region& region, const View& view) {
  constexpr long samples = 250'000, steps = 4, longer = 16;
  Samples run = region.run(view.from, view.dt, samples, steps);
  if (run.size() < samples || settling(run) >= run.size() / 2) return run;
  const auto n = static_cast<std::ptrdiff_t>(run.n_states);
  if (!grows(region, {run.values.end() - n, run.values.end()}, view.dt)) return run;
  return region.run(view.from, view.dt, samples, steps * longer);
}

bool moves(const Samples& samples, const model::ModelInfo& info) {
  for (std::size_t i = 0; i < samples.n_states; ++i) {
    if (extent_of(samples, i, 0).size() > 1e-3 * width_of(info.states[i])) return true;
  }
  return false;
}

}  // namespace

Region::Region(const model::Entry& entry, std::vector<double> parameter,
               const model::PictureInfo& drive)
    : entry_(entry),
      drive_(drive),
      parameter_(std::move(parameter)),
      input_(entry.info.inputs.size(), 0.0),
      kernel_(entry.make_kernel(model::Method::rk4)) {
  if (entry.info.table.make != nullptr) {
    model::TableAxisInfo x = entry.info.table.x, y = entry.info.table.y;
    x.points = 60;  // enough for a picture
    y.points = 12;
    table_ = std::make_unique<model::LookupTable>(entry.info.table.make(x, y));
    kernel_->use_table(*table_);
  }
  parameter_.resize(static_cast<std::size_t>(kernel_->parameter_rows()));
  kernel_->derive_of_one(parameter_.data());
  if (!drive.input.empty()) input_[static_cast<std::size_t>(entry.input(drive.input))] = drive.mean;
}

std::vector<double> Region::rate(const std::vector<double>& state) const {
  std::vector<double> f(state.size());
  kernel_->rhs_of_one(state.data(), parameter_.data(), given(state).data(), f.data());
  return f;
}

std::vector<double> Region::jacobian(const std::vector<double>& state) const {
  std::vector<double> j(state.size() * state.size());
  kernel_->jacobian_of_one(state.data(), parameter_.data(), given(state).data(), j.data());
  return j;
}

double Region::observe(int index, const double* state) const {
  const auto n = static_cast<int>(entry_.info.states.size());
  if (index < n) return state[index];
  return kernel_->observe_one(index - n, state, parameter_.data(), input_.data());
}

std::vector<double> Region::given(const std::vector<double>& state) const {
  std::vector<double> values = input_;
  for (const model::DelayedInfo& delayed : entry_.info.delayed)
    values.push_back(observe(entry_.observable(delayed.source), state.data()));
  return values;
}

/// Values of the model's own past in a run, from a start that had always been.
class Past {
 public:
  Past(const model::Entry& entry, const std::vector<double>& parameter, double dt,
       std::vector<double> start)
      : now_(std::move(start)) {
    for (const model::DelayedInfo& delayed : entry.info.delayed) {
      const double time = parameter[static_cast<std::size_t>(entry.parameter(delayed.delay))];
      const long steps = std::max(1L, std::lround(time / (dt * entry.info.time_unit)));
      rings_.emplace_back(static_cast<std::size_t>(steps), now_[rings_.size()]);
    }
  }

  /// The delayed values of the step that comes.
  [[nodiscard]] const double* values() {
    for (std::size_t e = 0; e < rings_.size(); ++e)
      now_[e] = rings_[e][step_ % rings_[e].size()];
    return now_.data();
  }
  /// `source`: values at the begin of that step.
  void move_on(const double* source) {
    for (std::size_t e = 0; e < rings_.size(); ++e)
      rings_[e][step_ % rings_[e].size()] = source[e];
    ++step_;
  }

 private:
  std::vector<double> now_;
  std::vector<std::vector<double>> rings_;  ///< (delayed values), each as long as its delay
  std::size_t step_ = 0;
};

Samples Region::run(const std::vector<double>& from, double dt, long samples, long steps) const {
  return run(from, dt, samples, steps, 0.0);
}

Samples Region::run_in_noise(const std::vector<double>& from, double dt, long samples,
                             long steps) const {
  return run(from, dt, samples, steps, drive_.sigma);
}

Samples Region::run(const std::vector<double>& from, double dt, long samples, long steps,
                    double sigma) const {
  std::vector<double> state = from, input = input_;
  const auto noisy = static_cast<std::size_t>(std::max(0, entry_.input(drive_.input)));
  const double amplitude = sigma / std::sqrt(dt);
  std::vector<double> scratch(static_cast<std::size_t>(kernel_->scratch_rows()));
  model::Tile tile{state.data(), parameter_.data(), scratch.data()};
  const auto source = [&] {
    const std::vector<double> values = given(state);
    return std::vector<double>(values.end() - std::ssize(entry_.info.delayed), values.end());
  };
  Past past(entry_, parameter_, dt, source());
  const bool delays = !entry_.info.delayed.empty();
  Samples out{state.size(), dt * static_cast<double>(steps), {}};
  out.values.reserve(static_cast<std::size_t>(samples) * state.size());
  for (long k = 0; k < samples; ++k) {
    if (!std::all_of(state.begin(), state.end(), [](double x) { return std::isfinite(x); })) break;
    out.values.insert(out.values.end(), state.begin(), state.end());
    for (long s = 0; s < steps; ++s) {
      const std::vector<double> begin = delays ? source() : std::vector<double>{};
      tile.delayed = past.values();
      if (sigma > 0.0) {
        constexpr random::Stream stream{1, 0};
        input[noisy] =
            drive_.mean + amplitude * static_cast<double>(random::normal(stream, 0, k * steps + s));
      }
      for (int stage = 0; stage < kernel_->stages(); ++stage)
        kernel_->stage_of_one(stage, tile, input.data(), {}, dt);
      past.move_on(begin.data());
    }
  }
  return out;
}

double Region::small_step(const std::vector<double>& from) const {
  std::vector<double> state = from;
  double fastest = 0.0;
  constexpr int looks = 400;
  for (int k = 0; k < looks; ++k) {
    const std::vector<double> f = rate(state);
    double scale = spectral_radius(jacobian(state), state.size());
    for (std::size_t i = 0; i < f.size(); ++i)
      scale = std::max(scale, 0.5 * std::abs(f[i]) / width_of(entry_.info.states[i]));
    fastest = std::max(fastest, scale);
    if (!(fastest > 0.0)) return 1.0;
    const Samples next = run(state, 0.1 / fastest, 2, 5);
    if (next.size() < 2) break;
    state.assign(next.values.end() - static_cast<std::ptrdiff_t>(state.size()), next.values.end());
  }
  return 0.1 / fastest;
}

View choose_view(const Region& region) {
  const model::ModelInfo& info = region.entry().info;
  View view;
  for (const model::StateInfo& state : info.states)
    view.from.push_back(state.initial);
  for (int attempt = 0; attempt < 2; ++attempt) {
    view.dt = region.small_step(view.from);
    const Samples run = long_enough(region, view);
    if (moves(run, info)) {
      const Worth seen = worth(run, info);
      view.window = seen.count * run.period;
      if (seen.first == 0 || region.drive().duration > 0.0) return view;
      view.skipped = static_cast<double>(seen.first) * run.period;
      for (std::size_t i = 0; i < view.from.size(); ++i)
        view.from[i] = run.at(seen.first, i);
      return view;
    }
    view.window = 100.0 * run.period;
    if (attempt > 0) return view;
    view.displaced = true;
    for (std::size_t i = 0; i < view.from.size(); ++i)
      view.from[i] = info.states[i].range.low + 0.75 * width_of(info.states[i]);
  }
  return view;
}

}  // namespace arcuate::picture
