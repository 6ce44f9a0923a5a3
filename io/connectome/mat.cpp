#include <fmt/format.h>
#include <matio.h>

#include <algorithm>
#include <filesystem>

#include "arcuate/core/error.hpp"
#include "arcuate/core/utf8.hpp"
#include "matrix/mat_structure.hpp"
#include "members.hpp"
#include "names.hpp"
#include "parts.hpp"

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

File open_mat(const std::string& path) {
  check_mat_structure(*open_file(path), std::filesystem::file_size(path));
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
  if (variable.class_type == MAT_C_STRUCT) {
    throw DataError(
        fmt::format("{}: is a struct: expected a matrix (in MATLAB: save('x.mat', "
                    "'-struct', '{}') saves its fields as variables)",
                    name, variable.name));
  }
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

/// The characters of a text matrix in the order in which they are stored, by columns: MATLAB and
/// SciPy store UTF-8, UTF-16 or single bytes (Latin-1).
std::vector<char32_t> characters_of(const std::string& name, const matvar_t& text) {
  const auto* bytes = static_cast<const unsigned char*>(text.data);
  std::vector<char32_t> characters;
  if (text.data_type == MAT_T_UTF8) {
    const std::string all(static_cast<const char*>(text.data), text.nbytes);
    check_utf8(name, all);
    for (std::size_t at = 0; at < all.size();) {
      const std::size_t length = utf8_length(all, at);
      characters.push_back(utf8_character(std::string_view(all).substr(at, length)));
      at += length;
    }
    return characters;
  }
  const auto unit = static_cast<std::size_t>(text.data_size);
  for (std::size_t at = 0; at + unit <= text.nbytes; at += unit)
    characters.push_back(unit == 1 ? bytes[at]
                                   : static_cast<char32_t>(bytes[at] | bytes[at + 1] << 8));
  return characters;
}

/// Halves of a character of UTF-16 where the size of a text counts them, as MATLAB does.
std::vector<char32_t> with_halves(const std::vector<char32_t>& characters) {
  std::vector<char32_t> units;
  for (const char32_t character : characters) {
    if (character >= 0x10000) units.push_back(0xD800 + ((character - 0x10000) >> 10));
    units.push_back(character < 0x10000 ? character : 0xDC00 + ((character - 0x10000) & 0x3FF));
  }
  return units;
}

/// The texts of a text matrix, one for each row, after a look at its class and size: what the
/// header of a variable claims need not be there.
std::vector<std::string> rows_of(const std::string& name, const matvar_t& text) {
  const bool fits = text.class_type == MAT_C_CHAR && text.rank == 2 && text.data != nullptr &&
                    (text.data_size == 1 || text.data_size == 2);
  if (!fits) throw DataError(fmt::format("{}: expected texts", name));
  const std::size_t rows = text.dims[0];
  const std::size_t columns = text.dims[1];
  std::vector<char32_t> units = characters_of(name, text);
  const auto whole = [&] { return rows > 0 && columns > 0 && columns == units.size() / rows; };
  if (!whole()) units = with_halves(units);
  if (!whole()) {
    throw DataError(fmt::format("{}: a text of {} x {} characters has {} bytes: empty or damaged",
                                name, rows, columns, text.nbytes));
  }
  std::vector<std::string> texts;
  for (std::size_t row = 0; row < rows; ++row) {
    std::vector<char32_t> one;
    for (std::size_t column = 0; column < columns; ++column)
      one.push_back(units[column * rows + row]);
    texts.push_back(text_of_utf16(one));
  }
  return texts;
}

/// A text matrix (one name per row) or a cell array of texts.
std::vector<std::string> to_labels(const std::string& path, matvar_t& variable) {
  const std::string name = fmt::format("{}: {}", path, variable.name);
  std::vector<std::string> labels;
  if (variable.class_type != MAT_C_CELL) return rows_of(name, variable);
  // Of the cells as many are there as were read, whatever the size says.
  const std::size_t count = variable.nbytes / sizeof(matvar_t*);
  if (variable.rank != 2 || variable.data == nullptr || count == 0 ||
      variable.dims[0] != count / std::max<std::size_t>(1, variable.dims[1]) ||
      count % std::max<std::size_t>(1, variable.dims[1]) != 0) {
    throw DataError(fmt::format("{}: the cell array is empty or damaged", name));
  }
  for (std::size_t k = 0; k < count; ++k) {
    const matvar_t* cell = static_cast<matvar_t* const*>(variable.data)[k];
    if (cell == nullptr) throw DataError(fmt::format("{}: cell {} is empty", name, k + 1));
    labels.push_back(rows_of(fmt::format("{}: cell {}", name, k + 1), *cell).front());
  }
  return labels;
}

bool is_numeric(const matvar_t& variable) {
  return variable.class_type >= MAT_C_DOUBLE && variable.class_type <= MAT_C_UINT64;
}

/// All numbers of a dense variable, by columns.
std::vector<double> to_numbers(const std::string& path, const matvar_t& variable) {
  const std::string name = fmt::format("{}: {}", path, variable.name);
  if (!is_numeric(variable) || variable.isComplex != 0 || variable.rank != 2 ||
      variable.data_size < 1)
    throw DataError(fmt::format("{}: expected a matrix of real numbers", name));
  const std::size_t count = variable.nbytes / static_cast<std::size_t>(variable.data_size);
  if (variable.dims[0] == 0 || variable.dims[1] == 0 ||
      variable.dims[1] != count / variable.dims[0] || count % variable.dims[0] != 0) {
    throw DataError(fmt::format("{}: the matrix is empty or truncated", name));
  }
  return to_doubles(name, variable.data_type, variable.data, count);
}

std::vector<std::array<double, 3>> to_triples(const std::string& path, const matvar_t& variable) {
  const std::string name = fmt::format("{}: {}", path, variable.name);
  const std::vector<double> values = to_numbers(path, variable);
  const std::size_t n = variable.dims[0];
  if (variable.dims[1] != 3)
    throw DataError(fmt::format("{}: has size {} x {}: expected N x 3", name, n, variable.dims[1]));
  std::vector<std::vector<double>> table;
  for (std::size_t i = 0; i < n; ++i)
    table.push_back({values[i], values[n + i], values[2 * n + i]});
  return to_points(name, table);
}

std::vector<std::uint8_t> to_flags(const std::string& path, const matvar_t& variable) {
  std::vector<std::uint8_t> flags;
  for (const double value : to_numbers(path, variable)) {
    if (value != 0.0 && value != 1.0) {
      throw DataError(fmt::format("{}: {}: number {} is {}: expected 0 or 1", path, variable.name,
                                  flags.size() + 1, value));
    }
    flags.push_back(value == 1.0 ? 1 : 0);
  }
  return flags;
}

void read_regions(const std::string& path, network::Connectome& regions) {
  const auto with = [&](const std::vector<std::string>& names, const auto& use) {
    if (const Variable variable = find(path, names)) use(*variable);
  };
  with(names::labels, [&](auto& found) { regions.labels = to_labels(path, found); });
  with(names::centres, [&](auto& found) { regions.centres = to_triples(path, found); });
  with(names::orientations, [&](auto& found) { regions.orientation = to_triples(path, found); });
  with(names::cortical, [&](auto& found) { regions.cortical = to_flags(path, found); });
  with(names::hemispheres, [&](auto& found) { regions.hemisphere = to_flags(path, found); });
  with(names::areas, [&](auto& found) {
    for (const double value : to_numbers(path, found))
      regions.area.push_back(static_cast<float>(value));
  });
}

/// Names and sizes of the variables, without their data.
struct Directory {
  std::vector<std::string> names;
  Inside inside;
};

const char* class_name(matio_classes type) {
  switch (type) {
    case MAT_C_STRUCT:
      return "struct";
    case MAT_C_CELL:
      return "cell";
    case MAT_C_CHAR:
      return "text";
    case MAT_C_SPARSE:
      return "sparse";
    case MAT_C_OBJECT:
    case MAT_C_FUNCTION:
    case MAT_C_OPAQUE:
      return "object, which is not read";
    default:
      return "numbers";
  }
}

/// " of weights, lengths"
std::string fields_of(matvar_t& structure) {
  const unsigned count = Mat_VarGetNumberOfFields(&structure);
  char* const* names = Mat_VarGetStructFieldnames(&structure);
  if (count == 0 || names == nullptr) return "";
  return fmt::format(" of {}", fmt::join(names, names + count, ", "));
}

Directory directory_of(const std::string& path) {
  Directory directory;
  const File file = open_mat(path);
  while (const Variable info{Mat_VarReadNextInfo(file.get())}) {
    if (info->name == nullptr) continue;
    std::string size;
    for (int d = 0; d < info->rank; ++d)
      size += fmt::format("{}{}", d == 0 ? "" : " x ", info->dims[d]);
    const bool numbers = info->class_type == MAT_C_SPARSE ||
                         (info->class_type >= MAT_C_DOUBLE && info->class_type <= MAT_C_UINT64);
    directory.names.emplace_back(info->name);
    std::string kind = class_name(info->class_type);
    if (info->class_type == MAT_C_STRUCT) {
      kind += fields_of(*info) + ", which is not read";
      directory.inside.advice = fmt::format(
          "in MATLAB: save('x.mat', '-struct', '{}') saves the fields of a struct as variables",
          info->name);
    }
    directory.inside.all.push_back(fmt::format("{} ({} {})", info->name, size, kind));
    if (numbers && info->rank == 2 && info->dims[0] == info->dims[1])
      directory.inside.matrices.emplace_back(info->name);
  }
  return directory;
}

Variable pick_variable(const std::string& path, Wanted wanted, const std::string& variable,
                       const Directory& directory) {
  return find(path,
              {pick(path, wanted, variable, directory.names, [&] { return directory.inside; })});
}

class MatMembers final : public Members {
 public:
  explicit MatMembers(const std::string& path) : path_(path), directory_(directory_of(path)) {}

  [[nodiscard]] std::vector<std::string> names() const override { return directory_.names; }
  [[nodiscard]] std::vector<std::string> described() const override {
    return directory_.inside.all;
  }
  [[nodiscard]] Table table(const std::string& name) const override {
    const Variable variable = find(path_, {name});
    const std::vector<double> values = to_numbers(path_, *variable);
    const std::size_t rows = variable->dims[0], columns = variable->dims[1];
    return {fmt::format("{}: {}", path_, name), rows, columns,
            rows_from_columns(values, rows, columns)};
  }
  [[nodiscard]] std::vector<std::string> texts(const std::string& name) const override {
    return to_labels(path_, *find(path_, {name}));
  }

 private:
  std::string path_;
  Directory directory_;
};

}  // namespace

std::unique_ptr<Members> mat_members(const std::string& path) {
  return std::make_unique<MatMembers>(path);
}

Sparse read_mat_matrix(const MatrixFile& file, Wanted wanted) {
  const Content content = wanted == Wanted::weights ? Content::weights : Content::lengths;
  const Directory directory = directory_of(file.file);
  return to_matrix(file.file, *pick_variable(file.file, wanted, file.variable, directory), content);
}

Parts read_mat(const std::string& path, const std::string& variable) {
  Parts parts;
  parts.name = path;
  const Directory directory = directory_of(path);
  parts.weights =
      to_matrix(path, *pick_variable(path, Wanted::weights, variable, directory), Content::weights);
  if (const Variable lengths = find(path, names::lengths))
    parts.lengths = to_matrix(path, *lengths, Content::lengths);
  if (const Variable delays = find(path, names::delays))
    parts.delays = to_matrix(path, *delays, Content::lengths);
  read_regions(path, parts.regions);
  if (variable.empty()) parts.regions.warnings = remarks(path, directory.names);
  return parts;
}

std::vector<MatEntry> mat_entries(const std::string& path) {
  std::vector<MatEntry> entries;
  const File file = open_mat(path);
  while (const Variable info{Mat_VarReadNextInfo(file.get())}) {
    if (info->name == nullptr || !is_numeric(*info) || info->isComplex != 0) continue;
    MatEntry& entry = entries.emplace_back(MatEntry{info->name, {}});
    for (int d = 0; d < info->rank; ++d)
      entry.shape.push_back(static_cast<std::int64_t>(info->dims[d]));
  }
  return entries;
}

std::vector<double> mat_numbers(const std::string& path, const std::string& name) {
  const Variable variable = find(path, {name});
  std::size_t count = 1;
  for (int d = 0; variable && d < variable->rank; ++d)
    count *= variable->dims[d];
  if (!variable || !is_numeric(*variable) || variable->data_size < 1 ||
      variable->nbytes / static_cast<std::size_t>(variable->data_size) != count)
    throw DataError(fmt::format("{}: {}: the array is damaged or truncated", path, name));
  return to_doubles(path + ": " + name, variable->data_type, variable->data, count);
}

std::vector<std::string> mat_labels(const std::string& path) {
  std::vector<std::string> usual = names::labels;
  usual.emplace_back("region");  // of `arcuate export`
  const Variable found = find(path, usual);
  return found ? to_labels(path, *found) : std::vector<std::string>();
}

}  // namespace arcuate::io::matrix
