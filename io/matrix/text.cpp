#include "text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <nlohmann/json.hpp>

#include "arcuate/core/error.hpp"

namespace arcuate::io::matrix {
namespace {

constexpr std::string_view blanks = " \t\r\f\v";

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

/// The end of the cell that begins at `at`, outside quotes.
std::size_t cell_end(std::string_view line, std::size_t at, char separator) {
  bool quoted = false;
  for (; at < line.size(); ++at) {
    if (line[at] == '"') quoted = !quoted;
    const bool separates =
        separator == ' ' ? blanks.find(line[at]) != std::string_view::npos : line[at] == separator;
    if (separates && !quoted) break;
  }
  return at;
}

std::string unquoted(std::string_view cell) {
  cell = trimmed(cell);
  if (cell.size() < 2 || cell.front() != '"' || cell.back() != '"') return std::string(cell);
  std::string text;
  for (std::size_t k = 1; k + 1 < cell.size(); ++k) {
    text += cell[k];
    if (cell[k] == '"' && cell[k + 1] == '"' && k + 2 < cell.size()) ++k;
  }
  return text;
}

[[noreturn]] void not_a_number(const std::string& name, GlobalIndex row, std::size_t column,
                               std::int64_t line, const std::string& cell) {
  const bool comma = cell.find(',') != std::string::npos;
  const char* hint = comma          ? " (decimal commas are not read: use a point)"
                     : cell.empty() ? " (the cell is empty)"
                                    : "";
  throw DataError(fmt::format("{}: row {}, column {} (line {}): '{}' is not a number{}", name, row,
                              column, line, cell, hint));
}

/// Numbers of one line appended to `values`; the fast path does not build cells.
void parse_cells(const std::string& name, GlobalIndex row, std::int64_t line_number,
                 std::string_view line, char separator, bool skip_first,
                 std::vector<double>& values, std::string& first) {
  std::size_t at = 0;
  std::size_t column = 0;
  while (at <= line.size()) {
    if (separator == ' ') {
      at = line.find_first_not_of(blanks, at);
      if (at == std::string_view::npos) break;
    }
    const std::size_t end = cell_end(line, at, separator);
    const std::string_view cell = trimmed(line.substr(at, end - at));
    at = end + 1;
    if (skip_first && column++ == 0) {
      first = unquoted(cell);
      continue;
    }
    auto number = parse_number(cell);
    if (!number && !cell.empty() && cell.front() == '"') number = parse_number(unquoted(cell));
    if (!number) {
      not_a_number(name, row, values.size() + 1, line_number, std::string(cell));
    }
    values.push_back(*number);
  }
}

/// A name has a letter or is not ASCII; "0,5" or "-" is a number gone wrong.
bool is_name(const std::string& cell) {
  return !parse_number(cell) && std::any_of(cell.begin(), cell.end(), [](char c) {
    return std::isalpha(static_cast<unsigned char>(c)) != 0 || static_cast<unsigned char>(c) > 127;
  });
}

/// Whether the first line holds labels: every cell but a corner is text, or the corner is empty.
bool is_header(const std::vector<std::string>& cells) {
  if (cells.size() > 1 && cells.front().empty()) return true;
  return cells.size() > 1 ? std::all_of(cells.begin() + 1, cells.end(), is_name) && cells.size() > 2
                          : is_name(cells.front());
}

/// Reads a dense matrix line by line; header row and label column are recognised on the first
/// lines.
class MatrixText {
 public:
  MatrixText(Source& source, Content content, const Sparse* pattern)
      : name_(source.name()), lines_(source), collector_(source.name(), content, pattern) {}

  TextMatrix read() {
    std::string line;
    while (next_data_line(lines_, line)) {
      if (separator_ == 0) separator_ = separator_of(line);
      if (rows_ == 0 && header_.empty() && begin(line)) continue;
      add(line);
    }
    TextMatrix result{collector_.finish(), {}};
    result.labels = labels(static_cast<std::size_t>(result.matrix.rows()));
    return result;
  }

 private:
  /// True when the line is the header.
  bool begin(const std::string& line) {
    std::vector<std::string> cells = split_cells(line);
    if (is_header(cells)) {
      header_ = std::move(cells);
      return true;
    }
    return false;
  }

  void add(const std::string& line) {
    if (rows_ == 0) {
      const std::vector<std::string> cells = split_cells(line);
      label_column_ = cells.size() > 1 &&
                      (is_name(cells.front()) || (!header_.empty() && header_.front().empty()));
    }
    values_.clear();
    std::string first;
    std::string_view text = line;
    if (separator_ == ' ') text = trimmed(text);
    parse_cells(name_, ++rows_, lines_.number(), text, separator_, label_column_, values_, first);
    if (label_column_) column_labels_.push_back(first);
    collector_.add(values_);
  }

  std::vector<std::string> labels(std::size_t regions) {
    if (header_.size() == regions + 1) header_.erase(header_.begin());
    if (!header_.empty() && header_.size() != regions) {
      throw DataError(fmt::format("{}: the header row has {} labels: expected {}", name_,
                                  header_.size(), regions));
    }
    if (!header_.empty() && !column_labels_.empty() && header_ != column_labels_) {
      const auto differs = std::mismatch(header_.begin(), header_.end(), column_labels_.begin(),
                                         column_labels_.end());
      throw DataError(
          fmt::format("{}: region {} is '{}' in the header row and '{}' in the label column: "
                      "expected the same order",
                      name_, differs.first - header_.begin() + 1, *differs.first, *differs.second));
    }
    return header_.empty() ? column_labels_ : header_;
  }

  std::string name_;
  Lines lines_;
  RowCollector collector_;
  char separator_ = 0;
  bool label_column_ = false;
  GlobalIndex rows_ = 0;
  std::vector<double> values_;
  std::vector<std::string> header_;
  std::vector<std::string> column_labels_;
};

std::vector<std::string> json_labels(const std::string& name, const std::string& text) {
  const auto json = nlohmann::json::parse(text, nullptr, false);
  if (!json.is_array()) throw DataError(fmt::format("{}: expected a JSON list of strings", name));
  std::vector<std::string> labels;
  for (const auto& item : json) {
    if (!item.is_string()) {
      throw DataError(fmt::format("{}: item {}: {} is not a string: expected a list of strings",
                                  name, labels.size() + 1, item.dump()));
    }
    labels.push_back(item.get<std::string>());
  }
  return labels;
}

}  // namespace

std::optional<double> parse_number(std::string_view text) {
  if (!text.empty() && text.front() == '+') text.remove_prefix(1);
  double value = 0.0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (end != text.data() + text.size() || text.empty()) return std::nullopt;
  // Too small to represent is 0 for every other reader; too large is not a number anybody meant.
  if (error == std::errc::result_out_of_range) {
    return std::strtod(std::string(text).c_str(), nullptr);
  }
  if (error != std::errc{}) return std::nullopt;
  return value;
}

/// What is between quotes separates nothing.
char separator_of(std::string_view line) {
  line = trimmed(line);
  for (char candidate : {';', '\t', ','}) {
    bool quoted = false;
    for (const char c : line) {
      if (c == '"') quoted = !quoted;
      if (c == candidate && !quoted) return candidate;
    }
  }
  return ' ';
}

std::vector<std::string> split_cells(std::string_view line) {
  return split_cells_at(line, separator_of(line));
}

std::vector<std::string> split_cells_as(std::string_view header, std::string_view line) {
  return split_cells_at(line, separator_of(header));
}

std::vector<std::string> point_cells(std::string_view line) {
  std::vector<std::string> likely;
  for (const char separator : {'\t', ' ', ';', ','}) {
    std::vector<std::string> cells = split_cells_at(line, separator);
    if (cells.size() < 3) continue;
    const auto first = cells.begin() + (cells.size() > 3 ? 1 : 0);
    if (std::all_of(first, first + 3, [](const std::string& cell) { return parse_number(cell); }))
      return cells;
    if (likely.size() < 4) likely = std::move(cells);
  }
  return likely.empty() ? split_cells_at(line, ' ') : likely;
}

std::vector<std::string> split_cells_at(std::string_view line, char separator) {
  std::vector<std::string> cells;
  if (separator == ' ') line = trimmed(line);
  for (std::size_t at = 0; at <= line.size();) {
    if (separator == ' ') {
      at = line.find_first_not_of(blanks, at);
      if (at == std::string_view::npos) break;
    }
    const std::size_t end = cell_end(line, at, separator);
    cells.push_back(unquoted(line.substr(at, end - at)));
    at = end + 1;
  }
  return cells;
}

bool next_data_line(Lines& lines, std::string& line) {
  while (lines.next(line)) {
    const std::string_view text = trimmed(line);
    if (!text.empty() && text.front() != '#' && text.front() != '%') return true;
  }
  return false;
}

TextMatrix read_text_matrix(Source& source, Content content, const Sparse* pattern) {
  return MatrixText(source, content, pattern).read();
}

std::vector<std::vector<double>> read_text_table(Source& source) {
  Lines lines(source);
  std::vector<std::vector<double>> table;
  std::string first;
  char separator = 0;
  for (std::string line; next_data_line(lines, line);) {
    const std::string_view text = trimmed(line);
    if (separator == 0 || separator == ' ') separator = separator_of(text);
    std::vector<double>& values = table.emplace_back();
    parse_cells(source.name(), static_cast<GlobalIndex>(table.size()), lines.number(), text,
                separator, false, values, first);
  }
  return table;
}

std::vector<std::string> read_text_labels(Source& source) {
  Lines lines(source);
  std::vector<std::string> labels;
  std::string text;  // of a JSON list
  for (std::string line; lines.next(line);) {
    check_utf8(fmt::format("{}: line {}", source.name(), lines.number()), line);
    const std::string_view label = trimmed(line);
    if (!text.empty() || (labels.empty() && label.starts_with('['))) {
      text += line + '\n';
    } else if (!label.empty() && label.front() != '#') {
      labels.push_back(unquoted(label));
    }
  }
  return text.empty() ? labels : json_labels(source.name(), text);
}

}  // namespace arcuate::io::matrix
