#pragma once

#include <string>
#include <string_view>

#include "arcuate/model/entry.hpp"
#include "arcuate/plugin/stamp.hpp"

namespace arcuate::model {

/// The stamp of a plug-in with a model (plugin/stamp.hpp).
inline std::string plugin_stamp(std::string_view program) {
  return plugin::stamp(program,
                       "lanes " + std::to_string(lanes) + "; " + plugin::sizes<Entry, TileRun>());
}

}  // namespace arcuate::model
