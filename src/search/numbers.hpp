#pragma once

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

namespace arcuate::search {

/// JSON has no word for what is not a number.
inline nlohmann::ordered_json number_json(double value) {
  return std::isfinite(value) ? nlohmann::ordered_json(value) : nlohmann::ordered_json(nullptr);
}
inline double number_of_json(const nlohmann::ordered_json& value) {
  return value.is_null() ? std::numeric_limits<double>::quiet_NaN() : value.get<double>();
}

}  // namespace arcuate::search
