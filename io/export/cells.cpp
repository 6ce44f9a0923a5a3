#include "cells.hpp"

#include <fmt/format.h>

#include <iterator>

namespace arcuate::io {

std::string cell(const std::string& text, char separator) {
  if (text.find_first_of(std::string("\"\r\n") + separator) == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text)
    quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + '"';
}

void append_row(std::string& text, double time, std::span<const double> values) {
  fmt::format_to(std::back_inserter(text), "{}", time);
  for (const double value : values)
    fmt::format_to(std::back_inserter(text), ",{}", value);
  text += '\n';
}

std::string units_in_words(const ExportJob& job) {
  std::string text;
  for (std::size_t v = 0; v < job.units().size(); ++v)
    text += fmt::format("{}{}: {}", v == 0 ? "" : ", ", job.variables()[v], job.units()[v]);
  return text;
}

}  // namespace arcuate::io
