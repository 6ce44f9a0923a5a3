#pragma once

#include <string>
#include <string_view>

namespace arcuate::core {

/// A message as it may be shown on a terminal: control characters, which can come from a file that
/// the message quotes, as ?, of more than 2000 bytes the beginning, and without an expression that
/// is marked below (expression::compile).
std::string one_line(std::string_view message);

}  // namespace arcuate::core
