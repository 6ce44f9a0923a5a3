#include <fmt/format.h>
#include <matio.h>

#include <algorithm>
#include <cstring>
#include <filesystem>

#include "arcuate/core/error.hpp"
#include "connectome_parts.hpp"

// MATLAB files, version 5 (save -v6 and -v7).
namespace arcuate::io::matrix {
namespace {

struct CloseFile {
  void operator()(mat_t* file) const { Mat_Close(file); }
};
struct FreeVariable {
  void operator()(matvar_t* variable) const { Mat_VarFree(variable); }
};
using File = std::unique_ptr<mat_t, CloseFile>;
using Variable = std::unique_ptr<matvar_t, FreeVariable>;

/// The file is a sequence of (type, size) tags and data; matio reads a cut one as far as it goes.
void check_whole(const std::string& path, Source& source, bool swapped) {
  const std::uintmax_t size = std::filesystem::file_size(path);
  std::vector<char> skipped(std::size_t{1} << 16);
  for (std::uintmax_t at = 128; at < size;) {
    std::uint32_t tag[2];
    source.read_exactly(reinterpret_cast<char*>(tag), sizeof tag, "the file");
    at += sizeof tag;
    std::uintmax_t left = swapped ? __builtin_bswap32(tag[1]) : tag[1];
    at += left;
    while (left > 0) {
      const auto count = std::min<std::uintmax_t>(left, skipped.size());
      source.read_exactly(skipped.data(), static_cast<std::size_t>(count), "the file");
      left -= count;
    }
  }
}

File open_mat(const std::string& path) {
  char header[128] = {};
  const auto source = open_file(path);
  source->read_exactly(header, sizeof header, "the MATLAB header");
  if (std::strncmp(header, "MATLAB 7.3", 10) == 0) {
    throw DataError(
        fmt::format("{}: is a MATLAB 7.3 file, which is not read: save it with -v7", path));
  }
  check_whole(path, *source, std::string(header + 126, 2) == "MI");
  File file(Mat_Open(path.c_str(), MAT_ACC_RDONLY));
  if (!file) throw DataError(fmt::format("{}: is not a MATLAB file of version 5", path));
  return file;
}

template <typename In>
void widen(const void* data, std::vector<double>& values) {
  const In* in = static_cast<const In*>(data);
  for (std::size_t k = 0; k < values.size(); ++k)
    values[k] = static_cast<double>(in[k]);
}

std::vector<double> to_doubles(const std::string& name, matio_types type, const void* data,
                               std::size_t count) {
  check_memory(name, "the variable", 8.0 * static_cast<double>(count));
  std::vector<double> values(count);
  switch (type) {
    case MAT_T_DOUBLE:
      widen<double>(data, values);
      break;
    case MAT_T_SINGLE:
      widen<float>(data, values);
      break;
    case MAT_T_INT64:
      widen<std::int64_t>(data, values);
      break;
    case MAT_T_UINT64:
      widen<std::uint64_t>(data, values);
      break;
    case MAT_T_INT32:
      widen<std::int32_t>(data, values);
      break;
    case MAT_T_UINT32:
      widen<std::uint32_t>(data, values);
      break;
    case MAT_T_INT16:
      widen<std::int16_t>(data, values);
      break;
    case MAT_T_UINT16:
      widen<std::uint16_t>(data, values);
      break;
    case MAT_T_INT8:
      widen<std::int8_t>(data, values);
      break;
    case MAT_T_UINT8:
      widen<std::uint8_t>(data, values);
      break;
    default:
      throw DataError(fmt::format("{}: is not a matrix of real numbers", name));
  }
  return values;
}

void check_square(const std::string& name, const matvar_t& variable) {
  if (variable.isComplex != 0) throw DataError(fmt::format("{}: is complex: expected real", name));
  if (variable.rank == 2 && variable.dims[0] == variable.dims[1] && variable.dims[0] > 0) return;
  throw DataError(fmt::format("{}: has size {} x {}: expected a square matrix", name,
                              variable.rank > 0 ? variable.dims[0] : 0,
                              variable.rank > 1 ? variable.dims[1] : 0));
}

/// Compressed columns of MATLAB are compressed rows of the transpose.
Sparse from_sparse(const std::string& name, const matvar_t& variable, Content content) {
  const auto& sparse = *static_cast<const mat_sparse_t*>(variable.data);
  Sparse columns;
  columns.name = name;
  columns.columns = static_cast<GlobalIndex>(variable.dims[0]);
  if (static_cast<std::size_t>(sparse.njc) != variable.dims[1] + 1) {
    throw DataError(
        fmt::format("{}: the sparse matrix is damaged: {} column pointers", name, sparse.njc));
  }
  columns.row.assign(sparse.jc, sparse.jc + sparse.njc);
  const auto entries = static_cast<std::size_t>(std::max<GlobalIndex>(0, columns.row.back()));
  if (entries > static_cast<std::size_t>(sparse.nir) ||
      entries > static_cast<std::size_t>(sparse.ndata)) {
    throw DataError(fmt::format("{}: the sparse matrix is damaged: {} entries, {} values", name,
                                entries, sparse.ndata));
  }
  columns.column.assign(sparse.ir, sparse.ir + entries);
  columns.value = to_doubles(name, variable.data_type, sparse.data, entries);
  tidy(columns, content);
  return transposed(columns);
}

Sparse from_dense(const std::string& name, const matvar_t& variable, Content content) {
  const std::size_t n = variable.dims[0];
  if (variable.data == nullptr ||
      variable.nbytes / n / n < static_cast<std::size_t>(variable.data_size)) {
    throw DataError(fmt::format("{}: the matrix is truncated", name));
  }
  const std::vector<double> values = to_doubles(name, variable.data_type, variable.data, n * n);
  std::vector<double> row(n);
  RowCollector rows(name, content, nullptr);
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < n; ++j)
      row[j] = values[j * n + i];
    rows.add(row);
  }
  return rows.finish();
}

/// The first of `names` in the file, with its data; null when there is none.
Variable find(const std::string& path, const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    const File file = open_mat(path);
    const Variable info(Mat_VarReadInfo(file.get(), name.c_str()));
    if (!info) continue;
    double bytes = 8.0;
    for (int d = 0; d < info->rank; ++d)
      bytes *= static_cast<double>(info->dims[d]);
    if (info->class_type != MAT_C_SPARSE) check_memory(path + ": " + name, "the variable", bytes);
    const File again = open_mat(path);
    Variable variable(Mat_VarRead(again.get(), name.c_str()));
    if (!variable || variable->data == nullptr) {
      throw DataError(fmt::format("{}: {}: the variable is damaged or truncated", path, name));
    }
    return variable;
  }
  return nullptr;
}

Sparse to_matrix(const std::string& path, const matvar_t& variable, Content content) {
  const std::string name = fmt::format("{}: {}", path, variable.name);
  check_square(name, variable);
  if (variable.class_type == MAT_C_SPARSE) return from_sparse(name, variable, content);
  return from_dense(name, variable, content);
}

/// A text matrix (one name per row) or a cell array of texts.
std::vector<std::string> to_labels(const std::string& path, matvar_t& variable) {
  const auto row_text = [&](const matvar_t& text, std::size_t row) {
    if (text.class_type != MAT_C_CHAR || text.rank != 2 || text.data == nullptr) {
      throw DataError(fmt::format("{}: {}: expected texts", path, variable.name));
    }
    std::string label;
    for (std::size_t c = 0; c < text.dims[1]; ++c) {
      const std::size_t at = (c * text.dims[0] + row) * static_cast<std::size_t>(text.data_size);
      label += static_cast<const char*>(text.data)[at];
    }
    label.erase(label.find_last_not_of(std::string_view(" \0", 2)) + 1);
    return label;
  };
  std::vector<std::string> labels;
  if (variable.class_type != MAT_C_CELL) {
    for (std::size_t i = 0; i < variable.dims[0]; ++i)
      labels.push_back(row_text(variable, i));
    return labels;
  }
  const std::size_t count = variable.dims[0] * variable.dims[1];
  for (std::size_t k = 0; k < count; ++k) {
    const matvar_t* cell = Mat_VarGetCell(&variable, static_cast<int>(k));
    if (cell == nullptr)
      throw DataError(fmt::format("{}: {}: a cell is empty", path, variable.name));
    labels.push_back(row_text(*cell, 0));
  }
  return labels;
}

}  // namespace

Parts read_mat(const std::string& path) {
  Parts parts;
  parts.name = path;
  const Variable weights =
      find(path, {"weights", "W", "sc", "SC", "Cmat", "LocalCoupling", "data"});
  if (!weights) {
    throw DataError(
        fmt::format("{}: has no weights: expected a variable weights, W, sc, SC, Cmat, "
                    "LocalCoupling or data",
                    path));
  }
  parts.weights = to_matrix(path, *weights, Content::weights);
  if (const Variable lengths = find(path, {"tract_lengths", "lengths", "length", "len", "Dmat"})) {
    parts.lengths = to_matrix(path, *lengths, Content::lengths);
  }
  if (const Variable delays = find(path, {"delays", "delay"})) {
    parts.delays = to_matrix(path, *delays, Content::lengths);
  }
  if (const Variable labels = find(path, {"labels", "region_labels", "names"})) {
    parts.regions.labels = to_labels(path, *labels);
  }
  return parts;
}

}  // namespace arcuate::io::matrix
