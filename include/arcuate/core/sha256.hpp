#pragma once

#include <string>
#include <string_view>

namespace arcuate {

/// SHA-256 of bytes as 64 hexadecimal digits, as `sha256sum` prints it (FIPS 180-4).
std::string sha256(std::string_view bytes);

}  // namespace arcuate
