#pragma once

// A loss of your own for Arcuate: how far what was simulated is from what was measured. As it
// stands it compares functional connectivity:
//
//   loss = mean over pairs of regions of |P - Q|^power       P simulated, Q the target
//
//   arcuate loss build NAME.hpp              makes NAME.so
//   arcuate loss list --plugin NAME.so       shows what the tables below say
//   arcuate compare REC.h5 --fc fc.npz --loss NAME,plugin=NAME.so,power=1
//
// Change, in this order: what is compared, the options, the formula.

#include <array>
#include <cmath>

#include "arcuate/core/error.hpp"
#include "arcuate/loss/loss.hpp"
#include "arcuate/loss/spectra.hpp"

namespace arcuate::loss {

struct NAME {
  // Numbers that a user may give. `usual` where none is given, `least` the least that is allowed.
  // None: leave the table and `.options` out.
  static constexpr std::array options{
      LossOption{.name = "power",
                 .unit = "1",
                 .usual = 2.0,
                 .least = 0.5,
                 .meaning = "of the difference of a pair"},
  };

  // `compares` says what both sides are, matrices of Eigen:
  //   Compares::connectivity   FC (n_regions, n_regions); NaN in the target: a pair left out
  //   Compares::dynamics       entries of FCD matrices (n_values, 1), of each side any number
  //   Compares::spectra        (n_bins, n_regions), on the frequencies `frequency` [Hz]
  //   Compares::series         samples (n_samples, n_regions)
  static constexpr LossInfo info{
      .name = "NAME",
      .meaning = "mean over pairs of regions of |P - Q|^power",
      .compares = Compares::connectivity,
      .similarity = false,  // true where 1 is best: the loss is then 1 - value
      .options = options};

  // The value: 0 at best (1 with `similarity`). Both sides have the same size, and at least one
  // finite number; of a spectrum, bins_between(s.frequency, low, high, info.name) gives the bins
  // in a range. What a user cannot mean: throw ConfigError("NAME: ...").
  static double value(const Sides& s, const LossSettings& settings) {
    const double power = settings.numbers[0];  // in the order of `options`
    double sum = 0.0;
    Index pairs = 0;
    for (Index j = 0; j < s.target.cols(); ++j) {
      for (Index i = 0; i < j; ++i) {
        if (!std::isfinite(s.target(i, j))) continue;
        sum += std::pow(std::abs(s.predicted(i, j) - s.target(i, j)), power);
        ++pairs;
      }
    }
    if (pairs == 0) throw ConfigError("NAME: the target has no pair of regions");
    return sum / static_cast<double>(pairs);
  }
};

}  // namespace arcuate::loss
