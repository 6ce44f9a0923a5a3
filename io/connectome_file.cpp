#include "arcuate/io/connectome_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "arcuate/core/error.hpp"
#include "connectome_parts.hpp"
#include "matrix_npy.hpp"
#include "matrix_text.hpp"

namespace arcuate::io {
namespace {

using matrix::Content;
using matrix::format_of;
using matrix::open_text;
using matrix::Parts;
using matrix::Sparse;

bool ends_with(const std::string& path, const std::string& ending) {
  return path.size() >= ending.size() &&
         path.compare(path.size() - ending.size(), ending.size(), ending) == 0;
}

/// A zip of npy members is an npz whatever its ending.
Parts read_archive(const std::string& path) {
  const matrix::ZipReader zip(path);
  const auto& members = zip.members();
  const bool arrays = !members.empty() &&
                      std::all_of(members.begin(), members.end(), [](const std::string& member) {
                        return ends_with(member, ".npy");
                      });
  return arrays || ends_with(path, ".npz") ? matrix::read_npz(zip) : matrix::read_tvb(zip);
}

Parts single_matrix(const std::string& path) {
  Parts parts;
  parts.name = path;
  parts.weights =
      matrix::read_matrix(path, matrix::Wanted::weights, nullptr, &parts.regions.labels);
  return parts;
}

std::vector<std::string> read_labels(const std::string& path) {
  const auto source = matrix::open_file(path);
  if (ends_with(path, ".txt") || ends_with(path, ".csv") || ends_with(path, ".json")) {
    return matrix::read_text_labels(*source);
  }
  throw DataError(fmt::format("{}: labels are read from .txt, .csv or .json", path));
}

/// x y z in each row, with or without a label before them.
std::vector<std::array<double, 3>> read_centres(const std::string& path) {
  const auto source = matrix::open_file(path);
  std::vector<std::vector<double>> table;
  if (format_of(path) == "npy") {
    matrix::NpyReader reader(*source);
    if (reader.shape().size() != 2 || reader.shape()[1] != 3 || reader.fortran()) {
      throw DataError(fmt::format("{}: expected an array of shape (N, 3) in C order", path));
    }
    const std::vector<double> values = reader.numbers();
    for (std::size_t k = 0; k < values.size(); k += 3) {
      table.push_back({values[k], values[k + 1], values[k + 2]});
    }
    return matrix::to_points(path, table);
  }
  matrix::Lines lines(*source);
  for (std::string line; matrix::next_data_line(lines, line);) {
    const std::vector<std::string> cells = matrix::split_cells(line);
    const std::size_t first = cells.size() > 3 ? 1 : 0;
    std::vector<double>& point = table.emplace_back();
    for (std::size_t c = first; c < first + 3 && c < cells.size(); ++c) {
      const auto number = matrix::parse_number(cells[c]);
      if (!number) {
        throw DataError(
            fmt::format("{}: line {}, column {}: '{}' is not a number: expected [label] x y z",
                        path, lines.number(), c + 1, cells[c]));
      }
      point.push_back(*number);
    }
  }
  return matrix::to_points(path, table);
}

}  // namespace

std::string matrix::format_of(const std::string& path) {
  char bytes[8] = {};
  const auto source = matrix::open_file(path);
  source->read(bytes, sizeof bytes);
  const std::string magic(bytes, sizeof bytes);
  if (magic.rfind("PK\x03\x04", 0) == 0) return ends_with(path, ".npz") ? "npz" : "zip";
  if (magic.rfind("\x93NUMPY", 0) == 0) return "npy";
  if (magic.rfind("\x89HDF", 0) == 0) return "h5";
  if (magic.rfind("MATLAB", 0) == 0) return "mat";
  if (magic.rfind("%%Matrix", 0) == 0) return "mtx";
  for (const char* ending : {".zip", ".npz", ".npy", ".h5", ".hdf5", ".mat", ".mtx"}) {
    if (!ends_with(path, ending)) continue;
    throw DataError(
        fmt::format("{}: the file is damaged or not what its ending says ({})", path, ending));
  }
  if (ends_with(path, ".edges.csv")) return "edges";
  if (ends_with(path, ".csv") || ends_with(path, ".txt") || ends_with(path, ".tsv") ||
      ends_with(path, ".bz2")) {
    return "text";
  }
  throw DataError(
      fmt::format("{}: the format is not known: expected .zip (The Virtual Brain), .h5, .mat, "
                  ".npz, .npy, .csv, .txt, .mtx or .edges.csv",
                  path));
}

std::unique_ptr<matrix::Source> matrix::open_text(const std::string& path) {
  auto source = matrix::open_file(path);
  return ends_with(path, ".bz2") ? matrix::bunzip(std::move(source)) : std::move(source);
}

Sparse matrix::read_matrix(const std::string& path, Wanted wanted, const Sparse* pattern,
                           std::vector<std::string>* labels) {
  const Content content = wanted == Wanted::weights ? Content::weights : Content::lengths;
  const std::string format = format_of(path);
  if (format == "npy") return read_npy_matrix(*open_file(path), content, pattern);
  if (format == "mtx") return read_matrix_market(*open_file(path), content);
  if (format == "text") {
    TextMatrix text = read_text_matrix(*open_text(path), content, pattern);
    if (labels != nullptr) *labels = std::move(text.labels);
    return std::move(text.matrix);
  }
  if (wanted != Wanted::weights && format == "npz")
    return read_npz_matrix(ZipReader(path), wanted, pattern);
  if (wanted != Wanted::weights && format == "mat") return read_mat_matrix(path, wanted);
  if (format == "npz" || format == "zip" || format == "mat") {
    Parts parts = format == "mat" ? read_mat(path) : read_archive(path);
    if (labels != nullptr) *labels = std::move(parts.regions.labels);
    if (wanted == Wanted::lengths && parts.lengths) return std::move(*parts.lengths);
    return std::move(parts.weights);
  }
  throw DataError(
      fmt::format("{}: a single matrix is read from .npy, .npz, .csv, .txt, .mat or .mtx", path));
}

network::Connectome read_connectome(const std::string& path) {
  const std::string format = format_of(path);
  if (format == "h5") return matrix::read_hdf5(path);
  Parts parts = format == "zip" || format == "npz" ? read_archive(path)
                : format == "mat"                  ? matrix::read_mat(path)
                : format == "edges" ? matrix::read_edge_list(*matrix::open_file(path))
                                    : single_matrix(path);
  return matrix::assemble(std::move(parts));
}

network::Connectome read_connectome_parts(const std::string& weights, const std::string& lengths,
                                          const std::string& delays, const std::string& labels,
                                          const std::string& centres) {
  if (!lengths.empty() && !delays.empty()) {
    throw ConfigError("connectome: both lengths and delays are given: expected one of them");
  }
  Parts parts = single_matrix(weights);
  if (!lengths.empty()) {
    parts.lengths = matrix::read_matrix(lengths, matrix::Wanted::lengths, &parts.weights, nullptr);
    if (parts.lengths->name.empty()) parts.lengths->name = lengths;
    for (std::size_t e = 0; e < parts.lengths->value.size(); ++e) {
      matrix::check_value(lengths, 0, static_cast<GlobalIndex>(e), parts.lengths->value[e],
                          Content::lengths);
    }
  }
  if (!delays.empty()) {
    parts.delays = matrix::read_matrix(delays, matrix::Wanted::delays, &parts.weights, nullptr);
  }
  if (!labels.empty()) parts.regions.labels = read_labels(labels);
  if (!centres.empty()) parts.regions.centres = read_centres(centres);
  return matrix::assemble(std::move(parts));
}

std::vector<double> read_history(const std::string& path, std::size_t variables,
                                 std::size_t regions, std::size_t& samples) {
  const auto source = matrix::open_file(path);
  matrix::NpyReader reader(*source);
  const auto& shape = reader.shape();
  const bool fits = shape.size() == 3 && shape[0] > 0 && !reader.fortran() &&
                    shape[1] == static_cast<std::int64_t>(variables) &&
                    shape[2] == static_cast<std::int64_t>(regions);
  if (!fits) {
    std::string text;
    for (std::int64_t extent : shape)
      text += fmt::format("{}{}", text.empty() ? "" : ", ", extent);
    throw DataError(fmt::format("{}: shape ({}){}: expected (samples, {}, {}) in C order", path,
                                text, reader.fortran() ? " in Fortran order" : "", variables,
                                regions));
  }
  samples = static_cast<std::size_t>(shape[0]);
  std::vector<double> values = reader.numbers();
  for (std::size_t k = 0; k < values.size(); ++k) {
    if (std::isfinite(values[k])) continue;
    throw DataError(fmt::format("{}: sample {}, variable {}, region {}: {} is not a finite number",
                                path, k / (variables * regions) + 1, k / regions % variables + 1,
                                k % regions + 1, values[k]));
  }
  return values;
}

}  // namespace arcuate::io
