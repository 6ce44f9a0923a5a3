#include <array>

#include "arcuate/analysis/feature.hpp"
#include "arcuate/analysis/moments.hpp"
#include "arcuate/analysis/results.hpp"
#include "arcuate/core/error.hpp"
#include "constants.hpp"

namespace arcuate::analysis {
namespace {

constexpr std::array options_of_seizures{
    OptionInfo{"threshold", OptionType::number, "unit", "required", "",
               "that the signal, or its moving standard deviation, exceeds in a seizure"},
    OptionInfo{
        "measure", OptionType::word, "", "signal", "signal, deviation",
        "the signal itself, or its standard deviation over the last `window`, from the first "
        "whole one on"},
    OptionInfo{"window", OptionType::number, "s", "", "> 0", "of that deviation"},
    OptionInfo{"gap", OptionType::number, "s", "0", ">= 0", "below the threshold that is bridged"},
    OptionInfo{"least", OptionType::number, "s", "0", ">= 0",
               "length of a seizure; what is shorter does not count"}};

constexpr std::array returns_of_seizures{
    ReturnInfo{"onset", "region", "s", "of the first seizure; NaN without one"},
    ReturnInfo{"length", "region", "s", "of all seizures of a region together"},
    ReturnInfo{"count", "region", "1", "how many"},
    ReturnInfo{"seizure_region", "seizure", "1",
               "position in `region` (from 0) of every seizure, by region, then time"},
    ReturnInfo{"seizure_onset", "seizure", "s", "when it begins"},
    ReturnInfo{"seizure_length", "seizure", "s", "how long it lasts"}};

/// One number for every seizure.
template <class Value>
Array of_seizures(std::string name, std::string unit, const std::vector<Episode>& all,
                  Value value) {
  Array array{std::move(name), std::move(unit), {"seizure"}, {}};
  for (const Episode& one : all)
    array.values.push_back(value(one));
  return array;
}

Matrix looked_at(const Input& input, const Options& options, Result& result) {
  const bool deviation = options.word("measure") == "deviation";
  if (deviation != options.has("window")) {
    throw ConfigError(deviation ? "window: is missing, and measure is deviation"
                                : "window: is of measure: deviation, and measure is signal");
  }
  if (!deviation) return input.series;
  const Index window = samples_of(options.number("window"), input.rate, "window", result.notes);
  if (window < 2 || window > input.series.rows()) {
    throw ConfigError("window: is " + std::to_string(window) + " samples (allowed: 2 to " +
                      std::to_string(input.series.rows()) + ", the samples of the series)");
  }
  return moving_deviation(input.series, window);
}

void add_regions(const Input& input, const std::vector<Episode>& all, Result& result) {
  const Index regions = input.series.cols();
  Vector onset = Vector::Constant(regions, not_a_number);
  Vector length = Vector::Zero(regions);
  Vector count = Vector::Zero(regions);
  for (const Episode& one : all) {
    if (count[one.region] == 0.0)
      onset[one.region] = input.first_time + static_cast<double>(one.first) / input.rate;
    length[one.region] += static_cast<double>(one.length) / input.rate;
    count[one.region] += 1.0;
  }
  result.arrays = {vector("onset", "s", "region", onset), vector("length", "s", "region", length),
                   vector("count", "1", "region", count)};
}

Result compute_seizures(const Input& input, const Options& options) {
  Result result;
  const Matrix series = looked_at(input, options, result);
  const Index gap = samples_of(options.number("gap"), input.rate, "gap", result.notes);
  const Index least = samples_of(options.number("least"), input.rate, "least", result.notes);
  const std::vector<Episode> all = episodes(series, options.number("threshold"), least, gap);
  add_regions(input, all, result);
  Axis seizure{"seizure", "", {}, {}};
  for (std::size_t k = 0; k < all.size(); ++k)
    seizure.values.push_back(static_cast<double>(k));
  result.axes = {region_axis(input)};
  if (all.empty()) {
    result.notes.emplace_back("seizures: there is none");
    return result;
  }
  result.axes.push_back(std::move(seizure));
  result.arrays.push_back(of_seizures("seizure_region", "1", all, [](const Episode& one) {
    return static_cast<double>(one.region);
  }));
  result.arrays.push_back(of_seizures("seizure_onset", "s", all, [&](const Episode& one) {
    return input.first_time + static_cast<double>(one.first) / input.rate;
  }));
  result.arrays.push_back(of_seizures("seizure_length", "s", all, [&](const Episode& one) {
    return static_cast<double>(one.length) / input.rate;
  }));
  return result;
}

}  // namespace

extern constinit const Feature feature_seizures{
    .name = "seizures",
    .meaning = "When regions begin to seize, and for how long: stretches of time above a threshold",
    .options = options_of_seizures,
    .returns = returns_of_seizures,
    .compute = compute_seizures};

}  // namespace arcuate::analysis
