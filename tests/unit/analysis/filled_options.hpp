#pragma once

#include <map>
#include <string>

#include "arcuate/analysis/feature.hpp"

namespace arcuate::analysis {

/// Options of a feature as the program fills them in, with `more` of them given.
inline Options options_of(const Feature& feature,
                          const std::map<std::string, Options::Value>& more = {}) {
  Options options;
  const auto fill = [&](std::span<const OptionInfo> infos) {
    for (const OptionInfo& info : infos) {
      if (info.fallback.empty() || info.fallback == "required") continue;
      const std::string text(info.fallback);
      if (info.type == OptionType::flag) {
        options.set(info.name, text == "true", false);
      } else if (info.type == OptionType::number || info.type == OptionType::whole) {
        options.set(info.name, std::stod(text), false);
      } else {
        options.set(info.name, text, false);
      }
    }
  };
  fill(preparation_options());
  fill(feature.options);
  for (const auto& [name, value] : more)
    options.set(name, value);
  return options;
}

}  // namespace arcuate::analysis
