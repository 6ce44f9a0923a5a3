#include <array>

#include "arcuate/analysis/feature.hpp"
#include "arcuate/analysis/lags.hpp"
#include "arcuate/analysis/results.hpp"

namespace arcuate::analysis {
namespace {

constexpr std::array returns_of_autocorrelation{
    ReturnInfo{
        "decay", "region", "s",
        "when the autocorrelation falls to 1/e, linear between samples; NaN when it never does"},
    ReturnInfo{
        "integral", "region", "s",
        "area under it up to the first lag at which it is not positive, by the trapezoid rule"}};

Result compute_autocorrelation(const Input& input, const Options&) {
  Result result;
  const AutocorrelationTime time = autocorrelation_time(input.series, input.rate);
  note_constant(input, result);
  result.axes = {region_axis(input)};
  result.arrays = {vector("decay", "s", "region", time.decay),
                   vector("integral", "s", "region", time.integral)};
  return result;
}

}  // namespace

extern constinit const Feature feature_autocorrelation_time{
    .name = "autocorrelation_time",
    .meaning =
        "How long a signal remembers: of the autocorrelation sum (x_t - m)(x_{t+k} - m) / sum (x_t "
        "- m)^2",
    .citation = "J. D. Murray et al., Nat. Neurosci. 17, 1661 (2014), doi:10.1038/nn.3862",
    .returns = returns_of_autocorrelation,
    .compute = compute_autocorrelation};

}  // namespace arcuate::analysis
