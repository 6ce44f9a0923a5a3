#include "parts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

#include "arcuate/core/error.hpp"

namespace arcuate::io::matrix {
namespace {

template <typename Values>
void check_count(const std::string& name, const char* what, const Values& values,
                 GlobalIndex regions) {
  if (values.empty() || static_cast<GlobalIndex>(values.size()) == regions) return;
  throw DataError(fmt::format("{}: {} {} for {} regions: expected one for each region", name,
                              values.size(), what, regions));
}

/// No format of lines and columns can hold a label with a line end or a tab.
void check_printable(const std::string& begin, const std::string& label) {
  for (const char c : label) {
    const auto code = static_cast<unsigned char>(c);
    if (code >= 0x20 && code != 0x7F) continue;
    throw DataError(
        fmt::format("{}: the label has a control character 0x{:02X}: expected text", begin, code));
  }
}

void check_labels(const std::string& name, const std::vector<std::string>& labels) {
  std::unordered_map<std::string_view, std::size_t> seen;
  for (std::size_t k = 0; k < labels.size(); ++k) {
    if (labels[k].empty()) throw DataError(fmt::format("{}: label {} is empty", name, k + 1));
    check_utf8(fmt::format("{}: region {}", name, k + 1), labels[k]);
    check_printable(fmt::format("{}: region {}", name, k + 1), labels[k]);
    const auto [at, is_new] = seen.emplace(labels[k], k);
    if (!is_new) {
      throw DataError(
          fmt::format("{}: label '{}' is there twice (regions {} and {}): expected "
                      "different labels",
                      name, labels[k], at->second + 1, k + 1));
    }
  }
}

std::vector<std::string> default_labels(GlobalIndex regions) {
  const std::size_t digits = std::max<std::size_t>(3, fmt::formatted_size("{}", regions - 1));
  std::vector<std::string> labels;
  for (GlobalIndex i = 0; i < regions; ++i)
    labels.push_back(fmt::format("r{:0{}}", i, digits));
  return labels;
}

std::vector<double> centre_distances(const Sparse& weights,
                                     const std::vector<std::array<double, 3>>& centres) {
  std::vector<double> lengths(weights.column.size(), 0.0);
  for (std::size_t i = 0; i < centres.size(); ++i) {
    for (auto e = static_cast<std::size_t>(weights.row[i]);
         e < static_cast<std::size_t>(weights.row[i + 1]); ++e) {
      const auto& source = centres[static_cast<std::size_t>(weights.column[e])];
      double sum = 0.0;
      for (std::size_t c = 0; c < 3; ++c) {
        const double d = centres[i][c] - source[c];
        sum += d * d;
      }
      lengths[e] = std::sqrt(sum);
    }
  }
  return lengths;
}

void check_edge_values(const Parts& parts, const std::vector<double>& values) {
  if (values.size() != parts.weights.column.size()) {
    throw DataError(fmt::format("{}: {} lengths or delays for {} edges: expected one for each edge",
                                parts.name, values.size(), parts.weights.column.size()));
  }
  for (std::size_t e = 0; e < values.size(); ++e) {
    if (std::isfinite(values[e]) && values[e] >= 0.0) continue;
    throw DataError(
        fmt::format("{}: edge {}: length or delay {} is not allowed: expected a finite "
                    "number >= 0",
                    parts.name, e + 1, values[e]));
  }
}

std::vector<double> values_of(const Sparse& weights, const std::optional<Sparse>& matrix,
                              std::optional<std::vector<double>>& edges) {
  return matrix ? values_at(weights, *matrix) : std::move(*edges);
}

/// [mm/ms] The speed at which all lengths give the delays, or 0 when there is none.
double common_speed(const std::vector<double>& length, const std::vector<double>& delay) {
  constexpr double rounding = 1e-6;
  double speed = 0.0;
  if (length.size() != delay.size()) return 0.0;
  for (std::size_t e = 0; e < length.size(); ++e) {
    if (length[e] == 0.0 && delay[e] == 0.0) continue;
    if (!(delay[e] > 0.0)) return 0.0;
    const double here = length[e] / delay[e];
    if (speed == 0.0) speed = here;
    if (!(std::abs(here - speed) <= rounding * speed)) return 0.0;
  }
  return speed;
}

enum class Side { none, left, right };

Side side_of_letter(char letter) {
  const int lower = std::tolower(static_cast<unsigned char>(letter));
  return lower == 'l' ? Side::left : lower == 'r' ? Side::right : Side::none;
}

/// The side that a word of the label says: LH_, Left-, lh., _R, ctx-rh-, LeftThalamus.
Side inner_side(const std::string& label) {
  std::string word;
  const auto said = [](std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    if (text == "l" || text == "lh" || text == "left") return Side::left;
    return text == "r" || text == "rh" || text == "right" ? Side::right : Side::none;
  };
  for (const char c : label + '_') {
    // A capital begins a word after a small letter: LeftThalamus, thalamusRight.
    const bool capital = std::isupper(static_cast<unsigned char>(c)) != 0 && !word.empty() &&
                         std::islower(static_cast<unsigned char>(word.back())) != 0;
    const bool letter =
        std::isalnum(static_cast<unsigned char>(c)) != 0 || static_cast<unsigned char>(c) > 127;
    if (!letter || capital) {
      if (const Side side = said(word); side != Side::none) return side;
      word.clear();
    }
    if (letter) word += c;
  }
  return Side::none;
}
Side first_side(const std::string& label) {
  return side_of_letter(label.front());
}
Side last_side(const std::string& label) {
  return side_of_letter(label.back());
}

}  // namespace

void number_repeated_labels(std::vector<std::string>& labels) {
  std::unordered_map<std::string, int> count;
  for (const std::string& label : labels)
    ++count[label];
  std::unordered_set<std::string> used(labels.begin(), labels.end());
  std::unordered_map<std::string, int> next;
  for (std::string& label : labels) {
    if (count[label] == 1) continue;
    int& number = next[label];
    std::string candidate;
    do {
      candidate = fmt::format("{}_{}", label, ++number);
    } while (!used.insert(candidate).second);
    label = candidate;
  }
}

std::vector<std::uint8_t> hemispheres_of(const std::vector<std::string>& labels) {
  for (Side (*rule)(const std::string&) : {inner_side, first_side, last_side}) {
    std::vector<std::uint8_t> hemispheres;
    for (const std::string& label : labels) {
      const Side side = label.empty() ? Side::none : rule(label);
      if (side == Side::none) break;
      hemispheres.push_back(side == Side::right ? 1 : 0);
    }
    const bool both = std::count(hemispheres.begin(), hemispheres.end(), 1) > 0 &&
                      std::count(hemispheres.begin(), hemispheres.end(), 0) > 0;
    if (hemispheres.size() == labels.size() && both) return hemispheres;
  }
  return {};
}

namespace {

void check_flags(const std::string& name, const char* what,
                 const std::vector<std::uint8_t>& flags) {
  for (std::size_t k = 0; k < flags.size(); ++k) {
    if (flags[k] <= 1) continue;
    throw DataError(fmt::format("{}: {}: that of region {} is {}: expected 0 or 1", name, what,
                                k + 1, flags[k]));
  }
}

void check_finite(const std::string& name, const char* what, std::size_t region, double value) {
  if (std::isfinite(value)) return;
  throw DataError(fmt::format("{}: {}: that of region {} is {}: expected finite numbers", name,
                              what, region + 1, value));
}

/// What belongs to a region and is no number of an edge.
void check_regions(const std::string& name, const network::Connectome& regions) {
  check_flags(name, "cortical flags", regions.cortical);
  check_flags(name, "hemispheres", regions.hemisphere);
  for (std::size_t k = 0; k < regions.area.size(); ++k)
    check_finite(name, "areas", k, regions.area[k]);
  for (std::size_t k = 0; k < regions.centres.size(); ++k) {
    for (const auto value : regions.centres[k])
      check_finite(name, "centres", k, value);
  }
  for (std::size_t k = 0; k < regions.orientation.size(); ++k) {
    for (const auto value : regions.orientation[k])
      check_finite(name, "orientations", k, value);
  }
}

}  // namespace

network::Connectome assemble(Parts parts) {
  const GlobalIndex regions = parts.weights.rows();
  network::Connectome result = std::move(parts.regions);
  check_count(parts.name, "labels", result.labels, regions);
  check_count(parts.name, "centres", result.centres, regions);
  check_count(parts.name, "cortical flags", result.cortical, regions);
  check_count(parts.name, "hemispheres", result.hemisphere, regions);
  check_count(parts.name, "areas", result.area, regions);
  check_count(parts.name, "orientations", result.orientation, regions);
  check_regions(parts.name, result);
  check_labels(parts.labels_name.empty() ? parts.name : parts.labels_name, result.labels);
  if (result.hemisphere.empty() && parts.sides_from_labels)
    result.hemisphere = hemispheres_of(result.labels);
  if (result.labels.empty()) result.labels = default_labels(regions);
  const bool with_lengths = parts.lengths || parts.edge_lengths;
  if (parts.delays || parts.edge_delays) {
    result.delay = values_of(parts.weights, parts.delays, parts.edge_delays);
    if (with_lengths)
      result.implied_speed =
          common_speed(values_of(parts.weights, parts.lengths, parts.edge_lengths), result.delay);
  } else if (with_lengths) {
    result.length = values_of(parts.weights, parts.lengths, parts.edge_lengths);
  } else if (!result.centres.empty()) {
    result.length = centre_distances(parts.weights, result.centres);
  } else {
    result.length.assign(parts.weights.column.size(), 0.0);
  }
  check_edge_values(parts, result.delay.empty() ? result.length : result.delay);
  result.row = std::move(parts.weights.row);
  result.source = std::move(parts.weights.column);
  result.weight = std::move(parts.weights.value);
  if (result.origin.empty()) result.origin = parts.name;
  return result;
}

std::vector<std::array<double, 3>> to_points(const std::string& name,
                                             const std::vector<std::vector<double>>& table) {
  std::vector<std::array<double, 3>> points;
  for (const auto& values : table) {
    const std::size_t row = points.size() + 1;
    if (values.size() < 3) {
      throw DataError(
          fmt::format("{}: row {} has {} numbers: expected x y z", name, row, values.size()));
    }
    for (std::size_t c = 0; c < 3; ++c) {
      check_value(name, static_cast<GlobalIndex>(row) - 1, static_cast<GlobalIndex>(c), values[c],
                  Content::weights);
    }
    points.push_back({values[0], values[1], values[2]});
  }
  return points;
}

}  // namespace arcuate::io::matrix
