#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <filesystem>

#include "arcuate/core/error.hpp"
#include "arcuate/core/suggest.hpp"
#include "arcuate/io/connectome_file.hpp"
#include "parts.hpp"
#include "value_file.hpp"

namespace arcuate::io {
namespace {

constexpr std::string_view allowed_forms =
    "a number, [N numbers], {file: ...} or {label: number, default: number}";

void check_bounds(double value, const Quantity& quantity, const std::string& begin) {
  if (std::isfinite(value) && value >= quantity.lower && value <= quantity.upper) return;
  const bool bare = quantity.unit.empty() || quantity.unit == "1";
  const std::string unit = bare ? "" : fmt::format(" {}", quantity.unit);
  std::string allowed = "finite numbers";
  if (std::isfinite(quantity.lower) && std::isfinite(quantity.upper)) {
    allowed = fmt::format("{} to {}{}", quantity.lower, quantity.upper, unit);
  } else if (std::isfinite(quantity.lower)) {
    allowed = fmt::format(">= {}{}", quantity.lower, unit);
  } else if (std::isfinite(quantity.upper)) {
    allowed = fmt::format("<= {}{}", quantity.upper, unit);
  }
  throw ConfigError(begin + fmt::format("{} is out of range (allowed: {})", value, allowed));
}

/// Reads the forms that are more than a number.
class FormReader {
 public:
  FormReader(const Reading& reading, const Quantity& quantity)
      : reading_(reading), quantity_(quantity) {}

  double number(const yaml::Node& node, const std::string& path) const {
    const std::string begin = yaml::place(reading_.document, node, path);
    const double value = to_number(node, quantity_.unit, begin);
    check_bounds(value, quantity_, begin);
    return value;
  }

  void list(const yaml::Node& node, const std::string& path, RegionForm& form,
            yaml::Node& normal) const {
    if (node.items.empty()) throw ConfigError(form.place + "the list is empty");
    form.kind = RegionForm::Kind::list;
    std::vector<yaml::Node> noted;
    for (std::size_t i = 0; i < node.items.size(); ++i) {
      form.list.push_back(number(node.items[i], fmt::format("{}.{}", path, i)));
      noted.push_back(yaml::number(form.list.back()));
    }
    normal = yaml::list(std::move(noted));
  }

  void uniform(const yaml::Node& node, const std::string& path, RegionForm& form,
               yaml::Node& normal) const {
    if (!quantity_.drawable) {
      throw ConfigError(
          form.place +
          fmt::format("'uniform' is for initial values only (allowed: {})", allowed_forms));
    }
    if (!node.is_list() || node.items.size() != 2) {
      throw ConfigError(form.place + "uniform: expected [low, high], not " + describe(node));
    }
    form.kind = RegionForm::Kind::uniform;
    form.uniform = {number(node.items[0], path + ".uniform.0"),
                    number(node.items[1], path + ".uniform.1")};
    if (form.uniform.low > form.uniform.high) {
      throw ConfigError(form.place + fmt::format("uniform: low {} is above high {}",
                                                 form.uniform.low, form.uniform.high));
    }
    normal.set("uniform",
               yaml::list({yaml::number(form.uniform.low), yaml::number(form.uniform.high)}));
  }

  void labels(const yaml::Node& node, const std::string& path, RegionForm& form,
              yaml::Node& normal) const {
    form.kind = RegionForm::Kind::labels;
    normal = yaml::map();
    for (std::size_t i = 0; i < node.keys.size(); ++i) {
      const std::string inner = path + "." + node.keys[i];
      const double value = number(node.items[i], inner);
      if (node.keys[i] == "default") {
        form.others = value;
      } else {
        form.labels.push_back(
            {node.keys[i], value, yaml::place(reading_.document, node.items[i], inner)});
      }
      normal.keys.push_back(node.keys[i]);
      normal.key_lines.push_back(0);
      normal.items.push_back(yaml::number(value));
    }
  }

  void map(const yaml::Node& node, const std::string& path, RegionForm& form,
           yaml::Node& normal) const {
    if (node.items.empty()) {
      throw ConfigError(form.place + fmt::format("the map is empty (allowed: {})", allowed_forms));
    }
    if (const yaml::Node* file = node.find("file"); file != nullptr && node.items.size() == 1) {
      if (!file->is_scalar() || file->text.empty()) {
        throw ConfigError(form.place + "file: expected the name of a file, not " + describe(*file));
      }
      form.kind = RegionForm::Kind::file;
      form.file = input_path(reading_.study.path, file->text);
      normal.set("file", yaml::scalar(file->text, true));
    } else if (const yaml::Node* range = node.find("uniform");
               range != nullptr && node.items.size() == 1) {
      uniform(*range, path, form, normal);
    } else {
      labels(node, path, form, normal);
    }
  }

 private:
  const Reading& reading_;
  const Quantity& quantity_;
};

/// The indices of "first-last", or nothing when `text` is not that.
std::optional<std::pair<GlobalIndex, GlobalIndex>> range_of(std::string_view text) {
  std::pair<GlobalIndex, GlobalIndex> range;
  const char* const end = text.data() + text.size();
  const auto [middle, first] = std::from_chars(text.data(), end, range.first);
  if (first != std::errc{} || middle == end || *middle != '-' || text.front() == '-') return {};
  const auto [last, second] = std::from_chars(middle + 1, end, range.second);
  if (second != std::errc{} || last != end || middle[1] == '-') return {};
  return range;
}

std::vector<double> by_labels(const RegionForm& form, const RegionIndex& regions) {
  const auto n = static_cast<std::size_t>(regions.size());
  std::vector<double> values(n, form.others.value_or(0.0));
  std::vector<char> given(n, form.others ? 1 : 0);
  for (const auto& labelled : form.labels) {
    for (const GlobalIndex region : regions.find_all(labelled.label, labelled.place)) {
      values[z(region)] = labelled.value;
      given[z(region)] = 1;
    }
  }
  for (std::size_t i = 0; i < n; ++i) {
    if (given[i] != 0) continue;
    throw ConfigError(
        form.place + fmt::format("region '{}' has no value; add `default: ...`", regions.label(i)));
  }
  return values;
}

/// A file for the regions that vertices belong to, as it is for regions.
std::optional<std::vector<double>> from_file_of_mapped(const RegionForm& form,
                                                       const RegionIndex& regions) {
  const std::size_t n = regions.mapped();
  if (n == 0 || n == z(regions.size())) return {};
  ValuesByRegion file;
  try {
    file = read_values_by_region(form.file, n, form.place);
  } catch (const DataError&) {
    return {};  // said again where it is read for the nodes
  }
  const std::string begin = form.place + form.file + ": ";
  std::vector<double> values(n);
  std::vector<char> given(n, 0);
  for (std::size_t i = 0; i < n; ++i) {
    const std::string place = begin + fmt::format("row {}: ", i + 1);
    check_bounds(file.values[i], form.quantity, place);
    std::size_t region = i;
    if (!file.labels.empty()) region = regions.find_mapped(file.labels[i], place);
    if (!file.indices.empty()) region = z(file.indices[i]);
    if (region >= n)
      throw DataError(place + fmt::format("no region {} (allowed: 0 to {})", region, n - 1));
    if (given[region] != 0) throw DataError(place + "a second value for the same region");
    given[region] = 1;
    values[region] = file.values[i];
  }
  return regions.spread(values);
}

/// A file has the values in the order of the regions, or says whose each one is.
std::vector<double> from_file(const RegionForm& form, const RegionIndex& regions) {
  if (auto values = from_file_of_mapped(form, regions)) return *values;
  const auto n = static_cast<std::size_t>(regions.size());
  const ValuesByRegion file = read_values_by_region(form.file, n, form.place);
  const std::string begin = form.place + form.file + ": ";
  std::vector<double> values(n);
  std::vector<char> given(n, 0);
  for (std::size_t i = 0; i < n; ++i) {
    const std::string place = begin + fmt::format("row {}: ", i + 1);
    check_bounds(file.values[i], form.quantity, place);
    std::size_t region = i;
    if (!file.labels.empty())
      region = static_cast<std::size_t>(regions.find(file.labels[i], place));
    if (!file.indices.empty())
      region = static_cast<std::size_t>(regions.indexed(file.indices[i], place));
    if (given[region] != 0) throw DataError(place + "a second value for the same region");
    given[region] = 1;
    values[region] = file.values[i];
  }
  return values;
}

}  // namespace

RegionIndex::RegionIndex(const network::Connectome& connectome)
    : size_(connectome.n_regions()), labels_(connectome.labels), mapped_(connectome.mapped.get()) {
  if (mapped_ != nullptr) {
    for (std::size_t node = 0; node < mapped_->region_of.size(); ++node) {
      const auto region = z(mapped_->region_of[node]);
      vertices_[mapped_->regions.labels[region]].push_back(static_cast<GlobalIndex>(node));
    }
  }
  for (std::size_t i = 0; i < labels_.size(); ++i) {
    const auto [entry, fresh] = index_.emplace(labels_[i], static_cast<GlobalIndex>(i));
    if (!fresh) entry->second = -1;
  }
}

RegionIndex::RegionIndex(const network::Connectome& connectome, std::vector<GlobalIndex> members)
    : RegionIndex(connectome) {
  members_ = std::move(members);
}

std::string RegionIndex::label(std::size_t i) const {
  const std::size_t region = members_.empty() ? i : static_cast<std::size_t>(members_[i]);
  return region < labels_.size() ? labels_[region] : std::to_string(region);
}

RegionValues RegionIndex::whole(RegionValues values) const {
  if (members_.empty() || values.uniform() || values.values.empty()) return values;
  std::vector<double> all(static_cast<std::size_t>(size_), values.values.front());
  for (std::size_t i = 0; i < members_.size(); ++i)
    all[static_cast<std::size_t>(members_[i])] = values.values[i];
  return RegionValues(std::move(all));
}

GlobalIndex RegionIndex::member(GlobalIndex region, const std::string& label,
                                const std::string& place) const {
  if (members_.empty()) return region;
  const auto at = std::lower_bound(members_.begin(), members_.end(), region);
  if (at == members_.end() || *at != region)
    throw ConfigError(place + fmt::format("region '{}' has another model", label));
  return at - members_.begin();
}

GlobalIndex RegionIndex::find(const std::string& label, const std::string& place) const {
  const auto found = index_.find(label);
  if (found == index_.end() && vertices_.contains(label)) {
    const std::vector<GlobalIndex>& all = vertices_.at(label);
    throw ConfigError(place + fmt::format("'{}' stands for {} vertices here: name one of them, as "
                                          "{}",
                                          label, all.size(), labels_[z(all.front())]));
  }
  if (found == index_.end()) {
    throw ConfigError(place + fmt::format("no region is called '{}'", label) +
                      hint(label, labels_));
  }
  if (found->second < 0) {
    throw ConfigError(place + fmt::format("several regions are called '{}'; use indices", label));
  }
  return member(found->second, label, place);
}

std::vector<GlobalIndex> RegionIndex::find_all(const std::string& label,
                                               const std::string& place) const {
  const auto several = vertices_.find(label);
  if (several == vertices_.end()) return {find(label, place)};
  std::vector<GlobalIndex> found;
  for (const GlobalIndex vertex : several->second)
    found.push_back(member(vertex, label, place));
  return found;
}

std::size_t RegionIndex::find_mapped(const std::string& label, const std::string& place) const {
  const std::vector<std::string>& labels = mapped_->regions.labels;
  const auto found = std::find(labels.begin(), labels.end(), label);
  if (found == labels.end())
    throw ConfigError(place + fmt::format("no region is called '{}'", label) + hint(label, labels));
  return z(found - labels.begin());
}

std::vector<double> RegionIndex::spread(const std::vector<double>& values) const {
  std::vector<double> of_nodes;
  for (const std::int32_t region : mapped_->region_of)
    of_nodes.push_back(values[z(region)]);
  return of_nodes;
}

GlobalIndex RegionIndex::indexed(GlobalIndex region, const std::string& place) const {
  if (region >= size_)
    throw ConfigError(place + fmt::format("no region {} (allowed: 0 to {})", region, size_ - 1));
  return member(region, fmt::format("{}", region), place);
}

std::vector<GlobalIndex> RegionIndex::find(const RegionName& name) const {
  const auto called = index_.find(name.label);
  const bool is_label = called != index_.end();
  if (name.index) {
    if (is_label && called->second != *name.index) {
      throw ConfigError(name.place +
                        fmt::format("{0} is the label of a region and the index of another: write "
                                    "\"{0}\" in quotes for the label, {0}-{0} for the index",
                                    name.label));
    }
    return {indexed(*name.index, name.place)};
  }
  const auto range = range_of(name.label);
  if (range && is_label && !name.quoted) {
    throw ConfigError(
        name.place + fmt::format("{0} is the label of a region and a range of indices: write "
                                 "\"{0}\" in quotes for the label, a list of indices for the range",
                                 name.label));
  }
  if (!range || is_label) return find_all(name.label, name.place);
  if (range->first > range->second) {
    throw ConfigError(name.place +
                      fmt::format("'{}': a range begins with its smaller index", name.label));
  }
  std::vector<GlobalIndex> regions;
  for (GlobalIndex region = range->first; region <= range->second; ++region)
    regions.push_back(indexed(region, name.place));
  return regions;
}

std::string input_path(const std::string& study, const std::string& path) {
  const std::filesystem::path given(path);
  if (given.is_absolute()) return path;
  return (std::filesystem::path(study).parent_path() / given).string();
}

std::vector<RegionName> read_region_names(const Reading& reading, const yaml::Node& node,
                                          const std::string& path, yaml::Node& normal) {
  const std::string begin = yaml::place(reading.document, node, path);
  if (!node.is_list() || node.items.empty()) {
    throw ConfigError(begin + fmt::format("expected a list of labels or indices, not {}",
                                          node.is_list() ? "an empty list" : describe(node)));
  }
  std::vector<RegionName> names;
  std::vector<yaml::Node> noted;
  for (const yaml::Node& item : node.items) {
    RegionName name;
    name.place = yaml::place(reading.document, item, path);
    if (!item.is_scalar())
      throw ConfigError(name.place + "expected a label or an index, not " + describe(item));
    const auto number = item.quoted ? std::nullopt : plain_number(item.text);
    if (number) {
      GlobalIndex index = -1;
      const char* last = item.text.data() + item.text.size();
      const auto [end, code] = std::from_chars(item.text.data(), last, index);
      if (code != std::errc{} || end != last || index < 0) {
        throw ConfigError(name.place +
                          fmt::format("'{}' is not an index (allowed: 0, 1, ...)", item.text));
      }
      name.index = index;
    }
    name.label = item.text;
    name.quoted = item.quoted;
    names.push_back(std::move(name));
    noted.push_back(yaml::scalar(item.text, !number));
  }
  normal = yaml::list(std::move(noted));
  return names;
}

RegionForm read_region_form(const Reading& reading, const yaml::Node& node, const std::string& path,
                            const Quantity& quantity, yaml::Node& normal) {
  RegionForm form;
  form.quantity = quantity;
  form.place = yaml::place(reading.document, node, path);
  const FormReader reader(reading, quantity);
  if (node.is_list()) {
    reader.list(node, path, form, normal);
  } else if (node.is_map()) {
    reader.map(node, path, form, normal);
  } else {
    form.number = reader.number(node, path);
    normal = yaml::number(form.number);
  }
  return form;
}

RegionForm fixed_region_form(double value) {
  RegionForm form;
  form.number = value;
  return form;
}

RegionValues resolve_region_form(const RegionForm& form, const RegionIndex& regions) {
  const auto n = static_cast<std::size_t>(regions.size());
  switch (form.kind) {
    case RegionForm::Kind::list:
      if (form.list.size() != n && form.list.size() == regions.mapped())
        return RegionValues(regions.spread(form.list));
      if (form.list.size() != n) {
        throw ConfigError(form.place + fmt::format("{} values, but the {} has {} regions",
                                                   form.list.size(), regions.owner(), n));
      }
      return regions.whole(RegionValues(form.list));
    case RegionForm::Kind::file:
      return regions.whole(RegionValues(from_file(form, regions)));
    case RegionForm::Kind::labels:
      return regions.whole(RegionValues(by_labels(form, regions)));
    case RegionForm::Kind::uniform:
    case RegionForm::Kind::number:
      break;
  }
  return RegionValues(form.number);
}

engine::InitialValue resolve_initial(const RegionForm& form, const RegionIndex& regions) {
  engine::InitialValue initial;
  const bool range =
      form.kind == RegionForm::Kind::list && form.list.size() == 2 && regions.size() != 2;
  if (form.kind == RegionForm::Kind::uniform) {
    initial.uniform = form.uniform;
  } else if (range) {
    if (form.list[0] > form.list[1]) {
      throw ConfigError(form.place + fmt::format("[low, high]: low {} is above high {}",
                                                 form.list[0], form.list[1]));
    }
    initial.uniform = model::Range{form.list[0], form.list[1]};
  } else {
    initial.value = resolve_region_form(form, regions);
  }
  return initial;
}

}  // namespace arcuate::io
