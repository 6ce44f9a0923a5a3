#include "arcuate/analysis/spectrum.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "arcuate/core/error.hpp"
#include "constants.hpp"
#include "segments.hpp"
#include "sums.hpp"
#include "threads.hpp"

namespace arcuate::analysis {
namespace {

/// Of independent segments, whose powers follow a chi-square distribution with two degrees of
/// freedom: B. Allen et al., Phys. Rev. D 85, 122006 (2012), appendix B.
double median_bias(Index segments) {
  double bias = 1.0;
  for (Index k = 1; k <= (segments - 1) / 2; ++k) {
    const auto twice = static_cast<double>(2 * k);
    bias += 1.0 / (twice + 1.0) - 1.0 / twice;
  }
  return bias;
}

double median(Vector& values) {
  const auto middle = values.begin() + values.size() / 2;
  std::nth_element(values.begin(), middle, values.end());
  if (values.size() % 2 == 1) return *middle;
  return 0.5 * (*middle + *std::max_element(values.begin(), middle));
}

/// Powers of one region in one segment after the other, not scaled.
class Periodograms {
 public:
  explicit Periodograms(const Welch& welch)
      : welch_(welch), transform_(welch), power_(welch.transform.bins()) {}

  /// The average over segments.
  Vector average(Signal signal) {
    const Segments& segments = welch_.segments;
    const bool by_median = welch_.options.average == Averaging::median;
    Matrix all(power_.size(), by_median ? segments.count : 0);
    Vector sum = Vector::Zero(power_.size());
    for (Index s = 0; s < segments.count; ++s) {
      const auto segment = signal.segment(s * segments.hop, segments.size);
      if (by_median) {
        all.col(s) = of_segment(segment);
      } else {
        sum += of_segment(segment);
      }
    }
    if (!by_median) return sum / static_cast<double>(segments.count);
    for (Index k = 0; k < sum.size(); ++k) {
      Vector row = all.row(k);
      sum[k] = median(row) / median_bias(segments.count);
    }
    return sum;
  }

  /// Until the next call.
  const Vector& of_segment(Signal part) {
    const fftw_complex* const z = transform_.of(part);
    for (Index k = 0; k < power_.size(); ++k)
      power_[k] = z[k][0] * z[k][0] + z[k][1] * z[k][1];
    return power_;
  }

 private:
  const Welch& welch_;
  SegmentTransform transform_;
  Vector power_;
};

/// Of averages over `count` segments: (n_bins, n_regions). rate: [Hz]
Psd one_sided(const Welch& welch, double rate, Matrix averages, Index count) {
  const bool density = welch.options.scaling == Scaling::density;
  const double sum = welch.shape.sum();
  Psd result{welch.frequency, std::move(averages), count};
  result.power /= density ? rate * welch.shape.squaredNorm() : sum * sum;
  const Index bins = welch.transform.bins();
  const Index paired = welch.segments.transform % 2 == 0 ? bins - 2 : bins - 1;
  result.power.middleRows(1, std::max<Index>(paired, 0)) *= 2.0;
  return result;
}

}  // namespace

Psd psd(Series series, double rate, const PsdOptions& options) {
  const Welch welch(segments_of(series.rows(), options), rate, options);
  Matrix averages(welch.transform.bins(), series.cols());
#pragma omp parallel num_threads(threads())
  {
    Periodograms periodograms(welch);
#pragma omp for schedule(dynamic)
    for (Index region = 0; region < series.cols(); ++region)
      averages.col(region) = periodograms.average(series.col(region));
  }
  return one_sided(welch, rate, std::move(averages), welch.segments.count);
}

struct StreamedPsd::Impl {
  Impl(Index regions, Index samples, double sampling_rate, const PsdOptions& options)
      : rate(sampling_rate),
        welch(segments_of(samples, options), rate, options),
        buffer(welch.segments, regions) {}

  void add_segment(const Matrix& segment) {
    if (count == 0) sum = Matrix::Zero(welch.transform.bins(), segment.cols());
#pragma omp parallel num_threads(threads())
    {
      Periodograms periodograms(welch);
#pragma omp for schedule(static)
      for (Index region = 0; region < segment.cols(); ++region)
        sum.col(region) += periodograms.of_segment(segment.col(region));
    }
    ++count;
  }

  double rate;
  Welch welch;
  SegmentBuffer buffer;
  Matrix sum;  // (n_bins, n_regions)
  Index count = 0;
};

StreamedPsd::StreamedPsd(Index regions, Index samples, double rate, const PsdOptions& options)
    : impl_(std::make_unique<Impl>(regions, samples, rate, options)) {}
StreamedPsd::~StreamedPsd() = default;

void StreamedPsd::add(Series block) {
  impl_->buffer.add(block, [this](const Matrix& segment) { impl_->add_segment(segment); });
}

void StreamedPsd::pass(Saved& saved) {
  impl_->buffer.pass(saved);
  saved.pass(impl_->sum);
  saved.pass(impl_->count);
}

Index StreamedPsd::segment() const {
  return impl_->welch.segments.size;
}

Psd StreamedPsd::psd() const {
  const Matrix averages = impl_->sum / static_cast<double>(impl_->count);
  return one_sided(impl_->welch, impl_->rate, averages, impl_->count);
}

double streamed_psd_bytes(Index regions, Index samples, const PsdOptions& options) {
  const Segments segments = segments_of(samples, options);
  const auto numbers = static_cast<double>(segments.size + segments.transform + 2);
  return 8.0 * numbers * static_cast<double>(regions);
}

Vector band_power(const Psd& psd, double low, double high) {
  const auto [first, last] = bins_within(psd.frequency, low, high);
  Vector power = Vector::Zero(psd.power.cols());
  for (Index k = first + 1; k < last; ++k) {
    const double half = 0.5 * (psd.frequency[k] - psd.frequency[k - 1]);
    power += half * (psd.power.row(k) + psd.power.row(k - 1)).transpose();
  }
  return power;
}

Vector peak_frequency(const Psd& psd, double low, double high) {
  const auto [first, last] = bins_within(psd.frequency, low, high);
  Vector peak = Vector::Constant(psd.power.cols(), not_a_number);
  for (Index region = 0; region < peak.size() && first < last; ++region) {
    Index best = 0;
    const double most = psd.power.col(region).segment(first, last - first).maxCoeff(&best);
    if (std::isfinite(most) && most > 0.0) peak[region] = psd.frequency[first + best];
  }
  return peak;
}

SpectralSlope spectral_slope(const Psd& psd, double low, double high) {
  const auto [first, last] = bins_within(psd.frequency, low, high);
  const Index regions = psd.power.cols();
  SpectralSlope result{Vector::Constant(regions, not_a_number),
                       Vector::Constant(regions, not_a_number)};
  for (Index region = 0; region < regions; ++region) {
    std::vector<double> x, y;
    for (Index k = first; k < last; ++k) {
      if (psd.frequency[k] <= 0.0 || !(psd.power(k, region) > 0.0)) continue;
      x.push_back(std::log10(psd.frequency[k]));
      y.push_back(std::log10(psd.power(k, region)));
    }
    if (x.size() < 2) continue;
    const Eigen::Map<Vector> xs(x.data(), static_cast<Index>(x.size()));
    const Eigen::Map<Vector> ys(y.data(), static_cast<Index>(y.size()));
    const double x_mean = mean_of(xs);
    const Vector from_mean = xs.array() - x_mean;
    result.slope[region] = dot_of(from_mean, ys) / dot_of(from_mean, from_mean);
    result.intercept[region] = mean_of(ys) - result.slope[region] * x_mean;
  }
  return result;
}

}  // namespace arcuate::analysis
