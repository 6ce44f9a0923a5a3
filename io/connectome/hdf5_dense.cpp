#include <fmt/format.h>
#include <hdf5.h>

#include <algorithm>

#include "arcuate/core/error.hpp"
#include "arcuate/core/utf8.hpp"
#include "arcuate/io/hdf5.hpp"
#include "hdf5/quiet.hpp"
#include "members.hpp"
#include "names.hpp"
#include "parts.hpp"

// HDF5 files with dense matrices at the root: The Virtual Brain's own, h5py's, MATLAB's of
// version 7.3.
namespace arcuate::io::matrix {
namespace {

using hdf5::Handle;

constexpr std::size_t block_bytes = std::size_t{16} << 20;
constexpr int most_nested = 3;
constexpr std::size_t most_names = 1000;

std::vector<hsize_t> shape_of(hid_t dataset) {
  const Handle space(H5Dget_space(dataset), H5Sclose);
  const int rank = H5Sget_simple_extent_ndims(space.id());
  std::vector<hsize_t> shape(static_cast<std::size_t>(std::max(rank, 0)));
  if (rank > 0) H5Sget_simple_extent_dims(space.id(), shape.data(), nullptr);
  return shape;
}

bool is_dataset(hid_t object) {
  return H5Iget_type(object) == H5I_DATASET;
}

/// A group that holds a sparse matrix of MATLAB.
bool is_sparse(hid_t object) {
  return !is_dataset(object) && H5Aexists(object, "MATLAB_sparse") > 0;
}

bool is_square(const std::vector<hsize_t>& shape) {
  return shape.size() == 2 && shape[0] == shape[1] && shape[0] > 0;
}

herr_t add_name(hid_t /*group*/, const char* name, const H5L_info_t* /*info*/, void* names) {
  if (name[0] != '#') static_cast<std::vector<std::string>*>(names)->emplace_back(name);
  return 0;
}

/// A soft link may lead to a group around it.
bool is_itself(hid_t file, const std::string& name) {
  H5L_info_t link{};
  return H5Lget_info(file, name.c_str(), &link, H5P_DEFAULT) >= 0 && link.type == H5L_TYPE_HARD;
}

/// Links that lead into another file are not followed: it was not looked at before.
bool is_elsewhere(hid_t file, const std::string& name) {
  for (std::size_t end = 0; end != std::string::npos;) {
    end = name.find('/', end + 1);
    H5L_info_t link{};
    const bool known = H5Lget_info(file, name.substr(0, end).c_str(), &link, H5P_DEFAULT) >= 0;
    if (known && link.type == H5L_TYPE_EXTERNAL) return true;
  }
  return false;
}

/// The members at the root of a file, and those of groups in it as GROUP/NAME.
class Root {
 public:
  explicit Root(const std::string& path)
      : path_(path), file_(H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT), H5Fclose) {
    if (file_.id() < 0)
      throw DataError(fmt::format("{}: is not a whole HDF5 file (damaged or truncated)", path));
    H5Literate(file_.id(), H5_INDEX_NAME, H5_ITER_INC, nullptr, add_name, &names_);
    for (const std::string& name : names_)
      add_members(name, 1);
  }

  /// At the root.
  [[nodiscard]] const std::vector<std::string>& names() const { return names_; }
  /// Everything that can be picked.
  [[nodiscard]] std::vector<std::string> all_names() const {
    std::vector<std::string> all = names_;
    all.insert(all.end(), inner_.begin(), inner_.end());
    return all;
  }
  [[nodiscard]] const std::string& path() const { return path_; }

  [[nodiscard]] Handle open(const std::string& name) const {
    Handle object(H5Oopen(file_.id(), name.c_str(), H5P_DEFAULT), H5Oclose);
    if (object.id() < 0 && is_elsewhere(file_.id(), name))
      fail(name, "is a link into another file, which is not read");
    if (object.id() < 0) fail(name, "cannot be opened: the file is damaged");
    return object;
  }

  /// A numeric dataset that holds what it claims.
  [[nodiscard]] Handle open_numbers(const std::string& name) const {
    Handle object = open(name);
    if (!is_dataset(object.id())) fail(name, "is a group or struct: expected numbers");
    const std::string reason = hdf5::doubt(object.id(), hdf5::Kind::numbers);
    if (!reason.empty()) fail(name, reason);
    return object;
  }

  /// MATLAB stores columns: its matrices come transposed.
  [[nodiscard]] bool by_columns(hid_t object) const {
    return H5Aexists(object, "MATLAB_class") > 0;
  }

  [[nodiscard]] Inside look() const {
    Inside inside;
    for (const std::string& name : all_names()) {
      if (is_elsewhere(file_.id(), name)) {
        inside.all.push_back(name + " (in another file, which is not read)");
        continue;
      }
      const Handle object = open(name);
      const bool sparse = is_sparse(object.id());
      if (!is_dataset(object.id()) && !sparse) {
        if (!is_shown(name)) inside.all.push_back(name + " (group or struct)");
        continue;
      }
      const std::vector<hsize_t> shape = sparse ? std::vector<hsize_t>{} : shape_of(object.id());
      inside.all.push_back(sparse ? name + " (sparse)"
                                  : fmt::format("{} ({})", name, fmt::join(shape, " x ")));
      if (sparse || is_square(shape)) inside.matrices.push_back(name);
    }
    return inside;
  }

  [[noreturn]] void fail(const std::string& name, const std::string& what) const {
    throw DataError(fmt::format("{}: {}: {}", path_, name, what));
  }

 private:
  /// Whether the members of a group are in the list.
  [[nodiscard]] bool is_shown(const std::string& group) const {
    return std::any_of(inner_.begin(), inner_.end(), [&](const std::string& name) {
      return name.starts_with(group) && name[group.size()] == '/';
    });
  }

  /// What lies in a group; of a file with very many members not all.
  void add_members(const std::string& parent, int depth) {
    const std::string group = parent;  // which may be an item of the list that grows
    if (depth > most_nested || inner_.size() > most_names || !is_itself(file_.id(), group)) return;
    const Handle object(H5Oopen(file_.id(), group.c_str(), H5P_DEFAULT), H5Oclose);
    if (object.id() < 0 || H5Iget_type(object.id()) != H5I_GROUP || is_sparse(object.id())) return;
    std::vector<std::string> members;
    H5Literate(object.id(), H5_INDEX_NAME, H5_ITER_INC, nullptr, add_name, &members);
    for (const std::string& member : members) {
      inner_.push_back(fmt::format("{}/{}", group, member));
      add_members(inner_.back(), depth + 1);
    }
  }

  std::string path_;
  Handle file_;
  std::vector<std::string> names_;
  std::vector<std::string> inner_;
};

template <class Value>
std::vector<Value> read_whole(const Root& root, const std::string& name) {
  const Handle data = root.open_numbers(name);
  std::size_t count = 1;
  for (const hsize_t extent : shape_of(data.id()))
    count *= static_cast<std::size_t>(extent);
  check_memory(root.path(), name, static_cast<double>(count) * sizeof(Value));
  std::vector<Value> values(count);
  const hid_t type = hdf5::native_type<Value>();
  if (count > 0 && H5Dread(data.id(), type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()) < 0)
    root.fail(name, "cannot be read: the file is damaged or truncated");
  return values;
}

Sparse read_dense(const Root& root, const std::string& name, Content content) {
  const Handle data = root.open_numbers(name);
  const std::vector<hsize_t> shape = shape_of(data.id());
  if (!is_square(shape))
    root.fail(name, fmt::format("has size {}: expected a square matrix", fmt::join(shape, " x ")));
  const hsize_t n = shape[0];
  const hsize_t rows = std::clamp<hsize_t>(block_bytes / (8 * n), 1, n);
  std::vector<double> block(static_cast<std::size_t>(rows * n));
  RowCollector collector(fmt::format("{}: {}", root.path(), name), content, nullptr);
  const Handle space(H5Dget_space(data.id()), H5Sclose);
  for (hsize_t first = 0; first < n; first += rows) {
    const hsize_t offset[2] = {first, 0};
    const hsize_t count[2] = {std::min(rows, n - first), n};
    const Handle memory(H5Screate_simple(2, count, nullptr), H5Sclose);
    H5Sselect_hyperslab(space.id(), H5S_SELECT_SET, offset, nullptr, count, nullptr);
    if (H5Dread(data.id(), H5T_NATIVE_DOUBLE, memory.id(), space.id(), H5P_DEFAULT, block.data()) <
        0)
      root.fail(name, "cannot be read: the file is damaged or truncated");
    for (hsize_t k = 0; k < count[0]; ++k)
      collector.add(
          std::span(block).subspan(static_cast<std::size_t>(k * n), static_cast<std::size_t>(n)));
  }
  Sparse matrix = collector.finish();
  return root.by_columns(data.id()) ? transposed(matrix) : std::move(matrix);
}

/// A sparse matrix of MATLAB: compressed columns in a group.
Sparse read_sparse(const Root& root, const std::string& name, Content content) {
  Sparse columns;
  columns.name = fmt::format("{}: {}", root.path(), name);
  columns.row = read_whole<std::int64_t>(root, name + "/jc");
  columns.columns = static_cast<GlobalIndex>(columns.row.size()) - 1;
  const bool any = !columns.row.empty() && columns.row.back() > 0;
  const std::vector<std::int64_t> source =
      any ? read_whole<std::int64_t>(root, name + "/ir") : std::vector<std::int64_t>{};
  if (any) columns.value = read_whole<double>(root, name + "/data");
  const auto entries = static_cast<std::int64_t>(source.size());
  const bool ascend = std::is_sorted(columns.row.begin(), columns.row.end());
  if (columns.columns < 1 || !ascend || columns.row.front() != 0 || columns.row.back() != entries ||
      columns.value.size() != source.size()) {
    root.fail(name, "the sparse matrix is damaged: jc, ir and data do not fit");
  }
  for (const std::int64_t index : source) {
    if (index < 0 || index >= columns.columns)
      root.fail(name,
                fmt::format("row {} is outside a square matrix of {}", index + 1, columns.columns));
    columns.column.push_back(static_cast<LocalIndex>(index));
  }
  tidy(columns, content);
  return transposed(columns);
}

Sparse read_named(const Root& root, const std::string& name, Content content) {
  const Handle object = root.open(name);
  return is_sparse(object.id()) ? read_sparse(root, name, content)
                                : read_dense(root, name, content);
}

/// UTF-16 units from `units`, `step` apart.
std::string text_of(const std::vector<std::int64_t>& units, std::size_t first, std::size_t step,
                    std::size_t count) {
  std::vector<char32_t> text;
  for (std::size_t k = 0; k < count; ++k)
    text.push_back(static_cast<char32_t>(units[first + k * step] & 0xFFFF));
  return text_of_utf16(text);
}

/// A cell array of MATLAB refers to a dataset of characters for each cell.
std::vector<std::string> read_cells(const Root& root, const std::string& name, hid_t data) {
  std::size_t count = 1;
  for (const hsize_t extent : shape_of(data))
    count *= static_cast<std::size_t>(extent);
  if (count == 0 || H5Dget_storage_size(data) < count * sizeof(hobj_ref_t))
    root.fail(name, "the cell array is empty or damaged");
  std::vector<hobj_ref_t> references(count);
  if (H5Dread(data, H5T_STD_REF_OBJ, H5S_ALL, H5S_ALL, H5P_DEFAULT, references.data()) < 0)
    root.fail(name, "cannot be read: the file is damaged or truncated");
  std::vector<std::string> labels;
  for (const hobj_ref_t& reference : references) {
    const Handle cell(H5Rdereference2(data, H5P_DEFAULT, H5R_OBJECT, &reference), H5Oclose);
    const std::string place = fmt::format("cell {}", labels.size() + 1);
    if (cell.id() < 0 || !is_dataset(cell.id()) ||
        !hdf5::doubt(cell.id(), hdf5::Kind::numbers).empty())
      root.fail(name, place + " is not a text");
    std::size_t length = 1;
    for (const hsize_t extent : shape_of(cell.id()))
      length *= static_cast<std::size_t>(extent);
    std::vector<std::int64_t> units(length);
    if (H5Dread(cell.id(), H5T_NATIVE_INT64, H5S_ALL, H5S_ALL, H5P_DEFAULT, units.data()) < 0)
      root.fail(name, place + " cannot be read: the file is damaged or truncated");
    labels.push_back(text_of(units, 0, 1, length));
  }
  return labels;
}

std::vector<std::string> read_labels(const Root& root, const std::string& name) {
  const Handle data = root.open(name);
  if (!is_dataset(data.id())) root.fail(name, "expected texts");
  const Handle type(H5Dget_type(data.id()), H5Tclose);
  const H5T_class_t kind = H5Tget_class(type.id());
  if (kind == H5T_REFERENCE && H5Tequal(type.id(), H5T_STD_REF_OBJ) > 0)
    return read_cells(root, name, data.id());
  const std::vector<hsize_t> shape = shape_of(data.id());
  if (kind == H5T_INTEGER && root.by_columns(data.id()) && shape.size() == 2) {
    const std::vector<std::int64_t> units = read_whole<std::int64_t>(root, name);
    std::vector<std::string> labels;
    for (hsize_t i = 0; i < shape[1]; ++i)
      labels.push_back(text_of(units, i, shape[1], shape[0]));
    return labels;
  }
  const std::string reason = hdf5::doubt(data.id(), hdf5::Kind::texts);
  if (!reason.empty()) root.fail(name, reason);
  auto texts = hdf5::read_texts_of(data.id());
  if (!texts) root.fail(name, "cannot be read: the file is damaged or truncated");
  return std::move(*texts);
}

/// (N, 3), of MATLAB (3, N).
std::vector<std::array<double, 3>> read_points(const Root& root, const std::string& name) {
  const Handle data = root.open_numbers(name);
  const std::vector<hsize_t> shape = shape_of(data.id());
  const bool columns = root.by_columns(data.id());
  if (shape.size() != 2 || shape[columns ? 0 : 1] != 3) root.fail(name, "expected shape (N, 3)");
  const std::vector<double> values = read_whole<double>(root, name);
  const auto n = static_cast<std::size_t>(shape[columns ? 1 : 0]);
  std::vector<std::vector<double>> table;
  for (std::size_t i = 0; i < n; ++i) {
    table.push_back(columns ? std::vector{values[i], values[n + i], values[2 * n + i]}
                            : std::vector{values[3 * i], values[3 * i + 1], values[3 * i + 2]});
  }
  return to_points(fmt::format("{}: {}", root.path(), name), table);
}

std::vector<std::uint8_t> read_flags(const Root& root, const std::string& name) {
  std::vector<std::uint8_t> flags;
  for (const std::int64_t value : read_whole<std::int64_t>(root, name)) {
    if (value != 0 && value != 1)
      root.fail(name, fmt::format("number {}: {} is not allowed: expected 0 or 1", flags.size() + 1,
                                  value));
    flags.push_back(static_cast<std::uint8_t>(value));
  }
  return flags;
}

void read_regions(const Root& root, network::Connectome& regions) {
  const auto with = [&](const std::vector<std::string>& names, const auto& use) {
    const std::string name = first_of(names, root.names());
    if (!name.empty()) use(name);
  };
  with(names::labels, [&](const auto& name) { regions.labels = read_labels(root, name); });
  with(names::centres, [&](const auto& name) { regions.centres = read_points(root, name); });
  with(names::orientations,
       [&](const auto& name) { regions.orientation = read_points(root, name); });
  with(names::cortical, [&](const auto& name) { regions.cortical = read_flags(root, name); });
  with(names::hemispheres, [&](const auto& name) { regions.hemisphere = read_flags(root, name); });
  with(names::areas, [&](const auto& name) {
    for (const double value : read_whole<double>(root, name))
      regions.area.push_back(static_cast<float>(value));
  });
}

Root open_root(const std::string& path) {
  open_file(path);
  hdf5::require_lock(path);
  hdf5::check_readable(path);
  return Root(path);
}

class Hdf5Members final : public Members {
 public:
  explicit Hdf5Members(const std::string& path) : root_(open_root(path)) {}

  [[nodiscard]] std::vector<std::string> names() const override { return root_.all_names(); }
  [[nodiscard]] std::vector<std::string> described() const override {
    const hdf5::Quiet quiet;
    return root_.look().all;
  }
  [[nodiscard]] Table table(const std::string& name) const override {
    const hdf5::Quiet quiet;
    const Handle data = root_.open_numbers(name);
    const std::vector<hsize_t> shape = shape_of(data.id());
    if (shape.size() > 2) {
      root_.fail(name, fmt::format("has shape ({}): expected one or two dimensions",
                                   fmt::join(shape, ", ")));
    }
    Table table{fmt::format("{}: {}", root_.path(), name), 1, 1, read_whole<double>(root_, name)};
    if (!shape.empty()) table.rows = static_cast<std::size_t>(shape[0]);
    if (shape.size() > 1) table.columns = static_cast<std::size_t>(shape[1]);
    if (!root_.by_columns(data.id())) return table;
    std::swap(table.rows, table.columns);
    table.values = rows_from_columns(table.values, table.rows, table.columns);
    return table;
  }
  [[nodiscard]] std::vector<std::string> texts(const std::string& name) const override {
    const hdf5::Quiet quiet;
    return read_labels(root_, name);
  }

 private:
  Root root_;
};

}  // namespace

std::unique_ptr<Members> hdf5_members(const std::string& path) {
  const hdf5::Quiet quiet;
  return std::make_unique<Hdf5Members>(path);
}

Sparse read_hdf5_matrix(const MatrixFile& file, Wanted wanted) {
  const hdf5::Quiet quiet;
  const Root root = open_root(file.file);
  const Content content = wanted == Wanted::weights ? Content::weights : Content::lengths;
  const std::string name =
      pick(file.file, wanted, file.variable, root.all_names(), [&] { return root.look(); });
  return read_named(root, name, content);
}

Parts read_hdf5_dense(const std::string& path, const std::string& variable) {
  const hdf5::Quiet quiet;
  const Root root = open_root(path);
  Parts parts;
  parts.name = path;
  const std::string weights =
      pick(path, Wanted::weights, variable, root.all_names(), [&] { return root.look(); });
  parts.weights = read_named(root, weights, Content::weights);
  const std::string lengths = first_of(names::lengths, root.names());
  const std::string delays = first_of(names::delays, root.names());
  if (!lengths.empty()) parts.lengths = read_named(root, lengths, Content::lengths);
  if (!delays.empty()) parts.delays = read_named(root, delays, Content::lengths);
  read_regions(root, parts.regions);
  if (variable.empty()) parts.regions.warnings = remarks(path, root.names());
  return parts;
}

bool is_arcuate_hdf5(const std::string& path) {
  open_file(path);
  hdf5::require_lock(path);
  hdf5::check_readable(path);
  const hdf5::Quiet quiet;
  const Handle file(H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT), H5Fclose);
  if (file.id() < 0) return true;  // whose reader says what is wrong
  return H5Lexists(file.id(), "connectome", H5P_DEFAULT) > 0;
}

}  // namespace arcuate::io::matrix
