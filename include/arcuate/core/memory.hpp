#pragma once

#include <cstdint>

/// How much memory this process has used and this machine has left.
namespace arcuate::core {

/// [bytes] the largest resident size of this process so far; 0 when the system does not tell.
std::int64_t peak_resident_bytes();

/// [bytes] the resident size of this process now; 0 when the system does not tell.
std::int64_t resident_bytes();

/// Makes the C library give every freed block of a megabyte or more back to the system at once. By
/// default it keeps blocks up to the size of the largest one freed so far.
void return_large_blocks();

/// [bytes] that can be allocated now without swapping, within the limit of the control group; 0
/// when the system does not tell.
std::int64_t available_bytes();

}  // namespace arcuate::core
