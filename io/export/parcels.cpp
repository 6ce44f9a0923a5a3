#include "parcels.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "arcuate/core/counted.hpp"
#include "arcuate/core/error.hpp"
#include "arcuate/core/suggest.hpp"

namespace arcuate::io {
namespace {

std::vector<std::string> names_in(const cifti::Parcellation& parcellation) {
  std::vector<std::string> names;
  for (const cifti::Parcel& parcel : parcellation.parcels)
    names.push_back(parcel.name);
  return names;
}

void check_known(const RegionsToPlace& regions, const std::vector<std::string>& names) {
  std::vector<std::string> unknown;
  for (const std::string& label : regions.labels) {
    if (std::find(names.begin(), names.end(), label) == names.end()) unknown.push_back(label);
  }
  if (unknown.empty()) return;
  throw DataError(fmt::format("{}: has no label '{}' of {} ({} of {} regions are not in it){}",
                              regions.request.parcels, unknown.front(), regions.request.recording,
                              unknown.size(), regions.labels.size(), hint(unknown.front(), names)));
}

void note_places(std::vector<std::string>& notes, const cifti::Parcellation& parcellation) {
  const auto placed = [](const cifti::Parcel& p) {
    return !p.patches.empty() || !p.voxels.empty();
  };
  if (std::any_of(parcellation.parcels.begin(), parcellation.parcels.end(), placed)) return;
  notes.emplace_back(
      "parcels have names and no place on a surface: --parcels takes a .dlabel.nii that has them");
}

}  // namespace

PlacedRegions placed_regions(const RegionsToPlace& regions) {
  PlacedRegions result;
  const std::vector<std::string>& labels = regions.labels;
  const std::string& file = regions.request.parcels;
  if (file.empty()) {
    for (const std::string& label : labels) {
      result.row_of.push_back(result.parcels.parcels.size());
      result.parcels.parcels.push_back({label, {}, {}});
    }
    note_places(regions.notes, result.parcels);
    return result;
  }
  cifti::Parcellation all = cifti::read_parcellation(file);
  check_known(regions, names_in(all));
  std::map<std::string, std::size_t> row;
  std::vector<cifti::Parcel> chosen;
  for (cifti::Parcel& parcel : all.parcels) {
    if (std::find(labels.begin(), labels.end(), parcel.name) == labels.end()) continue;
    if (!row.emplace(parcel.name, chosen.size()).second)
      throw DataError(fmt::format("{}: two labels are called '{}'", file, parcel.name));
    chosen.push_back(std::move(parcel));
  }
  const std::size_t left_out = all.parcels.size() - chosen.size();
  if (left_out > 0)
    regions.notes.push_back(
        fmt::format("{} of {} {} no region and {} left out", counted(left_out, "label"), file,
                    left_out == 1 ? "has" : "have", left_out == 1 ? "is" : "are"));
  all.parcels = std::move(chosen);
  result.parcels = std::move(all);
  for (const std::string& label : labels)
    result.row_of.push_back(row.at(label));
  note_places(regions.notes, result.parcels);
  return result;
}

}  // namespace arcuate::io
