#include "write.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "arcuate/core/version.hpp"
#include "arcuate/io/feature_sink.hpp"
#include "file/yaml.hpp"
#include "read.hpp"

namespace arcuate::io {
namespace {

yaml::Node band_node(const analysis::Band& band) {
  return yaml::list({yaml::number(band.low), yaml::number(band.high)});
}

struct AsNode {
  yaml::Node operator()(double value) const { return yaml::number(value); }
  yaml::Node operator()(bool value) const { return yaml::scalar(value ? "true" : "false"); }
  yaml::Node operator()(const std::string& value) const { return yaml::scalar(value); }
  yaml::Node operator()(const analysis::Band& value) const { return band_node(value); }
  yaml::Node operator()(const std::vector<analysis::NamedBand>& bands) const {
    yaml::Node map = yaml::map();
    for (const analysis::NamedBand& one : bands)
      map.set(one.name, band_node(one.band));
    return map;
  }
};

void describe(const hdf5::Object& group, const ComputedFeature& done) {
  const FeatureRequest& request = done.request;
  group.set("kind", std::string(request.feature->name));
  if (!request.plugin.empty()) {
    group.set("plugin", request.plugin);
    group.set("plugin_sha256", request.plugin_sha256);
  }
  group.set("long_name", std::string(request.feature->meaning));
  if (!request.feature->citation.empty())
    group.set("references", std::string(request.feature->citation));
  group.set("monitor", done.series.name);
  group.set("variable", done.series.variables[done.variable]);
  group.set("options", yaml::emit(node_of(request)));
  group.set("first_time", done.frame.first_time);
  group.set("period", done.series.period);
  group.set("samples", static_cast<std::int64_t>(done.samples));
  group.set("arcuate_version", std::string(version()));
}

hdf5::Object write_axis(const hdf5::Object& group, const analysis::Axis& axis) {
  hdf5::Object scale = axis.texts.empty() ? group.write<double>(axis.name, axis.values)
                                          : group.write_texts(axis.name, axis.texts);
  if (!axis.unit.empty()) scale.set("units", axis.unit);
  scale.make_scale(axis.name);
  return scale;
}

std::string meaning_of(const analysis::Feature& feature, const std::string& name) {
  const auto found =
      std::find_if(feature.returns.begin(), feature.returns.end(),
                   [&](const analysis::ReturnInfo& info) { return info.name == name; });
  return found == feature.returns.end() ? name : std::string(found->meaning);
}

}  // namespace

yaml::Node node_of(const FeatureRequest& request) {
  yaml::Node map = yaml::map();
  map.set("kind", yaml::scalar(std::string(request.feature->name)));
  if (!request.plugin.empty()) map.set("plugin", yaml::scalar(request.plugin, true));
  for (const auto& [name, value] : request.options.all())
    map.set(name, std::visit(AsNode{}, value));
  return map;
}

void write_feature(const hdf5::Object& features, const ComputedFeature& done,
                   std::vector<std::string>& notes) {
  const analysis::Result& result = done.result;
  const hdf5::Object group = features.create_group(done.request.name);
  describe(group, done);
  std::map<std::string, hdf5::Object> scales;
  std::map<std::string, hsize_t> extent;
  for (const analysis::Axis& axis : result.axes) {
    scales.emplace(axis.name, write_axis(group, axis));
    extent[axis.name] = std::max(axis.values.size(), axis.texts.size());
  }
  std::vector<hdf5::Object> written;
  std::vector<std::vector<const hdf5::Object*>> used;
  for (const analysis::Array& array : result.arrays) {
    std::vector<hsize_t> shape;
    used.emplace_back();
    for (const std::string& axis : array.axes) {
      shape.push_back(extent.at(axis));
      used.back().push_back(&scales.at(axis));
    }
    written.push_back(shape.empty() ? group.write_number(array.name, array.values.front())
                                    : group.write<double>(array.name, array.values, shape));
    written.back().set("units", array.unit);
    written.back().set("axes", fmt::format("{}", fmt::join(array.axes, ", ")));
    written.back().set("long_name", meaning_of(*done.request.feature, array.name));
  }
  std::vector<hdf5::ScaleUse> uses;
  for (std::size_t k = 0; k < written.size(); ++k) {
    if (!used[k].empty()) uses.push_back({&written[k], used[k]});
  }
  hdf5::attach_scales(uses);
  for (const std::string& note : result.notes)
    notes.push_back(done.request.place + note);
}

void write_features(const std::string& recording, FeatureSink& sink,
                    std::vector<std::string>& notes) {
  const hdf5::Object file = hdf5::open_file(recording, hdf5::Access::write);
  const hdf5::Object features =
      file.has("features") ? file.open_group("features") : file.create_group("features");
  sink.finish([&](const ComputedFeature& done) {
    write_feature(features, done, notes);
    file.flush();
  });
}

}  // namespace arcuate::io
