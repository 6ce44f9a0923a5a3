#pragma once

#include <string>

namespace arcuate::core {

/// What the linker made of all that is in the running program, hexadecimal; "" where it left
/// nothing. Two programs with the same are the same.
std::string build_id();

}  // namespace arcuate::core
