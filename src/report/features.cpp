#include <algorithm>
#include <cmath>

#include "arcuate/analysis/feature.hpp"
#include "arcuate/core/error.hpp"
#include "arcuate/io/hdf5.hpp"
#include "array_figure.hpp"
#include "charts.hpp"
#include "math.hpp"

namespace arcuate::report {
namespace {

using Json = nlohmann::ordered_json;
namespace hdf5 = io::hdf5;

constexpr std::size_t most_listed = 200;
constexpr std::size_t most_drawn = 8;
constexpr std::size_t most_read = std::size_t{1} << 22;

/// Names of the axes of an array; nothing for features that this program does not know.
std::vector<std::string> axes_of(const std::string& kind, const std::string& array) {
  std::vector<std::string> axes;
  const analysis::Feature* feature = analysis::find_feature(kind);
  if (feature == nullptr) return axes;
  for (const analysis::ReturnInfo& one : feature->returns) {
    if (one.name != array) continue;
    std::string names(one.axes);
    for (std::size_t at = 0; at < names.size();) {
      const std::size_t end = std::min(names.find(", ", at), names.size());
      axes.push_back(names.substr(at, end - at));
      at = end + 2;
    }
  }
  return axes;
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

void add_figure(const hdf5::Object& group, const std::vector<double>& values, Json& json) {
  const auto shape = json["shape"].get<std::vector<std::size_t>>();
  const auto axes = json["axes"].get<std::vector<std::string>>();
  if (axes.size() != shape.size() || values.size() < 2) return;
  add_array_figure(
      values, shape,
      [&](std::size_t axis, const auto& places) { return along(group, axes[axis], places); }, json);
}

Json array_of(const hdf5::Object& group, const std::string& feature, const std::string& name,
              std::size_t drawn) {
  const hdf5::Object data = group.open_dataset(name);
  const std::string kind = group.has_attribute("kind") ? group.text("kind") : std::string();
  const auto word = [](const hdf5::Object& from, const char* attribute) {
    return from.has_attribute(attribute) ? from.text(attribute) : std::string();
  };
  Json json{{"feature", feature},
            {"name", name},
            {"unit", word(data, "units")},
            {"meaning", word(data, "long_name")},
            {"monitor", word(group, "monitor")},
            {"variable", word(group, "variable")},
            {"axes", axes_of(kind, name)},
            {"shape", data.shape()}};
  if (data.size() == 0 || data.size() > most_read) return json;
  const auto values = group.read<double>(name);
  add_summary(values, json);
  if (drawn < most_drawn) add_figure(group, values, json);
  return json;
}

/// The arrays of one feature behind `before` others. Returns how many there are.
std::size_t add_arrays(const hdf5::Object& group, const std::string& feature, std::size_t before,
                       Json& arrays) {
  auto figures =
      static_cast<std::size_t>(std::count_if(arrays.begin(), arrays.end(), [](const Json& one) {
        return one.contains("line") || one.contains("matrix");
      }));
  std::size_t count = 0;
  for (const std::string& name : group.names()) {
    if (group.open_dataset(name).has_attribute("CLASS")) continue;  // an axis
    if (before + ++count > most_listed) continue;
    arrays.push_back(array_of(group, feature, name, figures));
    if (arrays.back().contains("line") || arrays.back().contains("matrix")) ++figures;
  }
  return count;
}

}  // namespace

Json feature_charts(const io::RecordedRun& run) {
  Json json{{"total", 0}, {"arrays", Json::array()}};
  if (run.features.empty()) return json;
  std::size_t total = 0;
  try {
    const hdf5::Object file = hdf5::open_file(run.path, hdf5::Access::read);
    const hdf5::Object all = file.open_group("features");
    for (const std::string& feature : run.features)
      total += add_arrays(all.open_group(feature), feature, total, json["arrays"]);
  } catch (const EnvironmentError& error) {
    throw DataError(run.path + ": its features cannot be read (" + error.what() + ")");
  }
  json["total"] = total;
  return json;
}

}  // namespace arcuate::report
