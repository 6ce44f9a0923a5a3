#include "values.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

#include "arcuate/core/error.hpp"
#include "arcuate/core/math.hpp"
#include "arcuate/core/suggest.hpp"
#include "bounds.hpp"

namespace arcuate::io {
namespace {

constexpr double most_values = 1e6;

class ValuesReader {
 public:
  ValuesReader(const Context& context, const PathEntry& entry) : context_(context), entry_(entry) {}

  [[nodiscard]] SweptPath read() const {
    SweptPath path{entry_.path, entry_.place, entry_.info.unit, {}, {}};
    const yaml::Node& node = *entry_.node;
    if (node.is_list()) {
      of_list(node, path);
    } else if (node.is_map()) {
      of_form(node, path);
    } else {
      entry_.fail(
          fmt::format("expected a list of values, not {}; what does not vary belongs to "
                      "the study",
                      describe(node)));
    }
    refuse_duplicates(path);
    return path;
  }

 private:
  void of_list(const yaml::Node& node, SweptPath& path) const {
    if (node.items.empty()) entry_.fail("the list is empty");
    for (const yaml::Node& item : node.items) {
      if (item.kind == yaml::Node::Kind::null)
        throw ConfigError(context_.place(item, entry_.key) + "an empty value");
      path.values.push_back(yaml::emit_line(item));
    }
    add_numbers(entry_.info, path);
  }

  void of_form(const yaml::Node& node, SweptPath& path) const {
    const std::vector<std::string> allowed(std::begin(value_forms), std::end(value_forms));
    if (has_bounds(node))
      entry_.fail(
          fmt::format("`{}` is for designs that draw (random, lhs, sobol, halton, morris); "
                      "the values of a grid are a list, linspace, logspace or range",
                      node.keys.front()));
    if (node.keys.size() != 1 ||
        std::find(allowed.begin(), allowed.end(), node.keys.front()) == allowed.end())
      entry_.fail(fmt::format("expected a list of values, or one of linspace, logspace, range{}",
                              node.keys.empty() ? "" : hint(node.keys.front(), allowed)));
    const std::string& form = node.keys.front();
    const yaml::Node& inner = node.items.front();
    if (!inner.is_list() || inner.items.size() != 3)
      entry_.fail(fmt::format("{}: expected [first, last, {}], not {}", form,
                              form == "range" ? "step" : "count", describe(inner)));
    path.numbers = form == "range" ? of_range(inner) : of_space(inner, form == "logspace");
    for (const double value : path.numbers)
      path.values.push_back(number_text(value));
  }

  [[nodiscard]] std::vector<double> of_space(const yaml::Node& node, bool log) const {
    const double a = number(node.items[0]);
    const double b = number(node.items[1]);
    const double count = to_number(node.items[2], "", place_of(node.items[2]));
    if (!(count >= 2.0 && count <= most_values) || count != std::floor(count))
      fail(node.items[2], fmt::format("count {} (allowed: whole numbers from 2 to {:.0f})",
                                      node.items[2].text, most_values));
    if (log && !(a > 0.0 && b > 0.0))
      fail(node, fmt::format("logspace from {} to {} (allowed: values above 0; they are the values "
                             "themselves, not their exponents)",
                             a, b));
    if (a == b) fail(node, fmt::format("first and last are the same, {}", a));
    std::vector<double> values;
    const double last = count - 1.0;
    for (double k = 0.0; k < count; ++k) {
      const double x =
          log ? a * math::exp(k / last * math::log(b / a)) : (a * (last - k) + b * k) / last;
      values.push_back(k == 0.0 ? a : k == last ? b : x);
    }
    return values;
  }

  /// The last value belongs to the range when whole steps lead to it.
  [[nodiscard]] std::vector<double> of_range(const yaml::Node& node) const {
    const double a = number(node.items[0]);
    const double b = number(node.items[1]);
    const double step = number(node.items[2]);
    const double steps = (b - a) / step;
    if (!(steps > 0.0) || step == 0.0)
      fail(node, fmt::format("range from {} to {} in steps of {} never gets there", a, b, step));
    if (steps >= most_values)
      fail(node, fmt::format("{:.6g} values (allowed: up to {:.0f})", steps + 1.0, most_values));
    std::vector<double> values;
    const double count = std::floor(steps + 1e-9);
    for (double k = 0.0; k <= count; ++k)
      values.push_back(std::abs(steps - k) < 1e-9 ? b : a + k * step);
    return values;
  }

  [[nodiscard]] double number(const yaml::Node& node) const {
    const double value = to_number(node, entry_.info.unit, place_of(node));
    if (!std::isfinite(value)) fail(node, fmt::format("{} is not finite", node.text));
    return value;
  }

  void refuse_duplicates(const SweptPath& path) const {
    std::set<std::string> texts;
    std::set<double> numbers;
    // Large seeds differ by less than a number of double precision can show.
    const bool by_text = path.text() || entry_.info.type == KeyType::integer;
    for (std::size_t k = 0; k < path.values.size(); ++k) {
      const bool known =
          by_text ? !texts.insert(path.values[k]).second : !numbers.insert(path.numbers[k]).second;
      if (known)
        entry_.fail(fmt::format("{} is there twice; to simulate the same again give `repeats`",
                                path.values[k]));
    }
  }

  [[nodiscard]] std::string place_of(const yaml::Node& node) const {
    return context_.place(node, entry_.key);
  }
  [[noreturn]] void fail(const yaml::Node& node, const std::string& message) const {
    throw ConfigError(place_of(node) + message);
  }

  const Context& context_;
  const PathEntry& entry_;
};

}  // namespace

void add_numbers(const PathInfo& info, SweptPath& path) {
  constexpr std::array texts{KeyType::text, KeyType::file, KeyType::choice, KeyType::names,
                             KeyType::flag};
  if (std::find(texts.begin(), texts.end(), info.type) != texts.end()) return;
  std::vector<double> numbers;
  for (const std::string& text : path.values) {
    try {
      numbers.push_back(to_number(yaml::scalar(text), info.unit, ""));
    } catch (const ConfigError&) {
      return;
    }
  }
  path.numbers = std::move(numbers);
}

SweptPath read_values(const Context& context, const PathEntry& entry) {
  return ValuesReader(context, entry).read();
}

}  // namespace arcuate::io
