#include <algorithm>

#include <fmt/format.h>

#include "arcuate/core/error.hpp"
#include "arcuate/engine/delays.hpp"
#include "arcuate/engine/noise.hpp"
#include "arcuate/engine/plan.hpp"
#include "arcuate/model/kernel.hpp"
#include "arcuate/network/coupling.hpp"
#include "tile_pass.hpp"

namespace arcuate::engine {
namespace {

constexpr std::int64_t lanes = model::lanes;
// Code and tables of the libraries (MPI, HDF5) that a run touches; docs/decisions/plan.md.
constexpr std::int64_t library_bytes = 9'000'000;
constexpr std::int64_t halo_buffers_sent = 2;
constexpr std::int64_t halo_buffers_received = 3;

/// Numbers of the model and the method that sizes depend on.
struct Shape {
  explicit Shape(const SimulationSpec& spec)
      : states(static_cast<std::int64_t>(spec.model->info.states.size())),
        inputs(static_cast<std::int64_t>(spec.model->info.inputs.size())),
        parameters(spec.model->make_kernel(spec.method)->parameter_rows()),
        channels(static_cast<std::int64_t>(spec.coupling.links.size()) *
                 network::channels_of(spec.coupling.form)),
        series(static_cast<std::int64_t>(series_of(spec.method, spec.stages).size())),
        rows(spec.model->make_kernel(spec.method)->scratch_rows()),
        held(series_of(spec.method, spec.stages).front() == Series::begin),
        squared(std::any_of(spec.coupling.links.begin(), spec.coupling.links.end(),
                            [](const network::Link& link) { return link.squared_weights; })) {}
  std::int64_t states, inputs, parameters, channels, series, rows;
  bool held, squared;
};

std::int64_t noise_bytes(const SimulationSpec& spec, const Shape& shape) {
  std::int64_t values = 0;
  bool on_states = false;
  for (const NoiseTerm& term : spec.noise) {
    const std::size_t memories = memories_of(term, spec.dt / spec.model->info.time_unit).size();
    values += memories > 0 ? 2 * static_cast<std::int64_t>(memories) : 1;
    on_states = on_states || !term.on_input;
  }
  return 8 * (values + (on_states ? 3 * shape.states : 0)) + 4;
}

/// The past that the regions' own delays read.
std::int64_t own_past_bytes(const SimulationSpec& spec) {
  std::int64_t steps = 0;
  for (const KeptPast& kept : kept_past(spec))
    steps += kept.length;
  return 8 * steps + 4 * static_cast<std::int64_t>(spec.model->info.delayed.size());
}

/// Of one thread; of every tile when stages are run one by one.
std::int64_t scratch_bytes(const SimulationSpec& spec, const Shape& shape, std::int64_t block) {
  const auto delayed = static_cast<std::int64_t>(spec.model->info.delayed.size());
  const std::int64_t noise =
      spec.noise.empty() ? 0 : 4 * (block + 6) + 8 * block * (shape.states + shape.inputs);
  return lanes * (8 * block * (3 * shape.channels + 4 * shape.inputs + shape.states + 3) +
                  8 * (shape.states + shape.rows) + 8 * block * delayed + noise);
}

/// The regions of one model on a rank.
std::int64_t model_bytes(const SimulationSpec& spec, const Shape& shape, std::int64_t regions,
                         std::int64_t block, int threads, bool stagewise) {
  const std::int64_t tiles = (regions + lanes - 1) / lanes;
  const std::int64_t per_lane = 8 * (shape.states + shape.parameters + (shape.squared ? 4 : 2)) +
                                8 * shape.channels * (shape.series * block + (shape.held ? 0 : 1)) +
                                noise_bytes(spec, shape) + own_past_bytes(spec);
  return tiles * lanes * per_lane +
         scratch_bytes(spec, shape, block) *
             (stagewise ? tiles : std::int64_t{threads} * tiles_side_by_side);
}

std::int64_t region_bytes(const SimulationSpec& spec, const std::vector<Shape>& shapes,
                          const RankCounts& counts, std::int64_t block, int threads,
                          bool stagewise) {
  std::int64_t bytes = 8 * (stagewise ? shapes.front().channels * counts.slots : 0);
  for (std::size_t number = 0; number < shapes.size(); ++number) {
    if (counts.of_model[number] == 0) continue;
    bytes += model_bytes(spec.of_model(static_cast<int>(number)), shapes[number],
                         counts.of_model[number], block, threads, stagewise);
  }
  return bytes;
}

std::int64_t row_bytes(const RankCounts& counts) {
  return 8 * (counts.regions + std::int64_t{1}) + 20 * counts.edges;
}

/// The slots are known to the regions of every model.
std::int64_t edge_bytes(const Shape& shape, const RankCounts& counts) {
  const auto models = std::count_if(counts.of_model.begin(), counts.of_model.end(),
                                    [](LocalIndex regions) { return regions > 0; });
  return (shape.squared ? 20 : 12) * (counts.far_shares + counts.near_shares + counts.stage_edges) +
         8 * counts.segments + (counts.near_shares > 0 ? 8 * counts.regions : 0) +
         (counts.stage_edges > 0 ? 8 * counts.regions : 0) +
         (shape.squared ? 20 : 12) * counts.regions +
         16 * std::int64_t{counts.slots} * std::max<std::int64_t>(1, models);
}

std::int64_t halo_bytes(const Shape& shape, const RankCounts& counts, Step period) {
  return 8 * shape.channels * period *
         (halo_buffers_sent * counts.sent + halo_buffers_received * counts.ghosts);
}

std::int64_t label_bytes(const network::Connectome& connectome) {
  std::int64_t bytes = 0;
  for (const std::string& label : connectome.labels) {
    const bool inside = label.capacity() <= std::string().capacity();
    bytes += static_cast<std::int64_t>(sizeof(std::string) + (inside ? 0 : label.capacity() + 17));
  }
  return bytes +
         static_cast<std::int64_t>(12 * connectome.centres.size() + connectome.cortical.size() +
                                   connectome.hemisphere.size() + 4 * connectome.area.size() +
                                   12 * connectome.orientation.size());
}

/// What every rank keeps of the study: owners twice (header and network), values per region.
std::int64_t study_bytes(const network::Connectome& connectome, const SimulationSpec& spec) {
  std::size_t values = 0;
  for (int number = 0; number < spec.n_models(); ++number) {
    const SimulationSpec& own = spec.of_model(number);
    for (const RegionValues& parameter : own.parameters)
      values += parameter.uniform() ? 0 : parameter.values.size();
    for (const InitialValue& initial : own.initial)
      values += initial.value.uniform() ? 0 : initial.value.values.size();
    for (const NoiseTerm& term : own.noise)
      values += term.sigma.uniform() ? 0 : term.sigma.values.size();
    values += own.table.values.size();
  }
  if (spec.history) values += spec.history->values.size();
  return static_cast<std::int64_t>(8 * values + spec.model_of.size()) + 8 * connectome.n_regions();
}

}  // namespace

std::vector<RankMemory> plan_memory(const network::Connectome& connectome,
                                    const SimulationSpec& spec,
                                    const std::vector<RankCounts>& counts, int threads, Step period,
                                    const OutsideMemory& outside) {
  std::vector<Shape> shapes;
  for (int number = 0; number < spec.n_models(); ++number)
    shapes.emplace_back(spec.of_model(number));
  const Shape& shape = shapes.front();
  const BlockChoice block = choose_block(connectome, spec);
  const bool stagewise = block.undelayed_between_regions && !shape.held && shape.channels > 0;
  const std::int64_t labels = label_bytes(connectome);
  std::int64_t largest_rows = 0;
  for (std::size_t rank = 1; rank < counts.size(); ++rank)
    largest_rows = std::max(largest_rows, row_bytes(counts[rank]));
  const std::int64_t whole = 8 * (connectome.n_regions() + 1) + 20 * connectome.n_edges();
  std::vector<RankMemory> memory;
  for (const RankCounts& rank : counts) {
    RankMemory m;
    const bool root = memory.empty();
    const std::int64_t rows = row_bytes(rank);
    m.edges = edge_bytes(shape, rank);
    m.history = 8 * shape.channels * rank.arena_values + halo_bytes(shape, rank, period);
    m.regions = region_bytes(spec, shapes, rank, block.block, threads, stagewise);
    m.other = library_bytes + outside.monitors + study_bytes(connectome, spec) +
              8 * std::int64_t{rank.regions} + (root ? labels : 0);
    const std::int64_t handing_out =
        root ? (counts.size() == 1 ? rows : whole + std::max(largest_rows, rows)) : 2 * rows;
    const std::int64_t planning = rows + m.edges + 4 * connectome.n_regions();
    m.setup = m.other + std::max(handing_out, planning);
    if (root) m.setup = std::max(m.setup, outside.root_setup);
    m.peak = std::max(m.setup, m.other + m.edges + m.history + m.regions);
    memory.push_back(m);
  }
  return memory;
}

void require_memory(std::int64_t needed, std::int64_t available) {
  if (available <= 0 || needed <= available) return;
  throw ConfigError(fmt::format(
      "the simulation needs {:.2f} GB of memory on this machine, {:.2f} GB is available: use more "
      "machines (`arcuate plan FILE --ranks N` shows what each rank needs), a larger dt, or fewer "
      "regions",
      static_cast<double>(needed) * 1e-9, static_cast<double>(available) * 1e-9));
}

std::int64_t Plan::total_memory() const {
  std::int64_t total = 0;
  for (const RankMemory& rank : memory)
    total += rank.peak;
  return total;
}

}  // namespace arcuate::engine
