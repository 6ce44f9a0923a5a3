#pragma once

#include <string>
#include <string_view>

namespace arcuate {

/// "1 region", "80 regions".
template <class Count>
std::string counted(Count n, std::string_view noun) {
  std::string text = std::to_string(n);
  text.append(" ").append(noun);
  if (n == Count{1}) return text;
  if (!noun.ends_with("ex")) return text + 's';
  text.resize(text.size() - 2);
  return text + "ices";
}

}  // namespace arcuate
