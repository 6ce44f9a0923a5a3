#include <algorithm>
#include <cctype>
#include <cmath>
#include <map>

#include "arcuate/io/recorded_run.hpp"
#include "array_figure.hpp"
#include "math.hpp"
#include "studied.hpp"
#include "words.hpp"

namespace arcuate::report {
namespace {

using Json = nlohmann::ordered_json;
using Role = io::ColumnRole;

constexpr std::size_t most_candidates = 3000;
constexpr std::size_t most_cells_shown = 120000;
constexpr std::size_t most_listed_columns = 40;
constexpr std::size_t most_reasons = 30;
constexpr std::size_t most_numbers = 8;
constexpr std::size_t most_arrays = 12;

/// Of those that have ended half of the room for the best, half for every so many of all, in the
/// order of their numbers.
std::vector<std::size_t> shown_of(const Studied& studied, const std::vector<std::size_t>& ended,
                                  std::size_t room) {
  if (ended.size() <= room) return ended;
  const std::size_t half = std::min(room / 2, studied.ranked().size());
  std::vector<std::size_t> shown(studied.ranked().begin(),
                                 studied.ranked().begin() + static_cast<std::ptrdiff_t>(half));
  for (const std::size_t k : io::spread(ended.size(), room - half))
    shown.push_back(ended[k]);
  std::sort(shown.begin(), shown.end());
  shown.erase(std::unique(shown.begin(), shown.end()), shown.end());
  return shown;
}

/// The numbers of a column, or the numbers of its words.
Json column_json(const io::ResultColumn& column, const std::vector<std::size_t>& shown) {
  Json json{{"name", column.name}, {"unit", column.unit}};
  if (!column.meaning.empty()) json["meaning"] = column.meaning;
  if (!column.text()) {
    const auto [low, high] = bounds_of(column);
    json["scale"] = column.scale;
    json["low"] = number_json(low);
    json["high"] = number_json(high);
  }
  Json values = Json::array(), words = Json::array();
  std::map<std::string, std::size_t> known;
  for (const std::size_t k : shown) {
    if (!column.text()) {
      values.push_back(number_json(column.numbers[k]));
      continue;
    }
    const auto [at, fresh] = known.emplace(column.texts[k], known.size());
    if (fresh) words.push_back(column.texts[k]);
    values.push_back(at->second);
  }
  if (column.text()) json["words"] = words;
  json["values"] = values;
  return json;
}

Json columns_json(const std::vector<const io::ResultColumn*>& columns,
                  const std::vector<std::size_t>& shown) {
  Json all = Json::array();
  for (const io::ResultColumn* one : columns) {
    if (all.size() == most_listed_columns) break;
    all.push_back(column_json(*one, shown));
  }
  return all;
}

/// Names beyond those that are shown.
Json rest_of(const std::vector<const io::ResultColumn*>& columns) {
  Json names = Json::array();
  for (std::size_t c = most_listed_columns; c < columns.size(); ++c)
    names.push_back(columns[c]->name);
  return names;
}

/// A reason without its numbers: what many candidates failed of.
std::string kind_of(const std::string& reason) {
  const auto digit = [&](std::size_t at) {
    return at < reason.size() && std::isdigit(static_cast<unsigned char>(reason[at])) != 0;
  };
  const auto is_one_of = [&](std::size_t at, std::string_view letters) {
    return at < reason.size() && letters.find(reason[at]) != std::string_view::npos;
  };
  std::string kind;
  for (std::size_t at = 0; at < reason.size();) {
    const bool sign = reason[at] == '-' && digit(at + 1);
    if (!digit(at) && !sign) {
      kind += reason[at++];
      continue;
    }
    kind += '#';
    for (++at; digit(at) || (is_one_of(at, ".e+-") && digit(at + 1)) ||
               (is_one_of(at, "e") && is_one_of(at + 1, "+-") && digit(at + 2));)
      ++at;
  }
  return kind;
}

Json value_json(const io::ResultColumn& column, std::size_t candidate) {
  Json json{{"name", column.name}, {"unit", column.unit}};
  if (!column.meaning.empty()) json["meaning"] = column.meaning;
  if (column.text()) {
    json["value"] = column.texts[candidate];
    return json;
  }
  const double value = column.numbers[candidate];
  json["value"] = std::isfinite(value) ? Json(value) : Json();
  if (column.low < column.high) {
    json["low"] = number_json(column.low);
    json["high"] = number_json(column.high);
    json["place"] = number_json(place_of(value, column.scale, column.low, column.high));
  }
  return json;
}

Json along_of(const analysis::Axis& axis, const std::vector<std::size_t>& places) {
  Json json = Json::array();
  for (const std::size_t k : places) {
    if (k < axis.texts.size()) {
      json.push_back(axis.texts[k]);
    } else {
      json.push_back(k < axis.values.size() ? number_json(axis.values[k]) : Json());
    }
  }
  return json;
}

Json figure_of(const io::ResultArray& array, const std::vector<double>& values) {
  Json json{{"feature", array.feature},
            {"name", array.name},
            {"unit", typeset_unit(array.unit)},
            {"meaning", ""},
            {"axes", Json::array()},
            {"axis_units", Json::array()},
            {"shape", Json::array()}};
  std::vector<std::size_t> shape;
  for (const analysis::Axis& axis : array.axes) {
    shape.push_back(std::max(axis.values.size(), axis.texts.size()));
    json["axes"].push_back(axis.name);
    json["axis_units"].push_back(typeset_unit(axis.unit));
    json["shape"].push_back(shape.back());
  }
  add_array_figure(
      values, shape,
      [&](std::size_t axis, const auto& places) { return along_of(array.axes[axis], places); },
      Colours::values, json);
  return json;
}

/// Arrays of one or two dimensions of a candidate.
Json figures_of(const Studied& studied, std::size_t candidate) {
  Json all = Json::array();
  for (const io::ResultArray& array : studied.table().arrays) {
    if (all.size() == most_arrays) break;
    if (array.axes.empty() || array.axes.size() > 2) continue;
    std::size_t size = 1;
    for (const analysis::Axis& axis : array.axes)
      size *= std::max(axis.values.size(), axis.texts.size());
    const std::vector<double> values = array.values(candidate);
    const bool some = std::any_of(values.begin(), values.end(),
                                  [](double value) { return std::isfinite(value); });
    if (some && values.size() == size && size > 1) all.push_back(figure_of(array, values));
  }
  return all;
}

}  // namespace

nlohmann::ordered_json candidates_chart(const Studied& studied) {
  const std::size_t columns = std::min(studied.parameters().size(), most_listed_columns) +
                              std::min(studied.quantities().size(), most_listed_columns) + 4;
  const std::vector<std::size_t> ended = studied.ended();
  const std::vector<std::size_t> shown = shown_of(
      studied, ended, std::clamp<std::size_t>(most_cells_shown / columns, 300, most_candidates));
  Json json{{"total", ended.size()}, {"shown", shown.size()}, {"number", Json::array()}};
  Json islands = Json::array(), status = Json::array(), words = Json::array();
  std::map<std::string, std::size_t> known;
  for (const std::size_t k : shown) {
    json["number"].push_back(studied.number(k));
    islands.push_back(studied.island(k));
    const auto [at, fresh] = known.emplace(studied.status(k), known.size());
    if (fresh) words.push_back(studied.status(k));
    status.push_back(at->second);
  }
  json["status"] = {{"words", words}, {"values", status}};
  json["island"] = islands;
  json["parameters"] = columns_json(studied.parameters(), shown);
  json["parameters_left"] = rest_of(studied.parameters());
  json["quantities"] = columns_json(studied.quantities(), shown);
  json["quantities_left"] = rest_of(studied.quantities());
  json["seconds"] = column_json(*io::find_column(studied.table().columns, "seconds"), shown);
  json["minimised"] = studied.loss() != nullptr;
  return json;
}

nlohmann::ordered_json best_chart(const Studied& studied,
                                  const std::vector<compare::NumberBeside>& numbers) {
  const std::size_t best = studied.best();
  if (best >= studied.size()) return nullptr;
  Json json{{"number", studied.number(best)},
            {"loss", studied.loss() == nullptr ? Json() : Json(studied.loss()->numbers[best])}};
  const auto values = [&](std::initializer_list<Role> roles) {
    Json all = Json::array();
    for (const io::ResultColumn& column : studied.table().columns) {
      const bool asked = std::find(roles.begin(), roles.end(), column.role) != roles.end();
      const bool there = column.text() || std::isfinite(column.numbers[best]);
      if (asked && there && all.size() < 10 * most_listed_columns)
        all.push_back(value_json(column, best));
    }
    return all;
  };
  json["parameters"] = values({Role::parameter, Role::derived});
  json["terms"] = values({Role::loss, Role::term, Role::check});
  json["features"] = values({Role::feature});
  json["design"] = values({Role::design});
  json["arrays"] = figures_of(studied, best);
  json["beside"] = Json::array();
  for (const compare::NumberBeside& one : numbers)
    json["beside"].push_back({{"name", one.name},
                              {"unit", one.unit},
                              {"value", number_json(one.value)},
                              {"target", number_json(one.target)}});
  return json;
}

nlohmann::ordered_json failures_chart(const Studied& studied) {
  std::map<std::string, std::vector<std::size_t>> kinds;
  for (std::size_t k = 0; k < studied.size(); ++k) {
    if (studied.failed(k))
      kinds[studied.status(k) + "\n" + kind_of(studied.reason(k))].push_back(k);
  }
  std::vector<const std::vector<std::size_t>*> groups;
  for (const auto& [kind, members] : kinds)
    groups.push_back(&members);
  std::stable_sort(groups.begin(), groups.end(),
                   [](const auto* a, const auto* b) { return a->size() > b->size(); });
  Json all = Json::array();
  for (const std::vector<std::size_t>* members : groups) {
    if (all.size() == most_reasons) break;
    Json numbers = Json::array();
    for (std::size_t m = 0; m < std::min(members->size(), most_numbers); ++m)
      numbers.push_back(studied.number((*members)[m]));
    all.push_back({{"ending", studied.status(members->front())},
                   {"reason", studied.reason(members->front())},
                   {"count", members->size()},
                   {"numbers", numbers}});
  }
  return {{"kinds", all}, {"total", groups.size()}};
}

}  // namespace arcuate::report
