#pragma once

// A feature of your own for Arcuate: what is computed of recorded signals. As it stands it is the
// share of time that a signal is above a number of its standard deviations:
//
//   arcuate feature build NAME.hpp           makes NAME.so
//   arcuate feature list --plugin NAME.so    shows what the tables below say
//   arcuate analyze REC.h5 --feature NAME --plugin NAME.so --set threshold=2
//   features: [ { kind: NAME, plugin: NAME.so, threshold: 2 } ]    in a study or a file of features
//
// Change, in this order: the options, what it returns, `info`, the formula.

#include <array>
#include <cmath>

#include "arcuate/analysis/feature.hpp"
#include "arcuate/analysis/results.hpp"
#include "arcuate/core/error.hpp"

namespace arcuate::analysis {

struct NAME {
  // What a user may say. `fallback`: the default as a user would write it, "required", or "" for
  // none (then ask options.has("...")). `allowed` of numbers: "> 0", ">= 0", "0 to 1" or ""; of
  // words: "one, other". Types: number, whole, flag, word, text, band, bands. Every feature has
  // monitor, variable, from, until, band, order, filter and signal besides.
  static constexpr std::array options{
      OptionInfo{.name = "threshold",
                 .type = OptionType::number,
                 .unit = "1",
                 .fallback = "1",
                 .allowed = ">= 0",
                 .meaning = "standard deviations above the mean"},
  };

  // The arrays of the result, and the axes that they lie along; "" for a single number.
  static constexpr std::array returns{
      ReturnInfo{.name = "share",
                 .axes = "region",
                 .unit = "1",
                 .meaning = "of the samples that are above the threshold"},
  };

  static constexpr Feature info{
      .name = "NAME",
      .meaning = "Share of time that a signal is above a threshold",
      .citation = "",
      .options = options,
      .returns = returns,
      .of_pairs = false,         // true: takes `pairs`, and input.mask says which count
      .needs_distance = false};  // true: input.distance has the distances of regions [mm]

  // input.series: (n_samples, n_regions), filtered as the user said; input.rate [Hz]; input.labels.
  // Functions of Arcuate that may help: arcuate/analysis/*.hpp (spectra, FC, filters, phases).
  static Result compute(const Input& input, const Options& options) {
    const double threshold = options.number("threshold");
    const Matrix& x = input.series;
    Vector share(x.cols());
    for (Index i = 0; i < x.cols(); ++i) {
      const double mean = x.col(i).mean();
      const double deviation = std::sqrt((x.col(i).array() - mean).square().mean());
      const auto above = (x.col(i).array() > mean + threshold * deviation).count();
      share[i] = static_cast<double>(above) / static_cast<double>(x.rows());
    }
    Result result;
    result.axes = {region_axis(input)};
    result.arrays = {vector("share", "1", "region", share)};
    note_constant(input, result);  // tells of signals that do not vary
    return result;
  }
};

}  // namespace arcuate::analysis
