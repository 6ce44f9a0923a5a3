#pragma once

#include <algorithm>
#include <utility>

#include "arcuate/analysis/saved.hpp"
#include "arcuate/analysis/spectrum.hpp"
#include "sums.hpp"
#include "transform.hpp"

/// The segments of Welch's method, and their Fourier transforms.
namespace arcuate::analysis {

/// Options with what they leave open filled in.
struct Segments {
  Index size, hop, count, transform;
};

/// Throws ConfigError.
Segments segments_of(Index samples, const PsdOptions& options);

void remove_trend(Eigen::Ref<Vector> x, Detrend detrend);

/// What all segments have in common.
struct Welch {
  /// rate: [Hz]
  Welch(const Segments& cut, double rate, const PsdOptions& chosen);

  PsdOptions options;
  Segments segments;
  Vector shape;  ///< (size) the window
  RealTransform transform;
  Vector frequency;  ///< (n_bins) [Hz]
};

/// Of one segment after the other, with memory of its own: one for each thread.
class SegmentTransform {
 public:
  explicit SegmentTransform(const Welch& welch)
      : welch_(welch),
        in_(make_reals(welch.segments.transform)),
        out_(make_complexes(welch.transform.bins())) {}

  /// (n_bins) Coefficients, until the next call.
  const fftw_complex* of(Signal part);

 private:
  const Welch& welch_;
  Reals in_;
  Complexes out_;
};

/// Cuts samples into segments as they come.
class SegmentBuffer {
 public:
  SegmentBuffer(const Segments& segments, Index regions)
      : hop_(segments.hop), kept_(Matrix::Zero(segments.size, regions)) {}

  /// The next samples: (n_samples, n_regions). Calls use(segment), of (size, n_regions), whenever
  /// one is whole.
  template <class Use>
  void add(Series block, Use use) {
    for (Index done = 0; done < block.rows();) {
      const Index rows = std::min(kept_.rows() - filled_, block.rows() - done);
      kept_.middleRows(filled_, rows) = block.middleRows(done, rows);
      filled_ += rows;
      done += rows;
      if (filled_ < kept_.rows()) return;
      use(std::as_const(kept_));
      drop_hop();
    }
  }
  void pass(Saved& saved) {
    saved.pass(kept_);
    saved.pass(filled_);
  }

 private:
  void drop_hop();

  Index hop_;
  Matrix kept_;  // (size, n_regions)
  Index filled_ = 0;
};

/// [first, last) of the bins between two frequencies, both included.
std::pair<Index, Index> bins_within(const Vector& frequency, double low, double high);

}  // namespace arcuate::analysis
