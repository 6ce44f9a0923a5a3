#pragma once

#include <nlohmann/json.hpp>

#include "arcuate/io/recorded_run.hpp"

/// What the charts of a report show, as the page's script reads it.
namespace arcuate::report {

/// {regions, blocks, breaks, labels, owner, parts} and, where there is something to see, weights
/// and lengths: block averages above 400 regions. `none`: why there is no matrix.
nlohmann::ordered_json connectome_charts(const io::RecordedRun& run);

/// {total, charts}: one entry per monitor and variable (at most 8), min-max decimated signals of at
/// most 64 columns, and the opening window in more detail.
nlohmann::ordered_json trace_charts(const io::RecordedRun& run);

/// {total, stimuli}: time courses, targets and regions of at most 8.
nlohmann::ordered_json stimulus_charts(const io::RecordedRun& run);

/// {total, variables}: carpet, spectrum and functional connectivity, or what stands for it where
/// the variable is a phase, dynamics, scalp and brain, of at most 4 variables of regional monitors.
nlohmann::ordered_json activity_charts(const io::RecordedRun& run);

/// {total, arrays}: one entry per array under /features (at most 200): its feature, unit, axes,
/// shape, mean and extremes; of the first 8 of one or two dimensions also a line or a matrix.
nlohmann::ordered_json feature_charts(const io::RecordedRun& run);

}  // namespace arcuate::report
