#include "arcuate/model/limits.hpp"

#include <algorithm>
#include <cmath>

namespace arcuate::model {
namespace {

constexpr double orders_of_magnitude = 1e4;

bool is_time(std::string_view unit) {
  return unit == "ms" || unit == "s";
}
bool is_capacitance(std::string_view unit) {
  return unit.starts_with("uF") || unit.starts_with("pF") || unit.starts_with("nF");
}

}  // namespace

Takes takes_of(const ParameterInfo& parameter) {
  if (parameter.takes != Takes::derived) return parameter.takes;
  const bool positive = is_time(parameter.unit) || is_capacitance(parameter.unit) ||
                        parameter.name.starts_with("tau");
  return positive && parameter.range.low > 0.0 ? Takes::positive : Takes::any;
}

bool can_take(Takes takes, double value) {
  if (!std::isfinite(value)) return false;
  switch (takes) {
    case Takes::positive:
      return value > 0.0;
    case Takes::not_negative:
      return value >= 0.0;
    case Takes::fraction:
      return value >= 0.0 && value <= 1.0;
    case Takes::zero_or_one:
      return value == 0.0 || value == 1.0;
    case Takes::derived:
    case Takes::any:
      break;
  }
  return true;
}

std::string_view allowed_text(Takes takes) {
  switch (takes) {
    case Takes::positive:
      return "> 0";
    case Takes::not_negative:
      return ">= 0";
    case Takes::fraction:
      return "0 to 1";
    case Takes::zero_or_one:
      return "0 or 1";
    case Takes::derived:
    case Takes::any:
      break;
  }
  return "";
}

Range plausible_range(const StateInfo& state) {
  if (state.plausible.low < state.plausible.high) return state.plausible;
  if (state.unit == "rad") return any_value;
  const auto [low, high] = state.range;
  const double scale =
      std::max({high - low, std::abs(low), std::abs(high), std::abs(state.initial)});
  return {low - orders_of_magnitude * scale, high + orders_of_magnitude * scale};
}

}  // namespace arcuate::model
