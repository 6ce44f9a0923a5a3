#include "arcuate/io/surface_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <unordered_map>

#include "arcuate/core/error.hpp"
#include "arcuate/core/suggest.hpp"
#include "connectome/parts.hpp"
#include "gifti.hpp"
#include "matrix/npy.hpp"
#include "matrix/text.hpp"

namespace arcuate::io {
namespace {

using matrix::Source;
using matrix::ZipReader;
using Point = std::array<double, 3>;

constexpr double most_vertices = 2147483647.0;

/// A whole number of a file as an index; what is none is an error.
LocalIndex to_index(double value, const std::string& place) {
  if (std::abs(value) <= most_vertices && value == std::floor(value))
    return static_cast<LocalIndex>(value);
  throw DataError(fmt::format("{}: {} is not a whole number", place, value));
}

std::vector<Point> read_points(Source& source) {
  std::vector<Point> points;
  for (const std::vector<double>& row : matrix::read_text_table(source)) {
    if (row.size() != 3)
      throw DataError(fmt::format("{}: row {}: {} numbers: expected x y z", source.name(),
                                  points.size() + 1, row.size()));
    points.push_back({row[0], row[1], row[2]});
  }
  return points;
}

std::array<LocalIndex, 3> to_triangle(const Point& corners, const std::string& place) {
  return {to_index(corners[0], place), to_index(corners[1], place), to_index(corners[2], place)};
}

/// The member whose name without folder and ending is one of `stems`, or "".
std::string member_of(const ZipReader& zip, std::initializer_list<std::string_view> stems) {
  std::string found;
  for (const std::string& member : zip.members()) {
    std::filesystem::path file = std::filesystem::path(member).filename();
    if (file.extension() == ".bz2") file = file.stem();
    if (file.extension() != ".txt") continue;
    if (std::find(stems.begin(), stems.end(), file.stem().string()) == stems.end()) continue;
    if (!found.empty())
      throw DataError(
          fmt::format("{}: members '{}' and '{}' could both be meant", zip.path(), found, member));
    found = member;
  }
  return found;
}

network::Surface read_zip(const std::string& path) {
  const ZipReader zip(path);
  network::Surface surface;
  const std::string vertices = member_of(zip, {"vertices"});
  const std::string triangles = member_of(zip, {"triangles"});
  const std::string normals = member_of(zip, {"normals", "vertex_normals"});
  for (const auto& [member, name] : {std::pair{vertices, "vertices"}, {triangles, "triangles"}}) {
    if (member.empty())
      throw DataError(
          fmt::format("{}: has no member {}.txt: expected a surface of The Virtual "
                      "Brain, with vertices.txt and triangles.txt",
                      path, name));
  }
  surface.vertices = read_points(*zip.open(vertices));
  if (!normals.empty()) surface.normals = read_points(*zip.open(normals));
  const auto source = zip.open(triangles);
  for (const Point& corners : read_points(*source))
    surface.triangles.push_back(to_triangle(
        corners, fmt::format("{}: row {}", source->name(), surface.triangles.size() + 1)));
  return surface;
}

std::vector<Point> points_of(const gifti::Array& array) {
  if (array.columns != 3)
    throw DataError(fmt::format("{}: has shape ({}, {}): expected three columns", array.name,
                                array.rows, array.columns));
  std::vector<Point> points(array.rows);
  for (std::size_t row = 0; row < array.rows; ++row)
    std::copy_n(array.values.data() + 3 * row, 3, points[row].begin());
  return points;
}

network::Surface read_gifti(const std::string& path) {
  const gifti::Document document = gifti::read(path);
  network::Surface surface;
  surface.vertices = points_of(gifti::only(document, "NIFTI_INTENT_POINTSET", "vertices"));
  const gifti::Array& triangles = gifti::only(document, "NIFTI_INTENT_TRIANGLE", "triangles");
  for (const Point& corners : points_of(triangles))
    surface.triangles.push_back(to_triangle(corners, triangles.name));
  return surface;
}

bool is_gifti(const std::string& path) {
  return path.ends_with(".gii");
}

network::Surface read_one(const std::string& path) {
  if (is_gifti(path)) return read_gifti(path);
  if (matrix::format_of(path) == "zip") return read_zip(path);
  throw DataError(path + ": expected a surface: The Virtual Brain's .zip or .surf.gii");
}

/// Normals stay only when all parts have some.
void join(network::Surface& whole, network::Surface&& part) {
  const bool normals = whole.vertices.empty() || !whole.normals.empty();
  const auto before = static_cast<LocalIndex>(whole.n_vertices());
  whole.vertices.insert(whole.vertices.end(), part.vertices.begin(), part.vertices.end());
  for (const auto& t : part.triangles)
    whole.triangles.push_back({t[0] + before, t[1] + before, t[2] + before});
  whole.normals.insert(whole.normals.end(), part.normals.begin(), part.normals.end());
  if (!normals || part.normals.empty()) whole.normals.clear();
  whole.origin += (whole.origin.empty() ? "" : ", ") + part.origin;
  whole.warnings.insert(whole.warnings.end(), part.warnings.begin(), part.warnings.end());
}

/// Where each label is among the regions.
std::unordered_map<std::string_view, std::int32_t> index_of(const network::Connectome& regions) {
  std::unordered_map<std::string_view, std::int32_t> index;
  for (std::size_t region = 0; region < regions.labels.size(); ++region)
    index.emplace(regions.labels[region], static_cast<std::int32_t>(region));
  return index;
}

/// By the names of the label table; without one its keys are indices.
std::vector<std::int32_t> read_labels(const std::string& path, const network::Connectome& regions) {
  const gifti::Document document = gifti::read(path);
  const gifti::Array& keys = gifti::only(document, "NIFTI_INTENT_LABEL", "labels");
  const auto index = index_of(regions);
  std::vector<std::int32_t> mapping;
  for (std::size_t v = 0; v < keys.values.size(); ++v) {
    const std::string place = fmt::format("{}: vertex {}", keys.name, v);
    const LocalIndex key = to_index(keys.values[v], place);
    if (document.labels.empty()) {
      mapping.push_back(key);
      continue;
    }
    const auto named = document.labels.find(key);
    if (named == document.labels.end())
      throw DataError(fmt::format("{}: label {} is not in the file's table", place, key));
    const auto found = index.find(named->second);
    if (found == index.end())
      throw DataError(
          fmt::format("{}: no region of {} is called '{}'", place, regions.origin, named->second) +
          hint(named->second, regions.labels));
    mapping.push_back(found->second);
  }
  return mapping;
}

std::vector<std::int32_t> read_indices(const std::string& path) {
  std::vector<double> values;
  const auto source = matrix::open_text(path);
  if (path.ends_with(".npy")) {
    values = matrix::NpyReader(*source).numbers();
  } else {
    for (const auto& row : matrix::read_text_table(*source))
      values.insert(values.end(), row.begin(), row.end());
  }
  std::vector<std::int32_t> mapping;
  for (const double value : values)
    mapping.push_back(to_index(value, fmt::format("{}: vertex {}", path, mapping.size())));
  return mapping;
}

}  // namespace

network::Surface read_surface(const std::vector<std::string>& files) {
  network::Surface whole;
  for (const std::string& file : files) {
    network::Surface part = read_one(file);
    part.origin = file;
    network::check_surface(part);
    join(whole, std::move(part));
  }
  if (files.size() > 1) network::check_places(whole);
  return whole;
}

std::vector<std::int32_t> read_region_mapping(const std::vector<std::string>& files,
                                              const network::Connectome& regions) {
  std::vector<std::int32_t> mapping;
  for (const std::string& file : files) {
    const std::vector<std::int32_t> part =
        is_gifti(file) ? read_labels(file, regions) : read_indices(file);
    mapping.insert(mapping.end(), part.begin(), part.end());
  }
  return mapping;
}

network::LocalRows read_local_connectivity(const MatrixFile& file, GlobalIndex vertices) {
  matrix::Sparse matrix = matrix::read_matrix(file, matrix::Wanted::weights, nullptr, nullptr);
  if (matrix.rows() != vertices || matrix.columns != vertices)
    throw DataError(
        fmt::format("{}: has shape ({}, {}): expected a row and a column for each of "
                    "{} vertices",
                    file.file, matrix.rows(), matrix.columns, vertices));
  return {std::move(matrix.row), std::move(matrix.column), std::move(matrix.value)};
}

}  // namespace arcuate::io
