#include "arcuate/model/describe.hpp"
#include "arcuate/model/limits.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>
#include <vector>

namespace arcuate::model {
namespace {

using Row = std::vector<std::string>;

/// A part of a page. The first column holds names.
struct Table {
  std::string title;
  Row header;
  std::vector<Row> rows;
};

std::string interval(double low, double high) {
  return fmt::format("{} .. {}", low, high);
}

std::string bounds(const StateInfo& state) {
  const bool below = state.lower != -unbounded;
  const bool above = state.upper != unbounded;
  if (below && above) return interval(state.lower, state.upper);
  if (below) return fmt::format(">= {}", state.lower);
  return above ? fmt::format("<= {}", state.upper) : "";
}

/// Beyond it a simulation has diverged.
std::string plausible(const StateInfo& state) {
  const auto [low, high] = plausible_range(state);
  return low == -unbounded ? "any" : fmt::format("{:.3g} .. {:.3g}", low, high);
}

Table states_of(const ModelInfo& info) {
  Table table{"States", {"name", "unit", "initial", "usual", "bounds", "plausible", "meaning"}, {}};
  for (const auto& s : info.states) {
    table.rows.push_back({std::string(s.name), std::string(s.unit), fmt::format("{}", s.initial),
                          interval(s.range.low, s.range.high), bounds(s), plausible(s),
                          std::string(s.meaning) + (s.assigned ? ", not integrated" : "")});
  }
  return table;
}

Table parameters_of(const ModelInfo& info) {
  Table table{"Parameters", {"name", "unit", "default", "usual", "allowed", "meaning"}, {}};
  for (const auto& p : info.parameters) {
    table.rows.push_back({std::string(p.name), std::string(p.unit), fmt::format("{}", p.value),
                          interval(p.range.low, p.range.high),
                          std::string(allowed_text(takes_of(p))), std::string(p.meaning)});
  }
  return table;
}

Table inputs_of(const ModelInfo& info) {
  Table table{"Inputs", {"name", "unit", "source", "gate", "meaning"}, {}};
  for (const auto& i : info.inputs) {
    table.rows.push_back({std::string(i.name), std::string(i.unit), std::string(i.source),
                          std::string(i.gate), std::string(i.meaning)});
  }
  return table;
}

Table observables_of(const ModelInfo& info) {
  Table table{"Observables", {"name", "unit", "uses input", "meaning"}, {}};
  for (const auto& o : info.observables) {
    table.rows.push_back({std::string(o.name), std::string(o.unit), o.uses_input ? "yes" : "no",
                          std::string(o.meaning)});
  }
  return table;
}

/// "a = 1, b = 0"
std::string values_of(const PresetInfo& preset) {
  std::string text;
  for (const PresetValue& given : preset.values)
    text += fmt::format("{}{} = {}", text.empty() ? "" : ", ", given.parameter, given.value);
  return text;
}

Table presets_of(const ModelInfo& info) {
  Table table{"Presets", {"name", "values", "meaning"}, {}};
  for (const auto& p : info.presets)
    table.rows.push_back({std::string(p.name), values_of(p), std::string(p.meaning)});
  return table;
}

Table inhibition_of(const ModelInfo& info) {
  Table table{"Feedback inhibition control",
              {"weight", "holds", "excitatory state", "inhibitory state", "slope of the heuristic"},
              {}};
  const FicInfo& fic = info.fic;
  if (!fic.parameter.empty()) {
    table.rows.push_back({std::string(fic.parameter), std::string(fic.rate),
                          std::string(fic.excitatory), std::string(fic.inhibitory),
                          fmt::format("{}", fic.slope)});
  }
  return table;
}

Table delayed_of(const ModelInfo& info) {
  Table table{"Delayed values", {"name", "of", "delay", "meaning"}, {}};
  for (const auto& d : info.delayed) {
    table.rows.push_back(
        {std::string(d.name), std::string(d.source), std::string(d.delay), std::string(d.meaning)});
  }
  return table;
}

Table looked_up_by(const ModelInfo& info) {
  Table table{"Table", {"name", "unit", "points", "meaning"}, {}};
  if (info.table.columns.empty()) return table;
  for (const auto& axis : {info.table.x, info.table.y}) {
    table.rows.push_back({std::string(axis.name), std::string(axis.unit),
                          fmt::format("{}, {}", axis.points, interval(axis.low, axis.high)),
                          "axis"});
  }
  for (const auto& c : info.table.columns)
    table.rows.push_back({std::string(c.name), std::string(c.unit), "", std::string(c.meaning)});
  return table;
}

/// The tables of a page. Empty tables are left out.
std::vector<Table> tables_of(const ModelInfo& info) {
  std::vector<Table> tables{states_of(info),     parameters_of(info),  inputs_of(info),
                            delayed_of(info),    observables_of(info), presets_of(info),
                            inhibition_of(info), looked_up_by(info)};
  std::erase_if(tables, [](const Table& table) { return table.rows.empty(); });
  return tables;
}

std::string padded(std::string_view text, std::size_t width) {
  std::string result(text);
  if (result.size() < width) result.resize(width, ' ');
  return result;
}

std::string aligned(const Table& table) {
  std::vector<std::size_t> width(table.header.size());
  const auto widen = [&](const Row& row) {
    for (std::size_t c = 0; c < row.size(); ++c)
      width[c] = std::max(width[c], row[c].size());
  };
  widen(table.header);
  std::for_each(table.rows.begin(), table.rows.end(), widen);
  const auto line = [&](const Row& row) {
    std::string text = "  ";
    for (std::size_t c = 0; c + 1 < row.size(); ++c) {
      text += padded(row[c], width[c] + 2);
    }
    return text + row.back() + "\n";
  };
  std::string text = fmt::format("{}\n{}", table.title, line(table.header));
  for (const Row& row : table.rows)
    text += line(row);
  return text;
}

std::string markdown_row(const Row& row) {
  std::string text = "|";
  for (const std::string& cell : row)
    text += fmt::format(" {} |", cell);
  return text + "\n";
}

std::string markdown_of(const Table& table) {
  std::string text = fmt::format("## {}\n\n{}|", table.title, markdown_row(table.header));
  for (std::size_t c = 0; c < table.header.size(); ++c)
    text += "---|";
  text += "\n";
  for (Row row : table.rows) {
    row.front() = fmt::format("`{}`", row.front());
    text += markdown_row(row);
  }
  return text;
}

/// Words in lines of at most `columns` characters, each line after `indent`.
std::string wrapped(std::string_view text, std::size_t columns, std::string_view indent) {
  std::istringstream words{std::string(text)};
  std::string result, line, word;
  while (words >> word) {
    if (!line.empty() && indent.size() + line.size() + 1 + word.size() > columns) {
      result += fmt::format("{}{}\n", indent, line);
      line.clear();
    }
    if (!line.empty()) line += ' ';
    line += word;
  }
  return line.empty() ? result : result + fmt::format("{}{}\n", indent, line);
}

std::string indented(std::string_view lines) {
  std::istringstream input{std::string(lines)};
  std::string text, line;
  while (std::getline(input, line))
    text += fmt::format("  {}\n", line);
  return text;
}

template <class Rows>
std::string names_of(const Rows& rows) {
  std::string text;
  for (const auto& row : rows)
    text.append(text.empty() ? "" : ", ").append(row.name);
  return text;
}

/// The categories in the order in which the catalogue first names them.
std::vector<std::string_view> categories() {
  std::vector<std::string_view> names;
  for (const Entry* entry : catalogue()) {
    if (std::find(names.begin(), names.end(), entry->info.category) == names.end()) {
      names.push_back(entry->info.category);
    }
  }
  return names;
}

}  // namespace

std::string index() {
  std::size_t widest = 0;
  for (const Entry* entry : catalogue())
    widest = std::max(widest, entry->info.name.size());
  std::string text;
  for (const auto category : categories()) {
    text += fmt::format("{}{}\n", text.empty() ? "" : "\n", category);
    for (const Entry* entry : catalogue()) {
      if (entry->info.category != category) continue;
      text += fmt::format("  {}{}\n", padded(entry->info.name, widest + 2), entry->info.title);
    }
  }
  return text;
}

std::string describe(const Entry& entry) {
  const ModelInfo& info = entry.info;
  std::string text = fmt::format("{}: {} ({})\n\nEquations, time in {}\n{}", info.name, info.title,
                                 info.category, info.time_unit_name, indented(info.equations));
  for (const Table& table : tables_of(info))
    text += fmt::format("\n{}", aligned(table));
  text += fmt::format("\nReference\n{}", wrapped(info.reference, 100, "  "));
  if (!info.notes.empty()) text += fmt::format("\nNotes\n{}", wrapped(info.notes, 100, "  "));
  return text;
}

std::string markdown_index() {
  std::string text =
      "# Models\n\n"
      "Generated by `arcuate models --markdown docs/models`, as are the pages and pictures; all "
      "comes "
      "from the models'\nheaders in `include/arcuate/model/catalogue`. A model that is not here: "
      "[make "
      "your own](../tutorial-own-model.md).\n";
  for (const auto category : categories()) {
    text +=
        fmt::format("\n## {}\n\n| model | is | states | presets |\n|---|---|---|---|\n", category);
    for (const Entry* entry : catalogue()) {
      const ModelInfo& info = entry->info;
      if (info.category != category) continue;
      text += fmt::format("| [{0}]({0}.md) | {1} | {2} | {3} |\n", info.name, info.title,
                          names_of(info.states), names_of(info.presets));
    }
  }
  return text;
}

std::string markdown(const Entry& entry) {
  const ModelInfo& info = entry.info;
  std::string text =
      fmt::format("# {}\n\n{} ({}).\n\n## Equations\n\nTime in {}.\n\n```\n{}\n```\n", info.name,
                  info.title, info.category, info.time_unit_name, info.equations);
  text += fmt::format("\n![Time series of {0}]({0}.svg)\n", info.name);
  for (const Table& table : tables_of(info))
    text += fmt::format("\n{}", markdown_of(table));
  text += fmt::format("\n## Reference\n\n{}", wrapped(info.reference, 100, ""));
  if (!info.notes.empty()) text += fmt::format("\n## Notes\n\n{}", wrapped(info.notes, 100, ""));
  return text;
}

}  // namespace arcuate::model
