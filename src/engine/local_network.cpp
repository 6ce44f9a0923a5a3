#include "arcuate/engine/local_network.hpp"

#include <algorithm>
#include <cstring>
#include <span>
#include <utility>

#include "arcuate/core/index.hpp"

namespace arcuate::engine {
namespace {

using Bytes = std::vector<std::byte>;

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

/// Rows of one rank as bytes: row ends, sources, weights, delays.
Bytes pack_rows(const network::Connectome& connectome, const Delays& delays,
                const std::vector<GlobalIndex>& owned) {
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
  each_row(delays.steps());
  for (GlobalIndex region : owned)
    put<std::int32_t>(out, std::span(&delays.longest_lag()[z(region)], 1));
  return out;
}

void unpack_rows(std::span<const std::byte> in, LocalNetwork& local) {
  take(in, local.owned.size() + 1, local.row);
  const auto edges = static_cast<std::size_t>(local.row.back());
  take(in, edges, local.source);
  take(in, edges, local.weight);
  take(in, edges, local.delay);
  take(in, local.owned.size(), local.longest_lag);
}

/// One rank owns everything: nothing is copied.
void keep_all(network::Connectome&& connectome, Delays&& delays, LocalNetwork& local) {
  local.longest_lag = delays.longest_lag();
  local.delay = std::move(delays).take_steps();
  local.row = std::move(connectome.row);
  local.source = std::move(connectome.source);
  local.weight = std::move(connectome.weight);
}

void broadcast_block(const comm::Communicator& comm, const Delays& delays, LocalNetwork& local) {
  BlockChoice& block = local.block;
  block = delays.block();
  std::vector<std::int64_t> figures{block.block, block.shares, block.undelayed,
                                    block.undelayed_between_regions ? 1 : 0, block.largest_lag};
  comm.broadcast(figures);
  block.block = static_cast<int>(figures[0]);
  block.shares = figures[1];
  block.undelayed = figures[2];
  block.undelayed_between_regions = figures[3] != 0;
  block.largest_lag = static_cast<std::int32_t>(figures[4]);
}

/// Frees the memory.
void release(std::vector<double>& values) {
  std::vector<double>().swap(values);
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
  part.block = network.block;
  part.row.push_back(0);
  for (const LocalIndex target : targets) {
    part.owned.push_back(network.owned[z(target)]);
    if (!network.longest_lag.empty()) part.longest_lag.push_back(network.longest_lag[z(target)]);
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

std::vector<GlobalIndex> regions_of(const std::vector<std::int32_t>& owner, int rank) {
  std::vector<GlobalIndex> regions;
  for (std::size_t region = 0; region < owner.size(); ++region) {
    if (owner[region] == rank) regions.push_back(static_cast<GlobalIndex>(region));
  }
  return regions;
}

LocalNetwork distribute(const comm::Communicator& comm, network::Connectome&& connectome,
                        Delays&& delays, const std::vector<std::int32_t>& owner) {
  LocalNetwork local;
  local.n_regions = static_cast<GlobalIndex>(owner.size());
  local.owner = owner;
  local.owned = regions_of(owner, comm.rank());
  broadcast_block(comm, delays, local);
  release(connectome.length);  // the delays say it all
  release(connectome.delay);
  if (comm.size() == 1) {
    keep_all(std::move(connectome), std::move(delays), local);
  } else if (comm.is_root()) {
    for (int rank = 1; rank < comm.size(); ++rank) {
      comm.send(rank, pack_rows(connectome, delays, regions_of(owner, rank)));
    }
    const Bytes mine = pack_rows(connectome, delays, local.owned);
    connectome = network::Connectome{};
    delays = Delays{};
    unpack_rows(mine, local);
  } else {
    unpack_rows(comm.receive(0), local);
  }
  return local;
}

LocalNetwork distribute(const comm::Communicator& comm, network::Connectome&& connectome,
                        const std::vector<std::int32_t>& owner, const SimulationSpec& spec) {
  Delays delays;
  comm::on_root(comm, [&] { delays = Delays(connectome, spec); });
  return distribute(comm, std::move(connectome), std::move(delays), owner);
}

}  // namespace arcuate::engine
