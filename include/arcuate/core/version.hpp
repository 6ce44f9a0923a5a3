#pragma once

#include <string_view>

namespace arcuate {

/// "0.1.0+g1a2b3c4d5": the version, and the commit it was built from where that is known;
/// ".changed" when the source differs from it. Generated at every build (cmake/Version.cmake).
std::string_view version();

}  // namespace arcuate
