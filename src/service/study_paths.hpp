#pragma once

#include <string>
#include <vector>

/// What a study that somebody submitted may name: files beside it, and nothing else.
namespace arcuate::service {

struct StudyFacts {
  std::string output;              ///< as the study says, or "" for the usual one
  std::vector<std::string> files;  ///< values of keys that name files
  std::string title;
};

/// Reads the text of a study with changes "path=value". Throws ConfigError (line, key, value,
/// allowed): not a map of YAML; a path that is absolute or leads upwards, under whatever key; a
/// plug-in, unless those are allowed.
StudyFacts require_inside(const std::string& text, const std::vector<std::string>& overrides,
                          bool allow_plugins);

/// "" or why a file that is submitted cannot have that name.
std::string doubt_of_name(const std::string& name, bool allow_plugins);

}  // namespace arcuate::service
