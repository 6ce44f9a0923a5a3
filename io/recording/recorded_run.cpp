#include "arcuate/io/recorded_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <limits>
#include <nlohmann/json.hpp>

#include "arcuate/core/error.hpp"
#include "arcuate/core/suggest.hpp"
#include "arcuate/io/recorded_study.hpp"
#include "connectome/parts.hpp"
#include "stimuli.hpp"

namespace arcuate::io {
namespace {

std::vector<std::string> units_of(const hdf5::Object& data,
                                  const std::vector<std::string>& variables) {
  const std::string text = data.has_attribute("units") ? data.text("units") : "1";
  std::vector<std::string> units(variables.size(), text);
  const auto json = nlohmann::json::parse(text, nullptr, false);
  if (!json.is_object()) return units;
  for (std::size_t v = 0; v < variables.size(); ++v) {
    units[v] = json.value(variables[v], std::string("1"));
  }
  return units;
}

/// A number of ranks or threads.
int count_of(const hdf5::Object& file, const std::string& attribute) {
  constexpr double most = std::numeric_limits<int>::max();
  const double count = file.number(attribute);
  if (count >= 1.0 && count <= most && count == std::floor(count)) return static_cast<int>(count);
  throw DataError(
      fmt::format("{}: attribute {} is {}: expected 1, 2, ...", file.file(), attribute, count));
}

/// The first of times that ascend, 0 of none. Looks at them in pieces.
double first_of_ascending(const hdf5::Object& time, const std::string& where) {
  constexpr std::size_t most = 1U << 16;
  double first = 0.0;
  double last = -std::numeric_limits<double>::infinity();
  std::vector<double> times(std::min(time.size(), most));
  for (std::size_t at = 0; at < time.size(); at += most) {
    times.resize(std::min(most, time.size() - at));
    time.read_part({{at}, {times.size()}}, times);
    if (at == 0) first = times.front();
    for (const double t : times) {
      if (!(t > last)) throw DataError(where + "/time: expected ascending times");
      last = t;
    }
  }
  return first;
}

/// The reason that a user can act on, before HDF5's own.
void check_file(const std::string& path) {
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored)) throw DataError(path + ": there is no such file");
  if (std::filesystem::is_directory(path, ignored)) {
    throw DataError(path + ": is a folder; expected a recording (.h5)");
  }
  if (!std::filesystem::is_regular_file(path, ignored)) {
    throw DataError(path + ": is not a regular file (a pipe?); expected a recording (.h5)");
  }
  if (hdf5::is_hdf5(path)) hdf5::require_lock(path);
}

}  // namespace

std::vector<std::size_t> spread(std::size_t n, std::size_t most) {
  const std::size_t count = std::min(n, most);
  std::vector<std::size_t> chosen(count);
  for (std::size_t k = 0; k < count; ++k) {
    chosen[k] = k * n / count;
  }
  return chosen;
}

RecordedRun::RecordedRun(const std::string& where) : path(where) {
  check_file(path);
  try {
    file_ = hdf5::open_file(path, hdf5::Access::read);
    read_header();
    owner = file_.read<std::int32_t>("/partition/owner");
    read_models();
    read_surface();
    stimuli = read_stimuli(file_);
    for (const std::string& name : file_.open_group("/monitors").names()) {
      read_series(name);
    }
    spiking = file_.has("spikes");
    if (file_.has("features")) features = file_.open_group("features").names();
    // Regional signals first, states before inputs: what a reader looks for.
    std::stable_sort(series.begin(), series.end(), [](const auto& a, const auto& b) {
      const auto rank = [](const RecordedSeries& s) {
        return std::pair(s.columns.empty(), s.kind.starts_with("afferent_coupling"));
      };
      return rank(a) < rank(b);
    });
  } catch (const EnvironmentError& error) {
    throw DataError(path + ": is not a whole recording of Arcuate (" + error.what() + ")");
  }
  connectome = matrix::read_hdf5(path);
  if (owner.size() != static_cast<std::size_t>(connectome.n_regions())) {
    throw DataError(path + ": /partition/owner: expected one number per region");
  }
  check_regions();
}

void RecordedRun::read_models() {
  if (!file_.has("models")) return;
  models = file_.read_texts("/models/name");
  model_of = file_.read<std::int32_t>("/models/of_region");
}

void RecordedRun::read_surface() {
  if (!file_.has("surface")) return;
  surface.emplace();
  const auto vertices = file_.read<double>("/surface/vertices");
  const auto triangles = file_.read<std::int32_t>("/surface/triangles");
  for (std::size_t k = 0; k + 2 < vertices.size(); k += 3)
    surface->mesh.vertices.push_back({vertices[k], vertices[k + 1], vertices[k + 2]});
  for (std::size_t k = 0; k + 2 < triangles.size(); k += 3)
    surface->mesh.triangles.push_back({triangles[k], triangles[k + 1], triangles[k + 2]});
  surface->region_of = file_.read<std::int32_t>("/surface/region_of_node");
  surface->regions = file_.read_texts("/surface/connectome/labels");
}

/// Whether all numbers are places among `n`.
template <class Number>
bool all_below(const Number& numbers, std::size_t n) {
  return std::all_of(numbers.begin(), numbers.end(), [&](std::int32_t number) {
    return number >= 0 && static_cast<std::size_t>(number) < n;
  });
}

/// What is indexed by region must fit the connectome, whoever wrote the file.
void RecordedRun::check_regions() const {
  const std::size_t regions = owner.size();
  if (std::any_of(owner.begin(), owner.end(), [&](auto o) { return o < 0 || o >= ranks; }))
    throw DataError(path + ": /partition/owner: expected the number of a rank per region");
  if (!model_of.empty() && (model_of.size() != regions || !all_below(model_of, models.size())))
    throw DataError(path + ": /models/of_region: expected the number of a model per region");
  if (surface) {
    const std::size_t vertices = surface->mesh.vertices.size();
    if (vertices > regions || surface->region_of.size() != regions ||
        !all_below(surface->region_of, surface->regions.size()))
      throw DataError(path +
                      ": /surface: expected a vertex or a region per node, each in a region");
    for (const auto& corners : surface->mesh.triangles) {
      if (!all_below(corners, vertices))
        throw DataError(path + ": /surface/triangles: expected numbers of vertices");
    }
  }
  for (const RecordedStimulus& stimulus : stimuli) {
    if (stimulus.weight.size() != regions)
      throw DataError(path + ": /stimuli: expected one weight per region");
  }
  for (const RecordedSeries& one : series) {
    for (const GlobalIndex region : one.columns) {
      if (region < 0 || static_cast<std::size_t>(region) >= regions)
        throw DataError(path + ": /monitors/" + one.name + "/region_index: there is no region " +
                        std::to_string(region));
    }
  }
}

void RecordedRun::read_header() {
  const std::string format = file_.has_attribute("format") ? file_.text("format") : "";
  if (!format.starts_with("arcuate recording"))
    throw DataError(path + ": is an HDF5 file but not a recording of Arcuate");
  if (format != "arcuate recording 1") {
    throw DataError(path + ": has the format '" + format +
                    "': this version reads 'arcuate recording 1'");
  }
  if (!file_.has_attribute("complete")) {
    throw DataError(path +
                    ": the simulation that wrote this recording did not finish; run it again");
  }
  title = file_.text("title");
  study = file_.text("study");
  // As the normalised study has it.
  coupled = ("\n" + study).find("\ncoupling: none") == std::string::npos;
  model = file_.text("model");
  partition_method = file_.open_group("partition").text("method");
  dt = file_.number("dt");
  duration = file_.number("duration");
  const std::string precision =
      file_.has_attribute("precision") ? file_.text("precision") : "double";
  ranks = count_of(file_, "ranks");
  threads = count_of(file_, "threads");
  wall_seconds = file_.number("wall_seconds");
  setup_seconds = file_.number("setup_seconds");
  steps = file_.number("steps");
  messages = file_.number("messages");
  message_bytes = file_.number("message_bytes");
  peak_memory_bytes = file_.number("peak_memory_bytes");
  provenance = {{"Recorded", file_.text("created")},
                {"Seed", file_.unsigned_text("seed")},
                {"Precision", precision},
                {"Arcuate", file_.text("arcuate_version")},
                {"HDF5", file_.text("hdf5_version")},
                {"MPI", file_.text("mpi_version")}};
  if (file_.has_attribute("recovered"))
    provenance.insert(provenance.begin(), {"Recovered", file_.text("recovered")});
  if (file_.has_attribute("continues")) {
    continues = file_.text("continues");
    provenance.insert(provenance.begin(), {"Continues", continues});
  }
}

void RecordedRun::read_series(const std::string& name) {
  const hdf5::Object group = file_.open_group("/monitors/" + name);
  const hdf5::Object data = group.open_dataset("data");
  RecordedSeries one;
  one.name = name;
  one.kind = group.text("kind");
  one.variables = group.read_texts("variable");
  one.of_sensors = group.has("sensor");
  one.labels = group.read_texts(one.of_sensors ? "sensor" : "region");
  if (one.of_sensors && group.has("position")) one.positions = group.read<double>("position");
  if (!one.positions.empty() && one.positions.size() != 3 * one.labels.size())
    throw DataError(path + ": /monitors/" + name + "/position: expected x, y and z per sensor");
  one.units = units_of(data, one.variables);
  if (group.has("region_index")) one.columns = group.read<std::int64_t>("region_index");
  if (!one.columns.empty() && one.columns.size() != one.labels.size())
    throw DataError(path + ": /monitors/" + name + "/region_index: expected one per region");
  const hdf5::Object time = group.open_dataset("time");
  if (time.shape().size() != 1)
    throw DataError(path + ": /monitors/" + name + "/time: expected a list");
  one.samples = time.size();
  one.first_time = first_of_ascending(time, path + ": /monitors/" + name);
  one.period = time.number("period");
  const std::vector<hsize_t> expected{one.samples, one.variables.size(), one.labels.size()};
  const bool finite = std::isfinite(one.first_time) && one.period > 1e-9 && one.period < 1e9;
  if (data.shape() != expected || !finite) {
    throw DataError(path + ": /monitors/" + name + "/data: its shape is not that of its axes");
  }
  series.push_back(std::move(one));
}

std::vector<double> RecordedRun::read(const RecordedSeries& from, std::size_t variable,
                                      const std::vector<std::size_t>& columns, std::size_t first,
                                      std::size_t count) const {
  constexpr std::size_t slab_values = (32U << 20) / sizeof(double);
  const std::size_t width = from.labels.size();
  const std::size_t rows = std::max<std::size_t>(1, slab_values / std::max<std::size_t>(1, width));
  std::vector<double> result(columns.size() * count);
  std::vector<double> slab(std::min(rows, count) * width);
  try {
    const hdf5::Object data = file_.open_dataset("/monitors/" + from.name + "/data");
    for (std::size_t at = 0; at < count; at += rows) {
      const std::size_t now = std::min(rows, count - at);
      data.read_part({{first + at, variable, 0}, {now, 1, width}}, slab);
      for (std::size_t c = 0; c < columns.size(); ++c) {
        double* line = result.data() + c * count + at;
        for (std::size_t t = 0; t < now; ++t) {
          line[t] = slab[t * width + columns[c]];
        }
      }
    }
  } catch (const EnvironmentError& error) {
    throw DataError(path + ": is damaged (" + error.what() + ")");
  }
  return result;
}

const RecordedSeries& RecordedRun::series_called(const std::string& monitor) const {
  std::vector<std::string> names;
  for (const RecordedSeries& one : series)
    names.push_back(one.name);
  if (names.empty()) throw ConfigError(path + ": has no monitors");
  if (monitor.empty() && names.size() == 1) return series.front();
  if (monitor.empty())
    throw ConfigError(fmt::format("{}: has several monitors: choose one with --monitor ({})", path,
                                  fmt::join(names, ", ")));
  const auto found = std::find(names.begin(), names.end(), monitor);
  if (found == names.end())
    throw ConfigError(
        fmt::format("{}: there is no monitor '{}'{}", path, monitor, hint(monitor, names)));
  return series[static_cast<std::size_t>(found - names.begin())];
}

void RecordedRun::read_samples(const RecordedSeries& from, std::size_t first,
                               std::span<double> values) const {
  const std::size_t variables = from.variables.size();
  const std::size_t columns = from.labels.size();
  const hdf5::Box box{{first, 0, 0}, {values.size() / (variables * columns), variables, columns}};
  try {
    file_.open_dataset("/monitors/" + from.name + "/data").read_part(box, values);
  } catch (const EnvironmentError& error) {
    throw DataError(path + ": is damaged (" + error.what() + ")");
  }
}

void RecordedRun::read_times(const RecordedSeries& from, std::size_t first,
                             std::span<double> values) const {
  try {
    file_.open_dataset("/monitors/" + from.name + "/time")
        .read_part({{first}, {values.size()}}, values);
  } catch (const EnvironmentError& error) {
    throw DataError(path + ": is damaged (" + error.what() + ")");
  }
}

}  // namespace arcuate::io
