#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <numeric>
#include <string_view>
#include <type_traits>
#include <vector>

#include "arcuate/core/reals.hpp"

/// Every array that a share of a network owns is declared once: its name, what it is, its shape.
/// Allocation, the memory that a plan predicts and comparisons walk that one declaration, and so
/// does whatever saves a state.
///
/// An owner is a struct of arrays with
///
///     template <class Self, class Visit>
///     static void arrays(Self& self, const Sizes& n, const Visit& visit) {
///       visit("state", Role::state, self.state, {n.tiles, n.states, lanes});
///     }
///
/// An array that some networks do not have has a shape with a 0 there. Of Reals,
/// Sizes::stored(Role) says how they are stored. An owner of other owners has make_room(sizes) too,
/// which makes those, without arrays.
namespace arcuate::engine {

enum class Role {
  parameter,  ///< does not change while the simulation runs
  state,      ///< what the next step follows from
  history,    ///< the past that the next steps read
  derived,    ///< follows from states and histories
  scratch     ///< of a thread, between two barriers
};

struct ArrayInfo {
  std::string_view name;
  Role role = Role::state;
  std::vector<std::int64_t> shape;
  std::int64_t value_bytes = 8;

  [[nodiscard]] std::int64_t values() const {
    return std::accumulate(shape.begin(), shape.end(), std::int64_t{1}, std::multiplies<>());
  }
  [[nodiscard]] std::int64_t bytes() const { return values() * value_bytes; }
};

/// [bytes] of one value of an array.
template <class Array, class Sizes>
std::int64_t value_bytes(const Array& array, Role role, const Sizes& sizes) {
  if constexpr (std::is_same_v<Array, Reals>) {
    return bytes_per_value(sizes.stored(role));
  } else {
    return sizeof(array[0]);
  }
}

/// The owners that an owner has, as many as there are of that size.
template <class Owner, class Sizes>
void make_owners(Owner& owner, const Sizes& sizes) {
  if constexpr (requires { owner.make_room(sizes); }) owner.make_room(sizes);
}

/// The arrays of an owner of that size, without making them.
template <class Owner, class Sizes>
std::vector<ArrayInfo> describe(const Sizes& sizes) {
  std::vector<ArrayInfo> arrays;
  Owner none;
  make_owners(none, sizes);
  Owner::arrays(none, sizes,
                [&](std::string_view name, Role role, const auto& array,
                    std::initializer_list<std::int64_t> shape) {
                  arrays.push_back({name, role, shape, value_bytes(array, role, sizes)});
                });
  return arrays;
}

/// [bytes] of all of them.
template <class Owner, class Sizes>
std::int64_t bytes_of(const Sizes& sizes) {
  std::int64_t bytes = 0;
  for (const ArrayInfo& array : describe<Owner>(sizes))
    bytes += array.bytes();
  return bytes;
}

/// [bytes] that the arrays of an owner take up, those of that size that it should have.
template <class Owner, class Sizes>
std::int64_t held_bytes(const Owner& owner, const Sizes& sizes) {
  std::int64_t bytes = 0;
  Owner::arrays(owner, sizes,
                [&](std::string_view /*name*/, Role role, const auto& array,
                    std::initializer_list<std::int64_t> /*shape*/) {
                  bytes +=
                      static_cast<std::int64_t>(array.capacity()) * value_bytes(array, role, sizes);
                });
  return bytes;
}

/// Makes the arrays, filled with zeros.
template <class Owner, class Sizes>
void allocate(Owner& owner, const Sizes& sizes) {
  make_owners(owner, sizes);
  Owner::arrays(owner, sizes,
                [&]<class Array>(std::string_view /*name*/, Role role, Array& array,
                                 std::initializer_list<std::int64_t> shape) {
                  std::int64_t values = 1;
                  for (const std::int64_t extent : shape)
                    values *= extent;
                  if constexpr (std::is_same_v<Array, Reals>) {
                    array.assign(static_cast<std::size_t>(values), sizes.stored(role));
                  } else {
                    array.assign(static_cast<std::size_t>(values), {});
                  }
                });
}

}  // namespace arcuate::engine
