#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>
#include <unordered_map>

#include "arcuate/core/error.hpp"
#include "matrix/text.hpp"
#include "parts.hpp"

// Edge lists (source -> target) and MatrixMarket files.
namespace arcuate::io::matrix {
namespace {

std::optional<GlobalIndex> parse_index(const std::string& text) {
  GlobalIndex value = -1;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
  if (parsed.ec != std::errc{} || parsed.ptr != text.data() + text.size()) return std::nullopt;
  return value;
}

class EdgeList {
 public:
  explicit EdgeList(Source& source) : name_(source.name()), lines_(source) {}

  Parts read() {
    std::string line;
    std::string header;
    while (lines_.next(line)) {
      if (line.empty() || line.find_first_not_of(" \t") == std::string::npos) continue;
      if (line.front() == '#') {
        read_comment(line);
      } else if (header.empty()) {
        read_header(split_cells(line));
        header = line;
      } else {
        read_edge(split_cells_as(header, line));
      }
    }
    if (header.empty()) fail("the header is missing: expected source,target,weight[,length|delay]");
    return finish();
  }

 private:
  [[noreturn]] void fail(const std::string& what) const {
    throw DataError(fmt::format("{}: line {}: {}", name_, lines_.number(), what));
  }

  /// "# regions: 76" and "# labels: [...]" keep regions without edges.
  void read_comment(const std::string& line) {
    if (line.rfind("# regions: ", 0) == 0) {
      const auto count = parse_index(line.substr(11));
      if (!count || *count < 1 || *count > most_regions) fail("expected a number of regions >= 1");
      regions_ = *count;
    } else if (line.rfind("# labels: ", 0) == 0) {
      const auto json = nlohmann::json::parse(line.substr(10), nullptr, false);
      if (!json.is_array()) fail("expected a JSON list of labels");
      for (const auto& item : json) {
        if (!item.is_string()) fail("expected a JSON list of strings");
        labels_.push_back(item.get<std::string>());
        index_.emplace(labels_.back(), static_cast<LocalIndex>(labels_.size() - 1));
      }
    }
  }

  void read_header(const std::vector<std::string>& cells) {
    columns_ = cells.size();
    const bool named =
        cells.size() >= 3 && cells[0] == "source" && cells[1] == "target" && cells[2] == "weight";
    const bool extra =
        cells.size() == 3 || (cells.size() == 4 && (cells[3] == "length" || cells[3] == "delay"));
    if (!named || !extra) {
      fail("the header is not allowed: expected source,target,weight[,length|delay]");
    }
    delays_ = cells.size() == 4 && cells[3] == "delay";
  }

  void read_edge(const std::vector<std::string>& cells) {
    if (cells.size() != columns_) {
      fail(fmt::format("has {} cells: expected {}", cells.size(), columns_));
    }
    // Whether regions are given as labels or as numbers is decided by the first edge.
    if (weights_.empty() && labels_.empty()) {
      by_label_ = !parse_index(cells[0]) || !parse_index(cells[1]);
      refuse_fractions(cells);
    }
    const LocalIndex source = region(cells[0]);
    const LocalIndex target = region(cells[1]);
    const double weight = number(cells[2], "weight", false);
    weights_.push_back({target, source, weight});
    if (columns_ == 4) {
      lengths_.push_back({target, source, number(cells[3], delays_ ? "delay" : "length", true)});
    }
  }

  /// Indices that became floating-point numbers on their way (1.0) would be labels, in another
  /// order.
  void refuse_fractions(const std::vector<std::string>& cells) const {
    if (!by_label_ || !parse_number(cells[0]) || !parse_number(cells[1])) return;
    fail(
        fmt::format("the regions '{}' and '{}' are numbers, but no whole ones: expected indices "
                    "from 0, or labels that a line `# labels: [...]` lists",
                    cells[0], cells[1]));
  }

  double number(const std::string& cell, const char* what, bool length) const {
    const auto value = parse_number(cell);
    if (!value || !std::isfinite(*value) || (length && *value < 0.0)) {
      fail(fmt::format("{}: '{}' is not allowed: expected a finite number{}", what, cell,
                       length ? " >= 0" : ""));
    }
    return *value;
  }

  LocalIndex region(const std::string& cell) {
    if (!labels_.empty() || by_label_) {
      const auto known = index_.find(cell);
      if (known != index_.end()) return known->second;
      if (!by_label_) fail(fmt::format("region '{}' is not in the list of labels", cell));
      labels_.push_back(cell);
      return index_.emplace(cell, static_cast<LocalIndex>(labels_.size() - 1)).first->second;
    }
    const auto index = parse_index(cell);
    const GlobalIndex limit = regions_ > 0 ? regions_ : most_regions;
    if (!index || *index < 0 || *index >= limit) {
      fail(fmt::format("region '{}' is not allowed: expected 0 to {}", cell, limit - 1));
    }
    largest_ = std::max(largest_, *index);
    return static_cast<LocalIndex>(*index);
  }

  Parts finish() {
    const auto labelled = static_cast<GlobalIndex>(labels_.size());
    const GlobalIndex regions = std::max({regions_, labelled, largest_ + 1});
    if (regions < 1) fail("contains no edges");
    Parts parts;
    parts.name = name_;
    parts.regions.labels = std::move(labels_);
    parts.weights = from_triplets(name_, regions, std::move(weights_), Content::weights);
    if (columns_ == 4) {
      (delays_ ? parts.delays : parts.lengths) =
          from_triplets(name_, regions, std::move(lengths_), Content::lengths);
    }
    return parts;
  }

  std::string name_;
  Lines lines_;
  GlobalIndex regions_ = 0;
  GlobalIndex largest_ = -1;
  std::size_t columns_ = 0;
  bool delays_ = false;
  bool by_label_ = false;
  std::vector<std::string> labels_;
  std::unordered_map<std::string, LocalIndex> index_;
  std::vector<Triplet> weights_;
  std::vector<Triplet> lengths_;
};

class MatrixMarket {
 public:
  MatrixMarket(Source& source, Content content)
      : name_(source.name()), lines_(source), content_(content) {}

  Sparse read() {
    read_banner();
    const std::vector<double> sizes = next_numbers();
    const std::size_t expected = coordinate_ ? 3 : 2;
    if (sizes.size() != expected || sizes[0] != sizes[1] || !(sizes[0] >= 1.0) || sizes[0] > 2e9 ||
        sizes[0] != std::floor(sizes[0])) {
      fail(coordinate_ ? "expected the sizes N N entries" : "expected the sizes N N");
    }
    regions_ = static_cast<GlobalIndex>(sizes[0]);
    const double n = sizes[0];
    const double dense = symmetric_ ? 0.5 * n * (n + 1.0) : n * n;
    read_entries(coordinate_ ? sizes[2] : dense);
    return from_triplets(name_, regions_, std::move(entries_), content_);
  }

 private:
  [[noreturn]] void fail(const std::string& what) const {
    throw DataError(fmt::format("{}: line {}: {}", name_, lines_.number(), what));
  }

  void read_banner() {
    std::string line;
    if (!lines_.next(line)) fail("the file is empty");
    std::transform(line.begin(), line.end(), line.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    const std::vector<std::string> words = split_cells(line);
    if (words.size() != 5 || words[0] != "%%matrixmarket" || words[1] != "matrix") {
      fail("expected '%%MatrixMarket matrix ...'");
    }
    coordinate_ = words[2] == "coordinate";
    pattern_ = words[3] == "pattern";
    symmetric_ = words[4] == "symmetric";
    const bool field =
        pattern_ || words[3] == "real" || words[3] == "integer" || words[3] == "double";
    const bool form = coordinate_ || (words[2] == "array" && !pattern_);
    if (!field || !form || (!symmetric_ && words[4] != "general")) {
      fail(
          fmt::format("'{}' is not read: expected coordinate or array, real, integer or pattern, "
                      "general or symmetric",
                      line));
    }
  }

  std::vector<double> next_numbers() {
    std::string line;
    if (!next_data_line(lines_, line)) fail("the file is truncated");
    std::vector<double> values;
    for (const std::string& cell : split_cells(line)) {
      const auto value = parse_number(cell);
      if (!value) fail(fmt::format("'{}' is not a number", cell));
      values.push_back(*value);
    }
    return values;
  }

  void read_entries(double count) {
    if (!(count >= 0.0) || count > 1e12) fail(fmt::format("{} entries are not allowed", count));
    check_memory(name_, "the matrix", count * sizeof(Triplet));
    GlobalIndex row = 0;
    GlobalIndex column = 0;
    for (double k = 0.0; k < count; ++k) {
      const std::vector<double> values = next_numbers();
      if (coordinate_) {
        add_coordinate(values);
        continue;
      }
      if (values.size() != 1) fail("expected one number on a line");
      add(row, column, values[0]);
      if (++row == regions_) row = symmetric_ ? ++column : (++column, 0);
    }
    std::string rest;
    if (next_data_line(lines_, rest)) fail("more lines than the sizes say");
  }

  void add_coordinate(const std::vector<double>& values) {
    if (values.size() != (pattern_ ? 2U : 3U)) fail("expected row, column and value");
    for (std::size_t c = 0; c < 2; ++c) {
      if (!(values[c] >= 1.0) || values[c] > static_cast<double>(regions_) ||
          values[c] != std::floor(values[c])) {
        fail(fmt::format("index {} is not allowed: expected 1 to {}", values[c], regions_));
      }
    }
    add(static_cast<GlobalIndex>(values[0]) - 1, static_cast<GlobalIndex>(values[1]) - 1,
        pattern_ ? 1.0 : values[2]);
  }

  void add(GlobalIndex row, GlobalIndex column, double value) {
    check_value(name_, row, column, value, content_);
    if (value == 0.0) return;
    entries_.push_back({static_cast<LocalIndex>(row), static_cast<LocalIndex>(column), value});
    if (symmetric_ && row != column) {
      entries_.push_back({static_cast<LocalIndex>(column), static_cast<LocalIndex>(row), value});
    }
  }

  std::string name_;
  Lines lines_;
  Content content_;
  bool coordinate_ = false;
  bool pattern_ = false;
  bool symmetric_ = false;
  GlobalIndex regions_ = 0;
  std::vector<Triplet> entries_;
};

}  // namespace

Parts read_edge_list(Source& source) {
  return EdgeList(source).read();
}

Sparse read_matrix_market(Source& source, Content content) {
  return MatrixMarket(source, content).read();
}

}  // namespace arcuate::io::matrix
