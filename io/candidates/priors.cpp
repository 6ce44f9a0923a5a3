#include "priors.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "arcuate/core/error.hpp"
#include "arcuate/core/math.hpp"
#include "arcuate/core/suggest.hpp"

namespace arcuate::io {
namespace {

using Arguments = std::span<const double>;
constexpr double inf = std::numeric_limits<double>::infinity();

double z(double v, Arguments a) {
  return (v - a[0]) / a[1];
}

double huber(double v, Arguments a) {
  const double size = std::abs(v - a[0]);
  return size <= a[1] ? 0.5 * size * size : a[1] * (size - 0.5 * a[1]);
}

constexpr std::array prior_kinds{
    PriorKind{"normal", "mean, sd", 2, 1, -inf, inf,
              [](double v, Arguments a) { return 0.5 * z(v, a) * z(v, a); }},
    PriorKind{"lognormal", "mean and sd of log(v)", 2, 1, 0.0, inf,
              [](double v, Arguments a) {
                const double log = math::log(v);
                return 0.5 * z(log, a) * z(log, a) + log;
              }},
    PriorKind{"laplace", "centre, scale", 2, 1, -inf, inf,
              [](double v, Arguments a) { return std::abs(z(v, a)); }},
    PriorKind{"cauchy", "centre, scale", 2, 1, -inf, inf,
              [](double v, Arguments a) { return math::log(1.0 + z(v, a) * z(v, a)); }},
    PriorKind{"student_t", "centre, scale, degrees of freedom", 3, 2, -inf, inf,
              [](double v, Arguments a) {
                return 0.5 * (a[2] + 1.0) * math::log(1.0 + z(v, a) * z(v, a) / a[2]);
              }},
    PriorKind{"gamma", "shape, rate", 2, 2, 0.0, inf,
              [](double v, Arguments a) { return a[1] * v - (a[0] - 1.0) * math::log(v); }},
    PriorKind{"inverse_gamma", "shape, scale", 2, 2, 0.0, inf,
              [](double v, Arguments a) { return (a[0] + 1.0) * math::log(v) + a[1] / v; }},
    PriorKind{"beta", "a, b", 2, 2, 0.0, 1.0,
              [](double v, Arguments a) {
                return (1.0 - a[0]) * math::log(v) + (1.0 - a[1]) * math::log(1.0 - v);
              }},
    PriorKind{"exponential", "rate", 1, 1, 0.0, inf, [](double v, Arguments a) { return a[0] * v; },
              true},
    PriorKind{"l1", "centre", 1, 0, -inf, inf,
              [](double v, Arguments a) { return std::abs(v - a[0]); }},
    PriorKind{"l2", "centre", 1, 0, -inf, inf,
              [](double v, Arguments a) { return (v - a[0]) * (v - a[0]); }},
    PriorKind{"huber", "centre, width", 2, 1, -inf, inf, huber}};

std::vector<std::string> prior_names() {
  std::vector<std::string> names;
  for (const PriorKind& kind : prior_kinds)
    names.emplace_back(kind.name);
  return names;
}

class PriorReader {
 public:
  PriorReader(const Context& context, const std::string& key) : context_(context), key_(key) {}

  [[nodiscard]] Prior read(const yaml::Node& node, std::string_view unit, double low,
                           double high) const {
    if (!node.is_map())
      fail(node, fmt::format("expected {{normal: [mean, sd]}}, not {}", describe(node)));
    Prior prior;
    for (std::size_t i = 0; i < node.keys.size(); ++i) {
      if (node.keys[i] == "weight") {
        prior.weight = number(node.items[i], "");
        if (!(prior.weight >= 0.0))
          fail(node.items[i], fmt::format("weight {} (allowed: >= 0)", prior.weight));
        continue;
      }
      if (prior.kind != nullptr) fail(node, "two priors: give one");
      read_kind(node.keys[i], node.items[i], unit, prior);
    }
    if (prior.kind == nullptr) fail(node, "names no prior" + hint("", prior_names()));
    const bool at_end = prior.kind->at_low && low == prior.kind->low;
    if (!((at_end || low > prior.kind->low) && high < prior.kind->high))
      fail(node,
           fmt::format("{}: bounds [{}, {}] (allowed: inside {}{}, {}))", prior.kind->name, low,
                       high, prior.kind->at_low ? '[' : '(', prior.kind->low, prior.kind->high));
    return prior;
  }

 private:
  void read_kind(const std::string& name, const yaml::Node& node, std::string_view unit,
                 Prior& prior) const {
    const auto found = std::find_if(prior_kinds.begin(), prior_kinds.end(),
                                    [&](const PriorKind& kind) { return kind.name == name; });
    if (found == prior_kinds.end())
      fail(node, fmt::format("there is no prior '{}'", name) + hint(name, prior_names()));
    prior.kind = found;
    const std::vector<yaml::Node> items = node.is_list() ? node.items : std::vector{node};
    if (items.size() != found->count)
      fail(node, fmt::format("{}: expected [{}], not {}", name, found->arguments, describe(node)));
    for (std::size_t k = 0; k < items.size(); ++k) {
      const double value = number(items[k], unit);
      if (k + found->positive >= found->count && !(value > 0.0))
        fail(node, fmt::format("{}: {} (allowed: [{}], of which the last {} above 0)", name, value,
                               found->arguments, found->positive));
      prior.arguments.push_back(value);
    }
  }

  [[nodiscard]] double number(const yaml::Node& node, std::string_view unit) const {
    const double value = to_number(node, unit, context_.place(node, key_));
    if (!std::isfinite(value)) fail(node, fmt::format("{} is not finite", node.text));
    return value;
  }
  [[noreturn]] void fail(const yaml::Node& node, const std::string& message) const {
    throw ConfigError(context_.place(node, key_) + "prior: " + message);
  }

  const Context& context_;
  const std::string& key_;
};

}  // namespace

Prior read_prior(const Context& context, const yaml::Node& node, const std::string& key,
                 std::string_view unit, double low, double high) {
  return PriorReader(context, key).read(node, unit, low, high);
}

}  // namespace arcuate::io
