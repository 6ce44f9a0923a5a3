#pragma once

#include "arcuate/io/candidate.hpp"
#include "arcuate/optimise/space.hpp"
#include "context.hpp"

namespace arcuate::io {

/// Keys of bounds that are a map.
inline constexpr const char* bound_forms[] = {"linear", "log", "logit", "integer", "choices"};

/// A variable of a search, and the texts of its values.
struct SearchedValue {
  optimise::Variable variable;
  std::vector<std::string> choices{};  ///< as YAML

  /// The value as YAML.
  [[nodiscard]] std::string text(double value) const;
};

/// `[low, high]`, `{log: [low, high]}`, `{logit: ...}`, `{integer: ...}`, `{choices: [...]}` with
/// `start`, or `usual`: the range of a parameter. `more`: further keys of the map that others read.
/// Throws ConfigError.
SearchedValue read_bounds(const Context& context, const PathEntry& entry, const yaml::Node& node,
                          const std::string& name, const std::vector<std::string>& more = {});

/// What a column says of a variable that is a number.
void set_bounds(const optimise::Variable& variable, Column& column);

/// A line for each variable, as wide as its names are; units: of each. `start`: with where searches
/// begin.
std::string table_of(const optimise::Space& space, const std::vector<std::string>& units,
                     bool start);

/// Whether a node says bounds.
bool has_bounds(const yaml::Node& node);

}  // namespace arcuate::io
