#pragma once

#include "arcuate/analysis/series.hpp"

/// Memory of signals, and which of them lead.
namespace arcuate::analysis {

struct AutocorrelationTime {
  Vector decay;     ///< (n_regions) [s] at which the autocorrelation falls to 1/e, linear between
                    ///< samples; NaN when it never does
  Vector integral;  ///< (n_regions) [s] area under it up to the first lag at which it is not
                    ///< positive, by the trapezoid rule
};
/// Of the autocorrelation sum (x_t - m)(x_{t+k} - m) / sum (x_t - m)^2. rate: [Hz].
AutocorrelationTime autocorrelation_time(Series series, double rate);

/// Delays between signals: A. Mitra et al., J. Neurophysiol. 111, 2374 (2014); threads: PNAS 112,
/// E2235 (2015).
struct LagThreads {
  Matrix delay;       ///< (n_regions, n_regions) [s] by which row lags behind column, where their
                      ///< cross-covariance has its extremum, by a parabola through three samples;
                      ///< NaN when that is at the longest lag
  Vector projection;  ///< (n_regions) [s] mean delay of each row: positive is late
  Matrix thread;      ///< (n_regions, n_threads) [s] principal components of the delays whose
                      ///< columns have their means removed; the entry of largest size is positive
  Vector share;       ///< (n_threads) of the variance
};
/// Throws ConfigError as lag_threads() does for so many samples and regions.
void require_lags(Index samples, Index regions, Index longest, Index threads);

/// longest: [samples] that signals are shifted at most. Throws ConfigError: 0, or not shorter than
/// half the series; more threads than regions.
LagThreads lag_threads(Series series, double rate, Index longest, Index threads);

}  // namespace arcuate::analysis
