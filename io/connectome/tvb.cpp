#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <optional>

#include "arcuate/core/error.hpp"
#include "matrix/text.hpp"
#include "names.hpp"
#include "parts.hpp"

// The zip of The Virtual Brain. Members are found by their whole file name, so that mapping_*.txt
// or
// *_labels.txt are never taken for matrices.
namespace arcuate::io::matrix {
namespace {

/// The name of a member in lower case without folder; Windows writes some with backslashes.
std::filesystem::path file_of(std::string member) {
  std::replace(member.begin(), member.end(), '\\', '/');
  std::transform(member.begin(), member.end(), member.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return std::filesystem::path(member).filename();
}

/// The name of a member without .txt and .bz2; "" for other files.
std::string stem_of(const std::string& member) {
  std::filesystem::path file = file_of(member);
  if (file.extension() == ".bz2") file = file.stem();
  return file.extension() == ".txt" ? file.stem().string() : "";
}

const std::vector<std::string> weights_names{"weights", "weight"};
const std::vector<std::string> centres_names{"centres", "centers", "centre", "center"};
const std::vector<std::string> lengths_names{"tract_lengths", "tract_length", "tracts", "lengths"};
const std::vector<std::string> areas_names{"areas", "area"};
const std::vector<std::string> cortical_names{"cortical"};
const std::vector<std::string> sides_names{"hemispheres", "hemisphere"};
const std::vector<std::string> orientation_names{"average_orientations", "orientations"};
const std::vector<std::string> all_names = [] {
  std::vector<std::string> all;
  for (const auto* names : {&weights_names, &centres_names, &lengths_names, &areas_names,
                            &cortical_names, &sides_names, &orientation_names})
    all.insert(all.end(), names->begin(), names->end());
  return all;
}();

/// What a member's name has before a name that is read (and a sign between): "" where it is just
/// that, nothing where it is not read.
std::optional<std::string> prefix_of(const std::string& member) {
  const std::string stem = stem_of(member);
  std::optional<std::string> shortest;
  for (const std::string& name : all_names) {
    if (stem == name) return "";
    const bool ends =
        stem.size() > name.size() && stem.ends_with(name) &&
        std::string_view("_-.").find(stem[stem.size() - name.size() - 1]) != std::string_view::npos;
    if (!ends) continue;
    std::string prefix = stem.substr(0, stem.size() - name.size());
    if (!shortest || prefix.size() < shortest->size()) shortest = std::move(prefix);
  }
  return shortest;
}

/// The only member that `fits`, or "".
template <class Fits>
std::string only_member(const ZipReader& zip, const std::string& what, Fits fits) {
  std::string found;
  for (const std::string& member : zip.members()) {
    const std::string stem = stem_of(member);
    if (stem.empty() || !fits(stem)) continue;
    if (!found.empty()) {
      throw DataError(fmt::format("{}: members '{}' and '{}' could both be the {}: expected one",
                                  zip.path(), found, member, what));
    }
    found = member;
  }
  return found;
}

/// The member whose file name is one of `names`, else the only one that ends in one of them after a
/// common prefix (sub01_weights.txt), or "".
std::string find_member(const ZipReader& zip, const std::vector<std::string>& names) {
  const auto whole = [&](const std::string& stem) {
    return std::find(names.begin(), names.end(), stem) != names.end();
  };
  const auto prefixed = [&](const std::string& stem) {
    return std::any_of(names.begin(), names.end(), [&](const std::string& name) {
      return stem.ends_with("_" + name) || stem.ends_with("-" + name) || stem.ends_with("." + name);
    });
  };
  const std::string found = only_member(zip, names.front(), whole);
  return found.empty() ? only_member(zip, names.front(), prefixed) : found;
}

/// Rows "label x y z", more columns are ignored. Names with blanks are possible between tabs.
void read_centres(Source& source, network::Connectome& regions) {
  Lines lines(source);
  std::vector<std::vector<double>> table;
  for (std::string line; next_data_line(lines, line);) {
    const std::vector<std::string> cells = point_cells(line);
    if (cells.size() < 4) {
      throw DataError(fmt::format("{}: line {}: '{}' is not a region: expected label x y z",
                                  source.name(), lines.number(), line));
    }
    std::vector<double>& point = table.emplace_back();
    for (std::size_t c = 1; c < 4; ++c) {
      const auto number = parse_number(cells[c]);
      if (!number) {
        throw DataError(
            fmt::format("{}: line {}, column {}: '{}' is not a number: expected label x y z",
                        source.name(), lines.number(), c + 1, cells[c]));
      }
      point.push_back(*number);
    }
    check_utf8(fmt::format("{}: line {}", source.name(), lines.number()), cells.front());
    regions.labels.push_back(cells.front());
  }
  regions.centres = to_points(source.name(), table);
  // Files of tools that know no positions have zeros.
  const std::array<double, 3> origin{};
  const bool unknown = std::all_of(regions.centres.begin(), regions.centres.end(),
                                   [&](const auto& centre) { return centre == origin; });
  if (unknown && regions.centres.size() > 1) regions.centres.clear();
}

/// All numbers, on one line or many.
std::vector<double> read_list(Source& source) {
  std::vector<double> values;
  for (const auto& row : read_text_table(source))
    values.insert(values.end(), row.begin(), row.end());
  for (std::size_t k = 0; k < values.size(); ++k) {
    check_value(source.name(), static_cast<GlobalIndex>(k), 0, values[k], Content::weights);
  }
  return values;
}

std::vector<std::uint8_t> read_flags(Source& source) {
  std::vector<std::uint8_t> flags;
  for (double value : read_list(source)) {
    if (value != 0.0 && value != 1.0) {
      throw DataError(fmt::format("{}: row {}: {} is not allowed: expected 0 or 1", source.name(),
                                  flags.size() + 1, value));
    }
    flags.push_back(value == 1.0 ? 1 : 0);
  }
  return flags;
}

void read_optional_members(const ZipReader& zip, network::Connectome& regions) {
  const auto with = [&](const std::vector<std::string>& names, auto use) {
    const std::string member = find_member(zip, names);
    if (member.empty()) return;
    const auto source = zip.open(member);
    use(*source);
  };
  with(areas_names, [&](Source& source) {
    for (double value : read_list(source))
      regions.area.push_back(static_cast<float>(value));
  });
  with(cortical_names, [&](Source& source) { regions.cortical = read_flags(source); });
  with(sides_names, [&](Source& source) { regions.hemisphere = read_flags(source); });
  with(orientation_names, [&](Source& source) {
    regions.orientation = to_points(source.name(), read_text_table(source));
  });
}

/// Members that are not read and whose names are nearly, or in another format, those that are.
void remark_unread(const ZipReader& zip, std::vector<std::string>& said) {
  for (const std::string& member : zip.members()) {
    std::filesystem::path file = file_of(member);
    if (file.extension() == ".bz2") file = file.stem();
    const std::string stem = file.stem().string();
    const bool known = std::find(all_names.begin(), all_names.end(), stem) != all_names.end();
    const bool text = file.extension() == ".txt";
    const std::string near = known ? (text ? "" : stem) : text ? misspelt(stem, all_names) : "";
    if (near.empty() || prefix_of(member).has_value()) continue;
    said.push_back(fmt::format("{}: member '{}' is not read: is it meant to be {}.txt?", zip.path(),
                               member, near));
  }
}

/// Members of one network have one prefix.
void remark_prefixes(const ZipReader& zip, const std::vector<std::string>& used,
                     std::vector<std::string>& said) {
  std::string first;
  for (const std::string& member : used) {
    if (member.empty()) continue;
    if (first.empty()) first = member;
    if (prefix_of(member) == prefix_of(first)) continue;
    said.push_back(
        fmt::format("{}: '{}' and '{}' are read as one network, but their names begin differently",
                    zip.path(), first, member));
    return;
  }
}

}  // namespace

Parts read_tvb(const ZipReader& zip) {
  const std::string weights = find_member(zip, weights_names);
  const std::string centres = find_member(zip, centres_names);
  const std::string lengths = find_member(zip, lengths_names);
  if (weights.empty()) {
    throw DataError(
        fmt::format("{}: has no member weights.txt (or weights.txt.bz2): expected a "
                    "connectivity of The Virtual Brain",
                    zip.path()));
  }
  Parts parts;
  parts.name = zip.path();
  parts.weights = read_text_matrix(*zip.open(weights), Content::weights, nullptr).matrix;
  if (!lengths.empty()) {
    parts.lengths = read_text_matrix(*zip.open(lengths), Content::lengths, &parts.weights).matrix;
  }
  if (!centres.empty()) {
    const auto source = zip.open(centres);
    read_centres(*source, parts.regions);
  }
  read_optional_members(zip, parts.regions);
  remark_unread(zip, parts.regions.warnings);
  remark_prefixes(zip, {weights, lengths, centres}, parts.regions.warnings);
  number_repeated_labels(parts.regions.labels);
  return parts;
}

}  // namespace arcuate::io::matrix
