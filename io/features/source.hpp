#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "arcuate/analysis/feature.hpp"
#include "arcuate/core/error.hpp"
#include "arcuate/io/features.hpp"
#include "arcuate/plugin/library.hpp"

/// Which signal a feature is of.
namespace arcuate::io {

/// Begins what is wrong with a request with its place; what a plug-in throws is such a wrong.
template <class Do>
auto at_place(const FeatureRequest& request, const Do& work) {
  try {
    return request.plugin.empty()
               ? work()
               : plugin::guarded("feature " + std::string(request.feature->name), work);
  } catch (const ConfigError& error) {
    throw ConfigError(request.place + error.what());
  } catch (const DataError& error) {
    throw DataError(request.place + error.what());
  }
}

/// The samples that count of one variable of a monitor.
struct Source {
  const RecordedSeries& series;
  std::size_t variable;
  std::size_t first, count;
};
/// Throws ConfigError.
Source source_of(const std::vector<RecordedSeries>& all, const FeatureRequest& request);

/// All but the samples. Throws ConfigError, DataError.
analysis::Input frame_of(const network::Connectome& connectome, const FeatureRequest& request,
                         const Source& source);

/// What can be computed and is hardly meant, as notes: phases of what no filter has narrowed,
/// options without an effect.
void note_doubts(const FeatureRequest& request, const analysis::Input& frame,
                 analysis::Result& result);

}  // namespace arcuate::io
