#pragma once

#include <nlohmann/json.hpp>
#include <optional>

#include "arcuate/analysis/spectrum.hpp"
#include "arcuate/io/recorded_run.hpp"
#include "signals.hpp"

/// Figures of where in the head something is.
namespace arcuate::report {

/// {places, reach, by_names, quantities: [{name, unit, map, values}]} of electrodes and
/// magnetometers: variance, and power in each band. Null for anything else and without positions.
nlohmann::ordered_json scalp_chart(const io::RecordedSeries& series, std::size_t variable,
                                   const Signals& signals, const std::optional<analysis::Psd>& psd);

/// {places [mm], sides, features: [{name, unit, values}]} of regions, or of contacts in the depth,
/// in display order: mean, variance, and the mean of what a signal has in common with the others.
/// `pairs`: (n, n), or empty. Null without places.
nlohmann::ordered_json brain_chart(const io::RecordedRun& run, const io::RecordedSeries& series,
                                   std::size_t variable, const Signals& signals,
                                   const analysis::Matrix& pairs);

}  // namespace arcuate::report
