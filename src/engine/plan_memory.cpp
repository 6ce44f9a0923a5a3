#include <algorithm>

#include <fmt/format.h>

#include "arcuate/core/error.hpp"
#include "arcuate/engine/noise.hpp"
#include "arcuate/engine/plan.hpp"
#include "tile_pass.hpp"

namespace arcuate::engine {
namespace {

// Code and tables of the libraries (MPI, HDF5) that a run touches; docs/decisions/plan.md.
constexpr std::int64_t library_bytes = 9'000'000;
constexpr std::int64_t halo_buffers_sent = 2;
constexpr std::int64_t halo_buffers_received = 3;

/// The regions of one population on a rank.
std::int64_t population_bytes(const TileSizes& sizes, int threads, bool stagewise) {
  const std::int64_t scratches =
      stagewise ? sizes.tiles : std::int64_t{threads} * tiles_side_by_side;
  return bytes_of<TileParameters>(sizes) + bytes_of<NoiseFactors>(sizes) +
         bytes_of<DriveWeights>(sizes) + bytes_of<OwnDelays>(sizes) + bytes_of<TileState>(sizes) +
         scratches * bytes_of<TileScratch>(sizes);
}

std::int64_t region_bytes(const SimulationSpec& spec, const RankCounts& counts,
                          const BlockChoice& block, Step period, int threads, bool stagewise) {
  const Step run = longest_run(spec, block.block, period, counts.smallest_near_lag, stagewise);
  std::int64_t bytes = bytes_per_value(spec.stored()) *
                       (stagewise ? std::int64_t{spec.n_channels()} * counts.slots : 0);
  for (std::size_t number = 0; number < counts.of_population.size(); ++number) {
    const LocalIndex regions = counts.of_population[number];
    if (regions == 0) continue;
    const TileSizes sizes = tile_sizes(spec, spec.populations[number], regions, block, run);
    bytes += population_bytes(sizes, threads, stagewise) + 8 * std::int64_t{regions};
  }
  return bytes;
}

std::int64_t row_bytes(const RankCounts& counts) {
  return 8 * (counts.regions + std::int64_t{1}) + 20 * counts.edges;
}

/// The slots are known to the regions of every population.
std::int64_t edge_bytes(const SimulationSpec& spec, const RankCounts& counts) {
  const bool squared = sums_squared_weights(spec);
  const std::int64_t share = 4 + (squared ? 2 : 1) * bytes_per_value(spec.stored());
  const auto populations = std::count_if(counts.of_population.begin(), counts.of_population.end(),
                                         [](LocalIndex regions) { return regions > 0; });
  return share * (counts.far_shares + counts.near_shares + counts.stage_edges) +
         8 * counts.segments + (counts.near_shares > 0 ? 8 * counts.regions : 0) +
         (counts.stage_edges > 0 ? 8 * counts.regions : 0) + (squared ? 20 : 12) * counts.regions +
         16 * std::int64_t{counts.slots} * std::max<std::int64_t>(1, populations);
}

std::int64_t halo_bytes(const SimulationSpec& spec, const RankCounts& counts, Step period) {
  return bytes_per_value(spec.stored()) * spec.n_channels() * period *
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
  for (const Population& own : spec.populations) {
    for (const RegionValues& parameter : own.parameters)
      values += parameter.uniform() ? 0 : parameter.values.size();
    for (const InitialValue& initial : own.initial)
      values += initial.value.uniform() ? 0 : initial.value.values.size();
    for (const NoiseTerm& term : own.noise)
      values += term.sigma.uniform() ? 0 : term.sigma.values.size();
    values += own.table.values.size();
  }
  if (spec.history) values += spec.history->values.size();
  return static_cast<std::int64_t>(8 * values + spec.population_of.size()) +
         8 * connectome.n_regions();
}

}  // namespace

std::vector<RankMemory> plan_memory(const network::Connectome& connectome,
                                    const SimulationSpec& spec,
                                    const std::vector<RankCounts>& counts, int threads, Step period,
                                    const OutsideMemory& outside) {
  const BlockChoice block = choose_block(connectome, spec);
  const std::int64_t channels = spec.n_channels();
  const bool held = series_of(spec.method, spec.stages).front() == Series::begin;
  const bool stagewise = block.undelayed_between_regions && !held && channels > 0;
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
    m.edges = edge_bytes(spec, rank);
    m.history = bytes_per_value(spec.stored()) * channels * rank.arena_values +
                halo_bytes(spec, rank, period);
    m.regions = region_bytes(spec, rank, block, period, threads, stagewise);
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
