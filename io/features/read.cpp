#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <set>
#include <variant>

#include "arcuate/analysis/plugin.hpp"
#include "arcuate/core/error.hpp"
#include "arcuate/core/suggest.hpp"
#include "arcuate/core/units.hpp"
#include "arcuate/io/features.hpp"
#include "file/yaml.hpp"
#include "matrix/text.hpp"
#include "read.hpp"
#include "table.hpp"

namespace arcuate::io {
namespace {

using analysis::OptionInfo;
using analysis::Options;
using analysis::OptionType;

std::vector<std::string> words_in(std::string_view text) {
  std::vector<std::string> words;
  while (!text.empty()) {
    const std::size_t comma = text.find(", ");
    words.emplace_back(text.substr(0, comma));
    text = comma == std::string_view::npos ? "" : text.substr(comma + 2);
  }
  return words;
}

/// Whether a number satisfies "> 0", ">= 2", "0 to 1" or "".
bool within(double value, std::string_view bounds) {
  const auto number = [](std::string_view text) {
    return matrix::parse_number(text).value_or(0.0);
  };
  if (bounds.empty()) return true;
  if (bounds.starts_with(">= ")) return value >= number(bounds.substr(3));
  if (bounds.starts_with("> ")) return value > number(bounds.substr(2));
  const std::size_t to = bounds.find(" to ");
  return value >= number(bounds.substr(0, to)) && value <= number(bounds.substr(to + 4));
}

/// One value of a feature, and where it stands.
struct Given {
  const yaml::Document& document;
  const yaml::Node& node;
  std::string path;

  [[noreturn]] void fail(const std::string& message) const {
    throw ConfigError(yaml::place(document, node, path) + message);
  }
  [[nodiscard]] Given part(const yaml::Node& inner, const std::string& key) const {
    return {document, inner, path + "." + key};
  }
};

std::string described(const yaml::Node& node) {
  if (node.is_map()) return "a map";
  if (node.is_list()) return "a list";
  return node.is_scalar() ? "'" + node.text + "'" : "nothing";
}

/// Plain numbers are in the unit; what has a unit of its own is converted, as in a study. `unit`:
/// "" of numbers without one, "unit" of those in that of the signal.
double to_number(const Given& given, std::string_view unit) {
  const bool scalar = given.node.is_scalar();
  const auto plain = scalar ? matrix::parse_number(given.node.text) : std::nullopt;
  auto value = given.node.quoted ? std::nullopt : plain;
  if (scalar && !plain && !unit.empty() && unit != "unit") {
    try {
      value = units::parse(given.node.text, unit);
    } catch (const ConfigError& error) {
      given.fail(error.what());
    }
  }
  if (!value || !std::isfinite(*value))
    given.fail(fmt::format("expected a finite number, not {}", described(given.node)));
  return *value;
}

std::string to_text(const Given& given) {
  if (!given.node.is_scalar() || given.node.text.empty())
    given.fail(fmt::format("expected a text, not {}", described(given.node)));
  return given.node.text;
}

bool to_flag(const Given& given) {
  const bool yes = given.node.is_scalar() && given.node.text == "true";
  if (!yes && !(given.node.is_scalar() && given.node.text == "false"))
    given.fail(fmt::format("expected true or false, not {}", described(given.node)));
  return yes;
}

std::string to_word(const Given& given, std::string_view allowed) {
  const std::string word = to_text(given);
  const std::vector<std::string> words = words_in(allowed);
  if (std::find(words.begin(), words.end(), word) == words.end())
    given.fail(fmt::format("is '{}'{}", word, hint(word, words)));
  return word;
}

analysis::Band to_band(const Given& given, std::string_view unit) {
  if (!given.node.is_list() || given.node.items.size() != 2)
    given.fail(fmt::format("expected two frequencies [low, high], not {}", described(given.node)));
  const analysis::Band band{to_number(given.part(given.node.items[0], "0"), unit),
                            to_number(given.part(given.node.items[1], "1"), unit)};
  if (band.low < 0.0 || band.high < 0.0) given.fail("a frequency below 0 (allowed: >= 0)");
  return band;
}

std::vector<analysis::NamedBand> to_bands(const Given& given, std::string_view unit) {
  if (!given.node.is_map() || given.node.keys.empty())
    given.fail(
        fmt::format("expected bands by name, {{alpha: [8, 13]}}, not {}", described(given.node)));
  std::vector<analysis::NamedBand> bands;
  for (std::size_t k = 0; k < given.node.keys.size(); ++k) {
    const Given one = given.part(given.node.items[k], given.node.keys[k]);
    bands.push_back({given.node.keys[k], to_band(one, unit)});
    if (bands.back().band.low > bands.back().band.high)
      one.fail("a band that ends below its begin (allowed: the second not lower than the first)");
  }
  return bands;
}

Options::Value to_value(const OptionInfo& info, const Given& given) {
  switch (info.type) {
    case OptionType::flag:
      return to_flag(given);
    case OptionType::word:
      return to_word(given, info.allowed);
    case OptionType::text:
      return to_text(given);
    case OptionType::band:
      return to_band(given, info.unit);
    case OptionType::bands:
      return to_bands(given, info.unit);
    case OptionType::number:
    case OptionType::whole:
      break;
  }
  const double value = to_number(given, info.unit);
  const bool whole = info.type == OptionType::whole;
  if (!within(value, info.allowed) || (whole && (value != std::floor(value) || value > 1e15))) {
    given.fail(fmt::format("is {} (allowed: {}{})", given.node.text, whole ? "a whole number " : "",
                           info.allowed));
  }
  return value;
}

/// Everything that may stand beside an option of a feature.
std::vector<const OptionInfo*> options_of(const analysis::Feature& feature) {
  std::vector<const OptionInfo*> all;
  for (const OptionInfo& info : source_options()) {
    if (info.name != "pairs" || feature.of_pairs) all.push_back(&info);
  }
  for (const OptionInfo& info : analysis::preparation_options())
    all.push_back(&info);
  for (const OptionInfo& info : feature.options)
    all.push_back(&info);
  return all;
}

/// A map of options becomes a request.
class Reader {
 public:
  Reader(const yaml::Document& document, const yaml::Node& node, std::string path)
      : document_(document), node_(node), path_(std::move(path)) {}

  FeatureRequest read() {
    if (!node_.is_map()) {
      throw ConfigError(yaml::place(document_, node_, path_) +
                        fmt::format("expected a map with `kind`, not {}", described(node_)));
    }
    FeatureRequest request;
    if (node_.find("plugin") != nullptr) {
      load(request);
    } else {
      request.feature = &kind();
    }
    request.place = yaml::place(document_, node_, path_);
    const std::vector<const OptionInfo*> options = options_of(*request.feature);
    refuse_unknown(options, *request.feature);
    for (const OptionInfo* info : options)
      take(*info, request.options);
    name(request);
    place_file(request);
    return request;
  }

 private:
  [[nodiscard]] std::string inner(std::string_view key) const {
    return path_.empty() ? std::string(key) : path_ + "." + std::string(key);
  }
  [[nodiscard]] Given given(const yaml::Node& value, std::string_view key) const {
    return {document_, value, inner(key)};
  }

  const analysis::Feature& kind() {
    std::vector<std::string> names;
    for (const analysis::Feature* one : analysis::features())
      names.emplace_back(one->name);
    const yaml::Node* const value = node_.find("kind");
    if (value == nullptr) {
      throw ConfigError(yaml::place(document_, node_, inner("kind")) +
                        "is missing (allowed: " + fmt::format("{}", fmt::join(names, ", ")) + ")");
    }
    const std::string word = to_text(given(*value, "kind"));
    if (const analysis::Feature* feature = analysis::find_feature(word)) return *feature;
    given(*value, "kind").fail(fmt::format("there is no feature '{}'{}", word, hint(word, names)));
  }

  /// A file is relative to the one that names it; from the command line to the working folder.
  [[nodiscard]] std::string placed(const std::string& file, const yaml::Node& named) const {
    const auto folder = std::filesystem::path(document_.path).parent_path();
    return named.override_ < 0 ? (folder / file).string() : file;
  }

  /// The feature of a plug-in.
  void load(FeatureRequest& request) const {
    const yaml::Node& named = *node_.find("plugin");
    const std::string file = to_text(given(named, "plugin"));
    try {
      analysis::Plugin plugin = analysis::load_plugin(placed(file, named));
      require_sound_defaults(*plugin.feature);
      request.feature = plugin.feature;
      request.plugin = std::move(plugin.path);
      request.plugin_sha256 = std::move(plugin.sha256);
    } catch (const DataError& error) {
      given(named, "plugin").fail(file + ": " + error.what());
    }
    const std::string name(request.feature->name);
    const yaml::Node* const kind = node_.find("kind");
    if (kind == nullptr)
      throw ConfigError(yaml::place(document_, node_, inner("kind")) +
                        "is missing (allowed: " + name + ")");
    to_word(given(*kind, "kind"), name);
  }

  void refuse_unknown(const std::vector<const OptionInfo*>& options,
                      const analysis::Feature& feature) const {
    std::vector<std::string> names{"kind", "plugin"};
    for (const OptionInfo* info : options)
      names.emplace_back(info->name);
    for (std::size_t k = 0; k < node_.keys.size(); ++k) {
      const std::string& key = node_.keys[k];
      if (std::find(names.begin(), names.end(), key) != names.end()) continue;
      given(node_.items[k], key)
          .fail(fmt::format("{} has no option of this name{}", feature.name, hint(key, names)));
    }
  }

  /// A study of a recording names every option, also those that nobody gave.
  bool is_default(const OptionInfo& info, const Options::Value& value) {
    if (info.fallback.empty() || info.fallback == "required") return false;
    const yaml::Node fallback = yaml::scalar(std::string(info.fallback));
    const Options::Value usual = to_value(info, given(fallback, info.name));
    if (const auto* number = std::get_if<double>(&value)) return *number == std::get<double>(usual);
    if (const auto* flag = std::get_if<bool>(&value)) return *flag == std::get<bool>(usual);
    const auto* word = std::get_if<std::string>(&value);
    return word != nullptr && *word == std::get<std::string>(usual);
  }

  void take(const OptionInfo& info, Options& options) {
    const yaml::Node* const value = node_.find(info.name);
    if (value != nullptr && value->kind != yaml::Node::Kind::null) {
      const Options::Value wanted = to_value(info, given(*value, info.name));
      options.set(info.name, wanted, !is_default(info, wanted));
    } else if (info.fallback == "required") {
      throw ConfigError(yaml::place(document_, node_, inner(info.name)) +
                        "is missing: " + std::string(info.meaning));
    } else if (!info.fallback.empty()) {
      const yaml::Node fallback = yaml::scalar(std::string(info.fallback));
      options.set(info.name, to_value(info, given(fallback, info.name)), false);
    }
  }

  void place_file(FeatureRequest& request) const {
    const std::string file = pairs_file_of(request);
    if (file.empty()) return;
    request.options.set("pairs", placed(file, *node_.find("pairs")));
  }

  void name(FeatureRequest& request) const {
    request.name = request.options.has("name") ? request.options.word("name")
                                               : std::string(request.feature->name);
    const auto allowed = [](unsigned char c) {
      return std::isalnum(c) != 0 || c == '_' || c == '-' || c == '.';
    };
    const bool good = std::all_of(request.name.begin(), request.name.end(), allowed) &&
                      request.name.find_first_not_of('.') != std::string::npos;
    if (good) return;
    given(*node_.find("name"), "name")
        .fail(fmt::format("is '{}' (allowed: letters, digits, '_', '-', '.')", request.name));
  }

  const yaml::Document& document_;
  const yaml::Node& node_;
  std::string path_;
};

void refuse_repeated(const std::vector<FeatureRequest>& requests) {
  std::set<std::string> names;
  for (const FeatureRequest& request : requests) {
    if (names.insert(request.name).second) continue;
    throw ConfigError(request.place + "a second feature is called '" + request.name +
                      "' (allowed: another `name`)");
  }
}

}  // namespace

std::string pairs_file_of(const FeatureRequest& request) {
  if (!request.options.has("pairs")) return "";
  const std::string& pairs = request.options.word("pairs");
  const bool is_word = pairs == "all" || pairs == "within_hemispheres" || pairs == "no_homotopic";
  return is_word ? "" : pairs;
}

std::vector<FeatureRequest> read_feature_list(const yaml::Document& document,
                                              const yaml::Node& list, const std::string& path) {
  std::vector<FeatureRequest> requests;
  for (std::size_t k = 0; k < list.items.size(); ++k)
    requests.push_back(Reader(document, list.items[k], fmt::format("{}.{}", path, k)).read());
  refuse_repeated(requests);
  return requests;
}

std::vector<FeatureRequest> read_features(const std::string& path) {
  const yaml::Document document = yaml::parse(yaml::read_text(path), path);
  const yaml::Node* const list = document.root.find("features");
  for (std::size_t k = 0; k < document.root.keys.size(); ++k) {
    const std::string& key = document.root.keys[k];
    if (key != "features") {
      throw ConfigError(yaml::place(document, document.root.key_lines[k], -1, key) +
                        "unknown key (allowed: features)");
    }
  }
  if (list == nullptr || !list->is_list() || list->items.empty())
    throw ConfigError(path + ": expected a list `features`, as `features: [{kind: fc}]`");
  return read_feature_list(document, *list, "features");
}

void require_sound_defaults(const analysis::Feature& feature) {
  yaml::Document document;
  document.path = fmt::format("feature {}", feature.name);
  for (const OptionInfo& option : feature.options) {
    if (option.fallback.empty() || option.fallback == "required") continue;
    const yaml::Node node = yaml::scalar(std::string(option.fallback));
    try {
      static_cast<void>(to_value(option, {document, node, std::string(option.name)}));
    } catch (const ConfigError&) {
      throw DataError(fmt::format("feature {}: option '{}': its default '{}' is not allowed",
                                  feature.name, option.name, option.fallback));
    }
  }
}

FeatureRequest feature_of(const std::string& kind, const std::vector<std::string>& settings) {
  yaml::Document document;
  document.path = "--feature " + kind;
  document.root.set("kind", yaml::scalar(kind));
  for (const std::string& setting : settings) {
    if (setting.ends_with('=')) throw ConfigError("--set " + setting + ": has no value");
    yaml::apply_override(document, setting);
  }
  return Reader(document, document.root, "").read();
}

}  // namespace arcuate::io
