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

constexpr Index region_tile = 64;  // 4096 pairs

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

struct Range {
  Index first, size;
};

/// Two tiles of regions, and which of their pairs count.
struct PairTile {
  Range rows, columns;
  std::vector<Index> pairs;  ///< positions in their FC
};

/// In the order in which products are summed over them.
std::vector<PairTile> pair_tiles(Index regions, const PairMask& mask) {
  std::vector<PairTile> tiles;
  for (Index i = 0; i < regions; i += region_tile) {
    for (Index j = 0; j <= i; j += region_tile) {
      PairTile two{
          {i, std::min(region_tile, regions - i)}, {j, std::min(region_tile, regions - j)}, {}};
      for (Index b = 0; b < two.columns.size; ++b) {
        for (Index a = 0; a < two.rows.size; ++a) {
          const bool masked = mask.size() != 0 && mask(i + a, j + b) == 0;
          if (i + a > j + b && !masked) two.pairs.push_back(b * two.rows.size + a);
        }
      }
      if (!two.pairs.empty()) tiles.push_back(std::move(two));
    }
  }
  return tiles;
}

Index n_pairs(const std::vector<PairTile>& tiles) {
  Index sum = 0;
  for (const PairTile& two : tiles)
    sum += std::ssize(two.pairs);
  return sum;
}

/// One window of all signals.
struct Window {
  Series samples;                  ///< (window, n_regions)
  Eigen::Ref<const Vector> mean;   ///< (n_regions)
  Eigen::Ref<const Vector> scale;  ///< (n_regions) 1 / length of the deviations; 0: not defined
  double shift;                    ///< about how high the mean FC is
};

/// Mean and scale of every region; returns the shift.
double look_at(Series samples, Eigen::Ref<Vector> mean, Eigen::Ref<Vector> scale) {
  Vector total = Vector::Zero(samples.rows());
  for (Index i = 0; i < samples.cols(); ++i) {
    const Vector x = samples.col(i);
    mean[i] = mean_of(x);
    const double length = std::sqrt(squares_of(x, mean[i]));
    scale[i] = varies(x, length) ? 1.0 / length : 0.0;
    total += ((x.array() - mean[i]) * scale[i]).matrix();
  }
  const auto n = static_cast<double>(samples.cols());
  const double level = (total.squaredNorm() - n) / (n * (n - 1.0));
  return std::isfinite(level) ? level : 0.0;
}

Matrix standardised(const Window& window, Range range) {
  Matrix z(window.samples.rows(), range.size);
  for (Index i = 0; i < range.size; ++i) {
    const Index region = range.first + i;
    const double scale = window.scale[region];
    if (scale == 0.0) {
      z.col(i).setZero();
    } else {
      z.col(i) = (window.samples.col(region).array() - window.mean[region]) * scale;
    }
  }
  return z;
}

/// The FC of a window for a tile, less what is near its mean, to every `stride`th of `out`. Returns
/// the sum.
double correlate(const Window& window, const PairTile& two, bool positive, double* out,
                 Index stride) {
  const Matrix z = standardised(window, two.rows);
  Matrix r(two.rows.size, two.columns.size);
  if (two.rows.first == two.columns.first) {
    r.noalias() = z.transpose() * z;
  } else {
    r.noalias() = z.transpose() * standardised(window, two.columns);
  }
  double sum = 0.0;
  for (std::size_t k = 0; k < two.pairs.size(); ++k) {
    const double value = r.data()[two.pairs[k]];
    const double entry = (positive ? std::max(value, 0.0) : value) - window.shift;
    out[static_cast<Index>(k) * stride] = entry;
    sum += entry;
  }
  return sum;
}

/// The first region of a window that is not defined, or -1.
Index undefined_region(Eigen::Ref<const Vector> scale) {
  for (Index i = 0; i < scale.size(); ++i) {
    if (scale[i] == 0.0) return i;
  }
  return -1;
}

/// What is summed over the pairs of regions: windows with windows.
class Comparison {
 public:
  explicit Comparison(Index windows)
      : gram_(windows), sum_(Vector::Zero(windows)), shift_(windows) {}

  double& shift(Index window) { return shift_[window]; }
  double& sum(Index window) { return sum_[window]; }

  /// entries_of(window, out): the entries of a tile to every Gram::panel th of `out`.
  template <class EntriesOf>
  void add(const PairTile& two, EntriesOf entries_of) {
    gram_.resize(std::ssize(two.pairs));
#pragma omp parallel for num_threads(threads()) schedule(dynamic)
    for (Index panel = 0; panel < gram_.panels(); ++panel) {
      const Index first = panel * Gram::panel;
      for (Index w = first; w < std::min(first + Gram::panel, sum_.size()); ++w)
        entries_of(w, gram_.panel_at(panel) + w - first);
    }
    gram_.add();
  }

  /// undefined: windows with undefined regions.
  Fcd result(std::vector<Index> start, std::vector<UndefinedWindow> undefined, Index regions,
             Index pairs, const FcdOptions& options) {
    if (options.entries == FcEntries::triangle && pairs < 2) {
      throw ConfigError("fcd: windows are compared by " + std::to_string(pairs) +
                        " pairs of regions (allowed: 2 or more)");
    }
    Fcd fcd{covariance(regions, pairs, options), std::move(start), std::move(undefined)};
    std::vector<char> is_defined(fcd.start.size(), 1);
    const auto scale = static_cast<double>(pairs);
    for (Index w = 0; w < std::ssize(fcd.start); ++w)
      is_defined[static_cast<std::size_t>(w)] = fcd.matrix(w, w) > 1e-24 * scale ? 1 : 0;
    if (options.undefined == Undefined::nan) {
      for (const UndefinedWindow& window : fcd.undefined)
        is_defined[static_cast<std::size_t>(window.window)] = 0;
    }
    finish(fcd.matrix, options, is_defined);
    return fcd;
  }

 private:
  /// Sums of the products of the deviations of two windows from their means over the entries, on
  /// and above the diagonal.
  Matrix covariance(Index n_regions, Index pairs, const FcdOptions& options) {
    Matrix gram = gram_.take();
    const bool whole = options.entries == FcEntries::whole;
    const auto regions = static_cast<double>(n_regions);
    const double n = whole ? regions * regions : static_cast<double>(pairs);
    if (whole) {
      const Vector diagonal = Vector::Ones(sum_.size()) - shift_;
      gram *= 2.0;
      gram.noalias() += regions * diagonal * diagonal.transpose();
      sum_ = 2.0 * sum_ + regions * diagonal;
    }
    gram.noalias() -= (1.0 / n) * sum_ * sum_.transpose();
    return gram;
  }

  Gram gram_;
  Vector sum_;    ///< (n_windows) over pairs, less the shift
  Vector shift_;  ///< (n_windows) near the mean over pairs: what is left to subtract is small
};

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
  std::vector<Index> start = window_starts(series.rows(), options);
  const Index count = std::ssize(start);
  const std::vector<PairTile> tiles = pair_tiles(series.cols(), options.mask);
  Comparison comparison(count);
  Matrix mean(series.cols(), count), scale(series.cols(), count);
  const auto samples = [&](Index w) {
    return series.middleRows(start[static_cast<std::size_t>(w)], options.window);
  };
#pragma omp parallel for num_threads(threads()) schedule(dynamic, 8)
  for (Index w = 0; w < count; ++w)
    comparison.shift(w) = look_at(samples(w), mean.col(w), scale.col(w));
  for (const PairTile& two : tiles) {
    comparison.add(two, [&](Index w, double* out) {
      const Window window{samples(w), mean.col(w), scale.col(w), comparison.shift(w)};
      comparison.sum(w) += correlate(window, two, options.positive, out, Gram::panel);
    });
  }
  std::vector<UndefinedWindow> undefined;
  for (Index w = 0; w < count; ++w) {
    const Index region = undefined_region(scale.col(w));
    if (region >= 0) undefined.push_back({w, region});
  }
  return comparison.result(std::move(start), std::move(undefined), series.cols(), n_pairs(tiles),
                           options);
}

struct StreamedFcd::Impl {
  Impl(Index regions, Index samples, FcdOptions chosen)
      : options(std::move(chosen)), kept(Matrix::Zero(options.window, regions)) {
    require_fit(samples, regions, options);
    tiles = pair_tiles(regions, options.mask);
    for (const PairTile& two : tiles) {
      first_entry.push_back(entries);
      entries += std::ssize(two.pairs);
    }
  }

  void add_window() {
    const Index regions = kept.cols();
    Vector mean(regions), scale(regions);
    const double level = look_at(kept, mean, scale);
    const Window window{kept, mean, scale, level};
    Vector fc(entries);
    Vector sums(std::ssize(tiles));
#pragma omp parallel for num_threads(threads()) schedule(dynamic)
    for (std::size_t t = 0; t < tiles.size(); ++t) {
      sums[static_cast<Index>(t)] =
          correlate(window, tiles[t], options.positive, fc.data() + first_entry[t], 1);
    }
    double sum = 0.0;
    for (const double one : sums)
      sum += one;
    if (const Index region = undefined_region(scale); region >= 0)
      undefined.push_back({std::ssize(windows), region});
    windows.push_back({std::move(fc), level, sum});
  }

  struct Kept {
    Vector fc;  // (entries) less the shift
    double shift, sum;
  };
  FcdOptions options;
  std::vector<PairTile> tiles;
  std::vector<Index> first_entry;  // of each tile
  Index entries = 0;
  Matrix kept;       // (window, n_regions) samples
  Index filled = 0;  // of them
  Index ahead = 0;   // samples that lie between two windows
  Index seen = 0;
  std::vector<Kept> windows;
  std::vector<UndefinedWindow> undefined;
};

StreamedFcd::StreamedFcd(Index regions, Index samples, FcdOptions options)
    : impl_(std::make_unique<Impl>(regions, samples, std::move(options))) {}
StreamedFcd::~StreamedFcd() = default;

void StreamedFcd::add(Series block) {
  Impl& own = *impl_;
  own.seen += block.rows();
  for (Index done = 0; done < block.rows();) {
    const Index left = block.rows() - done;
    if (own.ahead > 0) {
      const Index passed = std::min(own.ahead, left);
      own.ahead -= passed;
      done += passed;
      continue;
    }
    const Index rows = std::min(own.kept.rows() - own.filled, left);
    own.kept.middleRows(own.filled, rows) = block.middleRows(done, rows);
    own.filled += rows;
    done += rows;
    if (own.filled < own.kept.rows()) continue;
    own.add_window();
    const Index hop = std::min(own.options.step, own.filled);
    for (Index i = 0; i < own.kept.cols(); ++i) {
      double* const samples = own.kept.col(i).data();
      std::copy(samples + hop, samples + own.filled, samples);
    }
    own.filled -= hop;
    own.ahead = own.options.step - hop;
  }
}

void StreamedFcd::pass(Saved& saved) {
  Impl& own = *impl_;
  saved.pass(own.kept);
  saved.pass(own.filled);
  saved.pass(own.ahead);
  saved.pass(own.seen);
  Index windows = std::ssize(own.windows);
  Index undefined = std::ssize(own.undefined);
  saved.pass(windows);
  saved.pass(undefined);
  own.windows.resize(static_cast<std::size_t>(windows));
  own.undefined.resize(static_cast<std::size_t>(undefined));
  for (Impl::Kept& window : own.windows) {
    saved.pass(window.fc);
    saved.pass(window.shift);
    saved.pass(window.sum);
  }
  for (UndefinedWindow& window : own.undefined) {
    saved.pass(window.window);
    saved.pass(window.region);
  }
}

Fcd StreamedFcd::fcd() {
  Impl& own = *impl_;
  std::vector<Index> start = window_starts(own.seen, own.options);
  own.windows.resize(start.size());
  std::erase_if(own.undefined,
                [&](const UndefinedWindow& one) { return one.window >= std::ssize(start); });
  Comparison comparison(std::ssize(start));
  for (std::size_t w = 0; w < start.size(); ++w) {
    comparison.shift(static_cast<Index>(w)) = own.windows[w].shift;
    comparison.sum(static_cast<Index>(w)) = own.windows[w].sum;
  }
  for (std::size_t t = 0; t < own.tiles.size(); ++t) {
    comparison.add(own.tiles[t], [&](Index w, double* out) {
      const double* const fc =
          own.windows[static_cast<std::size_t>(w)].fc.data() + own.first_entry[t];
      for (Index k = 0; k < std::ssize(own.tiles[t].pairs); ++k)
        out[k * Gram::panel] = fc[k];
    });
  }
  own.windows.clear();
  return comparison.result(std::move(start), std::move(own.undefined), own.kept.cols(), own.entries,
                           own.options);
}

Index fcd_pairs(Index regions, const FcdOptions& options) {
  return n_pairs(pair_tiles(regions, options.mask));
}

double streamed_fcd_bytes(Index regions, Index samples, const FcdOptions& options) {
  const auto count = static_cast<double>(window_starts(samples, options).size());
  const auto entries = static_cast<double>(fcd_pairs(regions, options));
  return 8.0 * (count * entries + static_cast<double>(options.window * regions) + entries);
}

double fcd_bytes(Index regions, Index samples, const FcdOptions& options) {
  const auto count = static_cast<double>(window_starts(samples, options).size());
  const double slice = static_cast<double>(region_tile * region_tile);
  // Products and the matrix that they become; then that matrix and the rows of a result.
  return 8.0 * count * (2.0 * count + slice + 2.0 * static_cast<double>(regions));
}

}  // namespace arcuate::analysis
