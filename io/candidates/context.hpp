#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "arcuate/io/candidate.hpp"
#include "arcuate/io/study.hpp"
#include "arcuate/io/subject.hpp"
#include "file/yaml.hpp"
#include "study/schema.hpp"

/// What sections of candidates are read with.
namespace arcuate::io {

/// The network that values by region were last tried on.
struct TriedNetwork {
  std::string text;  ///< Study::network
  network::Connectome connectome;
};

/// A study and its text, with and without the sections of candidates.
struct Context {
  Subject study;
  const yaml::Document& document;
  yaml::Document bare;
  std::vector<std::string> inputs{};  ///< of the study without the sections
  std::shared_ptr<TriedNetwork> tried = std::make_shared<TriedNetwork>();

  [[nodiscard]] std::string place(const yaml::Node& node, std::string_view path) const {
    return yaml::place(document, node, path);
  }
};

/// Throws ConfigError when the study has no section `section`.
Context context_of(const Subject& study, const std::string& section);

/// The study of a document with `overrides`. Throws ConfigError.
Subject subject_of(const yaml::Document& document, const std::vector<std::string>& overrides);

/// What is known of a path of a study.
struct PathInfo {
  bool known = false;
  KeyType type = KeyType::values;
  std::string unit;                     ///< in which its numbers are; "" when none can be written
  std::optional<model::Range> usual{};  ///< values of a parameter
};
PathInfo path_info(const Subject& study, const std::string& path);

/// A path in a section, and what is said of it.
struct PathEntry {
  std::string path;
  const yaml::Node* node = nullptr;
  std::string key;    ///< "sweep.coupling.gain"
  std::string place;  ///< begins every message
  PathInfo info{};

  [[noreturn]] void fail(const std::string& message) const;
};

/// The entries of a map of paths; a map in the place of a value goes on the path. `reserved`: keys
/// of the map that are none. `forms`: keys of values that are maps. Throws ConfigError: a path that
/// cannot be varied.
std::vector<PathEntry> path_entries(const Context& context, const yaml::Node& map,
                                    const std::string& section,
                                    const std::vector<std::string>& reserved,
                                    const std::vector<std::string>& forms);
/// Throws ConfigError: a path twice, or inside another.
void check_distinct(const std::vector<PathEntry>& entries);

/// Changes that stand in a map {path: value}.
std::vector<Change> read_changes(const Context& context, const yaml::Node& node,
                                 const std::string& section);

/// A change that is tried, and where it stands.
struct Tried {
  Change change;
  std::string place;
};
/// The study with changes, read. Throws ConfigError that begins with the place of the change that
/// is wrong, else of the last one: values that are not allowed, files that do not exist.
Subject try_changes(const Context& context, const std::vector<Tried>& changes);

/// A number as YAML that reads back as the same; whole ones without an exponent.
std::string number_text(double value);

/// Throws ConfigError: the path is of the weight that each candidate tunes, or of a tuning that
/// none does. Nothing would depend on it.
void require_effect(const Context& context, const EachCandidate& each, const std::string& path,
                    const std::string& place);

/// `each`, `keep`, `repeats`, `random_numbers` and `time_limit` of a section.
EachCandidate read_each(const Context& context, Section& section, bool keeps_features);

}  // namespace arcuate::io
