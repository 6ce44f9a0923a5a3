#include "arcuate/analysis/feature.hpp"

#include <algorithm>
#include <array>

#include "arcuate/analysis/phase.hpp"
#include "arcuate/analysis/stream.hpp"

namespace arcuate::analysis {
namespace {

constexpr std::array preparation{
    OptionInfo{"band", OptionType::band, "Hz", "", "",
               "frequencies that pass a Butterworth filter, `[low, high]`; low 0: all below high, "
               "high 0: all above low"},
    OptionInfo{"order", OptionType::whole, "", "2", "1 to 16",
               "of that filter, as SciPy counts it"},
    OptionInfo{
        "filter", OptionType::word, "", "zero_phase", "zero_phase, causal",
        "forwards and backwards without delay (sosfiltfilt), or forwards from rest (sosfilt)"},
    OptionInfo{"signal", OptionType::word, "", "plain", "plain, envelope",
               "the signal, or in its place the amplitude of its analytic signal (hilbert), after "
               "the filter"}};

}  // namespace

const Feature* find_feature(std::string_view name) {
  const auto all = features();
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const Feature* one) { return one->name == name; });
  return found == all.end() ? nullptr : *found;
}

std::span<const OptionInfo> preparation_options() {
  return preparation;
}

std::unique_ptr<Accumulator> accumulator_of(const Feature& feature, const Input& frame,
                                            const Options& options) {
  const bool prepared = options.has("band") || options.word("signal") == "envelope";
  return prepared || feature.stream == nullptr ? nullptr : feature.stream(frame, options);
}

Matrix prepare(Matrix series, double rate, const Options& options) {
  if (options.has("band")) {
    const auto order = static_cast<int>(options.whole("order"));
    series = filtered(series, butterworth(order, options.band("band"), rate),
                      options.word_as<FilterRun>("filter"));
  }
  if (options.word("signal") == "envelope") series = envelope(series);
  return series;
}

}  // namespace arcuate::analysis
