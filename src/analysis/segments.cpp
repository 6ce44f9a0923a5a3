#include "segments.hpp"

#include <algorithm>
#include <limits>
#include <string>

#include "arcuate/core/error.hpp"

namespace arcuate::analysis {

Segments segments_of(Index samples, const PsdOptions& options) {
  const auto text = [](Index number) { return std::to_string(number); };
  const Index size = options.segment;
  if (size < 2 || size > samples) {
    throw ConfigError("psd: segment is " + text(size) + " samples (allowed: 2 to " + text(samples) +
                      ", the samples of the series)");
  }
  const Index overlap = options.overlap.value_or(size / 2);
  if (overlap < 0 || overlap >= size) {
    throw ConfigError("psd: overlap is " + text(overlap) + " samples (allowed: 0 to " +
                      text(size - 1) + ", less than a segment)");
  }
  const Index transform = options.transform.value_or(size);
  if (transform < size || transform > std::numeric_limits<int>::max()) {
    throw ConfigError("psd: transform is " + text(transform) + " samples (allowed: " + text(size) +
                      " or more, at least a segment)");
  }
  return {size, size - overlap, (samples - size) / (size - overlap) + 1, transform};
}

void remove_trend(Eigen::Ref<Vector> x, Detrend detrend) {
  if (detrend == Detrend::none) return;
  x.array() -= mean_of(x);
  if (detrend == Detrend::constant) return;
  const Index n = x.size();
  const Vector t =
      Vector::LinSpaced(n, -0.5 * static_cast<double>(n - 1), 0.5 * static_cast<double>(n - 1));
  x -= (dot_of(t, x) / dot_of(t, t)) * t;
}

Welch::Welch(const Segments& cut, double rate, const PsdOptions& chosen)
    : options(chosen),
      segments(cut),
      shape(window(options.window, segments.size)),
      transform(segments.transform),
      frequency(transform.bins()) {
  for (Index k = 0; k < frequency.size(); ++k)
    frequency[k] = static_cast<double>(k) * rate / static_cast<double>(segments.transform);
}

const fftw_complex* SegmentTransform::of(Signal part) {
  Eigen::Map<Vector> in(in_.get(), welch_.segments.transform);
  in.setZero();
  in.head(part.size()) = part;
  remove_trend(in.head(part.size()), welch_.options.detrend);
  in.head(part.size()).array() *= welch_.shape.array();
  welch_.transform.run(in_.get(), out_.get());
  return out_.get();
}

void SegmentBuffer::drop_hop() {
  for (Index region = 0; region < kept_.cols(); ++region) {
    double* const samples = kept_.col(region).data();
    std::copy(samples + hop_, samples + kept_.rows(), samples);
  }
  filled_ -= hop_;
}

std::pair<Index, Index> bins_within(const Vector& frequency, double low, double high) {
  const auto first = std::lower_bound(frequency.begin(), frequency.end(), low);
  const auto last = std::upper_bound(first, frequency.end(), high);
  return {first - frequency.begin(), last - frequency.begin()};
}

}  // namespace arcuate::analysis
