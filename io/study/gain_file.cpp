#include "gain_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <optional>
#include <string_view>

#include "arcuate/core/error.hpp"
#include "connectome/members.hpp"
#include "connectome/names.hpp"
#include "connectome/parts.hpp"
#include "matrix/text.hpp"
#include "value_file.hpp"

namespace arcuate::io {
namespace {

using matrix::Members;
using matrix::Table;
using monitor::Point;

/// The likeliest first.
const std::vector<std::string> gain_names{"gain",
                                          "Gain",
                                          "lead_field",
                                          "leadfield",
                                          "LeadField",
                                          "L",
                                          "ProjectionMatrix",
                                          "projection",
                                          "projection_data",
                                          "data",
                                          "arr_0"};
const std::vector<std::string> covariance_names{"covariance", "cov",  "noise_cov", "NoiseCov",
                                                "variance",   "data", "arr_0"};
const std::vector<std::string> sensor_names{"sensors",  "sensor_labels", "channels",
                                            "ch_names", "channel_names", "row_names"};
const std::vector<std::string> label_names{"labels", "region_labels", "source_labels"};
const std::vector<std::string> orientation_names{"GridOrient", "orientations", "orientation",
                                                 "source_nn"};

/// The member that is asked for, else the first of the usual names, else the only one.
std::string pick_member(const MatrixFile& file, const Members& members, const char* what,
                        const std::vector<std::string>& usual) {
  const std::vector<std::string> there = members.names();
  const bool given = !file.variable.empty();
  std::string found = matrix::first_of(given ? std::vector{file.variable} : usual, there);
  if (!found.empty()) return found;
  if (!given && there.size() == 1) return there.front();
  throw DataError(
      fmt::format("{}: has no {}: it holds {}; pick one with `{{file: {}, variable: "
                  "NAME}}`",
                  file.file, given ? "'" + file.variable + "'" : std::string(what),
                  fmt::join(members.described(), ", "), file.file));
}

Table table_of(ValueTable table) {
  return {table.path, table.rows, table.columns, std::move(table.values)};
}

/// A file without members.
ValueTable plain_table(const MatrixFile& file, NotNumbers nan) {
  if (!file.variable.empty()) {
    throw DataError(
        fmt::format("{}: holds no variables to pick from: expected .npz, .mat or .h5 "
                    "with `variable`",
                    file.file));
  }
  return read_value_table(file.file, nan);
}

/// (n, 3), or (3, n) as some programs save it.
std::vector<Point> points_of(const Table& table) {
  const bool across = table.columns != 3 && table.rows == 3;
  if (table.columns != 3 && !across) {
    throw DataError(fmt::format("{}: has shape ({}, {}): expected x, y and z of each source",
                                table.name, table.rows, table.columns));
  }
  std::vector<Point> points(across ? table.columns : table.rows);
  for (std::size_t k = 0; k < points.size(); ++k) {
    for (std::size_t c = 0; c < 3; ++c) {
      points[k][c] = across ? table.at(c, k) : table.at(k, c);
      if (!std::isfinite(points[k][c]))
        throw DataError(fmt::format("{}: source {} is {}: expected finite numbers", table.name, k,
                                    points[k][c]));
    }
  }
  return points;
}

bool is_word(const std::string& cell) {
  return !matrix::parse_number(cell);
}

/// A place in a header row, as BIDS has it.
bool is_header(const std::vector<std::string>& cells) {
  return cells.size() >= 4 && std::all_of(cells.begin(), cells.begin() + 4, is_word);
}

/// Where a line of sensors has three numbers.
using Three = std::array<std::size_t, 3>;

/// Columns of a file of sensors, the label first.
struct SensorColumns {
  bool headed = false;
  Three place{1, 2, 3};
  std::optional<Three> direction;

  /// How many cells a line has at least.
  [[nodiscard]] std::size_t least() const {
    std::size_t last = *std::max_element(place.begin(), place.end());
    if (direction) last = std::max(last, *std::max_element(direction->begin(), direction->end()));
    return last + 1;
  }
};

/// Where a header has these words, whatever their case; nothing where it has not all of them.
std::optional<Three> columns_called(const std::vector<std::string>& header,
                                    const std::array<std::string_view, 3>& words) {
  Three columns{};
  for (std::size_t c = 0; c < 3; ++c) {
    const auto found = std::find_if(header.begin(), header.end(), [&](std::string cell) {
      std::transform(cell.begin(), cell.end(), cell.begin(),
                     [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
      return cell == words[c];
    });
    if (found == header.end()) return std::nullopt;
    columns[c] = static_cast<std::size_t>(found - header.begin());
  }
  return columns;
}

/// As BIDS has it: name x y z ..., in any order after the name.
SensorColumns columns_of(const std::vector<std::string>& header, const std::string& begin) {
  SensorColumns columns;
  columns.headed = true;
  const auto place = columns_called(header, {"x", "y", "z"});
  if (!place || *std::min_element(place->begin(), place->end()) == 0)
    throw DataError(begin + fmt::format("the header is '{}': expected a name, then x, y and z",
                                        fmt::join(header, " ")));
  columns.place = *place;
  columns.direction = columns_called(header, {"nx", "ny", "nz"});
  return columns;
}

Point point_at(const std::vector<std::string>& cells, const Three& columns,
               const std::string& begin) {
  Point point{};
  for (std::size_t c = 0; c < 3; ++c) {
    const std::string& cell = cells[columns[c]];
    const auto number = matrix::parse_number(cell);
    if (!number || !std::isfinite(*number)) {
      throw DataError(begin + fmt::format("column {}: '{}' is not a finite number: expected label "
                                          "x y z [nx ny nz]",
                                          columns[c] + 1, matrix::excerpt(cell)));
    }
    point[c] = *number;
  }
  return point;
}

Point direction_at(const std::vector<std::string>& cells, const Three& columns,
                   const std::string& begin) {
  Point direction = point_at(cells, columns, begin);
  const double length = std::hypot(direction[0], direction[1], direction[2]);
  if (!(length > 0.0)) throw DataError(begin + "the direction of the sensor has length 0");
  for (double& component : direction)
    component /= length;
  return direction;
}

/// columns: nothing of a label alone.
void add_sensor(const std::vector<std::string>& cells, const std::string& begin,
                const std::optional<SensorColumns>& columns, SensorList& sensors) {
  matrix::check_utf8(begin, cells.front());
  if (std::find(sensors.names.begin(), sensors.names.end(), cells.front()) != sensors.names.end())
    throw DataError(begin + fmt::format("a second sensor '{}'", cells.front()));
  sensors.names.push_back(cells.front());
  if (!columns) return;
  sensors.positions.push_back(point_at(cells, columns->place, begin));
  if (columns->direction)
    sensors.directions.push_back(direction_at(cells, *columns->direction, begin));
}

/// Of a line below a header, or of `label [x y z [nx ny nz]]`.
std::optional<SensorColumns> columns_of_line(const std::vector<std::string>& cells,
                                             const SensorColumns& header, const std::string& line,
                                             const std::string& begin) {
  if (header.headed) {
    if (cells.size() >= header.least()) return header;
    throw DataError(begin + fmt::format("'{}' has {} columns: the header has {} or more",
                                        matrix::excerpt(line), cells.size(), header.least()));
  }
  SensorColumns columns;
  if (cells.size() == 1) return std::nullopt;
  if (cells.size() == 4) return columns;
  columns.direction = Three{4, 5, 6};
  if (cells.size() == 7) return columns;
  throw DataError(begin + fmt::format("'{}' is not a sensor: expected label x y z [nx ny nz], or a "
                                      "header that names its columns",
                                      matrix::excerpt(line)));
}

}  // namespace

SensorList read_sensors(const std::string& path) {
  const auto source = matrix::open_text(path);
  matrix::Lines lines(*source);
  SensorList sensors;
  SensorColumns header;
  std::size_t width = 0;
  for (std::string line; matrix::next_data_line(lines, line);) {
    std::vector<std::string> cells = matrix::point_cells(line);
    const std::string begin = fmt::format("{}: line {}: ", path, lines.number());
    if (sensors.names.empty() && !header.headed && is_header(cells)) {
      header = columns_of(cells, begin);
      continue;
    }
    const std::optional<SensorColumns> columns = columns_of_line(cells, header, line, begin);
    if (width != 0 && !header.headed && cells.size() != width)
      throw DataError(begin +
                      fmt::format("{} columns: expected {} as before", cells.size(), width));
    width = cells.size();
    add_sensor(cells, begin, columns, sensors);
  }
  if (sensors.names.empty()) throw DataError(path + ": has no sensors");
  return sensors;
}

GainFile read_gain(const MatrixFile& file) {
  const std::unique_ptr<Members> members = matrix::members_of(file.file);
  GainFile gain;
  Table table;
  if (!members) {
    ValueTable plain = plain_table(file, NotNumbers::kept);
    gain.sensors = plain.names;
    gain.labels = plain.header;
    table = table_of(std::move(plain));
  } else {
    const std::vector<std::string> there = members->names();
    table =
        members->table(pick_member(file, *members, "gain under a name that is read", gain_names));
    const auto found = [&](const auto& names) { return matrix::first_of(names, there); };
    if (const std::string name = found(sensor_names); !name.empty())
      gain.sensors = members->texts(name);
    if (const std::string name = found(label_names); !name.empty())
      gain.labels = members->texts(name);
    if (const std::string name = found(orientation_names); !name.empty())
      gain.orientations = points_of(members->table(name));
  }
  gain.name = table.name;
  gain.rows = table.rows;
  gain.columns = table.columns;
  gain.values = std::move(table.values);
  if (gain.values.empty()) throw DataError(gain.name + ": contains no numbers");
  return gain;
}

std::vector<double> read_covariance(const MatrixFile& file, std::size_t n) {
  const std::unique_ptr<Members> members = matrix::members_of(file.file);
  const Table table =
      members ? members->table(pick_member(file, *members, "covariance under a name that is read",
                                           covariance_names))
              : table_of(plain_table(file, NotNumbers::refused));
  const bool list =
      (table.columns == 1 && table.rows == n) || (table.rows == 1 && table.columns == n);
  if (!list && (table.rows != n || table.columns != n)) {
    throw DataError(
        fmt::format("{}: has shape ({}, {}): expected ({}, {}), or {} variances, for {} "
                    "sensors",
                    table.name, table.rows, table.columns, n, n, n, n));
  }
  double largest = 0.0;
  for (std::size_t k = 0; k < table.values.size(); ++k) {
    if (!std::isfinite(table.values[k]))
      throw DataError(fmt::format("{}: row {}, column {} is {}: expected a finite number",
                                  table.name, k / table.columns, k % table.columns,
                                  table.values[k]));
    largest = std::max(largest, std::abs(table.values[k]));
  }
  for (std::size_t i = 0; !list && i < n; ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (std::abs(table.at(i, j) - table.at(j, i)) <= 1e-9 * largest) continue;
      throw DataError(fmt::format("{}: is not symmetric: ({}, {}) is {}, ({}, {}) is {}",
                                  table.name, i, j, table.at(i, j), j, i, table.at(j, i)));
    }
  }
  return table.values;
}

SourceMapping read_mapping(const std::string& path) {
  SourceMapping mapping;
  std::vector<double> numbers;
  if (matrix::format_of(path) == "text") {
    const auto source = matrix::open_text(path);
    matrix::Lines lines(*source);
    for (std::string line; matrix::next_data_line(lines, line);) {
      for (const std::string& word : matrix::split_cells(line)) {
        numbers.push_back(matrix::parse_number(word).value_or(-1.0));
        if (numbers.size() > 1 || !is_word(word)) continue;
        mapping.labels = matrix::read_text_labels(*matrix::open_text(path));
        return mapping;
      }
    }
  } else {
    const ValueTable table = read_value_table(path);
    if (!table.is_vector())
      throw DataError(fmt::format("{}: {}: expected one index of a region for each source", path,
                                  table.shape()));
    numbers = table.values;
  }
  for (const double value : numbers) {
    if (!(value >= 0.0 && value < 2147483648.0) || value != std::floor(value))
      throw DataError(fmt::format("{}: source {} has no index of a region (0, 1, ...)", path,
                                  mapping.indices.size()));
    mapping.indices.push_back(static_cast<std::int64_t>(value));
  }
  if (mapping.indices.empty()) throw DataError(path + ": has no sources");
  return mapping;
}

}  // namespace arcuate::io
