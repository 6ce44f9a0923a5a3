#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "arcuate/engine/spec.hpp"
#include "arcuate/network/connectome.hpp"

/// From delays to the lags that the engine reads histories at.
///
/// To go from step n to n + 1 the network input is needed at one to three times: at n (every
/// method), and with staged coupling at n + 1 (heun, rk4) and n + 1/2 (rk4). The input at the end
/// of a step is the input at the begin of the next, so staged methods compute the `end` series and
/// carry its last value over. A lag l >= 0 reads x[n - l]: nothing later than x[n] is ever read,
/// which makes a step explicit.
namespace arcuate::engine {

/// One time inside a step at which delayed inputs are summed.
enum class Series { begin, middle, end };

/// The series a method needs, in a fixed order.
std::vector<Series> series_of(model::Method method, Stages stages);

/// A share of an edge: `weight` of x[n - lag].
struct Piece {
  std::int32_t lag = 0;
  double weight = 1.0;
};

/// The pieces of one edge, ascending lag; none for an undelayed edge.
struct Stencil {
  std::array<Piece, 4> pieces;
  int size = 0;
};

/// True when the edge is undelayed: its delay is 0, or rounds to 0 with nearest delays.
bool undelayed(double delay, DelayMode mode);

/// Shares of the edge with this delay [steps]. Nearest rounds half to even, as The Virtual Brain
/// does. linear and cubic are Lagrange interpolation on 2 or 4 neighbouring steps, one-sided where
/// a step after x[n] would be read.
Stencil stencil(double delay, Series series, DelayMode mode);

/// [steps] of one edge of a connectome.
double delay_in_steps(const network::Connectome& connectome, GlobalIndex edge, double speed,
                      double dt);

/// Samples of the past, the one at t = 0 included, that the delays between regions reach back to.
std::int64_t samples_read(const network::Connectome& connectome, const SimulationSpec& spec);

/// The far block D* of a network: 32, 16 or 8 steps, the longest of which at most 2 % of all
/// delayed shares are shorter (performance: docs/performance.md). It fixes the order in which a
/// target sums and is stored in recordings.
struct BlockChoice {
  int block = 32;
  std::int64_t shares = 0;     ///< of delayed edges, in all series
  std::int64_t undelayed = 0;  ///< edges
  bool undelayed_between_regions = false;
  std::int32_t largest_lag = 0;
};
BlockChoice choose_block(const network::Connectome& connectome, const SimulationSpec& spec);

}  // namespace arcuate::engine
