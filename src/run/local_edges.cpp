#include "arcuate/run/local_edges.hpp"

#include <cstring>
#include <span>

#include "arcuate/core/index.hpp"

namespace arcuate::run {
namespace {

using Bytes = std::vector<std::byte>;

template <class T>
void put(Bytes& out, const std::vector<T>& values) {
  const auto bytes = std::as_bytes(std::span(values));
  out.insert(out.end(), bytes.begin(), bytes.end());
}

template <class T>
void take(std::span<const std::byte>& in, std::size_t count, std::vector<T>& to) {
  const std::size_t before = to.size();
  to.resize(before + count);
  if (count > 0) std::memcpy(to.data() + before, in.data(), count * sizeof(T));
  in = in.subspan(count * sizeof(T));
}

/// What decides distances.
void send_surface(const comm::Communicator& world, network::Surface& surface) {
  std::vector<double> places;
  std::vector<std::int32_t> corners;
  for (const auto& vertex : surface.vertices)
    places.insert(places.end(), vertex.begin(), vertex.end());
  for (const auto& triangle : surface.triangles)
    corners.insert(corners.end(), triangle.begin(), triangle.end());
  world.broadcast(places);
  world.broadcast(corners);
  surface.vertices.resize(places.size() / 3);
  surface.triangles.resize(corners.size() / 3);
  for (std::size_t i = 0; i < places.size(); ++i)
    surface.vertices[i / 3][i % 3] = places[i];
  for (std::size_t i = 0; i < corners.size(); ++i)
    surface.triangles[i / 3][i % 3] = corners[i];
}

network::LocalKernel send_kernel(const comm::Communicator& world,
                                 const network::LocalKernel* kernel) {
  std::vector<double> numbers;
  if (kernel != nullptr)
    numbers = {static_cast<double>(kernel->form),
               kernel->sigma,
               kernel->amplitude,
               kernel->sigma_2,
               kernel->amplitude_2,
               kernel->cutoff};
  world.broadcast(numbers);
  network::LocalKernel received;
  received.form = static_cast<network::LocalKernel::Form>(numbers[0]);
  received.sigma = numbers[1];
  received.amplitude = numbers[2];
  received.sigma_2 = numbers[3];
  received.amplitude_2 = numbers[4];
  received.cutoff = numbers[5];
  return received;
}

/// The rows of all ranks, one after the other.
network::LocalRows joined(const std::vector<Bytes>& from, GlobalIndex vertices, int ranks) {
  network::LocalRows all;
  for (int rank = 0; rank < ranks; ++rank) {
    const GlobalIndex first = vertices * rank / ranks;
    const GlobalIndex last = vertices * (rank + 1) / ranks;
    std::span<const std::byte> in(from[z(rank)]);
    std::vector<GlobalIndex> row;
    take(in, z(last - first + 1), row);
    const GlobalIndex before = all.row.back();
    for (std::size_t i = 1; i < row.size(); ++i)
      all.row.push_back(before + row[i]);
    take(in, z(row.back()), all.source);
    take(in, z(row.back()), all.weight);
  }
  return all;
}

}  // namespace

network::LocalRows local_rows(const comm::Communicator& world, const network::Surface* surface,
                              const network::LocalKernel* kernel) {
  if (world.size() == 1) return network::local_rows(*surface, *kernel, 0, surface->n_vertices());
  network::Surface own;
  if (surface != nullptr) {
    own.vertices = surface->vertices;
    own.triangles = surface->triangles;
  }
  send_surface(world, own);
  const network::LocalKernel shared = send_kernel(world, kernel);
  const GlobalIndex vertices = own.n_vertices();
  std::vector<Bytes> to(z(world.size()));
  comm::all_or_none(world, [&] {
    const network::LocalRows mine =
        network::local_rows(own, shared, vertices * world.rank() / world.size(),
                            vertices * (world.rank() + 1) / world.size());
    put(to[0], mine.row);
    put(to[0], mine.source);
    put(to[0], mine.weight);
  });
  const std::vector<Bytes> from = world.exchange(to);
  return world.is_root() ? joined(from, vertices, world.size()) : network::LocalRows{};
}

}  // namespace arcuate::run
