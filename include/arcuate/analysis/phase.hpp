#pragma once

#include "arcuate/analysis/series.hpp"

/// Phases of signals, and how far they agree.
namespace arcuate::analysis {

/// Phase [rad] of the analytic signal of each column less its mean (scipy.signal.hilbert), in
/// (-pi, pi].
Matrix phases(Series series);
/// Amplitude of the same.
Matrix envelope(Series series);

/// A phase [rad] less whole turns, in [-pi, pi]; what lies there already stays as it is.
double wrapped(double phase);
Matrix wrapped(Series phase);

/// (n_samples) Kuramoto's order parameter |mean over regions of exp(i phase)|: 1 when all agree.
Vector order_parameter(Series phase);

/// Phase-locking value of every pair of columns, |mean over time of exp(i (phase_1 - phase_2))|:
/// (n_regions, n_regions), 1 on the diagonal.
Matrix phase_locking(Series phase);

/// Kuramoto's order parameter around each region: |sum_j exp(-lambda d_ij) exp(i phase_j)| / sum_j
/// exp(-lambda d_ij), the region itself included. distance: (n_regions, n_regions) [mm], lambda
/// [1/mm]. (n_samples, n_regions). G. Deco, M. L. Kringelbach, Cell Rep. 33, 108471 (2020).
Matrix local_order(Series phase, const Matrix& distance, double lambda);

/// Intrinsic ignition: G. Deco, M. L. Kringelbach, Neuron 94, 961 (2017), as their programs compute
/// it.
struct IgnitionOptions {
  double threshold = 1.0;  ///< [standard deviations] above the mean that an event crosses upwards
  Index window = 4;        ///< [samples] from an event on in which integration is looked at
  Index edge = 10;         ///< [samples] at both ends in which nothing is looked at
};
struct Ignition {
  Vector integration;  ///< (n_samples) share of regions in the largest group of like phase,
                       ///< averaged over thresholds; NaN at the edges
  Vector mean;         ///< (n_regions) the largest over the window of the mean over events; NaN
                       ///< without events
  Vector variability;  ///< (n_regions) standard deviation over events of the largest in the window
  Eigen::Matrix<Index, Eigen::Dynamic, 1> events;  ///< (n_regions)
};
/// series: what events are read off; phase: of the same samples, whole turns do not count. Throws
/// ConfigError: a window or edges that do not fit.
Ignition ignition(Series series, Series phase, const IgnitionOptions& options);

}  // namespace arcuate::analysis
