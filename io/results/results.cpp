#include "arcuate/io/results.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <deque>
#include <limits>
#include <map>
#include <numeric>

#include "arcuate/core/version.hpp"
#include "arcuate/io/hdf5.hpp"
#include "sums.hpp"

namespace arcuate::io {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

std::size_t extent_of(const analysis::Axis& axis) {
  return std::max(axis.values.size(), axis.texts.size());
}

std::size_t rows_of(const std::vector<ResultColumn>& columns) {
  return columns.empty() ? 0 : columns.front().size();
}

/// A group whose datasets have dimension scales.
class Scaled {
 public:
  explicit Scaled(hdf5::Object group) : group_(std::move(group)) {}

  void axis(const analysis::Axis& axis) {
    if (scales_.count(axis.name) > 0) return;
    hdf5::Object scale = axis.texts.empty() ? group_.write<double>(axis.name, axis.values)
                                            : group_.write_texts(axis.name, axis.texts);
    if (!axis.unit.empty()) scale.set("units", axis.unit);
    scale.make_scale(axis.name);
    extents_[axis.name] = extent_of(axis);
    scales_.emplace(axis.name, std::move(scale));
  }

  [[nodiscard]] std::vector<hsize_t> shape(const std::vector<std::string>& axes) const {
    std::vector<hsize_t> shape;
    for (const std::string& one : axes)
      shape.push_back(extents_.at(one));
    return shape;
  }

  const hdf5::Object& keep(hdf5::Object dataset, const std::vector<std::string>& axes) {
    datasets_.push_back(std::move(dataset));
    std::vector<const hdf5::Object*> scales;
    for (const std::string& one : axes)
      scales.push_back(&scales_.at(one));
    uses_.push_back({&datasets_.back(), std::move(scales)});
    return datasets_.back();
  }

  void column(const ResultColumn& column, const std::vector<std::string>& axes) {
    const hdf5::Object& dataset =
        keep(column.text() ? group_.write_texts(column.name, column.texts)
                           : group_.write<double>(column.name, column.numbers, shape(axes)),
             axes);
    if (!column.unit.empty()) dataset.set("units", column.unit);
    if (!column.meaning.empty()) dataset.set("long_name", column.meaning);
    // Members of a group come by name; readers want them as they were written.
    dataset.set("position", positions_++);
    dataset.set("role", std::string(core::word_of(column.role)));
    if (!column.scale.empty()) dataset.set("scale", column.scale);
    if (!std::isnan(column.low)) dataset.set("low", column.low);
    if (!std::isnan(column.high)) dataset.set("high", column.high);
  }

  void attach() { hdf5::attach_scales(uses_); }
  [[nodiscard]] const hdf5::Object& group() const { return group_; }

 private:
  hdf5::Object group_;
  std::map<std::string, hdf5::Object> scales_;
  std::map<std::string, std::size_t> extents_;
  std::deque<hdf5::Object> datasets_;
  std::vector<hdf5::ScaleUse> uses_;
  std::int64_t positions_ = 0;
};

analysis::Axis number_axis(const char* name, std::size_t rows, std::int64_t first = 0) {
  analysis::Axis axis{name, "", std::vector<double>(rows), {}};
  std::iota(axis.values.begin(), axis.values.end(), static_cast<double>(first));
  return axis;
}

/// What the candidates lie along.
std::vector<analysis::Axis> leading_axes(const ResultTable& table, std::size_t candidates) {
  return table.grid.empty() ? std::vector{number_axis("candidate", candidates, table.first)}
                            : table.grid;
}

/// Two axes of one name in a group: the later one gets that of the array before it.
std::string own_name(const ResultTable& table, const std::string& axis) {
  const bool taken = std::any_of(table.grid.begin(), table.grid.end(),
                                 [&](const analysis::Axis& one) { return one.name == axis; });
  return taken ? "feature_" + axis : axis;
}

void write_array(const ResultTable& table, const ResultArray& array, std::size_t candidates,
                 Scaled& group) {
  std::vector<std::string> names;
  for (const analysis::Axis& axis : leading_axes(table, candidates)) {
    group.axis(axis);
    names.push_back(axis.name);
  }
  const std::size_t leading = names.size();
  std::size_t size = 1;
  std::string own;
  for (analysis::Axis axis : array.axes) {
    axis.name = own_name(table, axis.name);
    own += (own.empty() ? "" : ", ") + axis.name;
    group.axis(axis);
    names.push_back(axis.name);
    size *= extent_of(axis);
  }
  const std::vector<hsize_t> shape = group.shape(names);
  const hdf5::Object& dataset =
      group.keep(group.group().create_array<double>(array.name, shape), names);
  dataset.set("units", array.unit);
  dataset.set("axes", own);  // of each candidate
  for (std::size_t k = 0; k < candidates; ++k) {
    std::vector<double> values = array.values(k);
    if (values.size() != size) values.assign(size, nan);
    hdf5::Box box{std::vector<hsize_t>(shape.size(), 0), shape};
    std::size_t cell = k;
    for (std::size_t d = leading; d-- > 0;) {
      box.offset[d] = cell % shape[d];
      box.count[d] = 1;
      cell /= shape[d];
    }
    dataset.write_part(box, values);
  }
}

void write_features(const ResultTable& table, const hdf5::Object& file, std::size_t candidates) {
  if (table.arrays.empty()) return;
  const hdf5::Object features = file.create_group("features");
  std::map<std::string, Scaled> groups;
  for (const ResultArray& array : table.arrays) {
    auto found = groups.find(array.feature);
    if (found == groups.end())
      found = groups.emplace(array.feature, Scaled(features.create_group(array.feature))).first;
    write_array(table, array, candidates, found->second);
  }
  for (auto& [name, group] : groups)
    group.attach();
}

void write_grid(const ResultTable& table, const hdf5::Object& file) {
  if (table.grid.empty()) return;
  Scaled grid(file.create_group("grid"));
  std::vector<std::string> names;
  std::string order;
  for (const analysis::Axis& axis : table.grid) {
    grid.axis(axis);
    names.push_back(axis.name);
    order += (order.empty() ? "" : "\n") + axis.name;
  }
  grid.group().set("axes", order);
  for (const ResultColumn& column : table.columns) {
    const bool along = std::find(names.begin(), names.end(), column.name) != names.end();
    if (!along && !column.numbers.empty()) grid.column(column, names);
  }
  grid.attach();
}

std::string quoted(const std::string& text) {
  if (text.find_first_of(",\"\n\r") == std::string::npos) return text;
  std::string all = "\"";
  for (const char c : text) {
    if (c == '"') all += '"';
    all += c;
  }
  return all + "\"";
}

/// A group of columns along one axis; nothing where there are no rows.
void write_rows(const hdf5::Object& file, const std::string& group, const char* axis,
                const std::vector<ResultColumn>& columns) {
  if (rows_of(columns) == 0) return;
  Scaled all(file.create_group(group));
  all.axis(number_axis(axis, rows_of(columns)));
  for (const ResultColumn& column : columns)
    all.column(column, {axis});
  all.attach();
}

/// A member of an HDF5 group cannot have a slash in its name: another character that looks like it.
std::string member_name(std::string name) {
  constexpr std::string_view division_slash = "\u2215";
  for (std::size_t at = name.find('/'); at != std::string::npos; at = name.find('/', at))
    name.replace(at, 1, division_slash);
  return name;
}

/// The table with names that members of groups can have.
ResultTable with_member_names(ResultTable table) {
  for (auto* columns : {&table.columns, &table.evaluations, &table.islands, &table.migrations}) {
    for (ResultColumn& column : *columns)
      column.name = member_name(std::move(column.name));
  }
  for (analysis::Axis& axis : table.grid)
    axis.name = member_name(std::move(axis.name));
  for (ResultArray& array : table.arrays) {
    array.feature = member_name(std::move(array.feature));
    array.name = member_name(std::move(array.name));
    for (analysis::Axis& axis : array.axes)
      axis.name = member_name(std::move(axis.name));
  }
  return table;
}

}  // namespace

const ResultColumn* find_column(const std::vector<ResultColumn>& columns, std::string_view name) {
  const auto found = std::find_if(columns.begin(), columns.end(),
                                  [&](const ResultColumn& one) { return one.name == name; });
  return found == columns.end() ? nullptr : &*found;
}

void write_results(const Output& output, const ResultTable& given) {
  const ResultTable table = with_member_names(given);
  hdf5::Object file = hdf5::create_file(output.temporary(), hdf5::Order::kept);
  const std::size_t candidates = rows_of(table.columns);
  // Eight attributes at most: more lie in heaps, which libhdf5 1.10 reads less safely.
  file.set("format", std::string("arcuate results 1"));
  file.set("kind", table.kind);
  file.set("title", table.title);
  file.set("study", table.study);
  file.set("arcuate_version", std::string(version()));
  file.set("planned", table.planned);
  file.set("complete", std::string(table.complete ? "yes" : "no"));
  file.set("records", table.records);
  {
    Scaled all(file.create_group("candidates"));
    all.axis(number_axis("candidate", candidates, table.first));
    for (const ResultColumn& column : table.columns)
      all.column(column, {"candidate"});
    all.attach();
    write_features(table, file, candidates);
    write_grid(table, file);
    write_rows(file, "evaluations", "evaluation", table.evaluations);
    write_rows(file, "islands", "island", table.islands);
    write_rows(file, "migrations", "migration", table.migrations);
  }
  file.close();
  results::write_sums(output.temporary());
}

std::string results_csv(const ResultTable& table) {
  std::string text = "candidate";
  for (const ResultColumn& column : table.columns)
    text += "," + quoted(column.name);
  text += '\n';
  for (std::size_t k = 0; k < rows_of(table.columns); ++k) {
    text += fmt::format("{}", table.first + static_cast<std::int64_t>(k));
    for (const ResultColumn& column : table.columns) {
      text += ',';
      if (!column.texts.empty()) {
        text += quoted(column.texts[k]);
      } else if (!std::isnan(column.numbers[k])) {
        text += fmt::format("{}", column.numbers[k]);
      }
    }
    text += '\n';
  }
  return text;
}

}  // namespace arcuate::io
