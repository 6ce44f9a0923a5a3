#pragma once

#include <array>
#include <cstdint>

/// Counter-based random numbers of the generators: a draw is a pure function of (seed, purpose, a,
/// b).
namespace arcuate::network {

/// Philox 4x32-10 (Salmon et al., SC 2011). The two halves of the counter are `a` and `b`.
inline std::array<std::uint32_t, 4> philox(std::uint64_t a, std::uint64_t b, std::uint64_t key) {
  std::array<std::uint32_t, 4> x{static_cast<std::uint32_t>(a), static_cast<std::uint32_t>(a >> 32),
                                 static_cast<std::uint32_t>(b),
                                 static_cast<std::uint32_t>(b >> 32)};
  auto k0 = static_cast<std::uint32_t>(key);
  auto k1 = static_cast<std::uint32_t>(key >> 32);
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t p0 = std::uint64_t{0xD2511F53U} * x[0];
    const std::uint64_t p1 = std::uint64_t{0xCD9E8D57U} * x[2];
    x = {static_cast<std::uint32_t>(p1 >> 32) ^ x[1] ^ k0, static_cast<std::uint32_t>(p1),
         static_cast<std::uint32_t>(p0 >> 32) ^ x[3] ^ k1, static_cast<std::uint32_t>(p0)};
    k0 += 0x9E3779B9U;
    k1 += 0xBB67AE85U;
  }
  return x;
}

enum class Purpose : std::uint64_t { mask = 1, rewire = 2, weight = 3 };

/// Draws for one purpose.
class Draws {
 public:
  Draws(std::uint64_t seed, Purpose purpose)
      : key_(seed), purpose_(static_cast<std::uint64_t>(purpose) << 56) {}

  /// Two independent numbers in (0, 1), with 53 bits. `b` < 2^56.
  [[nodiscard]] std::array<double, 2> pair(std::uint64_t a, std::uint64_t b) const {
    const auto x = philox(a, b | purpose_, key_);
    return {unit(x[0], x[1]), unit(x[2], x[3])};
  }
  [[nodiscard]] double uniform(std::uint64_t a, std::uint64_t b) const { return pair(a, b)[0]; }

 private:
  static double unit(std::uint32_t high, std::uint32_t low) {
    const std::uint64_t bits = ((std::uint64_t{high} << 32) | low) >> 12;
    return (static_cast<double>(bits) + 0.5) * 0x1p-52;
  }

  std::uint64_t key_;
  std::uint64_t purpose_;
};

}  // namespace arcuate::network
