#pragma once

#include <string>

#include "places.hpp"
#include "support.hpp"

/// What tests of plug-ins share.
namespace arcuate::test {

inline std::string replaced(std::string text, const std::string& from, const std::string& to) {
  for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
  return text;
}

/// `arcuate KIND build`. Builds take seconds; everything that can share one does.
inline Outcome built_plugin(const Folder& folder, const std::string& kind,
                            const std::string& arguments) {
  return folder.shell(ARCUATE_UNLESS_HUNG ARCUATE_PROGRAM " " + kind + " build " + arguments);
}

/// A shared library made by hand.
inline void make_library(const Folder& folder, const std::string& name, const std::string& source) {
  folder.write("library.cpp", source);
  const Outcome made =
      folder.shell(ARCUATE_COMPILER " -shared -fPIC library.cpp -o " + name + " && rm library.cpp");
  ASSERT_EQ(made.code, 0) << made.err;
}

}  // namespace arcuate::test
