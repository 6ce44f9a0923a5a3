#include "yaml.hpp"

#include <fmt/format.h>
#include <yaml-cpp/emitter.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <map>
#include <numeric>
#include <sstream>

#include "arcuate/core/error.hpp"
#include "arcuate/core/utf8.hpp"

namespace arcuate::io::yaml {
namespace {

constexpr std::size_t max_depth = 32;
constexpr std::size_t max_values = 1'000'000;
constexpr std::uintmax_t max_bytes = 64U << 20U;

/// Builds the tree from the parser's events. yaml-cpp's own Node would lose duplicate keys and
/// lines.
class Builder : public YAML::EventHandler {
 public:
  Builder(std::string_view text, const Document& document, int override_index)
      : text_(text), document_(document), override_(override_index) {}

  Node take() { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark& mark) override { mark_ = mark; }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    complete(fresh(mark, Node::Kind::null), anchor, 1);
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    mark_ = mark;
    const auto found = anchors_.find(anchor);
    if (found == anchors_.end()) fail("an alias cannot stand inside the value it stands for");
    count(found->second.second);
    if (frames_.size() + found->second.first.depth > max_depth) fail_depth();
    attach(found->second.first.node, found->second.first.depth);
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    Node node = fresh(mark, Node::Kind::scalar);
    node.text = value;
    node.quoted = tag == "!";
    if (node.quoted) require_closing_quote(mark);
    // "~" and "null" without quotes are YAML's words for no value.
    if (!node.quoted && (value == "~" || value == "null")) node.kind = Node::Kind::null;
    complete(std::move(node), anchor, 1);
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& /*tag*/, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value /*style*/) override {
    open(mark, Node::Kind::list, anchor);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& /*tag*/, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value /*style*/) override {
    open(mark, Node::Kind::map, anchor);
  }
  void OnMapEnd() override {
    if (!inside_key()) refuse_duplicates(frames_.back().node);  // no map may be a key
    close();
  }

 private:
  struct Frame {
    Node node;
    YAML::anchor_t anchor = 0;
    bool has_key = false;
    std::size_t depth = 1;        ///< of the deepest value inside
    std::size_t first_value = 0;  ///< values counted before this one
  };
  struct Anchored {
    Node node;
    std::size_t depth = 0;
  };

  [[noreturn]] void fail(std::string_view message) const {
    throw ConfigError(place(document_, mark_.line + 1, override_, "") + std::string(message));
  }
  [[noreturn]] void fail_depth() const {
    fail(fmt::format("nested deeper than {} levels", max_depth));
  }

  /// Whether the innermost value stands where some map expects a key.
  [[nodiscard]] bool inside_key() const {
    return std::any_of(frames_.begin(), frames_.end() - 1,
                       [](const Frame& frame) { return frame.node.is_map() && !frame.has_key; });
  }

  /// yaml-cpp takes the end of the file for the closing quote.
  void require_closing_quote(const YAML::Mark& mark) const {
    const std::size_t open = text_.find_first_of("'\"", static_cast<std::size_t>(mark.pos));
    if (open == std::string_view::npos) return;
    const char quote = text_[open];
    for (std::size_t i = open + 1; i < text_.size(); ++i) {
      const bool doubled = quote == '\'' && text_.substr(i, 2) == "''";
      if (doubled || (quote == '"' && text_[i] == '\\')) {
        ++i;  // of an escaped character
      } else if (text_[i] == quote) {
        return;
      }
    }
    fail("not valid YAML: a quote is not closed");
  }

  Node fresh(const YAML::Mark& mark, Node::Kind kind) {
    mark_ = mark;
    Node node;
    node.kind = kind;
    node.line = mark.line + 1;
    node.override_ = override_;
    return node;
  }

  void count(std::size_t values) {
    values_ += values;
    if (values_ > max_values) {
      fail(fmt::format("more than {} values: put long lists of numbers into files of their own",
                       max_values));
    }
  }

  void open(const YAML::Mark& mark, Node::Kind kind, YAML::anchor_t anchor) {
    Frame frame;
    frame.node = fresh(mark, kind);
    frame.anchor = anchor;
    frame.first_value = values_;
    if (frames_.size() >= max_depth) fail_depth();
    frames_.push_back(std::move(frame));
  }

  void close() {
    Frame frame = std::move(frames_.back());
    frames_.pop_back();
    count(1);
    finish(std::move(frame.node), frame.anchor, values_ - frame.first_value, frame.depth);
  }

  void complete(Node node, YAML::anchor_t anchor, std::size_t values) {
    count(values);
    finish(std::move(node), anchor, values, 0);
  }

  void finish(Node node, YAML::anchor_t anchor, std::size_t values, std::size_t depth) {
    if (anchor != 0) {
      count(values);  // the anchor keeps a copy
      anchors_[anchor] = {Anchored{node, depth}, values};
    }
    attach(std::move(node), depth);
  }

  void attach(Node node, std::size_t depth) {
    if (frames_.empty()) {
      root_ = std::move(node);
      return;
    }
    Frame& frame = frames_.back();
    frame.depth = std::max(frame.depth, depth + 1);
    if (frame.node.is_map() && !frame.has_key) {
      if (!node.is_scalar()) fail("a key must be plain text");
      frame.node.keys.push_back(std::move(node.text));
      frame.node.key_lines.push_back(node.line);
    } else {
      frame.node.items.push_back(std::move(node));
    }
    frame.has_key = frame.node.is_map() && !frame.has_key;
  }

  void refuse_duplicates(const Node& node) const {
    std::vector<std::size_t> order(node.keys.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(),
                     [&node](std::size_t a, std::size_t b) { return node.keys[a] < node.keys[b]; });
    for (std::size_t i = 1; i < order.size(); ++i) {
      if (node.keys[order[i]] != node.keys[order[i - 1]]) continue;
      throw ConfigError(
          place(document_, node.key_lines[order[i]], override_, path_to(node.keys[order[i]])) +
          fmt::format("given twice (first in line {})", node.key_lines[order[i - 1]]));
    }
  }

  /// The path of a key of the innermost open map.
  [[nodiscard]] std::string path_to(const std::string& key) const {
    std::string path;
    for (std::size_t i = 0; i + 1 < frames_.size(); ++i) {
      const Node& node = frames_[i].node;
      path += (node.is_map() ? node.keys.back() : std::to_string(node.items.size())) + ".";
    }
    return path + key;
  }

  std::string_view text_;
  const Document& document_;
  int override_;
  Node root_;
  std::vector<Frame> frames_;
  std::map<YAML::anchor_t, std::pair<Anchored, std::size_t>> anchors_;
  std::size_t values_ = 0;
  YAML::Mark mark_ = YAML::Mark::null_mark();
};

Node build(std::string_view text, const Document& document, int override_index) {
  Builder builder(text, document, override_index);
  std::istringstream stream{std::string(text)};
  try {
    YAML::Parser parser(stream);
    parser.HandleNextDocument(builder);
    Node root = builder.take();
    Builder second(text, document, override_index);
    if (parser.HandleNextDocument(second)) {
      throw ConfigError(place(document, second.take().line, override_index, "") +
                        "a second YAML document; only one is allowed");
    }
    return root;
  } catch (const YAML::Exception& error) {
    throw ConfigError(
        place(document, error.mark.line + 1, override_index, "") +
        fmt::format("not valid YAML: {} (column {})", error.msg, error.mark.column + 1));
  }
}

void require_text(std::string_view text, const Document& document, int override_index) {
  int line = 1;
  for (std::size_t i = 0; i < text.size();) {
    const auto c = static_cast<unsigned char>(text[i]);
    const std::size_t length = utf8_length(text, i);
    if (length == 0 || c == 0x7F || (c < 0x20 && c != '\t' && c != '\n' && c != '\r')) {
      throw ConfigError(place(document, line, override_index, "") +
                        fmt::format("not a text file in UTF-8 (byte 0x{:02X})", c));
    }
    if (c == '\n') ++line;
    i += length;
  }
}

std::vector<std::string> split(const std::string& path) {
  std::vector<std::string> parts(1);
  for (const char c : path) {
    if (c == '.') {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

/// The member of a list that `part` names.
Node& list_member(Node& node, const std::string& part, const std::string& begin) {
  const bool digits =
      !part.empty() && part.size() < 9 &&
      std::all_of(part.begin(), part.end(), [](unsigned char c) { return c >= '0' && c <= '9'; });
  const std::size_t index = digits ? std::stoul(part) : node.items.size();
  if (index >= node.items.size()) {
    throw ConfigError(begin + (node.items.empty()
                                   ? fmt::format("no list member '{}'; the list is empty", part)
                                   : fmt::format("no list member '{}' (allowed: 0 to {})", part,
                                                 node.items.size() - 1)));
  }
  return node.items[index];
}

/// The longest key with dots of a map that the path goes on with, and how many parts it has.
std::pair<std::string, std::size_t> dotted_key(const Node& node,
                                               const std::vector<std::string>& parts,
                                               std::size_t first) {
  std::pair<std::string, std::size_t> longest;
  if (!node.is_map()) return longest;
  std::string key = parts[first];
  for (std::size_t end = first + 1; end < parts.size(); ++end) {
    key.append(".").append(parts[end]);
    if (node.find(key) != nullptr) longest = {key, end - first + 1};
  }
  return longest;
}

void emit_leaf(YAML::Emitter& out, const Node& node) {
  if (!node.is_scalar()) {
    out << YAML::Null;
    return;
  }
  if (node.quoted) out << YAML::DoubleQuoted;
  out << node.text;
}

void emit_flow(YAML::Emitter& out, const Node& node) {
  if (!node.is_list() && !node.is_map()) return emit_leaf(out, node);
  out << YAML::Flow;
  if (node.is_map()) {
    out << YAML::BeginMap;
  } else {
    out << YAML::BeginSeq;
  }
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    if (node.is_map()) out << YAML::Key << node.keys[i] << YAML::Value;
    emit_flow(out, node.items[i]);
  }
  if (node.is_map()) {
    out << YAML::EndMap;
  } else {
    out << YAML::EndSeq;
  }
}

void emit_node(YAML::Emitter& out, const Node& node, int level) {
  if (node.is_list()) {
    const bool block = std::any_of(node.items.begin(), node.items.end(),
                                   [](const Node& item) { return item.is_map(); });
    out << (block ? YAML::Block : YAML::Flow) << YAML::BeginSeq;
    for (const Node& item : node.items)
      emit_node(out, item, level + 1);
    out << YAML::EndSeq;
  } else if (node.is_map()) {
    out << (level < 2 && !node.keys.empty() ? YAML::Block : YAML::Flow) << YAML::BeginMap;
    for (std::size_t i = 0; i < node.keys.size(); ++i) {
      out << YAML::Key << node.keys[i] << YAML::Value;
      emit_node(out, node.items[i], level + 1);
    }
    out << YAML::EndMap;
  } else {
    emit_leaf(out, node);
  }
}

}  // namespace

const Node* Node::find(std::string_view key) const {
  const auto found = std::find(keys.begin(), keys.end(), key);
  return found == keys.end() ? nullptr : &items[static_cast<std::size_t>(found - keys.begin())];
}

Node* Node::find(std::string_view key) {
  const auto found = std::find(keys.begin(), keys.end(), key);
  return found == keys.end() ? nullptr : &items[static_cast<std::size_t>(found - keys.begin())];
}

Node& Node::set(std::string_view key, Node value) {
  if (!is_map()) {
    kind = Kind::map;
    text.clear();
  }
  if (Node* present = find(key)) return *present = std::move(value);
  keys.emplace_back(key);
  key_lines.push_back(value.line);
  return items.emplace_back(std::move(value));
}

void Node::erase(std::string_view key) {
  const auto found = std::find(keys.begin(), keys.end(), key);
  if (found == keys.end()) return;
  const auto at = found - keys.begin();
  keys.erase(found);
  key_lines.erase(key_lines.begin() + at);
  items.erase(items.begin() + at);
}

Node scalar(std::string text, bool quoted) {
  Node node;
  node.kind = Node::Kind::scalar;
  node.text = std::move(text);
  node.quoted = quoted;
  return node;
}

Node number(double value) {
  if (std::isinf(value)) return scalar(value > 0 ? "inf" : "-inf");
  return scalar(fmt::format("{}", value));
}

Node list(std::vector<Node> items) {
  Node node;
  node.kind = Node::Kind::list;
  node.items = std::move(items);
  return node;
}

Node map() {
  Node node;
  node.kind = Node::Kind::map;
  return node;
}

std::string set_words(std::string_view override_text) {
  constexpr std::size_t most = 120;
  std::size_t end = override_text.size();
  if (end > most) {
    end = most;
    while (end > 0 && (static_cast<unsigned char>(override_text[end]) & 0xC0U) == 0x80U)
      --end;  // inside of a character
  }
  return fmt::format("--set {}{}", override_text.substr(0, end),
                     end < override_text.size() ? "..." : "");
}

std::string place(const Document& document, int line, int override_index, std::string_view key) {
  std::string begin = line > 0 ? fmt::format("{}:{}", document.path, line) : document.path;
  if (override_index >= 0) {
    const std::string& text = document.overrides[static_cast<std::size_t>(override_index)];
    begin = set_words(text);
    if (std::string_view(text).substr(0, text.find('=')) == key) key = "";
  }
  begin += ": ";
  if (!key.empty()) begin.append(key).append(": ");
  return begin;
}

std::string place(const Document& document, const Node& node, std::string_view key) {
  return place(document, node.line, node.override_, key);
}

Document parse(std::string_view text, const std::string& path) {
  Document document;
  document.path = path;
  if (text.size() > max_bytes) throw ConfigError(path + ": larger than 64 MB");
  require_text(text, document, -1);
  document.root = build(text, document, -1);
  if (document.root.kind == Node::Kind::null) throw ConfigError(path + ": the file is empty");
  return document;
}

void apply_override(Document& document, const std::string& override_text) {
  const std::size_t equals = override_text.find('=');
  const std::string begin = set_words(override_text) + ": ";
  if (equals == std::string::npos || equals == 0) {
    throw ConfigError(begin + "expected path=value, e.g. coupling.gain=0.02");
  }
  document.overrides.push_back(override_text);
  const int index = static_cast<int>(document.overrides.size()) - 1;
  const std::string path = override_text.substr(0, equals);
  if (split(path).size() > max_depth) throw ConfigError(begin + "nested too deep");
  require_text(override_text, document, index);
  Node value = build(std::string_view(override_text).substr(equals + 1), document, index);
  value.override_ = index;
  apply_change(document, path, std::move(value), begin);
}

void apply_change(Document& document, const std::string& path, Node value,
                  const std::string& begin) {
  const std::vector<std::string> parts = split(path);
  if (parts.size() > max_depth) throw ConfigError(begin + "nested too deep");
  Node* node = &document.root;
  std::string done;
  for (std::size_t k = 0; k < parts.size(); ++k) {
    std::string part = parts[k];
    if (part.empty()) throw ConfigError(begin + "an empty key in the path");
    if (const auto [key, taken] = dotted_key(*node, parts, k); taken > 1) {
      part = key;
      k += taken - 1;
    }
    if (node->is_list()) {
      node = &list_member(*node, part, begin);
    } else if (node->is_map() || node->kind == Node::Kind::null) {
      Node fresh;
      fresh.override_ = value.override_;
      fresh.line = value.line;
      Node* present = node->find(part);
      node = present != nullptr ? present : &node->set(part, std::move(fresh));
    } else {
      throw ConfigError(begin + fmt::format("{} is '{}', which has no keys",
                                            done.empty() ? "the study" : done, node->text));
    }
    done.append(done.empty() ? "" : ".").append(part);
  }
  *node = std::move(value);
}

std::string read_text(const std::string& path) {
  std::error_code code;
  const auto status = std::filesystem::status(path, code);
  if (!std::filesystem::exists(status)) throw ConfigError(path + ": no such file");
  if (std::filesystem::is_directory(status)) {
    throw ConfigError(path + ": a directory, not a study file");
  }
  if (!std::filesystem::is_regular_file(status)) {
    throw ConfigError(path +
                      ": not a regular file (a pipe?): it could be read only once, by one rank");
  }
  std::ifstream stream(path, std::ios::binary);
  if (!stream) throw ConfigError(path + ": cannot be read (permission?)");
  std::string text;
  std::vector<char> chunk(1U << 16U);
  while (stream.read(chunk.data(), static_cast<std::streamsize>(chunk.size())) ||
         stream.gcount() > 0) {
    text.append(chunk.data(), static_cast<std::size_t>(stream.gcount()));
    if (text.size() > max_bytes) throw ConfigError(path + ": larger than 64 MB");
  }
  if (stream.bad()) throw ConfigError(path + ": cannot be read");
  return text;
}

std::string emit_line(const Node& node) {
  YAML::Emitter out;
  emit_flow(out, node);
  return out.c_str();
}

std::string emit(const Node& node) {
  YAML::Emitter out;
  emit_node(out, node, 0);
  return std::string(out.c_str()) + "\n";
}

}  // namespace arcuate::io::yaml
