#include <array>

#include "arcuate/analysis/feature.hpp"
#include "arcuate/analysis/phase.hpp"
#include "arcuate/analysis/results.hpp"
#include "phase_options.hpp"

namespace arcuate::analysis {
namespace {

constexpr std::array options_of_ignition{
    phase_source,
    OptionInfo{"threshold", OptionType::number, "", "1", "",
               "standard deviations above the mean that a signal crosses upwards at an event; with "
               "phase: signal, that the phase in -pi to pi, whole turns taken off, crosses"},
    OptionInfo{"samples", OptionType::whole, "", "4", ">= 1",
               "from an event on, in which integration is looked at, and no other event begins"},
    OptionInfo{"edge", OptionType::whole, "", "10", ">= 0",
               "samples at both ends in which nothing is looked at"}};

constexpr std::array returns_of_ignition{
    ReturnInfo{
        "integration", "time", "1",
        "size of the largest group of regions of like phase (likeness exp(-3 |difference|)), as "
        "a share of all, averaged over the thresholds 0, 0.01, ... 0.99; NaN at the edges"},
    ReturnInfo{
        "ignition", "region", "1",
        "mean integration after the events of a region, at the sample where it is largest; NaN "
        "without events"},
    ReturnInfo{"variability", "region", "1",
               "standard deviation over events of their largest integration (n - 1)"},
    ReturnInfo{"events", "region", "1", "how many"}};

Result compute_ignition(const Input& input, const Options& options) {
  Result result;
  const bool is_phase = options.word("phase") == "signal";
  const Matrix phase = is_phase ? wrapped(input.series) : phases(input.series);
  const Ignition all = ignition(is_phase ? Series(phase) : Series(input.series), phase,
                                {.threshold = options.number("threshold"),
                                 .window = options.whole("samples"),
                                 .edge = options.whole("edge")});
  note_constant(input, result);
  result.axes = {time_axis(input), region_axis(input)};
  result.arrays = {vector("integration", "1", "time", all.integration),
                   vector("ignition", "1", "region", all.mean),
                   vector("variability", "1", "region", all.variability),
                   vector("events", "1", "region", all.events.cast<double>())};
  return result;
}

}  // namespace

extern constinit const Feature feature_intrinsic_ignition{
    .name = "intrinsic_ignition",
    .meaning =
        "How far what happens in a region spreads: the integration of the network that follows its "
        "events",
    .citation =
        "G. Deco, M. L. Kringelbach, Neuron 94, 961 (2017), doi:10.1016/j.neuron.2017.03.028",
    .options = options_of_ignition,
    .returns = returns_of_ignition,
    .of_phases = true,
    .compute = compute_ignition};

}  // namespace arcuate::analysis
