#pragma once

#include "arcuate/loss/loss.hpp"

/// Distances between the distributions of two lists of numbers.
namespace arcuate::loss {

/// Ways to take a distribution from values in [-1, 1].
enum Distribution : std::size_t { of_values, of_density };
inline constexpr std::string_view distribution_forms[] = {"values", "density"};

/// The values that are finite, ascending.
std::vector<double> ascending(const Matrix& values);

/// The largest difference of two cumulative distributions: scipy.stats.ks_2samp's statistic.
double kolmogorov_smirnov(const std::vector<double>& p, const std::vector<double>& q);
/// The area between them: scipy.stats.wasserstein_distance.
double wasserstein(const std::vector<double>& p, const std::vector<double>& q);

/// What is wrong with a target that has no density.
inline constexpr std::string_view same_values =
    "all values are the same, and a density needs several";

/// Midpoints of densities: 100 from -0.99 to 0.99, as braintools.metric.fcd_distribution has them.
Vector density_midpoints();
/// Gaussian kernel density at these points, Scott's bandwidth, normalised to sum 1/dx. NaN where
/// the values have no variance.
Vector density(const std::vector<double>& values);
/// Cumulative sums of a density over the last of them.
Vector cumulative(const Vector& density);

}  // namespace arcuate::loss
