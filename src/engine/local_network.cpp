#include "arcuate/engine/local_network.hpp"

#include <algorithm>
#include <cstring>
#include <span>
#include <utility>

namespace arcuate::engine {
namespace {

using Bytes = std::vector<std::byte>;

std::size_t z(std::int64_t i) {
  return static_cast<std::size_t>(i);
}

template <class T>
void put(Bytes& out, std::span<const T> values) {
  const auto bytes = std::as_bytes(values);
  out.insert(out.end(), bytes.begin(), bytes.end());
}

template <class T>
void take(std::span<const std::byte>& in, std::size_t count, std::vector<T>& values) {
  values.resize(count);
  std::memcpy(values.data(), in.data(), count * sizeof(T));
  in = in.subspan(count * sizeof(T));
}

std::vector<double>& delays_of(network::Connectome& connectome) {
  return connectome.delay.empty() ? connectome.length : connectome.delay;
}

/// Rows of one rank as bytes: row ends, sources, weights, delays.
Bytes pack_rows(network::Connectome& connectome, const std::vector<GlobalIndex>& owned) {
  std::vector<GlobalIndex> row{0};
  for (GlobalIndex region : owned) {
    const auto r = static_cast<std::size_t>(region);
    row.push_back(row.back() + connectome.row[r + 1] - connectome.row[r]);
  }
  Bytes out;
  out.reserve(row.size() * sizeof(GlobalIndex) +
              static_cast<std::size_t>(row.back()) * (sizeof(LocalIndex) + 2 * sizeof(double)));
  put<GlobalIndex>(out, row);
  const auto each_row = [&](const auto& values) {
    using Value = typename std::decay_t<decltype(values)>::value_type;
    for (GlobalIndex region : owned) {
      const auto begin = static_cast<std::size_t>(connectome.row[static_cast<std::size_t>(region)]);
      const auto end =
          static_cast<std::size_t>(connectome.row[static_cast<std::size_t>(region) + 1]);
      put<Value>(out, std::span(values).subspan(begin, end - begin));
    }
  };
  each_row(connectome.source);
  each_row(connectome.weight);
  each_row(delays_of(connectome));
  return out;
}

void unpack_rows(std::span<const std::byte> in, LocalNetwork& local) {
  take(in, local.owned.size() + 1, local.row);
  const auto edges = static_cast<std::size_t>(local.row.back());
  take(in, edges, local.source);
  take(in, edges, local.weight);
  take(in, edges, local.delay);
}

/// One rank owns everything: nothing is copied.
void keep_all(network::Connectome&& connectome, LocalNetwork& local) {
  local.delay = std::move(delays_of(connectome));
  local.row = std::move(connectome.row);
  local.source = std::move(connectome.source);
  local.weight = std::move(connectome.weight);
}

void broadcast_figures(const comm::Communicator& comm, network::Connectome& connectome,
                       const SimulationSpec& spec, LocalNetwork& local) {
  std::vector<std::int64_t> figures;
  if (comm.is_root()) {
    local.block = choose_block(connectome, spec);
    figures = {local.block.block,       local.block.shares,
               local.block.undelayed,   local.block.undelayed_between_regions ? 1 : 0,
               local.block.largest_lag, connectome.delay.empty() ? 1 : 0};
  }
  comm.broadcast(figures);
  local.block.block = static_cast<int>(figures[0]);
  local.block.shares = figures[1];
  local.block.undelayed = figures[2];
  local.block.undelayed_between_regions = figures[3] != 0;
  local.block.largest_lag = static_cast<std::int32_t>(figures[4]);
  local.speed = figures[5] != 0 ? spec.speed : 0.0;
  local.dt = spec.dt;
}

/// The values of the edges of some rows, one after the other.
template <class T>
std::vector<T> values_of(const LocalNetwork& network, const std::vector<LocalIndex>& targets,
                         const std::vector<T>& values) {
  std::vector<T> kept;
  std::size_t edges = 0;
  for (const LocalIndex target : targets)
    edges += static_cast<std::size_t>(network.row[z(target) + 1] - network.row[z(target)]);
  kept.reserve(edges);
  for (const LocalIndex target : targets) {
    kept.insert(kept.end(), values.begin() + network.row[z(target)],
                values.begin() + network.row[z(target) + 1]);
  }
  return kept;
}

/// All but the edges.
LocalNetwork part_of(const LocalNetwork& network, const std::vector<LocalIndex>& targets) {
  LocalNetwork part;
  part.n_regions = network.n_regions;
  part.speed = network.speed;
  part.dt = network.dt;
  part.block = network.block;
  part.row.push_back(0);
  for (const LocalIndex target : targets) {
    part.owned.push_back(network.owned[z(target)]);
    part.row.push_back(part.row.back() + network.row[z(target) + 1] - network.row[z(target)]);
  }
  return part;
}

/// Moves the edges array by array, so that only one is there twice.
template <class T>
void move_edges(LocalNetwork& network, const std::vector<std::vector<LocalIndex>>& targets,
                std::vector<T> LocalNetwork::*values, std::vector<LocalNetwork>& parts) {
  for (std::size_t p = 0; p < parts.size(); ++p)
    parts[p].*values = values_of(network, targets[p], network.*values);
  std::vector<T>().swap(network.*values);
}

}  // namespace

std::vector<LocalNetwork> split_by_population(LocalNetwork&& network, const SimulationSpec& spec) {
  std::vector<LocalNetwork> parts;
  if (spec.n_populations() == 1 || network.owned.empty()) {
    parts.push_back(std::move(network));
    return parts;
  }
  std::vector<std::vector<LocalIndex>> targets(z(spec.n_populations()));
  for (LocalIndex target = 0; target < network.n_owned(); ++target)
    targets[z(spec.number_at(network.owned[z(target)]))].push_back(target);
  LocalIndex before = 0;
  for (int number = 0; number < spec.n_populations(); ++number) {
    if (targets[z(number)].empty()) continue;
    parts.push_back(part_of(network, targets[z(number)]));
    parts.back().population = number;
    parts.back().first = before;
    before += parts.back().n_owned();
  }
  std::erase_if(targets, [](const auto& none) { return none.empty(); });
  move_edges(network, targets, &LocalNetwork::source, parts);
  move_edges(network, targets, &LocalNetwork::weight, parts);
  move_edges(network, targets, &LocalNetwork::delay, parts);
  parts.front().owner = std::move(network.owner);
  return parts;
}

std::vector<GlobalIndex> by_population(const std::vector<GlobalIndex>& regions,
                                       const SimulationSpec& spec) {
  std::vector<GlobalIndex> sorted = regions;
  std::stable_sort(sorted.begin(), sorted.end(), [&](GlobalIndex a, GlobalIndex b) {
    return spec.number_at(a) < spec.number_at(b);
  });
  return sorted;
}

double LocalNetwork::delay_steps(GlobalIndex edge) const {
  const auto value = static_cast<double>(delay[static_cast<std::size_t>(edge)]);
  return speed == 0.0 ? value / dt : value / speed / dt;
}

std::vector<GlobalIndex> regions_of(const std::vector<std::int32_t>& owner, int rank) {
  std::vector<GlobalIndex> regions;
  for (std::size_t region = 0; region < owner.size(); ++region) {
    if (owner[region] == rank) regions.push_back(static_cast<GlobalIndex>(region));
  }
  return regions;
}

LocalNetwork distribute(const comm::Communicator& comm, network::Connectome&& connectome,
                        const std::vector<std::int32_t>& owner, const SimulationSpec& spec) {
  LocalNetwork local;
  local.n_regions = static_cast<GlobalIndex>(owner.size());
  local.owner = owner;
  local.owned = regions_of(owner, comm.rank());
  broadcast_figures(comm, connectome, spec, local);
  if (comm.size() == 1) {
    keep_all(std::move(connectome), local);
  } else if (comm.is_root()) {
    for (int rank = 1; rank < comm.size(); ++rank) {
      comm.send(rank, pack_rows(connectome, regions_of(owner, rank)));
    }
    const Bytes mine = pack_rows(connectome, local.owned);
    connectome = network::Connectome{};
    unpack_rows(mine, local);
  } else {
    unpack_rows(comm.receive(0), local);
  }
  return local;
}

}  // namespace arcuate::engine
