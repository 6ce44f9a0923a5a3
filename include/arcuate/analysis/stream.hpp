#pragma once

#include "arcuate/analysis/feature.hpp"
#include "arcuate/analysis/moments.hpp"
#include "arcuate/analysis/saved.hpp"

/// Features of samples that arrive in order, in memory that does not depend on how many there are.
namespace arcuate::analysis {

/// Computes one feature. Samples are taken in blocks of a fixed number from the first one on, so
/// that the bits do not depend on how many arrive at a time.
class Accumulator {
 public:
  static constexpr Index block_samples = 256;

  explicit Accumulator(Index regions) : block_(Matrix::Zero(block_samples, regions)) {}
  virtual ~Accumulator() = default;
  Accumulator(const Accumulator&) = delete;
  Accumulator& operator=(const Accumulator&) = delete;

  /// The next samples: (n_samples, n_regions).
  void push(Series samples);

  /// What a run that goes on must have in common with the one before, be it longer; before pass().
  virtual void pass_form(Saved& /*saved*/) const {}
  /// What was pushed so far, to go on from there in another run.
  void pass(Saved& saved);

  /// After the last sample. Throws what the feature's `compute` throws.
  Result finish();

 protected:
  /// The next block; only the last one is shorter.
  virtual void add(Series block) = 0;
  virtual Result result() = 0;
  /// Passes everything that add() changes.
  virtual void pass_own(Saved& saved) = 0;

 private:
  Matrix block_;
  Index filled_ = 0;
};

/// Mean and sums of powers and products of deviations, joined block by block (T. F. Chan et al.,
/// Am. Stat. 37, 242 (1983), doi:10.1080/00031305.1983.10483115): no digits are lost to a mean that
/// is far from 0 or drifts.
class JointMoments {
 public:
  explicit JointMoments(Index regions);
  void add(Series block);
  void pass(Saved& saved);

  [[nodiscard]] Index samples() const { return samples_; }
  /// Regions that are constant or not finite, as without_variance finds them.
  [[nodiscard]] std::vector<Index> constant() const;
  /// Pearson correlation, as fc has it.
  [[nodiscard]] Matrix correlation(Undefined undefined) const;

 private:
  Index samples_ = 0;
  Vector mean_;
  Vector largest_;   ///< absolute value
  Matrix products_;  ///< of deviations from the mean: tiles on and below the diagonal
};

/// Which regions are constant or not finite, as without_variance finds them, of the same sums.
class StreamedVariance {
 public:
  explicit StreamedVariance(Index regions);
  void add(Series block);
  void pass(Saved& saved);
  [[nodiscard]] std::vector<Index> constant() const;

 private:
  Index samples_ = 0;
  Vector mean_, largest_, squares_;
};

/// What moments() computes, joined block by block (P. Pebay, Sandia report SAND2008-6212).
class StreamedMoments {
 public:
  explicit StreamedMoments(Index regions);
  void add(Series block);
  void pass(Saved& saved);

  [[nodiscard]] std::vector<Index> constant() const;
  [[nodiscard]] Moments moments() const;

 private:
  Index samples_ = 0;
  Vector mean_;
  Vector largest_;
  Vector second_, third_, fourth_;  ///< sums of powers of deviations from the mean
};

}  // namespace arcuate::analysis
