#include <fmt/format.h>

#include <Eigen/Cholesky>
#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>
#include <numeric>

#include "arcuate/core/counted.hpp"
#include "arcuate/core/error.hpp"
#include "arcuate/core/sha256.hpp"
#include "arcuate/core/suggest.hpp"
#include "arcuate/core/units.hpp"
#include "arcuate/monitor/sensors.hpp"
#include "gain.hpp"
#include "gain_file.hpp"
#include "parts.hpp"
#include "value_file.hpp"

namespace arcuate::io {
namespace {

using monitor::Point;
using monitor::Sensors;

constexpr std::array sensor_keys{"gain",  "sensors", "mapping", "reference",
                                 "noise", "sphere",  "unit"};

/// A file, or `{file: x.mat, variable: Gain}`.
MatrixFile read_file(const Reading& reading, Section& section, std::string_view key) {
  const yaml::Node* node = section.find(key);
  if (node == nullptr) return {};
  const auto text = [&](const yaml::Node* value) {
    if (value == nullptr || !value->is_scalar() || value->text.empty())
      section.fail(key, "expected a file or {file: NAME, variable: NAME}, not " + describe(*node));
    return value->text;
  };
  MatrixFile file(text(node->is_map() ? node->find("file") : node));
  yaml::Node noted = yaml::map();
  noted.set("file", yaml::scalar(file.file, true));
  for (std::size_t i = 0; node->is_map() && i < node->keys.size(); ++i) {
    if (node->keys[i] == "file") continue;
    if (node->keys[i] != "variable")
      section.fail(key, fmt::format("unknown key '{}'", node->keys[i]) +
                            hint(node->keys[i], {"file", "variable"}));
    file.variable = text(&node->items[i]);
    noted.set("variable", yaml::scalar(file.variable, true));
  }
  section.normal().set(std::string(key), std::move(noted));
  file.file = input_path(reading.study.path, file.file);
  return file;
}

/// Of files that hold one thing.
std::string read_plain_file(const Reading& reading, Section& section, std::string_view key) {
  const MatrixFile file = read_file(reading, section, key);
  if (!file.variable.empty()) section.fail(key, "takes no variable: expected a text file");
  return file.file;
}

std::vector<double> read_numbers(const Reading& reading, const Section& section,
                                 std::string_view key, std::string_view unit) {
  const yaml::Node* node = section.find(key);
  const std::string begin = section.place(key);
  std::vector<double> values;
  std::vector<yaml::Node> noted;
  const auto add = [&](const yaml::Node& item) {
    if (!item.is_scalar()) throw ConfigError(begin + "expected a number, not " + describe(item));
    values.push_back(to_number(item, unit, yaml::place(reading.document, item, section.path(key))));
    if (!std::isfinite(values.back())) throw ConfigError(begin + "expected finite numbers");
    noted.push_back(yaml::number(values.back()));
  };
  if (node->is_list()) {
    for (const yaml::Node& item : node->items)
      add(item);
  } else {
    add(*node);
  }
  section.normal().set(std::string(key), node->is_list() ? yaml::list(noted) : noted.front());
  return values;
}

void read_noise(const Reading& reading, Section& top, SensorForm& form) {
  if (!top.has("noise")) return;
  const std::string path = top.path("noise");
  Section section(reading.document, top.map_of("noise"), path, "monitors[].noise",
                  top.normal().set("noise", yaml::map()));
  if (section.has("variance") == section.has("covariance"))
    top.fail("noise", "expected either `variance` or `covariance`");
  form.noise_place = top.place("noise");
  if (section.has("covariance")) form.covariance = read_file(reading, section, "covariance");
  if (!section.has("variance")) return;
  form.variances = read_numbers(reading, section, "variance", "1");
  if (form.variances.empty()) section.fail("variance", "the list is empty");
  for (const double variance : form.variances) {
    if (variance < 0.0)
      section.fail("variance", fmt::format("{} is out of range (allowed: >= 0)", variance));
  }
}

void read_sphere(const Reading& reading, Section& top, SensorForm& form) {
  if (!top.has("sphere")) return;
  Section section(reading.document, top.map_of("sphere"), top.path("sphere"), "monitors[].sphere",
                  top.normal().set("sphere", yaml::map()));
  if (section.has("centre")) {
    const std::vector<double> centre = read_numbers(reading, section, "centre", "mm");
    if (centre.size() != 3)
      section.fail("centre", fmt::format("{} numbers: expected [x, y, z]", centre.size()));
    form.centre = Point{centre[0], centre[1], centre[2]};
  }
  if (section.has("radius")) form.radius = section.number("radius");
}

/// What the keys of a study say together.
void check_keys(const Section& section, const MonitorForm& form) {
  const monitor::SensorSetting setting = monitor::sensor_setting(form.spec);
  const bool from_file = setting.forward == monitor::Forward::gain;
  if (from_file && form.sensors.gain.file.empty())
    section.fail("gain",
                 "missing: give a file, or `forward: sphere` or `unbounded` for dipoles at the "
                 "regions' centres");
  if (!from_file && form.sensors.sensors.empty())
    section.fail("sensors", "missing: the forward model needs the places of the sensors");
  // A recording's study says the defaults too.
  const auto is_for = [&](bool wrong, const char* key, const char* forward) {
    if (wrong) section.fail(key, fmt::format("is for `forward: {}` only", forward));
  };
  is_for(!from_file && section.has("gain"), "gain", "gain");
  is_for(!from_file && section.has("mapping"), "mapping", "gain");
  is_for(!from_file && setting.combine != monitor::Combine::sum, "combine", "gain");
  is_for(from_file && section.has("sphere"), "sphere", "sphere` and `unbounded");
  is_for(from_file && setting.conductivity != 1.0, "conductivity", "sphere` and `unbounded");
  if (!from_file && section.has("unit"))
    section.fail("unit", "dipoles make mV (eeg, seeg) and fT (meg)");
  if (!form.sensors.unit.empty() && !units::known(form.sensors.unit))
    section.fail("unit", fmt::format("'{}' is not a unit", form.sensors.unit));
}

std::string join_first(const std::vector<std::string>& names) {
  constexpr std::size_t most = 10;
  const auto end = names.begin() + static_cast<std::ptrdiff_t>(std::min(most, names.size()));
  return fmt::format("{}{}", fmt::join(names.begin(), end, ", "),
                     names.size() > most ? fmt::format(" and {} more", names.size() - most) : "");
}

/// The lower factor of a covariance by rows.
std::vector<double> factor_of(const std::vector<double>& covariance, std::size_t n,
                              const std::string& begin) {
  using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  const auto size = static_cast<Eigen::Index>(n);
  const Matrix matrix = Eigen::Map<const Matrix>(covariance.data(), size, size);
  const Eigen::LLT<Matrix> llt(matrix);
  const Matrix lower = llt.matrixL();
  // What is left of each variance when those before it are known.
  const double least = (lower.diagonal().array().square() / matrix.diagonal().array()).minCoeff();
  const double most = matrix.diagonal().cwiseAbs().maxCoeff();
  if (llt.info() != Eigen::Success || !(least > 1e-13 * static_cast<double>(n))) {
    const double eigenvalue =
        Eigen::SelfAdjointEigenSolver<Matrix>(matrix, Eigen::EigenvaluesOnly).eigenvalues()[0];
    throw DataError(begin +
                    fmt::format("the covariance is not positive definite: its smallest eigenvalue "
                                "is {:.3g} (largest variance {:.3g}); of one that is only just "
                                "singular, as after an average reference, add a little to the "
                                "diagonal",
                                eigenvalue, most));
  }
  return {lower.data(), lower.data() + n * n};
}

std::vector<double> covariance_of(const SensorForm& form, std::size_t n) {
  try {
    return read_covariance(form.covariance, n);
  } catch (const DataError& error) {
    throw DataError(form.noise_place + error.what());
  }
}

void resolve_noise(const SensorForm& form, std::size_t n, Sensors& sensors) {
  std::vector<double> given = form.variances;
  if (!form.covariance.file.empty()) given = covariance_of(form, n);
  if (given.empty()) return;
  if (!form.covariance.file.empty() && given.size() == n * n && n > 1) {
    sensors.noise = factor_of(given, n, form.noise_place + form.covariance.file + ": ");
    return;
  }
  if (given.size() != 1 && given.size() != n) {
    throw ConfigError(form.noise_place +
                      fmt::format("variance: {} values for {} sensors (allowed: a number, or one "
                                  "for each)",
                                  given.size(), n));
  }
  for (std::size_t s = 0; s < n; ++s) {
    const double variance = given[given.size() == 1 ? 0 : s];
    if (variance < 0.0)
      throw DataError(form.noise_place + fmt::format("{}: the variance of sensor {} is {} "
                                                     "(allowed: >= 0)",
                                                     form.covariance.file, s, variance));
    sensors.noise.push_back(std::sqrt(variance));
  }
}

void resolve_reference(const SensorForm& form, const std::vector<std::string>& names,
                       Sensors& sensors) {
  if (form.reference == "none") return;
  if (form.reference == "average") {
    sensors.reference = Sensors::Reference::average;
    return;
  }
  const auto found = std::find(names.begin(), names.end(), form.reference);
  if (found == names.end()) {
    std::vector<std::string> allowed{"none", "average"};
    allowed.insert(allowed.end(), names.begin(), names.end());
    throw ConfigError(form.reference_place +
                      fmt::format("no sensor is called '{}'", form.reference) +
                      hint(form.reference, allowed));
  }
  sensors.reference = Sensors::Reference::sensor;
  sensors.reference_sensor = static_cast<int>(found - names.begin());
}

/// brainmass: rows by their norm, then less the mean over sensors; then the factor of the study.
void shape_gain(const monitor::SensorSetting& setting, const std::vector<std::string>& names,
                const std::string& begin, std::vector<double>& gain) {
  const std::size_t n = names.size();
  const std::size_t regions = gain.size() / n;
  for (std::size_t s = 0; s < n && setting.normalise_rows != monitor::RowNorm::none; ++s) {
    double norm = 0.0;
    for (std::size_t r = 0; r < regions; ++r) {
      const double one = gain[r * n + s];
      norm += setting.normalise_rows == monitor::RowNorm::l1 ? std::abs(one) : one * one;
    }
    if (setting.normalise_rows == monitor::RowNorm::l2) norm = std::sqrt(norm);
    if (!(norm > 0.0))
      throw ConfigError(begin + fmt::format("normalise_rows: the gain of sensor '{}' is 0 for all "
                                            "regions",
                                            names[s]));
    for (std::size_t r = 0; r < regions; ++r)
      gain[r * n + s] /= norm;
  }
  for (std::size_t r = 0; r < regions; ++r) {
    double* const column = gain.data() + r * n;
    const double mean =
        setting.demean ? std::accumulate(column, column + n, 0.0) / static_cast<double>(n) : 0.0;
    for (std::size_t s = 0; s < n; ++s)
      column[s] = setting.scale * (column[s] - mean);
  }
}

std::string words_of(const monitor::MonitorSpec& spec, const SensorForm& form,
                     const Sensors& sensors) {
  const monitor::SensorSetting setting = monitor::sensor_setting(spec);
  std::string text = fmt::format("{} of {}", counted(std::ssize(spec.sensor_names), "sensor"),
                                 counted(std::ssize(spec.regions), "region"));
  text += ", reference " + form.reference;
  if (setting.normalise_rows != monitor::RowNorm::none)
    text += setting.normalise_rows == monitor::RowNorm::l1 ? ", rows by l1" : ", rows by l2";
  if (setting.demean) text += ", demeaned";
  if (setting.scale != 1.0) text += fmt::format(", scale {}", setting.scale);
  if (setting.offset != 0.0) text += fmt::format(", offset {}", setting.offset);
  if (!sensors.noise.empty()) {
    const bool full = sensors.noise.size() > spec.sensor_names.size();
    text += full ? ", noise of a covariance" : ", independent noise";
  }
  return text;
}

/// Of regions that add nothing; `seen` ascending.
std::string note_of(const std::vector<GlobalIndex>& seen, const network::Connectome& connectome) {
  std::vector<std::string> unseen;
  for (GlobalIndex region = 0; region < connectome.n_regions(); ++region) {
    if (!std::binary_search(seen.begin(), seen.end(), region))
      unseen.push_back(region_name(connectome, region));
  }
  if (unseen.empty()) return "";
  return fmt::format("no sensor sees {} of {}: {} (their gain is 0)", unseen.size(),
                     counted(connectome.n_regions(), "region"), join_first(unseen));
}

}  // namespace

void read_sensor_keys(const Reading& reading, Section& section, MonitorForm& form) {
  if (form.spec.kind->regions != monitor::Regions::seen) {
    for (const char* key : sensor_keys) {
      if (section.has(key)) section.fail(key, "is for eeg, meg, seeg only");
    }
    return;
  }
  SensorForm& own = form.sensors;
  own.gain_place = section.place("gain");
  own.sensors_place = section.place("sensors");
  own.mapping_place = section.place("mapping");
  own.reference_place = section.place("reference");
  own.sphere_place = section.place("sphere");
  own.gain = read_file(reading, section, "gain");
  own.sensors = read_plain_file(reading, section, "sensors");
  own.mapping = read_plain_file(reading, section, "mapping");
  own.reference = section.text("reference");
  if (section.has("unit")) own.unit = section.text("unit");
  read_noise(reading, section, own);
  read_sphere(reading, section, own);
}

void check_sensor_keys(const Section& section, const MonitorForm& form) {
  if (form.spec.kind->regions == monitor::Regions::seen) check_keys(section, form);
}

void resolve_sensors(const MonitorForm& form, int number, std::vector<GlobalIndex> seen,
                     const engine::SimulationSpec& simulation,
                     const network::Connectome& connectome, const RegionIndex& regions,
                     monitor::MonitorSpec& spec) {
  const monitor::SensorSetting setting = monitor::sensor_setting(spec);
  const SensorForm& own = form.sensors;
  const bool from_file = setting.forward == monitor::Forward::gain;
  Gain gain = from_file ? gain_from_file(own, setting, seen, connectome, regions)
                        : gain_of_dipoles(form, setting, std::move(seen), connectome);
  auto sensors = std::make_shared<Sensors>();
  spec.sensor_names = std::move(gain.sensors);
  spec.regions = std::move(gain.regions);
  sensors->gain = std::move(gain.values);
  sensors->positions = std::move(gain.positions);
  sensors->source = std::move(gain.source);
  sensors->sha256 = sha256_of_file(from_file ? own.gain.file : own.sensors);
  sensors->unit = !own.unit.empty()               ? own.unit
                  : from_file                     ? "1"
                  : form.spec.kind->name == "meg" ? "fT"
                                                  : "mV";
  shape_gain(setting, spec.sensor_names, form.place, sensors->gain);
  sensors->offset = setting.offset;
  sensors->seed = simulation.seed;
  sensors->stream = monitor::sensor_stream(number, 0);
  resolve_reference(own, spec.sensor_names, *sensors);
  resolve_noise(own, spec.sensor_names.size(), *sensors);
  sensors->settings = words_of(spec, own, *sensors);
  sensors->note = gain.note;
  const std::string unseen = note_of(spec.regions, connectome);
  if (!unseen.empty()) sensors->note.append(sensors->note.empty() ? "" : "; ").append(unseen);
  spec.sensors = std::move(sensors);
}

}  // namespace arcuate::io
