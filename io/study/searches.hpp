#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "arcuate/io/study.hpp"
#include "file/yaml.hpp"

/// The sections `sweep` and `fit`, which are read by those who run candidates (io/candidates).
namespace arcuate::io {

/// A study with such sections, as it was read.
struct SearchSections {
  yaml::Document document;  ///< with all overrides
};

inline constexpr const char* search_sections[] = {"sweep", "fit"};

/// The study of a document with `overrides`.
Study study_of(yaml::Document document, const std::vector<std::string>& overrides);

/// Whether the text of a key is the name of a file; `section`: the key above it.
bool names_a_file(std::string_view section, std::string_view key);

/// The paths of the files that a section names become absolute; returns them.
std::vector<std::string> make_search_inputs_absolute(yaml::Node& section, const std::string& study);

}  // namespace arcuate::io
