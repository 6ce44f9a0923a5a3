#include <fmt/format.h>

#include <algorithm>

#include "arcuate/core/error.hpp"
#include "values.hpp"

namespace arcuate::io {
namespace {

/// Cells between commas; a cell in double quotes may have commas, and quotes written twice.
std::vector<std::string> cells_of(std::string_view line, const std::string& begin) {
  std::vector<std::string> cells(1);
  bool quoted = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (c == '"' && quoted && i + 1 < line.size() && line[i + 1] == '"') {
      cells.back() += line[++i];
    } else if (c == '"') {
      quoted = !quoted;
    } else if (c == ',' && !quoted) {
      cells.emplace_back();
    } else {
      cells.back() += c;
    }
  }
  if (quoted) throw ConfigError(begin + "a quote is not closed");
  for (std::string& cell : cells) {
    const std::size_t first = cell.find_first_not_of(" \t");
    const std::size_t last = cell.find_last_not_of(" \t");
    cell = first == std::string::npos ? "" : cell.substr(first, last - first + 1);
  }
  return cells;
}

struct Row {
  int line = 0;
  std::vector<std::string> cells;
};

std::vector<Row> rows_of(const std::string& file) {
  const std::string text = yaml::read_text(file);
  std::vector<Row> rows;
  int line = 0;
  for (std::size_t at = text.starts_with("\xEF\xBB\xBF") ? 3 : 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    std::string_view content = std::string_view(text).substr(at, end - at);
    if (content.ends_with('\r')) content.remove_suffix(1);
    at = end + 1;
    ++line;
    if (content.find_first_not_of(" \t") == std::string_view::npos || content.starts_with('#'))
      continue;
    rows.push_back({line, cells_of(content, fmt::format("{}:{}: ", file, line))});
  }
  return rows;
}

/// The header as paths, with the checks of paths.
std::vector<PathEntry> header_of(const Context& context, const Row& row, const std::string& file) {
  yaml::Document document;
  document.path = file;
  document.root = yaml::map();
  for (const std::string& cell : row.cells) {
    const std::string begin = fmt::format("{}:{}: ", file, row.line);
    if (cell.empty()) throw ConfigError(begin + "a column has no name (expected: a path)");
    if (document.root.find(cell) != nullptr)
      throw ConfigError(begin + fmt::format("two columns are called '{}'", cell));
    yaml::Node value = yaml::scalar("0");
    value.line = row.line;
    document.root.set(cell, std::move(value));
  }
  const Context columns{context.study, document, {}};
  std::vector<PathEntry> entries = path_entries(columns, document.root, "column", {}, {});
  check_distinct(entries);
  return entries;
}

std::vector<SweptPath> columns_of(const Context& context, const std::string& file) {
  const std::vector<Row> rows = rows_of(file);
  if (rows.size() < 2)
    throw ConfigError(
        fmt::format("{}: expected a header of paths and a row for each "
                    "candidate, not {} line(s)",
                    file, rows.size()));
  const std::vector<PathEntry> header = header_of(context, rows.front(), file);
  std::vector<SweptPath> columns;
  for (const PathEntry& entry : header)
    columns.push_back({entry.path, entry.place, entry.info.unit, {}, {}});
  for (std::size_t k = 1; k < rows.size(); ++k) {
    const Row& row = rows[k];
    const std::string begin = fmt::format("{}:{}: ", file, row.line);
    if (row.cells.size() != header.size())
      throw ConfigError(begin + fmt::format("{} cells: expected {}, as the header has",
                                            row.cells.size(), header.size()));
    for (std::size_t i = 0; i < row.cells.size(); ++i) {
      if (row.cells[i].empty())
        throw ConfigError(begin + fmt::format("{}: an empty cell", header[i].path));
      columns[i].values.push_back(row.cells[i]);
      columns[i].places.push_back(begin + header[i].path + ": ");
    }
  }
  for (std::size_t i = 0; i < columns.size(); ++i)
    add_numbers(header[i].info, columns[i]);
  return columns;
}

}  // namespace

std::vector<SweptPath> read_candidate_table(const Context& context, const std::string& file,
                                            const std::string& place) {
  try {
    std::vector<SweptPath> columns = columns_of(context, file);
    for (SweptPath& column : columns) {
      column.place = place + column.place;
      for (std::string& one : column.places)
        one.insert(0, place);
    }
    return columns;
  } catch (const ConfigError& error) {
    throw ConfigError(place + error.what());
  }
}

}  // namespace arcuate::io
