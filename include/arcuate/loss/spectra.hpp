#pragma once

#include <limits>
#include <string>

#include "arcuate/loss/loss.hpp"

/// Frequencies of spectra.
namespace arcuate::loss {

constexpr double no_limit = std::numeric_limits<double>::infinity();

/// The options `low` and `high` of every loss of spectra, in front of its own.
constexpr LossOption low_option{"low", "Hz", -no_limit, 0.0, "least frequency that counts"};
constexpr LossOption high_option{"high", "Hz", no_limit, 0.0, "highest frequency that counts"};

/// A run of bins.
struct Bins {
  Index first = 0;
  Index count = 0;
};
/// Bins between two frequencies [Hz], both included; infinite: no limit. Throws ConfigError: a
/// limit outside the spectrum, no bin within.
Bins bins_between(const Vector& frequency, double low, double high, std::string_view of);
/// The same of what is to have an area: two bins or more.
Bins band_between(const Vector& frequency, double low, double high, std::string_view of);

}  // namespace arcuate::loss
