#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "context.hpp"

namespace arcuate::io {

/// -log of a density of v, without its constant; or a penalty of its own.
struct PriorKind {
  std::string_view name;
  std::string_view arguments;  ///< "mean, sd"
  std::size_t count = 0;
  std::size_t positive = 0;  ///< the last so many arguments are above 0
  double low = 0.0;          ///< v lies between these, which are excluded
  double high = 0.0;
  double (*value)(double v, std::span<const double> a);
  bool at_low = false;  ///< it is finite at its lower end, which is included
};

/// A prior of a variable.
struct Prior {
  const PriorKind* kind = nullptr;
  std::vector<double> arguments{};
  double weight = 1.0;

  [[nodiscard]] double value(double v) const { return kind->value(v, arguments); }
};

/// {normal: [mean, sd], weight: w} of a variable within [low, high]. Throws ConfigError.
Prior read_prior(const Context& context, const yaml::Node& node, const std::string& key,
                 std::string_view unit, double low, double high);

}  // namespace arcuate::io
