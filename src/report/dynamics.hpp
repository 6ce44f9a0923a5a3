#pragma once

#include <nlohmann/json.hpp>

#include "signals.hpp"

namespace arcuate::report {

/// How functional connectivity changes over windows of 60 s (and two samples at least) that begin
/// every 3 s, or less often so that there are at most 400: {window, step [s], windows, left_out,
/// matrix, mean, histogram}. Regions that are constant or not finite are left out. Null where there
/// are fewer than ten windows or three regions. More than `cells` windows are drawn as blocks.
nlohmann::ordered_json dynamics_chart(const Signals& signals, std::size_t cells);

}  // namespace arcuate::report
