#include "arcuate/io/connectome_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <unordered_set>

#include "arcuate/core/error.hpp"
#include "matrix/npy.hpp"
#include "matrix/text.hpp"
#include "members.hpp"
#include "names.hpp"
#include "parts.hpp"

namespace arcuate::io {
namespace {

using matrix::Content;
using matrix::format_of;
using matrix::open_text;
using matrix::Parts;
using matrix::Sparse;

constexpr std::string_view no_variables =
    "holds no variables to pick from: expected .npz, .mat or .h5 with `variable`";

/// Version 4 begins with a small number that tells the type of the first variable (MOPT), then its
/// rows.
bool is_matlab_4(const std::string& magic) {
  const auto number = [&](std::size_t at, bool swapped) {
    std::uint32_t value = 0;
    std::memcpy(&value, magic.data() + at, sizeof value);
    return swapped ? __builtin_bswap32(value) : value;
  };
  const auto fits = [&](bool swapped) {
    const std::uint32_t type = number(0, swapped);
    return type / 1000 == (swapped ? 1U : 0U) && type % 1000 <= 52 && type % 10 <= 2 &&
           number(4, swapped) > 0;
  };
  return fits(false) || fits(true);
}

/// A zip of npy members is an npz whatever its ending.
Parts read_archive(const std::string& path, const std::string& variable = "") {
  const matrix::ZipReader zip(path);
  const auto& members = zip.members();
  const bool arrays = !members.empty() &&
                      std::all_of(members.begin(), members.end(), [](const std::string& member) {
                        return member.ends_with(".npy");
                      });
  if (arrays || path.ends_with(".npz")) return matrix::read_npz(zip, variable);
  if (!variable.empty()) throw DataError(fmt::format("{}: {}", path, no_variables));
  return matrix::read_tvb(zip);
}

/// Weights, and with them what else the file holds.
Parts weights_of(const MatrixFile& file) {
  const std::string format = format_of(file.file);
  if (format == "npz" || format == "zip") return read_archive(file.file, file.variable);
  if (format == "mat") return matrix::read_mat(file.file, file.variable);
  if (format == "h5") return matrix::read_hdf5_dense(file.file, file.variable);
  Parts parts;
  parts.name = file.file;
  parts.weights =
      matrix::read_matrix(file, matrix::Wanted::weights, nullptr, &parts.regions.labels);
  return parts;
}

std::vector<std::string> read_labels(const std::string& path) {
  const auto source = matrix::open_file(path);
  if (path.ends_with(".txt") || path.ends_with(".csv") || path.ends_with(".json")) {
    return matrix::read_text_labels(*source);
  }
  throw DataError(fmt::format("{}: labels are read from .txt, .csv or .json", path));
}

/// x y z in each row, with or without a label before them; labels that all rows have go to
/// `labels`.
std::vector<std::array<double, 3>> read_centres(const std::string& path,
                                                std::vector<std::string>& labels) {
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
    const std::vector<std::string> cells = matrix::point_cells(line);
    const std::size_t first = cells.size() > 3 ? 1 : 0;
    if (first == 1) labels.push_back(cells.front());
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
  if (labels.size() != table.size()) labels.clear();
  return matrix::to_points(path, table);
}

/// Parts are joined in their order, so that a file with names of its own must have the same. Names
/// of which none is known are those of another list of the same regions, which is said.
void check_names(const std::string& file, std::vector<std::string> names, Parts& parts) {
  const std::vector<std::string>& known = parts.regions.labels;
  const std::string& of = parts.labels_name.empty() ? parts.name : parts.labels_name;
  matrix::number_repeated_labels(names);
  if (known.empty() || names.size() != known.size() || names == known) return;
  const std::unordered_set<std::string> all(known.begin(), known.end());
  const bool any = std::any_of(names.begin(), names.end(),
                               [&](const std::string& name) { return all.contains(name); });
  const auto at = std::mismatch(names.begin(), names.end(), known.begin());
  const std::string difference =
      fmt::format("{}: region {} is '{}', and '{}' in {}", file, at.first - names.begin() + 1,
                  *at.first, *at.second, of);
  if (any) throw DataError(difference + ": expected the same regions in the same order");
  parts.regions.warnings.push_back(difference + ": regions are taken in their order");
}

/// Other labels rename regions; the same ones in another order would exchange them.
void refuse_another_order(const std::string& file, const std::vector<std::string>& labels,
                          const Parts& parts) {
  const std::vector<std::string>& known = parts.regions.labels;
  std::vector<std::string> one = labels, other = known;
  std::sort(one.begin(), one.end());
  std::sort(other.begin(), other.end());
  if (labels == known || one != other) return;
  const auto at = std::mismatch(labels.begin(), labels.end(), known.begin());
  throw DataError(fmt::format("{}: region {} is '{}', and '{}' in {}: expected the same order",
                              file, at.first - labels.begin() + 1, *at.first, *at.second,
                              parts.name));
}

/// Labels that stand beside a matrix, or none. What is no text (numbers, pickled objects) names
/// nothing.
std::vector<std::string> labels_beside(const std::string& path) {
  if (format_of(path) == "h5" && matrix::is_arcuate_hdf5(path)) return {};
  const std::unique_ptr<matrix::Members> members = matrix::members_of(path);
  if (!members) return {};
  const std::string name = matrix::first_of(matrix::names::labels, members->names());
  try {
    return name.empty() ? std::vector<std::string>() : members->texts(name);
  } catch (const DataError&) {
    return {};
  }
}

/// Sides in words or as 0 and 1, one a line.
std::vector<std::uint8_t> read_hemispheres(const std::string& path) {
  std::vector<std::uint8_t> sides;
  if (format_of(path) == "npy") {
    const auto source = matrix::open_file(path);
    for (const double value : matrix::NpyReader(*source).numbers()) {
      if (value != 0.0 && value != 1.0) {
        throw DataError(
            fmt::format("{}: number {}: {} is not allowed: expected 0 (left) or 1 (right)", path,
                        sides.size() + 1, value));
      }
      sides.push_back(value == 1.0 ? 1 : 0);
    }
    return sides;
  }
  for (std::string word : matrix::read_text_labels(*open_text(path))) {
    std::transform(word.begin(), word.end(), word.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    const bool right = word == "1" || word == "r" || word == "rh" || word == "right";
    if (!right && word != "0" && word != "l" && word != "lh" && word != "left") {
      throw DataError(fmt::format(
          "{}: entry {}: '{}' is not allowed: expected 0, L, LH or left, or 1, R, RH or "
          "right",
          path, sides.size() + 1, word));
    }
    sides.push_back(right ? 1 : 0);
  }
  return sides;
}

/// Lengths or delays of their own file, in place of those that came with the weights.
void read_times(const ConnectomeFiles& files, Parts& parts) {
  const bool lengths = !files.lengths.file.empty();
  if (!lengths && files.delays.file.empty()) return;
  const MatrixFile& file = lengths ? files.lengths : files.delays;
  const auto wanted = lengths ? matrix::Wanted::lengths : matrix::Wanted::delays;
  std::vector<std::string> names = labels_beside(file.file);
  Sparse values =
      matrix::read_matrix(file, wanted, &parts.weights, names.empty() ? &names : nullptr);
  check_names(file.file, std::move(names), parts);
  if (values.name.empty()) values.name = file.file;
  parts.lengths.reset();
  parts.delays.reset();
  parts.edge_lengths.reset();
  parts.edge_delays.reset();
  (lengths ? parts.lengths : parts.delays) = std::move(values);
}

}  // namespace

std::string matrix::format_of(const std::string& path) {
  char bytes[8] = {};
  const auto source = matrix::open_file(path);
  source->read(bytes, sizeof bytes);
  const std::string magic(bytes, sizeof bytes);
  if (magic.rfind("PK\x03\x04", 0) == 0) return path.ends_with(".npz") ? "npz" : "zip";
  if (magic.rfind("\x93NUMPY", 0) == 0) return "npy";
  if (magic.rfind("\x89HDF", 0) == 0) return "h5";
  if (magic == "MATLAB 7") return "h5";  // version 7.3 is HDF5 behind a header
  if (magic.rfind("MATLAB", 0) == 0) return "mat";
  if (magic.rfind("%%Matrix", 0) == 0) return "mtx";
  for (const char* ending : {".zip", ".npz", ".npy", ".h5", ".hdf5", ".mat", ".mtx"}) {
    if (!path.ends_with(ending)) continue;
    if (is_matlab_4(magic) && path.ends_with(".mat")) {
      throw DataError(fmt::format(
          "{}: is a MATLAB file of version 4, which is not read: save it with -v7", path));
    }
    throw DataError(
        fmt::format("{}: the file is damaged or not what its ending says ({})", path, ending));
  }
  if (path.ends_with(".edges.csv")) return "edges";
  if (path.ends_with(".csv") || path.ends_with(".txt") || path.ends_with(".tsv") ||
      path.ends_with(".bz2")) {
    return "text";
  }
  throw DataError(
      fmt::format("{}: the format is not known: expected .zip (The Virtual Brain), .h5, .mat, "
                  ".npz, .npy, .csv, .txt, .mtx or .edges.csv",
                  path));
}

std::unique_ptr<matrix::Members> matrix::members_of(const std::string& path) {
  const std::string format = format_of(path);
  if (format == "npz") return npz_members(path);
  if (format == "mat") return mat_members(path);
  if (format == "h5") return hdf5_members(path);
  return nullptr;
}

std::vector<double> matrix::rows_from_columns(const std::vector<double>& values, std::size_t rows,
                                              std::size_t columns) {
  std::vector<double> result(values.size());
  for (std::size_t k = 0; k < values.size(); ++k)
    result[k % rows * columns + k / rows] = values[k];
  return result;
}

std::unique_ptr<matrix::Source> matrix::open_text(const std::string& path) {
  auto source = matrix::open_file(path);
  return path.ends_with(".bz2") ? matrix::bunzip(std::move(source)) : std::move(source);
}

Sparse matrix::read_matrix(const MatrixFile& file, Wanted wanted, const Sparse* pattern,
                           std::vector<std::string>* labels) {
  const std::string& path = file.file;
  const Content content = wanted == Wanted::weights ? Content::weights : Content::lengths;
  const std::string format = format_of(path);
  if (format == "npz") return read_npz_matrix(ZipReader(path), wanted, pattern, file.variable);
  if (format == "mat") return read_mat_matrix(file, wanted);
  if (format == "h5") return read_hdf5_matrix(file, wanted);
  if (!file.variable.empty()) throw DataError(fmt::format("{}: {}", path, no_variables));
  if (format == "npy") return read_npy_matrix(*open_file(path), content, pattern);
  if (format == "mtx") return read_matrix_market(*open_file(path), content);
  if (format == "text") {
    TextMatrix text = read_text_matrix(*open_text(path), content, pattern);
    if (labels != nullptr) *labels = std::move(text.labels);
    return std::move(text.matrix);
  }
  if (format == "zip" && wanted != Wanted::delays) {
    Parts parts = read_archive(path);
    if (wanted == Wanted::lengths && parts.lengths) return std::move(*parts.lengths);
    if (wanted == Wanted::weights) return std::move(parts.weights);
  }
  throw DataError(fmt::format("{}: {} are read from .npy, .npz, .csv, .txt, .mat, .h5, .mtx{}",
                              path,
                              wanted == Wanted::weights   ? "weights"
                              : wanted == Wanted::lengths ? "lengths"
                                                          : "delays",
                              format == "zip" ? ": this zip has none" : ""));
}

network::Connectome read_connectome(const std::string& path) {
  const std::string format = format_of(path);
  if (format == "h5" && matrix::is_arcuate_hdf5(path)) return matrix::read_hdf5(path);
  return matrix::assemble(format == "edges" ? matrix::read_edge_list(*matrix::open_file(path))
                                            : weights_of({path}));
}

network::Connectome read_connectome(const ConnectomeFiles& files) {
  if (!files.lengths.file.empty() && !files.delays.file.empty()) {
    throw ConfigError("connectome: both lengths and delays are given: expected one of them");
  }
  Parts parts = weights_of(files.weights);
  const auto fits = [&](const std::string& file, const char* what, std::size_t count) {
    const auto regions = static_cast<std::size_t>(parts.weights.rows());
    if (count == regions) return;
    throw DataError(fmt::format("{}: {} {} for the {} regions of {}: expected one for each region",
                                file, count, what, regions, files.weights.file));
  };
  const bool named = !parts.regions.labels.empty();
  if (named) read_times(files, parts);  // before `labels` renames regions
  if (!files.labels.empty()) {
    std::vector<std::string> labels = read_labels(files.labels);
    refuse_another_order(files.labels, labels, parts);
    parts.regions.labels = std::move(labels);
    parts.labels_name = files.labels;
    fits(files.labels, "labels", parts.regions.labels.size());
  }
  if (!named) read_times(files, parts);
  if (!files.centres.empty()) {
    std::vector<std::string> names;
    parts.regions.centres = read_centres(files.centres, names);
    fits(files.centres, "centres", parts.regions.centres.size());
    check_names(files.centres, std::move(names), parts);
  }
  if (!files.hemispheres.empty()) {
    parts.regions.hemisphere = read_hemispheres(files.hemispheres);
    fits(files.hemispheres, "sides", parts.regions.hemisphere.size());
  }
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
