#include <algorithm>
#include <cmath>
#include <utility>

#include "arcuate/analysis/feature.hpp"
#include "arcuate/core/error.hpp"
#include "arcuate/io/hdf5.hpp"
#include "array_figure.hpp"
#include "charts.hpp"
#include "columns.hpp"
#include "math.hpp"
#include "words.hpp"

namespace arcuate::report {
namespace {

using Json = nlohmann::ordered_json;
namespace hdf5 = io::hdf5;

constexpr std::size_t most_listed = 200;
constexpr std::size_t most_drawn = 24;
constexpr std::size_t most_read = std::size_t{1} << 22;

std::string word_of(const hdf5::Object& object, const char* attribute) {
  return object.has_attribute(attribute) ? object.text(attribute) : std::string();
}

/// Names of the axes of an array; nothing where the file does not say.
std::vector<std::string> axes_of(const hdf5::Object& data) {
  std::vector<std::string> axes;
  const std::string names = word_of(data, "axes");
  for (std::size_t at = 0; at < names.size();) {
    const std::size_t end = std::min(names.find(", ", at), names.size());
    axes.push_back(names.substr(at, end - at));
    at = end + 2;
  }
  return axes;
}

/// What an array is among those of its feature: the first is what the feature is for.
std::size_t place_among(const std::string& kind, const std::string& array) {
  const analysis::Feature* feature = analysis::find_feature(kind);
  if (feature == nullptr) return 0;
  const auto found = std::find_if(feature->returns.begin(), feature->returns.end(),
                                  [&](const auto& one) { return one.name == array; });
  return static_cast<std::size_t>(found - feature->returns.begin());
}

/// What stands along an axis, at chosen places: numbers or texts; null where it is not there.
Json along(const hdf5::Object& group, const std::string& axis,
           const std::vector<std::size_t>& places) {
  if (!group.has(axis)) return nullptr;
  Json json = Json::array();
  const bool texts = !hdf5::doubt(group.open_dataset(axis).id(), hdf5::Kind::texts).empty();
  if (texts) {
    const auto numbers = group.read<double>(axis);
    for (const std::size_t k : places)
      json.push_back(k < numbers.size() ? Json(rounded(numbers[k])) : Json());
    return json;
  }
  const auto labels = group.read_texts(axis);
  for (const std::size_t k : places)
    json.push_back(k < labels.size() ? Json(labels[k]) : Json());
  return json;
}

void add_summary(const std::vector<double>& values, Json& json) {
  double sum = 0.0, low = INFINITY, high = -INFINITY;
  std::size_t finite = 0;
  for (const double value : values) {
    if (!std::isfinite(value)) continue;
    sum += value;
    low = std::min(low, value);
    high = std::max(high, value);
    ++finite;
  }
  json["undefined"] = values.size() - finite;
  if (finite == 0) return;
  json["mean"] = rounded(sum / static_cast<double>(finite));
  json["least"] = rounded(low);
  json["most"] = rounded(high);
}

/// Colours that say what the numbers of an array are.
Colours colours_of(const hdf5::Object& group, const std::string& array) {
  const std::string kind = word_of(group, "kind"), options = word_of(group, "options");
  const auto measures = [&](const char* word) {
    return array == kind && options.find(word) != std::string::npos;
  };
  if (kind == "psd" && array == "power") return Colours::logarithm;
  if (kind == "fc" && measures("measure: pearson")) return Colours::correlation;
  if (kind == "fcd" && measures("measure: correlation")) return Colours::correlation;
  return Colours::values;
}

void add_figure(const hdf5::Object& group, Json& json) {
  const auto name = json["name"].get<std::string>();
  const auto shape = json["shape"].get<std::vector<std::size_t>>();
  const auto axes = json["axes"].get<std::vector<std::string>>();
  add_array_figure(
      group.read<double>(name), shape,
      [&](std::size_t axis, const auto& places) { return along(group, axes[axis], places); },
      colours_of(group, name), json);
  json["axis_units"] = Json::array();
  for (const std::string& axis : axes)
    json["axis_units"].push_back(
        group.has(axis) ? typeset_unit(word_of(group.open_dataset(axis), "units")) : "");
}

Json array_of(const hdf5::Object& group, const std::string& feature, const std::string& name) {
  const hdf5::Object data = group.open_dataset(name);
  Json json{{"feature", feature},
            {"name", name},
            {"unit", typeset_unit(word_of(data, "units"))},
            {"meaning", word_of(data, "long_name")},
            {"monitor", word_of(group, "monitor")},
            {"variable", word_of(group, "variable")},
            {"axes", axes_of(data)},
            {"shape", data.shape()}};
  if (data.size() > 0 && data.size() <= most_read) add_summary(group.read<double>(name), json);
  return json;
}

/// What could be drawn of the features, in turns: of each the first of its results, then the
/// second.
struct Turn {
  std::size_t turn = 0;
  std::size_t array = 0;  ///< position in the list
};

bool can_be_drawn(const Json& array) {
  std::size_t size = 1;
  for (const Json& extent : array["shape"])
    size *= extent.get<std::size_t>();
  const std::size_t axes = array["shape"].size();
  return axes >= 1 && axes <= 2 && array["axes"].size() == axes && size >= 2 && size <= most_read;
}

/// Lists the arrays of one feature behind `before` others. Returns how many there are.
std::size_t add_arrays(const hdf5::Object& group, const std::string& feature, std::size_t before,
                       Json& arrays, std::vector<Turn>& turns) {
  std::vector<std::pair<std::size_t, std::size_t>> places;  // in the feature, in the list
  std::size_t count = 0;
  for (const std::string& name : group.names()) {
    if (group.open_dataset(name).has_attribute("CLASS")) continue;  // an axis
    if (before + ++count > most_listed) continue;
    arrays.push_back(array_of(group, feature, name));
    if (can_be_drawn(arrays.back()))
      places.emplace_back(place_among(word_of(group, "kind"), name), arrays.size() - 1);
  }
  std::sort(places.begin(), places.end());
  for (std::size_t k = 0; k < places.size(); ++k)
    turns.push_back({k, places[k].second});
  return count;
}

void draw(const hdf5::Object& features, std::vector<Turn> turns, Json& arrays) {
  std::stable_sort(turns.begin(), turns.end(),
                   [](const Turn& a, const Turn& b) { return a.turn < b.turn; });
  turns.resize(std::min(turns.size(), most_drawn));
  for (const Turn& turn : turns) {
    Json& one = arrays[turn.array];
    add_figure(features.open_group(one["feature"].get<std::string>()), one);
  }
}

/// What the axis `region` of features of a monitor has.
std::string_view noun_of_source(const io::RecordedRun& run, const std::string& monitor) {
  const auto found = std::find_if(run.series.begin(), run.series.end(),
                                  [&](const auto& series) { return series.name == monitor; });
  return found == run.series.end() ? "region" : noun_of(run, *found);
}

}  // namespace

Json feature_charts(const io::RecordedRun& run) {
  Json json{{"total", 0}, {"arrays", Json::array()}};
  if (run.features.empty()) return json;
  std::size_t total = 0;
  try {
    const hdf5::Object file = hdf5::open_file(run.path, hdf5::Access::read);
    const hdf5::Object all = file.open_group("features");
    std::vector<Turn> turns;
    for (const std::string& feature : run.features)
      total += add_arrays(all.open_group(feature), feature, total, json["arrays"], turns);
    draw(all, std::move(turns), json["arrays"]);
  } catch (const EnvironmentError& error) {
    throw DataError(run.path + ": its features cannot be read (" + error.what() + ")");
  }
  for (Json& one : json["arrays"])
    one["noun"] = noun_of_source(run, one["monitor"].get<std::string>());
  json["total"] = total;
  return json;
}

}  // namespace arcuate::report
