#pragma once

#include <cstddef>
#include <vector>

#include "cifti/cifti.hpp"
#include "job.hpp"

/// Regions as parcels.
namespace arcuate::io {

struct PlacedRegions {
  cifti::Parcellation parcels;
  std::vector<std::size_t> row_of;  ///< (n_columns) parcel of each region
};

/// Without a parcellation regions are parcels without a place, in their order; with one, the
/// parcels that have the regions' labels, in its order. What was left out, or has no place, is
/// noted. Throws DataError: regions that the parcellation does not have.
PlacedRegions placed_regions(ExportJob& job);

}  // namespace arcuate::io
