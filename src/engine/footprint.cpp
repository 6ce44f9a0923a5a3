#include "arcuate/engine/footprint.hpp"

#include <algorithm>

#include "edge_layout.hpp"
#include "exchange.hpp"
#include "tile_memory.hpp"
#include "tile_pass.hpp"

namespace arcuate::engine {
namespace {

/// The regions of every rank by population, in the order of split_by_population.
class Owned {
 public:
  Owned(const SimulationSpec& spec, const std::vector<std::int32_t>& owner, int ranks)
      : regions_(z(ranks), std::vector<std::vector<GlobalIndex>>(z(spec.n_populations()))) {
    for (std::size_t region = 0; region < owner.size(); ++region) {
      const auto number = z(spec.number_at(static_cast<GlobalIndex>(region)));
      regions_[z(owner[region])][number].push_back(static_cast<GlobalIndex>(region));
    }
  }

  /// At least one.
  [[nodiscard]] std::vector<EdgeRows> rows_of(int rank, const network::Connectome& connectome,
                                              const Delays& delays,
                                              const SimulationSpec& spec) const {
    std::vector<EdgeRows> rows;
    const auto& populations = regions_[z(rank)];
    for (std::size_t number = 0; number < populations.size(); ++number) {
      if (!populations[number].empty())
        rows.emplace_back(connectome, delays, spec, populations[number], static_cast<int>(number));
    }
    if (rows.empty()) rows.emplace_back(connectome, delays, spec, populations.front(), 0);
    return rows;
  }

  /// Summed or not.
  [[nodiscard]] GlobalIndex edges_of(int rank, const network::Connectome& connectome) const {
    GlobalIndex edges = 0;
    for (const auto& population : regions_[z(rank)]) {
      for (const GlobalIndex region : population)
        edges += connectome.row[z(region) + 1] - connectome.row[z(region)];
    }
    return edges;
  }

 private:
  std::vector<std::vector<std::vector<GlobalIndex>>> regions_;  // (ranks, populations)
};

RankCounts counts_of(const EdgeLayout& layout) {
  RankCounts counts;
  for (const PartLayout& part : layout.parts()) {
    counts.regions += part.rows.n_owned();
    counts.parts.push_back(part.sizes);
    counts.far_shares += part.sizes.far_shares();
    counts.near_shares += part.sizes.near_shares();
    counts.stage_edges += part.sizes.stage_edges();
  }
  const EdgePlan& sources = layout.sources();
  counts.source_tile = layout.parts().front().source_tile;
  counts.slots = sources.slots.size();
  counts.arena_values = static_cast<std::int64_t>(sources.arena_size);
  counts.smallest_near_lag = sources.smallest_near_lag;
  return counts;
}

/// Who sends to whom.
void count_messages(const std::vector<std::vector<bool>>& talks, std::vector<RankCounts>& counts) {
  for (std::size_t a = 0; a < counts.size(); ++a) {
    for (std::size_t b = 0; b < counts.size(); ++b) {
      counts[a].messages += talks[a][b] ? 1 : 0;
      counts[a].peers += talks[a][b] || talks[b][a] ? 1 : 0;
    }
  }
}

/// The regions of one population on a rank.
std::int64_t bytes_of_population(const TileSizes& sizes, std::int64_t threads) {
  const std::int64_t scratches = sizes.stagewise ? sizes.tiles : threads * tiles_side_by_side;
  return bytes_of<TileParameters>(sizes) + bytes_of<NoiseFactors>(sizes) +
         bytes_of<DriveWeights>(sizes) + bytes_of<OwnDelays>(sizes) + bytes_of<TileState>(sizes) +
         scratches * bytes_of<TileScratch>(sizes);
}

}  // namespace

std::vector<RankCounts> count_ranks(const network::Connectome& connectome, const Delays& delays,
                                    const SimulationSpec& spec,
                                    const std::vector<std::int32_t>& owner, int ranks, int threads,
                                    Step period) {
  const Owned owned(spec, owner, ranks);
  std::vector<RankCounts> counts(z(ranks));
  std::vector<std::int64_t> sent(z(ranks), 0);
  std::vector<std::vector<bool>> talks(z(ranks), std::vector<bool>(z(ranks)));
  for (int rank = 0; rank < ranks; ++rank) {
    const EdgeLayout layout(owned.rows_of(rank, connectome, delays, spec), owner, spec,
                            delays.block(), {threads, period, 0, 0});
    RankCounts& own = counts[z(rank)];
    own = counts_of(layout);
    own.network = connectome.n_regions();
    own.edges = owned.edges_of(rank, connectome);
    if (period == 0) continue;
    for (const GlobalIndex region : layout.sources().slots.global) {
      const std::int32_t from = owner[z(region)];
      if (from == rank) continue;
      ++own.ghosts;
      ++sent[z(from)];
      talks[z(from)][z(rank)] = true;
    }
  }
  for (std::size_t rank = 0; rank < counts.size(); ++rank)
    counts[rank].sent = sent[rank];
  count_messages(talks, counts);
  return counts;
}

Step tract_period(const SimulationSpec& spec) {
  return tract_sizes(spec, 1).period;
}

RankArrays arrays_of(const SimulationSpec& spec, const RankCounts& counts, Step period,
                     const BlockChoice& block) {
  const bool stagewise = EdgeWalk(spec, block).at_stages() && spec.n_links() > 0;
  const Step run = longest_run(spec, block.block, period, counts.smallest_near_lag, stagewise);
  const std::int64_t channels = spec.n_channels();
  RankArrays arrays;
  arrays.rows = bytes_of<LocalNetwork>(RowSizes{counts.network, counts.regions, counts.edges});
  arrays.owners = bytes_of<OwnedRegions>(RowSizes{counts.network, counts.regions, 0}) +
                  std::int64_t{sizeof(std::int32_t)} * counts.regions;  // longest lags
  arrays.slots = std::int64_t{sizeof(LocalIndex)} * counts.network;
  for (const EdgeSizes& part : counts.parts) {
    arrays.edges += bytes_of<EdgePlan>(part);
    const auto regions = static_cast<LocalIndex>(part.owned);
    arrays.regions += bytes_of_population(
        tile_sizes(spec, spec.population(part.population), regions, block, run), part.threads);
  }
  const std::int64_t threads = counts.parts.front().threads;
  arrays.regions += bytes_of_tracts(tract_sizes(spec, static_cast<int>(threads)));
  const HistorySizes sizes{channels, counts.arena_values, stagewise ? counts.slots : 0,
                           spec.stored()};
  arrays.history = bytes_of<HistoryValues>(sizes) + bytes_of<StageValues>(sizes);
  if (period > 0) {
    const std::int64_t steps = period + (stagewise ? 1 : 0);
    arrays.history += bytes_per_value(spec.stored()) *
                      comm::HaloExchange<double>::values_of(counts.sent * channels * steps,
                                                            counts.ghosts * channels * steps);
  }
  return arrays;
}

std::int64_t saved_values(const SimulationSpec& spec, const Delays& delays) {
  const std::int64_t channels = spec.n_channels();
  std::vector<std::int64_t> regions(z(spec.n_populations()), 0);
  std::int64_t values = 0;
  for (std::size_t region = 0; region < delays.longest_lag().size(); ++region) {
    values += channels * (std::int64_t{delays.longest_lag()[region]} + 1);
    ++regions[z(spec.number_at(static_cast<GlobalIndex>(region)))];
  }
  for (int number = 0; number < spec.n_populations(); ++number) {
    const auto count = static_cast<LocalIndex>(regions[z(number)]);
    const TileMemory memory(
        tile_sizes(spec, spec.population(number), count, delays.block(), delays.block().block));
    values += static_cast<std::int64_t>(memory.count()) * count;
  }
  const TractSizes tracts = tract_sizes(spec, 1);
  return values + tracts.parcels * (tracts.channels * (tracts.past + 1) + tracts.links);
}

}  // namespace arcuate::engine
