#pragma once

#include <cstdint>

/// How much memory this process has used and this machine has left.
namespace arcuate::core {

/// [bytes] the largest resident size of this process so far; 0 when the system does not tell.
std::int64_t peak_resident_bytes();

/// [bytes] that can be allocated now without swapping, within the limit of the control group; 0 when the system does not tell.
std::int64_t available_bytes();

}  // namespace arcuate::core
