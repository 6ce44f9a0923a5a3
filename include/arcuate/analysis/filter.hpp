#pragma once

#include <array>
#include <utility>
#include <vector>

#include "arcuate/analysis/saved.hpp"
#include "arcuate/analysis/series.hpp"
#include "arcuate/core/names.hpp"

/// Butterworth filters as sections of second order.
namespace arcuate::analysis {

/// Frequencies [Hz] that pass: low 0 makes a low-pass, high 0 a high-pass filter.
struct Band {
  double low = 0.0;
  double high = 0.0;
};

/// How a filter runs over a signal.
enum class FilterRun {
  zero_phase,  ///< forwards and backwards: no delay, twice the order
  causal,      ///< forwards, from rest
};

/// b0 b1 b2 a1 a2; a0 is 1.
using Section = std::array<double, 5>;

/// What scipy.signal.butter(order, ..., output="sos", fs=rate) describes, up to the order of its
/// sections. Throws ConfigError: an order outside 1 to 16, frequencies that do not ascend or are
/// not between 0 and half the sampling rate.
std::vector<Section> butterworth(int order, Band band, double rate);

/// Every column through the sections, as scipy.signal.sosfilt from rest or as sosfiltfilt with its
/// odd extension at both ends. Throws ConfigError when the series is not longer than the extension.
Matrix filtered(Series series, const std::vector<Section>& sections, FilterRun run);

/// The causal run over samples as they come: the same bits however many at a time.
class CausalFilter {
 public:
  CausalFilter(std::vector<Section> sections, Index regions)
      : sections_(std::move(sections)), state_(2 * std::ssize(sections_), regions) {
    state_.setZero();
  }
  /// The next samples, in place: (n_samples, n_regions).
  void run(Eigen::Ref<Matrix> samples);
  void pass(Saved& saved) { saved.pass(state_); }

 private:
  std::vector<Section> sections_;
  Matrix state_;  ///< (2 n_sections, n_regions) what each section remembers
};

}  // namespace arcuate::analysis

namespace arcuate::core {

template <>
struct Names<analysis::FilterRun> {
  using Kind = analysis::FilterRun;
  static constexpr std::array table{
      Name{Kind::zero_phase, "zero_phase",
           "forwards and backwards, as scipy.signal.sosfiltfilt: no delay, twice the order"},
      Name{Kind::causal, "causal", "forwards from rest, as scipy.signal.sosfilt"}};
};

}  // namespace arcuate::core
