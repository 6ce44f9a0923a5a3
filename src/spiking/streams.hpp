#pragma once

#include <cstdint>

/// The streams of random numbers of a network, all with the seed of the study.
namespace arcuate::spiking {

inline constexpr std::uint32_t drive_stream = 0x5b000000U;     ///< + piece of a large mean
inline constexpr std::uint32_t wiring_stream = 0x5b100000U;    ///< + presynaptic population
inline constexpr std::uint32_t stimulus_stream = 0x5b200000U;  ///< + number of the stimulus

}  // namespace arcuate::spiking
