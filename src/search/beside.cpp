#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string_view>

#include "arcuate/io/fit.hpp"
#include "arcuate/io/spike_features.hpp"
#include "arcuate/search/job.hpp"
#include "arcuate/search/results.hpp"
#include "common.hpp"
#include "records.hpp"

namespace arcuate::search {

std::string best_recording(const std::string& folder) {
  return JobPaths(folder).best_recording;
}

std::string best_study_file(const std::string& folder) {
  return JobPaths(folder).best;
}

std::string recorded_best(const std::string& folder) {
  std::string text = best_study(folder, "");
  constexpr std::string_view unseen = "record: false";
  for (std::size_t at = text.find(unseen); at != std::string::npos; at = text.find(unseen, at))
    text.replace(at, unseen.size(), "record: true");
  return text;
}

bool is_best_recorded(const std::string& folder) {
  std::error_code none;
  if (!std::filesystem::is_regular_file(best_recording(folder), none)) return false;
  std::ostringstream study;
  study << std::ifstream(best_study_file(folder)).rdbuf();
  return study.str() == recorded_best(folder);
}

std::optional<compare::Comparison> best_beside_targets(const std::string& folder) {
  const std::string recording = best_recording(folder);
  if (!is_best_recorded(folder)) return std::nullopt;
  const Records records{JobPaths(folder)};
  const JobHeader& header = records.header();
  if (header.kind != "fit") return std::nullopt;
  const io::Subject study = io::parse_subject(header.text, header.path, header.overrides);
  if (study.neurons() != nullptr) return std::nullopt;  // its targets are numbers of the table
  const std::vector<std::vector<Term>> conditions = conditions_of(io::fit_of(study));
  std::optional<compare::Comparison> all;
  for (const Term& term : conditions.front()) {
    compare::Request request = term.request;
    request.recording = recording;
    request.losses = {term.loss};
    compare::Comparison one = compare::compare(request);
    if (!all) {
      all = std::move(one);
      continue;
    }
    all->rows.push_back(one.rows.front());
    all->total += one.total;
    const auto take = [](auto& mine, auto& other) {
      if (!mine) mine = std::move(other);
    };
    take(all->fc, one.fc);
    if (!all->fcd) all->fcd_step = one.fcd_step;
    take(all->fcd, one.fcd);
    take(all->psd, one.psd);
    take(all->samples_beside, one.samples_beside);
  }
  return all;
}

namespace {

/// What a candidate of spiking neurons is described by: of its recording, and of its mean field
/// where that is asked for.
std::vector<io::NamedFeature> features_of_best(const std::string& folder,
                                               const io::SpikingStudy& study, bool mean_field) {
  const spiking::Populations populations = spiking::populations_of(study.config);
  std::vector<io::NamedFeature> all;
  if (mean_field) all = io::features_of(io::analyse_mean_field(study), populations.names);
  if (is_best_recorded(folder))
    std::ranges::move(io::features_of(io::read_spike_results(best_recording(folder)), populations,
                                      study.analysis),
                      std::back_inserter(all));
  return all;
}

void add_beside(const std::vector<io::NamedFeature>& features, const io::FeatureTarget& target,
                std::vector<compare::NumberBeside>& all) {
  for (const io::NamedFeature& feature : features) {
    if (feature.name != target.feature) continue;
    for (const analysis::Array& array : feature.result.arrays) {
      if (array.name != target.array) continue;
      for (std::size_t k = 0; k < target.entries.size(); ++k) {
        const std::size_t entry = target.entries[k];
        if (entry >= array.values.size()) continue;
        std::string name = feature.name + "." + array.name;
        for (const analysis::Axis& axis : feature.result.axes) {
          const bool along = !array.axes.empty() && array.axes.front() == axis.name;
          if (along && entry < axis.texts.size()) name += " of " + axis.texts[entry];
        }
        all.push_back({name, array.unit, array.values[entry], target.wanted[k]});
      }
    }
  }
}

}  // namespace

std::vector<compare::NumberBeside> best_beside_numbers(const std::string& folder) {
  const Records records{JobPaths(folder)};
  const JobHeader& header = records.header();
  if (header.kind != "fit") return {};
  const io::Subject subject = io::parse_subject(header.text, header.path, header.overrides);
  if (subject.neurons() == nullptr) return {};
  const std::vector<std::vector<Term>> conditions = conditions_of(io::fit_of(subject));
  const auto of_mean_field = [](const Term& term) {
    return term.values->feature == "mean_field" || term.values->feature == "landscape";
  };
  const std::vector<Term>& terms = conditions.front();
  const io::SpikingStudy best = io::parse_spiking_study(best_study(folder, ""), header.path, {});
  const std::vector<io::NamedFeature> features =
      features_of_best(folder, best, std::any_of(terms.begin(), terms.end(), of_mean_field));
  std::vector<compare::NumberBeside> all;
  for (const Term& term : terms)
    add_beside(features, *term.values, all);
  return all;
}

}  // namespace arcuate::search
