#pragma once

#include <cstddef>
#include <functional>
#include <nlohmann/json.hpp>
#include <vector>

namespace arcuate::report {

/// What stands along an axis (by number) at chosen places.
using Along =
    std::function<nlohmann::ordered_json(std::size_t axis, const std::vector<std::size_t>& places)>;

enum class Colours {
  values,       ///< from the least to the largest; around 0 where some are negative
  correlation,  ///< from -1 to 1
  logarithm,    ///< of numbers that are all positive, else as `values`
};

/// Adds to `json` what the page draws of an array: of one dimension {line, along}, of two {matrix,
/// rows, columns, log}, made small enough; of others nothing. values: in C order.
void add_array_figure(const std::vector<double>& values, const std::vector<std::size_t>& shape,
                      const Along& along, Colours colours, nlohmann::ordered_json& json);

}  // namespace arcuate::report
