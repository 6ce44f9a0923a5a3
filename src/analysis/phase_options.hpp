#pragma once

#include "arcuate/analysis/feature.hpp"

/// Phases as an option of features.
namespace arcuate::analysis {

constexpr OptionInfo phase_source{
    "phase",
    OptionType::word,
    "",
    "hilbert",
    "hilbert, signal",
    "of the analytic signal of the samples less their mean (scipy.signal.hilbert of x - x.mean()), "
    "or the signal is a phase [rad] itself"};
constexpr OptionInfo phase_trim{
    "trim",
    OptionType::number,
    "s",
    "0",
    ">= 0",
    "left out at both ends, where filter and Hilbert transform know one "
    "side only"};

/// [samples] that are left out at both ends. Throws ConfigError: nothing is left.
Index trim_of(const Input& input, const Options& options, Result& result);

struct Phases {
  Matrix values;  ///< (n_samples, n_regions) [rad]
  double first_time = 0.0;
};
/// Throws ConfigError: nothing is left.
Phases phases_of(const Input& input, const Options& options, Result& result);

}  // namespace arcuate::analysis
