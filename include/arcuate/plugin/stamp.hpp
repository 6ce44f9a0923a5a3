#pragma once

#include <string>
#include <string_view>

/// What a program and a plug-in must agree on before they may share a byte of memory. Both sides
/// compile this header.
namespace arcuate::plugin {

/// `program`: version, kind, headers and flags as `arcuate KIND build` noted them. `shared`: what
/// else the kind needs to be the same, as sizes of what crosses. The rest is what the compiler that
/// reads this line knows of itself, so a plug-in that was built by hand with another compiler,
/// processor or arithmetic has another stamp.
inline std::string stamp(std::string_view program, const std::string& shared) {
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
  return text + "; " + shared;
}

/// "sizes 8 16"
template <class... Shared>
std::string sizes() {
  std::string text = "sizes";
  ((text.append(" ").append(std::to_string(sizeof(Shared)))), ...);
  return text;
}

/// The C functions of a plug-in. The stamp is compared before the entry is asked for.
inline constexpr const char* stamp_symbol = "arcuate_plugin_stamp";
inline constexpr const char* entry_symbol = "arcuate_plugin_entry";
using StampFunction = const char*();
using EntryFunction = const void*();  ///< points to what lives as long as the program

}  // namespace arcuate::plugin
