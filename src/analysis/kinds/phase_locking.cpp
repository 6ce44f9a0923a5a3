#include <array>

#include "arcuate/analysis/feature.hpp"
#include "arcuate/analysis/phase.hpp"
#include "arcuate/analysis/results.hpp"
#include "phase_options.hpp"

namespace arcuate::analysis {
namespace {

constexpr std::array options_of_locking{phase_source, phase_trim};

constexpr std::array returns_of_locking{ReturnInfo{
    "plv", "region, other_region", "1",
    "|mean over time of exp(i phase difference)|, 1 on the diagonal; NaN for pairs that do "
    "not count"}};

Result compute_locking(const Input& input, const Options& options) {
  Result result;
  const Phases phase = phases_of(input, options, result);
  result.axes = {region_axis(input), other_region_axis(input)};
  result.arrays = {table("plv", "1", {"region", "other_region"},
                         masked(phase_locking(phase.values), input.mask))};
  return result;
}

}  // namespace

extern constinit const Feature feature_phase_locking{
    .name = "phase_locking",
    .meaning = "How constant the difference of the phases of two regions is",
    .citation = "J.-P. Lachaux et al., Hum. Brain Mapp. 8, 194 (1999)",
    .options = options_of_locking,
    .returns = returns_of_locking,
    .of_pairs = true,
    .of_phases = true,
    .compute = compute_locking};

}  // namespace arcuate::analysis
