#include <filesystem>
#include <fstream>
#include <sstream>
#include <string_view>

#include "arcuate/io/fit.hpp"
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

}  // namespace arcuate::search
