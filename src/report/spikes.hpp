#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "arcuate/io/recorded_run.hpp"

/// Spikes and attractors of a spiking network.
namespace arcuate::report {

/// {begin, end, neurons, total, populations, perturbations, whole, opening, states, occurrences,
/// matrix, statistics}; null without spikes. `whole` and `opening` (which may be missing) have the
/// spikes of as many neurons as a page can hold, and the rates of all populations in bins. Throws
/// DataError.
nlohmann::ordered_json spike_charts(const io::RecordedRun& run);

/// The section of a page, "" for null.
std::string spike_section(const nlohmann::ordered_json& spikes);

}  // namespace arcuate::report
