#include "welch_options.hpp"

#include "arcuate/analysis/results.hpp"
#include "arcuate/core/error.hpp"

namespace arcuate::analysis {

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
