#include "pairs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <map>

#include "arcuate/core/error.hpp"
#include "arcuate/io/connectome_file.hpp"

namespace arcuate::io {
namespace {

using analysis::Index;
using analysis::PairMask;

/// 1 = right, of every column. Throws ConfigError where nothing says it.
std::vector<bool> sides_of(const network::Connectome& connectome, const RecordedSeries& series,
                           const std::string& pairs) {
  if (series.columns.empty()) {
    throw ConfigError(
        fmt::format("pairs: is {}, and the columns of '{}' are no regions", pairs, series.name));
  }
  if (connectome.hemisphere.empty()) {
    throw ConfigError(fmt::format(
        "pairs: is {}, and the connectome does not say on which side regions are (allowed: all, or "
        "a file)",
        pairs));
  }
  std::vector<bool> right;
  for (const GlobalIndex region : series.columns)
    right.push_back(connectome.hemisphere[static_cast<std::size_t>(region)] != 0);
  return right;
}

std::vector<std::string> words_of_label(const std::string& label) {
  std::vector<std::string> words(1);
  for (const char c : label) {
    const auto letter = static_cast<unsigned char>(c);
    const bool capital = std::isupper(letter) != 0 && !words.back().empty() &&
                         std::islower(static_cast<unsigned char>(words.back().back())) != 0;
    const bool inside = std::isalnum(letter) != 0 || letter > 127;
    if (!inside || capital) words.emplace_back();
    if (inside) words.back() += static_cast<char>(std::tolower(letter));
  }
  return words;
}

/// A label without what says its side: LH_Vis_1 and RH_Vis_1 are both "Vis_1", lA1 and rA1 "A1".
std::string without_side(const std::string& label, bool right) {
  const char letter = right ? 'r' : 'l';
  const std::string whole = right ? "right" : "left";
  std::vector<std::string> words = words_of_label(label);
  const auto says = [&](const std::string& word) {
    return word == std::string(1, letter) || word == std::string(1, letter) + "h" || word == whole;
  };
  const auto found = std::find_if(words.begin(), words.end(), says);
  if (found != words.end()) {
    words.erase(found);
    return fmt::format("{}", fmt::join(words, "_"));
  }
  const auto is_letter = [letter](char c) {
    return std::tolower(static_cast<unsigned char>(c)) == letter;
  };
  if (!label.empty() && is_letter(label.front())) return label.substr(1);
  if (!label.empty() && is_letter(label.back())) return label.substr(0, label.size() - 1);
  return label;
}

PairMask within_hemispheres(const std::vector<bool>& right) {
  const Index n = std::ssize(right);
  PairMask mask(n, n);
  for (Index j = 0; j < n; ++j) {
    for (Index i = 0; i < n; ++i)
      mask(i, j) = right[static_cast<std::size_t>(i)] == right[static_cast<std::size_t>(j)] ? 1 : 0;
  }
  return mask;
}

PairMask without_homotopic(const RecordedSeries& series, const std::vector<bool>& right) {
  const Index n = std::ssize(right);
  std::map<std::string, std::vector<Index>> left_of;
  for (Index i = 0; i < n; ++i) {
    const auto k = static_cast<std::size_t>(i);
    if (!right[k]) left_of[without_side(series.labels[k], false)].push_back(i);
  }
  PairMask mask = PairMask::Ones(n, n);
  Index found = 0;
  for (Index i = 0; i < n; ++i) {
    const auto k = static_cast<std::size_t>(i);
    const auto other =
        right[k] ? left_of.find(without_side(series.labels[k], true)) : left_of.end();
    if (other == left_of.end()) continue;
    for (const Index j : other->second)
      mask(i, j) = mask(j, i) = 0;
    ++found;
  }
  if (found == 0) {
    throw ConfigError(
        "pairs: is no_homotopic, and no label of a region on the left is that of one on "
        "the right but for the side (allowed: a file)");
  }
  return mask;
}

/// For every column the row of a file: by label where the file knows all labels, else by place.
std::vector<Index> rows_of(const network::Connectome& connectome, const RecordedSeries& series,
                           const network::Connectome& file, const std::string& path) {
  std::map<std::string, Index> place;
  for (Index i = 0; i < std::ssize(file.labels); ++i)
    place[file.labels[static_cast<std::size_t>(i)]] = i;
  std::vector<Index> rows;
  for (const std::string& label : series.labels) {
    const auto found = place.find(label);
    if (found == place.end()) break;
    rows.push_back(found->second);
  }
  if (rows.size() == series.labels.size()) return rows;
  const Index n = std::ssize(series.labels);
  const Index size = file.n_regions();
  rows.clear();
  for (Index i = 0; i < n; ++i) {
    const bool by_region = size != n && size == connectome.n_regions() && !series.columns.empty();
    rows.push_back(by_region ? series.columns[static_cast<std::size_t>(i)] : i);
    if (size == n || by_region) continue;
    throw DataError(
        fmt::format("{}: {} x {} numbers for pairs (allowed: {} x {}, the regions of '{}')", path,
                    size, size, n, n, series.name));
  }
  return rows;
}

PairMask from_file(const network::Connectome& connectome, const RecordedSeries& series,
                   const std::string& path) {
  const network::Connectome file = read_connectome(path);
  const std::vector<Index> rows = rows_of(connectome, series, file, path);
  std::vector<Index> column_of(static_cast<std::size_t>(file.n_regions()), -1);
  for (std::size_t k = 0; k < rows.size(); ++k)
    column_of[static_cast<std::size_t>(rows[k])] = static_cast<Index>(k);
  const Index n = std::ssize(rows);
  PairMask mask = PairMask::Zero(n, n);
  for (Index i = 0; i < n; ++i) {
    const auto row = static_cast<std::size_t>(rows[static_cast<std::size_t>(i)]);
    for (auto e = static_cast<std::size_t>(file.row[row]);
         e < static_cast<std::size_t>(file.row[row + 1]); ++e) {
      if (file.weight[e] != 1.0) {
        throw DataError(fmt::format("{}: row {}, column {}: {} (allowed: 0 or 1)", path, row + 1,
                                    file.source[e] + 1, file.weight[e]));
      }
      const Index j = column_of[static_cast<std::size_t>(file.source[e])];
      if (j >= 0) mask(i, j) = 1;
    }
  }
  for (Index i = 0; i < n; ++i) {
    for (Index j = 0; j < i; ++j) {
      if (mask(i, j) == mask(j, i)) continue;
      throw DataError(
          fmt::format("{}: '{}' and '{}' are a pair one way only (allowed: a symmetric "
                      "matrix, for pairs have no direction)",
                      path, series.labels[static_cast<std::size_t>(i)],
                      series.labels[static_cast<std::size_t>(j)]));
    }
  }
  return mask;
}

PairMask mask_of(const network::Connectome& connectome, const RecordedSeries& series,
                 const std::string& pairs) {
  if (pairs == "within_hemispheres") return within_hemispheres(sides_of(connectome, series, pairs));
  if (pairs == "no_homotopic")
    return without_homotopic(series, sides_of(connectome, series, pairs));
  return from_file(connectome, series, pairs);
}

/// Whether two different regions are a pair.
bool has_pair(const PairMask& mask) {
  for (Index i = 0; i < mask.rows(); ++i) {
    for (Index j = 0; j < i; ++j) {
      if (mask(i, j) != 0) return true;
    }
  }
  return false;
}

}  // namespace

PairMask pairs_of(const network::Connectome& connectome, const RecordedSeries& series,
                  const std::string& pairs) {
  if (pairs == "all") return {};
  PairMask mask = mask_of(connectome, series, pairs);
  // Of one signal there never is a pair, which is a warning.
  if (mask.rows() > 1 && !has_pair(mask)) {
    throw ConfigError(fmt::format("pairs: {}: leaves none of the {} pairs of '{}'", pairs,
                                  mask.rows() * (mask.rows() - 1) / 2, series.name));
  }
  return mask;
}

}  // namespace arcuate::io
