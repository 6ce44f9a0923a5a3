#include "gain.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <limits>
#include <numeric>

#include "arcuate/core/counted.hpp"
#include "arcuate/core/error.hpp"
#include "arcuate/core/suggest.hpp"
#include "gain_file.hpp"

namespace arcuate::io {
namespace {

using monitor::Point;

/// A matrix as read, on its way to regions.
class FileGain {
 public:
  FileGain(const SensorForm& form, const network::Connectome& connectome,
           const RegionIndex& regions)
      : form_(form), connectome_(connectome), regions_(regions), file_(read_gain(form.gain)) {
    begin_ = form.gain_place + file_.name + ": ";
  }

  Gain make(const monitor::SensorSetting& setting, const std::vector<GlobalIndex>& seen) {
    name_sensors();
    find_sources(seen);
    fix_orientations();
    drop_empty_rows();
    check_values();
    combine(setting, seen);
    gain_.source = std::filesystem::absolute(form_.gain.file).lexically_normal().string();
    if (!form_.gain.variable.empty()) gain_.source += ": " + form_.gain.variable;
    return std::move(gain_);
  }

 private:
  [[noreturn]] void fail(const std::string& what) const { throw DataError(begin_ + what); }

  void check_count(const char* what, std::size_t count, std::size_t expected) const {
    if (count != expected)
      fail(fmt::format("{} {} for {} rows: expected one for each", count, what, expected));
  }

  /// Rows by the names in the file and the places in the sensors' file.
  void name_sensors() {
    if (!file_.sensors.empty()) check_count("names of sensors", file_.sensors.size(), file_.rows);
    gain_.sensors = file_.sensors;
    check_distinct();
    if (form_.sensors.empty()) {
      for (std::size_t s = 0; file_.sensors.empty() && s < file_.rows; ++s)
        gain_.sensors.push_back(fmt::format("sensor {}", s));
      return;
    }
    const SensorList known = read_known();
    if (file_.sensors.empty()) {
      if (known.names.size() != file_.rows) {
        fail(fmt::format("has {} rows, and {} has {} sensors{}", file_.rows, form_.sensors,
                         known.names.size(),
                         known.names.size() == file_.columns ? ": is the matrix transposed?" : ""));
      }
      gain_.sensors = known.names;
      gain_.positions = known.positions;
      return;
    }
    for (const std::string& name : gain_.sensors) {
      const auto found = std::find(known.names.begin(), known.names.end(), name);
      if (found == known.names.end())
        fail(fmt::format("sensor '{}' is not in {}", name, form_.sensors) +
             hint(name, known.names));
      if (!known.positions.empty())
        gain_.positions.push_back(
            known.positions[static_cast<std::size_t>(found - known.names.begin())]);
    }
  }

  SensorList read_known() const {
    try {
      return read_sensors(form_.sensors);
    } catch (const DataError& error) {
      throw DataError(form_.sensors_place + error.what());
    }
  }

  void check_distinct() const {
    std::vector<std::string> names = gain_.sensors;
    std::sort(names.begin(), names.end());
    const auto twice = std::adjacent_find(names.begin(), names.end());
    if (twice != names.end()) fail(fmt::format("two sensors are called '{}'", *twice));
  }

  /// The region of each source: by a mapping, by labels, by the study's list, by order.
  void find_sources(const std::vector<GlobalIndex>& seen) {
    if (!form_.mapping.empty()) return find_mapped();
    if (!file_.labels.empty()) {
      check_sources("labels", file_.labels.size());
      for (const std::string& label : file_.labels)
        source_region_.push_back(regions_.find(label, begin_));
      return;
    }
    const auto all = static_cast<std::size_t>(connectome_.n_regions());
    if (!seen.empty()) {
      source_region_ = seen;
      return check_sources("regions of the study", seen.size());
    }
    source_region_.resize(all);
    std::iota(source_region_.begin(), source_region_.end(), GlobalIndex{0});
    if (has_sources(all)) return;
    std::erase_if(source_region_, [&](GlobalIndex region) {
      return connectome_.cortical.empty() ||
             connectome_.cortical[static_cast<std::size_t>(region)] == 0;
    });
    if (!source_region_.empty() && has_sources(source_region_.size())) {
      gain_.note = "the columns of the gain are taken for the cortical regions, in their order";
      return;
    }
    fail(fmt::format(
        "has shape ({}, {}): expected a column, or three, for each of {} regions{}{}; "
        "of other sources say whose they are with `mapping`, `regions` or labels",
        file_.rows, file_.columns, all,
        source_region_.empty() ? "" : fmt::format(" or of {} cortical ones", source_region_.size()),
        file_.rows == all ? " (is the matrix transposed?)" : ""));
  }

  void find_mapped() {
    SourceMapping mapping;
    try {
      mapping = read_mapping(form_.mapping);
      if (connectome_.mapped && !mapping.indices.empty())
        throw DataError(fmt::format(
            "{}: numbers regions, and a source is a vertex here: give labels of vertices, or a "
            "gain with a column for each of {} vertices",
            form_.mapping, connectome_.n_regions()));
      for (const std::string& label : mapping.labels)
        source_region_.push_back(regions_.find(label, form_.mapping + ": "));
      for (const std::int64_t index : mapping.indices)
        source_region_.push_back(regions_.indexed(index, form_.mapping + ": "));
    } catch (const ConfigError& error) {
      throw ConfigError(form_.mapping_place + error.what());
    } catch (const DataError& error) {
      throw DataError(form_.mapping_place + error.what());
    }
    check_sources("sources of the mapping", mapping.size());  // of the gain
  }

  [[nodiscard]] bool has_sources(std::size_t count) const {
    return file_.columns == count || file_.columns == 3 * count;
  }
  void check_sources(const char* what, std::size_t count) const {
    if (has_sources(count)) return;
    fail(fmt::format("has {} columns for {} {}: expected {} or, x, y and z of each, {}{}",
                     file_.columns, count, what, count, 3 * count,
                     file_.rows == count ? " (is the matrix transposed?)" : ""));
  }

  /// Three columns for each source become one along its orientation.
  void fix_orientations() {
    const std::size_t sources = source_region_.size();
    if (file_.columns == sources) return;
    std::vector<Point> along = file_.orientations;
    if (along.empty() && !connectome_.orientation.empty()) {
      for (const GlobalIndex region : source_region_)
        along.push_back(connectome_.orientation[static_cast<std::size_t>(region)]);
    }
    if (along.empty()) {
      fail(
          fmt::format("has x, y and z of {} sources, and neither it nor the connectome has "
                      "orientations (GridOrient, orientations)",
                      sources));
    }
    if (along.size() != sources)
      fail(fmt::format("{} orientations for {} sources", along.size(), sources));
    std::vector<double> fixed(file_.rows * sources);
    for (std::size_t row = 0; row < file_.rows; ++row) {
      for (std::size_t k = 0; k < sources; ++k) {
        double sum = 0.0;
        for (std::size_t c = 0; c < 3; ++c)
          sum += file_.at(row, 3 * k + c) * along[k][c];
        fixed[row * sources + k] = sum;
      }
    }
    file_.values = std::move(fixed);
    file_.columns = sources;
  }

  /// Brainstorm and The Virtual Brain keep rows of NaN for channels that a head model leaves out.
  void drop_empty_rows() {
    std::vector<std::string> dropped, names;
    std::vector<Point> positions;
    std::vector<double> values;
    for (std::size_t row = 0; row < file_.rows; ++row) {
      const auto begin = file_.values.begin() + static_cast<std::ptrdiff_t>(row * file_.columns);
      const auto end = begin + static_cast<std::ptrdiff_t>(file_.columns);
      if (std::all_of(begin, end, [](double value) { return std::isnan(value); })) {
        dropped.push_back(gain_.sensors[row]);
        continue;
      }
      values.insert(values.end(), begin, end);
      names.push_back(gain_.sensors[row]);
      if (!gain_.positions.empty()) positions.push_back(gain_.positions[row]);
    }
    if (dropped.empty()) return;
    if (names.empty()) fail("has no row that is not NaN");
    file_.values = std::move(values);
    file_.rows = names.size();
    gain_.sensors = std::move(names);
    gain_.positions = std::move(positions);
    gain_.note.append(gain_.note.empty() ? "" : "; ")
        .append(fmt::format("{} left out, as {} of the gain {} NaN: {}",
                            counted(std::ssize(dropped), "sensor"),
                            dropped.size() == 1 ? "its row" : "their rows",
                            dropped.size() == 1 ? "is" : "are", fmt::join(dropped, ", ")));
  }

  void check_values() const {
    bool any = false;
    for (std::size_t k = 0; k < file_.values.size(); ++k) {
      any = any || file_.values[k] != 0.0;
      if (std::isfinite(file_.values[k])) continue;
      fail(fmt::format("sensor '{}', source {}: {} is not a finite number",
                       gain_.sensors[k / file_.columns], k % file_.columns, file_.values[k]));
    }
    if (!any) fail("all numbers are 0");
  }

  /// Sums the sources of each region in their order.
  void combine(const monitor::SensorSetting& setting, const std::vector<GlobalIndex>& seen) {
    for (const GlobalIndex region : seen) {
      if (std::find(source_region_.begin(), source_region_.end(), region) != source_region_.end())
        continue;
      fail(fmt::format("has no column of region '{}'", region_name(connectome_, region)));
    }
    gain_.regions = seen.empty() ? source_region_ : seen;
    std::sort(gain_.regions.begin(), gain_.regions.end());
    gain_.regions.erase(std::unique(gain_.regions.begin(), gain_.regions.end()),
                        gain_.regions.end());
    std::vector<double> counts(gain_.regions.size());
    gain_.values.assign(gain_.regions.size() * file_.rows, 0.0);
    for (std::size_t k = 0; k < source_region_.size(); ++k) {
      const auto found =
          std::lower_bound(gain_.regions.begin(), gain_.regions.end(), source_region_[k]);
      if (found == gain_.regions.end() || *found != source_region_[k]) continue;
      const auto r = static_cast<std::size_t>(found - gain_.regions.begin());
      counts[r] += 1.0;
      for (std::size_t s = 0; s < file_.rows; ++s)
        gain_.values[r * file_.rows + s] += file_.at(s, k);
    }
    if (setting.combine != monitor::Combine::mean) return;
    for (std::size_t k = 0; k < gain_.values.size(); ++k)
      gain_.values[k] /= counts[k / file_.rows];
  }

  const SensorForm& form_;
  const network::Connectome& connectome_;
  const RegionIndex& regions_;
  GainFile file_;
  std::string begin_;
  Gain gain_;
  std::vector<GlobalIndex> source_region_;
};

double distance(const Point& a, const Point& b) {
  return std::hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
}

/// Current dipoles at the centres of regions.
class DipoleGain {
 public:
  DipoleGain(const MonitorForm& form, const monitor::SensorSetting& setting,
             std::vector<GlobalIndex> seen, const network::Connectome& connectome)
      : form_(form.sensors),
        kind_(form.spec.kind->name),
        setting_(setting),
        connectome_(connectome) {
    if (connectome.centres.empty() || connectome.orientation.empty()) {
      throw ConfigError(
          form.place + fmt::format("{} has no {} of regions, which dipoles need", connectome.origin,
                                   connectome.centres.empty() ? "centres" : "orientations"));
    }
    gain_.regions = std::move(seen);
    if (gain_.regions.empty()) {
      gain_.regions.resize(static_cast<std::size_t>(connectome.n_regions()));
      std::iota(gain_.regions.begin(), gain_.regions.end(), GlobalIndex{0});
    }
    std::sort(gain_.regions.begin(), gain_.regions.end());
  }

  Gain make() {
    read_places();
    fit_sphere();
    if (kind_ == "eeg") move_onto_sphere();
    check_places();
    note_unit();
    for (const GlobalIndex region : gain_.regions) {
      for (std::size_t s = 0; s < gain_.sensors.size(); ++s) {
        gain_.values.push_back(seen_by(s, region));
        if (std::isfinite(gain_.values.back())) continue;
        throw ConfigError(form_.sensors_place +
                          fmt::format("{}: what sensor '{}' sees of region '{}' is not finite: "
                                      "expected a sensor elsewhere, or with a direction",
                                      form_.sensors, gain_.sensors[s],
                                      region_name(connectome_, region)));
      }
    }
    note_flat();
    gain_.source = fmt::format(
        "dipoles in {} around ({:.6g}, {:.6g}, {:.6g}) mm, radius {:.6g} mm",
        setting_.forward == monitor::Forward::sphere ? "a sphere" : "a medium without end",
        sphere_.centre[0], sphere_.centre[1], sphere_.centre[2], sphere_.radius);
    return std::move(gain_);
  }

 private:
  [[nodiscard]] const Point& centre_of(GlobalIndex region) const {
    return connectome_.centres[static_cast<std::size_t>(region)];
  }

  void read_places() {
    try {
      SensorList list = read_sensors(form_.sensors);
      if (list.positions.empty())
        throw DataError(form_.sensors +
                        ": has labels only: the forward model needs the places "
                        "of the sensors (label x y z)");
      gain_.sensors = std::move(list.names);
      gain_.positions = std::move(list.positions);
      directions_ = std::move(list.directions);
    } catch (const DataError& error) {
      throw DataError(form_.sensors_place + error.what());
    }
  }

  /// As The Virtual Brain has it unless the study says more.
  void fit_sphere() {
    const auto n = static_cast<double>(gain_.regions.size());
    for (const GlobalIndex region : gain_.regions) {
      for (std::size_t c = 0; c < 3; ++c)
        sphere_.centre[c] += centre_of(region)[c] / n;
    }
    if (form_.centre) sphere_.centre = *form_.centre;
    GlobalIndex farthest = gain_.regions.front();
    double most = 0.0;
    for (const GlobalIndex region : gain_.regions) {
      const double away = distance(centre_of(region), sphere_.centre);
      if (away > most) {
        most = away;
        farthest = region;
      }
    }
    sphere_.radius = form_.radius.value_or(1.05125 * most);
    if (!(sphere_.radius > 0.0))
      throw ConfigError(form_.sphere_place +
                        "all sources are at one place: give `sphere` a radius");
    if (most < sphere_.radius) return;
    throw ConfigError(
        form_.sphere_place +
        fmt::format("region '{}' lies {:.4g} mm from the centre of the sphere, and its "
                    "radius is {:.4g} mm: expected all sources inside",
                    region_name(connectome_, farthest), most, sphere_.radius));
  }

  /// Electrodes lie on the head: along their direction from the centre that the study gives, else,
  /// as in The Virtual Brain, from the origin of their own file.
  void move_onto_sphere() {
    const Point from = form_.centre.value_or(Point{});
    for (std::size_t s = 0; s < gain_.positions.size(); ++s) {
      Point& place = gain_.positions[s];
      const double away = distance(place, from);
      if (!(away > 0.0))
        throw DataError(form_.sensors_place +
                        fmt::format("{}: sensor '{}' lies at the {}, so it has no direction",
                                    form_.sensors, gain_.sensors[s],
                                    form_.centre ? "centre of the sphere" : "origin"));
      for (std::size_t c = 0; c < 3; ++c)
        place[c] = (place[c] - from[c]) / away * sphere_.radius + sphere_.centre[c];
    }
  }

  /// Inside or outside of the head, and nowhere on a source.
  void check_places() const {
    const bool ball = setting_.forward == monitor::Forward::sphere;
    for (std::size_t s = 0; s < gain_.sensors.size(); ++s) {
      const double away = distance(gain_.positions[s], sphere_.centre);
      const bool inside = away < sphere_.radius;
      if (ball && ((kind_ == "meg" && inside) || (kind_ == "seeg" && !inside))) {
        throw ConfigError(
            form_.sensors_place +
            fmt::format(
                "{}: sensor '{}' lies {:.4g} mm from the centre of the sphere of {:.4g} mm: "
                "expected {}",
                form_.sensors, gain_.sensors[s], away, sphere_.radius,
                inside ? "magnetometers outside of it" : "contacts inside"));
      }
      for (const GlobalIndex region : gain_.regions) {
        if (distance(gain_.positions[s], centre_of(region)) > 1e-3) continue;
        throw ConfigError(
            form_.sensors_place +
            fmt::format("{}: sensor '{}' lies at the centre of region '{}', where the "
                        "signal of a dipole has no end",
                        form_.sensors, gain_.sensors[s], region_name(connectome_, region)));
      }
    }
  }

  /// Sensors within a hundredth of the head, or far away from it, are in another unit.
  void note_unit() {
    constexpr double smallest = 0.01, largest = 20.0;  // radii
    double nearest = std::numeric_limits<double>::infinity(), extent = 0.0;
    for (const Point& place : gain_.positions) {
      nearest = std::min(nearest, distance(place, sphere_.centre));
      extent = std::max(extent, distance(place, gain_.positions.front()));
    }
    const bool small = gain_.positions.size() > 1 && extent < smallest * sphere_.radius;
    if (!small && nearest < largest * sphere_.radius) return;
    note(fmt::format("{} lie {}: are their places in mm?", form_.sensors,
                     small ? fmt::format("within {:.3g} mm of each other", extent)
                           : fmt::format("{:.3g} mm or more from the head", nearest)));
  }

  void note(const std::string& what) {
    gain_.note.append(gain_.note.empty() ? "" : "; ").append(what);
  }

  void note_flat() {
    std::vector<std::string> flat;
    for (const GlobalIndex region : gain_.regions) {
      if (connectome_.orientation[static_cast<std::size_t>(region)] == Point{})
        flat.push_back(region_name(connectome_, region));
    }
    if (!flat.empty())
      note(fmt::format("no sensor sees {} without an orientation: {}",
                       counted(std::ssize(flat), "region"), fmt::join(flat, ", ")));
  }

  [[nodiscard]] double seen_by(std::size_t sensor, GlobalIndex region) const {
    const Point& place = gain_.positions[sensor];
    const Point& source = centre_of(region);
    const Point& along = connectome_.orientation[static_cast<std::size_t>(region)];
    const bool ball = setting_.forward == monitor::Forward::sphere;
    if (kind_ != "meg") {
      return ball ? monitor::potential_in_sphere(sphere_, place, source, along,
                                                 setting_.conductivity)
                  : monitor::potential_unbounded(place, source, along, setting_.conductivity);
    }
    const Point field = ball ? monitor::field_of_sphere(sphere_.centre, place, source, along)
                             : monitor::field_unbounded(place, source, along);
    Point direction{};
    for (std::size_t c = 0; c < 3; ++c) {
      direction[c] = directions_.empty()
                         ? (place[c] - sphere_.centre[c]) / distance(place, sphere_.centre)
                         : directions_[sensor][c];
    }
    return field[0] * direction[0] + field[1] * direction[1] + field[2] * direction[2];
  }

  const SensorForm& form_;
  std::string_view kind_;
  const monitor::SensorSetting& setting_;
  const network::Connectome& connectome_;
  Gain gain_;
  std::vector<Point> directions_;
  monitor::Sphere sphere_;
};

}  // namespace

Gain gain_from_file(const SensorForm& form, const monitor::SensorSetting& setting,
                    const std::vector<GlobalIndex>& seen, const network::Connectome& connectome,
                    const RegionIndex& regions) {
  try {
    return FileGain(form, connectome, regions).make(setting, seen);
  } catch (const DataError& error) {
    const std::string what = error.what();
    throw DataError(what.starts_with(form.gain_place) || what.starts_with(form.mapping_place) ||
                            what.starts_with(form.sensors_place)
                        ? what
                        : form.gain_place + what);
  }
}

Gain gain_of_dipoles(const MonitorForm& form, const monitor::SensorSetting& setting,
                     std::vector<GlobalIndex> seen, const network::Connectome& connectome) {
  return DipoleGain(form, setting, std::move(seen), connectome).make();
}

}  // namespace arcuate::io
