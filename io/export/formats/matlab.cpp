#include <fmt/format.h>
#include <matio.h>

#include <algorithm>
#include <array>
#include <memory>
#include <string_view>
#include <utility>

#include "arcuate/core/error.hpp"
#include "arcuate/core/utf8.hpp"
#include "export/feature_table.hpp"
#include "export/job.hpp"
#include "file/output_kind.hpp"

// MATLAB's files. Its arrays have the first dimension innermost, so that the recording's (time,
// variable, region) is (region, variable, time) there, in the same order of bytes. Version 5 is
// what every reader knows and is written in one piece; what is larger than `most_in_version_5`
// becomes version 7.3 (HDF5), block by block.

namespace arcuate::io {
namespace {

constexpr std::size_t most_in_version_5 = std::size_t{64} << 20;  // [bytes]

struct CloseVariable {
  void operator()(matvar_t* variable) const { Mat_VarFree(variable); }
};
using Variable = std::unique_ptr<matvar_t, CloseVariable>;

class MatFile {
 public:
  MatFile(std::string path, mat_ft version) : path_(std::move(path)), version_(version) {
    const std::string header =
        fmt::format("MATLAB {} MAT-file, {}", version == MAT_FT_MAT5 ? "5.0" : "7.3", export_mark);
    file_ = Mat_CreateVer(path_.c_str(), header.c_str(), version);
    if (file_ == nullptr) fail("Mat_CreateVer");
  }
  ~MatFile() {
    if (file_ != nullptr) Mat_Close(file_);
  }
  MatFile(const MatFile&) = delete;
  MatFile& operator=(const MatFile&) = delete;

  void write(const Variable& variable) {
    if (!variable || Mat_VarWrite(file_, variable.get(), MAT_COMPRESSION_NONE) != 0)
      fail("Mat_VarWrite");
  }
  /// More of a variable along its last dimension, from 1 on.
  void append(const Variable& variable, int dimension) {
    if (!variable ||
        Mat_VarWriteAppend(file_, variable.get(), MAT_COMPRESSION_NONE, dimension) != 0)
      fail("Mat_VarWriteAppend");
  }
  void close() {
    if (Mat_Close(std::exchange(file_, nullptr)) != 0) fail("Mat_Close");
  }
  [[nodiscard]] bool appends() const { return version_ == MAT_FT_MAT73; }

 private:
  [[noreturn]] void fail(const char* call) const {
    throw EnvironmentError(fmt::format("{}: {} failed (is the disk full?)", path_, call));
  }
  std::string path_;
  mat_ft version_;
  mat_t* file_ = nullptr;
};

Variable numbers(const char* name, std::vector<std::size_t> shape, std::span<const double> values) {
  return Variable(Mat_VarCreate(name, MAT_C_DOUBLE, MAT_T_DOUBLE, static_cast<int>(shape.size()),
                                shape.data(), const_cast<double*>(values.data()),  // only read
                                MAT_F_DONT_COPY_DATA));
}

/// As MATLAB keeps texts: two bytes a character, four beyond U+FFFF.
std::u16string utf16(std::string_view text) {
  std::u16string result;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = std::max<std::size_t>(1, utf8_length(text, at));
    const char32_t code = utf8_character(text.substr(at, length));
    at += length;
    if (code < 0x10000) {
      result += static_cast<char16_t>(code);
      continue;
    }
    result += static_cast<char16_t>(0xD800 + ((code - 0x10000) >> 10));
    result += static_cast<char16_t>(0xDC00 + ((code - 0x10000) & 0x3FF));
  }
  return result;
}

Variable text(const char* name, const std::string& utf8) {
  std::u16string wide = utf16(utf8);
  std::array<std::size_t, 2> shape{wide.empty() ? 0U : 1U, wide.size()};
  return Variable(Mat_VarCreate(name, MAT_C_CHAR, MAT_T_UINT16, 2, shape.data(), wide.data(), 0));
}

Variable texts(const char* name, const std::vector<std::string>& list) {
  std::array<std::size_t, 2> shape{list.size(), 1};
  Variable cells(Mat_VarCreate(name, MAT_C_CELL, MAT_T_CELL, 2, shape.data(), nullptr, 0));
  for (std::size_t k = 0; cells && k < list.size(); ++k)
    Mat_VarSetCell(cells.get(), static_cast<int>(k), text(nullptr, list[k]).release());
  return cells;
}

void write_samples(const ExportJob& job, MatFile& file) {
  const std::size_t variables = job.variables().size();
  const std::size_t n = job.columns();
  if (file.appends()) {
    job.each_block([&](std::size_t, std::span<const double> values) {
      file.append(numbers("data", {n, variables, values.size() / (variables * n)}, values), 3);
    });
    job.each_time([&](std::size_t, std::span<const double> values) {
      file.append(numbers("time", {1, values.size()}, values), 2);
    });
    return;
  }
  std::vector<double> values(job.samples() * variables * n);
  job.read(0, values);
  file.write(numbers("data", {n, variables, job.samples()}, values));
  std::vector<double> times(job.samples());
  job.run.read_times(job.series(), 0, times);
  file.write(numbers("time", {1, times.size()}, times));
}

void write_matlab(ExportJob& job) {
  const bool large = job.bytes() > most_in_version_5;
  MatFile file(job.file, large ? MAT_FT_MAT73 : MAT_FT_MAT5);
  write_samples(job, file);
  const double period = job.series().period;
  file.write(numbers("period", {1, 1}, {&period, 1}));
  file.write(texts("variable", job.variables()));
  file.write(texts("units", job.units()));
  file.write(texts("region", job.series().labels));
  file.write(text("monitor", job.series().name));
  file.write(text("kind", job.series().kind));
  file.write(text("title", job.run.title));
  file.close();
  if (large)
    job.notes.emplace_back(
        "larger than 64 MiB: written as version 7.3 (HDF5), which scipy.io does not read");
}

/// Arrays of two dimensions keep their order here: fc(i, j), power(frequency, region).
void write_matlab_feature(FeatureExport& job) {
  const FeatureTable& table = job.table;
  std::size_t bytes = 0;
  for (const FeatureArray& array : table.arrays)
    bytes += array.values.size() * sizeof(double);
  MatFile file(job.file, bytes > most_in_version_5 ? MAT_FT_MAT73 : MAT_FT_MAT5);
  std::vector<std::string> names, units;
  for (const FeatureArray& array : table.arrays) {
    std::vector<std::size_t> shape = table.shape(array);
    shape.resize(std::max<std::size_t>(shape.size(), 2), 1);
    std::vector<double> values = array.values;
    for (std::size_t r = 0; r < shape[0]; ++r) {
      for (std::size_t c = 0; c < shape[1]; ++c)
        values[c * shape[0] + r] = array.values[r * shape[1] + c];
    }
    file.write(numbers(array.name.c_str(), shape, values));
    names.push_back(array.name);
    units.push_back(array.unit);
  }
  for (const FeatureAxis& axis : table.axes) {
    file.write(axis.texts.empty() ? numbers(axis.name.c_str(), {axis.size(), 1}, axis.values)
                                  : texts(axis.name.c_str(), axis.texts));
  }
  file.write(texts("array", names));
  file.write(texts("units", units));
  file.write(text("feature", table.name));
  for (const auto& [name, value] : table.facts)
    file.write(text(name.c_str(), value));
  file.close();
}

}  // namespace

extern const ExportFormat export_matlab;
const ExportFormat export_matlab{
    "matlab",
    ".mat",
    "MATLAB: `data` (region, variable, time), `time` [s], `period` [s], and cells `variable`, "
    "`units`, `region`; version 5, beyond 64 MiB version 7.3",
    Holds::samples,
    false,
    "",
    false,
    nullptr,
    write_matlab,
    write_matlab_feature};

}  // namespace arcuate::io
