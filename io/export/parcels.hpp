#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "arcuate/io/export.hpp"
#include "cifti/cifti.hpp"

/// Regions as parcels.
namespace arcuate::io {

struct PlacedRegions {
  cifti::Parcellation parcels;
  std::vector<std::size_t> row_of;  ///< (n_columns) parcel of each region
};

/// Who asks for places.
struct RegionsToPlace {
  const ExportRequest& request;
  const std::vector<std::string>& labels;
  std::vector<std::string>& notes;
};

/// Without a parcellation regions are parcels without a place, in their order; with one, the
/// parcels that have the regions' labels, in its order. What was left out, or has no place, is
/// noted. Throws DataError: regions that the parcellation does not have.
PlacedRegions placed_regions(const RegionsToPlace& regions);

}  // namespace arcuate::io
