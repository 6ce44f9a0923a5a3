#pragma once

#include <nlohmann/json.hpp>

#include "arcuate/io/recorded_run.hpp"

/// Signals on the surface that they were simulated on.
namespace arcuate::report {

/// {vertices: flat [0.1 mm], triangles: flat}; null without a surface, and of one with more than
/// 200,000 triangles, which would make the page too large.
nlohmann::ordered_json surface_chart(const io::RecordedRun& run);

/// [{name, unit, surface: a value for each vertex}]: mean and variance of a series of vertices, or
/// of averages over the regions that vertices belong to, over at most 200 samples, evenly spread.
/// Empty for anything else, and for angles.
nlohmann::ordered_json surface_features(const io::RecordedRun& run,
                                        const io::RecordedSeries& series, std::size_t variable);

/// A series of averages over regions that vertices belong to.
bool is_of_parcels(const io::RecordedRun& run, const io::RecordedSeries& series);

}  // namespace arcuate::report
