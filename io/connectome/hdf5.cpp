#include "hdf5.hpp"
#include "hdf5/quiet.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "arcuate/core/error.hpp"
#include "arcuate/io/hdf5.hpp"
#include "arcuate/network/surface.hpp"
#include "parts.hpp"

namespace arcuate::io::matrix {
namespace {

using hdf5::Handle;

class GroupReader {
 public:
  GroupReader(hid_t group, std::string name) : group_(group), name_(std::move(name)) {}

  [[nodiscard]] bool has(const char* dataset) const {
    return H5Lexists(group_, dataset, H5P_DEFAULT) > 0;
  }

  /// Numbers of a dataset of `columns` columns (1: a list); empty when it is not there.
  template <typename Value>
  std::vector<Value> read(const char* dataset, hid_t type, hsize_t columns) const {
    if (!has(dataset)) return {};
    const Handle data(H5Dopen2(group_, dataset, H5P_DEFAULT), H5Dclose);
    const hsize_t rows = check_shape(data, dataset, columns);
    check_claims(data, dataset, hdf5::Kind::numbers);
    const auto count = static_cast<std::size_t>(rows * columns);
    check_memory(name_, dataset, static_cast<double>(count) * sizeof(Value));
    std::vector<Value> values(count);
    if (H5Dread(data.id(), type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()) < 0) {
      fail(dataset, "cannot be read: the file is damaged or truncated");
    }
    return values;
  }

  std::vector<std::array<double, 3>> read_points(const char* dataset) const {
    const std::vector<double> values = read<double>(dataset, H5T_NATIVE_DOUBLE, 3);
    std::vector<std::array<double, 3>> points;
    for (std::size_t k = 0; k < values.size(); k += 3) {
      points.push_back({values[k], values[k + 1], values[k + 2]});
    }
    return points;
  }

  std::vector<std::string> read_texts(const char* dataset) const {
    if (!has(dataset)) return {};
    const Handle data(H5Dopen2(group_, dataset, H5P_DEFAULT), H5Dclose);
    static_cast<void>(check_shape(data, dataset, 1));
    check_claims(data, dataset, hdf5::Kind::texts);
    auto texts = hdf5::read_texts_of(data.id());
    if (!texts) fail(dataset, "cannot be read: the file is damaged or truncated");
    return std::move(*texts);
  }

  [[noreturn]] void fail(const char* dataset, const std::string& what) const {
    throw DataError(fmt::format("{}: {}: {}", name_, dataset, what));
  }

 private:
  void check_claims(const Handle& data, const char* dataset, hdf5::Kind kind) const {
    const std::string reason = hdf5::doubt(data.id(), kind);
    if (!reason.empty()) fail(dataset, reason);
  }

  [[nodiscard]] hsize_t check_shape(const Handle& data, const char* dataset,
                                    hsize_t columns) const {
    if (!data.valid()) fail(dataset, "cannot be opened: expected a dataset");
    const Handle space(H5Dget_space(data.id()), H5Sclose);
    const int rank = H5Sget_simple_extent_ndims(space.id());
    hsize_t extent[2] = {0, 1};
    const bool fits = rank == (columns == 1 ? 1 : 2);
    if (fits) H5Sget_simple_extent_dims(space.id(), extent, nullptr);
    if (!fits || extent[1] != columns) {
      fail(dataset, columns == 1 ? "expected a list" : "expected shape (N, 3)");
    }
    return extent[0];
  }

  hid_t group_;
  std::string name_;
};

class GroupWriter {
 public:
  GroupWriter(hid_t group, std::string path) : group_(group), path_(std::move(path)) {}

  template <typename Value>
  void write(const char* dataset, hid_t stored, hid_t type, const std::vector<Value>& values,
             const char* unit, bool even_if_empty = false) {
    if (!values.empty() || even_if_empty)
      put(dataset, stored, type, {values.size()}, values.data(), unit);
  }

  void write_points(const char* dataset, const std::vector<std::array<double, 3>>& points,
                    const char* unit) {
    if (points.empty()) return;
    put(dataset, H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, {points.size(), 3}, points.data(), unit);
  }

  void write_texts(const char* dataset, const std::vector<std::string>& texts) {
    std::size_t width = 1;
    for (const std::string& text : texts)
      width = std::max(width, text.size());
    const Handle type(H5Tcopy(H5T_C_S1), H5Tclose);
    H5Tset_size(type.id(), width);
    H5Tset_strpad(type.id(), H5T_STR_NULLPAD);
    H5Tset_cset(type.id(), H5T_CSET_UTF8);
    std::string bytes(texts.size() * width, '\0');
    for (std::size_t k = 0; k < texts.size(); ++k)
      texts[k].copy(&bytes[k * width], width);
    put(dataset, type.id(), type.id(), {texts.size()}, bytes.data(), nullptr);
  }

  void write_triangles(const char* dataset, const std::vector<std::array<LocalIndex, 3>>& rows) {
    put(dataset, H5T_STD_I32LE, H5T_NATIVE_INT32, {rows.size(), 3}, rows.data(), nullptr);
  }

  void attribute(hid_t object, const char* name, const std::string& value) {
    const Handle type(H5Tcopy(H5T_C_S1), H5Tclose);
    H5Tset_size(type.id(), std::max<std::size_t>(1, value.size()));
    H5Tset_cset(type.id(), H5T_CSET_UTF8);
    H5Tset_strpad(type.id(), H5T_STR_NULLPAD);
    const Handle space(H5Screate(H5S_SCALAR), H5Sclose);
    const Handle at(H5Acreate2(object, name, type.id(), space.id(), H5P_DEFAULT, H5P_DEFAULT),
                    H5Aclose);
    check(at.valid() && H5Awrite(at.id(), type.id(), value.c_str()) >= 0, "H5Awrite", name);
  }

 private:
  void put(const char* dataset, hid_t stored, hid_t type, std::vector<hsize_t> shape,
           const void* values, const char* unit) {
    const Handle space(H5Screate_simple(static_cast<int>(shape.size()), shape.data(), nullptr),
                       H5Sclose);
    const Handle data(
        H5Dcreate2(group_, dataset, stored, space.id(), H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT),
        H5Dclose);
    check(data.valid(), "H5Dcreate2", dataset);
    check(H5Dwrite(data.id(), type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) >= 0, "H5Dwrite",
          dataset);
    if (unit != nullptr) attribute(data.id(), "units", unit);
  }

  void check(bool good, const char* call, const char* what) const {
    if (!good) throw EnvironmentError(fmt::format("{}: {} failed for '{}'", path_, call, what));
  }

  hid_t group_;
  std::string path_;
};

void check_structure(const GroupReader& reader, const network::Connectome& connectome) {
  const auto entries = static_cast<GlobalIndex>(connectome.source.size());
  if (connectome.row.size() < 2) reader.fail("row", "expected one number per region and one more");
  if (connectome.weight.size() != connectome.source.size()) {
    reader.fail("weight",
                fmt::format("{} numbers for {} edges", connectome.weight.size(), entries));
  }
  if (connectome.row.front() != 0 || connectome.row.back() != entries ||
      !std::is_sorted(connectome.row.begin(), connectome.row.end())) {
    reader.fail("row", fmt::format("expected ascending numbers from 0 to {}", entries));
  }
  const GlobalIndex regions = connectome.n_regions();
  for (std::size_t i = 0; i + 1 < connectome.row.size(); ++i) {
    GlobalIndex before = -1;
    for (GlobalIndex e = connectome.row[i]; e < connectome.row[i + 1]; ++e) {
      const GlobalIndex j = connectome.source[static_cast<std::size_t>(e)];
      if (j <= before || j >= regions) {
        reader.fail("source", fmt::format("edge {} of region {} comes from {}: expected ascending "
                                          "numbers from 0 to {}",
                                          e + 1, i + 1, j, regions - 1));
      }
      check_value("weight of " + connectome.origin, static_cast<GlobalIndex>(i), j,
                  connectome.weight[static_cast<std::size_t>(e)], Content::weights);
      before = j;
    }
  }
}

std::string read_origin(hid_t group, const std::string& otherwise) {
  if (H5Aexists(group, "origin") <= 0) return otherwise;
  const Handle attribute(H5Aopen(group, "origin", H5P_DEFAULT), H5Aclose);
  const bool text =
      attribute.valid() && hdf5::doubt_attribute(attribute.id(), hdf5::Kind::texts).empty();
  return text ? hdf5::read_text_of(attribute.id()).value_or(otherwise) : otherwise;
}

}  // namespace

network::Connectome read_hdf5(const std::string& path) {
  open_file(path);
  hdf5::require_lock(path);
  hdf5::check_readable(path);
  const hdf5::Quiet quiet;
  const Handle file(H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT), H5Fclose);
  if (!file.valid()) {
    throw DataError(fmt::format("{}: is not a whole HDF5 file (damaged or truncated)", path));
  }
  const Handle group(H5Gopen2(file.id(), "/connectome", H5P_DEFAULT), H5Gclose);
  if (!group.valid()) throw DataError(fmt::format("{}: has no group /connectome", path));
  const GroupReader reader(group.id(), path + ": /connectome");
  for (const char* name : {"row", "source", "weight"}) {
    if (!reader.has(name)) reader.fail(name, "the dataset is missing");
  }
  network::Connectome connectome;
  connectome.origin = read_origin(group.id(), path);
  connectome.row = reader.read<GlobalIndex>("row", H5T_NATIVE_INT64, 1);
  connectome.source = reader.read<LocalIndex>("source", H5T_NATIVE_INT32, 1);
  connectome.weight = reader.read<double>("weight", H5T_NATIVE_DOUBLE, 1);
  check_structure(reader, connectome);
  Parts parts;
  parts.name = path;
  if (reader.has("delay")) {
    parts.edge_delays = reader.read<double>("delay", H5T_NATIVE_DOUBLE, 1);
  } else if (reader.has("length")) {
    parts.edge_lengths = reader.read<double>("length", H5T_NATIVE_DOUBLE, 1);
  }
  connectome.labels = reader.read_texts("labels");
  connectome.centres = reader.read_points("centres");
  connectome.orientation = reader.read_points("orientation");
  connectome.cortical = reader.read<std::uint8_t>("cortical", H5T_NATIVE_UINT8, 1);
  connectome.hemisphere = reader.read<std::uint8_t>("hemisphere", H5T_NATIVE_UINT8, 1);
  connectome.area = reader.read<float>("area", H5T_NATIVE_FLOAT, 1);
  parts.weights.columns = connectome.n_regions();
  parts.weights.row = std::move(connectome.row);
  parts.weights.column = std::move(connectome.source);
  parts.weights.value = std::move(connectome.weight);
  parts.regions = std::move(connectome);
  parts.sides_from_labels = false;
  return assemble(std::move(parts));
}

void write_hdf5_group(hid_t file, const std::string& path, const network::Connectome& connectome) {
  const Handle group(H5Gcreate2(file, "connectome", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT),
                     H5Gclose);
  if (!group.valid()) throw EnvironmentError(fmt::format("{}: H5Gcreate2 failed", path));
  GroupWriter writer(group.id(), path);
  writer.attribute(group.id(), "format", "arcuate connectome 1");
  writer.attribute(group.id(), "origin", connectome.origin);
  writer.write("row", H5T_STD_I64LE, H5T_NATIVE_INT64, connectome.row, nullptr);
  writer.write("source", H5T_STD_I32LE, H5T_NATIVE_INT32, connectome.source, nullptr, true);
  writer.write("weight", H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, connectome.weight, "1", true);
  writer.write("length", H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, connectome.length, "mm");
  writer.write("delay", H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, connectome.delay, "ms");
  writer.write_texts("labels", connectome.labels);
  writer.write_points("centres", connectome.centres, "mm");
  writer.write_points("orientation", connectome.orientation, nullptr);
  writer.write("cortical", H5T_STD_U8LE, H5T_NATIVE_UINT8, connectome.cortical, nullptr);
  writer.write("hemisphere", H5T_STD_U8LE, H5T_NATIVE_UINT8, connectome.hemisphere, nullptr);
  writer.write("area", H5T_IEEE_F32LE, H5T_NATIVE_FLOAT, connectome.area, "mm2");
}

void write_hdf5_surface(hid_t file, const std::string& path, const network::Connectome& network) {
  if (!network.mapped) return;
  const network::Mapped& mapped = *network.mapped;
  const Handle group(H5Gcreate2(file, "surface", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT), H5Gclose);
  if (!group.valid()) throw EnvironmentError(fmt::format("{}: H5Gcreate2 failed", path));
  GroupWriter writer(group.id(), path);
  writer.write_points("vertices", mapped.surface.vertices, "mm");
  writer.write_triangles("triangles", mapped.surface.triangles);
  writer.write("region_of_node", H5T_STD_I32LE, H5T_NATIVE_INT32, mapped.region_of, nullptr);
  write_hdf5_group(group.id(), path, mapped.regions);
}

void write_hdf5(const std::string& path, const network::Connectome& connectome) {
  const hdf5::Quiet quiet;
  hdf5::require_lock(path);
  const Handle file(H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT), H5Fclose);
  if (!file.valid()) throw EnvironmentError(fmt::format("{}: H5Fcreate failed", path));
  write_hdf5_group(file.id(), path, connectome);
  if (H5Fflush(file.id(), H5F_SCOPE_GLOBAL) < 0) {
    throw EnvironmentError(fmt::format("{}: H5Fflush failed", path));
  }
}

}  // namespace arcuate::io::matrix
