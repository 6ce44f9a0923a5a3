#include "arcuate/optimise/space.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "arcuate/core/error.hpp"
#include "arcuate/core/math.hpp"

namespace arcuate::optimise {
namespace {

double to_scale(Scale scale, double x) {
  switch (scale) {
    case Scale::log:
      return math::log(x);
    case Scale::logit:
      return math::log(x) - math::log1p(-x);
    case Scale::linear:
      break;
  }
  return x;
}

double from_scale(Scale scale, double t) {
  switch (scale) {
    case Scale::log:
      return math::exp(t);
    case Scale::logit:
      return 1.0 / (1.0 + math::exp(-t));
    case Scale::linear:
      break;
  }
  return t;
}

/// Levels of a discrete axis reach half a step beyond the bounds.
double margin_of(const Variable& v) {
  return v.kind == Kind::real ? 0.0 : 0.5;
}

void check_scale(const Variable& v) {
  const bool positive = v.low > 0.0;
  if (v.scale == Scale::log && !positive)
    throw ConfigError(fmt::format("{}: bounds [{}, {}] on a log scale (allowed: both above 0)",
                                  v.name, v.low, v.high));
  if (v.scale == Scale::logit && (!positive || v.high >= 1.0))
    throw ConfigError(
        fmt::format("{}: bounds [{}, {}] on a logit scale (allowed: both inside (0, 1))", v.name,
                    v.low, v.high));
}

void check_bounds(const Variable& v) {
  if (!std::isfinite(v.low) || !std::isfinite(v.high))
    throw ConfigError(
        fmt::format("{}: bounds [{}, {}] (allowed: finite numbers)", v.name, v.low, v.high));
  if (v.low > v.high)
    throw ConfigError(fmt::format("{}: bounds [{}, {}] are reversed", v.name, v.low, v.high));
  if (v.low == v.high)
    throw ConfigError(fmt::format(
        "{}: bounds [{}, {}] are equal: give the value instead of a range", v.name, v.low, v.high));
  if (!std::isfinite(v.high - v.low))
    throw ConfigError(fmt::format("{}: bounds [{}, {}] are too far apart", v.name, v.low, v.high));
  check_scale(v);
}

void check_integer(const Variable& v) {
  constexpr double exact = 9007199254740992.0;  // 2^53
  const auto whole = [](double x) { return x == std::floor(x) && std::fabs(x) < exact; };
  if (!whole(v.low) || !whole(v.high))
    throw ConfigError(fmt::format("{}: bounds [{}, {}] of an integer (allowed: whole numbers)",
                                  v.name, v.low, v.high));
  if (v.scale == Scale::logit)
    throw ConfigError(
        fmt::format("{}: an integer on a logit scale (allowed: linear, log)", v.name));
}

void check_choice(const Variable& v) {
  if (v.choices.size() < 2)
    throw ConfigError(
        fmt::format("{}: {} choice(s) (allowed: two or more)", v.name, v.choices.size()));
  const std::set<std::string> different(v.choices.begin(), v.choices.end());
  if (different.size() != v.choices.size())
    throw ConfigError(
        fmt::format("{}: a choice appears twice in {}", v.name, fmt::join(v.choices, ", ")));
}

void check_start(const Variable& v) {
  if (!v.start) return;
  const bool inside = *v.start >= v.low && *v.start <= v.high;
  if (!inside)
    throw ConfigError(
        fmt::format("{}: start {} (allowed: {} to {})", v.name, *v.start, v.low, v.high));
}

void check(const Variable& v) {
  if (v.name.empty()) throw ConfigError("a variable has no name");
  if (v.kind == Kind::choice) check_choice(v);
  check_bounds(v);
  if (v.kind == Kind::integer) check_integer(v);
  check_start(v);
}

}  // namespace

Variable real(std::string name, double low, double high, Scale scale) {
  return {std::move(name), Kind::real, scale, low, high};
}

Variable integer(std::string name, double low, double high, Scale scale) {
  return {std::move(name), Kind::integer, scale, low, high};
}

Variable choice(std::string name, std::vector<std::string> words) {
  const double last = static_cast<double>(words.size()) - 1.0;
  return {std::move(name), Kind::choice, Scale::linear, 0.0, last, std::move(words)};
}

Space::Space(std::vector<Variable> variables)
    : variables_(std::move(variables)), first_(dimension()), last_(dimension()) {
  if (variables_.empty())
    throw ConfigError("there is nothing to vary (allowed: one variable or more)");
  std::set<std::string> names;
  for (Index i = 0; i < dimension(); ++i) {
    const Variable& v = at(i);
    check(v);
    if (!names.insert(v.name).second)
      throw ConfigError(fmt::format("{}: there are two variables of this name", v.name));
    first_[i] = to_scale(v.scale, v.low - margin_of(v));
    last_[i] = to_scale(v.scale, v.high + margin_of(v));
    if (!(first_[i] < last_[i]))
      throw ConfigError(
          fmt::format("{}: bounds [{}, {}] are one number on this scale", v.name, v.low, v.high));
  }
}

Vector Space::decode(const Vector& unit) const {
  Vector values(dimension());
  for (Index i = 0; i < dimension(); ++i) {
    const Variable& v = at(i);
    const double u = std::clamp(unit[i], 0.0, 1.0);
    // The ends are met exactly: a + 1 (b - a) may miss b.
    double x = from_scale(v.scale, u == 1.0 ? last_[i] : first_[i] + u * (last_[i] - first_[i]));
    if (v.kind != Kind::real) x = std::floor(x + 0.5);
    values[i] = u == 0.0 ? v.low : u == 1.0 ? v.high : std::clamp(x, v.low, v.high);
  }
  return values;
}

Vector Space::encode(const Vector& values) const {
  if (values.size() != dimension())
    throw ConfigError(fmt::format("{} values for {} variables", values.size(), dimension()));
  Vector unit(dimension());
  for (Index i = 0; i < dimension(); ++i) {
    const Variable& v = at(i);
    const bool inside = values[i] >= v.low && values[i] <= v.high;
    if (!inside)
      throw ConfigError(
          fmt::format("{} is {} (allowed: {} to {})", v.name, values[i], v.low, v.high));
    if (v.kind != Kind::real && values[i] != std::floor(values[i]))
      throw ConfigError(fmt::format("{} is {} (allowed: whole numbers)", v.name, values[i]));
    const double part = (to_scale(v.scale, values[i]) - first_[i]) / (last_[i] - first_[i]);
    unit[i] = std::clamp(part, 0.0, 1.0);
  }
  return unit;
}

Vector Space::start() const {
  Vector unit = Vector::Constant(dimension(), 0.5);
  for (Index i = 0; i < dimension(); ++i)
    if (at(i).start)
      unit[i] = (to_scale(at(i).scale, *at(i).start) - first_[i]) / (last_[i] - first_[i]);
  return unit.cwiseMax(0.0).cwiseMin(1.0);
}

Index Space::discrete_count() const {
  return static_cast<Index>(std::count_if(variables_.begin(), variables_.end(),
                                          [](const Variable& v) { return v.kind != Kind::real; }));
}

Index Space::levels(Index i) const {
  return static_cast<Index>(at(i).high - at(i).low) + 1;
}

Index Space::level(Index i, double unit) const {
  const double t = first_[i] + std::clamp(unit, 0.0, 1.0) * (last_[i] - first_[i]);
  const double x = std::floor(from_scale(at(i).scale, t) + 0.5);
  return static_cast<Index>(std::clamp(x, at(i).low, at(i).high) - at(i).low);
}

double Space::edge(Index i, Index level) const {
  const double x = at(i).low + static_cast<double>(level) - 0.5;
  return (to_scale(at(i).scale, x) - first_[i]) / (last_[i] - first_[i]);
}

std::string Space::table() const {
  std::string text = fmt::format("{:<24} {:<8} {:<7} {:>12} {:>12} {:>12}\n", "variable", "kind",
                                 "scale", "low", "high", "start");
  const Vector begin = decode(start());
  for (Index i = 0; i < dimension(); ++i) {
    const Variable& v = at(i);
    text += fmt::format("{:<24} {:<8} {:<7} {:>12.6g} {:>12.6g} {:>12.6g}\n", v.name,
                        core::word_of(v.kind), core::word_of(v.scale), v.low, v.high, begin[i]);
    if (v.kind == Kind::choice) text += fmt::format("  {}\n", fmt::join(v.choices, ", "));
  }
  return text;
}

}  // namespace arcuate::optimise
