#include "tile_pass.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "arcuate/core/index.hpp"
#include "arcuate/core/random.hpp"
#include "far_kernel.hpp"
#include "near_kernel.hpp"
#include "panel_kernel.hpp"
#include "tile_feedback.hpp"
#include "transpose.hpp"

namespace arcuate::engine {

TilePass::TilePass(const SimulationSpec& spec, const TilePlan& plan, const EdgePlan& edges,
                   TileState& state)
    : plan_(plan), edges_(edges), state_(state), of_thread_(edges.thread_begin.size() - 1) {
  allocate(state_, plan_.sizes);
  state_.noise_memory = plan_.noise.start();
  const auto last = static_cast<std::int64_t>(plan_.owned.size()) - 1;
  for (std::int64_t lane = 0; lane < plan_.tiles * lanes; ++lane) {
    const GlobalIndex region = plan_.owned[z(std::min(lane, last))];
    const std::int64_t tile = lane / lanes * plan_.n_states * lanes;
    for (int k = 0; k < plan_.n_states; ++k)
      state_.state.set(z(tile + k * lanes + lane % lanes),
                       initial_value(spec, spec.seed, region, k));
  }
}

void TilePass::fill_own_past(const SimulationSpec& spec) {
  const LocalDelays& delays = plan_.delays;
  if (delays.sources().empty()) return;
  std::vector<double> state(z(plan_.n_states));
  const auto last = static_cast<LocalIndex>(plan_.owned.size()) - 1;
  for (LocalIndex place = 0; place < plan_.tiles * lanes; ++place) {
    const GlobalIndex region = plan_.owned[z(std::min(place, last))];
    const std::vector<double> parameter = parameters_at(spec, *plan_.kernel, region, 0.0);
    for (std::size_t source = 0; source < delays.sources().size(); ++source) {
      for (Step lag = 0; lag < delays.length(source); ++lag) {
        for (std::size_t k = 0; k < state.size(); ++k)
          state[k] = initial_value(spec, spec.seed, region, static_cast<int>(k), lag);
        delays.remember(place / lanes, place % lanes, source, lag,
                        plan_.observed(delays.sources()[source], state.data(), parameter.data()),
                        state_.own_past);
      }
    }
  }
}

std::size_t TilePass::sums_at(int channel, LocalIndex target) const {
  return (z(channel) * z(plan_.tiles) * lanes + z(target)) * z(edges_.block);
}

void TilePass::start_block(int thread, const History& history) {
  const LocalIndex first = edges_.thread_begin[z(thread)] * lanes;
  const LocalIndex count = edges_.thread_begin[z(thread) + 1] * lanes - first;
  with_real(edges_.stored, [&]<class Real>() {
    for (const SeriesEdges& edges : edges_.series) {
      Real* sums = state_.sums[index_of(edges.series)].data<Real>();
      for (int c = 0; c < plan_.channels.channels; ++c) {
        sum_far(edges.far[z(thread)], history.now<Real>(c), edges_.block, count,
                sums + sums_at(c, first), plan_.channels.squared(c));
      }
    }
  });
}

void TilePass::add_near(int thread, Step n, int m, const History& history) {
  with_real(edges_.stored, [&]<class Real>() { add_near_of<Real>(thread, n, m, history); });
}

template <class Real>
void TilePass::add_near_of(int thread, Step n, int m, const History& history) {
  const LocalIndex first = edges_.thread_begin[z(thread)] * lanes;
  const std::size_t phase = phase_of(n);
  for (const SeriesEdges& edges : edges_.series) {
    if (!edges.panels.empty()) add_panels<Real>(thread, edges, n, m, history);
    const NearEdges& near = edges.near[z(thread)];
    if (near.segments.empty()) continue;
    for (int c = 0; c < plan_.channels.channels; ++c) {
      sum_near(near, plan_.channels.squared(c), history.now<Real>(c), m, edges_.block,
               state_.sums[index_of(edges.series)].data<Real>() + sums_at(c, first) + phase);
    }
  }
}

/// The sums of the steps by tile, far shares first.
template <class Real>
void TilePass::add_panels(int thread, const SeriesEdges& edges, Step n, int m,
                          const History& history) {
  constexpr std::ptrdiff_t tile_size = short_run * lanes;
  const LocalIndex first = edges_.thread_begin[z(thread)];
  const LocalIndex last = edges_.thread_begin[z(thread) + 1];
  const std::size_t phase = phase_of(n);
  const bool any_far = !edges.far[z(thread)].segments.empty();
  const Real* far = state_.sums[index_of(edges.series)].data<Real>();
  for (int c = 0; c < plan_.channels.channels; ++c) {
    Real* sums = state_.short_sums[index_of(edges.series)].data<Real>() +
                 (z(c) * z(plan_.tiles) + z(first)) * z(tile_size);
    for (LocalIndex tile = first; tile < last; ++tile) {
      Real* of_tile = sums + (tile - first) * tile_size;
      if (any_far) {
        columns_to_lanes(far + sums_at(c, tile * lanes) + phase, z(edges_.block), m, of_tile);
      } else {
        std::fill_n(of_tile, m * lanes, Real{0});
      }
    }
    for (int s = 0; s < m; ++s) {
      multiply(edges.panels[z(thread)], plan_.channels.squared(c), history.now<Real>(c) + s,
               sums + s * lanes, tile_size);
    }
  }
}

void TilePass::collect(LocalIndex tile, Step n, int m, TileScratch& scratch) {
  for (const SeriesEdges& edges : edges_.series) {
    with_real(edges_.stored, [&]<class Real>() { collect_of<Real>(edges, tile, n, m, scratch); });
  }
  if (!plan_.held) carry(tile, m, scratch);
}

/// Here sums become doubles.
template <class Real>
void TilePass::collect_of(const SeriesEdges& edges, LocalIndex tile, Step n, int m,
                          TileScratch& scratch) const {
  const std::size_t phase = phase_of(n);
  const Real* sums = state_.sums[index_of(edges.series)].data<Real>();
  const Real* short_sums = state_.short_sums[index_of(edges.series)].data<Real>();
  for (int c = 0; c < plan_.channels.channels; ++c) {
    double* to = scratch.sums[index_of(edges.series)].data() + z(c) * scratch_row();
    if (edges.panels.empty()) {
      columns_to_lanes(sums + sums_at(c, tile * lanes) + phase, z(edges_.block), m, to);
    } else {
      const std::size_t at = z(c) * z(plan_.tiles) + z(tile);
      const Real* from = short_sums + at * z(short_run) * lanes;
#pragma omp simd
      for (int i = 0; i < m * lanes; ++i)
        to[i] = static_cast<double>(from[i]);
    }
  }
}

/// The input at the begin of a step is the input at the end of the step before.
void TilePass::carry(LocalIndex tile, int m, TileScratch& scratch) {
  with_real(edges_.stored, [&]<class Real>() {
    for (int c = 0; c < plan_.channels.channels; ++c) {
      Real* carried = state_.carry.data<Real>() + (z(c) * z(plan_.tiles) + z(tile)) * lanes;
      const std::size_t row = z(c) * scratch_row();
      const double* end = scratch.sums[index_of(Series::end)].data() + row;
      double* begin = scratch.sums[index_of(Series::begin)].data() + row;
      std::copy_n(carried, lanes, begin);
      std::copy_n(end, (m - 1) * lanes, begin + lanes);
      std::transform(end + (m - 1) * lanes, end + m * lanes, carried,
                     [](double sum) { return static_cast<Real>(sum); });
    }
  });
}

/// Noise, stimuli and tracts: what enters first.
void TilePass::start_inputs(LocalIndex tile, int m, Series when, const double* noise,
                            TileScratch& scratch) const {
  double* inputs = scratch.inputs[index_of(when)].data();
  const std::size_t size = z(m) * z(plan_.n_inputs) * lanes;
  if (noise != nullptr) std::copy_n(noise, size, inputs);
  if (noise == nullptr) std::fill_n(inputs, size, 0.0);
  if (plan_.drive.on_inputs()) plan_.drive.add_to_inputs(tile, when, scratch.drive, inputs);
  if (feed_ != nullptr) add_from_feed(tile, m, scratch, inputs);
  if (tracts_ != nullptr) add_from_parcels(tile, m, scratch, inputs);
}

void TilePass::add_from_feed(LocalIndex tile, int m, const TileScratch& scratch,
                             double* inputs) const {
  feed_->add({plan_.population, plan_.first_region + tile * lanes, plan_.regions_in(tile),
              scratch.first, m, plan_.n_inputs, inputs});
}

/// What the steps read of other parcels: the same at all of their stages.
void TilePass::add_from_parcels(LocalIndex tile, int m, const TileScratch& scratch,
                                double* inputs) const {
  const std::int32_t* parcel = plan_.parcel_of.data() + tile * lanes;
  for (std::size_t link = 0; link < plan_.tracts.size(); ++link) {
    for (int s = 0; s < m; ++s) {
      const double* sums = tracts_->input(link, scratch.first + s);
      double* input = inputs + (s * plan_.n_inputs + plan_.tracts[link].target) * lanes;
      for (int lane = 0; lane < lanes; ++lane)
        input[lane] += sums[parcel[lane]];
    }
  }
}

void TilePass::send_to_parcels(int thread, LocalIndex tile, Step n, int m, const double* trace,
                               TileScratch& scratch) {
  const std::int32_t* parcel = plan_.parcel_of.data() + tile * lanes;
  const int regions = plan_.regions_in(tile);
  double* values = scratch.values.data();
  for (std::size_t link = 0; link < plan_.tracts.size(); ++link) {
    plan_.observe(plan_.tracts[link].source, m, trace, plan_.parameters(tile, Series::end, scratch),
                  values);
    for (int s = 0; s < m; ++s) {
      for (int lane = 0; lane < regions; ++lane)
        tracts_->add(thread, link, parcel[lane], n + s + 1, values[s * lanes + lane]);
    }
  }
}

static_assert(network::TargetFunction::row_length == lanes);

/// Inputs from sums, noise and stimuli, when nothing depends on the region's own state.
void TilePass::complete_inputs(LocalIndex tile, int m, const double* noise,
                               TileScratch& scratch) const {
  // What no link reaches is zero from the start and stays so.
  const bool on_zero = noise == nullptr && !plan_.several_links && !plan_.drive.on_inputs() &&
                       feed_ == nullptr && tracts_ == nullptr;
  for (const Series when : plan_.read_at) {
    const std::size_t phase = index_of(when);
    if (!on_zero) start_inputs(tile, m, when, noise, scratch);
    if (plan_.feedback) continue;
    double* inputs = scratch.inputs[phase].data();
    const int stride = plan_.n_inputs * lanes;
    for (const auto& link : plan_.channels.links) {
      const double* sums = scratch.sums[phase].data() + z(link.first) * scratch_row();
      double* input = inputs + link.input * lanes;
      if (on_zero) {
        plan_.channels.target.apply_rows(m, sums, input, stride);
        continue;
      }
      double* added = scratch.values.data();
      plan_.channels.target.apply_rows(m, sums, added, lanes);
      for (int s = 0; s < m; ++s) {
#pragma omp simd
        for (int lane = 0; lane < lanes; ++lane)
          input[s * stride + lane] += added[s * lanes + lane];
      }
    }
  }
}

/// States that are stored in single precision become doubles for some steps.
void TilePass::load_state(LocalIndex tile, TileScratch& scratch) const {
  const float* stored = state_.state.data<float>() + z(tile) * scratch.state.size();
  std::copy_n(stored, scratch.state.size(), scratch.state.data());
}

/// They have been rounded.
void TilePass::store_state(LocalIndex tile, const TileScratch& scratch) {
  std::transform(scratch.state.begin(), scratch.state.end(),
                 state_.state.data<float>() + z(tile) * scratch.state.size(),
                 [](double x) { return static_cast<float>(x); });
}

/// In place: a copy of what was just written would wait for it, for every tile of every step.
void TilePass::place_tile(LocalIndex tile, TileScratch& scratch, model::Tile& memory) {
  memory.state = scratch.state.empty()
                     ? state_.state.data<double>() + z(tile) * z(plan_.n_states) * lanes
                     : scratch.state.data();
  memory.parameter = plan_.parameters(tile);
  memory.scratch = scratch.stage.data();
  memory.delayed = scratch.delayed.data();
}

model::Tile TilePass::tile_memory(LocalIndex tile, TileScratch& scratch) {
  model::Tile memory;
  place_tile(tile, scratch, memory);
  return memory;
}

void TilePass::advance(int thread, Step n, int m, bool last, History& history,
                       std::span<TileScratch> scratch, Probe* probe) {
  const bool kept =
      !state_.kept_trace.empty() && m <= kept_steps && (probe == nullptr || !probe->wants_input());
  const Step end_of_kept = of_thread_[z(thread)].kept_from + kept_steps;
  if (kept && n + m > end_of_kept) report_kept(thread, n, scratch.front(), probe);
  if (kept && m == 1 && is_plain()) {
    step_plainly(thread, n, history, scratch);
  } else {
    const LocalIndex end = edges_.thread_begin[z(thread) + 1];
    for (LocalIndex tile = edges_.thread_begin[z(thread)]; tile < end; tile += tiles_side_by_side) {
      const int count = std::min(tiles_side_by_side, end - tile);
      advance_some(thread, tile, count, n, m, kept, history, scratch, probe);
    }
  }
  // Blocks end with a look at all ranges (check()).
  if (kept && (last || n + m >= end_of_kept || phase_of(n + m) == 0))
    report_kept(thread, n + m, scratch.front(), probe);
  if (!kept) of_thread_[z(thread)].kept_from = n + m;
}

void TilePass::report_kept(int thread, Step end, const TileScratch& scratch, Probe* probe) {
  const Step begin = std::exchange(of_thread_[z(thread)].kept_from, end);
  const int steps = static_cast<int>(end - begin);
  if (steps == 0) return;
  const LocalIndex last = edges_.thread_begin[z(thread) + 1];
  for (LocalIndex tile = edges_.thread_begin[z(thread)]; tile < last; ++tile) {
    const double* const trace = kept_trace(tile, 0);
    check(thread, tile, begin, steps, trace);
    report(thread, tile, begin, steps, trace, scratch, probe);
  }
}

Noise::Drawn TilePass::draw(LocalIndex tile, Step n, int m, TileScratch& own) const {
  const Noise::Drawn drawn =
      plan_.noise.draw(tile, n, m, state_.noise_memory.data(), state_.kept, own.noise);
  plan_.drive.prepare(n, m, own.drive);
  if (plan_.drive.on_states())
    plan_.drive.add_to_increments(tile, own.drive, own.noise.increments.data());
  plan_.drive.set_parameters(tile, plan_.parameters(tile), own.drive);
  return drawn;
}

/// All that the steps read of others.
void TilePass::start_run(LocalIndex tile, Step n, int m, TileScratch& own, model::TileRun& run) {
  own.first = n;
  const Noise::Drawn drawn = draw(tile, n, m, own);
  collect(tile, n, m, own);
  plan_.delays.read(tile, n, m, state_.own_past, own.delayed.data());
  complete_inputs(tile, m, drawn.inputs, own);
  load_state(tile, own);
  place_tile(tile, own, run.tile);
  run.single_states = plan_.sizes.states_stored == Stored::in_single;
  run.input.begin = own.inputs[index_of(Series::begin)].data();
  run.input.middle = plan_.held ? run.input.begin : own.inputs[index_of(Series::middle)].data();
  run.input.end = plan_.held ? run.input.begin : own.inputs[index_of(Series::end)].data();
  run.input.held = plan_.held;
  run.noise = drawn.states;
  for (std::size_t phase = 0; phase < run.parameter.size(); ++phase) {
    run.parameter[phase] =
        plan_.drive.parameters(plan_.held ? Series::begin : static_cast<Series>(phase), own.drive);
  }
}

void TilePass::advance_some(int thread, LocalIndex first, int count, Step n, int m, bool kept,
                            History& history, std::span<TileScratch> scratch, Probe* probe) {
  std::array<model::TileRun, tiles_side_by_side> runs;
  std::array<std::optional<TileFeedback>, tiles_side_by_side> feedback;
  for (int i = 0; i < count; ++i) {
    TileScratch& own = scratch[z(i)];
    model::TileRun& run = runs[z(i)];
    start_run(first + i, n, m, own, run);
    if (plan_.feedback) run.input.feedback = &feedback[z(i)].emplace(plan_, first + i, own);
    if (probe != nullptr && probe->wants_input()) {
      run.input.used = own.used.data();
      std::copy_n(run.tile.state, own.state_size, own.states.data());
    }
    run.trace = kept ? kept_trace(first + i, n - of_thread_[z(thread)].kept_from) : own.trace();
  }
  with_real(edges_.stored, [&]<class Real>() { prefetch_rows<Real>(first, count, m, history); });
  plan_.kernel->advance({runs.data(), z(count)}, plan_.dt, m);
  for (int i = 0; i < count; ++i) {
    TileScratch& own = scratch[z(i)];
    const double* const trace = runs[z(i)].trace;
    store_state(first + i, own);
    broadcast(first + i, m, trace, history, own);
    if (tracts_ != nullptr) send_to_parcels(thread, first + i, n, m, trace, own);
    keep_past(first + i, n, m, trace, own);
    if (kept) continue;
    check(thread, first + i, n, m, trace);
    report(thread, first + i, n, m, trace, own, probe);
  }
}

/// The ends of the histories, which broadcast() will write: they come while the tiles are stepped.
template <class Real>
void TilePass::prefetch_rows(LocalIndex first, int count, int m, const History& history) const {
  constexpr int line = 64 / static_cast<int>(sizeof(Real));
  if (m < line) return;
  const LocalIndex last =
      std::min(static_cast<LocalIndex>(plan_.owned.size()), (first + count) * lanes);
  for (int channel = 0; channel < plan_.channels.channels; ++channel) {
    const Real* now = history.now<Real>(channel);
    for (LocalIndex region = first * lanes; region < last; ++region) {
      const Real* next = now + plan_.next_of[z(region)];
      for (int s = 0; s < m; s += line)
        __builtin_prefetch(next + s, 1);
    }
  }
}

void TilePass::broadcast(LocalIndex tile, int m, const double* trace, History& history,
                         TileScratch& scratch) {
  double* own = scratch.values.data();
  double* sent = own + scratch_row();
  for (const auto& link : plan_.channels.links) {
    const bool plain = link.observable < plan_.n_states && plan_.channels.source.is_identity();
    if (!plain)
      plan_.observe(link.observable, m, trace, plan_.parameters(tile, Series::end, scratch), own);
    if (!plain)
      plan_.channels.source.apply_parts(m * lanes, own, sent,
                                        static_cast<std::ptrdiff_t>(scratch_row()));
    for (int part = 0; part < link.parts; ++part) {
      const double* values =
          plain ? trace + link.observable * lanes : sent + z(part) * scratch_row();
      const int stride = plain ? plan_.n_states * lanes : lanes;
      with_real(edges_.stored, [&]<class Real>() {
        write_rows(tile, m, values, stride, history.now<Real>(link.first + part));
      });
    }
  }
}

template <class Real>
void TilePass::write_rows(LocalIndex tile, int m, const double* values, int stride,
                          Real* now) const {
  const int regions = plan_.regions_in(tile);
  if (m == 1) {
    for (int lane = 0; lane < regions; ++lane)
      now[plan_.next_of[z(tile * lanes + lane)]] = static_cast<Real>(values[lane]);
    return;
  }
  Real* rows[lanes] = {};
  for (int lane = 0; lane < regions; ++lane)
    rows[lane] = now + plan_.next_of[z(tile * lanes + lane)];
  lanes_to_rows(values, stride, m, regions, rows);
}

void TilePass::keep_past(LocalIndex tile, Step n, int m, const double* trace,
                         TileScratch& scratch) {
  for (std::size_t source = 0; source < plan_.delays.sources().size(); ++source) {
    plan_.observe(plan_.delays.sources()[source], m, trace,
                  plan_.parameters(tile, Series::end, scratch), scratch.values.data());
    plan_.delays.write(tile, source, n, m, scratch.values.data(), state_.own_past);
  }
}

void TilePass::report(int thread, LocalIndex tile, Step n, int m, const double* trace,
                      const TileScratch& scratch, Probe* probe) {
  if (probe == nullptr) return;
  TileSample sample;
  sample.thread = thread;
  sample.population = plan_.population;
  sample.first_region = plan_.first_region + tile * lanes;
  sample.regions = plan_.regions_in(tile);
  sample.first = n + 1;
  sample.steps = m;
  sample.trace = trace;
  sample.input = probe->wants_input() ? scratch.used.data() : nullptr;
  const StepParameters after = plan_.parameters(tile, Series::end, scratch);
  sample.parameter = after.first;
  sample.parameter_stride = after.stride;
  sample.parameter_before = plan_.parameters(tile, Series::begin, scratch).first;
  sample.kernel = plan_.kernel.get();
  probe->record(sample);
}

void TilePass::carry_from(const History& history) {
  if (plan_.held) return;
  state_.carry.assign(state_.carry.size(), state_.carry.stored());
  with_real(edges_.stored, [&]<class Real>() { carry_sums<Real>(history); });
}

template <class Real>
void TilePass::carry_sums(const History& history) {
  const SeriesEdges& edges = edges_.series.back();
  for (int c = 0; c < plan_.channels.channels; ++c) {
    const Real* before = history.now<Real>(c) - 1;
    Real* carried = state_.carry.data<Real>() + z(c) * z(plan_.tiles) * lanes;
    for (std::size_t thread = 0; thread < edges.far.size(); ++thread) {
      const LocalIndex first = edges_.thread_begin[thread] * lanes;
      const LocalIndex count = edges_.thread_begin[thread + 1] * lanes - first;
      sum_far_scalar(edges.far[thread], before, 1, count, carried + first,
                     plan_.channels.squared(c));
      sum_near(edges.near[thread], plan_.channels.squared(c), before, 1, 1, carried + first);
      if (edges.panels.empty()) continue;
      multiply(edges.panels[thread], plan_.channels.squared(c), before, carried + first, lanes);
    }
  }
}

double TilePass::state(LocalIndex region, int k) const {
  return state_.state[(z(region / lanes) * z(plan_.n_states) + z(k)) * lanes + z(region % lanes)];
}

}  // namespace arcuate::engine
