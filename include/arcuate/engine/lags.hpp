#pragma once

#include <array>
#include <cstdint>
#include <utility>
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

/// How a simulation reads delays, whatever edge they are of.
class DelayReading {
 public:
  explicit DelayReading(const SimulationSpec& spec);

  [[nodiscard]] const std::vector<Series>& all_series() const { return all_series_; }
  /// The input of a whole step is that of its begin.
  [[nodiscard]] bool held() const { return all_series_.front() == Series::begin; }
  [[nodiscard]] bool undelayed(double delay) const { return engine::undelayed(delay, mode_); }
  [[nodiscard]] Stencil stencil(double delay, Series series) const {
    return engine::stencil(delay, series, mode_);
  }
  /// The smallest lag of an edge with this delay; -1 of an undelayed one that is read at stages.
  [[nodiscard]] std::int32_t smallest_lag(double delay) const;

 private:
  std::vector<Series> all_series_;
  DelayMode mode_;
};

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

/// The delays of a study: from lengths, speed and dt they are computed here, once, in double, and
/// whoever needs a delay or a lag has it from here. Of regions that do not talk there is nothing
/// but the steps.
class Delays {
 public:
  Delays() = default;
  /// Throws ConfigError when an edge is longer than lags of 32 bits.
  Delays(const network::Connectome& connectome, const SimulationSpec& spec);

  /// [steps] of an edge.
  [[nodiscard]] double operator[](GlobalIndex edge) const {
    return steps_[static_cast<std::size_t>(edge)];
  }
  [[nodiscard]] const std::vector<double>& steps() const { return steps_; }
  /// Gives the steps away.
  [[nodiscard]] std::vector<double> take_steps() && { return std::move(steps_); }
  [[nodiscard]] const BlockChoice& block() const { return block_; }
  /// Samples of the past, the one at t = 0 included, that the delays between regions reach back to.
  [[nodiscard]] std::int64_t samples_read() const { return samples_read_; }
  /// (n_regions) [steps] how far back anyone reads each region. The histories of its owner reach
  /// back so far however the network is shared out, so that any other shares can be made of them.
  [[nodiscard]] const std::vector<std::int32_t>& longest_lag() const { return longest_lag_; }

 private:
  void require_short(const network::Connectome& connectome, double dt) const;
  void choose_block(const network::Connectome& connectome, const DelayReading& reading);

  std::vector<double> steps_;  ///< (n_edges)
  BlockChoice block_;
  std::int64_t samples_read_ = 1;
  std::vector<std::int32_t> longest_lag_;
};

}  // namespace arcuate::engine
