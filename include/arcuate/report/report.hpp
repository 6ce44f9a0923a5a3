#pragma once

#include <string>
#include <vector>

namespace arcuate::compare {
struct Comparison;
struct NumberBeside;
}
namespace arcuate::io {
struct ResultTable;
}

/// One self-contained HTML page about a recording, a comparison, a sweep or a fit.
namespace arcuate::report {

/// Reads a recording and writes the page. Throws DataError (not a recording) or EnvironmentError
/// (cannot write).
void write_report(const std::string& recording, const std::string& html);

/// Draws what was compared: losses, FC and FCD beside their targets, distributions of FCD.
/// `inputs`: files that are never replaced. Throws EnvironmentError (cannot write).
void write_comparison(const compare::Comparison& comparison, const std::string& html,
                      std::vector<std::string> inputs);

/// Draws what a sweep or a fit has found so far, and its best candidate beside the targets where
/// `best` or `numbers` is given. `source`: what the page calls where it is from; `inputs`: files
/// that are never replaced; `spikes_of`: the recording of the best candidate, where it is of
/// spiking neurons, or "". Throws DataError (an array cannot be read), EnvironmentError (cannot
/// write).
void write_results(const io::ResultTable& table, const compare::Comparison* best,
                   const std::vector<compare::NumberBeside>& numbers, const std::string& source,
                   const std::string& html, std::vector<std::string> inputs,
                   const std::string& spikes_of);

/// Whether a file holds results of `arcuate steady`. Throws DataError: a damaged file.
bool is_steady(const std::string& path);
/// Draws results of `arcuate steady`: fixed points, branches, eigenvalues, phase plane, landscape,
/// spectra. Throws DataError (not complete), EnvironmentError (cannot write).
void write_steady(const std::string& results, const std::string& html);

}  // namespace arcuate::report
