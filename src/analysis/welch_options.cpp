#include "welch_options.hpp"

#include "arcuate/analysis/results.hpp"
#include "arcuate/core/error.hpp"
#include "number_text.hpp"

namespace arcuate::analysis {

void note_cut(std::string_view name, Band range, double rate, std::vector<std::string>& notes) {
  const double half = 0.5 * rate;
  if (range.high <= half * (1.0 + 1e-9)) return;
  notes.push_back(std::string(name) + ": [" + number_text(range.low) + ", " +
                  number_text(range.high) + "] Hz counts up to " + number_text(half) +
                  " Hz only, half the sampling rate");
}

PsdOptions welch_options(const Input& input, const Options& options, Index segment,
                         std::vector<std::string>& notes) {
  PsdOptions welch;
  welch.segment = segment;
  if (options.has("overlap"))
    welch.overlap = samples_of(options.number("overlap"), input.rate, "overlap", notes);
  if (options.has("transform")) welch.transform = options.whole("transform");
  welch.window.name = options.word("window");
  const std::string needs(window_parameter(welch.window.name));
  if (needs.empty() && options.has("window_parameter"))
    throw ConfigError("window_parameter: the window " + welch.window.name + " takes none");
  if (!needs.empty() && !options.has("window_parameter")) {
    throw ConfigError("window_parameter: the window " + welch.window.name + " needs its " + needs);
  }
  if (!needs.empty()) welch.window.parameter = options.number("window_parameter");
  if (options.has("symmetric")) welch.window.symmetric = options.flag("symmetric");
  if (options.has("detrend")) welch.detrend = options.word_as<Detrend>("detrend");
  return welch;
}

}  // namespace arcuate::analysis
