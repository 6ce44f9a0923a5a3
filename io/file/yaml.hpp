#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// YAML as a tree that remembers where every value was written. Aliases are copied, so a change
/// touches one place.
namespace arcuate::io::yaml {

struct Node {
  enum class Kind { null, scalar, list, map };
  Kind kind = Kind::null;
  bool quoted = false;
  int line = 0;                   ///< counted from 1; 0: not from a file
  int override_ = -1;             ///< index into Document::overrides; -1: from the file
  std::string text;               ///< of a scalar
  std::vector<Node> items;        ///< of a list, or of a map in the order of its keys
  std::vector<std::string> keys;  ///< of a map
  std::vector<int> key_lines;     ///< of a map

  [[nodiscard]] bool is_scalar() const { return kind == Kind::scalar; }
  [[nodiscard]] bool is_list() const { return kind == Kind::list; }
  [[nodiscard]] bool is_map() const { return kind == Kind::map; }
  [[nodiscard]] const Node* find(std::string_view key) const;
  [[nodiscard]] Node* find(std::string_view key);
  /// Adds or replaces; the node becomes a map.
  Node& set(std::string_view key, Node value);
  void erase(std::string_view key);
};

Node scalar(std::string text, bool quoted = false);
/// The shortest text that reads back as the same number.
Node number(double value);
Node list(std::vector<Node> items);
Node map();

struct Document {
  Node root;
  std::string path;                    ///< of the file, for messages
  std::vector<std::string> overrides;  ///< "coupling.gain=0.02"
};

/// "--set coupling.gain=x"; of one with very many numbers the beginning.
std::string set_words(std::string_view override_text);
/// "resting.yml:7: coupling.gain: " or "--set coupling.gain=x: ": what every message begins with.
/// `key` is the whole path of the key, "" for none; `line` 0 stands for the whole file.
std::string place(const Document& document, int line, int override_index, std::string_view key);
std::string place(const Document& document, const Node& node, std::string_view key);

/// Parses one document. Throws ConfigError: not text, not YAML, duplicate keys, nested too deep,
/// too many values.
Document parse(std::string_view text, const std::string& path);

/// Applies "path=value": dots separate keys and list indices (or are in a key that is there), the
/// value is YAML. Throws
/// ConfigError.
void apply_override(Document& document, const std::string& override_text);

/// Puts a value where a path leads, as apply_override() does. `begin` begins every message.
void apply_change(Document& document, const std::string& path, Node value,
                  const std::string& begin);

/// Reads a text file of at most 64 MB. Throws ConfigError.
std::string read_text(const std::string& path);

/// The tree as YAML text.
std::string emit(const Node& node);
/// The same on one line.
std::string emit_line(const Node& node);

}  // namespace arcuate::io::yaml
