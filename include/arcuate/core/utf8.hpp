#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

/// Text in UTF-8 (RFC 3629), as recordings and their readers want it.
namespace arcuate {

/// Length of the sequence that begins at `at`, 0 when there is none: no overlong forms, no
/// surrogates.
std::size_t utf8_length(std::string_view text, std::size_t at);

/// The character of one whole sequence.
char32_t utf8_character(std::string_view sequence);

/// Where `text` stops being UTF-8, or npos.
std::size_t first_not_utf8(std::string_view text);

/// Appends one character; U+FFFD for what is none.
void append_utf8(std::string& text, char32_t character);

/// Units of UTF-16 (two make one character beyond U+FFFF) as a label: in UTF-8, without the blanks
/// and zeros that fill a text matrix.
std::string text_of_utf16(const std::vector<char32_t>& units);

}  // namespace arcuate
