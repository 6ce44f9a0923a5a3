#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>

#include "arcuate/analysis/spectrum.hpp"
#include "signals.hpp"

/// Power spectra of a report.
namespace arcuate::report {

/// A band of the electroencephalogram, both ends included.
struct ClassicalBand {
  std::string_view name;
  double low;   ///< [Hz]
  double high;  ///< [Hz]
};

/// Those of delta, theta, alpha, beta and gamma that lie below half the sampling rate as a whole
/// and hold two frequencies or more.
std::vector<ClassicalBand> bands_of(const analysis::Psd& psd);

/// Welch's method over segments of four seconds, fewer in short recordings; nothing when there are
/// fewer than 32 samples. Of a phase it is the spectrum of its cosine.
std::optional<analysis::Psd> psd_of(const Signals& signals, bool phase);

/// {rows, columns, low, high, data, step, peak, regions, bands}: logarithms of mean and 5, 25, 75,
/// 95 % over regions; bands: {name, low, high, power}, the mean power over regions.
nlohmann::ordered_json spectrum_chart(const analysis::Psd& psd);

}  // namespace arcuate::report
