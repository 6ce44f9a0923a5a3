#include <fmt/format.h>

#include <algorithm>

#include "arcuate/core/error.hpp"
#include "matrix/npy.hpp"
#include "members.hpp"
#include "names.hpp"
#include "parts.hpp"

namespace arcuate::io::matrix {
namespace {

std::unique_ptr<Source> open_member(const ZipReader& zip, const std::string& name) {
  if (!zip.has(name + ".npy")) {
    throw DataError(fmt::format("{}: has no member {}.npy", zip.path(), name));
  }
  return zip.open(name + ".npy");
}

std::vector<std::int64_t> integers(const ZipReader& zip, const std::string& name) {
  const auto source = open_member(zip, name);
  NpyReader reader(*source);
  check_memory(source->name(), "the array", 8.0 * static_cast<double>(reader.size()));
  std::vector<std::int64_t> values(static_cast<std::size_t>(reader.size()));
  reader.read(values);
  return values;
}

/// Indices, checked against the number of regions, without a second copy as wide integers.
std::vector<LocalIndex> indices(const ZipReader& zip, const std::string& name,
                                GlobalIndex regions) {
  const auto source = open_member(zip, name);
  NpyReader reader(*source);
  check_memory(source->name(), "the array", 4.0 * static_cast<double>(reader.size()));
  std::vector<LocalIndex> result(static_cast<std::size_t>(reader.size()));
  std::vector<std::int64_t> block(65536);
  for (std::size_t done = 0; done < result.size(); done += block.size()) {
    const std::span part(block.data(), std::min(block.size(), result.size() - done));
    reader.read(part);
    for (std::size_t k = 0; k < part.size(); ++k) {
      if (part[k] < 0 || part[k] >= regions) {
        throw DataError(fmt::format("{}: item {}: index {} is not allowed: expected 0 to {}",
                                    source->name(), done + k + 1, part[k], regions - 1));
      }
      result[done + k] = static_cast<LocalIndex>(part[k]);
    }
  }
  return result;
}

std::vector<double> numbers(const ZipReader& zip, const std::string& name) {
  const auto source = open_member(zip, name);
  return NpyReader(*source).numbers();
}

GlobalIndex sparse_regions(const ZipReader& zip) {
  const std::vector<std::int64_t> shape = integers(zip, "shape");
  if (shape.size() != 2 || shape[0] != shape[1] || shape[0] < 1 ||
      static_cast<double>(shape[0]) > static_cast<double>(most_regions)) {
    throw DataError(fmt::format("{}: shape.npy: expected a square shape (N, N)", zip.path()));
  }
  return shape[0];
}

void check_entries(const ZipReader& zip, const char* what, std::size_t count, std::size_t values) {
  if (count == values) return;
  throw DataError(
      fmt::format("{}: {} indices in {}.npy for {} values in data.npy: expected as many",
                  zip.path(), count, what, values));
}

/// Rows and columns of coo entries: two members, or the two rows of `coords` (arrays of newer
/// SciPy).
std::pair<std::vector<LocalIndex>, std::vector<LocalIndex>> coordinates(const ZipReader& zip,
                                                                        GlobalIndex regions) {
  if (zip.has("row.npy") || !zip.has("coords.npy"))
    return {indices(zip, "row", regions), indices(zip, "col", regions)};
  const auto source = open_member(zip, "coords");
  const NpyReader header(*source);
  if (header.shape().size() != 2 || header.shape()[0] != 2) {
    throw DataError(fmt::format("{}: expected an array of shape (2, entries): rows and columns",
                                source->name()));
  }
  const std::vector<LocalIndex> both = indices(zip, "coords", regions);
  const auto entries = static_cast<std::size_t>(header.shape()[1]);
  std::vector<LocalIndex> row(entries);
  std::vector<LocalIndex> column(entries);
  for (std::size_t k = 0; k < entries; ++k) {
    row[k] = both[header.fortran() ? 2 * k : k];
    column[k] = both[header.fortran() ? 2 * k + 1 : entries + k];
  }
  return {std::move(row), std::move(column)};
}

Sparse read_coordinates(const ZipReader& zip, GlobalIndex regions, Content content) {
  const auto [row, column] = coordinates(zip, regions);
  const std::vector<double> data = numbers(zip, "data");
  check_entries(zip, "row", row.size(), data.size());
  check_entries(zip, "col", column.size(), data.size());
  std::vector<Triplet> entries(data.size());
  for (std::size_t k = 0; k < data.size(); ++k)
    entries[k] = {row[k], column[k], data[k]};
  return from_triplets(zip.path(), regions, std::move(entries), content);
}

/// What scipy.sparse.save_npz writes: csr, csc or coo.
Sparse read_scipy(const ZipReader& zip, Content content) {
  const auto source = open_member(zip, "format");
  NpyReader reader(*source);
  const std::vector<std::string> format = reader.texts();
  const GlobalIndex regions = sparse_regions(zip);
  const std::string kind = format.size() == 1 ? format.front() : std::string();
  if (kind == "coo") return read_coordinates(zip, regions, content);
  if (kind != "csr" && kind != "csc") {
    throw DataError(fmt::format("{}: sparse format '{}' is not read: expected csr, csc or coo",
                                zip.path(), kind));
  }
  Sparse matrix;
  matrix.name = zip.path();
  matrix.columns = regions;
  matrix.row = integers(zip, "indptr");
  matrix.column = indices(zip, "indices", regions);
  matrix.value = numbers(zip, "data");
  check_entries(zip, "indices", matrix.column.size(), matrix.value.size());
  tidy(matrix, content);
  return kind == "csr" ? std::move(matrix) : transposed(matrix);
}

template <typename Value>
std::vector<Value> optional_numbers(const ZipReader& zip, const std::vector<std::string>& names) {
  const std::string member = npz_member(zip, names);
  if (member.empty()) return {};
  const std::vector<double> values = numbers(zip, member);
  return {values.begin(), values.end()};
}

std::vector<std::uint8_t> optional_flags(const ZipReader& zip,
                                         const std::vector<std::string>& names) {
  const std::string member = npz_member(zip, names);
  std::vector<std::uint8_t> flags;
  if (member.empty()) return flags;
  for (const double value : numbers(zip, member)) {
    if (value != 0.0 && value != 1.0) {
      throw DataError(fmt::format("{}: {}.npy: number {} is {}: expected 0 or 1", zip.path(),
                                  member, flags.size() + 1, value));
    }
    flags.push_back(value == 1.0 ? 1 : 0);
  }
  return flags;
}

std::vector<std::array<double, 3>> optional_points(const ZipReader& zip,
                                                   const std::vector<std::string>& names) {
  const std::string member = npz_member(zip, names);
  if (member.empty()) return {};
  const auto source = open_member(zip, member);
  NpyReader reader(*source);
  if (reader.shape().size() != 2 || reader.shape()[1] != 3 || reader.fortran()) {
    throw DataError(
        fmt::format("{}: expected an array of shape (N, 3) in C order", source->name()));
  }
  const std::vector<double> values = reader.numbers();
  std::vector<std::vector<double>> table;
  for (std::size_t k = 0; k < values.size(); k += 3) {
    table.push_back({values[k], values[k + 1], values[k + 2]});
  }
  return to_points(source->name(), table);
}

void read_regions(const ZipReader& zip, network::Connectome& regions) {
  const std::string labels = npz_member(zip, names::labels);
  if (!labels.empty()) {
    const auto source = open_member(zip, labels);
    regions.labels = NpyReader(*source).texts();
  }
  const bool entries = zip.has("format.npy") && !zip.has("row.npy");  // coords of a sparse array
  const auto& places = names::centres;
  regions.centres = optional_points(zip, {places.begin(), places.end() - (entries ? 1 : 0)});
  regions.orientation = optional_points(zip, names::orientations);
  regions.area = optional_numbers<float>(zip, names::areas);
  regions.cortical = optional_flags(zip, names::cortical);
  regions.hemisphere = optional_flags(zip, names::hemispheres);
}

/// Lengths or delays beside sparse weights: one number for each entry of data.npy.
std::optional<std::vector<double>> edge_numbers(const ZipReader& zip,
                                                const std::vector<std::string>& names) {
  if (npz_member(zip, names).empty()) return std::nullopt;
  return optional_numbers<double>(zip, names);
}

/// Names of the arrays, without ".npy".
std::vector<std::string> arrays_of(const ZipReader& zip) {
  std::vector<std::string> names;
  for (std::string name : zip.members()) {
    if (!name.ends_with(".npy")) continue;
    name.resize(name.size() - std::string_view(".npy").size());
    names.push_back(std::move(name));
  }
  return names;
}

/// Arrays that cannot be read (pickled objects) are listed too.
void look_at(const ZipReader& zip, const std::string& name, Inside& inside) {
  try {
    const auto source = open_member(zip, name);
    const NpyReader reader(*source);
    const auto& shape = reader.shape();
    inside.all.push_back(fmt::format("{} ({})", name, fmt::join(shape, " x ")));
    if (!reader.is_text() && shape.size() == 2 && shape[0] == shape[1])
      inside.matrices.push_back(name);
  } catch (const DataError&) {
    inside.all.push_back(name + " (not an array of numbers or texts)");
  }
}

std::string pick_array(const ZipReader& zip, Wanted wanted, const std::string& variable) {
  const std::vector<std::string> there = arrays_of(zip);
  return pick(zip.path(), wanted, variable, there, [&] {
    Inside inside;
    for (const std::string& name : there)
      look_at(zip, name, inside);
    return inside;
  });
}

class NpzMembers final : public Members {
 public:
  explicit NpzMembers(const std::string& path) : zip_(path) {}

  [[nodiscard]] std::vector<std::string> names() const override { return arrays_of(zip_); }
  [[nodiscard]] std::vector<std::string> described() const override {
    Inside inside;
    for (const std::string& name : names())
      look_at(zip_, name, inside);
    return inside.all;
  }
  [[nodiscard]] Table table(const std::string& name) const override {
    const auto source = open_member(zip_, name);
    NpyReader reader(*source);
    const auto& shape = reader.shape();
    if (shape.size() > 2) {
      throw DataError(fmt::format("{}: has shape ({}): expected one or two dimensions",
                                  source->name(), fmt::join(shape, ", ")));
    }
    Table table;
    table.name = source->name();
    table.rows = shape.empty() ? 1 : static_cast<std::size_t>(shape[0]);
    table.columns = shape.size() < 2 ? 1 : static_cast<std::size_t>(shape[1]);
    table.values = reader.numbers();
    if (reader.fortran()) table.values = rows_from_columns(table.values, table.rows, table.columns);
    return table;
  }
  [[nodiscard]] std::vector<std::string> texts(const std::string& name) const override {
    const auto source = open_member(zip_, name);
    return NpyReader(*source).texts();
  }

 private:
  ZipReader zip_;
};

bool is_scipy(const ZipReader& zip) {
  return zip.has("format.npy") && zip.has("shape.npy") && zip.has("data.npy");
}

}  // namespace

std::unique_ptr<Members> npz_members(const std::string& path) {
  return std::make_unique<NpzMembers>(path);
}

std::string npz_member(const ZipReader& zip, const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    if (zip.has(name + ".npy")) return name;
  }
  return "";
}

Sparse read_npz_matrix(const ZipReader& zip, Wanted wanted, const Sparse* pattern,
                       const std::string& variable) {
  const Content content = wanted == Wanted::weights ? Content::weights : Content::lengths;
  const std::vector<std::string>& usual = wanted == Wanted::delays ? names::delays : names::lengths;
  const bool named = wanted != Wanted::weights && !first_of(usual, arrays_of(zip)).empty();
  if (is_scipy(zip) && variable.empty() && !named) return read_scipy(zip, content);
  const auto source = open_member(zip, pick_array(zip, wanted, variable));
  return read_npy_matrix(*source, content, pattern);
}

Parts read_npz(const ZipReader& zip, const std::string& variable) {
  Parts parts;
  parts.name = zip.path();
  read_regions(zip, parts.regions);
  if (is_scipy(zip) && variable.empty()) {
    const std::size_t stored = numbers(zip, "data").size();
    parts.weights = read_scipy(zip, Content::weights);
    parts.edge_delays = edge_numbers(zip, names::delays);
    parts.edge_lengths = edge_numbers(zip, names::lengths);
    if ((parts.edge_delays || parts.edge_lengths) && stored != parts.weights.value.size()) {
      throw DataError(
          fmt::format("{}: data.npy stores zeros, so its lengths have no edge: expected "
                      "values other than 0",
                      zip.path()));
    }
    return parts;
  }
  const auto source = open_member(zip, pick_array(zip, Wanted::weights, variable));
  parts.weights = read_npy_matrix(*source, Content::weights, nullptr);
  const auto matrix = [&](const std::vector<std::string>& names) -> std::optional<Sparse> {
    const std::string member = npz_member(zip, names);
    if (member.empty()) return std::nullopt;
    const auto member_source = open_member(zip, member);
    return read_npy_matrix(*member_source, Content::lengths, &parts.weights);
  };
  parts.delays = matrix(names::delays);
  parts.lengths = matrix(names::lengths);
  if (variable.empty()) parts.regions.warnings = remarks(zip.path(), arrays_of(zip));
  return parts;
}

}  // namespace arcuate::io::matrix
