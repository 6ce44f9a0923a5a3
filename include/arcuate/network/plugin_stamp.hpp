#pragma once

#include <string>
#include <string_view>

#include "arcuate/network/builder.hpp"
#include "arcuate/plugin/stamp.hpp"

namespace arcuate::network {

/// The stamp of a plug-in with a builder of connectomes (plugin/stamp.hpp).
inline std::string plugin_stamp(std::string_view program) {
  return plugin::stamp(program, plugin::sizes<Builder, BuilderSettings, Connectome>());
}

}  // namespace arcuate::network
