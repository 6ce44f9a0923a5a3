#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "arcuate/analysis/connectivity.hpp"
#include "arcuate/core/counted.hpp"
#include "arcuate/core/error.hpp"
#include "sides.hpp"

namespace arcuate::compare {
namespace {

using analysis::Index;
using analysis::PairMask;
using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

const std::vector<std::string> fc_names{"fc", "FC", "data", "arr_0"};
const std::vector<std::string> fcd_names{"fcd", "FCD", "fcd_tril", "fcd_trils", "data", "arr_0"};

void check_symmetric(const io::Array& array, const Matrix& fc) {
  for (Index i = 0; i < fc.rows(); ++i) {
    for (Index j = 0; j < i; ++j) {
      const bool one_sided = std::isnan(fc(i, j)) != std::isnan(fc(j, i));
      if (one_sided || std::abs(fc(i, j) - fc(j, i)) > 1e-6)
        throw DataError(
            fmt::format("{}: is not symmetric: {} in row {}, column {}, and {} in row "
                        "{}, column {} (counted from 1)",
                        array.name, fc(i, j), i + 1, j + 1, fc(j, i), j + 1, i + 1));
    }
  }
}

/// In the order of the regions that were simulated.
Matrix ordered(const io::Array& array, const Simulated& simulated, Comparison& result) {
  const Matrix fc = Eigen::Map<const RowMajor>(array.values.data(), array.shape[0], array.shape[1]);
  check_symmetric(array, fc);
  const Index n = simulated.columns();
  if (array.labels.empty()) {
    if (fc.rows() != n)
      throw DataError(fmt::format("{}: has size {}: expected {} x {}, a row for each region",
                                  array.name, array.size(), n, n));
    result.notes.push_back(array.name + ": has no labels: regions are taken in their order");
    return fc;
  }
  if (array.labels.size() != static_cast<std::size_t>(fc.rows()))
    throw DataError(fmt::format("{}: {} labels, {} rows: expected a label for each region",
                                array.name, array.labels.size(), fc.rows()));
  const auto place = io::matched(simulated.labels(), array.labels, array.name);
  Matrix chosen(n, n);
  for (Index i = 0; i < n; ++i) {
    for (Index j = 0; j < n; ++j)
      chosen(i, j) = fc(static_cast<Index>(place[static_cast<std::size_t>(i)]),
                        static_cast<Index>(place[static_cast<std::size_t>(j)]));
  }
  if (fc.rows() > n)
    result.notes.push_back(fmt::format("{}: {} of it were not simulated and are left out",
                                       array.name, counted(fc.rows() - n, "region")));
  return chosen;
}

void check_correlations(const io::Array& array, const Matrix& matrix) {
  for (Index i = 0; i < matrix.rows(); ++i) {
    for (Index j = 0; j < matrix.cols(); ++j) {
      if (std::abs(matrix(i, j)) > 1.0 + 1e-6)
        throw DataError(
            fmt::format("{}: {} in row {}, column {} (counted from 1) is no correlation, "
                        "-1 to 1 (of Fisher's z take the tanh first)",
                        array.name, matrix(i, j), i + 1, j + 1));
    }
  }
}

/// Pairs of regions on one side of the brain.
PairMask within_hemispheres(const Simulated& simulated) {
  const auto& sides = simulated.hemisphere;
  const auto& columns = simulated.series.columns;
  if (sides.empty() || columns.empty())
    throw ConfigError(
        fmt::format("--pairs within: {}: on which side the regions of monitor {} are "
                    "is not known (allowed: all, target)",
                    simulated.name, simulated.series.name));
  const auto side = [&](Index k) {
    return sides[static_cast<std::size_t>(columns[static_cast<std::size_t>(k)])];
  };
  const Index n = simulated.columns();
  PairMask mask(n, n);
  for (Index i = 0; i < n; ++i) {
    for (Index j = 0; j < n; ++j)
      mask(i, j) = side(i) == side(j) ? 1 : 0;
  }
  return mask;
}

/// [pairs] of different regions without a number.
Index missing_pairs(const Matrix& fc) {
  Index missing = 0;
  for (Index i = 0; i < fc.rows(); ++i) {
    for (Index j = 0; j < i; ++j)
      missing += std::isnan(fc(i, j)) ? 1 : 0;
  }
  return missing;
}

Index all_pairs(const Matrix& fc) {
  return fc.rows() * (fc.rows() - 1) / 2;
}

Matrix fc_target(const Request& request, const Simulated& simulated, Targets& targets,
                 Comparison& result) {
  const io::Array& array = targets.read(request.fc, fc_names);
  Matrix fc;
  if (is_samples(array)) {
    fc = analysis::fc(as_samples(array, simulated, result));
    result.notes.push_back(array.name + ": samples, whose functional connectivity is the target");
  } else if (array.is_square()) {
    fc = ordered(array, simulated, result);
  } else {
    throw DataError(fmt::format("{}: has size {}: expected a matrix, a row for each of {} regions",
                                array.name, array.size(), simulated.columns()));
  }
  fc.diagonal().setOnes();
  check_correlations(array, fc);
  if (request.pairs == "within") {
    const PairMask mask = within_hemispheres(simulated);
    for (Index k = 0; k < fc.size(); ++k)
      fc.data()[k] = mask.data()[k] != 0 ? fc.data()[k] : nan;
  }
  if (missing_pairs(fc) == all_pairs(fc))
    throw DataError(fmt::format("{}: of {} that are compared none has a number", array.name,
                                counted(all_pairs(fc), "pair")));
  return fc;
}

void note_pairs(const Matrix& fc, Comparison& result) {
  const Index missing = missing_pairs(fc);
  if (missing > 0)
    result.notes.push_back(
        fmt::format("FC: {} of {} pairs of regions are left out", missing, all_pairs(fc)));
}

void note_constant(const Simulated& simulated, Comparison& result) {
  const auto constant = analysis::without_variance(simulated.samples);
  if (constant.empty()) return;
  const std::string note = fmt::format(
      "{} constant or not finite: their correlations count as 0",
      constant.size() == 1 ? "1 region is" : fmt::format("{} regions are", constant.size()));
  if (std::find(result.notes.begin(), result.notes.end(), note) == result.notes.end())
    result.notes.push_back(note);
}

/// Pairs that FCD is of.
PairMask fcd_pairs(const Request& request, const Simulated& simulated, const Comparison& result) {
  if (request.pairs == "all") return {};
  if (request.pairs == "within") return within_hemispheres(simulated);
  if (!result.fc) throw ConfigError("--pairs target: there is no FC target (--fc)");
  return result.fc->target.array().isNaN().unaryExpr(
      [](bool missing) { return static_cast<unsigned char>(missing ? 0 : 1); });
}

std::vector<double> finite_of(const analysis::Vector& all) {
  std::vector<double> values;
  std::copy_if(all.begin(), all.end(), std::back_inserter(values),
               [](double value) { return std::isfinite(value); });
  return values;
}

Matrix column(const std::vector<double>& values) {
  return Eigen::Map<const analysis::Vector>(values.data(), static_cast<Index>(values.size()));
}

/// A matrix, samples, or a list of values.
void read_fcd_target(const Request& request, const Simulated& simulated,
                     const analysis::FcdPreset& preset, Targets& targets, Comparison& result) {
  const io::Array& array = targets.read(request.fcd, fcd_names);
  Beside& fcd = *result.fcd;
  if (is_samples(array)) {
    if (array.period <= 0.0)
      throw DataError(fmt::format("{}: samples without their period: FCD needs it ({})", array.name,
                                  "a .ptseries.nii or a recording has it"));
    auto options = analysis::fcd_options(preset, array.period, request.window, request.step);
    options.mask = fcd_pairs(request, simulated, result);
    const std::string how = fmt::format("{} {} {} {} {} {}", request.fcd, request.fc, preset.name,
                                        options.window, options.step, request.pairs);
    Matrix& known = targets.dynamics(how);
    if (known.size() == 0)
      known = analysis::fcd(as_samples(array, simulated, result), options).matrix;
    fcd.target = known;
  } else if (array.is_square() && array.shape[0] > 1) {
    fcd.target = Eigen::Map<const RowMajor>(array.values.data(), array.shape[0], array.shape[1]);
    check_symmetric(array, fcd.target);
  } else if (!array.is_list()) {
    throw DataError(fmt::format("{}: has size {}: expected a list of values or a square matrix",
                                array.name, array.size()));
  }
  const analysis::Vector all = fcd.target.size() > 0
                                   ? analysis::lower_triangle(fcd.target)
                                   : analysis::Vector(Eigen::Map<const analysis::Vector>(
                                         array.values.data(), std::ssize(array.values)));
  fcd.target_values = finite_of(all);
  const Index missing = all.size() - std::ssize(fcd.target_values);
  if (missing > 0)
    result.notes.push_back(fmt::format("{}: {} of {} values of FCD are not a number and left out",
                                       array.name, missing, all.size()));
  check_correlations(array, column(fcd.target_values));
  if (fcd.target_values.empty()) throw DataError(array.name + ": holds no value of FCD");
}

}  // namespace

loss::Sides fc_sides(const Request& request, const Simulated& simulated, Targets& targets,
                     Comparison& result) {
  Beside fc;
  fc.target = fc_target(request, simulated, targets, result);
  fc.predicted = analysis::fc(simulated.samples, analysis::Undefined::zero);
  note_pairs(fc.target, result);
  note_constant(simulated, result);
  result.fc = std::move(fc);
  return {result.fc->predicted, result.fc->target, {}, targets.read(request.fc, fc_names).name};
}

loss::Sides fcd_sides(const Request& request, const Simulated& simulated, Targets& targets,
                      Comparison& result) {
  const analysis::FcdPreset* preset = analysis::find_fcd_preset(request.preset);
  if (preset == nullptr) {
    std::vector<std::string_view> names;
    for (const auto& one : analysis::fcd_presets())
      names.push_back(one.name);
    throw ConfigError(
        fmt::format("--fcd-preset {}: allowed: {}", request.preset, fmt::join(names, ", ")));
  }
  auto options =
      analysis::fcd_options(*preset, simulated.series.period, request.window, request.step);
  options.mask = fcd_pairs(request, simulated, result);
  options.undefined = analysis::Undefined::zero;
  result.fcd = Beside{};
  result.fcd->predicted = analysis::fcd(simulated.samples, options).matrix;
  result.fcd_step = static_cast<double>(options.step) * simulated.series.period;
  result.fcd->values = finite_of(analysis::lower_triangle(result.fcd->predicted));
  if (result.fcd->values.empty())
    throw ConfigError(
        fmt::format("--window: one window of {} samples has no dynamics (monitor {} "
                    "has {} samples)",
                    options.window, simulated.series.name, simulated.samples.rows()));
  read_fcd_target(request, simulated, *preset, targets, result);
  result.notes.push_back(fmt::format(
      "FCD as {}: windows of {} samples ({:.4g} s) every {} ({:.4g} s), pairs of regions: {}",
      preset->name, options.window, static_cast<double>(options.window) * simulated.series.period,
      options.step, result.fcd_step, request.pairs));
  if (request.pairs == "all" && result.fc && result.fc->target.array().isNaN().any())
    result.notes.emplace_back(
        "FCD is of all pairs of regions, FC is not: --pairs target takes those of the FC target");
  note_constant(simulated, result);
  return {column(result.fcd->values),
          column(result.fcd->target_values),
          {},
          targets.read(request.fcd, fcd_names).name};
}

}  // namespace arcuate::compare
