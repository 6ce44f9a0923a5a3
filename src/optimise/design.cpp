#include "design.hpp"

#include <numeric>

namespace arcuate::optimise {

std::optional<Vector> Design::ask(std::uint64_t id) {
  Vector unit;
  if (again_.empty()) {
    unit = point(next_++);
  } else {
    unit = std::move(again_.front());
    again_.pop_front();
  }
  out_.emplace(id, unit);
  return unit;
}

void Design::lose(std::uint64_t id) {
  again_.push_back(std::move(out_.extract(id).mapped()));
}

double radical_inverse(std::uint64_t k, std::uint32_t base,
                       const std::vector<std::uint32_t>& digits) {
  double value = 0.0;
  double place = 1.0 / static_cast<double>(base);
  for (; k > 0; k /= base) {
    const auto digit = static_cast<std::uint32_t>(k % base);
    value += place * static_cast<double>(digits.empty() ? digit : digits[digit]);
    place /= static_cast<double>(base);
  }
  return value;
}

std::vector<std::uint32_t> scrambled_digits(const random::Stream& stream, std::uint32_t base,
                                            Index which) {
  std::vector<std::uint32_t> digits(base);
  std::iota(digits.begin(), digits.end(), 0U);
  Draws draws(stream, Purpose::scramble, static_cast<std::uint64_t>(which));
  for (std::uint32_t k = base - 1; k > 1; --k)
    std::swap(digits[k], digits[1 + static_cast<std::size_t>(draws.below(k))]);
  return digits;
}

std::vector<std::uint32_t> first_primes(Index n) {
  std::vector<std::uint32_t> primes;
  for (std::uint32_t candidate = 2; static_cast<Index>(primes.size()) < n; ++candidate) {
    bool prime = true;
    for (std::size_t k = 0; prime && k < primes.size() && primes[k] * primes[k] <= candidate; ++k)
      prime = candidate % primes[k] != 0;
    if (prime) primes.push_back(candidate);
  }
  return primes;
}

namespace {

std::uint32_t reversed(std::uint32_t x) {
  x = (x >> 1 & 0x55555555U) | (x & 0x55555555U) << 1;
  x = (x >> 2 & 0x33333333U) | (x & 0x33333333U) << 2;
  x = (x >> 4 & 0x0f0f0f0fU) | (x & 0x0f0f0f0fU) << 4;
  return __builtin_bswap32(x);
}

}  // namespace

std::uint32_t owen_scrambled(std::uint32_t bits, std::uint32_t seed) {
  std::uint32_t x = reversed(bits);
  x += seed;
  x ^= x * 0x6c50b47cU;
  x ^= x * 0xb82f1e52U;
  x ^= x * 0xc7afe638U;
  x ^= x * 0x8d22f6e6U;
  return reversed(x);
}

}  // namespace arcuate::optimise
