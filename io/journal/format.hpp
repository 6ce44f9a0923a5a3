#pragma once

#include <string>
#include <string_view>

/// A line of a journal: a checksum of eight hexadecimal digits, a space, a JSON object.
namespace arcuate::io::journal {

inline constexpr std::string_view header_begin = R"({"format":"arcuate journal 1","header":)";

/// What the checksum of a line becomes: that of this record and all before it, so that a line that
/// is removed, moved or edited shows.
unsigned long checksum(unsigned long before, std::string_view record);

std::string line_of(std::string_view record, unsigned long checksum);

/// The first record.
std::string header_record(const std::string& header);

/// Throws std::logic_error when it is not one JSON object in one line.
void require_object(const std::string& record);

}  // namespace arcuate::io::journal
