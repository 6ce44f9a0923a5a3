#pragma once

#include <string>

/// One self-contained HTML page about a recording.
namespace arcuate::report {

/// Reads a recording and writes the page. Throws DataError (not a recording) or EnvironmentError
/// (cannot write).
void write_report(const std::string& recording, const std::string& html);

}  // namespace arcuate::report
