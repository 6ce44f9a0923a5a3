#pragma once

#include <array>
#include <cstdint>

#include "arcuate/core/random.hpp"
#include "arcuate/optimise/space.hpp"

namespace arcuate::optimise {

/// What random numbers are for; each purpose has its own.
enum class Purpose : std::uint32_t {
  candidate = 1,
  redraw,
  restart,
  scramble,
  start,
  migrate,
  island
};

/// Random numbers for one thing, a candidate or a restart: a function of seed, purpose and `index`,
/// whatever was drawn for other things before (Philox 4x32-10, core/random.hpp).
class Draws {
 public:
  Draws(const random::Stream& stream, Purpose purpose, std::uint64_t index);

  /// In (0, 1), never an end, of 53 bits.
  double uniform();
  /// Standard normal: the quantile of uniform().
  double normal();
  double cauchy();
  /// 0 .. n - 1.
  Index below(Index n);
  bool chance(double probability) { return uniform() < probability; }
  /// (n) independent ones.
  Vector normals(Index n);
  Vector uniforms(Index n);

 private:
  std::array<std::uint32_t, 2> key_;
  std::array<std::uint32_t, 4> counter_;
  std::array<std::uint32_t, 4> words_{};
  unsigned used_ = 2;  ///< pairs of words_
};

/// Phi^-1 by Wichura's AS 241 (PPND16), doi:10.2307/2347330; relative error about 1e-16.
double normal_quantile(double probability);
/// Phi.
double normal_cdf(double x);

}  // namespace arcuate::optimise
