#pragma once

#include <Eigen/Core>
#include <vector>

/// Features of recorded signals: pure functions of a (time x region) matrix. They compute in double
/// and give the same bits on any number of threads: a thread owns whole results, and nothing is
/// summed over threads.
namespace arcuate::analysis {

using Index = Eigen::Index;
using Matrix = Eigen::MatrixXd;
using Vector = Eigen::VectorXd;

/// (n_samples, n_regions) Signals of regions as columns. A recording that keeps the samples of a
/// region side by side is seen through an Eigen::Map without a copy.
using Series = Eigen::Ref<const Matrix>;

/// Columns that are constant or hold a number that is not finite: nothing correlates with them.
/// Ascending.
std::vector<Index> without_variance(Series series);

/// Threads that all functions of this module use from now on; at first one.
void use_threads(int threads);

/// What stands where a value is not defined, as the correlation with a constant signal.
enum class Undefined {
  nan,   ///< NaN, as NumPy has it
  zero,  ///< 0, and 1 on a diagonal, as braintools has it
};

}  // namespace arcuate::analysis
