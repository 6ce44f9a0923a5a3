#include "arcuate/io/table_file.hpp"

#include <fmt/format.h>

#include <cmath>
#include <filesystem>
#include <vector>

#include "arcuate/core/error.hpp"
#include "arcuate/core/version.hpp"
#include "arcuate/io/hdf5.hpp"
#include "value_file.hpp"

namespace arcuate::io {
namespace {

using model::LookupTable;

/// Reads one table; every message begins with the file.
class Reader {
 public:
  Reader(const std::string& path, const model::ModelInfo& info)
      : path_(path), info_(info), file_(hdf5::open_file(path, hdf5::Access::read)) {}

  LookupTable read() {
    LookupTable table;
    table.x = axis(info_.table.x);
    table.y = axis(info_.table.y);
    table.columns = static_cast<int>(info_.table.columns.size());
    const std::size_t points = static_cast<std::size_t>(table.x.points) * size_of(table.y);
    table.values.resize(points * info_.table.columns.size());
    for (std::size_t c = 0; c < info_.table.columns.size(); ++c)
      read_column(c, table);
    return table;
  }

 private:
  [[noreturn]] void fail(std::string_view dataset, const std::string& what) const {
    throw DataError(fmt::format("{}: {}: {}", path_, dataset, what));
  }
  static std::size_t size_of(const model::TableAxis& axis) {
    return static_cast<std::size_t>(axis.points);
  }

  [[nodiscard]] std::vector<double> numbers(std::string_view name,
                                            const std::vector<std::size_t>& shape) const {
    const std::string dataset(name);
    if (!file_.has(dataset)) {
      fail(name, fmt::format("missing, but required for the table of {}{}", info_.name, members()));
    }
    const auto given = file_.open_dataset(dataset).shape();
    const bool fits = shape.empty()
                          ? given.size() == 1 && given[0] >= 2
                          : given.size() == 2 && given[0] == shape[0] && given[1] == shape[1];
    if (!fits) {
      fail(name, fmt::format("its shape is ({}); expected {}", fmt::join(given, ", "),
                             shape.empty() ? std::string("a list of at least 2 points")
                                           : fmt::format("({}), the points of {} and {}",
                                                         fmt::join(shape, ", "), info_.table.x.name,
                                                         info_.table.y.name)));
    }
    return file_.read<double>(dataset);
  }

  [[nodiscard]] std::string members() const {
    std::string names;
    for (const std::string& name : file_.names())
      names += (names.empty() ? " (it holds " : ", ") + name;
    return names.empty() ? "" : names + ")";
  }

  [[nodiscard]] model::TableAxis axis(const model::TableAxisInfo& info) const {
    constexpr double tolerance = 1e-6;  // of a step
    const std::vector<double> points = numbers(info.name, {});
    model::TableAxis axis;
    axis.points = static_cast<int>(points.size());
    axis.first = points.front();
    axis.step = (points.back() - points.front()) / (axis.points - 1);
    for (int i = 0; i < axis.points; ++i) {
      const double point = points[static_cast<std::size_t>(i)];
      if (axis.step > 0.0 && std::abs(point - axis.at(i)) <= tolerance * axis.step) continue;
      fail(info.name,
           fmt::format("its points must ascend in equal steps: point {} is {}", i, point));
    }
    return axis;
  }

  void read_column(std::size_t c, LookupTable& table) const {
    const model::TableColumnInfo& column = info_.table.columns[c];
    const std::size_t width = size_of(table.y);
    const std::vector<double> values = numbers(column.name, {size_of(table.x), width});
    for (std::size_t i = 0; i < values.size(); ++i) {
      table.values[i * info_.table.columns.size() + c] = values[i];
      if (std::isfinite(values[i]) && values[i] >= column.lower) continue;
      const bool bounded = column.lower != -model::unbounded;
      fail(column.name,
           fmt::format("[{}, {}] is {} (allowed: finite{})", i / width, i % width, values[i],
                       bounded ? fmt::format(", at least {}", column.lower) : ""));
    }
  }

  const std::string& path_;
  const model::ModelInfo& info_;
  hdf5::Object file_;
};

}  // namespace

LookupTable read_table(const std::string& path, const model::ModelInfo& info) {
  const std::string hash = sha256_of_file(path);
  hdf5::require_lock(path);
  try {
    LookupTable table = Reader(path, info).read();
    table.file = std::filesystem::absolute(path).lexically_normal().string();
    table.sha256 = hash;
    return table;
  } catch (const EnvironmentError& error) {
    throw DataError(path + ": cannot be read as a table (HDF5): " + error.what());
  }
}

void write_table(const std::string& path, const LookupTable& table, const model::ModelInfo& info) {
  write_table(Output(path, {OutputKind::table, true, {}}), table, info);
}

void write_table(Output output, const LookupTable& table, const model::ModelInfo& info) {
  hdf5::Object file = hdf5::create_file(output.temporary());
  file.set("format", std::string("arcuate table 1"));
  file.set("model", std::string(info.name));
  file.set("arcuate_version", std::string(version()));
  const auto write = [&](std::string_view name, std::string_view unit,
                         const std::vector<double>& values, std::vector<hsize_t> shape) {
    file.write<double>(std::string(name), values, std::move(shape)).set("units", std::string(unit));
  };
  const auto write_axis = [&](const model::TableAxisInfo& axis, const model::TableAxis& points) {
    std::vector<double> values;
    for (int i = 0; i < points.points; ++i)
      values.push_back(points.at(i));
    write(axis.name, axis.unit, values, {});
  };
  write_axis(info.table.x, table.x);
  write_axis(info.table.y, table.y);
  const std::size_t columns = info.table.columns.size();
  for (std::size_t c = 0; c < columns; ++c) {
    std::vector<double> values;
    for (std::size_t i = c; i < table.values.size(); i += columns)
      values.push_back(table.values[i]);
    write(info.table.columns[c].name, info.table.columns[c].unit, values,
          {static_cast<hsize_t>(table.x.points), static_cast<hsize_t>(table.y.points)});
  }
  file.close();
  output.publish();
}

}  // namespace arcuate::io
