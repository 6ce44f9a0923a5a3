#include "arcuate/analysis/results.hpp"

#include <algorithm>
#include <cctype>
#include <cmath>

#include "arcuate/core/error.hpp"
#include "constants.hpp"
#include "number_text.hpp"

namespace arcuate::analysis {
namespace {

/// "'rA1', 'rA2' and 5 more".
std::string names_of(const Input& input, const std::vector<Index>& regions) {
  constexpr std::size_t most = 3;
  std::string text;
  for (std::size_t k = 0; k < std::min(most, regions.size()); ++k) {
    text += (k == 0 ? "'" : ", '") + input.labels[static_cast<std::size_t>(regions[k])] + "'";
  }
  if (regions.size() > most) text += " and " + std::to_string(regions.size() - most) + " more";
  return text;
}

std::string are_constant(const Input& input, const std::vector<Index>& regions) {
  return names_of(input, regions) +
         (regions.size() == 1 ? " is constant or not finite" : " are constant or not finite");
}

}  // namespace

std::string squared(const std::string& unit) {
  if (unit == "1" || unit.empty()) return "1";
  const bool simple =
      std::all_of(unit.begin(), unit.end(), [](unsigned char c) { return std::isalpha(c) != 0; });
  return simple ? unit + "^2" : "(" + unit + ")^2";
}

Index samples_of(double seconds, double rate, const std::string& what,
                 std::vector<std::string>& notes) {
  const double exact = seconds * rate;
  const double nearest = std::round(exact);
  if (!(nearest < 1e15)) {
    throw ConfigError(what + " is " + number_text(seconds) + " s (allowed: a time within the run)");
  }
  if (std::abs(nearest - exact) > 1e-6 * std::max(1.0, exact)) {
    notes.push_back(what + ": " + number_text(seconds) + " s is no whole number of samples; " +
                    number_text(nearest) + " samples are " + number_text(nearest / rate) + " s");
  }
  return static_cast<Index>(nearest);
}

Axis region_axis(const Input& input) {
  return {"region", "", {}, input.labels};
}
Axis other_region_axis(const Input& input) {
  return {"other_region", "", {}, input.labels};
}

Axis time_axis(const Input& input) {
  Axis axis{"time", "s", {}, {}};
  for (Index t = 0; t < input.series.rows(); ++t)
    axis.values.push_back(input.first_time + static_cast<double>(t) / input.rate);
  return axis;
}

Array number(std::string name, std::string unit, double value) {
  return {std::move(name), std::move(unit), {}, {value}};
}

Array vector(std::string name, std::string unit, std::string axis, const Vector& values) {
  return {std::move(name), std::move(unit), {std::move(axis)}, {values.begin(), values.end()}};
}

Array table(std::string name, std::string unit, std::vector<std::string> axes,
            const Matrix& matrix) {
  Array array{std::move(name), std::move(unit), std::move(axes), {}};
  array.values.resize(static_cast<std::size_t>(matrix.size()));
  using Rows = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  Eigen::Map<Rows>(array.values.data(), matrix.rows(), matrix.cols()) = matrix;
  return array;
}

Matrix masked(Matrix matrix, const PairMask& mask) {
  if (mask.size() == 0) return matrix;
  for (Index j = 0; j < matrix.cols(); ++j) {
    for (Index i = 0; i < matrix.rows(); ++i) {
      if (i != j && mask(std::max(i, j), std::min(i, j)) == 0) matrix(i, j) = not_a_number;
    }
  }
  return matrix;
}

void require_variance(const Input& input, const Options& options, const std::string& what) {
  if (options.word("undefined") != "error") return;
  require_none(input, without_variance(input.series), options, what);
}

void require_none(const Input& input, const std::vector<Index>& constant, const Options& options,
                  const std::string& what) {
  if (options.word("undefined") != "error" || constant.empty()) return;
  throw DataError(what + ": " + are_constant(input, constant) +
                  ", so that no correlation with it is defined (allowed: undefined: nan, or "
                  "undefined: zero)");
}

void note_constant(const Input& input, Result& result) {
  note_constant(input, without_variance(input.series), result);
}

void note_constant(const Input& input, const std::vector<Index>& constant, Result& result) {
  if (!constant.empty()) result.notes.push_back(are_constant(input, constant));
}

}  // namespace arcuate::analysis
