#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "arcuate/analysis/saved.hpp"
#include "arcuate/analysis/series.hpp"
#include "arcuate/core/names.hpp"

/// Power spectra by Welch's method, and what is read off them.
namespace arcuate::analysis {

/// What is taken off each segment.
enum class Detrend { constant, linear, none };
/// Unit of a spectrum: unit^2/Hz or unit^2.
enum class Scaling { density, spectrum };
/// Over segments. The median is divided by its bias for independent segments.
enum class Averaging { mean, median };

/// A window of Welch's segments, as scipy.signal.get_window names it.
struct WindowShape {
  std::string name = "hann";
  double parameter = 0.0;  ///< of tukey (share that is tapered), kaiser (beta), gaussian (deviation
                           ///< [samples]), exponential (decay [samples])
  bool symmetric = false;  ///< as braintools; else periodic, as SciPy
};

/// Names that window() knows.
const std::vector<std::string>& window_names();
/// The name of the number that a window needs beside its length, or "".
std::string_view window_parameter(const std::string& name);
/// (size) Throws ConfigError: no such window, a parameter that cannot be.
Vector window(const WindowShape& shape, Index size);

struct PsdOptions {
  Index segment = 256;             ///< [samples], at most those of the series
  std::optional<Index> overlap{};  ///< [samples] below segment; none: half a segment, rounded down
  std::optional<Index>
      transform{};  ///< [samples] at least segment, filled with zeros; none: segment
  WindowShape window{};
  Detrend detrend = Detrend::constant;
  Scaling scaling = Scaling::density;
  Averaging average = Averaging::mean;
};

/// One-sided power spectra.
struct Psd {
  Vector frequency;  ///< (n_bins) [Hz] 0 to half the sampling rate
  Matrix power;      ///< (n_bins, n_regions) [unit^2/Hz], or [unit^2]
  Index segments = 0;
};

/// Welch's method, as scipy.signal.welch computes it: segments begin every segment - overlap
/// samples, samples behind the last whole one are not used, all bins count twice except 0 and half
/// the sampling rate. rate: [Hz]. Throws ConfigError: segments longer than the series, an overlap
/// that is not shorter than they, a window that cannot be.
Psd psd(Series series, double rate, const PsdOptions& options);

/// The same of samples as they come, segment by segment: the bits of psd(). Not of the median,
/// which needs the spectra of all segments.
class StreamedPsd {
 public:
  /// samples: those to come. Throws as psd does.
  StreamedPsd(Index regions, Index samples, double rate, const PsdOptions& options);
  ~StreamedPsd();
  /// The next samples: (n_samples, n_regions).
  void add(Series block);
  void pass(Saved& saved);
  [[nodiscard]] Index segment() const;  ///< [samples]
  /// Of the segments that are whole.
  [[nodiscard]] Psd psd() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};
/// [bytes] of it: a segment, and two spectra of every region.
double streamed_psd_bytes(Index regions, Index samples, const PsdOptions& options);

/// [unit^2] Power between two frequencies [Hz], both included: the trapezoid rule over the bins
/// within; 0 with fewer than two of them. (n_regions)
Vector band_power(const Psd& psd, double low, double high);

/// [Hz] Where the power between two frequencies [Hz], both included, is highest, the lowest such
/// frequency; NaN when no bin lies within, or there is no power. (n_regions)
Vector peak_frequency(const Psd& psd, double low, double high);

/// Least squares line through log10 power over log10 frequency of the bins between two frequencies
/// [Hz], both included, without 0 Hz and bins without power.
struct SpectralSlope {
  Vector slope;      ///< (n_regions) -1 for power as 1/f; NaN with fewer than two bins
  Vector intercept;  ///< (n_regions) log10 power at 1 Hz
};
SpectralSlope spectral_slope(const Psd& psd, double low, double high);

/// Magnitude-squared coherence |P_xy|^2 / (P_xx P_yy) of every pair of columns
/// (scipy.signal.coherence with the options of `psd`, over the mean of segments), averaged over the
/// bins between two frequencies [Hz], both included: (n_regions, n_regions), 1 on the diagonal; NaN
/// where a power is 0. Throws ConfigError as psd does, and with fewer than two segments, of which
/// every pair is coherent, or without a bin.
Matrix coherence(Series series, double rate, const PsdOptions& options, double low, double high);

/// The same of samples as they come, segment by segment: the bits of coherence(). Keeps a cross
/// spectrum of every pair of regions, a number for every pair and bin in the range, or the
/// coefficients of all segments where that is less.
class StreamedCoherence {
 public:
  /// samples: those to come. Throws as coherence does.
  StreamedCoherence(Index regions, Index samples, double rate, const PsdOptions& options,
                    double low, double high);
  ~StreamedCoherence();
  /// The next samples: (n_samples, n_regions).
  void add(Series block);
  void pass(Saved& saved);
  /// Of the segments that are whole; gives its memory away.
  Matrix take();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};
/// [bytes] of it, with what it gives.
double streamed_coherence_bytes(Index regions, Index samples, double rate,
                                const PsdOptions& options, double low, double high);

}  // namespace arcuate::analysis

namespace arcuate::core {

template <>
struct Names<analysis::Detrend> {
  using Kind = analysis::Detrend;
  static constexpr std::array table{Name{Kind::constant, "constant", "the mean of the segment"},
                                    Name{Kind::linear, "linear", "its least squares line"},
                                    Name{Kind::none, "none", "nothing"}};
};

template <>
struct Names<analysis::Scaling> {
  using Kind = analysis::Scaling;
  static constexpr std::array table{Name{Kind::density, "density", "unit^2/Hz"},
                                    Name{Kind::spectrum, "spectrum", "unit^2"}};
};

template <>
struct Names<analysis::Averaging> {
  using Kind = analysis::Averaging;
  static constexpr std::array table{
      Name{Kind::mean, "mean", "arithmetic mean over segments"},
      Name{Kind::median, "median", "median over segments, divided by its bias"}};
};

}  // namespace arcuate::core
