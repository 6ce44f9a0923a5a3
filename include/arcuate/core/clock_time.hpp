#pragma once

#include <string>

namespace arcuate {

/// Now, in UTC, as ISO 8601 has it: "2026-01-31T23:59:59Z".
std::string clock_time();

}  // namespace arcuate
