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
#include "transform.hpp"

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

}  // namespace

/// Powers of one region in every segment: (n_segments, n_bins), not scaled.
class Periodograms {
 public:
  Periodograms(const Segments& segments, const RealTransform& transform, const PsdOptions& options,
               const Vector& window)
      : segments_(segments),
        transform_(transform),
        options_(options),
        window_(window),
        in_(make_reals(segments.transform)),
        out_(make_complexes(transform.bins())),
        power_(transform.bins()) {}

  /// The average over segments.
  Vector average(Eigen::Ref<const Vector> signal) {
    const bool by_median = options_.average == Averaging::median;
    Matrix all(transform_.bins(), by_median ? segments_.count : 0);
    Vector sum = Vector::Zero(transform_.bins());
    for (Index s = 0; s < segments_.count; ++s) {
      const auto segment = signal.segment(s * segments_.hop, segments_.size);
      if (by_median) {
        all.col(s) = of_segment(segment);
      } else {
        sum += of_segment(segment);
      }
    }
    if (!by_median) return sum / static_cast<double>(segments_.count);
    for (Index k = 0; k < sum.size(); ++k) {
      Vector row = all.row(k);
      sum[k] = median(row) / median_bias(segments_.count);
    }
    return sum;
  }

  /// Until the next call.
  const Vector& of_segment(Eigen::Ref<const Vector> part) {
    Eigen::Map<Vector> in(in_.get(), segments_.transform);
    in.setZero();
    in.head(segments_.size) = part;
    remove_trend(in.head(segments_.size), options_.detrend);
    in.head(segments_.size).array() *= window_.array();
    transform_.run(in_.get(), out_.get());
    for (Index k = 0; k < power_.size(); ++k)
      power_[k] = out_[k][0] * out_[k][0] + out_[k][1] * out_[k][1];
    return power_;
  }

 private:
  const Segments& segments_;
  const RealTransform& transform_;
  const PsdOptions& options_;
  const Vector& window_;
  Reals in_;
  Complexes out_;
  Vector power_;
};

/// What all segments have in common.
struct Welch {
  Welch(const Segments& cut, double sampling_rate, const PsdOptions& chosen)
      : options(chosen),
        segments(cut),
        shape(window(options.window, segments.size)),
        transform(segments.transform),
        rate(sampling_rate),
        gain(options.scaling == Scaling::density ? rate * shape.squaredNorm()
                                                 : shape.sum() * shape.sum()) {}

  [[nodiscard]] Periodograms periodograms() const { return {segments, transform, options, shape}; }

  /// Of averages over `count` segments: (n_bins, n_regions).
  [[nodiscard]] Psd one_sided(Matrix averages, Index count) const {
    const Index bins = transform.bins();
    Psd result{Vector(bins), std::move(averages), count};
    for (Index k = 0; k < bins; ++k)
      result.frequency[k] = static_cast<double>(k) * rate / static_cast<double>(segments.transform);
    result.power /= gain;
    const Index paired = segments.transform % 2 == 0 ? bins - 2 : bins - 1;
    result.power.middleRows(1, std::max<Index>(paired, 0)) *= 2.0;
    return result;
  }

  PsdOptions options;
  Segments segments;
  Vector shape;
  RealTransform transform;
  double rate;
  double gain;
};

Psd psd(Series series, double rate, const PsdOptions& options) {
  const Welch welch(segments_of(series.rows(), options), rate, options);
  Matrix averages(welch.transform.bins(), series.cols());
#pragma omp parallel num_threads(threads())
  {
    Periodograms periodograms = welch.periodograms();
#pragma omp for schedule(dynamic)
    for (Index region = 0; region < series.cols(); ++region)
      averages.col(region) = periodograms.average(series.col(region));
  }
  return welch.one_sided(std::move(averages), welch.segments.count);
}

struct StreamedPsd::Impl {
  Impl(Index regions, Index samples, double rate, const PsdOptions& options)
      : welch(segments_of(samples, options), rate, options), kept(Matrix::Zero(welch.segments.size, regions)) {}

  void add_segment() {
    if (count == 0) sum = Matrix::Zero(welch.transform.bins(), kept.cols());
#pragma omp parallel num_threads(threads())
    {
      Periodograms periodograms = welch.periodograms();
#pragma omp for schedule(static)
      for (Index region = 0; region < kept.cols(); ++region) {
        sum.col(region) += periodograms.of_segment(kept.col(region));
        double* const samples = kept.col(region).data();
        std::copy(samples + welch.segments.hop, samples + welch.segments.size, samples);
      }
    }
    filled -= welch.segments.hop;
    ++count;
  }

  Welch welch;
  Matrix kept;  // (segment, n_regions)
  Matrix sum;   // (n_bins, n_regions)
  Index filled = 0;
  Index count = 0;
};

StreamedPsd::StreamedPsd(Index regions, Index samples, double rate, const PsdOptions& options)
    : impl_(std::make_unique<Impl>(regions, samples, rate, options)) {}
StreamedPsd::~StreamedPsd() = default;

void StreamedPsd::add(Series block) {
  for (Index done = 0; done < block.rows();) {
    const Index rows = std::min(impl_->kept.rows() - impl_->filled, block.rows() - done);
    impl_->kept.middleRows(impl_->filled, rows) = block.middleRows(done, rows);
    impl_->filled += rows;
    done += rows;
    if (impl_->filled == impl_->kept.rows()) impl_->add_segment();
  }
}

void StreamedPsd::pass(Saved& saved) {
  saved.pass(impl_->kept);
  saved.pass(impl_->sum);
  saved.pass(impl_->filled);
  saved.pass(impl_->count);
}

Psd StreamedPsd::psd() const {
  return impl_->welch.one_sided(impl_->sum / static_cast<double>(impl_->count), impl_->count);
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
