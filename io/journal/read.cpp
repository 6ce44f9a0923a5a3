#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "arcuate/core/error.hpp"
#include "arcuate/io/journal.hpp"
#include "format.hpp"

namespace arcuate::io {
namespace journal {

unsigned long checksum(unsigned long before, std::string_view record) {
  // zlib takes a null pointer for a question.
  const auto add = [](unsigned long sum, std::string_view text) {
    return text.empty() ? sum
                        : ::crc32_z(sum, reinterpret_cast<const Bytef*>(text.data()), text.size());
  };
  return add(add(before, record), "\n");
}

std::string line_of(std::string_view record, unsigned long checksum) {
  return fmt::format("{:08x} {}\n", checksum, record);
}

std::string header_record(const std::string& header) {
  return std::string(header_begin).append(header).append("}");
}

void require_object(const std::string& record) {
  const bool whole = record.starts_with('{') && record.find('\n') == std::string::npos &&
                     nlohmann::json::accept(record);
  if (!whole) throw std::logic_error("journal: not a JSON object in one line: " + record);
}

}  // namespace journal

namespace {

constexpr std::size_t digits = 8;

[[noreturn]] void damaged(const std::string& path, std::size_t line, const std::string& why) {
  throw DataError(fmt::format("{}: line {}: {}", path, line, why));
}

/// The record of a line without its end.
std::string_view record_in(std::string_view text, JournalContent& content, const std::string& path,
                           std::size_t line) {
  unsigned long given = 0;
  const char* end = text.data() + std::min(digits, text.size());
  const auto [stop, error] = std::from_chars(text.data(), end, given, 16);
  const bool formed = text.size() > digits + 2 && error == std::errc() && stop == end &&
                      text[digits] == ' ' && text[digits + 1] == '{' && text.back() == '}';
  if (!formed && line == 1) damaged(path, line, "this is not a journal of Arcuate");
  if (!formed) {
    damaged(path, line, "damaged: expected a checksum of 8 digits, a space and a JSON object");
  }
  const std::string_view record = text.substr(digits + 1);
  content.checksum = journal::checksum(content.checksum, record);
  // As text: the same number in capitals is not what was written.
  const std::string expected = fmt::format("{:08x}", content.checksum);
  if (text.substr(0, digits) != expected) {
    damaged(path, line,
            fmt::format("damaged: its checksum is {}, where {} follows from it and the lines "
                        "before it: one of them was changed, removed or moved",
                        text.substr(0, digits), expected));
  }
  return record;
}

std::string header_in(std::string_view record, const std::string& path) {
  if (!record.starts_with(journal::header_begin)) {
    damaged(path, 1,
            fmt::format("this is not a journal of a kind that is known here (it begins with {})",
                        record.substr(0, journal::header_begin.size())));
  }
  record.remove_prefix(journal::header_begin.size());
  record.remove_suffix(1);
  if (!record.starts_with('{') || !nlohmann::json::accept(record))
    damaged(path, 1, "its header is not a JSON object");
  return std::string(record);
}

std::string text_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::string text;
  std::string piece(std::size_t{1} << 20, '\0');
  while (in) {
    in.read(piece.data(), static_cast<std::streamsize>(piece.size()));
    text.append(piece.data(), static_cast<std::size_t>(in.gcount()));
  }
  if (!in.is_open() || in.bad()) {
    throw EnvironmentError(fmt::format("{}: cannot be read: {}", path, std::strerror(errno)));
  }
  return text;
}

}  // namespace

JournalContent read_journal(const std::string& path) {
  const std::string text = text_of(path);
  JournalContent content;
  std::size_t line = 0;
  for (std::size_t end = text.find('\n'); end != std::string::npos;
       end = text.find('\n', content.whole_bytes)) {
    const std::string_view whole =
        std::string_view(text).substr(content.whole_bytes, end - content.whole_bytes);
    const std::string_view record = record_in(whole, content, path, ++line);
    if (line == 1) {
      content.header = header_in(record, path);
    } else {
      content.records.emplace_back(record);
    }
    content.whole_bytes = end + 1;
  }
  if (line == 0) damaged(path, 1, "this is not a journal of Arcuate: its first line has no end");
  if (const std::size_t torn = text.size() - content.whole_bytes; torn > 0) {
    content.warning = fmt::format(
        "{}: line {}: {} bytes without an end, of a run that was killed while it wrote them, are "
        "left out",
        path, line + 1, torn);
  }
  return content;
}

}  // namespace arcuate::io
