#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "arcuate/io/study.hpp"
#include "file/yaml.hpp"
#include "schema.hpp"

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

/// Whether losses are compared with files or with numbers that stand in the study.
enum class Targets { files, numbers };

/// The paths of the files that a section names become absolute; returns them.
std::vector<std::string> make_search_inputs_absolute(yaml::Node& section, const std::string& study,
                                                     Targets targets = Targets::files);

/// What others read is kept as it is written: in the normalised study, and as sections of its own;
/// nullptr without them. The files that it names go to `inputs`. study: path of the file.
std::shared_ptr<const SearchSections> keep_searches(const yaml::Document& document,
                                                    const std::string& study, Section& top,
                                                    std::vector<std::string>& inputs,
                                                    Targets targets = Targets::files);

}  // namespace arcuate::io
