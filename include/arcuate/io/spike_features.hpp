#pragma once

#include <string>
#include <vector>

#include "arcuate/analysis/feature.hpp"
#include "arcuate/io/spikes.hpp"
#include "arcuate/io/spiking_study.hpp"
#include "arcuate/meanfield/fixed_points.hpp"
#include "arcuate/meanfield/landscape.hpp"

/// What candidates of a study of spiking neurons are described by: columns and arrays of tables.
namespace arcuate::io {

/// A feature of that name; its arrays without axes are one number.
struct NamedFeature {
  std::string name;
  analysis::Result result;
};

/// `spikes`: rates, Fano factors and intervals by population and averaged over those of a kind (E,
/// Eb, I, Ib); `active`: activity of clusters; `attractors`: how many there are and how long they
/// last; `capacity`, where it is asked for: NaN and a note where fewer than two states are of a
/// size.
std::vector<NamedFeature> features_of(const SpikeResults& results,
                                      const spiking::Populations& populations,
                                      const SpikeAnalysis& how);

/// What the mean field has.
struct MeanFieldResults {
  meanfield::Search search;
  std::vector<meanfield::Path> paths;  ///< none, or one: of two populations
  double contrast = 0.1;               ///< of meanfield::active_clusters
};
/// As the section `steady` of the study says. Throws ConfigError.
MeanFieldResults analyse_mean_field(const SpikingStudy& study);
/// `mean_field`: fixed points, their kinds and rates; `landscape`, where there is a path: the
/// potential along it and the barrier between its two deepest valleys.
std::vector<NamedFeature> features_of(const MeanFieldResults& results,
                                      const std::vector<std::string>& populations);

/// How far one has to climb along a path from its two deepest valleys, ends included, to get to
/// the other one. NaN where there is one valley.
struct Barrier {
  int valleys = 0;
  double from_first = 0.0, from_second = 0.0;  ///< [Hz^2]
};
Barrier barrier_of(const meanfield::Path& path);

}  // namespace arcuate::io
