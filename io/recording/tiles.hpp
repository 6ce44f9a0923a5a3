#pragma once

#include <cstddef>
#include <vector>

#include "arcuate/comm/communicator.hpp"
#include "arcuate/core/types.hpp"

/// Samples change hands before they are written: from "every rank has all samples of some columns"
/// to "every rank has a rectangle of the file".
namespace arcuate::io {

/// A rectangle of samples and columns (all variables).
struct Area {
  Step first_sample = 0;
  Step samples = 0;
  GlobalIndex first_column = 0;
  GlobalIndex columns = 0;
};

/// Cuts (samples, columns) into one area per rank: by samples when there are enough of them (whole
/// samples are contiguous in the file), the rest of the ranks by columns. Areas may be empty.
struct TileGrid {
  Step samples = 0;
  GlobalIndex variables = 0;
  GlobalIndex columns = 0;
  int ranks = 1;

  [[nodiscard]] Area area(int rank) const;
  /// Samples to redistribute at once, so that a rank holds about 8 MiB.
  [[nodiscard]] Step samples_per_slab() const;
};

/// This rank's share of a series: all samples of the columns in `owned`.
struct Samples {
  std::vector<double>& data;              ///< begins with (all samples, variables, owned)
  const std::vector<GlobalIndex>& owned;  ///< ascending
  Step first = 0;                         ///< the sample of `data` that is sample 0 of the grid
};

/// Keeps its messages, as new memory costs page faults.
class Redistribution {
 public:
  /// The values of this rank's area, (area.samples, variables, area.columns). Throws
  /// std::logic_error when the ranks' columns do not cover all columns exactly once. Collective.
  void collect(const comm::Communicator& comm, const TileGrid& grid, const Samples& mine,
               std::vector<double>& values);

 private:
  std::vector<std::vector<std::byte>> sent_, received_;
};

}  // namespace arcuate::io
