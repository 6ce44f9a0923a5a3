#pragma once

#include <string>
#include <string_view>

#include "arcuate/model/entry.hpp"

/// What a program and a plug-in must agree on before they may share a byte of memory.
namespace arcuate::model {

/// `program`: version, headers and flags as `arcuate model build` noted them. The rest is what the
/// compiler that reads this line knows of itself, so a plug-in that was built by hand with another
/// compiler, processor or arithmetic has another stamp.
inline std::string plugin_stamp(std::string_view program) {
  std::string text = std::string(program) + "; compiler " + __VERSION__;
#if defined(__AVX512F__)
  text += "; AVX-512";
#elif defined(__AVX2__)
  text += "; AVX2";
#endif
#if defined(__FMA__) || defined(__ARM_FEATURE_FMA)
  text += "; FMA";
#endif
#if defined(__FAST_MATH__)
  text += "; fast math";
#endif
  text += "; lanes " + std::to_string(lanes);
  return text + "; sizes " + std::to_string(sizeof(Entry)) + " " + std::to_string(sizeof(TileRun));
}

/// The C functions of a plug-in. The stamp is compared before the entry is asked for.
inline constexpr const char* plugin_stamp_symbol = "arcuate_plugin_stamp";
inline constexpr const char* plugin_entry_symbol = "arcuate_plugin_entry";
using PluginStampFunction = const char*();
using PluginEntryFunction =
    const void*();  ///< points to an Entry that lives as long as the program

}  // namespace arcuate::model
