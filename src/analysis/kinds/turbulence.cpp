#include <array>

#include "arcuate/analysis/feature.hpp"
#include "arcuate/analysis/phase.hpp"
#include "arcuate/analysis/results.hpp"
#include "phase_options.hpp"
#include "sums.hpp"

namespace arcuate::analysis {
namespace {

constexpr std::array options_of_turbulence{
    phase_source, phase_trim,
    OptionInfo{"lambda", OptionType::number, "1/mm", "0.18", "> 0",
               "with which the weight of another region falls with the distance of the centres"}};

constexpr std::array returns_of_turbulence{
    ReturnInfo{"turbulence", "", "1",
               "standard deviation of the local order over regions and time"},
    ReturnInfo{"mean_order", "", "1", "its mean"},
    ReturnInfo{"local_order", "region", "1", "its mean over time"},
    ReturnInfo{"variability", "region", "1", "its standard deviation over time"}};

Result compute_turbulence(const Input& input, const Options& options) {
  Result result;
  const Phases phase = phases_of(input, options, result);
  const Matrix order = local_order(phase.values, input.distance, options.number("lambda"));
  Vector mean(order.cols());
  Vector deviation(order.cols());
  for (Index i = 0; i < order.cols(); ++i) {
    mean[i] = mean_of(order.col(i));
    deviation[i] = deviation_of(order.col(i));
  }
  const Vector all = order.reshaped();
  result.axes = {region_axis(input)};
  result.arrays = {
      number("turbulence", "1", deviation_of(all)), number("mean_order", "1", mean_of(all)),
      vector("local_order", "1", "region", mean), vector("variability", "1", "region", deviation)};
  return result;
}

}  // namespace

extern constinit const Feature feature_turbulence{
    .name = "turbulence",
    .meaning =
        "How local synchrony, |sum_j exp(-lambda d_ij) exp(i phase_j)| / sum_j exp(-lambda d_ij), "
        "varies over space and time",
    .citation =
        "G. Deco, M. L. Kringelbach, Cell Rep. 33, 108471 (2020), doi:10.1016/j.celrep.2020.108471",
    .options = options_of_turbulence,
    .returns = returns_of_turbulence,
    .needs_distance = true,
    .of_phases = true,
    .compute = compute_turbulence};

}  // namespace arcuate::analysis
