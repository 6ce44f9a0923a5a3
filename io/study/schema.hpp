#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "arcuate/core/names.hpp"
#include "file/yaml.hpp"

/// Every key of a study file, once: for the checks, the defaults and the generated reference.
namespace arcuate::io {

enum class KeyType { section, text, file, number, integer, flag, choice, values, names };

struct KeyInfo {
  std::string_view path;  ///< `monitors[].kind`, `noise.<target>.sigma`
  KeyType type;
  std::string_view
      unit;  ///< udunits name, "1" dimensionless, "" when the text of `meaning` says it
  std::string_view fallback;  ///< the default as a user would write it; "required"; "" for none
  std::string_view
      allowed;  ///< choices "a, b, c"; bounds "> 0", ">= 0", "0 to 1"; or text for the reader
  std::string_view meaning;
};

std::span<const KeyInfo> study_keys();
/// Those of `sweep` and `fit`, which are among them.
std::span<const KeyInfo> search_keys();
/// Those of `spiking`, likewise.
std::span<const KeyInfo> spiking_keys();
const KeyInfo& study_key(std::string_view path);

/// Reads the keys of one map: checks them against the table, fills in defaults and notes what was
/// read in `normal`. All members throw ConfigError naming the place, the key, the value and what is
/// allowed.
class Section {
 public:
  /// `path` as the user wrote it ("noise.V"), `schema` as the table has it ("noise.<target>"), both
  /// "" at the top. `extra`: keys beyond the table. `node` may be nullptr: all keys absent.
  Section(const yaml::Document& document, const yaml::Node* node, std::string path,
          std::string schema, yaml::Node& normal, const std::vector<std::string>& extra = {});

  [[nodiscard]] bool has(std::string_view key) const { return find(key) != nullptr; }
  [[nodiscard]] const yaml::Node* find(std::string_view key) const;
  [[nodiscard]] std::string path(std::string_view key) const;
  /// The place of a key, or of the section when the key is absent, ending in ": ".
  [[nodiscard]] std::string place(std::string_view key) const;
  [[noreturn]] void fail(std::string_view key, const std::string& message) const;

  double number(std::string_view key);
  std::int64_t integer(std::string_view key);
  std::uint64_t seed(std::string_view key);
  bool flag(std::string_view key);
  std::string text(std::string_view key);
  /// Index into the choices of the table.
  int choice(std::string_view key);
  /// One of the words of the enumeration.
  template <typename Enum>
  Enum choice_as(std::string_view key) {
    const int chosen = choice_among(key, core::words_of<Enum>());
    return core::Names<Enum>::table[static_cast<std::size_t>(chosen)].value;
  }
  /// Index into `allowed`.
  int choice_among(std::string_view key, const std::vector<std::string>& allowed);
  /// One name or a list of names, each among `allowed`. Indices.
  std::vector<int> names(std::string_view key, const std::vector<std::string>& allowed);
  /// The map or list of a key, or nullptr.
  const yaml::Node* map_of(std::string_view key) const;
  const yaml::Node* list_of(std::string_view key) const;
  [[nodiscard]] yaml::Node& normal() const { return normal_; }

 private:
  const KeyInfo& info(std::string_view key) const;
  /// The scalar of a key, its default from the table, or an error when it is required.
  yaml::Node scalar_of(std::string_view key) const;

  const yaml::Document& document_;
  const yaml::Node* node_;
  std::string path_;
  std::string schema_;
  yaml::Node& normal_;
};

/// "a map", "a list", "'text'" or "nothing", for messages.
std::string describe(const yaml::Node& node);

/// A finite or infinite number without a unit, as YAML writes it; nothing when `text` is not one.
std::optional<double> plain_number(std::string_view text);

/// A number of `unit` from a scalar. unit "": plain numbers only. Throws ConfigError that begins
/// with `begin`.
double to_number(const yaml::Node& node, std::string_view unit, const std::string& begin);

/// Index of `word` among `allowed`. Throws ConfigError with the nearest word.
int to_choice(const yaml::Node& node, const std::vector<std::string>& allowed,
              const std::string& begin);

}  // namespace arcuate::io
