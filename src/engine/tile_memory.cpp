#include "tile_memory.hpp"

#include <algorithm>
#include <functional>
#include <numeric>

#include "arcuate/core/error.hpp"
#include "arcuate/core/index.hpp"

namespace arcuate::engine {
namespace {

bool is_kept(Role role) {
  return role == Role::state || role == Role::history;
}

std::size_t product(std::span<const std::int64_t> extents) {
  return z(std::accumulate(extents.begin(), extents.end(), std::int64_t{1}, std::multiplies<>()));
}

}  // namespace

TileMemory::TileMemory(const TileSizes& sizes) : sizes_(sizes) {
  TileSizes larger = sizes;
  ++larger.tiles;
  const std::vector<ArrayInfo> arrays = describe<TileState>(sizes);
  const std::vector<ArrayInfo> others = describe<TileState>(larger);
  for (std::size_t k = 0; k < arrays.size(); ++k) {
    if (!is_kept(arrays[k].role)) continue;
    const std::span<const std::int64_t> shape = arrays[k].shape;
    const auto grown = std::mismatch(shape.begin(), shape.end(), others[k].shape.begin()).first;
    const auto axis = z(grown - shape.begin());
    const Form form{product(shape.first(axis)), product(shape.subspan(axis + 1)) / lanes};
    kept_.push_back(form);
    count_ += form.outer * form.inner;
  }
}

/// Calls visit(array, element) for every value of a region.
template <class State, class Visit>
void TileMemory::each_value(State& state, LocalIndex place, const Visit& visit) const {
  const std::size_t tile = z(place / lanes), lane = z(place % lanes);
  auto form = kept_.begin();
  TileState::arrays(state, sizes_,
                    [&](std::string_view /*name*/, Role role, auto& array,
                        std::initializer_list<std::int64_t> /*shape*/) {
                      if (!is_kept(role)) return;
                      for (std::size_t o = 0; o < form->outer; ++o) {
                        const std::size_t row = (o * z(sizes_.tiles) + tile) * form->inner;
                        for (std::size_t i = 0; i < form->inner; ++i)
                          visit(array, (row + i) * lanes + lane);
                      }
                      ++form;
                    });
}

void TileMemory::save(const TileState& state, LocalIndex place, std::vector<double>& values) const {
  each_value(state, place, [&](const auto& array, std::size_t element) {
    values.push_back(static_cast<double>(array[element]));
  });
}

void TileMemory::load(TileState& state, LocalIndex place, std::span<const double> values) const {
  auto next = values.begin();
  each_value(state, place, [&]<class Array>(Array& array, std::size_t element) {
    if constexpr (std::is_same_v<Array, Reals>) {
      array.set(element, *next++);
    } else {
      array[element] = static_cast<typename Array::value_type>(*next++);
    }
  });
}

void save_history(const History& history, const EdgePlan& edges, int channels, LocalIndex slot,
                  std::int32_t longest_lag, std::vector<double>& values) {
  with_real(edges.stored, [&]<class Real>() {
    for (int c = 0; c < channels; ++c) {
      const Real* now = history.now<Real>(c) + edges.row_start[z(slot)];
      values.insert(values.end(), now - longest_lag, now + 1);
    }
  });
}

void load_history(History& history, const EdgePlan& edges, int channels, LocalIndex slot,
                  const RegionSnapshot& saved) {
  const std::int32_t wanted = edges.slots.longest_lag[z(slot)];
  const std::int32_t known = std::min(wanted, saved.longest_lag);
  const std::size_t row = z(saved.longest_lag) + 1;
  if (saved.longest_lag < 0 || saved.values.size() < z(channels) * row)
    throw ConfigError("a saved history is of another network");
  with_real(edges.stored, [&]<class Real>() {
    for (int c = 0; c < channels; ++c) {
      const double* newest = saved.values.data() + z(c + 1) * row - 1;
      Real* now = history.now<Real>(c) + edges.row_start[z(slot)];
      std::transform(newest - known, newest + 1, now - known,
                     [](double x) { return static_cast<Real>(x); });
      std::fill(now - wanted, now - known, now[-known]);
    }
  });
}

}  // namespace arcuate::engine
