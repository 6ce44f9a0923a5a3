#include "bounds.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "arcuate/core/error.hpp"
#include "arcuate/core/names.hpp"
#include "arcuate/core/suggest.hpp"

namespace arcuate::io {
namespace {

class BoundsReader {
 public:
  BoundsReader(const Context& context, const PathEntry& entry) : context_(context), entry_(entry) {}

  SearchedValue read(const yaml::Node& node, const std::string& name,
                     const std::vector<std::string>& more) const {
    SearchedValue value = of_form(node, name, more);
    try {
      optimise::Space({value.variable});
    } catch (const ConfigError& error) {
      const std::string message = error.what();
      const bool named = message.starts_with(name + ": ");
      fail(node, named ? message.substr(name.size() + 2) : message);
    }
    return value;
  }

 private:
  [[nodiscard]] SearchedValue of_form(const yaml::Node& node, const std::string& name,
                                      const std::vector<std::string>& more) const {
    if (node.is_scalar() && node.text == "usual") return usual(node, name);
    if (node.is_list()) return of_pair(node, name, "linear");
    if (!node.is_map())
      fail(node, fmt::format("expected bounds [low, high], not {}", describe(node)));
    const std::string form = form_of(node, more);
    const yaml::Node& inner = *node.find(form);
    SearchedValue value = form == "choices" ? of_choices(inner, name) : of_pair(inner, name, form);
    if (const yaml::Node* start = node.find("start")) read_start(*start, value);
    return value;
  }

  [[nodiscard]] std::string form_of(const yaml::Node& node,
                                    const std::vector<std::string>& more) const {
    std::vector<std::string> allowed(std::begin(bound_forms), std::end(bound_forms));
    std::string form;
    for (const std::string& key : node.keys) {
      const bool is_form = std::find(allowed.begin(), allowed.end(), key) != allowed.end();
      if (is_form && !form.empty())
        fail(node, fmt::format("`{}` and `{}`: give one of them", form, key));
      if (is_form) form = key;
    }
    std::vector<std::string> all = allowed;
    all.emplace_back("start");
    all.insert(all.end(), more.begin(), more.end());
    for (const std::string& key : node.keys) {
      if (std::find(all.begin(), all.end(), key) == all.end())
        fail(node, fmt::format("unknown key '{}'", key) + hint(key, all));
    }
    if (form.empty()) fail(node, "there are no bounds" + hint("", allowed));
    return form;
  }

  [[nodiscard]] SearchedValue usual(const yaml::Node& node, const std::string& name) const {
    if (!entry_.info.usual)
      fail(node, "`usual`: only a parameter of the model has a usual range; give [low, high]");
    return {optimise::real(name, entry_.info.usual->low, entry_.info.usual->high)};
  }

  [[nodiscard]] SearchedValue of_pair(const yaml::Node& node, const std::string& name,
                                      const std::string& form) const {
    if (!node.is_list() || node.items.size() != 2)
      fail(node, fmt::format("expected bounds [low, high], not {}",
                             node.is_list() ? fmt::format("{} values; a choice of values is "
                                                          "{{choices: [...]}}",
                                                          node.items.size())
                                            : describe(node)));
    const double low = number(node.items[0]);
    const double high = number(node.items[1]);
    const bool whole = form == "integer" || entry_.info.type == KeyType::integer;
    const auto scale = form == "log"     ? optimise::Scale::log
                       : form == "logit" ? optimise::Scale::logit
                                         : optimise::Scale::linear;
    return {whole ? optimise::integer(name, low, high, scale)
                  : optimise::real(name, low, high, scale)};
  }

  [[nodiscard]] SearchedValue of_choices(const yaml::Node& node, const std::string& name) const {
    if (!node.is_list())
      fail(node, fmt::format("expected a list of choices, not {}", describe(node)));
    std::vector<std::string> texts;
    for (const yaml::Node& item : node.items) {
      if (item.kind == yaml::Node::Kind::null) fail(item, "an empty choice");
      texts.push_back(yaml::emit_line(item));
    }
    return {optimise::choice(name, texts), texts};
  }

  void read_start(const yaml::Node& node, SearchedValue& value) const {
    if (value.choices.empty()) {
      value.variable.start = number(node);
      return;
    }
    const auto found = std::find(value.choices.begin(), value.choices.end(), yaml::emit_line(node));
    if (found == value.choices.end())
      fail(node, fmt::format("start: {} is none of the choices", describe(node)) +
                     hint(node.text, value.choices));
    value.variable.start = static_cast<double>(found - value.choices.begin());
  }

  [[nodiscard]] double number(const yaml::Node& node) const {
    return to_number(node, entry_.info.unit, context_.place(node, entry_.key));
  }

  [[noreturn]] void fail(const yaml::Node& node, const std::string& message) const {
    throw ConfigError(context_.place(node, entry_.key) + message);
  }

  const Context& context_;
  const PathEntry& entry_;
};

}  // namespace

std::string SearchedValue::text(double value) const {
  if (choices.empty()) return number_text(value);
  return choices[static_cast<std::size_t>(value)];
}

SearchedValue read_bounds(const Context& context, const PathEntry& entry, const yaml::Node& node,
                          const std::string& name, const std::vector<std::string>& more) {
  return BoundsReader(context, entry).read(node, name, more);
}

void set_bounds(const optimise::Variable& variable, Column& column) {
  column.scale = core::word_of(variable.scale);
  column.low = variable.low;
  column.high = variable.high;
}

std::string table_of(const optimise::Space& space, const std::vector<std::string>& units,
                     bool start) {
  std::size_t width = 8;
  for (const optimise::Variable& variable : space.variables())
    width = std::max(width, variable.name.size());
  const auto line = [&](const auto&... cells) {
    return fmt::format("{:<{}}  {:<8}{:<8}{:>12} {:>12}", cells...);
  };
  std::string text = line("variable", width, "kind", "scale", "low", "high");
  text += start ? fmt::format(" {:>12}  unit\n", "start") : std::string("  unit\n");
  const optimise::Vector first = space.decode(space.start());
  for (std::size_t i = 0; i < space.variables().size(); ++i) {
    const optimise::Variable& variable = space.variables()[i];
    const SearchedValue searched{variable, variable.choices};
    const auto shown = [&](double value) {
      return variable.choices.empty() ? fmt::format("{:.6g}", value) : searched.text(value);
    };
    const bool choice = !variable.choices.empty();
    text += line(variable.name, width, core::word_of(variable.kind),
                 choice ? "" : core::word_of(variable.scale), choice ? "" : shown(variable.low),
                 choice ? "" : shown(variable.high));
    if (start) text += fmt::format(" {:>12}", shown(first[static_cast<optimise::Index>(i)]));
    text += choice ? fmt::format("  of {}\n", fmt::join(variable.choices, ", "))
                   : fmt::format("  {}\n", units[i] == "1" ? "" : units[i]);
  }
  return text;
}

bool has_bounds(const yaml::Node& node) {
  if (node.is_list()) return true;
  if (node.is_scalar()) return node.text == "usual";
  return std::any_of(std::begin(bound_forms), std::end(bound_forms),
                     [&](const char* form) { return node.find(form) != nullptr; });
}

}  // namespace arcuate::io
