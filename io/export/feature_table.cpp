#include "feature_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "arcuate/core/error.hpp"
#include "arcuate/io/hdf5.hpp"
#include "arcuate/core/suggest.hpp"

namespace arcuate::io {
namespace {

hdf5::Object open_features(const std::string& path) {
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(path, ignored))
    throw DataError(path + ": there is no such file; expected a recording or features (.h5)");
  hdf5::Object file = hdf5::open_file(path, hdf5::Access::read);
  const std::string format = file.has_attribute("format") ? file.text("format") : "";
  if (!format.starts_with("arcuate recording") && !format.starts_with("arcuate features"))
    throw DataError(path + ": is neither a recording nor a file of features of Arcuate");
  if (!file.has("features"))
    throw ConfigError(path + ": holds no features (`arcuate analyze` computes them)");
  return file;
}

std::string word(const hdf5::Object& from, const char* attribute) {
  return from.has_attribute(attribute) ? from.text(attribute) : std::string();
}

FeatureAxis read_axis(const hdf5::Object& group, const std::string& name) {
  const hdf5::Object data = group.open_dataset(name);
  FeatureAxis axis{name, word(data, "units"), {}, {}};
  if (hdf5::doubt(data.id(), hdf5::Kind::texts).empty()) {
    axis.texts = group.read_texts(name);
  } else {
    axis.values = group.read<double>(name);
  }
  return axis;
}

/// Adds the axes that are not there yet.
FeatureArray read_array(const hdf5::Object& group, const std::string& name, FeatureTable& table) {
  const hdf5::Object data = group.open_dataset(name);
  FeatureArray array{name, word(data, "units"), word(data, "long_name"), {}, {}};
  std::string axes = word(data, "axes");
  while (!axes.empty()) {
    const std::size_t comma = axes.find(", ");
    const std::string one = axes.substr(0, comma);
    axes = comma == std::string::npos ? "" : axes.substr(comma + 2);
    const auto known = std::find_if(table.axes.begin(), table.axes.end(),
                                    [&](const FeatureAxis& axis) { return axis.name == one; });
    array.axes.push_back(static_cast<std::size_t>(known - table.axes.begin()));
    if (known == table.axes.end()) table.axes.push_back(read_axis(group, one));
  }
  array.values = group.read<double>(name);
  const std::vector<hsize_t> shape = data.shape();
  const std::vector<std::size_t> expected = table.shape(array);
  if (!std::equal(shape.begin(), shape.end(), expected.begin(), expected.end()))
    throw DataError(fmt::format("{}: /features/{}/{}: does not say along which axes it is",
                                group.file(), table.name, name));
  return array;
}

}  // namespace

std::vector<std::size_t> FeatureTable::shape(const FeatureArray& array) const {
  std::vector<std::size_t> sizes;
  for (const std::size_t axis : array.axes)
    sizes.push_back(axes[axis].size());
  return sizes;
}

FeatureTable read_feature_table(const std::string& path, const std::string& feature,
                                const std::string& array) try {
  const hdf5::Object features = open_features(path).open_group("features");
  const std::vector<std::string> all = features.names();
  if (std::find(all.begin(), all.end(), feature) == all.end()) {
    throw ConfigError(
        fmt::format("--feature {}: {} has no such feature{}", feature, path, hint(feature, all)));
  }
  const hdf5::Object group = features.open_group(feature);
  FeatureTable table;
  table.name = feature;
  for (const char* fact : {"kind", "long_name", "references", "monitor", "variable", "options"})
    table.facts.emplace_back(fact, word(group, fact));
  std::vector<std::string> arrays;
  for (const std::string& name : group.names()) {
    if (group.open_dataset(name).has_attribute("CLASS")) continue;  // an axis
    arrays.push_back(name);
    if (array.empty() || array == name) table.arrays.push_back(read_array(group, name, table));
  }
  if (table.arrays.empty()) {
    throw ConfigError(fmt::format("--variable {}: the feature {} has no such array{}", array,
                                  feature, hint(array, arrays)));
  }
  return table;
} catch (const EnvironmentError& error) {
  throw DataError(path + ": its features cannot be read (" + error.what() + ")");
}

}  // namespace arcuate::io
