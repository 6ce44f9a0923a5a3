#include "arcuate/io/sweep.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

#include "bounds.hpp"
#include "context.hpp"

namespace arcuate::io {
namespace {

/// "0.1, 3": what stands along an axis of several paths.
std::string joined(const SweepAxis& axis, std::size_t k) {
  std::string text;
  for (const SweptPath& path : axis.paths)
    text.append(text.empty() ? "" : ", ").append(path.values[k]);
  return text;
}

std::string name_of(const SweepAxis& axis) {
  std::string name;
  for (const SweptPath& path : axis.paths)
    name.append(name.empty() ? "" : ", ").append(path.path);
  return name;
}

Cell number_cell(double value) {
  return {number_text(value), value};
}

std::string in_unit(const std::string& unit) {
  return unit.empty() || unit == "1" ? "" : " " + unit;
}

/// "26 values, 0.1 to 0.6 mm".
std::string values_text(const SweptPath& path) {
  const auto n = path.values.size();
  const bool own = std::any_of(path.values.begin(), path.values.end(),
                               [](const std::string& value) { return !plain_number(value); });
  const std::string unit = own ? "" : in_unit(path.unit);
  if (n <= 6) return fmt::format("{}{}", fmt::join(path.values, ", "), unit);
  return fmt::format("{} values, {} to {}{}", n, path.values.front(), path.values.back(), unit);
}

}  // namespace

std::int64_t Sweep::points() const {
  if (points_) return points_->unit.rows();
  std::int64_t points = 1;
  for (const SweepAxis& axis : axes_)
    points *= axis.size();
  return points;
}

std::int64_t Sweep::size() const {
  return points() * settings() * each.repeats;
}

std::vector<std::int64_t> Sweep::shape() const {
  std::vector<std::int64_t> shape;
  if (design != Design::grid) return shape;
  for (const SweepAxis& axis : axes_)
    shape.push_back(axis.size());
  if (!conditions.empty()) shape.push_back(settings());
  if (each.repeats > 1) shape.push_back(each.repeats);
  return shape;
}

std::vector<analysis::Axis> Sweep::grid() const {
  std::vector<analysis::Axis> grid;
  if (design != Design::grid) return grid;
  for (const SweepAxis& axis : axes_) {
    const SweptPath& first = axis.paths.front();
    analysis::Axis& along = grid.emplace_back();
    along.name = name_of(axis);
    if (axis.paths.size() == 1) along.unit = first.unit;
    if (axis.paths.size() == 1 && !first.text()) {
      along.values = first.numbers;
      continue;
    }
    for (std::size_t k = 0; k < first.values.size(); ++k)
      along.texts.push_back(joined(axis, k));
  }
  if (!conditions.empty()) {
    analysis::Axis& along = grid.emplace_back();
    along.name = "condition";
    for (const SweptCondition& condition : conditions)
      along.texts.push_back(condition.name);
  }
  if (each.repeats > 1) {
    analysis::Axis& along = grid.emplace_back();
    along.name = "repeat";
    for (int repeat = 0; repeat < each.repeats; ++repeat)
      along.values.push_back(repeat);
  }
  return grid;
}

std::vector<const SweptPath*> Sweep::paths() const {
  std::vector<const SweptPath*> paths;
  for (const SweepAxis& axis : axes_) {
    for (const SweptPath& path : axis.paths)
      paths.push_back(&path);
  }
  return paths;
}

std::vector<Cell> Sweep::point(std::int64_t number) const {
  std::vector<Cell> cells;
  if (points_) {
    const optimise::Vector values = points_->space.decode(points_->unit.row(number).transpose());
    for (optimise::Index i = 0; i < values.size(); ++i) {
      const optimise::Variable& variable = points_->space.variables()[static_cast<std::size_t>(i)];
      const SearchedValue searched{variable, variable.choices};
      const std::string text = searched.text(values[i]);
      cells.push_back(variable.choices.empty() ? Cell{text, values[i]} : Cell{text});
    }
    return cells;
  }
  std::int64_t stride = points();
  for (const SweepAxis& axis : axes_) {
    stride /= axis.size();
    const auto k = static_cast<std::size_t>(number / stride % axis.size());
    for (const SweptPath& path : axis.paths)
      cells.push_back(path.text() ? Cell{path.values[k]} : Cell{path.values[k], path.numbers[k]});
  }
  return cells;
}

std::int64_t Sweep::in_condition(std::int64_t number, std::size_t other) const {
  return number +
         (static_cast<std::int64_t>(other) - static_cast<std::int64_t>(condition(number))) *
             each.repeats;
}

Place Sweep::place(std::int64_t point) const {
  if (points_) return place_of(points_->space, points_->unit.row(point).transpose());
  Place place;
  std::int64_t stride = points();
  for (const SweepAxis& axis : axes_) {
    stride /= axis.size();
    const std::int64_t k = point / stride % axis.size();
    bool counted = false;
    for (const SweptPath& path : axis.paths) {
      if (path.text()) {
        place.kind += path.values[static_cast<std::size_t>(k)] + "\n";
      } else if (design == Design::table) {
        place.at.push_back(path.numbers[static_cast<std::size_t>(k)]);
      } else if (!std::exchange(counted, true)) {
        place.at.push_back(static_cast<double>(k) / static_cast<double>(axis.size() - 1));
      }
    }
  }
  return place;
}

std::vector<Place> Sweep::places() const {
  std::vector<Place> places;
  for (std::int64_t k = 0; k < points() * settings(); ++k) {
    places.push_back(place(k / settings()));
    if (!conditions.empty())
      places.back().kind += conditions[static_cast<std::size_t>(k % settings())].name;
  }
  if (design != Design::table || places.empty()) return places;
  for (std::size_t i = 0; i < places.front().at.size(); ++i) {
    const auto less = [i](const Place& a, const Place& b) { return a.at[i] < b.at[i]; };
    const auto [first, last] = std::minmax_element(places.begin(), places.end(), less);
    const double low = first->at[i], range = last->at[i] - low;
    for (Place& place : places)
      place.at[i] = range > 0.0 ? (place.at[i] - low) / range : 0.0;
  }
  return places;
}

std::uint64_t Sweep::seed(std::int64_t number) const {
  const auto repeat = static_cast<int>(number % each.repeats);
  if (each.random_numbers == RandomNumbers::common) return seed_of(study_seed_, repeat);
  return seed_of(study_seed_, repeat, static_cast<std::uint64_t>(point_of(number)));
}

bool Sweep::seeded() const {
  return each.repeats > 1 || each.random_numbers == RandomNumbers::independent;
}

std::vector<Change> Sweep::changes(std::int64_t number) const {
  const std::vector<Cell> cells = point(point_of(number));
  const std::vector<const SweptPath*> all = paths();
  std::vector<Change> changes;
  for (std::size_t i = 0; i < all.size(); ++i)
    changes.push_back({all[i]->path, cells[i].text});
  if (!conditions.empty()) {
    const std::vector<Change>& set = conditions[condition(number)].set;
    changes.insert(changes.end(), set.begin(), set.end());
  }
  if (seeded()) changes.push_back({"seed", fmt::format("{}", seed(number))});
  return changes;
}

std::vector<Column> Sweep::columns() const {
  std::vector<Column> columns;
  const std::vector<const SweptPath*> all = paths();
  for (std::size_t i = 0; i < all.size(); ++i) {
    const bool text = points_ ? !points_->space.variables()[i].choices.empty() : all[i]->text();
    columns.push_back({all[i]->path, text ? "" : all[i]->unit, text, "varied"});
    if (points_ && !text) set_bounds(points_->space.variables()[i], columns.back());
  }
  const auto add = [&](const char* name, bool text, const char* meaning) {
    columns.push_back({name, text ? "" : "1", text, meaning, ColumnOf::design});
  };
  if (!conditions.empty()) add("condition", true, "of the fit");
  if (each.repeats > 1) add("repeat", false, "from 0");
  if (seeded()) add("seed", true, "of the simulation");
  if (design != Design::morris) return columns;
  add("trajectory", false, "of the design, from 0");
  add("changed", true, "what changed since the candidate before");
  return columns;
}

std::vector<Cell> Sweep::cells(std::int64_t number) const {
  std::vector<Cell> cells = point(point_of(number));
  if (!conditions.empty()) cells.push_back({conditions[condition(number)].name});
  if (each.repeats > 1) cells.push_back(number_cell(static_cast<double>(number % each.repeats)));
  if (seeded()) cells.push_back({fmt::format("{}", seed(number))});
  if (design != Design::morris) return cells;
  const MorrisStep step = morris(number);
  cells.push_back(number_cell(static_cast<double>(step.trajectory)));
  cells.push_back({step.changed < 0 ? "" : paths()[static_cast<std::size_t>(step.changed)]->path});
  return cells;
}

MorrisStep Sweep::morris(std::int64_t number) const {
  return points_->steps.at(static_cast<std::size_t>(point_of(number)));
}

std::string Sweep::table() const {
  std::string text;
  for (const SweepAxis& axis : axes_) {
    if (points_) break;
    for (const SweptPath& path : axis.paths)
      text += fmt::format("{:<32} {}\n", path.path, values_text(path));
  }
  std::vector<std::string> units;
  for (const SweptPath* path : paths())
    units.push_back(path->unit);
  if (points_) text = table_of(points_->space, units, false);
  const std::vector<std::int64_t> sizes = shape();
  const std::string how = sizes.size() > 1 ? fmt::format(" {}", fmt::join(sizes, " x ")) : "";
  text += fmt::format("{} candidates: {}{}", size(), core::word_of(design), how);
  if (each.repeats > 1)
    text += fmt::format(", {} repeats with {} random numbers", each.repeats,
                        core::word_of(each.random_numbers));
  if (!conditions.empty()) text += fmt::format(", in each of {} conditions", conditions.size());
  if (each.tune_inhibition) text += ", inhibition tuned in each";
  return text + (each.tune_from == TuneFrom::neighbour ? " from its neighbour\n" : "\n");
}

}  // namespace arcuate::io
