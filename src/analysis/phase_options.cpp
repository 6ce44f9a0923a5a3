#include "phase_options.hpp"

#include "arcuate/analysis/phase.hpp"
#include "arcuate/analysis/results.hpp"
#include "arcuate/core/error.hpp"

namespace arcuate::analysis {

Index trim_of(const Input& input, const Options& options, Result& result) {
  const Index trim = samples_of(options.number("trim"), input.rate, "trim", result.notes);
  if (input.samples() - 2 * trim < 2) {
    throw ConfigError("trim: of " + std::to_string(input.samples()) +
                      " samples it leaves fewer than two");
  }
  return trim;
}

Phases phases_of(const Input& input, const Options& options, Result& result) {
  const bool is_phase = options.word("phase") == "signal";
  const Index trim = trim_of(input, options, result);
  const Index left = input.samples() - 2 * trim;
  if (!is_phase) note_constant(input, result);
  const Matrix all = is_phase ? input.series : phases(input.series);
  return {all.middleRows(trim, left), input.first_time + static_cast<double>(trim) / input.rate};
}

}  // namespace arcuate::analysis
