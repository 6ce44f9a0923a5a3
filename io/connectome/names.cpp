#include "names.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "arcuate/core/error.hpp"
#include "arcuate/core/suggest.hpp"

namespace arcuate::io::matrix {

namespace names {
const std::vector<std::string> weights{"weights", "weight",        "W",    "w",    "sc", "SC",
                                       "Cmat",    "LocalCoupling", "data", "arr_0"};
const std::vector<std::string> lengths{"tract_lengths", "tract_length", "lengths",   "length",
                                       "len",           "Dmat",         "distances", "dist",
                                       "sc_lengths",    "SC_lengths"};
const std::vector<std::string> delays{"delays", "delay"};
const std::vector<std::string> labels{"labels", "region_labels", "names", "regions"};
const std::vector<std::string> centres{"centres", "centers", "coordinates", "coords"};
const std::vector<std::string> orientations{"orientations", "orientation", "average_orientations"};
const std::vector<std::string> areas{"areas", "area"};
const std::vector<std::string> cortical{"cortical"};
const std::vector<std::string> hemispheres{"hemispheres", "hemisphere"};
}  // namespace names

namespace {

bool contains(const std::vector<std::string>& list, const std::string& name) {
  return std::find(list.begin(), list.end(), name) != list.end();
}

const char* word_of(Wanted wanted) {
  return wanted == Wanted::weights ? "weights" : wanted == Wanted::lengths ? "lengths" : "delays";
}

std::vector<std::string> found_in(const std::vector<std::string>& names,
                                  const std::vector<std::string>& there) {
  std::vector<std::string> found;
  std::copy_if(names.begin(), names.end(), std::back_inserter(found),
               [&](const std::string& name) { return contains(there, name); });
  return found;
}

void remark_several(const std::string& path, const char* what,
                    const std::vector<std::string>& found, std::vector<std::string>& said) {
  if (found.size() < 2) return;
  said.push_back(fmt::format(
      "{}: {} could all be the {}: {} is read (pick another with weights: {{file: ..., variable: "
      "...}})",
      path, fmt::join(found, ", "), what, found.front()));
}

/// All names that are read, of one letter excepted: everything is near to those.
std::vector<std::string> known_words() {
  std::vector<std::string> known;
  for (const auto* list : {&names::weights, &names::lengths, &names::delays, &names::labels,
                           &names::centres, &names::areas, &names::hemispheres}) {
    std::copy_if(list->begin(), list->end(), std::back_inserter(known),
                 [](const std::string& name) { return name.size() > 3; });
  }
  return known;
}

}  // namespace

namespace {

std::string list_of(const std::vector<std::string>& all) {
  constexpr std::size_t most = 20;
  if (all.empty()) return "nothing";
  const auto end = all.begin() + static_cast<std::ptrdiff_t>(std::min(most, all.size()));
  const std::string shown = fmt::format("{}", fmt::join(all.begin(), end, ", "));
  return all.size() > most ? fmt::format("{} and {} more", shown, all.size() - most) : shown;
}

/// Whether a name, in a group or not, says that a matrix is something else than what is wanted.
bool means_other(Wanted wanted, const std::string& path) {
  const std::string name = path.substr(path.find_last_of('/') + 1);
  return (wanted != Wanted::lengths && contains(names::lengths, name)) ||
         (wanted != Wanted::delays && contains(names::delays, name));
}

/// The last whose name does not say that it is something else.
std::string likeliest(Wanted wanted, const std::vector<std::string>& matrices) {
  const auto found = std::find_if(matrices.rbegin(), matrices.rend(),
                                  [&](const auto& name) { return !means_other(wanted, name); });
  return found == matrices.rend() ? matrices.back() : *found;
}

}  // namespace

std::string first_of(const std::vector<std::string>& names, const std::vector<std::string>& there) {
  const auto found = std::find_if(names.begin(), names.end(),
                                  [&](const std::string& name) { return contains(there, name); });
  return found == names.end() ? "" : *found;
}

std::vector<std::string> names_of(Wanted wanted) {
  std::vector<std::string> list;
  if (wanted == Wanted::lengths) list = names::lengths;
  if (wanted == Wanted::delays) list = names::delays;
  list.insert(list.end(), names::weights.begin(), names::weights.end());
  return list;
}

std::string pick(const std::string& path, Wanted wanted, const std::string& variable,
                 const std::vector<std::string>& there, const std::function<Inside()>& look) {
  if (contains(there, variable)) return variable;
  const std::string named = variable.empty() ? first_of(names_of(wanted), there) : "";
  const bool of_weights = contains(names::weights, named);
  if (!named.empty() && (wanted == Wanted::weights || !of_weights)) return named;
  const Inside inside = look();
  if (variable.empty() && inside.matrices.size() == 1 &&
      !means_other(wanted, inside.matrices.front())) {
    return inside.matrices.front();
  }
  const std::string what = variable.empty()
                               ? fmt::format("{} under a name that is read", word_of(wanted))
                               : fmt::format("'{}'", variable);
  const std::string advice =
      inside.matrices.empty()
          ? (inside.advice.empty() ? "expected a square matrix" : inside.advice)
          : fmt::format("pick one with `{}: {{file: {}, variable: {}}}`", word_of(wanted),
                        path.substr(path.find_last_of('/') + 1),
                        likeliest(wanted, inside.matrices));
  throw DataError(
      fmt::format("{}: has no {}: it holds {}; {}", path, what, list_of(inside.all), advice));
}

std::string misspelt(const std::string& name, const std::vector<std::string>& known) {
  const std::string near = nearest(name, known);
  return near.empty() || contains(known, name) || edit_distance(name, near) > 2 ? "" : near;
}

std::vector<std::string> remarks(const std::string& path, const std::vector<std::string>& there) {
  std::vector<std::string> said;
  const std::vector<std::string> lengths = found_in(names::lengths, there);
  const std::vector<std::string> delays = found_in(names::delays, there);
  remark_several(path, "weights", found_in(names::weights, there), said);
  remark_several(path, "lengths", lengths, said);
  if (!lengths.empty() && !delays.empty()) {
    said.push_back(fmt::format("{}: holds {} and {}: the delays are used, the lengths are not",
                               path, lengths.front(), delays.front()));
  }
  const std::vector<std::string> known = known_words();
  for (const std::string& name : there) {
    const std::string near = misspelt(name, known);
    if (near.empty()) continue;
    said.push_back(fmt::format("{}: '{}' is not read: is it meant to be '{}'?", path, name, near));
  }
  return said;
}

}  // namespace arcuate::io::matrix
