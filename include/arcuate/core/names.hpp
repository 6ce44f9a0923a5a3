#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

/// One table for each enumeration that users see: the word, and what it means. Study files are read
/// and written with it, and documents and errors list it.
///
///     template <>
///     struct Names<Stages> {
///       static constexpr std::array table{Name{Stages::held, "held", "as at the begin of the
///       step"},
///                                         Name{Stages::staged, "staged", "at each stage's time"}};
///     };
namespace arcuate::core {

template <class Enum>
struct Name {
  Enum value;
  std::string_view word;
  std::string_view meaning;
};
template <class Enum>
Name(Enum, const char*, const char*) -> Name<Enum>;

/// Specialised for each enumeration.
template <class Enum>
struct Names;

template <class Enum>
constexpr std::string_view word_of(Enum value) {
  const auto& table = Names<Enum>::table;
  const auto found = std::find_if(table.begin(), table.end(),
                                  [value](const Name<Enum>& name) { return name.value == value; });
  return found == table.end() ? std::string_view() : found->word;
}

template <class Enum>
constexpr std::string_view meaning_of(Enum value) {
  const auto& table = Names<Enum>::table;
  const auto found = std::find_if(table.begin(), table.end(),
                                  [value](const Name<Enum>& name) { return name.value == value; });
  return found == table.end() ? std::string_view() : found->meaning;
}

/// In the order of the table.
template <class Enum>
std::vector<std::string> words_of() {
  std::vector<std::string> words;
  for (const Name<Enum>& name : Names<Enum>::table)
    words.emplace_back(name.word);
  return words;
}

namespace detail {

/// Text of a table, made while compiling. `with_meanings`: "word: meaning; ...", else "word, ...".
template <class Enum, bool with_meanings>
struct Text {
  static constexpr std::string_view between = with_meanings ? "; " : ", ";
  static constexpr std::string_view colon = ": ";

  static constexpr std::size_t size() {
    std::size_t size = 0;
    for (const Name<Enum>& name : Names<Enum>::table) {
      if (size > 0) size += between.size();
      size += name.word.size() + (with_meanings ? colon.size() + name.meaning.size() : 0);
    }
    return size;
  }
  static constexpr auto make() {
    std::array<char, size()> text{};
    std::size_t at = 0;
    const auto put = [&](std::string_view part) {
      for (const char c : part)
        text[at++] = c;
    };
    for (const Name<Enum>& name : Names<Enum>::table) {
      if (at > 0) put(between);
      put(name.word);
      if constexpr (with_meanings) {
        put(colon);
        put(name.meaning);
      }
    }
    return text;
  }
  static constexpr auto text = make();
};

}  // namespace detail

/// "held, staged"
template <class Enum>
inline constexpr std::string_view words{detail::Text<Enum, false>::text.data(),
                                        detail::Text<Enum, false>::text.size()};
/// "held: as at the begin of the step; staged: at each stage's time"
template <class Enum>
inline constexpr std::string_view meanings{detail::Text<Enum, true>::text.data(),
                                           detail::Text<Enum, true>::text.size()};

}  // namespace arcuate::core
