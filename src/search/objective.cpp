#include "arcuate/search/objective.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <tuple>

#include "arcuate/analysis/results.hpp"
#include "arcuate/core/error.hpp"

namespace arcuate::search {
namespace {

using analysis::Index;
using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

constexpr std::array returns_of_samples{
    analysis::ReturnInfo{"samples", "sample, region", "unit", "as they were recorded"}};

analysis::Result compute_samples(const analysis::Input& input, const analysis::Options&) {
  analysis::Axis samples{"sample", "", {}, {}};
  for (Index k = 0; k < input.series.rows(); ++k)
    samples.values.push_back(static_cast<double>(k));
  analysis::Result result;
  result.axes = {std::move(samples), analysis::region_axis(input)};
  result.arrays = {analysis::table("samples", input.unit, {"sample", "region"}, input.series)};
  return result;
}

/// A feature that is the samples themselves: what brings them to rank 0 is that of features.
const analysis::Feature samples_feature{.name = "samples",
                                        .meaning = "the samples themselves",
                                        .returns = returns_of_samples,
                                        .compute = compute_samples};

auto signal_of(const compare::Request& request) {
  return std::tie(request.monitor, request.variable, request.from);
}

compare::Simulated simulated_of(const io::ComputedFeature& samples,
                                const std::vector<std::uint8_t>& hemisphere) {
  compare::Simulated simulated;
  simulated.name = "this simulation";
  simulated.series = samples.series;
  simulated.hemisphere = hemisphere;
  simulated.variable = samples.series.variables[samples.variable];
  const std::vector<double>& values = samples.result.arrays.front().values;
  const auto columns = static_cast<Index>(samples.series.labels.size());
  simulated.samples = Eigen::Map<const RowMajor>(
      values.data(), static_cast<Index>(values.size()) / columns, columns);
  return simulated;
}

/// Numbers between -1 and 1, no two columns alike.
analysis::Matrix noise_of(Index samples, Index columns) {
  analysis::Matrix noise(samples, columns);
  std::uint64_t state = 1;
  for (double& value : noise.reshaped()) {
    state = state * 6364136223846793005ULL + 1442695040888963407ULL;
    value = static_cast<double>(static_cast<std::int64_t>(state)) * 0x1p-63;
  }
  return noise;
}

/// Begins what is wrong with the place of a term.
template <class Do>
auto at_place(const Term& term, const Do& work) {
  try {
    return work();
  } catch (const ConfigError& error) {
    throw ConfigError(term.place + error.what());
  } catch (const DataError& error) {
    throw DataError(term.place + error.what());
  }
}

}  // namespace

bool Term::same_sides(const Term& other) const {
  const auto key = [](const compare::Request& r) {
    return std::tie(r.monitor, r.variable, r.from, r.fc, r.fcd, r.psd, r.series, r.preset, r.window,
                    r.step, r.pairs);
  };
  return key(request) == key(other.request);
}

Objective::Objective(std::vector<Term> terms) : terms_(std::move(terms)) {
  std::vector<const Term*> signals;
  for (std::size_t k = 0; k < terms_.size(); ++k) {
    const auto group = std::find_if(groups_.begin(), groups_.end(), [&](const Group& one) {
      return terms_[one.terms.front()].same_sides(terms_[k]);
    });
    if (group != groups_.end()) {
      group->terms.push_back(k);
      continue;
    }
    const auto known = std::find_if(signals.begin(), signals.end(), [&](const Term* one) {
      return signal_of(one->request) == signal_of(terms_[k].request);
    });
    groups_.push_back({static_cast<std::size_t>(known - signals.begin()), {k}});
    if (known != signals.end()) continue;
    signals.push_back(&terms_[k]);
    const compare::Request& request = terms_[k].request;
    wanted_.push_back(
        request_samples(request.monitor, request.variable, request.from, terms_[k].place));
  }
}

compare::Request Objective::request_of(const Group& group) const {
  compare::Request request = terms_[group.terms.front()].request;
  for (const std::size_t k : group.terms)
    request.losses.push_back(terms_[k].loss);
  return request;
}

void Objective::try_targets(const std::vector<io::RecordedSeries>& series,
                            const network::Connectome& connectome) {
  const std::vector<io::FeatureMemory> sizes = io::memory_of(wanted_, series, connectome);
  for (const Group& group : groups_) {
    const io::FeatureMemory& size = sizes[group.wanted];
    const auto one = std::find_if(series.begin(), series.end(), [&](const io::RecordedSeries& s) {
      return s.name == size.monitor;
    });
    compare::Simulated noise{
        "this simulation", "", *one, connectome.hemisphere, one->variables[size.variable], {}};
    noise.samples = noise_of(static_cast<Index>(size.samples), static_cast<Index>(size.columns));
    at_place(terms_[group.terms.front()],
             [&] { compare::check_targets(request_of(group), noise, targets_); });
  }
}

std::vector<TermValue> Objective::values(const std::vector<io::ComputedFeature>& samples,
                                         const std::vector<std::uint8_t>& hemisphere) {
  std::vector<TermValue> values(terms_.size());
  notes_.clear();
  for (const Group& group : groups_) {
    const Term& first = terms_[group.terms.front()];
    at_place(first, [&] {
      const compare::Comparison done = compare::compare(
          request_of(group), simulated_of(samples[group.wanted], hemisphere), targets_);
      notes_.insert(notes_.end(), done.notes.begin(), done.notes.end());
      for (std::size_t i = 0; i < group.terms.size(); ++i) {
        const compare::Row& row = done.rows[i];
        values[group.terms[i]] = {row.loss, row.value.value, row.value.loss, row.weight};
      }
    });
  }
  return values;
}

io::FeatureRequest request_samples(const std::string& monitor, const std::string& variable,
                                   double from, const std::string& place) {
  std::vector<std::string> settings;
  if (!monitor.empty()) settings.push_back("monitor=" + monitor);
  if (!variable.empty()) settings.push_back("variable=" + variable);
  if (from > 0.0) settings.push_back(fmt::format("from={}", from));
  // Any feature has the options that say which samples count, and their defaults.
  io::FeatureRequest request = io::feature_of("moments", settings);
  request.feature = &samples_feature;
  request.place = place;
  request.name = "samples";
  return request;
}

double total_of(const std::vector<TermValue>& terms) {
  double total = 0.0;
  for (const TermValue& term : terms)
    total += term.weight * term.loss;
  return total;
}

}  // namespace arcuate::search
