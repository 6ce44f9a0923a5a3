#include "arcuate/analysis/moments.hpp"

#include <array>

#include "arcuate/analysis/feature.hpp"
#include "results.hpp"

namespace arcuate::analysis {
namespace {

constexpr std::array returns_of_moments{
    ReturnInfo{"mean", "region", "unit", "over time"},
    ReturnInfo{"variance", "region", "unit^2", "divided by the number of samples (NumPy's var)"},
    ReturnInfo{"skewness", "region", "1",
               "third central moment over variance^(3/2) (scipy.stats.skew)"},
    ReturnInfo{
        "kurtosis", "region", "1",
        "fourth over variance^2, less 3: 0 of a normal distribution (scipy.stats.kurtosis)"}};

Result compute_moments(const Input& input, const Options&) {
  Result result;
  const Moments all = moments(input.series);
  note_constant(input, result);
  result.axes = {region_axis(input)};
  result.arrays = {vector("mean", input.unit, "region", all.mean),
                   vector("variance", squared(input.unit), "region", all.variance),
                   vector("skewness", "1", "region", all.skewness),
                   vector("kurtosis", "1", "region", all.kurtosis)};
  return result;
}

}  // namespace

extern constinit const Feature feature_moments{.name = "moments",
                                               .meaning = "Mean, variance, skewness and kurtosis",
                                               .returns = returns_of_moments,
                                               .compute = compute_moments};

}  // namespace arcuate::analysis
