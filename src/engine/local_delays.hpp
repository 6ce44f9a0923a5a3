#pragma once

#include <cstdint>
#include <vector>

#include "arcuate/core/aligned.hpp"
#include "arcuate/engine/arrays.hpp"
#include "arcuate/engine/delays.hpp"
#include "arcuate/engine/tile_sizes.hpp"
#include "arcuate/model/kernel.hpp"

/// The past of the regions themselves, for models with delays inside a region. Every tile keeps
/// rings of the values that its own right-hand sides read: nothing here leaves the rank.
namespace arcuate::engine {

/// [steps] of every delayed value.
struct OwnDelays {
  std::vector<std::int32_t> delay;

  template <class Self, class Visit>
  static void arrays(Self& self, const TileSizes& n, const Visit& visit) {
    visit("own_delay", Role::parameter, self.delay, {n.tiles, n.delayed, lanes});
  }
};

/// How the past (TileState::own_past) is written and read.
class LocalDelays {
 public:
  /// lane_region: (n_tiles x lanes) global region of each lane. Throws ConfigError as check_delays.
  LocalDelays(const Population& population, double dt,
              const std::vector<std::uint32_t>& lane_region);

  /// Distinct observables whose past is kept.
  [[nodiscard]] const std::vector<int>& sources() const { return sources_; }
  /// [steps] of the ring of a source.
  [[nodiscard]] Step length(std::size_t source) const { return length_[source]; }
  [[nodiscard]] const OwnDelays& own() const { return own_; }
  [[nodiscard]] int entries() const { return static_cast<int>(source_of_.size()); }

  /// The value of a source of one region at t = -lag steps, lag < length(source).
  void remember(LocalIndex tile, int lane, std::size_t source, Step lag, double value,
                Reals& own_past) const;
  /// Values that steps first .. first + steps - 1 read. out: (steps, entries, lanes). All of them
  /// must be written: steps <= shortest_delay() + 1.
  void read(LocalIndex tile, Step first, int steps, const Reals& own_past, double* out) const;
  /// Values of a source after those steps. values: (steps, lanes).
  void write(LocalIndex tile, std::size_t source, Step first, int steps, const double* values,
             Reals& own_past) const;

 private:
  [[nodiscard]] std::size_t ring(LocalIndex tile, std::size_t source) const;

  std::vector<int> sources_;
  std::vector<std::size_t> source_of_;  ///< (entries) position in sources()
  std::vector<Step> length_;            ///< (sources)
  std::vector<std::size_t> begin_;      ///< (sources + 1) of the rings of a tile, in rows
  OwnDelays own_;
};

}  // namespace arcuate::engine
