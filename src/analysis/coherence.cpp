#include <algorithm>
#include <cstddef>
#include <memory>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "arcuate/analysis/spectrum.hpp"
#include "arcuate/core/error.hpp"
#include "cross_sums.hpp"
#include "segments.hpp"
#include "threads.hpp"

namespace arcuate::analysis {
namespace {

/// Segments whose coefficients are added to the cross spectra together.
constexpr Index batch = 32;

/// Throws ConfigError.
Segments two_or_more(const Segments& segments, Index samples) {
  if (segments.count >= 2) return segments;
  throw ConfigError("coherence: there is one segment of " + std::to_string(segments.size) +
                    " samples (allowed: segments of which two or more fit into " +
                    std::to_string(samples) + " samples)");
}

/// Segments whose coefficients are kept before they are summed up: more would take more than the
/// cross spectra. Nothing of a run's length: one that goes on later has the same sums.
Index most_kept(Index regions) {
  return batch * (regions / 2 / batch + 1);
}

Index rounded_up(Index segments) {
  return (segments + batch - 1) / batch * batch;
}

}  // namespace

struct StreamedCoherence::Impl {
  Impl(Index regions, Index samples, double rate, const PsdOptions& options, double low,
       double high)
      : welch(two_or_more(segments_of(samples, options), samples), rate, options),
        buffer(welch.segments, regions),
        n_regions(regions) {
    std::tie(first, last) = bins_within(welch.frequency, low, high);
    if (first >= last) throw ConfigError("coherence: no bin of the spectrum lies within the band");
    sums.resize(static_cast<std::size_t>(last - first));
    kept.resize(sums.size());
  }

  void add_segment(const Matrix& segment) {
    if (waiting == capacity()) make_room();
    const Index real = waiting / batch * 2 * batch + waiting % batch;
#pragma omp parallel num_threads(threads())
    {
      SegmentTransform transform(welch);
#pragma omp for schedule(static)
      for (Index i = 0; i < n_regions; ++i) {
        const fftw_complex* const z = transform.of(segment.col(i)) + first;
        for (std::size_t k = 0; k < kept.size(); ++k) {
          kept[k](real, i) = z[k][0];
          kept[k](real + batch, i) = z[k][1];
        }
      }
    }
    ++waiting;
  }

  [[nodiscard]] Index capacity() const {
    return kept[0].rows() / 2;
  }
  [[nodiscard]] bool summed() const {
    return sums[0].size() > 0;
  }

  void make_room() {
    if (waiting > 0 && (summed() || waiting >= most_kept(n_regions))) {
      for (std::size_t k = 0; k < kept.size(); ++k) {
        add_waiting_of(k);
        kept[k] = Matrix::Zero(2 * batch, n_regions);
      }
      waiting = 0;
      return;
    }
    for (Matrix& bin : kept) {
      bin.conservativeResize(2 * (waiting + batch), n_regions);
      bin.bottomRows(2 * batch).setZero();
    }
  }

  void add_waiting_of(std::size_t k) {
    for (Index done = 0; done < waiting; done += batch) {
      const Index segments = std::min(batch, waiting - done);
      sums[k].add(kept[k].middleRows(2 * done, segments),
                  kept[k].middleRows(2 * done + batch, segments));
    }
  }

  void pass(Saved& saved) {
    buffer.pass(saved);
    saved.pass(waiting);
    for (CrossSums& bin : sums)
      bin.pass(saved);
    for (Matrix& bin : kept) {
      saved.pass(bin);
      if (waiting < 0 || bin.rows() != 2 * rounded_up(waiting) || bin.size() != bin.rows() * n_regions)
        throw DataError("what a feature has saved is damaged");
    }
  }

  Welch welch;
  SegmentBuffer buffer;
  Index n_regions;
  Index first = 0, last = 0;
  // By bin.
  std::vector<CrossSums> sums;
  std::vector<Matrix> kept;  // (2 capacity, n_regions) of each batch real parts, imaginary parts
  Index waiting = 0;         // segments of `kept` that are not in the sums
};

StreamedCoherence::StreamedCoherence(Index regions, Index samples, double rate,
                                     const PsdOptions& options, double low, double high)
    : impl_(std::make_unique<Impl>(regions, samples, rate, options, low, high)) {}
StreamedCoherence::~StreamedCoherence() = default;

void StreamedCoherence::add(Series block) {
  impl_->buffer.add(block, [this](const Matrix& segment) { impl_->add_segment(segment); });
}

void StreamedCoherence::pass(Saved& saved) {
  impl_->pass(saved);
}

Matrix StreamedCoherence::take() {
  const Index n = impl_->n_regions;
  Matrix mean = Matrix::Zero(n, n);
  for (std::size_t k = 0; k < impl_->sums.size(); ++k) {
    impl_->add_waiting_of(k);
    impl_->kept[k].resize(0, 0);
    // Of one bin at a time where coefficients were kept.
    const CrossSums bin = std::exchange(impl_->sums[k], {});
#pragma omp parallel for num_threads(threads()) schedule(dynamic)
    for (Index j = 0; j < n; ++j) {
      for (Index i = j + 1; i < n; ++i)
        mean(i, j) += std::min(bin.squared(i, j) / (bin.power(i) * bin.power(j)), 1.0);
    }
  }
  mean /= static_cast<double>(impl_->sums.size());
  mean.triangularView<Eigen::StrictlyUpper>() = mean.transpose();
  mean.diagonal().setOnes();
  return mean;
}

double streamed_coherence_bytes(Index regions, Index samples, double rate,
                                const PsdOptions& options, double low, double high) {
  const Segments segments = two_or_more(segments_of(samples, options), samples);
  const Welch welch(segments, rate, options);
  const auto [first, last] = bins_within(welch.frequency, low, high);
  const auto n = static_cast<double>(regions);
  const auto bins = static_cast<double>(last - first);
  const bool summed = segments.count > most_kept(regions);
  const auto kept = static_cast<double>(summed ? batch : rounded_up(segments.count));
  const double sums = (summed ? bins : 1.0) * n * n;
  return 8.0 * (static_cast<double>(segments.size) * n + 2.0 * bins * kept * n + sums + n * n);
}

Matrix coherence(Series series, double rate, const PsdOptions& options, double low, double high) {
  StreamedCoherence all(series.cols(), series.rows(), rate, options, low, high);
  all.add(series);
  return all.take();
}

}  // namespace arcuate::analysis
