#include "arcuate/core/one_line.hpp"

#include <algorithm>

namespace arcuate::core {

std::string one_line(std::string_view message) {
  constexpr std::size_t most = 2000;
  // An expression with a mark under its fault wants lines of its own; the column says the same.
  if (message.ends_with('^')) message = message.substr(0, message.find("\n    "));
  std::size_t end = std::min(most, message.size());
  while (end > 0 && end < message.size() &&
         (static_cast<unsigned char>(message[end]) & 0xC0U) == 0x80U)
    --end;  // no part of a character
  std::string shown(message.substr(0, end));
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; };
  std::replace_if(shown.begin(), shown.end(), is_control, '?');
  return message.size() > most ? shown + "..." : shown;
}

}  // namespace arcuate::core
