#include <algorithm>
#include <cmath>
#include <string>

#include "arcuate/analysis/connectivity.hpp"
#include "arcuate/core/error.hpp"
#include "constants.hpp"
#include "gram.hpp"
#include "standardise.hpp"
#include "threads.hpp"

// FCD without the FC of all windows at once: pairs of regions are taken a tile at a time, and the
// products of windows summed over them. The order of these sums is that of the tiles, whatever the
// threads: each owns blocks of the result.

namespace arcuate::analysis {
namespace {

constexpr Index region_tile = 32;  // 1024 pairs

/// FC of all windows for the pairs of two tiles of regions, and what is summed over them.
class Windows {
 public:
  Windows(Series series, const FcdOptions& options, std::vector<Index> start)
      : series_(series),
        options_(options),
        start_(std::move(start)),
        count_(std::ssize(start_)),
        sum_(Vector::Zero(count_)),
        shift_(Vector::Zero(count_)),
        mean_(series.cols(), count_),
        scale_(series.cols(), count_),
        gram_(count_) {}

  [[nodiscard]] Index n_windows() const { return count_; }
  [[nodiscard]] Index n_pairs() const { return n_pairs_; }

  /// Mean and length of every region in every window, and about how high the mean FC is there.
  void look() {
#pragma omp parallel for num_threads(threads()) schedule(dynamic, 8)
    for (Index w = 0; w < count_; ++w) {
      Vector total = Vector::Zero(options_.window);
      for (Index i = 0; i < series_.cols(); ++i) {
        const Vector x = series_.col(i).segment(first_of(w), options_.window);
        mean_(i, w) = mean_of(x);
        const double length = std::sqrt(squares_of(x, mean_(i, w)));
        scale_(i, w) = varies(x, length) ? 1.0 / length : 0.0;
        total += ((x.array() - mean_(i, w)) * scale_(i, w)).matrix();
      }
      const auto n = static_cast<double>(series_.cols());
      const double mean = (total.squaredNorm() - n) / (n * (n - 1.0));
      shift_[w] = std::isfinite(mean) ? mean : 0.0;
    }
  }

  void add_tiles(Index i, Index j) {
    const Index height = std::min(region_tile, series_.cols() - i);
    const Index width = std::min(region_tile, series_.cols() - j);
    pairs_.clear();
    for (Index b = 0; b < width; ++b) {
      for (Index a = 0; a < height; ++a) {
        const bool masked = options_.mask.size() != 0 && options_.mask(i + a, j + b) == 0;
        if (i + a > j + b && !masked) pairs_.push_back(b * height + a);
      }
    }
    if (pairs_.empty()) return;
    n_pairs_ += std::ssize(pairs_);
    gram_.resize(std::ssize(pairs_));
#pragma omp parallel for num_threads(threads()) schedule(dynamic)
    for (Index panel = 0; panel < gram_.panels(); ++panel)
      correlate(panel, {i, height}, {j, width});
    gram_.add();
  }

  /// Sums of the products of the deviations of two windows from their means over the entries, on
  /// and above the diagonal.
  Matrix covariance() {
    Matrix gram = gram_.take();
    const bool whole = options_.entries == FcEntries::whole;
    const auto regions = static_cast<double>(series_.cols());
    const double n = whole ? regions * regions : static_cast<double>(n_pairs_);
    if (whole) {
      const Vector diagonal = Vector::Ones(count_) - shift_;
      gram *= 2.0;
      gram.noalias() += regions * diagonal * diagonal.transpose();
      sum_ = 2.0 * sum_ + regions * diagonal;
    }
    gram.noalias() -= (1.0 / n) * sum_ * sum_.transpose();
    return gram;
  }

  [[nodiscard]] std::vector<UndefinedWindow> undefined_windows() const {
    std::vector<UndefinedWindow> found;
    for (Index w = 0; w < count_; ++w) {
      for (Index i = 0; i < series_.cols(); ++i) {
        if (scale_(i, w) != 0.0) continue;
        found.push_back({w, i});
        break;
      }
    }
    return found;
  }
  [[nodiscard]] std::vector<Index> take_start() {
    return std::move(start_);
  }

 private:
  struct Range {
    Index first, size;
  };

  [[nodiscard]] Index first_of(Index w) const {
    return start_[static_cast<std::size_t>(w)];
  }

  [[nodiscard]] Matrix standardised(Index w, Range range) const {
    Matrix z(options_.window, range.size);
    for (Index i = 0; i < range.size; ++i) {
      const Index region = range.first + i;
      const double scale = scale_(region, w);
      if (scale == 0.0) {
        z.col(i).setZero();
        continue;
      }
      const auto x = series_.col(region).segment(first_of(w), options_.window).array();
      z.col(i) = (x - mean_(region, w)) * scale;
    }
    return z;
  }

  /// The FC of the windows of a panel, less what is near its mean.
  void correlate(Index panel, Range rows, Range columns) {
    double* const out = gram_.panel_at(panel);
    Matrix r(rows.size, columns.size);
    for (Index in_panel = 0; in_panel < Gram::panel; ++in_panel) {
      const Index w = panel * Gram::panel + in_panel;
      if (w >= count_) return;
      const Matrix z = standardised(w, rows);
      if (rows.first == columns.first) {
        r.noalias() = z.transpose() * z;
      } else {
        r.noalias() = z.transpose() * standardised(w, columns);
      }
      double sum = 0.0;
      for (std::size_t k = 0; k < pairs_.size(); ++k) {
        const double value = r.data()[pairs_[k]];
        const double entry = (options_.positive ? std::max(value, 0.0) : value) - shift_[w];
        out[static_cast<Index>(k) * Gram::panel + in_panel] = entry;
        sum += entry;
      }
      sum_[w] += sum;
    }
  }

  Series series_;
  const FcdOptions& options_;
  std::vector<Index> start_;
  Index count_;
  Index n_pairs_ = 0;
  std::vector<Index> pairs_;  ///< of the tiles at hand: positions in their FC
  Vector sum_;                ///< (n_windows) over pairs, less shift_
  Vector shift_;  ///< (n_windows) near the mean over pairs: what is left to subtract is small
  Matrix mean_;   ///< (n_regions, n_windows)
  Matrix scale_;  ///< (n_regions, n_windows) 1 / length of the deviations; 0: not defined
  Gram gram_;
};

/// Covariances, of which the upper triangle is there, become what was asked for.
void finish(Matrix& r, const FcdOptions& options, const std::vector<char>& is_defined) {
  const Index n = r.rows();
  const Vector norm = r.diagonal().cwiseMax(0.0).cwiseSqrt();
  const bool dissimilar = options.measure == FcdMeasure::dissimilarity;
  const double hole = options.undefined == Undefined::zero ? 0.0 : not_a_number;
#pragma omp parallel for num_threads(threads()) schedule(dynamic, 16)
  for (Index j = 0; j < n; ++j) {
    for (Index i = 0; i <= j; ++i) {
      const bool defined = is_defined[static_cast<std::size_t>(i)] != 0 &&
                           is_defined[static_cast<std::size_t>(j)] != 0;
      double value = i == j ? 1.0 : std::clamp(r(i, j) / (norm[i] * norm[j]), -1.0, 1.0);
      if (!defined && (i != j || options.undefined == Undefined::nan)) value = hole;
      r(i, j) = dissimilar ? 1.0 - value : value;
    }
  }
  for (Index j = 0; j < n; ++j) {
    for (Index i = 0; i < j; ++i)
      r(j, i) = r(i, j);
  }
}

}  // namespace

std::vector<Index> window_starts(Index n_samples, const FcdOptions& options) {
  const Index last = n_samples - options.window - (options.last_window == LastWindow::kept ? 0 : 1);
  std::vector<Index> start;
  for (Index at = 0; at <= last; at += options.step)
    start.push_back(at);
  return start;
}

void require_fit(Index samples, Index regions, const FcdOptions& options) {
  const auto text = [](Index number) { return std::to_string(number); };
  if (options.window < 2 || options.window > samples) {
    throw ConfigError("fcd: window is " + text(options.window) + " samples (allowed: 2 to " +
                      text(samples) + ", the samples of the series)");
  }
  if (options.step < 1) {
    throw ConfigError("fcd: step is " + text(options.step) + " samples (allowed: 1 or more)");
  }
  if (options.mask.size() != 0 &&
      (options.mask.rows() != regions || options.mask.cols() != regions)) {
    throw ConfigError("fcd: the mask has " + text(options.mask.rows()) + " x " +
                      text(options.mask.cols()) + " entries for " + text(regions) + " regions");
  }
  if (options.mask.size() != 0 && options.entries == FcEntries::whole) {
    throw ConfigError("fcd: a mask of pairs, and entries that are the whole matrix: choose one");
  }
}

Fcd fcd(Series series, const FcdOptions& options) {
  require_fit(series.rows(), series.cols(), options);
  Windows windows(series, options, window_starts(series.rows(), options));
  windows.look();
  for (Index i = 0; i < series.cols(); i += region_tile) {
    for (Index j = 0; j <= i; j += region_tile)
      windows.add_tiles(i, j);
  }
  if (options.entries == FcEntries::triangle && windows.n_pairs() < 2) {
    throw ConfigError("fcd: windows are compared by " + std::to_string(windows.n_pairs()) +
                      " pairs of regions (allowed: 2 or more)");
  }
  Fcd result;
  result.undefined = windows.undefined_windows();
  const double scale = static_cast<double>(windows.n_pairs());
  result.matrix = windows.covariance();
  std::vector<char> is_defined(static_cast<std::size_t>(windows.n_windows()), 1);
  for (Index w = 0; w < windows.n_windows(); ++w)
    is_defined[static_cast<std::size_t>(w)] = result.matrix(w, w) > 1e-24 * scale ? 1 : 0;
  if (options.undefined == Undefined::nan) {
    for (const UndefinedWindow& window : result.undefined)
      is_defined[static_cast<std::size_t>(window.window)] = 0;
  }
  result.start = windows.take_start();
  finish(result.matrix, options, is_defined);
  return result;
}

}  // namespace arcuate::analysis
