#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <utility>

#include "arcuate/core/error.hpp"
#include "arcuate/core/suggest.hpp"
#include "parts.hpp"

/// A protocol: a study of several phases is a study for each of them.
namespace arcuate::io {
namespace {

struct Phase {
  std::string name;
  double begin = 0.0, end = 0.0;  ///< [ms]
  yaml::Node set;                 ///< path: value
  std::string set_path;           ///< of `set`
};

void require_name(const Section& section, const std::string& name,
                  const std::vector<Phase>& others) {
  constexpr std::string_view allowed =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-";
  if (name.empty() || name.find_first_not_of(allowed) != std::string::npos)
    section.fail("name", fmt::format("'{}' becomes a part of the name of a file: letters, digits, "
                                     "'_', '.' and '-'",
                                     name));
  for (const Phase& other : others) {
    if (other.name == name) section.fail("name", fmt::format("'{}' is used twice", name));
  }
}

/// What a phase has from the protocol cannot be changed by it.
void require_changeable(const yaml::Document& document, const Phase& phase) {
  constexpr std::array<std::string_view, 8> fixed{"duration", "transient", "output", "phases",
                                                  "phase",    "overwrite", "sweep",  "fit"};
  for (std::size_t k = 0; k < phase.set.keys.size(); ++k) {
    const std::string section = phase.set.keys[k].substr(0, phase.set.keys[k].find('.'));
    if (std::find(fixed.begin(), fixed.end(), section) == fixed.end()) continue;
    throw ConfigError(
        yaml::place(document, phase.set.key_lines[k], -1, phase.set_path) +
        fmt::format("`{}` is not changed by a phase (its length is `duration` beside `name`)",
                    phase.set.keys[k]));
  }
}

std::vector<Phase> read_phases(const yaml::Document& document, const yaml::Node& list) {
  if (!list.is_list() || list.items.empty())
    throw ConfigError(yaml::place(document, list, "phases") +
                      "expected a list of phases, each with `name` and `duration`, not " +
                      describe(list));
  std::vector<Phase> phases;
  double now = 0.0;
  for (std::size_t i = 0; i < list.items.size(); ++i) {
    yaml::Node noted;
    Section section(document, &list.items[i], fmt::format("phases.{}", i), "phases[]", noted);
    Phase phase;
    phase.name = section.text("name");
    require_name(section, phase.name, phases);
    phase.begin = now;
    phase.end = now = now + section.number("duration");
    phase.set_path = section.path("set");
    if (const yaml::Node* set = section.map_of("set")) phase.set = *set;
    require_changeable(document, phase);
    phases.push_back(std::move(phase));
  }
  return phases;
}

/// Of all phases, whatever is asked for.
std::vector<Phase> phases_of(const yaml::Document& document) {
  const yaml::Node* list = document.root.find("phases");
  if (list == nullptr) {
    if (const yaml::Node* one = document.root.find("phase"))
      throw ConfigError(yaml::place(document, *one, "phase") + "the study has no `phases`");
    return {};
  }
  if (const yaml::Node* length = document.root.find("duration"))
    throw ConfigError(yaml::place(document, *length, "duration") +
                      "not with `phases`, which have durations of their own");
  for (const char* search : {"sweep", "fit"}) {
    if (const yaml::Node* section = document.root.find(search))
      throw ConfigError(yaml::place(document, *section, search) +
                        "not with `phases`: candidates are simulated in one piece");
  }
  return read_phases(document, *list);
}

std::vector<std::string> names_of(const std::vector<Phase>& phases) {
  std::vector<std::string> names;
  for (const Phase& phase : phases)
    names.push_back(phase.name);
  return names;
}

const Phase& chosen(const yaml::Document& document, const std::vector<Phase>& phases) {
  const std::string all = fmt::format("{}", fmt::join(names_of(phases), ", "));
  const yaml::Node* one = document.root.find("phase");
  if (one == nullptr)
    throw ConfigError(
        yaml::place(document, *document.root.find("phases"), "phases") +
        fmt::format("{}: only `simulate`, `check` and `submit` take them all; others need one: "
                    "--set phase={}",
                    all, phases.front().name));
  for (const Phase& phase : phases) {
    if (one->is_scalar() && one->text == phase.name) return phase;
  }
  throw ConfigError(yaml::place(document, *one, "phase") +
                    fmt::format("'{}' is none of the phases (allowed: {})", one->text, all));
}

/// "out.h5" -> "out-rest.h5"
std::string output_of(const std::string& output, const std::string& phase) {
  const std::filesystem::path whole(output);
  return (whole.parent_path() / (whole.stem().string() + "-" + phase)).string() +
         whole.extension().string();
}

}  // namespace

bool choose_phase(yaml::Document& document) {
  const std::vector<Phase> phases = phases_of(document);
  if (phases.empty()) return false;
  const Phase phase = chosen(document, phases);
  yaml::Node& root = document.root;
  const int line = root.find("phases")->line;
  root.erase("phases");
  root.erase("phase");
  const auto set = [&](const char* key, yaml::Node value) {
    value.line = line;
    root.set(key, std::move(value));
  };
  set("duration", yaml::number(phase.end));
  if (phase.begin > 0.0) set("transient", yaml::number(phase.begin));
  const yaml::Node* output = root.find("output");
  const std::string stem = std::filesystem::path(document.path).stem().string();
  if (output == nullptr || output->is_scalar())
    set("output", yaml::scalar(output_of(
                      output != nullptr ? output->text : (stem.empty() ? "study" : stem) + ".h5",
                      phase.name)));
  for (std::size_t k = 0; k < phase.set.keys.size(); ++k) {
    const yaml::Node& value = phase.set.items[k];
    write_out_noise(document, phase.set.keys[k] + "=");
    yaml::apply_change(document, phase.set.keys[k], value,
                       yaml::place(document, value, phase.set_path));
  }
  return phase.begin > 0.0;
}

std::vector<std::string> phase_names(const std::string& path,
                                     const std::vector<std::string>& overrides) {
  yaml::Document document = yaml::parse(study_text(path), path);
  for (const std::string& text : overrides)
    yaml::apply_override(document, text);
  if (document.root.find("phase") != nullptr) return {};
  return names_of(phases_of(document));
}

}  // namespace arcuate::io
