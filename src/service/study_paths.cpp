#include "study_paths.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <regex>
#include <set>
#include <string_view>

#include "arcuate/core/error.hpp"
#include "arcuate/io/study.hpp"
#include "file/yaml.hpp"

namespace arcuate::service {
namespace {

using io::yaml::Document;
using io::yaml::Node;

/// Whether a text could lead out of the folder where it is used as a path. Archive members that are
/// named after a colon, or behind "file:", are no different.
bool leads_outside(std::string_view text) {
  if (text.starts_with('~') || text.find('\0') != std::string_view::npos) return true;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find_first_of("/\\:", at), text.size());
    if (text.substr(at, end - at) == "..") return true;
    if (end < text.size() && text[end] == '/' && end == at &&
        (at == 0 || text[at - 1] == ':' || text[at - 1] == '\\'))
      return true;
    at = end + 1;
  }
  return false;
}

/// The keys of the table of study files that name files, with [] and <names> as patterns.
struct FileKeys {
  std::vector<std::regex> all;
  std::set<std::string> plugins;  ///< last words of keys whose file is a program
};

const FileKeys& file_keys() {
  static const FileKeys keys = [] {
    FileKeys found;
    for (const std::string& key : io::study_file_keys()) {
      std::string pattern;
      for (std::size_t k = 0; k < key.size(); ++k) {
        if (key.compare(k, 2, "[]") == 0) {
          pattern += "\\.[0-9]+";
          ++k;
        } else if (key[k] == '<') {
          pattern += "[^.]+";
          k = std::min(key.find('>', k), key.size());
        } else {
          pattern += key[k] == '.' ? std::string("\\.") : std::string(1, key[k]);
        }
      }
      found.all.emplace_back(pattern + "(\\.file|\\.[0-9]+)*");
      const std::string last = key.substr(key.rfind('.') + 1);
      if (last == "plugin") found.plugins.insert(last);
    }
    return found;
  }();
  return keys;
}

bool names_a_file(const std::string& path) {
  if (path.ends_with(".file")) return true;
  const auto& all = file_keys().all;
  return std::any_of(all.begin(), all.end(),
                     [&](const std::regex& one) { return std::regex_match(path, one); });
}

class Looker {
 public:
  Looker(const Document& document, bool allow_plugins, StudyFacts& facts)
      : document_(document), allow_plugins_(allow_plugins), facts_(facts) {}

  void look(const Node& node, const std::string& path) {
    if (node.is_scalar()) return look_at_text(node, path);
    for (std::size_t k = 0; k < node.items.size(); ++k) {
      const std::string key = node.is_map() ? node.keys[k] : std::to_string(k);
      const std::string inner = path.empty() ? key : path + "." + key;
      if (node.is_map()) look_at_key(node, node.items[k], key, inner);
      look(node.items[k], inner);
    }
  }

 private:
  void look_at_key(const Node& map, const Node& value, const std::string& key,
                   const std::string& path) const {
    if (leads_outside(key)) fail(map, path, "is no key");
    // A path of changes, such as "model.plugin" in `phases`, is a key as well.
    const std::string last = key.substr(key.rfind('.') + 1);
    if (!allow_plugins_ && file_keys().plugins.contains(last))
      fail(value, path,
           "plug-ins are programs, which this service does not take (allowed: studies without "
           "them; who runs the service can start it with --allow-plugins)");
  }

  void look_at_text(const Node& node, const std::string& path) {
    if (path == "title") return;
    if (leads_outside(node.text))
      fail(node, path,
           fmt::format("'{}' is outside of the job (allowed: names of files that are submitted "
                       "with the study)",
                       node.text.substr(0, 200)));
    if (path != "output" && names_a_file(path)) facts_.files.push_back(node.text);
  }

  [[noreturn]] void fail(const Node& node, const std::string& path, const std::string& why) const {
    throw ConfigError(io::yaml::place(document_, node, path) + why);
  }

  const Document& document_;
  bool allow_plugins_;
  StudyFacts& facts_;
};

std::string text_at(const Node& root, std::string_view key) {
  const Node* node = root.find(key);
  return node != nullptr && node->is_scalar() ? node->text : "";
}

}  // namespace

StudyFacts require_inside(const std::string& text, const std::vector<std::string>& overrides,
                          bool allow_plugins) {
  Document document = io::yaml::parse(text, "study.yml");
  if (!document.root.is_map()) throw ConfigError("study.yml: is no study (expected a map of keys)");
  for (const std::string& one : overrides)
    io::yaml::apply_override(document, one);
  StudyFacts facts;
  Looker(document, allow_plugins, facts).look(document.root, "");
  facts.output = text_at(document.root, "output");
  facts.title = text_at(document.root, "title");
  if (facts.output.find('/') != std::string::npos)
    throw ConfigError(fmt::format("study.yml: output: '{}' is in another folder (allowed: a name)",
                                  facts.output));
  return facts;
}

std::string doubt_of_name(const std::string& name, bool allow_plugins) {
  constexpr std::size_t longest = 200;
  if (name.empty() || name.size() > longest) return "is empty or too long";
  if (name.front() == '.' || name.front() == '-') return "begins with . or -";
  for (const char c : name) {
    if (c == '/' || c == '\\' || static_cast<unsigned char>(c) < ' ' || c == 127)
      return "has characters that are not allowed";
  }
  // What the service or the program writes itself, and what a loader could take for a program.
  for (const char* own : {"study.yml", "results"})
    if (name == own) return "is the name of a file of the service";
  for (const char* end : {".so", ".py", ".pyc", ".pth", ".sh", ".arcuate-claim"})
    if (name.ends_with(end) && !(allow_plugins && name.ends_with(".so")))
      return fmt::format("ends with {}", end);
  return "";
}

}  // namespace arcuate::service
