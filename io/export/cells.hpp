#pragma once

#include <span>
#include <string>

#include "job.hpp"

/// Tables of text.
namespace arcuate::io {

/// Between quotes where a reader would take something of it for a separator (RFC 4180).
std::string cell(const std::string& text, char separator);

/// A line: the time, then the values, with all digits and "nan" for what is not a number.
void append_row(std::string& text, double time, std::span<const double> values);

/// "E: kHz, I: kHz".
std::string units_in_words(const ExportJob& job);

}  // namespace arcuate::io
