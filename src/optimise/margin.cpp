#include "margin.hpp"

#include <algorithm>
#include <cmath>

#include "arcuate/optimise/draws.hpp"

namespace arcuate::optimise {
namespace {

/// Ends of the level of the mean; those of the outermost levels are the next inner ends twice,
/// since beyond the outermost end there is no other level.
struct Ends {
  double low;
  double high;
};

Ends ends_around(const Space& space, Index i, double mean) {
  const Index level = space.level(i, mean);
  const Index last = space.levels(i) - 1;
  return {space.edge(i, std::max(level, Index{1})), space.edge(i, std::min(level + 1, last))};
}

double corrected(double own, double sum, double all, double margin) {
  const double share = (1.0 - sum) * (own - margin / 2.0) / (all - 1.5 * margin);
  return std::clamp(own + share, 1e-10, 0.5 - 1e-10);
}

}  // namespace

void Margin::correct(Covariance& now) {
  if (!any_) return;
  const Vector widths = now.widths();
  const double margin = 1.0 / static_cast<double>(now.constants().n * now.constants().lambda);
  for (Index i = 0; i < widths.size(); ++i)
    if (space_->discrete(i)) correct(now, i, now.sigma() * widths[i], margin);
}

void Margin::correct(Covariance& now, Index i, double width, double margin) {
  const double mean = now.mean()[i];
  const Ends ends = ends_around(*space_, i, mean);
  double low = normal_cdf((ends.low - mean) / (width * scale_[i]));
  double high = 1.0 - normal_cdf((ends.high - mean) / (width * scale_[i]));
  if (std::max(low, high) > 0.5) {  // in an outermost level
    if (std::min(low, high) >= margin) return;
    const double distance = -normal_quantile(margin) * width * scale_[i];
    now.set_mean(i, mean < ends.low ? ends.low - distance : ends.high + distance);
    return;
  }
  const double middle = 1.0 - low - high;
  low = std::max(low, margin / 2.0);
  high = std::max(high, margin / 2.0);
  const double all = low + middle + high;
  const double z_low = -normal_quantile(corrected(low, all, all, margin));
  const double z_high = -normal_quantile(corrected(high, all, all, margin));
  scale_[i] = (ends.high - ends.low) / ((z_low + z_high) * width);
  now.set_mean(i, (ends.low * z_high + ends.high * z_low) / (z_low + z_high));
}

}  // namespace arcuate::optimise
