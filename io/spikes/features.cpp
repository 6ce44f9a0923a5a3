#include "arcuate/io/spike_features.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <complex>
#include <limits>
#include <numeric>

#include "arcuate/analysis/capacity.hpp"
#include "arcuate/core/rest_kind.hpp"

namespace arcuate::io {
namespace {

constexpr double no_number = std::numeric_limits<double>::quiet_NaN();

void add_number(analysis::Result& result, const char* name, const char* unit, double value) {
  result.arrays.push_back({name, unit, {}, {value}});
}

double mean_of(const std::vector<double>& values) {
  double sum = 0.0, count = 0.0;
  for (const double value : values) {
    if (std::isnan(value)) continue;
    sum += value;
    count += 1.0;
  }
  return count > 0.0 ? sum / count : no_number;
}

/// Populations of a kind that have neurons: excitatory clusters, their background, inhibitory ones.
std::vector<std::size_t> members_of_kind(const spiking::Populations& all, int kind) {
  const int clusters = all.n() / 2 - 1;
  const std::array begins{0, clusters, clusters + 1, all.n() - 1, all.n()};
  std::vector<std::size_t> members;
  for (int p = begins.at(static_cast<std::size_t>(kind));
       p < begins.at(static_cast<std::size_t>(kind) + 1); ++p) {
    if (all.size[static_cast<std::size_t>(p)] > 0) members.push_back(static_cast<std::size_t>(p));
  }
  return members;
}

NamedFeature trains_feature(const SpikeResults& results, const spiking::Populations& populations) {
  constexpr std::array kinds{"E", "Eb", "I", "Ib"};
  NamedFeature feature{"spikes", {}};
  feature.result.axes.push_back({"population", "", {}, populations.names});
  const auto add = [&](const std::string& name, const char* unit,
                       double analysis::SpikeStatistics::*what) {
    std::vector<double> values;
    for (std::size_t p = 0; p < results.populations.size(); ++p)
      values.push_back(populations.size[p] > 0 ? results.populations[p].*what : no_number);
    for (int kind = 0; kind < 4; ++kind) {
      std::vector<double> some;
      for (const std::size_t p : members_of_kind(populations, kind))
        some.push_back(values[p]);
      add_number(feature.result, (name + "_" + kinds.at(static_cast<std::size_t>(kind))).c_str(),
                 unit, mean_of(some));
    }
    feature.result.arrays.push_back({name, unit, {"population"}, std::move(values)});
  };
  using S = analysis::SpikeStatistics;
  add("rate", "Hz", &S::rate);
  add("fano", "1", &S::fano);
  add("isi_mean", "s", &S::isi_mean);
  add("isi_cv", "1", &S::isi_cv);
  return feature;
}

NamedFeature activity_feature(const SpikeResults& results) {
  NamedFeature feature{"active", {}};
  add_number(feature.result, "clusters", "1", results.mean_number);
  add_number(feature.result, "fraction", "1", results.active_fraction);
  add_number(feature.result, "rate", "Hz", results.active_rate);
  add_number(feature.result, "inactive_rate", "Hz", results.inactive_rate);
  add_number(feature.result, "threshold", "Hz", results.threshold);
  return feature;
}

/// Of each cluster the time in states that contain it, and the sequences that are asked for.
void add_states_by_cluster(const SpikeResults& results, std::size_t clusters,
                           analysis::Result& result) {
  analysis::Axis cluster{"cluster", "1", {}, {}};
  for (std::size_t k = 0; k < clusters; ++k)
    cluster.values.push_back(static_cast<double>(k));
  result.axes.push_back(std::move(cluster));
  result.arrays.push_back({"cluster_probability",
                           "1",
                           {"cluster"},
                           analysis::marginal_probabilities(results.attractors, clusters)});
  if (results.sequence_probability.empty()) return;
  analysis::Axis sequence{"sequence", "1", {}, {}};
  for (std::size_t k = 0; k < results.sequence_probability.size(); ++k)
    sequence.values.push_back(static_cast<double>(k));
  result.axes.push_back(std::move(sequence));
  result.arrays.push_back({"sequence", "1", {"sequence"}, results.sequence_probability});
}

NamedFeature attractors_feature(const SpikeResults& results, std::size_t clusters) {
  const analysis::Attractors& all = results.attractors;
  NamedFeature feature{"attractors", {}};
  double time = 0.0;
  std::vector<double> dwell, lifespan, probability, sizes(clusters + 1, 0.0);
  for (const analysis::Occurrence& one : all.occurrences) {
    dwell.push_back(one.seconds());
    time += one.seconds();
  }
  for (const analysis::StateStatistics& one : analysis::state_statistics(all)) {
    lifespan.push_back(one.dwell_mean);
    probability.push_back(one.probability);
  }
  for (const std::vector<int>& state : all.states)
    sizes.at(std::min(state.size(), clusters)) += 1.0;
  add_number(feature.result, "states", "1", static_cast<double>(all.states.size()));
  add_number(feature.result, "occurrences", "1", static_cast<double>(all.occurrences.size()));
  add_number(feature.result, "lifespan", "s", mean_of(lifespan));
  add_number(feature.result, "dwell", "s", mean_of(dwell));
  add_number(feature.result, "probability", "1", mean_of(probability));
  add_number(feature.result, "covered", "1",
             all.looked_at() > 0.0 ? time / all.looked_at() : no_number);
  analysis::Axis size{"size", "1", {}, {}};
  for (std::size_t k = 0; k <= clusters; ++k)
    size.values.push_back(static_cast<double>(k));
  feature.result.axes.push_back(std::move(size));
  feature.result.arrays.push_back({"by_size", "1", {"size"}, std::move(sizes)});
  add_states_by_cluster(results, clusters, feature.result);
  return feature;
}

NamedFeature capacity_feature(const SpikeResults& results, const CapacityOptions& wanted,
                              int clusters) {
  NamedFeature feature{"capacity", {}};
  const analysis::Vocabulary states =
      analysis::vocabulary_of(results.attractors, wanted.size, wanted.states);
  analysis::Capacity found{no_number, no_number, {}, {}, no_number, false, 0, 0};
  if (states.size() > 1) {
    found = analysis::capacity_of(states, clusters, wanted.dimensions);
  } else {
    feature.result.notes.push_back("fewer than two states of a size: there is no capacity");
  }
  const double pairs = clusters * (clusters - 1.0);
  add_number(feature.result, "gamma", "1", found.gamma);
  add_number(feature.result, "isotropic_gamma", "1", found.isotropic);
  add_number(feature.result, "is_isotropic", "1", found.is_isotropic ? 1.0 : 0.0);
  add_number(feature.result, "covered_pairs", "1",
             pairs > 0.0 ? static_cast<double>(found.covered) / pairs : no_number);
  add_number(feature.result, "bottlenecks", "1", static_cast<double>(found.bottlenecks));
  add_number(feature.result, "states", "1", static_cast<double>(states.size()));
  add_number(feature.result, "size", "1",
             states.empty() ? no_number : static_cast<double>(states.front().size()));
  analysis::Axis rank{"state", "1", {}, {}};
  for (std::size_t k = 0; k < found.margin.size(); ++k)
    rank.values.push_back(static_cast<double>(k));
  feature.result.axes.push_back(std::move(rank));
  feature.result.arrays.push_back({"margin", "1", {"state"}, std::move(found.margin)});
  return feature;
}

void add_kinds(const meanfield::Search& search, analysis::Result& result) {
  analysis::Axis kinds{"kind", "", {}, {}};
  std::vector<double> counts;
  for (const auto& known : core::Names<RestKind>::table) {
    const RestKind kind = known.value;
    kinds.texts.emplace_back(core::word_of(kind));
    counts.push_back(static_cast<double>(
        std::count_if(search.points.begin(), search.points.end(),
                      [&](const meanfield::FixedPoint& one) { return one.kind == kind; })));
  }
  result.axes.push_back(std::move(kinds));
  result.arrays.push_back({"kinds", "1", {"kind"}, std::move(counts)});
}

/// By fixed point, in the order in which they were found.
void add_points(const meanfield::Search& search, double contrast, analysis::Result& result) {
  analysis::Axis points{"fixed_point", "1", {}, {}};
  std::vector<double> rates, rightmost, found, active;
  for (std::size_t k = 0; k < search.points.size(); ++k) {
    const meanfield::FixedPoint& one = search.points[k];
    points.values.push_back(static_cast<double>(k));
    rates.insert(rates.end(), one.rates.begin(), one.rates.end());
    rightmost.push_back(one.eigenvalues.empty() ? no_number : one.eigenvalues.front().real());
    found.push_back(one.found);
    active.push_back(
        meanfield::active_clusters(one.rates.head(one.rates.size() / 2 - 1), contrast).active);
  }
  result.axes.push_back(std::move(points));
  result.arrays.push_back({"rate", "Hz", {"fixed_point", "population"}, std::move(rates)});
  result.arrays.push_back({"rightmost", "1", {"fixed_point"}, std::move(rightmost)});
  result.arrays.push_back({"found", "1", {"fixed_point"}, std::move(found)});
  result.arrays.push_back({"active", "1", {"fixed_point"}, std::move(active)});
}

NamedFeature fixed_points_feature(const MeanFieldResults& results,
                                  const std::vector<std::string>& populations) {
  const meanfield::Search& search = results.search;
  NamedFeature feature{"mean_field", {}};
  double stable = 0.0, lowest = no_number, highest = no_number;
  const auto clusters = static_cast<Eigen::Index>(populations.size() / 2 - 1);
  for (const meanfield::FixedPoint& one : search.points) {
    if (!is_stable(one.kind)) continue;
    stable += 1.0;
    lowest = std::fmin(lowest, one.rates.head(clusters).minCoeff());
    highest = std::fmax(highest, one.rates.head(clusters).maxCoeff());
  }
  add_number(feature.result, "fixed_points", "1", static_cast<double>(search.points.size()));
  add_number(feature.result, "stable", "1", stable);
  add_number(feature.result, "lowest_stable_rate", "Hz", lowest);
  add_number(feature.result, "highest_stable_rate", "Hz", highest);
  add_number(feature.result, "unconverged", "1", search.unconverged);
  feature.result.axes.push_back({"population", "", {}, populations});
  add_kinds(search, feature.result);
  add_points(search, results.contrast, feature.result);
  return feature;
}

NamedFeature landscape_feature(const meanfield::Path& path) {
  NamedFeature feature{"landscape", {}};
  const Barrier barrier = barrier_of(path);
  add_number(feature.result, "valleys", "1", barrier.valleys);
  add_number(feature.result, "barrier_from_first", "Hz2", barrier.from_first);
  add_number(feature.result, "barrier_from_second", "Hz2", barrier.from_second);
  analysis::Axis moves{"move", "1", {}, {}};
  for (std::size_t k = 0; k < path.potential.size(); ++k)
    moves.values.push_back(static_cast<double>(k));
  feature.result.axes.push_back(std::move(moves));
  feature.result.arrays.push_back({"potential", "Hz2", {"move"}, path.potential});
  feature.result.arrays.push_back({"displacement", "Hz", {"move"}, path.displacement});
  return feature;
}

}  // namespace

std::vector<NamedFeature> features_of(const SpikeResults& results,
                                      const spiking::Populations& populations,
                                      const SpikeAnalysis& how) {
  const int clusters = how.all_populations ? populations.n() : populations.n() / 2 - 1;
  std::vector<NamedFeature> features{
      trains_feature(results, populations), activity_feature(results),
      attractors_feature(results, static_cast<std::size_t>(clusters))};
  if (how.capacity) features.push_back(capacity_feature(results, *how.capacity, clusters));
  return features;
}

MeanFieldResults analyse_mean_field(const SpikingStudy& study) {
  const MeanFieldOptions& wanted = study.mean_field;
  const meanfield::Network network = meanfield::network_of(study.config);
  MeanFieldResults results{
      meanfield::find_fixed_points(network, wanted.starts, study.config.seed), {}, wanted.contrast};
  constexpr std::size_t of_a_path = 2;
  if (wanted.focus.size() != of_a_path) return results;
  const std::vector<Eigen::Index> focus(wanted.focus.begin(), wanted.focus.end());
  results.paths.push_back(
      meanfield::least_resistance(meanfield::landscape(network, focus, {of_a_path, wanted.along})));
  return results;
}

std::vector<NamedFeature> features_of(const MeanFieldResults& results,
                                      const std::vector<std::string>& populations) {
  std::vector<NamedFeature> features{fixed_points_feature(results, populations)};
  for (const meanfield::Path& path : results.paths)
    features.push_back(landscape_feature(path));
  return features;
}

Barrier barrier_of(const meanfield::Path& path) {
  std::vector<double> height{0.0};  // where the path begins
  height.insert(height.end(), path.potential.begin(), path.potential.end());
  std::vector<std::size_t> valleys;
  for (std::size_t k = 0; k < height.size(); ++k) {
    const bool falls = k == 0 || height[k] < height[k - 1];
    const bool rises = k + 1 == height.size() || height[k] <= height[k + 1];
    if (falls && rises) valleys.push_back(k);
  }
  Barrier barrier{static_cast<int>(valleys.size()), no_number, no_number};
  if (valleys.size() < 2) return barrier;
  std::stable_sort(valleys.begin(), valleys.end(),
                   [&](std::size_t a, std::size_t b) { return height[a] < height[b]; });
  const auto [first, second] = std::minmax(valleys[0], valleys[1]);
  const double top = *std::max_element(height.begin() + static_cast<std::ptrdiff_t>(first),
                                       height.begin() + static_cast<std::ptrdiff_t>(second));
  barrier.from_first = top - height[first];
  barrier.from_second = top - height[second];
  return barrier;
}

}  // namespace arcuate::io
