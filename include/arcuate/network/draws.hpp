#pragma once

#include <array>
#include <cstdint>

#include "arcuate/core/random.hpp"

/// Counter-based random numbers of the generators: a draw is a pure function of (seed, purpose, a,
/// b).
namespace arcuate::network {

enum class Purpose : std::uint64_t { mask = 1, rewire = 2, weight = 3 };

/// Draws for one purpose.
class Draws {
 public:
  Draws(std::uint64_t seed, Purpose purpose)
      : key_(seed), purpose_(static_cast<std::uint64_t>(purpose) << 56) {}

  /// Two independent numbers in (0, 1), with 53 bits. `b` < 2^56.
  [[nodiscard]] std::array<double, 2> pair(std::uint64_t a, std::uint64_t b) const {
    b |= purpose_;
    const auto x = random::philox({low(a), high(a), low(b), high(b)}, {low(key_), high(key_)});
    return {unit(x[0], x[1]), unit(x[2], x[3])};
  }
  [[nodiscard]] double uniform(std::uint64_t a, std::uint64_t b) const { return pair(a, b)[0]; }

 private:
  static std::uint32_t low(std::uint64_t bits) { return static_cast<std::uint32_t>(bits); }
  static std::uint32_t high(std::uint64_t bits) { return static_cast<std::uint32_t>(bits >> 32); }
  static double unit(std::uint32_t upper, std::uint32_t lower) {
    const std::uint64_t bits = ((std::uint64_t{upper} << 32) | lower) >> 12;
    return (static_cast<double>(bits) + 0.5) * 0x1p-52;
  }

  std::uint64_t key_;
  std::uint64_t purpose_;
};

}  // namespace arcuate::network
