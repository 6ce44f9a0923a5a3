#include "layout.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

#include "arcuate/core/clock_time.hpp"
#include "arcuate/core/version.hpp"
#include "arcuate/monitor/sensors.hpp"
#include "stimuli.hpp"

namespace arcuate::io {
namespace {

/// One text when all variables have the same unit, else a JSON object {variable: unit}.
std::string units_of(const monitor::SeriesInfo& series) {
  const std::vector<std::string>& units = series.units;
  if (units.empty()) return "1";
  if (std::all_of(units.begin(), units.end(), [&](const auto& u) { return u == units.front(); })) {
    return units.front();
  }
  nlohmann::ordered_json by_variable;
  for (std::size_t v = 0; v < units.size(); ++v) {
    by_variable[series.variables[v]] = units[v];
  }
  return by_variable.dump();
}

/// What the sensors of a series see and, where it is known, where they are.
class SensorParts {
 public:
  SensorParts(const hdf5::Object& group, const hdf5::Object& data,
              const monitor::Sensors& sensors) {
    data.set("gain", sensors.source);
    data.set("gain_sha256", sensors.sha256);
    data.set("settings", sensors.settings);
    if (!sensors.note.empty()) data.set("note", sensors.note);
    if (sensors.positions.empty()) return;
    std::vector<double> places;
    for (const monitor::Point& place : sensors.positions)
      places.insert(places.end(), place.begin(), place.end());
    axis_ = group.write_texts("axis", {"x", "y", "z"});
    axis_->make_scale("axis");
    position_ = group.write<double>("position", places, {sensors.positions.size(), 3});
    position_->set("units", std::string("mm"));
  }
  void use(const hdf5::Object& sensor, std::vector<hdf5::ScaleUse>& uses) const {
    if (position_) uses.push_back({&*position_, {&sensor, &*axis_}});
  }

 private:
  std::optional<hdf5::Object> axis_, position_;
};

/// {"lfp": "y1 - y2"}
std::string expressions_of(const monitor::SeriesInfo& series) {
  nlohmann::ordered_json texts = nlohmann::ordered_json::object();
  for (std::size_t v = 0; v < series.variables.size(); ++v) {
    if (!series.expressions[v].empty()) texts[series.variables[v]] = series.expressions[v];
  }
  return texts.dump();
}

/// In pieces: a long run has millions of samples, and no memory is planned for their times.
hdf5::Object write_times(const hdf5::Object& group, const monitor::SeriesInfo& series,
                         std::size_t samples) {
  constexpr std::size_t most = 65536;
  hdf5::Object time = group.create_array<double>("time", {samples});
  std::vector<double> times;
  for (std::size_t begin = 0; begin < samples; begin += most) {
    times.resize(std::min(most, samples - begin));
    for (std::size_t k = 0; k < times.size(); ++k)
      times[k] = series.first_time + static_cast<double>(begin + k) * series.period;
    time.write_part({{begin}, {times.size()}}, times);
  }
  return time;
}

}  // namespace

SampleShape shape_of(const monitor::SeriesInfo& series) {
  return {static_cast<hsize_t>(series.recorded ? series.samples : 0), series.variables.size(),
          series.column_labels.size()};
}

std::int64_t write_series(const hdf5::Object& monitors, const monitor::SeriesInfo& series,
                          Storage storage) {
  const SampleShape shape = shape_of(series);
  const hdf5::Object group = monitors.create_group(series.name);
  group.set("kind", series.kind);
  const hdf5::Object time = write_times(group, series, shape.samples);
  time.set("units", std::string("s"));
  time.set("long_name", std::string("time"));
  time.set("period", series.period);
  const hdf5::Object variable = group.write_texts("variable", series.variables);
  const std::string columns = series.sensors ? "sensor" : "region";
  const hdf5::Object region = group.write_texts(columns, series.column_labels);
  time.make_scale("time");
  variable.make_scale("variable");
  region.make_scale(columns);
  const std::vector<hsize_t> extent{shape.samples, shape.variables, shape.columns};
  const hdf5::Object data = storage == Storage::single_precision
                                ? group.create_array<float>("data", extent)
                                : group.create_array<double>("data", extent);
  data.set("units", units_of(series));
  std::string kind = series.kind;
  std::replace(kind.begin(), kind.end(), '_', ' ');
  std::string what = kind + " of ";
  for (std::size_t v = 0; v < series.variables.size(); ++v) {
    what += (v == 0 ? "" : ", ") + series.variables[v];
  }
  data.set("long_name", what);
  if (!series.expressions.empty()) data.set("expressions", expressions_of(series));
  if (!series.missing.empty()) data.set("missing", series.missing);
  std::vector<hdf5::ScaleUse> uses{{&data, {&time, &variable, &region}}};
  std::optional<hdf5::Object> index;
  if (!series.columns.empty()) {
    index = group.write<std::int64_t>("region_index", series.columns);
    uses.push_back({&*index, {&region}});
  }
  std::optional<SensorParts> sensors;
  if (series.sensors) {
    sensors.emplace(group, data, *series.sensors);
    sensors->use(region, uses);
  }
  hdf5::attach_scales(uses);
  return data.place();
}

void write_header(const hdf5::Object& file, const RecordingHeader& header,
                  const std::string& identity) {
  file.set("format", std::string("arcuate recording 1"));
  file.set("title", header.title);
  file.set("study", header.study);
  file.set("model", header.model);
  if (!header.plugin.empty()) {
    file.set("plugin", header.plugin);
    file.set("plugin_sha256", header.plugin_sha256);
  }
  if (!header.connectome_plugin.empty()) {
    file.set("connectome_plugin", header.connectome_plugin);
    file.set("connectome_plugin_sha256", header.connectome_plugin_sha256);
  }
  if (!header.table.empty()) {
    file.set("table", header.table);
    file.set("table_sha256", header.table_sha256);
  }
  if (!header.continues.empty()) file.set("continues", header.continues);
  if (!header.recovered.empty()) file.set("recovered", header.recovered);
  file.set("seed", header.seed);
  file.set("dt", header.dt);
  file.set("precision", header.precision);
  file.set("duration", header.duration);
  file.set("ranks", std::int64_t{header.ranks});
  file.set("threads", std::int64_t{header.threads});
  file.set("created", clock_time());
  file.set("identity", identity);
  file.set("arcuate_version", std::string(version()));
  file.set("hdf5_version", hdf5::library_version());
  file.set("mpi_version", comm::library_version());
  const hdf5::Object partition = file.create_group("partition");
  partition.set("method", header.partition_method);
  partition.write<std::int32_t>("owner", header.owner);
  write_stimuli(file, header.stimuli);
  if (header.models.size() < 2) return;
  const hdf5::Object models = file.create_group("models");
  models.write_texts("name", header.models);
  models.write<std::int32_t>("of_region", header.model_of);
}

}  // namespace arcuate::io
