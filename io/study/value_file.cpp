#include "value_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "arcuate/core/error.hpp"
#include "arcuate/core/sha256.hpp"
#include "arcuate/io/connectome_file.hpp"
#include "connectome/members.hpp"
#include "connectome/parts.hpp"
#include "matrix/npy.hpp"
#include "matrix/text.hpp"

namespace arcuate::io {
namespace {

bool allowed(double value, NotNumbers nan) {
  return std::isfinite(value) || (std::isnan(value) && nan == NotNumbers::kept);
}

/// Lines of numbers; the first line may name the columns, the first cells the rows.
class TextReader {
 public:
  TextReader(const std::string& path, matrix::Source& source, NotNumbers nan)
      : lines_(source), nan_(nan) {
    table_.path = path;
  }

  ValueTable read() {
    std::string line;
    while (matrix::next_data_line(lines_, line)) {
      if (separator_ == 0) separator_ = matrix::separator_of(line);
      std::vector<std::string> cells = matrix::split_cells_at(line, separator_);
      for (std::string& cell : cells)
        trim(cell);
      if (first_ && is_header(cells)) {
        table_.header = std::move(cells);
      } else {
        add(cells);
      }
      first_ = false;
    }
    name_columns();
    return std::move(table_);
  }

 private:
  [[noreturn]] void fail(const std::string& what) const {
    throw DataError(fmt::format("{}: line {}: {}", table_.path, lines_.number(), what));
  }

  static void trim(std::string& text) {
    constexpr const char* blanks = " \t\r";
    text.erase(0, std::min(text.find_first_not_of(blanks), text.size()));
    text.erase(text.find_last_not_of(blanks) + 1);
  }

  static bool is_name(const std::string& cell) {
    return !matrix::parse_number(cell) && std::any_of(cell.begin(), cell.end(), [](char c) {
      return std::isalpha(static_cast<unsigned char>(c)) != 0 ||
             static_cast<unsigned char>(c) > 127;
    });
  }

  /// The last column holds values: a name there is that of the column. A table of pandas has an
  /// empty corner.
  static bool is_header(const std::vector<std::string>& cells) {
    return is_name(cells.back()) || (cells.size() > 1 && cells.front().empty());
  }

  void add(const std::vector<std::string>& cells) {
    if (table_.rows == 0) {
      named_ = cells.size() > 1 && is_name(cells.front());
      width_ = cells.size();
    }
    if (cells.size() != width_)
      fail(fmt::format("has {} columns: expected {} as before", cells.size(), width_));
    if (named_) add_name(cells.front());
    for (std::size_t c = named_ ? 1 : 0; c < cells.size(); ++c)
      table_.values.push_back(number(cells[c], c));
    table_.columns = width_ - (named_ ? 1 : 0);
    ++table_.rows;
  }

  void add_name(const std::string& name) {
    const bool control =
        std::any_of(name.begin(), name.end(), [](unsigned char c) { return c < 32; });
    if (control) fail(fmt::format("'{}' has a control character", matrix::excerpt(name)));
    table_.names.push_back(name);
  }

  [[nodiscard]] double number(const std::string& cell, std::size_t column) const {
    const auto value = matrix::parse_number(cell);
    if (value && allowed(*value, nan_)) return *value;
    const bool comma = cell.find(',') != std::string::npos;
    fail(fmt::format("column {}: '{}' is not a finite number{}", column + 1, matrix::excerpt(cell),
                     comma          ? " (decimal commas are not read: use a point)"
                     : cell.empty() ? " (the cell is empty)"
                                    : ""));
  }

  /// The header names what is in the columns, and perhaps the rows' names.
  void name_columns() {
    if (table_.rows == 0) throw DataError(table_.path + ": contains no numbers");
    std::vector<std::string>& header = table_.header;
    if (header.empty()) return;
    if (named_ && header.size() == width_) header.erase(header.begin());
    if (header.size() != table_.columns) {
      throw DataError(fmt::format("{}: the header row has {} columns, the rows below have {}",
                                  table_.path, header.size(), width_));
    }
  }

  matrix::Lines lines_;
  NotNumbers nan_;
  ValueTable table_;
  char separator_ = 0;
  bool first_ = true;
  bool named_ = false;
  std::size_t width_ = 0;
};

/// The values of a table that is stored by columns.
std::vector<double> by_rows(const ValueTable& table) {
  return matrix::rows_from_columns(table.values, table.rows, table.columns);
}

ValueTable of_array(const std::string& path, matrix::Source& source, NotNumbers nan) {
  matrix::NpyReader reader(source);
  const auto& shape = reader.shape();
  if (shape.size() > 2) {
    throw DataError(fmt::format("{}: the array has shape ({}): expected one or two dimensions",
                                path, fmt::join(shape, ", ")));
  }
  ValueTable table;
  table.path = path;
  table.rows = shape.empty() ? 1 : static_cast<std::size_t>(shape[0]);
  table.columns = shape.size() < 2 ? 1 : static_cast<std::size_t>(shape[1]);
  table.values = reader.numbers();
  if (table.values.empty()) throw DataError(path + ": contains no numbers");
  for (std::size_t k = 0; k < table.values.size(); ++k) {
    if (allowed(table.values[k], nan)) continue;
    throw DataError(
        fmt::format("{}: number {} is {}: expected a finite number", path, k + 1, table.values[k]));
  }
  if (reader.fortran()) table.values = by_rows(table);
  return table;
}

ValueTable of_archive(const std::string& path, NotNumbers nan) {
  const matrix::ZipReader zip(path);
  if (zip.members().size() != 1) {
    throw DataError(
        fmt::format("{}: has {} members ({}): expected one array", path, zip.members().size(),
                    matrix::excerpt(fmt::format("{}", fmt::join(zip.members(), ", ")))));
  }
  const auto source = zip.open(zip.members().front());
  return of_array(path, *source, nan);
}

/// MatrixMarket: `array` lists all values by columns, `coordinate` row, column and value.
class MarketReader {
 public:
  MarketReader(const std::string& path, matrix::Source& source) : lines_(source) {
    table_.path = path;
  }

  ValueTable read() {
    constexpr std::size_t most = std::size_t{1} << 31;
    const bool coordinate = read_banner();
    const std::vector<double> size = next(coordinate ? 3 : 2);
    table_.rows = whole(size[0], most);
    table_.columns = whole(size[1], most);
    if (table_.rows == 0 || table_.columns == 0) fail("the size is 0");
    coordinate ? read_entries(size[2]) : read_all();
    std::string line;
    if (matrix::next_data_line(lines_, line)) fail("there are more entries than the size says");
    return std::move(table_);
  }

 private:
  [[noreturn]] void fail(const std::string& what) const {
    throw DataError(fmt::format("{}: line {}: {}", table_.path, lines_.number(), what));
  }

  bool read_banner() {
    std::string line;
    if (!lines_.next(line)) fail("is empty");
    std::transform(line.begin(), line.end(), line.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    std::istringstream words(line);
    std::string banner, object, format, field, symmetry;
    words >> banner >> object >> format >> field >> symmetry;
    const bool fits = object == "matrix" && (format == "array" || format == "coordinate") &&
                      (field == "real" || field == "integer" || field == "double") &&
                      symmetry == "general";
    if (!fits) fail("expected %%MatrixMarket matrix array (or coordinate) real general");
    return format == "coordinate";
  }

  /// Memory grows with what is there, not with what the size says.
  void read_all() {
    for (std::size_t k = 0; k < table_.rows * table_.columns; ++k)
      table_.values.push_back(next(1)[0]);
    table_.values = by_rows(table_);
  }

  void read_entries(double count) {
    constexpr std::size_t most = std::size_t{1} << 24;  // what is not there is 0 and costs nothing
    if (table_.rows * table_.columns > most)
      fail(fmt::format("{} x {} values in a sparse file (allowed: up to {})", table_.rows,
                       table_.columns, most));
    table_.values.assign(table_.rows * table_.columns, 0.0);
    const std::size_t entries = whole(count, table_.values.size());
    std::vector<char> given(table_.values.size(), 0);
    for (std::size_t k = 0; k < entries; ++k) {
      const std::vector<double> entry = next(3);
      const std::size_t row = whole(entry[0], table_.rows);
      const std::size_t column = whole(entry[1], table_.columns);
      if (row == 0 || column == 0) fail("rows and columns are counted from 1");
      const std::size_t at = (row - 1) * table_.columns + column - 1;
      if (given[at] != 0) fail("the entry is there twice");
      given[at] = 1;
      table_.values[at] = entry[2];
    }
  }

  std::vector<double> next(std::size_t count) {
    std::string line;
    if (!matrix::next_data_line(lines_, line)) fail("the file ends before its last entry");
    std::vector<double> numbers;
    for (const std::string& cell : matrix::split_cells_at(line, ' ')) {
      const auto number = matrix::parse_number(cell);
      if (!number || !std::isfinite(*number))
        fail(fmt::format("'{}' is not a finite number", matrix::excerpt(cell)));
      numbers.push_back(*number);
    }
    if (numbers.size() != count)
      fail(fmt::format("{} numbers: expected {}", numbers.size(), count));
    return numbers;
  }

  [[nodiscard]] std::size_t whole(double value, std::size_t most) const {
    if (!(value >= 0.0 && value <= static_cast<double>(most)) || value != std::floor(value))
      fail(fmt::format("{} is out of range (allowed: 0 to {})", value, most));
    return static_cast<std::size_t>(value);
  }

  matrix::Lines lines_;
  ValueTable table_;
};

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

bool one_of(const std::string& name, std::initializer_list<const char*> names) {
  return std::any_of(names.begin(), names.end(),
                     [name = lower(name)](const char* other) { return name == other; });
}

/// Two columns of numbers, the first of which is called an index ("" by pandas).
bool has_indices(const ValueTable& table) {
  return table.names.empty() && table.header.size() == 2 &&
         one_of(table.header.front(), {"", "index", "region", "regions", "id"});
}

std::int64_t index_in(const ValueTable& table, std::size_t row) {
  const double value = table.at(row, 0);
  if (value >= 0.0 && value < 9e15 && value == std::floor(value))
    return static_cast<std::int64_t>(value);
  throw DataError(
      fmt::format("{}: row {}: {} is not an index (0, 1, ...)", table.path, row + 1, value));
}

bool is_time(const std::string& name) {
  return one_of(name,
                {"time", "t", "time [ms]", "time (ms)", "time_ms", "t [ms]", "t (ms)", "t_ms"});
}

/// A header may not contradict what the study file says of the columns.
void check_time_header(const ValueTable& table, std::size_t time) {
  if (table.header.empty() || is_time(table.header[time])) return;
  throw DataError(fmt::format("{}: column {} is called '{}': expected 'time', in ms", table.path,
                              time + 1, matrix::excerpt(table.header[time])));
}

void check_times(const std::string& path, const std::vector<double>& times) {
  for (std::size_t k = 1; k < times.size(); ++k) {
    if (times[k] > times[k - 1]) continue;
    throw DataError(fmt::format("{}: row {}: the time {} ms does not come after {} ms", path, k + 1,
                                times[k], times[k - 1]));
  }
}

ValuesByRegion by_region(const std::string& path, std::size_t regions) {
  const ValueTable table = read_value_table(path);
  ValuesByRegion result;
  if (has_indices(table)) {
    for (std::size_t row = 0; row < table.rows; ++row) {
      result.indices.push_back(index_in(table, row));
      result.values.push_back(table.at(row, 1));
    }
  } else if (table.is_vector()) {
    result.values = table.values;
    result.labels = table.names;
  } else {
    throw DataError(
        fmt::format("{}: {}: expected {} numbers in one column (or two columns under "
                    "the header `index,value`, or labels and numbers)",
                    path, table.shape(), regions));
  }
  if (result.values.size() != regions) {
    throw DataError(
        fmt::format("{}: {} numbers: expected {}", path, result.values.size(), regions));
  }
  return result;
}

TimedValues timed(const std::string& path, const std::vector<std::string>& columns) {
  const ValueTable table = read_value_table(path);
  if (columns.size() == 1) {
    const bool times = table.header.size() == 1 && is_time(table.header.front());
    if (table.is_vector() && table.names.empty() && !times) return {{}, table.values};
    throw DataError(
        fmt::format("{}: {}: expected one number in each row; times and values are "
                    "read with `columns: [time, value]`",
                    path, table.shape()));
  }
  if (table.columns != 2 || !table.names.empty()) {
    throw DataError(fmt::format("{}: {}: expected 2 columns ({})", path, table.shape(),
                                fmt::join(columns, ", ")));
  }
  const std::size_t time = columns.front() == "time" ? 0 : 1;
  check_time_header(table, time);
  TimedValues series;
  for (std::size_t row = 0; row < table.rows; ++row) {
    series.times.push_back(table.at(row, time));
    series.values.push_back(table.at(row, 1 - time));
  }
  check_times(path, series.times);
  return series;
}

/// The place in the study file before what is wrong with the file.
template <typename Read>
auto at_place(const std::string& place, const Read& read) {
  try {
    return read();
  } catch (const DataError& error) {
    throw DataError(place + error.what());
  }
}

}  // namespace

std::string ValueTable::shape() const {
  std::string text = fmt::format("{} row{} of {} column{}", rows, rows == 1 ? "" : "s", columns,
                                 columns == 1 ? "" : "s");
  if (!header.empty())
    text += " (" + matrix::excerpt(fmt::format("{}", fmt::join(header, ", "))) + ")";
  if (!names.empty()) text += " beside the names";
  return text;
}

std::string sha256_of_file(const std::string& path) {
  std::error_code failed;
  if (std::filesystem::is_directory(path, failed)) throw DataError(path + ": this is a folder");
  if (std::filesystem::exists(path, failed) && !std::filesystem::is_regular_file(path, failed)) {
    throw DataError(path + ": is not a regular file (a pipe?)");
  }
  std::ifstream in(path, std::ios::binary);
  if (!in) throw DataError(path + ": cannot be opened");
  const std::string bytes{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  return sha256(bytes);
}

ValueTable read_value_table(const std::string& path, NotNumbers nan) {
  const std::string format = matrix::format_of(path);
  if (format == "npz" || format == "zip") return of_archive(path, nan);
  const auto source = matrix::open_text(path);
  if (format == "npy") return of_array(path, *source, nan);
  if (format == "mtx") return MarketReader(path, *source).read();
  if (format == "text" || format == "edges") return TextReader(path, *source, nan).read();
  throw DataError(
      fmt::format("{}: values are read from .npy, .npz, .mtx, .csv, .tsv or .txt", path));
}

ValuesByRegion read_values_by_region(const std::string& path, std::size_t regions,
                                     const std::string& place) {
  return at_place(place, [&] { return by_region(path, regions); });
}

TimedValues read_series(const std::string& path, const std::vector<std::string>& columns,
                        const std::string& place) {
  return at_place(place, [&] { return timed(path, columns); });
}

std::vector<double> read_numbers(const std::string& path, std::size_t expected) {
  ValuesByRegion read = read_values_by_region(path, expected);
  if (read.labels.empty() && read.indices.empty()) return std::move(read.values);
  throw DataError(path + ": expected one column of numbers, without names");
}

}  // namespace arcuate::io
