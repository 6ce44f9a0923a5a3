#include "tile_pass.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <set>

#include "arcuate/core/random.hpp"
#include "arcuate/engine/far_kernel.hpp"
#include "near_kernel.hpp"
#include "panel_kernel.hpp"
#include "tile_feedback.hpp"
#include "transpose.hpp"

namespace arcuate::engine {
namespace {

constexpr int lanes = model::lanes;

std::size_t z(std::int64_t i) {
  return static_cast<std::size_t>(i);
}
std::size_t index_of(Series series) {
  return static_cast<std::size_t>(series);
}

std::vector<std::uint32_t> regions_of_lanes(const std::vector<GlobalIndex>& owned) {
  std::vector<std::uint32_t> regions;
  for (GlobalIndex region : owned)
    regions.push_back(static_cast<std::uint32_t>(region));
  while (regions.size() % lanes != 0)
    regions.push_back(regions.back());
  return regions;
}

}  // namespace

ChannelPlan::ChannelPlan(const network::Coupling& coupling, GlobalIndex n_regions)
    : source(coupling), target(coupling, n_regions) {
  const int parts = network::channels_of(coupling.form);
  for (const network::Link& link : coupling.links) {
    links.push_back({link.source, link.target, channels, parts, link.squared_weights});
    channels += parts;
  }
}

bool ChannelPlan::several_to_one_input() const {
  std::set<int> inputs;
  for (const LinkChannels& link : links)
    inputs.insert(link.input);
  return inputs.size() < links.size();
}

bool ChannelPlan::squared(int channel) const {
  return std::any_of(links.begin(), links.end(), [channel](const LinkChannels& link) {
    return link.squared && channel >= link.first && channel < link.first + link.parts;
  });
}

TileScratch::TileScratch(std::size_t n_states, std::size_t n_inputs, std::size_t n_delayed,
                         std::size_t channels, std::size_t block, std::size_t stage_rows,
                         const Noise& source, const Drive& given)
    : used(block * n_inputs * lanes),
      delayed(block * n_delayed * lanes),
      states((block + 1) * n_states * lanes),
      state_size(n_states * lanes),
      values(block * lanes * (1 + most_parts)),
      stage(stage_rows * lanes),
      noise(source.make_scratch(static_cast<int>(block))),
      drive(given.make_scratch(static_cast<int>(block))) {
  for (auto& s : sums)
    s.resize(channels * block * lanes);
  for (auto& i : inputs)
    i.resize(block * n_inputs * lanes);
}

TilePass::TilePass(const SimulationSpec& spec, const LocalNetwork& network, const EdgePlan& plan,
                   std::vector<std::uint64_t> seeds)
    : plan_(plan),
      owned_(network.owned),
      model_(network.model),
      first_region_(network.first),
      kernel_(kernel_of(spec)),
      channels_(spec.coupling, network.n_regions),
      replicas_(static_cast<int>(seeds.size())),
      n_states_(static_cast<int>(spec.model->info.states.size())),
      n_inputs_(static_cast<int>(spec.model->info.inputs.size())),
      parameter_rows_(kernel_->parameter_rows()),
      dt_(spec.dt / spec.model->info.time_unit),
      steps_(spec.steps),
      plausible_(plausible_ranges(*spec.model)),
      finite_(plausible_.size(), any_finite),
      tiles_((network.n_owned() + lanes - 1) / lanes),
      held_(series_of(spec.method, spec.stages).front() == Series::begin),
      read_at_(series_of(spec.method, spec.stages)),
      feedback_(!plan.self_weight.empty() || channels_.target.uses_target()),
      several_links_(channels_.several_to_one_input()),
      noise_(spec, regions_of_lanes(network.owned), seeds),
      drive_(spec, *kernel_, regions_of_lanes(network.owned)),
      delays_(spec, regions_of_lanes(network.owned), replicas_) {
  const auto regions = regions_of_lanes(network.owned);
  for (std::size_t lane = 0; lane < regions.size(); ++lane) {
    const std::size_t owned = std::min(lane, owned_.size() - 1);
    strength_[0].push_back(plan.strength[owned]);
    if (!plan.strength_squared.empty()) strength_[1].push_back(plan.strength_squared[owned]);
    if (!plan.self_weight.empty()) self_[0].push_back(plan.self_weight[owned]);
    if (!plan.self_squared.empty()) self_[1].push_back(plan.self_squared[owned]);
  }
  for (const LocalIndex slot : plan.slots.of_owned)
    next_of_.push_back(plan.row_start[z(slot)] + 1);
  parameter_.resize(z(tiles_) * z(parameter_rows_) * lanes);
  for (std::size_t lane = 0; lane < regions.size(); ++lane) {
    const std::vector<double> rows = parameter_rows(spec, *kernel_, regions[lane]);
    for (std::size_t p = 0; p < rows.size(); ++p)
      parameter_[(lane / lanes * rows.size() + p) * lanes + lane % lanes] = rows[p];
  }
  if (!held_) read_at_.insert(read_at_.begin(), Series::begin);
  for (std::uint64_t seed : seeds) {
    const std::size_t first = state_.size();
    state_.resize(first + regions.size() * z(n_states_));
    for (std::size_t lane = 0; lane < regions.size(); ++lane) {
      for (int k = 0; k < n_states_; ++k) {
        state_[first + (lane / lanes * z(n_states_) + z(k)) * lanes + lane % lanes] =
            initial_value(spec, seed, regions[lane], k);
      }
    }
  }
  sums_.resize(3);
  short_sums_.resize(3);
  for (const SeriesEdges& edges : plan.series) {
    sums_[index_of(edges.series)].assign(
        z(replicas_) * z(channels_.channels) * regions.size() * z(plan.block), 0.0);
    if (edges.panels.empty()) continue;
    short_sums_[index_of(edges.series)].assign(
        z(replicas_) * z(channels_.channels) * regions.size() * z(short_run), 0.0);
  }
  if (!held_) carry_.assign(z(replicas_) * z(channels_.channels) * regions.size(), 0.0);
  if (!plan.stage.row.empty() || !plan.stage.panels.empty())
    stage_sums_.assign(z(replicas_) * z(channels_.channels) * regions.size(), 0.0);
  diverged_.resize(plan.thread_begin.size() - 1);
}

TileScratch TilePass::make_scratch() const {
  return TileScratch(z(n_states_), z(n_inputs_), z(delays_.entries()), z(channels_.channels),
                     z(plan_.block), z(kernel_->scratch_rows()), noise_, drive_);
}

std::size_t TilePass::sums_at(int replica, int channel, LocalIndex target) const {
  return (z(replica * channels_.channels + channel) * z(tiles_) * lanes + z(target)) *
         z(plan_.block);
}

void TilePass::start_block(int thread, const History& history) {
  const LocalIndex first = plan_.thread_begin[z(thread)] * lanes;
  const LocalIndex count = plan_.thread_begin[z(thread) + 1] * lanes - first;
  for (const SeriesEdges& edges : plan_.series) {
    for (int r = 0; r < replicas_; ++r) {
      for (int c = 0; c < channels_.channels; ++c) {
        sum_far(edges.far[z(thread)], history.now(r, c), plan_.block, count,
                sums_[index_of(edges.series)].data() + sums_at(r, c, first), channels_.squared(c));
      }
    }
  }
}

void TilePass::add_near(int thread, Step n, int m, const History& history) {
  const LocalIndex first = plan_.thread_begin[z(thread)] * lanes;
  const auto phase = z(n % plan_.block);
  for (const SeriesEdges& edges : plan_.series) {
    if (!edges.panels.empty()) add_panels(thread, edges, n, m, history);
    const NearEdges& near = edges.near[z(thread)];
    if (near.segments.empty()) continue;
    for (int r = 0; r < replicas_; ++r) {
      for (int c = 0; c < channels_.channels; ++c) {
        sum_near(near, channels_.squared(c), history.now(r, c), m, plan_.block,
                 sums_[index_of(edges.series)].data() + sums_at(r, c, first) + phase);
      }
    }
  }
}

/// The sums of the steps by tile, far shares first.
void TilePass::add_panels(int thread, const SeriesEdges& edges, Step n, int m,
                          const History& history) {
  constexpr std::ptrdiff_t tile_size = short_run * lanes;
  const LocalIndex first = plan_.thread_begin[z(thread)];
  const LocalIndex last = plan_.thread_begin[z(thread) + 1];
  const auto phase = z(n % plan_.block);
  const bool any_far = !edges.far[z(thread)].segments.empty();
  const auto& far = sums_[index_of(edges.series)];
  for (int r = 0; r < replicas_; ++r) {
    for (int c = 0; c < channels_.channels; ++c) {
      double* sums = short_sums_[index_of(edges.series)].data() +
                     (z(r * channels_.channels + c) * z(tiles_) + z(first)) * z(tile_size);
      for (LocalIndex tile = first; tile < last; ++tile) {
        double* of_tile = sums + (tile - first) * tile_size;
        if (any_far) {
          columns_to_lanes(far.data() + sums_at(r, c, tile * lanes) + phase, z(plan_.block), m,
                           of_tile);
        } else {
          std::fill_n(of_tile, m * lanes, 0.0);
        }
      }
      for (int s = 0; s < m; ++s) {
        multiply(edges.panels[z(thread)], channels_.squared(c), history.now(r, c) + s,
                 sums + s * lanes, tile_size);
      }
    }
  }
}

void TilePass::collect(int replica, LocalIndex tile, Step n, int m, TileScratch& scratch) {
  const int phase = static_cast<int>(n % plan_.block);
  for (const SeriesEdges& edges : plan_.series) {
    const auto& sums = sums_[index_of(edges.series)];
    const auto& short_sums = short_sums_[index_of(edges.series)];
    for (int c = 0; c < channels_.channels; ++c) {
      double* to = scratch.sums[index_of(edges.series)].data() + z(c) * z(plan_.block) * lanes;
      if (edges.panels.empty()) {
        columns_to_lanes(sums.data() + sums_at(replica, c, tile * lanes) + phase, z(plan_.block), m,
                         to);
      } else {
        const std::size_t at = z(replica * channels_.channels + c) * z(tiles_) + z(tile);
        std::copy_n(short_sums.data() + at * z(short_run) * lanes, m * lanes, to);
      }
    }
  }
  if (!held_) carry(replica, tile, m, scratch);
}

/// The input at the begin of a step is the input at the end of the step before.
void TilePass::carry(int replica, LocalIndex tile, int m, TileScratch& scratch) {
  for (int c = 0; c < channels_.channels; ++c) {
    double* carried =
        carry_.data() + (z(replica * channels_.channels + c) * z(tiles_) + z(tile)) * lanes;
    const std::size_t row = z(c) * z(plan_.block) * lanes;
    const double* end = scratch.sums[index_of(Series::end)].data() + row;
    double* begin = scratch.sums[index_of(Series::begin)].data() + row;
    std::copy_n(carried, lanes, begin);
    std::copy_n(end, (m - 1) * lanes, begin + lanes);
    std::copy_n(end + (m - 1) * lanes, lanes, carried);
  }
}

TilePass::StepParameters TilePass::parameters(LocalIndex tile, Series when,
                                              const TileScratch& scratch) const {
  const double* changing = drive_.parameters(when, scratch.drive);
  if (changing == nullptr) return {parameters(tile), 0};
  return {changing, drive_.parameter_stride()};
}

void TilePass::observe(int observable, int m, const double* trace, const StepParameters& parameters,
                       double* out) const {
  if (observable >= n_states_) {
    kernel_->observe(observable - n_states_, m, trace, parameters.first, parameters.stride, nullptr,
                     out);
    return;
  }
  for (int s = 0; s < m; ++s)
    std::copy_n(trace + (s * n_states_ + observable) * lanes, lanes, out + s * lanes);
}

/// Noise and stimuli: what enters first.
void TilePass::start_inputs(LocalIndex tile, int m, Series when, const double* noise,
                            TileScratch& scratch) const {
  double* inputs = scratch.inputs[index_of(when)].data();
  const std::size_t size = z(m) * z(n_inputs_) * lanes;
  if (noise != nullptr) std::copy_n(noise, size, inputs);
  if (noise == nullptr) std::fill_n(inputs, size, 0.0);
  if (drive_.on_inputs()) drive_.add_to_inputs(tile, when, scratch.drive, inputs);
}

static_assert(network::TargetFunction::row_length == lanes);

/// Inputs from sums, noise and stimuli, when nothing depends on the region's own state.
void TilePass::complete_inputs(LocalIndex tile, int m, const double* noise,
                               TileScratch& scratch) const {
  // What no link reaches is zero from the start and stays so.
  const bool on_zero = noise == nullptr && !several_links_ && !drive_.on_inputs();
  for (const Series when : read_at_) {
    const std::size_t phase = index_of(when);
    if (!on_zero) start_inputs(tile, m, when, noise, scratch);
    if (feedback_) continue;
    double* inputs = scratch.inputs[phase].data();
    const int stride = n_inputs_ * lanes;
    for (const auto& link : channels_.links) {
      const double* sums = scratch.sums[phase].data() + z(link.first) * z(plan_.block) * lanes;
      double* input = inputs + link.input * lanes;
      if (on_zero) {
        channels_.target.apply_rows(m, sums, input, stride);
        continue;
      }
      double* added = scratch.values.data();
      channels_.target.apply_rows(m, sums, added, lanes);
      for (int s = 0; s < m; ++s) {
#pragma omp simd
        for (int lane = 0; lane < lanes; ++lane)
          input[s * stride + lane] += added[s * lanes + lane];
      }
    }
  }
}

model::Tile TilePass::tile_memory(int replica, LocalIndex tile, TileScratch& scratch) {
  return {state_.data() + (z(replica) * z(tiles_) + z(tile)) * z(n_states_) * lanes,
          parameters(tile), scratch.stage.data(), scratch.delayed.data()};
}

const double* TilePass::parameters(LocalIndex tile) const {
  return parameter_.data() + z(tile) * z(parameter_rows_) * lanes;
}

void TilePass::advance(int thread, int replica, LocalIndex first, int count, Step n, int m,
                       History& history, std::span<TileScratch> scratch, Probe* probe) {
  std::array<model::TileRun, tiles_side_by_side> runs;
  std::array<std::optional<TileFeedback>, tiles_side_by_side> feedback;
  for (int i = 0; i < count; ++i) {
    TileScratch& own = scratch[z(i)];
    model::TileRun& run = runs[z(i)];
    const Noise::Drawn drawn = noise_.draw(replica, first + i, n, m, own.noise);
    drive_.prepare(n, m, own.drive);
    drive_.set_parameters(first + i, parameters(first + i), own.drive);
    collect(replica, first + i, n, m, own);
    delays_.read(replica, first + i, n, m, own.delayed.data());
    complete_inputs(first + i, m, drawn.inputs, own);
    run.tile = tile_memory(replica, first + i, own);
    run.input.begin = own.inputs[index_of(Series::begin)].data();
    run.input.middle = held_ ? run.input.begin : own.inputs[index_of(Series::middle)].data();
    run.input.end = held_ ? run.input.begin : own.inputs[index_of(Series::end)].data();
    run.input.held = held_;
    if (feedback_) run.input.feedback = &feedback[z(i)].emplace(*this, first + i, own);
    if (probe != nullptr && probe->wants_input()) {
      run.input.used = own.used.data();
      std::copy_n(run.tile.state, own.state_size, own.states.data());
    }
    run.noise = drawn.states;
    run.trace = own.trace();
    for (std::size_t phase = 0; phase < run.parameter.size(); ++phase) {
      run.parameter[phase] =
          drive_.parameters(held_ ? Series::begin : static_cast<Series>(phase), own.drive);
    }
  }
  prefetch_rows(replica, first, count, m, history);
  kernel_->advance({runs.data(), z(count)}, dt_, m);
  for (int i = 0; i < count; ++i) {
    TileScratch& own = scratch[z(i)];
    broadcast(replica, first + i, m, own.trace(), history, own);
    keep_past(replica, first + i, n, m, own);
    check(thread, replica, first + i, n, m, own);
    report(thread, replica, first + i, n, m, own, probe);
  }
}

/// The ends of the histories, which broadcast() will write: they come while the tiles are stepped.
void TilePass::prefetch_rows(int replica, LocalIndex first, int count, int m,
                             History& history) const {
  constexpr int line = 8;
  if (m < line) return;
  const LocalIndex last = std::min(static_cast<LocalIndex>(owned_.size()), (first + count) * lanes);
  for (int channel = 0; channel < channels_.channels; ++channel) {
    const double* now = history.now(replica, channel);
    for (LocalIndex region = first * lanes; region < last; ++region) {
      const double* next = now + next_of_[z(region)];
      for (int s = 0; s < m; s += line)
        __builtin_prefetch(next + s, 1);
    }
  }
}

void TilePass::broadcast(int replica, LocalIndex tile, int m, const double* trace, History& history,
                         TileScratch& scratch) {
  const int regions = std::min(lanes, static_cast<int>(owned_.size()) - tile * lanes);
  double* own = scratch.values.data();
  double* sent = own + z(plan_.block) * lanes;
  for (const auto& link : channels_.links) {
    const bool plain = link.observable < n_states_ && channels_.source.is_identity();
    if (!plain) observe(link.observable, m, trace, parameters(tile, Series::end, scratch), own);
    if (!plain) channels_.source.apply_parts(m * lanes, own, sent, z(plan_.block) * lanes);
    for (int part = 0; part < link.parts; ++part) {
      double* now = history.now(replica, link.first + part);
      double* rows[lanes] = {};
      for (int lane = 0; lane < regions; ++lane)
        rows[lane] = now + next_of_[z(tile * lanes + lane)];
      lanes_to_rows(
          plain ? trace + link.observable * lanes : sent + z(part) * z(plan_.block) * lanes,
          plain ? n_states_ * lanes : lanes, m, regions, rows);
    }
  }
}

void TilePass::keep_past(int replica, LocalIndex tile, Step n, int m, TileScratch& scratch) {
  for (std::size_t source = 0; source < delays_.sources().size(); ++source) {
    observe(delays_.sources()[source], m, scratch.trace(), parameters(tile, Series::end, scratch),
            scratch.values.data());
    delays_.write(replica, tile, source, n, m, scratch.values.data());
  }
}

void TilePass::report(int thread, int replica, LocalIndex tile, Step n, int m,
                      const TileScratch& scratch, Probe* probe) {
  if (probe == nullptr) return;
  TileSample sample;
  sample.thread = thread;
  sample.replica = replica;
  sample.model = model_;
  sample.first_region = first_region_ + tile * lanes;
  sample.regions = std::min(lanes, static_cast<int>(owned_.size()) - tile * lanes);
  sample.first = n + 1;
  sample.steps = m;
  sample.trace = scratch.trace();
  sample.input = probe->wants_input() ? scratch.used.data() : nullptr;
  const StepParameters after = parameters(tile, Series::end, scratch);
  sample.parameter = after.first;
  sample.parameter_stride = after.stride;
  sample.parameter_before = parameters(tile, Series::begin, scratch).first;
  sample.kernel = kernel_.get();
  probe->record(sample);
}

double TilePass::observed(int observable, const double* state, const double* parameter) const {
  if (observable < n_states_) return state[observable];
  const std::vector<double> no_input(z(n_inputs_), 0.0);
  return kernel_->observe_one(observable - n_states_, state, parameter, no_input.data());
}

double TilePass::channel_value(int channel, const double* state, const double* parameter) const {
  for (const auto& link : channels_.links) {
    if (channel < link.first || channel >= link.first + link.parts) continue;
    const double x = observed(link.observable, state, parameter);
    double value = 0.0;
    channels_.source.apply(1, &x, &value, channel - link.first);
    return value;
  }
  return 0.0;
}

void TilePass::carry_from(const History& history) {
  if (held_) return;
  const SeriesEdges& edges = plan_.series.back();
  for (int r = 0; r < replicas_; ++r) {
    for (int c = 0; c < channels_.channels; ++c) {
      const double* before = history.now(r, c) - 1;
      double* carried = carry_.data() + z(r * channels_.channels + c) * z(tiles_) * lanes;
      for (std::size_t thread = 0; thread < edges.far.size(); ++thread) {
        const LocalIndex first = plan_.thread_begin[thread] * lanes;
        const LocalIndex count = plan_.thread_begin[thread + 1] * lanes - first;
        sum_far_scalar(edges.far[thread], before, 1, count, carried + first, channels_.squared(c));
        sum_near(edges.near[thread], channels_.squared(c), before, 1, 1, carried + first);
        if (edges.panels.empty()) continue;
        multiply(edges.panels[thread], channels_.squared(c), before, carried + first, lanes);
      }
    }
  }
}

double TilePass::state(int replica, LocalIndex region, int k) const {
  return state_[((z(replica) * z(tiles_) + z(region / lanes)) * z(n_states_) + z(k)) * lanes +
                z(region % lanes)];
}

}  // namespace arcuate::engine
