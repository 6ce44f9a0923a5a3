#pragma once

#include <cstdint>
#include <vector>

#include "arcuate/core/aligned.hpp"
#include "arcuate/engine/delays.hpp"
#include "arcuate/model/kernel.hpp"

/// The past of the regions themselves, for models with delays inside a region. Every tile keeps
/// rings of the values that its own right-hand sides read: nothing here leaves the rank.
namespace arcuate::engine {

class LocalDelays {
 public:
  /// lane_region: (n_tiles x lanes) global region of each lane. Throws ConfigError as check_delays.
  LocalDelays(const Population& population, double dt,
              const std::vector<std::uint32_t>& lane_region, int replicas);

  /// Distinct observables whose past is kept.
  [[nodiscard]] const std::vector<int>& sources() const { return sources_; }
  /// [steps] of the ring of a source.
  [[nodiscard]] Step length(std::size_t source) const { return length_[source]; }
  [[nodiscard]] int entries() const { return static_cast<int>(source_of_.size()); }

  /// The value of a source of one region at t = -lag steps, lag < length(source).
  void remember(int replica, LocalIndex tile, int lane, std::size_t source, Step lag, double value);
  /// Values that steps first .. first + steps - 1 read. out: (steps, entries, lanes). All of them
  /// must be written: steps <= shortest_delay() + 1.
  void read(int replica, LocalIndex tile, Step first, int steps, double* out) const;
  /// Values of a source after those steps. values: (steps, lanes).
  void write(int replica, LocalIndex tile, std::size_t source, Step first, int steps,
             const double* values);

 private:
  [[nodiscard]] std::size_t ring(int replica, LocalIndex tile, std::size_t source) const;

  LocalIndex n_tiles_;
  std::vector<int> sources_;
  std::vector<std::size_t> source_of_;  ///< (entries) position in sources()
  std::vector<Step> length_;            ///< (sources)
  std::vector<std::size_t> begin_;      ///< (sources + 1) of the rings of a tile, in rows
  std::vector<std::int32_t> delay_;     ///< (n_tiles, entries, lanes) [steps]
  AlignedVector<double> past_;          ///< (replicas, n_tiles, rows, lanes)
};

}  // namespace arcuate::engine
