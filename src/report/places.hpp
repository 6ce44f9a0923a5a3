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
/// `pairs`: (n, n), or empty. Of what was simulated on a surface those of surface.hpp come first.
/// Null without either.
nlohmann::ordered_json brain_chart(const io::RecordedRun& run, const io::RecordedSeries& series,
                                   std::size_t variable, const Signals& signals,
                                   const analysis::Matrix& pairs);

/// {right, front}: directions of the head in the coordinates of the file, z upwards: where the
/// right hemisphere is seen from the left, to the nearest axis (The Virtual Brain's y is to the
/// left, DICOM's x). x and y where hemispheres or centres are not known.
nlohmann::ordered_json axes_chart(const network::Connectome& connectome);

}  // namespace arcuate::report
