#pragma once

#include <cstddef>

/// What this machine can do at most, as loops that do nothing else.
namespace arcuate::bench {

/// Fused multiply-adds of doubles in one call of run_fma().
inline constexpr double fma_per_call = 12.0 * 4.0 * 20000.0;

/// Twelve independent chains of four doubles: more than any core needs to fill its pipelines.
/// Returns a number that depends on all of them.
double run_fma();

/// Sum of `count` doubles (a multiple of 64), eight chains of four.
double read_all(const double* values, std::size_t count);

}  // namespace arcuate::bench
