#include <algorithm>

#include <fmt/format.h>

#include "arcuate/core/error.hpp"
#include "arcuate/forecast/plan.hpp"
#include "arcuate/network/surface.hpp"

namespace arcuate::forecast {

using namespace engine;

namespace {

// While a recording with monitors is created, its library takes more (docs/decisions/plan.md).
constexpr std::int64_t creation_bytes = 1'500'000;

template <class Value>
std::int64_t bytes_in(const std::vector<Value>& values) {
  return static_cast<std::int64_t>(values.size() * sizeof(Value));
}

/// What rank 0 keeps of regions, beside the edges.
std::int64_t label_bytes(const network::Connectome& connectome) {
  std::int64_t bytes = 0;
  if (connectome.mapped) {
    const network::Mapped& mapped = *connectome.mapped;
    bytes += label_bytes(mapped.regions) + bytes_in(mapped.region_of) +
             bytes_in(mapped.surface.vertices) + bytes_in(mapped.surface.normals) +
             bytes_in(mapped.surface.triangles) + bytes_in(mapped.regions.source) +
             bytes_in(mapped.regions.weight) + bytes_in(mapped.regions.length) +
             bytes_in(mapped.regions.delay);
  }
  for (const std::string& label : connectome.labels) {
    const bool inside = label.capacity() <= std::string().capacity();
    bytes += static_cast<std::int64_t>(sizeof(std::string) + (inside ? 0 : label.capacity() + 17));
  }
  return bytes + bytes_in(connectome.centres) + bytes_in(connectome.cortical) +
         bytes_in(connectome.hemisphere) + bytes_in(connectome.area) +
         bytes_in(connectome.orientation);
}

/// What every rank keeps of the study: owners (of the recording's header), values per region.
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
  const std::int64_t tracts =
      spec.tracts ? bytes_in(spec.tracts->parcel_of) + bytes_in(spec.tracts->source) +
                        bytes_in(spec.tracts->weight) + bytes_in(spec.tracts->delay)
                  : 0;
  return static_cast<std::int64_t>(8 * values + spec.population_of.size()) +
         4 * connectome.n_regions() + tracts;
}

}  // namespace

std::int64_t library_bytes(bool root) {
  return root ? 7'500'000 : 4'700'000;
}

std::vector<RankMemory> plan_memory(const network::Connectome& connectome, const Delays& delays,
                                    const SimulationSpec& spec,
                                    const std::vector<RankCounts>& counts, Step period,
                                    const OutsideMemory& outside) {
  const std::int64_t labels = label_bytes(connectome);
  std::vector<RankArrays> arrays;
  for (const RankCounts& rank : counts)
    arrays.push_back(arrays_of(spec, rank, period, delays.block()));
  std::int64_t largest_rows = 0;  // of those that rank 0 hands out
  for (std::size_t rank = 1; rank < arrays.size(); ++rank)
    largest_rows = std::max(largest_rows, arrays[rank].rows);
  const std::int64_t whole = bytes_in(connectome.row) + bytes_in(connectome.source) +
                             bytes_in(connectome.weight) + bytes_in(delays.steps());
  const std::int64_t lengths = bytes_in(connectome.length) + bytes_in(connectome.delay);
  std::vector<RankMemory> memory;
  for (const RankArrays& rank : arrays) {
    RankMemory m;
    const bool root = memory.empty();
    m.edges = rank.edges;
    m.history = rank.history;
    m.regions = rank.regions;
    m.other = library_bytes(root) + (root ? labels + outside.sensors : 0) + outside.monitors +
              study_bytes(connectome, spec) + rank.owners;
    const std::int64_t handing_out =
        root ? (counts.size() == 1 ? rank.rows : whole + std::max(largest_rows, rank.rows))
             : 2 * rank.rows;
    m.setup = m.other + std::max(handing_out, rank.rows + rank.edges + rank.slots);
    const std::int64_t creating =
        m.other + whole + lengths + (outside.monitors > 0 ? creation_bytes : 0);
    if (root) m.setup = std::max({m.setup, outside.root_setup, creating});
    if (root) m.other += outside.features;
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

}  // namespace arcuate::forecast
