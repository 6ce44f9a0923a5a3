#include <array>

#include "arcuate/analysis/feature.hpp"
#include "arcuate/analysis/phase.hpp"
#include "arcuate/analysis/results.hpp"
#include "phase_options.hpp"
#include "sums.hpp"

namespace arcuate::analysis {
namespace {

constexpr std::array options_of_kuramoto{phase_source, phase_trim};

constexpr std::array returns_of_kuramoto{
    ReturnInfo{"order", "time", "1", "|mean over regions of exp(i phase)|: 1 when all agree"},
    ReturnInfo{"mean", "", "1", "of the order over time"},
    ReturnInfo{"metastability", "", "1", "standard deviation of the order over time (Cabral 2011)"},
    ReturnInfo{"metastability_variance", "", "1", "its variance (Shanahan 2010)"}};

Result compute_kuramoto(const Input& input, const Options& options) {
  Result result;
  const Phases phase = phases_of(input, options, result);
  const Vector order = order_parameter(phase.values);
  const double deviation = deviation_of(order);
  Axis time{"time", "s", {}, {}};
  for (Index t = 0; t < order.size(); ++t)
    time.values.push_back(phase.first_time + static_cast<double>(t) / input.rate);
  result.axes = {std::move(time)};
  result.arrays = {vector("order", "1", "time", order), number("mean", "1", mean_of(order)),
                   number("metastability", "1", deviation),
                   number("metastability_variance", "1", deviation * deviation)};
  return result;
}

}  // namespace

extern constinit const Feature feature_kuramoto{
    .name = "kuramoto",
    .meaning = "Synchrony of all regions and how it varies",
    .citation =
        "M. Shanahan, Chaos 20, 013108 (2010), doi:10.1063/1.3305451; J. Cabral et al., NeuroImage "
        "57, 130 (2011), doi:10.1016/j.neuroimage.2011.04.010",
    .options = options_of_kuramoto,
    .returns = returns_of_kuramoto,
    .of_phases = true,
    .compute = compute_kuramoto};

}  // namespace arcuate::analysis
