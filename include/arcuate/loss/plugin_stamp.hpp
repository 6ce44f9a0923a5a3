#pragma once

#include <string>
#include <string_view>

#include "arcuate/analysis/plugin_stamp.hpp"
#include "arcuate/loss/loss.hpp"

namespace arcuate::loss {

/// The stamp of a plug-in with a loss (plugin/stamp.hpp).
inline std::string plugin_stamp(std::string_view program) {
  return plugin::stamp(program,
                       analysis::eigen_stamp() + "; " + plugin::sizes<Loss, Sides, LossSettings>());
}

}  // namespace arcuate::loss
