#pragma once

#include "arcuate/io/sweep.hpp"
#include "context.hpp"

namespace arcuate::io {

/// Keys of values that are a map.
inline constexpr const char* value_forms[] = {"linspace", "logspace", "range"};

/// The values of an axis of a grid: a list, `{linspace: [first, last, count]}`, `{logspace: ...}`
/// with equal ratios, `{range: [first, last, step]}`. Throws ConfigError.
SweptPath read_values(const Context& context, const PathEntry& entry);

/// The rows of a CSV file as values of the paths of its header. Throws ConfigError, DataError.
std::vector<SweptPath> read_candidate_table(const Context& context, const std::string& file,
                                            const std::string& place);

/// Fills in numbers where all values are some.
void add_numbers(const PathInfo& info, SweptPath& path);

}  // namespace arcuate::io
