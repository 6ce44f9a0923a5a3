#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <set>
#include <utility>

#include "arcuate/core/error.hpp"
#include "arcuate/io/hdf5.hpp"
#include "arcuate/io/results.hpp"
#include "sums.hpp"

// A table that a user brings may be damaged, or another program's: what it claims is compared
// before it is used.
namespace arcuate::io {
namespace {

constexpr std::int64_t most_columns = 1000000;

/// A member of a group and what messages call it.
struct Member {
  hdf5::Object data;
  std::string name;  ///< "candidates/loss"

  [[noreturn]] void refuse(const std::string& reason) const {
    throw DataError(fmt::format("{}: {}: {}", data.file(), name, reason));
  }
  [[nodiscard]] bool texts() const { return hdf5::doubt(data.id(), hdf5::Kind::texts).empty(); }
  [[nodiscard]] std::string text(const char* attribute) const {
    return data.has_attribute(attribute) ? data.text(attribute) : std::string();
  }
  [[nodiscard]] double number(const char* attribute) const {
    return data.has_attribute(attribute) ? data.number(attribute)
                                         : std::numeric_limits<double>::quiet_NaN();
  }
};

Member member(const hdf5::Object& group, const std::string& where, const std::string& name) {
  Member found{group.open_dataset(name), where + "/" + name};
  const bool numbers = hdf5::doubt(found.data.id(), hdf5::Kind::numbers).empty();
  if (!numbers && !found.texts()) found.refuse(hdf5::doubt(found.data.id(), hdf5::Kind::numbers));
  return found;
}

bool is_scale(const hdf5::Object& data) {
  return data.has_attribute("CLASS");
}

ColumnRole role_of(const Member& column) {
  const std::string word = column.text("role");
  if (word.empty())
    column.refuse(
        "has no role: the table is of an earlier version of Arcuate (--resume of its sweep or fit "
        "writes it again)");
  for (const auto& name : core::Names<ColumnRole>::table) {
    if (name.word == word) return name.value;
  }
  column.refuse(fmt::format("has the role '{}' (allowed: {})", word, core::words<ColumnRole>));
}

ResultColumn column_of(const hdf5::Object& group, const Member& one, const std::string& name,
                       std::size_t rows) {
  const std::vector<hsize_t> shape = one.data.shape();
  if (shape.size() != 1 || shape.front() != rows)
    one.refuse(fmt::format("has the shape ({}) (expected: a row for each of {})",
                           fmt::join(shape, ", "), rows));
  ResultColumn column;
  column.name = name;
  column.unit = one.text("units");
  column.meaning = one.text("long_name");
  column.role = role_of(one);
  column.scale = one.text("scale");
  column.low = one.number("low");
  column.high = one.number("high");
  if (one.texts()) {
    column.texts = group.read_texts(name);
  } else {
    column.numbers = group.read<double>(name);
  }
  return column;
}

/// The columns of a group in the order in which they were written; `axis`: what they lie along.
std::vector<ResultColumn> columns_of(const hdf5::Object& file, const std::string& where,
                                     const std::string& axis) {
  const hdf5::Object group = file.open_group(where);
  if (!group.has(axis)) throw DataError(fmt::format("{}: {}: has no {}", file.file(), where, axis));
  const std::size_t rows = member(group, where, axis).data.size();
  std::map<std::int64_t, ResultColumn> columns;
  for (const std::string& name : group.names()) {
    const Member one = member(group, where, name);
    if (is_scale(one.data)) continue;
    ResultColumn column = column_of(group, one, name, rows);
    const double position = one.number("position");
    if (!(position >= 0.0 && position < static_cast<double>(most_columns)))
      one.refuse("has no position among the columns");
    const auto place = static_cast<std::int64_t>(position);
    if (!columns.emplace(place, std::move(column)).second)
      one.refuse(fmt::format("has the position {} of another column", place));
  }
  std::vector<ResultColumn> all;
  for (auto& [place, column] : columns)
    all.push_back(std::move(column));
  return all;
}

/// Rows of a group whose columns others rely on: they are there, and numbers or texts as they must
/// be.
std::vector<ResultColumn> rows_of(const hdf5::Object& file, const std::string& where,
                                  const std::string& axis, const std::vector<const char*>& numbers,
                                  const std::vector<const char*>& texts) {
  if (!file.has(where)) return {};
  std::vector<ResultColumn> columns = columns_of(file, where, axis);
  const auto require = [&](const char* name, bool text) {
    const ResultColumn* one = find_column(columns, name);
    if (one == nullptr || (one->size() > 0 && one->text() != text))
      throw DataError(fmt::format("{}: {}/{}: is not there as {}", file.file(), where, name,
                                  text ? "texts" : "numbers"));
  };
  for (const char* name : numbers)
    require(name, false);
  for (const char* name : texts)
    require(name, true);
  return columns;
}

analysis::Axis axis_of(const hdf5::Object& group, const std::string& where,
                       const std::string& name) {
  const Member one = member(group, where, name);
  if (one.data.shape().size() != 1) one.refuse("is not one-dimensional");
  analysis::Axis axis{name, one.text("units"), {}, {}};
  if (one.texts()) {
    axis.texts = group.read_texts(name);
  } else {
    axis.values = group.read<double>(name);
  }
  return axis;
}

std::size_t length_of(const analysis::Axis& axis) {
  return std::max(axis.values.size(), axis.texts.size());
}

std::vector<std::string> words_of_list(const std::string& list) {
  std::vector<std::string> words;
  for (std::size_t at = 0; at < list.size();) {
    const std::size_t end = std::min(list.find(", ", at), list.size());
    words.push_back(list.substr(at, end - at));
    at = end + 2;
  }
  return words;
}

/// The axes of a grid in their order, and that the candidates are its cells.
std::vector<analysis::Axis> grid_of(const hdf5::Object& file, std::size_t candidates) {
  std::vector<analysis::Axis> grid;
  if (!file.has("grid")) return grid;
  const hdf5::Object group = file.open_group("grid");
  const std::string list = group.has_attribute("axes") ? group.text("axes") : std::string();
  double cells = list.empty() ? 0.0 : 1.0;
  std::set<std::string> seen;
  for (std::size_t at = 0; at < list.size();) {
    const std::size_t end = std::min(list.find('\n', at), list.size());
    const std::string name = list.substr(at, end - at);
    at = end + 1;
    if (!group.has(name) || !seen.insert(name).second)
      throw DataError(fmt::format("{}: grid: its axis '{}' is not there once", file.file(), name));
    grid.push_back(axis_of(group, "grid", name));
    cells *= static_cast<double>(length_of(grid.back()));
  }
  if (cells != static_cast<double>(candidates))
    throw DataError(fmt::format("{}: grid: has {} cells, and there are {} candidates", file.file(),
                                cells, candidates));
  return grid;
}

/// Reads the values of one candidate.
std::vector<double> values_of(const std::string& path, const std::string& feature,
                              const std::string& name, std::size_t leading, std::size_t candidate) {
  try {
    const hdf5::Object file = hdf5::open_file(path, hdf5::Access::read);
    const hdf5::Object data = file.open_group("features").open_group(feature).open_dataset(name);
    const std::vector<hsize_t> shape = data.shape();
    hdf5::Box box{std::vector<hsize_t>(shape.size(), 0), shape};
    std::size_t cell = candidate, size = 1;
    for (std::size_t d = leading; d-- > 0;) {
      box.offset[d] = cell % shape[d];
      box.count[d] = 1;
      cell /= shape[d];
    }
    for (std::size_t d = leading; d < shape.size(); ++d)
      size *= shape[d];
    std::vector<double> values(size);
    data.read_part(box, values);
    return values;
  } catch (const EnvironmentError& error) {
    throw DataError(
        fmt::format("{}: features/{}/{}: cannot be read ({})", path, feature, name, error.what()));
  }
}

ResultArray array_of(const hdf5::Object& group, const std::string& feature, const Member& one,
                     const std::string& name, const std::vector<std::size_t>& leading) {
  const std::string where = "features/" + feature;
  ResultArray array{feature, name, one.text("units"), {}, nullptr};
  std::vector<std::size_t> expected = leading;
  for (const std::string& axis : words_of_list(one.text("axes"))) {
    if (!group.has(axis)) one.refuse(fmt::format("its axis '{}' is not there", axis));
    array.axes.push_back(axis_of(group, where, axis));
    expected.push_back(length_of(array.axes.back()));
  }
  const std::vector<hsize_t> shape = one.data.shape();
  if (one.texts() || !std::equal(shape.begin(), shape.end(), expected.begin(), expected.end()))
    one.refuse(fmt::format("has the shape ({}) (expected: numbers of the shape ({}))",
                           fmt::join(shape, ", "), fmt::join(expected, ", ")));
  array.values = [path = one.data.file(), feature, name,
                  n = leading.size()](std::size_t candidate) {
    return values_of(path, feature, name, n, candidate);
  };
  return array;
}

std::vector<ResultArray> arrays_of(const hdf5::Object& file,
                                   const std::vector<std::size_t>& leading) {
  std::vector<ResultArray> arrays;
  if (!file.has("features")) return arrays;
  const hdf5::Object features = file.open_group("features");
  for (const std::string& feature : features.names()) {
    const hdf5::Object group = features.open_group(feature);
    for (const std::string& name : group.names()) {
      const Member one = member(group, "features/" + feature, name);
      if (!is_scale(one.data)) arrays.push_back(array_of(group, feature, one, name, leading));
    }
  }
  return arrays;
}

void require_table(const hdf5::Object& file) {
  const std::string format = file.has_attribute("format") ? file.text("format") : std::string();
  if (format == "arcuate results 1") return;
  if (format.starts_with("arcuate results"))
    throw DataError(
        fmt::format("{}: is '{}' (this program reads 'arcuate results 1')", file.file(), format));
  throw DataError(file.file() + ": is no table of results of a sweep or a fit" +
                  (format.empty() ? "" : ": its format is '" + format + "'"));
}

std::int64_t whole(const hdf5::Object& file, const char* attribute) {
  const double number = file.number(attribute);
  constexpr double most = 1e15;
  if (!(number >= 0.0 && number <= most))
    throw DataError(fmt::format("{}: attribute '{}': {} is no number of candidates", file.file(),
                                attribute, number));
  return static_cast<std::int64_t>(number);
}

/// The number of the first candidate; those of the others follow.
std::int64_t first_of(const hdf5::Object& file, std::size_t candidates) {
  const auto numbers = file.open_group("candidates").read<double>("candidate");
  for (std::size_t k = 0; k < candidates; ++k) {
    if (!(numbers[k] == numbers[0] + static_cast<double>(k)))
      throw DataError(fmt::format("{}: candidates/candidate: {} is not the number of row {}",
                                  file.file(), numbers[k], k));
  }
  constexpr double most = 1e15;
  if (candidates > 0 && !(numbers[0] >= 0.0 && numbers[0] <= most))
    throw DataError(
        fmt::format("{}: candidates/candidate: begins with {}", file.file(), numbers[0]));
  return candidates > 0 ? static_cast<std::int64_t>(numbers[0]) : 0;
}

/// Simulations are those of candidates that are there.
void check_evaluations(const ResultTable& table, const std::string& path) {
  const ResultColumn* numbers = find_column(table.evaluations, "candidate");
  if (numbers == nullptr) return;
  const auto first = static_cast<double>(table.first);
  const double end = first + static_cast<double>(table.columns.front().size());
  for (const double number : numbers->numbers) {
    if (!(number >= first && number < end) || number != std::floor(number))
      throw DataError(
          fmt::format("{}: evaluations/candidate: there is no candidate {}", path, number));
  }
}

ResultTable table_of(const hdf5::Object& file) {
  require_table(file);
  ResultTable table;
  table.kind = file.text("kind");
  if (table.kind != "sweep" && table.kind != "fit")
    throw DataError(fmt::format("{}: kind '{}' (allowed: sweep, fit)", file.file(), table.kind));
  table.title = file.text("title");
  table.study = file.text("study");
  table.columns =
      rows_of(file, "candidates", "candidate", {"seconds", "worker"}, {"status", "reason"});
  if (!file.has("candidates")) throw DataError(file.file() + ": has no candidates");
  table.planned = whole(file, "planned");
  table.records = whole(file, "records");
  table.complete = file.text("complete") == "yes";
  const std::size_t candidates = table.columns.front().size();
  table.first = first_of(file, candidates);
  table.grid = grid_of(file, candidates);
  std::vector<std::size_t> leading;
  for (const analysis::Axis& axis : table.grid)
    leading.push_back(length_of(axis));
  if (leading.empty()) leading.push_back(candidates);
  table.arrays = arrays_of(file, leading);
  table.evaluations =
      rows_of(file, "evaluations", "evaluation",
              {"candidate", "condition", "repeat", "verification", "worker", "start", "seconds"},
              {"status"});
  check_evaluations(table, file.file());
  table.islands = rows_of(file, "islands", "island", {}, {"method"});
  table.migrations = rows_of(file, "migrations", "migration", {"after", "from", "to", "loss"}, {});
  return table;
}

}  // namespace

bool is_results(const std::string& path) {
  if (!hdf5::is_hdf5(path)) return false;
  try {
    const hdf5::Object file = hdf5::open_file(path, hdf5::Access::read);
    return file.has_attribute("format") && file.text("format").starts_with("arcuate results");
  } catch (const EnvironmentError&) {
    return false;  // others say what is wrong with it
  }
}

ResultTable read_results(const std::string& path) {
  if (!hdf5::is_hdf5(path))
    throw DataError(path + ": is no table of results of a sweep or a fit: not an HDF5 file");
  try {
    results::require_sound(path);
    return table_of(hdf5::open_file(path, hdf5::Access::read));
  } catch (const EnvironmentError& error) {
    hdf5::require_lock(path);  // another program writes it: no fault of the file
    throw DataError(
        fmt::format("{}: is damaged or no table of Arcuate's ({})", path, error.what()));
  }
}

}  // namespace arcuate::io
