#include <cctype>

#include "parts.hpp"

namespace arcuate::report {
namespace {

/// Length of the valid UTF-8 sequence at the start of `text`; 0 when there is none (RFC 3629).
std::size_t utf8_length(std::string_view text) {
  const auto byte = [&](std::size_t k) { return static_cast<unsigned char>(text[k]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return 1;
  const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() < length) return 0;
  for (std::size_t k = 1; k < length; ++k) {
    if ((byte(k) & 0xC0U) != 0x80) return 0;
  }
  const bool overlong = (lead == 0xE0 && byte(1) < 0xA0) || (lead == 0xF0 && byte(1) < 0x90);
  const bool beyond = (lead == 0xED && byte(1) > 0x9F) || (lead == 0xF4 && byte(1) > 0x8F);
  return overlong || beyond ? 0 : length;
}

std::string span(const char* kind, std::string_view text) {
  return std::string("<span class=\"y-") + kind + "\">" + escape_html(text) + "</span>";
}

bool is_word(char c) {
  return std::isspace(static_cast<unsigned char>(c)) == 0 &&
         std::string_view(",{}[]:#").find(c) == std::string_view::npos;
}

bool looks_like_number(std::string_view word) {
  const std::size_t sign = word.front() == '-' || word.front() == '+' ? 1 : 0;
  return word.size() > sign && std::isdigit(static_cast<unsigned char>(word[sign])) != 0;
}

/// One piece of a line from `at`: a comment, a quoted text, a word, or a single character.
std::string next_piece(std::string_view line, std::size_t& at) {
  const std::size_t from = at;
  const char c = line[at];
  const bool after_space = at == 0 || std::isspace(static_cast<unsigned char>(line[at - 1])) != 0;
  if (c == '#' && after_space) {
    at = line.size();
    return span("comment", line.substr(from));
  }
  if (c == '"' || c == '\'') {
    const std::size_t end = line.find(c, at + 1);
    at = end == std::string_view::npos ? line.size() : end + 1;
    return span("text", line.substr(from, at - from));
  }
  if (!is_word(c)) return escape_html(line.substr(at++, 1));
  while (at < line.size() && is_word(line[at])) {
    ++at;
  }
  const std::string_view word = line.substr(from, at - from);
  const bool key = at < line.size() && line[at] == ':';
  if (key) return span("key", word);
  return looks_like_number(word) ? span("number", word) : escape_html(word);
}

}  // namespace

std::string escape_html(std::string_view text) {
  std::string result;
  result.reserve(text.size() + text.size() / 8);
  for (std::size_t k = 0; k < text.size();) {
    const std::size_t length = utf8_length(text.substr(k));
    const char c = text[k];
    if (length == 0) {
      result += "\xEF\xBF\xBD";
    } else if (c == '&') {
      result += "&amp;";
    } else if (c == '<') {
      result += "&lt;";
    } else if (c == '>') {
      result += "&gt;";
    } else if (c == '"') {
      result += "&quot;";
    } else if (c == '\'') {
      result += "&#39;";
    } else if (c == '\0') {
      result += "\xEF\xBF\xBD";
    } else {
      result += text.substr(k, length);
    }
    k += length == 0 ? 1 : length;
  }
  return result;
}

std::string highlight_yaml(std::string_view yaml) {
  std::string result;
  while (!yaml.empty()) {
    const std::size_t end = yaml.find('\n');
    const std::string_view line = yaml.substr(0, end);
    for (std::size_t at = 0; at < line.size();) {
      result += next_piece(line, at);
    }
    result += '\n';
    yaml = end == std::string_view::npos ? std::string_view{} : yaml.substr(end + 1);
  }
  return result;
}

}  // namespace arcuate::report
