#include "arcuate/io/array_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>

#include "arcuate/core/error.hpp"
#include "arcuate/core/suggest.hpp"
#include "arcuate/io/hdf5.hpp"
#include "arcuate/io/recorded_run.hpp"
#include "cifti/cifti.hpp"
#include "connectome/names.hpp"
#include "connectome/parts.hpp"
#include "matrix/npy.hpp"
#include "matrix/text.hpp"

namespace arcuate::io {
namespace {

using Names = std::vector<std::string>;
using Shape = std::vector<std::int64_t>;

struct Where {
  std::string file;
  std::string member;
};

Where split(const std::string& where) {
  std::error_code ignored;
  const std::size_t colon = where.rfind(':');
  if (colon == std::string::npos || colon == 0 || std::filesystem::exists(where, ignored))
    return {where, ""};
  return {where.substr(0, colon), where.substr(colon + 1)};
}

/// The member that is asked for, else a usual one, else the only one.
std::string chosen(const Where& where, const Names& there, const Names& usual) {
  if (!where.member.empty()) {
    if (std::find(there.begin(), there.end(), where.member) != there.end()) return where.member;
    throw DataError(fmt::format("{}: there is no array '{}'{}", where.file, where.member,
                                hint(where.member, there)));
  }
  const std::string name = matrix::first_of(usual, there);
  if (!name.empty()) return name;
  if (there.size() == 1) return there.front();
  if (there.empty()) throw DataError(where.file + ": holds no array of two numbers or more");
  throw DataError(fmt::format("{}: holds several arrays of numbers (FILE:NAME picks one): {}",
                              where.file, fmt::join(there, ", ")));
}

/// Numbers that lie with the first dimension innermost, in C order.
std::vector<double> c_order(const std::vector<double>& values, const Shape& shape) {
  std::vector<double> result(values.size());
  Shape at(shape.size(), 0);
  for (const double value : values) {
    std::size_t place = 0;
    for (std::size_t d = 0; d < shape.size(); ++d)
      place = place * static_cast<std::size_t>(shape[d]) + static_cast<std::size_t>(at[d]);
    result[place] = value;
    for (std::size_t d = 0; d < shape.size() && ++at[d] == shape[d]; ++d)
      at[d] = 0;
  }
  return result;
}

void read_npy_into(matrix::Source& source, Array& array) {
  matrix::NpyReader reader(source);
  array.shape = reader.shape();
  array.values = reader.numbers();
  if (reader.fortran()) array.values = c_order(array.values, array.shape);
}

Array read_npz_array(const Where& where, const Names& usual) {
  const matrix::ZipReader zip(where.file);
  Names there;
  for (const std::string& member : zip.members()) {
    if (!member.ends_with(".npy")) continue;
    const auto source = zip.open(member);
    const matrix::NpyReader reader(*source);
    if (!reader.is_text() && reader.size() > 1)
      there.push_back(member.substr(0, member.size() - 4));
  }
  const std::string name = chosen(where, there, usual);
  Array array;
  read_npy_into(*zip.open(name + ".npy"), array);
  array.name = where.file + ": " + name;
  const std::string labels = matrix::npz_member(zip, matrix::names::labels);
  const std::string regions = labels.empty() ? matrix::npz_member(zip, {"region"}) : labels;
  if (!regions.empty()) {
    const auto source = zip.open(regions + ".npy");
    matrix::NpyReader reader(*source);
    if (reader.is_text()) array.labels = reader.texts();
  }
  if (zip.has("period.npy") && zip.has("time.npy")) {
    array.period = matrix::NpyReader(*zip.open("period.npy")).numbers().at(0);
    array.series = true;
  }
  return array;
}

Array read_mat_array(const Where& where, const Names& usual) {
  Names there;
  std::map<std::string, Shape> shapes;
  for (const matrix::MatEntry& entry : matrix::mat_entries(where.file)) {
    there.push_back(entry.name);
    shapes[entry.name] = entry.shape;
  }
  Array array;
  const std::string name = chosen(where, there, usual);
  array.name = where.file + ": " + name;
  array.shape = shapes[name];
  array.values = c_order(matrix::mat_numbers(where.file, name), array.shape);
  array.labels = matrix::mat_labels(where.file);
  return array;
}

/// Samples of the only variable of a recording's monitor.
Array read_recording_array(const Where& where) {
  const RecordedRun run(where.file);
  Names names;
  for (const RecordedSeries& series : run.series)
    names.push_back(series.name);
  const std::string name = chosen(where, names, {});
  const auto& series = *std::find_if(run.series.begin(), run.series.end(),
                                     [&](const auto& one) { return one.name == name; });
  if (series.variables.size() != 1)
    throw DataError(fmt::format("{}: monitor {} has {} variables: a target has one", where.file,
                                name, series.variables.size()));
  Array array;
  array.name = where.file + ": " + name;
  array.series = true;
  array.shape = {static_cast<std::int64_t>(series.samples),
                 static_cast<std::int64_t>(series.labels.size())};
  array.labels = series.labels;
  array.period = series.period;
  array.values.resize(series.samples * series.labels.size());
  run.read_samples(series, 0, array.values);
  return array;
}

bool is_dataset(const hdf5::Object& file, const std::string& name) {
  const hdf5::Handle object(H5Oopen(file.id(), name.c_str(), H5P_DEFAULT), H5Oclose);
  return object.valid() && H5Iget_type(object.id()) == H5I_DATASET;
}

/// Datasets that may be the array: matrices where there are some, else whatever there is.
Names candidates(const hdf5::Object& file) {
  Names all;
  Names matrices;
  for (const std::string& name : file.names()) {
    if (name.starts_with("#") || !is_dataset(file, name)) continue;  // MATLAB's references, groups
    all.push_back(name);
    if (file.open_dataset(name).shape().size() > 1) matrices.push_back(name);
  }
  return matrices.empty() ? all : matrices;
}

/// What The Virtual Brain's and netCDF's samples say of themselves.
void read_axes(const hdf5::Object& file, Array& array) {
  for (const char* labels : {"region_labels", "labels", "region", "regions"}) {
    if (array.labels.empty() && file.has(labels)) array.labels = file.read_texts(labels);
  }
  if (file.has_attribute("TVB_sample_period")) {
    array.period = file.number("TVB_sample_period") / 1000.0;
    array.series = true;
    const auto axes = nlohmann::json::parse(
        file.has_attribute("TVB_labels_dimensions") ? file.text("TVB_labels_dimensions") : "",
        nullptr, false);
    if (axes.is_object() && axes.contains("Region") && axes["Region"].is_array()) {
      for (const auto& label : axes["Region"])
        array.labels.push_back(label.is_string() ? label.get<std::string>() : "");
    }
  }
  if (!file.has("time") || !is_dataset(file, "time")) return;
  const hdf5::Object time = file.open_dataset("time");
  if (array.period > 0.0 || !time.has_attribute("period")) return;
  array.period = time.number("period");
  array.series = true;
}

Array read_hdf5_array(const Where& where, const Names& usual) {
  try {
    const hdf5::Object file = hdf5::open_file(where.file, hdf5::Access::read);
    if (file.has("monitors") && file.has_attribute("format")) return read_recording_array(where);
    const bool deep = where.member.find('/') != std::string::npos;
    const std::string name = deep ? where.member : chosen(where, candidates(file), usual);
    const hdf5::Object data = file.open_dataset(name);
    Array array;
    array.name = where.file + ": " + name;
    for (const hsize_t extent : data.shape())
      array.shape.push_back(static_cast<std::int64_t>(extent));
    array.values = file.read<double>(name);
    // MATLAB's dimensions are in the opposite order.
    if (data.has_attribute("MATLAB_class")) {
      std::reverse(array.shape.begin(), array.shape.end());
      array.values = c_order(array.values, array.shape);
    } else {
      read_axes(file, array);
    }
    return array;
  } catch (const EnvironmentError& error) {
    throw DataError(where.file + ": " + error.what());
  }
}

Array read_cifti_array(const std::string& path) {
  cifti::Table table = cifti::read_table(path);
  Array array;
  array.name = path;
  array.labels = std::move(table.parcels);
  const auto rows = static_cast<std::int64_t>(array.labels.size());
  const auto columns = static_cast<std::int64_t>(table.columns);
  array.series = table.series.has_value();
  if (array.series) {
    array.period = table.series->step;
    array.shape = {columns, rows};
    array.values = c_order(table.values, array.shape);
  } else {
    array.shape = {rows, columns};
    array.values = std::move(table.values);
  }
  return array;
}

bool is_number_cell(const std::string& cell) {
  return matrix::parse_number(cell).has_value();
}

/// A table with or without a header row and a first column of names.
Array read_text_array(const std::string& path) {
  const auto source = matrix::open_text(path);
  matrix::Lines lines(*source);
  Array array;
  array.name = path;
  Names header;
  char separator = 0;
  std::size_t width = 0;
  for (std::string line; matrix::next_data_line(lines, line);) {
    if (separator == 0) separator = matrix::separator_of(line);
    Names cells = matrix::split_cells_at(line, separator);
    const bool first = array.values.empty() && header.empty();
    if (first && !is_number_cell(cells.back()) && cells.back() != "n/a") {
      header = std::move(cells);
      continue;
    }
    if (!is_number_cell(cells.front()) && cells.size() > 1 && cells.front() != "n/a")
      cells.erase(cells.begin());
    if (width == 0) width = cells.size();
    if (cells.size() != width)
      throw DataError(fmt::format("{}: line {}: has {} columns: expected {} as before", path,
                                  lines.number(), cells.size(), width));
    for (const std::string& cell : cells) {
      const auto number = matrix::parse_number(cell);
      if (!number && cell != "n/a")
        throw DataError(fmt::format("{}: line {}: '{}' is not a number", path, lines.number(),
                                    matrix::excerpt(cell)));
      array.values.push_back(number.value_or(std::nan("")));
    }
  }
  if (width == 0) throw DataError(path + ": contains no numbers");
  array.shape = {static_cast<std::int64_t>(array.values.size() / width),
                 static_cast<std::int64_t>(width)};
  if (header.size() == width + 1) header.erase(header.begin());
  if (header.size() == width) array.labels = std::move(header);
  return array;
}

/// A table of samples as `arcuate export` writes it: the first column is the time.
void take_time_off(Array& array) {
  if (array.labels.empty() || array.labels.front() != "time [s]" || array.shape[0] < 2) return;
  const auto width = static_cast<std::size_t>(array.shape[1]);
  array.period = array.values[width] - array.values[0];
  array.series = true;
  std::vector<double> rest;
  for (std::size_t k = 0; k < array.values.size(); ++k) {
    if (k % width != 0) rest.push_back(array.values[k]);
  }
  array.values = std::move(rest);
  array.labels.erase(array.labels.begin());
  --array.shape[1];
}

/// A table of BIDS with the file that describes it.
void read_sidecar(const std::string& path, Array& array) {
  if (!path.ends_with(".tsv")) return;
  std::ifstream in(std::filesystem::path(path).replace_extension(".json"));
  const auto side = nlohmann::json::parse(in, nullptr, false);
  if (!side.is_object() || !side.contains("SamplingFrequency")) return;
  const auto& rate = side["SamplingFrequency"];
  if (!rate.is_number() || !(rate.get<double>() > 0.0))
    throw DataError(path + ": SamplingFrequency of the .json beside it is not a number above 0");
  array.period = 1.0 / rate.get<double>();
  array.series = true;
}

Array read_any(const Where& where, const Names& usual) {
  if (where.file.ends_with(".nii")) return read_cifti_array(where.file);
  const std::string format = matrix::format_of(where.file);
  if (format == "npz" || format == "zip") return read_npz_array(where, usual);
  if (format == "mat") return read_mat_array(where, usual);
  if (format == "h5") return read_hdf5_array(where, usual);
  Array array;
  if (format == "npy") {
    array.name = where.file;
    read_npy_into(*matrix::open_file(where.file), array);
    return array;
  }
  array = read_text_array(where.file);
  take_time_off(array);
  read_sidecar(where.file, array);
  return array;
}

}  // namespace

std::string Array::size() const {
  return fmt::format("{}", fmt::join(shape, " x "));
}

bool Array::is_list() const {
  return shape.size() == 1 || (shape.size() == 2 && (shape[0] == 1 || shape[1] == 1));
}

std::string file_of_array(const std::string& where) {
  return split(where).file;
}

Array read_array(const std::string& where, const std::vector<std::string>& usual) {
  Array array = read_any(split(where), usual);
  // (time, variable, region, mode) of one variable and mode are (time, region).
  for (std::size_t d = array.shape.size(); d-- > 0;) {
    if (array.shape.size() > 2 && array.shape[d] == 1)
      array.shape.erase(array.shape.begin() + static_cast<std::ptrdiff_t>(d));
  }
  if (array.shape.empty() && !array.values.empty())
    throw DataError(array.name + ": is a single number: expected a list or a matrix");
  if (array.shape.empty() || array.shape.size() > 2 || array.values.empty())
    throw DataError(
        fmt::format("{}: has size {}: expected a list or a matrix", array.name, array.size()));
  const auto wrong = std::find_if(array.values.begin(), array.values.end(),
                                  [](double value) { return std::isinf(value); });
  if (wrong != array.values.end())
    throw DataError(
        fmt::format("{}: number {} is infinite", array.name, wrong - array.values.begin() + 1));
  return array;
}

std::vector<std::size_t> matched(const std::vector<std::string>& wanted,
                                 const std::vector<std::string>& there, const std::string& name) {
  std::map<std::string, std::size_t> place;
  for (std::size_t k = 0; k < there.size(); ++k) {
    if (!place.emplace(there[k], k).second)
      throw DataError(fmt::format("{}: two regions are called '{}'", name, there[k]));
  }
  std::vector<std::size_t> result;
  std::vector<std::string> missing;
  for (const std::string& label : wanted) {
    const auto found = place.find(label);
    if (found == place.end())
      missing.push_back(label);
    else
      result.push_back(found->second);
  }
  if (missing.empty()) return result;
  throw DataError(fmt::format("{}: has no region '{}' ({} of {} regions are not in it){}", name,
                              missing.front(), missing.size(), wanted.size(),
                              hint(missing.front(), there)));
}

}  // namespace arcuate::io
