#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "arcuate/compare/compare.hpp"

namespace arcuate::report {

/// What the script draws of a comparison, and the sections that it fills.
nlohmann::ordered_json comparison_data(const compare::Comparison& comparison);
std::string comparison_figures(const compare::Comparison& comparison);

}  // namespace arcuate::report
