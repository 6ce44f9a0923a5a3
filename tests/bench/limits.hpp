#pragma once

#include <cstddef>

#include "engine/vector.hpp"

/// What this machine can do at most, in its widest vectors, as loops that do nothing else.
namespace arcuate::bench {

/// Fused multiply-adds of doubles in one call of run_fma().
inline constexpr double fma_per_call = 12.0 * engine::native_width<double> * 100000.0;

/// Twelve independent chains of vectors: more than any core needs to fill its pipelines. Returns a
/// number that depends on all of them.
double run_fma();

/// Doubles that one call of run_loads() reads: 512 KiB, in the second-level cache and not in the
/// first, again and again, since short calls are at the mercy of the clock.
inline constexpr double loads_per_call = 65536.0 * 64.0;

/// One multiply-add needs one number of a history, which lies there.
double run_loads();

/// Sum of `count` doubles (a multiple of 64), eight chains of vectors.
double read_all(const double* values, std::size_t count);

}  // namespace arcuate::bench
