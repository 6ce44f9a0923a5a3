#include <algorithm>
#include <cmath>
#include <complex>
#include <limits>
#include <string>
#include <vector>

#include "arcuate/core/error.hpp"
#include "segments.hpp"
#include "threads.hpp"
#include "transform.hpp"

namespace arcuate::analysis {
namespace {

using ComplexMatrix = Eigen::MatrixXcd;

/// Fourier coefficients of all segments: for every bin of a range (n_segments, n_regions).
std::vector<ComplexMatrix> coefficients(Series series, const Segments& segments,
                                        const PsdOptions& options, Index first, Index last) {
  std::vector<ComplexMatrix> all(static_cast<std::size_t>(last - first),
                                 ComplexMatrix(segments.count, series.cols()));
  const Vector shape = window(options.window, segments.size);
  const RealTransform transform(segments.transform);
#pragma omp parallel num_threads(threads())
  {
    const Reals memory = make_reals(segments.transform);
    const Complexes out = make_complexes(transform.bins());
    Eigen::Map<Vector> in(memory.get(), segments.transform);
#pragma omp for schedule(dynamic)
    for (Index i = 0; i < series.cols(); ++i) {
      for (Index s = 0; s < segments.count; ++s) {
        in.setZero();
        in.head(segments.size) = series.col(i).segment(s * segments.hop, segments.size);
        remove_trend(in.head(segments.size), options.detrend);
        in.head(segments.size).array() *= shape.array();
        transform.run(memory.get(), out.get());
        for (Index k = first; k < last; ++k)
          all[static_cast<std::size_t>(k - first)](s, i) = {out[k][0], out[k][1]};
      }
    }
  }
  return all;
}

}  // namespace

Matrix coherence(Series series, double rate, const PsdOptions& options, double low, double high) {
  const Segments segments = segments_of(series.rows(), options);
  if (segments.count < 2) {
    throw ConfigError("coherence: there is one segment of " + std::to_string(segments.size) +
                      " samples (allowed: segments of which two or more fit into " +
                      std::to_string(series.rows()) + " samples)");
  }
  Vector frequency(segments.transform / 2 + 1);
  for (Index k = 0; k < frequency.size(); ++k)
    frequency[k] = static_cast<double>(k) * rate / static_cast<double>(segments.transform);
  const auto [first, last] = bins_within(frequency, low, high);
  if (first >= last) throw ConfigError("coherence: no bin of the spectrum lies within the band");
  const std::vector<ComplexMatrix> z = coefficients(series, segments, options, first, last);
  const Index n = series.cols();
  Matrix mean = Matrix::Zero(n, n);
#pragma omp parallel for num_threads(threads()) schedule(dynamic)
  for (Index i = 0; i < n; ++i) {
    for (const ComplexMatrix& bin : z) {
      const double own = bin.col(i).squaredNorm();
      for (Index j = 0; j < i; ++j) {
        const double cross = std::norm(bin.col(j).dot(bin.col(i)));
        mean(i, j) += std::min(cross / (own * bin.col(j).squaredNorm()), 1.0);
      }
    }
  }
  mean /= static_cast<double>(last - first);
  mean.triangularView<Eigen::StrictlyUpper>() = mean.transpose();
  mean.diagonal().setOnes();
  return mean;
}

}  // namespace arcuate::analysis
