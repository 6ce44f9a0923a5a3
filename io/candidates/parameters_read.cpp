#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <map>
#include <set>

#include "arcuate/core/error.hpp"
#include "arcuate/core/suggest.hpp"
#include "parameters.hpp"
#include "study/value_file.hpp"

namespace arcuate::io {
namespace {

using Form = FitParameter::Form;

constexpr std::size_t most_variables = 2000;  ///< searches keep a matrix of them

/// Keys that say what a parameter is, and those that may stand beside each.
struct ParameterForm {
  const char* key;
  std::vector<std::string> beside;
};

const std::vector<ParameterForm>& parameter_forms() {
  static const std::vector<ParameterForm> forms{
      {"fixed", {}},      {"tied", {"factor"}},
      {"expression", {}}, {"baseline", {"map", "coefficient", "scale"}},
      {"by_region", {}},  {"groups", {"bounds", "others"}}};
  return forms;
}

std::vector<std::string> keys_of_forms() {
  std::vector<std::string> keys(std::begin(bound_forms), std::end(bound_forms));
  for (const ParameterForm& form : parameter_forms()) {
    keys.emplace_back(form.key);
    keys.insert(keys.end(), form.beside.begin(), form.beside.end());
  }
  keys.emplace_back("start");
  keys.emplace_back("prior");
  return keys;
}

/// Mean 0 and standard deviation 1, or from 0 to 1.
enum class MapScale { none, zscore, minmax };

void scale_map(std::vector<double>& values, MapScale scale) {
  const auto [least, most] = std::minmax_element(values.begin(), values.end());
  const double low = *least;
  const double high = *most;
  const auto n = static_cast<double>(values.size());
  double mean = 0.0;
  for (const double value : values)
    mean += value / n;
  double variance = 0.0;
  for (const double value : values)
    variance += (value - mean) * (value - mean) / n;
  for (double& value : values) {
    if (scale == MapScale::zscore) value = (value - mean) / std::sqrt(variance);
    if (scale == MapScale::minmax) value = (value - low) / (high - low);
  }
}

class ParameterReader {
 public:
  ParameterReader(const Context& context, const Regions& regions)
      : context_(context), regions_(regions) {}

  FitParameter read(PathEntry entry) {
    FitParameter parameter{std::move(entry)};
    const yaml::Node& node = *parameter.entry.node;
    if (node.kind == yaml::Node::Kind::null) parameter.entry.fail("no value given");
    if (node.is_scalar() && node.text != "usual") {
      fix(node, parameter);
    } else if (!node.is_map() || has_bounds(node)) {
      parameter.parts = {searched(parameter.entry, node, parameter.entry.path)};
    } else {
      read_form(node, parameter);
    }
    if (parameter.helper()) check_helper(parameter);
    return parameter;
  }

 private:
  [[nodiscard]] RegionIndex regions_for(const PathEntry& entry) const {
    if (context_.study.regions() == nullptr)
      entry.fail("values by region are of networks of regions, not of spiking neurons");
    return regions_of(context_, entry.path, regions_());
  }

  void read_form(const yaml::Node& node, FitParameter& parameter) {
    const ParameterForm& form = form_of(node, parameter.entry);
    const std::string_view key = form.key;
    if (key == "fixed") return fix(*node.find("fixed"), parameter);
    if (key == "tied") return read_tied(node, parameter);
    if (key == "expression") return read_expression(node, parameter);
    if (key == "baseline") return read_map(node, parameter);
    if (key == "by_region") return read_by_region(node, parameter);
    read_groups(node, parameter);
  }

  [[nodiscard]] const ParameterForm& form_of(const yaml::Node& node, const PathEntry& entry) const {
    const ParameterForm* chosen = nullptr;
    for (const ParameterForm& form : parameter_forms()) {
      if (node.find(form.key) == nullptr) continue;
      if (chosen != nullptr)
        entry.fail(fmt::format("`{}` and `{}`: give one of them", chosen->key, form.key));
      chosen = &form;
    }
    std::vector<std::string> allowed = keys_of_forms();
    if (chosen != nullptr) {
      allowed = chosen->beside;
      allowed.emplace_back(chosen->key);
    }
    for (std::size_t i = 0; i < node.keys.size(); ++i) {
      if (std::find(allowed.begin(), allowed.end(), node.keys[i]) == allowed.end())
        entry.fail(fmt::format("unknown key '{}'", node.keys[i]) + hint(node.keys[i], allowed));
      if (node.items[i].kind == yaml::Node::Kind::null)
        entry.fail(fmt::format("{}: no value given", node.keys[i]));
    }
    if (chosen == nullptr) entry.fail("says neither bounds nor a value" + hint("", allowed));
    return *chosen;
  }

  void check_helper(const FitParameter& parameter) const {
    if (parameter.form == Form::map || parameter.form == Form::groups)
      parameter.entry.fail("a name with $ is one number for expressions, and has no regions");
  }

  [[nodiscard]] Searched searched(const PathEntry& entry, const yaml::Node& node,
                                  const std::string& name) const {
    Searched part;
    if (!node.is_list() && !node.is_map() && node.text != "usual") {
      part.fixed = number(entry, node);
      return part;
    }
    part.value = read_bounds(context_, entry, node, name, {"prior"});
    const yaml::Node* prior = node.is_map() ? node.find("prior") : nullptr;
    if (prior == nullptr) return part;
    const optimise::Variable& variable = part.value->variable;
    if (variable.kind == optimise::Kind::choice) entry.fail("prior: a choice has none");
    part.prior =
        read_prior(context_, *prior, entry.key, entry.info.unit, variable.low, variable.high);
    return part;
  }

  [[nodiscard]] double number(const PathEntry& entry, const yaml::Node& node) const {
    const double value = to_number(node, entry.info.unit, context_.place(node, entry.key));
    if (!std::isfinite(value)) entry.fail(fmt::format("{} is not finite", node.text));
    return value;
  }

  static void fix(const yaml::Node& node, FitParameter& parameter) {
    parameter.form = Form::fixed;
    parameter.text = yaml::emit_line(node);
    try {
      parameter.number = to_number(node, parameter.entry.info.unit, "");
    } catch (const ConfigError&) {  // a word, or values by region
    }
  }

  /// The paths are looked up when all are known.
  void read_tied(const yaml::Node& node, FitParameter& parameter) const {
    const yaml::Node& to = *node.find("tied");
    if (!to.is_scalar())
      parameter.entry.fail(fmt::format("tied: expected a path, not {}", describe(to)));
    parameter.form = Form::tied;
    parameter.text = to.text;
    if (const yaml::Node* factor = node.find("factor")) {
      parameter.factor = to_number(*factor, "", context_.place(*factor, parameter.entry.key));
      if (!std::isfinite(parameter.factor) || parameter.factor == 0.0)
        parameter.entry.fail(
            fmt::format("factor: {} (allowed: finite numbers but 0)", factor->text));
    }
  }

  void read_expression(const yaml::Node& node, FitParameter& parameter) const {
    const yaml::Node& text = *node.find("expression");
    if (!text.is_scalar() || text.text.empty())
      parameter.entry.fail(fmt::format("expression: expected a text, not {}", describe(text)));
    parameter.form = Form::expression;
    parameter.text = text.text;
  }

  void read_map(const yaml::Node& node, FitParameter& parameter) {
    const PathEntry& entry = parameter.entry;
    parameter.form = Form::map;
    if (node.find("map") == nullptr)
      entry.fail("`map` is missing: a file with a value for each region");
    const yaml::Node& maps = *node.find("map");
    const std::vector<yaml::Node> files = maps.is_list() ? maps.items : std::vector{maps};
    if (files.empty()) entry.fail("map: the list is empty");
    MapScale scale = MapScale::none;
    if (const yaml::Node* how = node.find("scale")) {
      const int chosen = to_choice(*how, {"none", "zscore", "minmax"},
                                   context_.place(*how, entry.key) + "scale: ");
      scale = std::array{MapScale::none, MapScale::zscore, MapScale::minmax}.at(
          static_cast<std::size_t>(chosen));
    }
    for (const yaml::Node& file : files)
      parameter.maps.push_back(read_map_file(entry, file, scale));
    parameter.parts = {searched(entry, *node.find("baseline"), entry.path + ".baseline")};
    read_coefficients(node, files, parameter);
    if (parameter.variables() == 0)
      entry.fail("neither the baseline nor a coefficient varies (expected: bounds)");
  }

  [[nodiscard]] std::vector<double> read_map_file(const PathEntry& entry, const yaml::Node& file,
                                                  MapScale scale) const {
    if (!file.is_scalar() || plain_number(file.text))
      entry.fail(fmt::format("map: expected a file, not {}", describe(file)));
    const RegionForm form = file_form(entry, file, "map: ");
    const RegionIndex regions = regions_for(entry);
    std::vector<double> values = values_in(form, regions);
    check_map(form, values, scale);
    scale_map(values, scale);
    return values;
  }

  [[nodiscard]] RegionForm file_form(const PathEntry& entry, const yaml::Node& file,
                                     const char* what) const {
    RegionForm form;
    form.kind = RegionForm::Kind::file;
    form.place = context_.place(file, entry.key) + what;
    form.file = input_path(context_.study.path, file.text);
    return form;
  }

  static std::vector<double> values_in(const RegionForm& form, const RegionIndex& regions) {
    const RegionValues read = resolve_region_form(form, regions);
    std::vector<double> values;
    for (std::size_t i = 0; i < static_cast<std::size_t>(regions.size()); ++i)
      values.push_back(read(regions.region(i)));
    return values;
  }

  static void check_map(const RegionForm& form, const std::vector<double>& values, MapScale scale) {
    const auto [least, most] = std::minmax_element(values.begin(), values.end());
    const bool constant = *least == *most;
    if (constant && scale != MapScale::none)
      throw ConfigError(form.place + fmt::format("{}: is {} in all regions, and cannot be scaled",
                                                 form.file, *least));
    if (constant && *least == 0.0)
      throw ConfigError(
          form.place +
          fmt::format("{}: is 0 in all regions: its coefficient changes nothing", form.file));
  }

  void read_coefficients(const yaml::Node& node, const std::vector<yaml::Node>& files,
                         FitParameter& parameter) const {
    PathEntry entry = parameter.entry;
    entry.info = {true, KeyType::number, "", std::nullopt};
    const yaml::Node* given = node.find("coefficient");
    if (given == nullptr) entry.fail("`coefficient` is missing: bounds for each map");
    const bool each = given->is_list() && !given->items.empty() && !given->items[0].is_scalar();
    if (each && given->items.size() != files.size())
      entry.fail(fmt::format("coefficient: {} for {} maps", given->items.size(), files.size()));
    std::set<std::string> names;
    for (std::size_t k = 0; k < files.size(); ++k) {
      const std::string stem = std::filesystem::path(files[k].text).stem().string();
      const std::string name = files.size() == 1
                                   ? entry.path + ".coefficient"
                                   : fmt::format("{}.coefficient[{}]", entry.path, stem);
      if (!names.insert(name).second)
        entry.fail(fmt::format("map: two files are called '{}'", stem));
      parameter.parts.push_back(searched(entry, each ? given->items[k] : *given, name));
    }
  }

  void read_by_region(const yaml::Node& node, FitParameter& parameter) const {
    const PathEntry& entry = parameter.entry;
    const RegionIndex regions = regions_for(entry);
    parameter.form = Form::groups;
    const auto n = static_cast<std::size_t>(regions.size());
    if (n > most_variables)
      entry.fail(fmt::format("by_region: {} regions (allowed: up to {})", n, most_variables));
    for (std::size_t i = 0; i < n; ++i) {
      parameter.group.push_back(static_cast<int>(i));
      add_group(*node.find("by_region"), regions.label(i), parameter);
    }
  }

  void add_group(const yaml::Node& bounds, const std::string& name, FitParameter& parameter) const {
    const PathEntry& entry = parameter.entry;
    Searched part = searched(entry, bounds, fmt::format("{}[{}]", entry.path, name));
    if (!part.value || part.value->variable.kind == optimise::Kind::choice)
      entry.fail("expected bounds [low, high] of numbers");
    parameter.parts.push_back(std::move(part));
  }

  void read_groups(const yaml::Node& node, FitParameter& parameter) const {
    const PathEntry& entry = parameter.entry;
    parameter.form = Form::groups;
    const yaml::Node* bounds = node.find("bounds");
    if (bounds == nullptr) entry.fail("`bounds` is missing: those of every group");
    const RegionIndex regions = regions_for(entry);
    parameter.group.assign(static_cast<std::size_t>(regions.size()), -1);
    const yaml::Node& groups = *node.find("groups");
    const std::vector<std::string> names = groups.is_map()
                                               ? named_groups(groups, regions, parameter)
                                               : numbered_groups(groups, regions, parameter);
    for (const std::string& name : names)
      add_group(*bounds, name, parameter);
    const auto missing = std::find(parameter.group.begin(), parameter.group.end(), -1);
    const yaml::Node* others = node.find("others");
    if (others != nullptr && missing == parameter.group.end())
      entry.fail("`others`: every region is in a group");
    if (others != nullptr) parameter.others = number(entry, *others);
    if (missing != parameter.group.end() && others == nullptr)
      entry.fail(
          fmt::format("region {} is in no group: give `others`, the value of such regions",
                      regions.label(static_cast<std::size_t>(missing - parameter.group.begin()))));
  }

  std::vector<std::string> named_groups(const yaml::Node& groups, const RegionIndex& regions,
                                        FitParameter& parameter) const {
    Study scratch;
    scratch.path = context_.study.path;
    Study::Unresolved parts;
    const Reading reading{context_.document, scratch, parts};
    if (groups.keys.empty()) parameter.entry.fail("groups: there are none");
    for (std::size_t g = 0; g < groups.keys.size(); ++g) {
      yaml::Node ignored;
      const std::string key = parameter.entry.key + ".groups." + groups.keys[g];
      for (const RegionName& name : read_region_names(reading, groups.items[g], key, ignored)) {
        for (const GlobalIndex region : regions.find(name)) {
          int& group = parameter.group[static_cast<std::size_t>(region)];
          if (group >= 0)
            throw ConfigError(name.place +
                              fmt::format("region {} is in group '{}' already", name.label,
                                          groups.keys[static_cast<std::size_t>(group)]));
          group = static_cast<int>(g);
        }
      }
    }
    return groups.keys;
  }

  /// A file with a whole number for each region: that of its group.
  std::vector<std::string> numbered_groups(const yaml::Node& file, const RegionIndex& regions,
                                           FitParameter& parameter) const {
    const std::vector<double> numbers = read_group_numbers(parameter.entry, file, regions);
    std::map<double, int> known;
    for (const double number : numbers) {
      if (number != std::floor(number))
        parameter.entry.fail(fmt::format(
            "groups: {}: {} is no number of a group (allowed: whole numbers)", file.text, number));
      known[number] = 0;
    }
    std::vector<std::string> names;
    for (auto& [number, group] : known) {
      group = static_cast<int>(names.size());
      names.push_back(number_text(number));
    }
    for (std::size_t i = 0; i < numbers.size(); ++i)
      parameter.group[i] = known.at(numbers[i]);
    return names;
  }

  [[nodiscard]] std::vector<double> read_group_numbers(const PathEntry& entry,
                                                       const yaml::Node& file,
                                                       const RegionIndex& regions) const {
    if (!file.is_scalar())
      entry.fail(
          fmt::format("groups: expected a file or {{name: [regions]}}, not {}", describe(file)));
    return values_in(file_form(entry, file, "groups: "), regions);
  }

  const Context& context_;
  const Regions& regions_;
};

/// Finds the parameters that others are derived from. Paths become names of the same length that
/// expressions may have, so that a mark below the text is where it should be.
class Operands {
 public:
  Operands(const std::vector<FitParameter>& all, FitParameter& parameter)
      : all_(all), parameter_(parameter) {}

  void find() {
    if (parameter_.form == Form::tied) {
      parameter_.from = {number_of(parameter_.text)};
      return check_tied();
    }
    std::string text = parameter_.text;
    for (std::size_t at = 0; at < text.size();)
      at = word(text, at);
    try {
      parameter_.program = expression::compile(text);
    } catch (const ConfigError& error) {
      std::string message = error.what();
      const std::size_t shown = message.find(text);
      if (shown != std::string::npos) message.replace(shown, text.size(), parameter_.text);
      parameter_.entry.fail("expression: " + message);
    }
    for (const std::string& name : parameter_.program.names)
      parameter_.from.push_back(operand(name));
    if (parameter_.from.empty())
      parameter_.entry.fail("expression: names no other parameter: give {fixed: value}");
  }

 private:
  static bool in_word(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '.' || c == '$';
  }

  /// Goes over a word of the text, or one other character; returns what comes next.
  std::size_t word(std::string& text, std::size_t at) {
    std::size_t end = at;
    while (end < text.size() && in_word(text[end]))
      ++end;
    const std::string path = text.substr(at, end - at);
    const bool number = std::isdigit(static_cast<unsigned char>(text[at])) != 0;
    if (path.empty() || number || path.find_first_of(".$") == std::string::npos)
      return std::max(end, at + 1);
    std::string name = path;
    std::replace_if(
        name.begin(), name.end(), [](char c) { return c == '.' || c == '$'; }, '_');
    const auto [known, fresh] = paths_.emplace(name, path);
    if (!fresh && known->second != path)
      parameter_.entry.fail(
          fmt::format("expression: `{}` and `{}` are too much alike", path, known->second));
    text.replace(at, path.size(), name);
    return end;
  }

  [[nodiscard]] std::size_t number_of(const std::string& path) const {
    std::vector<std::string> names;
    for (std::size_t k = 0; k < all_.size(); ++k) {
      if (all_[k].entry.path == path) return k;
      names.push_back(all_[k].entry.path);
    }
    parameter_.entry.fail(fmt::format("`{}` is not varied here", path) + hint(path, names));
  }

  [[nodiscard]] std::size_t operand(const std::string& name) const {
    const auto path = paths_.find(name);
    const std::size_t k = number_of(path == paths_.end() ? name : path->second);
    const FitParameter& one = all_[k];
    if (is_text(one))
      parameter_.entry.fail(fmt::format("expression: `{}` is no number", one.entry.path));
    return k;
  }

  void check_tied() const {
    const FitParameter& from = all_[parameter_.from.front()];
    if (parameter_.factor != 1.0 && is_text(from))
      parameter_.entry.fail(fmt::format("factor: `{}` is no number", from.entry.path));
  }

  static bool is_text(const FitParameter& from) {
    if (from.form == Form::fixed) return std::isnan(from.number);
    return from.form == Form::searched && !from.parts.front().value->choices.empty();
  }

  const std::vector<FitParameter>& all_;
  FitParameter& parameter_;
  std::map<std::string, std::string> paths_;
};

}  // namespace

RegionIndex regions_of(const Context& context, const std::string& path,
                       const network::Connectome& connectome) {
  const network::Connectome& own = connectome.mapped ? connectome.mapped->regions : connectome;
  const Study::Unresolved& parts = *context.study.regions()->unresolved;
  if (!parts.listed || !path.starts_with("models.")) return RegionIndex(own);
  const std::size_t number = std::stoul("0" + path.substr(7, path.find('.', 7) - 7));
  const auto owner = populations_of_regions(parts, own, RegionIndex(own));
  std::vector<GlobalIndex> members;
  for (std::size_t region = 0; region < owner.size(); ++region) {
    if (owner[region] == number) members.push_back(static_cast<GlobalIndex>(region));
  }
  return {own, std::move(members)};
}

std::vector<FitParameter> read_parameters(const Context& context, const yaml::Node& vary,
                                          const Regions& regions) {
  std::vector<PathEntry> entries = path_entries(context, vary, "fit.vary", {}, keys_of_forms());
  check_distinct(entries);
  ParameterReader reader(context, regions);
  std::vector<FitParameter> all;
  std::size_t variables = 0;
  for (PathEntry& entry : entries) {
    all.push_back(reader.read(std::move(entry)));
    variables += all.back().variables();
  }
  for (FitParameter& parameter : all) {
    if (parameter.derived()) Operands(all, parameter).find();
    parameter.entry.node = nullptr;  // of a document that may go before the fit does
  }
  if (variables == 0)
    throw ConfigError(context.place(vary, "fit.vary") +
                      "there is nothing to search (expected: a path with bounds)");
  if (variables > most_variables)
    throw ConfigError(context.place(vary, "fit.vary") +
                      fmt::format("{} variables (allowed: up to {})", variables, most_variables));
  return all;
}

}  // namespace arcuate::io
