#pragma once

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>

namespace arcuate::search {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// JSON has no word for what is not a number.
inline nlohmann::ordered_json number_json(double value) {
  return std::isfinite(value) ? nlohmann::ordered_json(value) : nlohmann::ordered_json(nullptr);
}
inline double number_of_json(const nlohmann::ordered_json& value) {
  return value.is_null() ? nan : value.get<double>();
}

/// On one line. What is no UTF-8 (in names of files, in messages) becomes a replacement character.
inline std::string line(const nlohmann::ordered_json& json) {
  return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace arcuate::search
