#pragma once

#include <complex>
#include <cstdint>
#include <vector>

#include "arcuate/core/rest_kind.hpp"
#include "arcuate/meanfield/network.hpp"

/// Where the rates of a network stay as they are.
namespace arcuate::meanfield {

using Kind = RestKind;

/// Of the flow d rate/dt = -rate + response: times are in units of its time constant.
struct FixedPoint {
  Rates rates;
  double residual = 0.0;                          ///< [Hz] largest |response - rate|
  int start = 0;                                  ///< number of the start that led here first
  int found = 1;                                  ///< how many led here
  std::vector<std::complex<double>> eigenvalues;  ///< rightmost first
  Kind kind = Kind::undefined;
};

/// By real parts to 1e-6: stable where all are negative, unstable where all are positive, a saddle
/// where there are both; a focus where the rightmost is complex.
Kind kind_of(const std::vector<std::complex<double>>& eigenvalues);

struct Search {
  std::vector<FixedPoint> points;  ///< all different
  int starts = 0;
  int unconverged = 0;
  double best_residual = 0.0;  ///< [Hz] of those that did not converge; infinite when all did
};

/// From rates of 0, then from drawn ones: 0 to 1 Hz for every population, some of them 0 to 60 Hz
/// (those of clusters that may be active). Damped relaxation, then Newton's method.
Search find_fixed_points(const Network& network, int starts, std::uint64_t seed);

/// From one start. False: the residual stays above 1e-9 Hz.
bool converge(const Network& network, const Rates& start, FixedPoint& point);

/// Which clusters are active, by their rates. Uniform, with no active one, when the lowest is less
/// than `contrast` times the highest below it; else those above the mean of all are active.
struct ActiveClusters {
  int active = 0;
  double active_rate = 0.0;    ///< [Hz] mean over the active ones; NaN: none
  double inactive_rate = 0.0;  ///< [Hz] of the others, or of all when uniform
};
ActiveClusters active_clusters(const Rates& clusters, double contrast);

}  // namespace arcuate::meanfield
