#pragma once

#include "arcuate/io/features.hpp"
#include "arcuate/io/hdf5.hpp"
#include "arcuate/io/recorded_run.hpp"

namespace arcuate::io {

/// What a feature was computed from.
struct FeatureSource {
  const RecordedSeries& series;
  std::size_t variable;
  std::size_t samples;
  const analysis::Input& input;  ///< its samples are not looked at
};

/// One group: every array with its dimension scales, as netCDF-4 lays them out.
void write_feature(const hdf5::Object& features, const FeatureRequest& request,
                   const FeatureSource& source, const analysis::Result& result);

}  // namespace arcuate::io
