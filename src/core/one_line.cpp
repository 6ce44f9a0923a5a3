#include "arcuate/core/one_line.hpp"

#include <algorithm>

namespace arcuate::core {

std::string one_line(std::string_view message) {
  constexpr std::size_t most = 2000;
  std::string shown(message.substr(0, most));
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; };
  std::replace_if(shown.begin(), shown.end(), is_control, '?');
  return message.size() > most ? shown + "..." : shown;
}

}  // namespace arcuate::core
