#pragma once

#include <nlohmann/json.hpp>

#include "report_source.hpp"

/// What the charts of a report show, as the page's script reads it.
namespace arcuate::io {

/// Regions in the order of the charts: left hemisphere first when hemispheres are known.
std::vector<std::size_t> display_order(const network::Connectome& connectome);

/// {regions, blocks, breaks, labels, owner, parts, weights, lengths, length_unit}: block averages
/// above 400 regions.
nlohmann::ordered_json connectome_charts(const RecordedRun& run);

/// One entry per monitor and variable (at most 8): min-max decimated signals of at most 64 columns.
nlohmann::ordered_json trace_charts(const RecordedRun& run);

/// Carpet, spectrum and functional connectivity of the monitor with the most regions, per variable.
nlohmann::ordered_json activity_charts(const RecordedRun& run);

}  // namespace arcuate::io
