#pragma once

#include <array>

#include "arcuate/loss/loss.hpp"

namespace arcuate::loss {

struct Cosine {
  static constexpr std::array options{
      LossOption{"epsilon", "1", 0.0, 0.0, "is added to the product of the norms"}};
  static constexpr LossInfo info{"cosine", "P·Q / (‖P‖ ‖Q‖ + ε) of all samples of all regions",
                                 Compares::series, true, options};

  static double value(const Sides& s, const LossSettings& settings) {
    if (!(s.target.norm() + settings.numbers[0] > 0.0))
      refuse_target(info, s, "all samples are 0, which has no direction");
    return s.predicted.cwiseProduct(s.target).sum() /
           (s.predicted.norm() * s.target.norm() + settings.numbers[0]);
  }
};

}  // namespace arcuate::loss
