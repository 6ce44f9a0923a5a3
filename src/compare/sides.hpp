#pragma once

#include "arcuate/compare/compare.hpp"
#include "arcuate/io/array_file.hpp"

/// What is compared, from the recording and from the files of targets.
namespace arcuate::compare {

/// The samples of a recording that count.
Simulated simulated_of(const Request& request);

/// Each throws DataError where sizes, labels or numbers do not fit, and adds to the notes.
loss::Sides fc_sides(const Request& request, const Simulated& simulated, Targets& targets,
                     Comparison& result);
loss::Sides fcd_sides(const Request& request, const Simulated& simulated, Targets& targets,
                      Comparison& result);
loss::Sides psd_sides(const Request& request, const Simulated& simulated, Targets& targets,
                      Comparison& result);
loss::Sides series_sides(const Request& request, const Simulated& simulated, Targets& targets,
                         Comparison& result);

/// A target as samples (time, region) in the order of the regions that were simulated.
Matrix as_samples(const io::Array& array, const Simulated& simulated, Comparison& result);
/// Whether the array can only be samples: it says so, or is no list and not square.
bool is_samples(const io::Array& array);

}  // namespace arcuate::compare
