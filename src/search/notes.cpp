#include "notes.hpp"

#include <cctype>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <string_view>

#include "arcuate/core/one_line.hpp"
#include "json.hpp"

namespace arcuate::search {
namespace {

using Json = nlohmann::ordered_json;

bool is_digit(char c) {
  return std::isdigit(static_cast<unsigned char>(c)) != 0;
}

/// Letters and what joins them to words and names of files.
bool is_of_word(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
         std::string_view("_/.-+").find(c) != std::string_view::npos;
}

/// 12, -0.5, 1e-3 and, at the end of a sentence, 12.
bool is_number(std::string_view word) {
  if (!word.empty() && word.back() == '.') word.remove_suffix(1);
  bool digits = false;
  for (const char c : word) {
    digits = digits || is_digit(c);
    if (!is_digit(c) && std::string_view("+-.e").find(c) == std::string_view::npos) return false;
  }
  return digits;
}

}  // namespace

std::string kind_of_note(const std::string& note) {
  std::string kind;
  for (std::size_t at = 0; at < note.size();) {
    std::size_t end = at;
    while (end < note.size() && is_of_word(note[end]))
      ++end;
    if (end == at) {
      kind += note[at++];
      continue;
    }
    const std::string word = note.substr(at, end - at);
    kind += is_number(word) ? "#" : word;
    at = end;
  }
  return kind;
}

void Notes::tell_one(const char* word, const std::string& note, const std::string& whose,
                     std::vector<std::string>& lines) {
  if (told_.size() > most || !told_.insert(kind_of_note(note)).second) return;
  const std::string text =
      told_.size() > most ? "there are more notes of candidates, which are not told" : note;
  std::fprintf(stderr, "arcuate: %s: %s%s%s\n", word, whose.c_str(), whose.empty() ? "" : ": ",
               core::one_line(text).c_str());
  lines.push_back(line(Json{{"note", note}, {"of", whose}}));
}

std::vector<std::string> Notes::tell(const Outcome& outcome, const std::string& whose) {
  std::vector<std::string> lines = warn(outcome.warnings, whose);
  for (const std::string& note : outcome.notes)
    tell_one("note", note, whose, lines);
  return lines;
}

std::vector<std::string> Notes::warn(const std::vector<std::string>& warnings,
                                     const std::string& whose) {
  std::vector<std::string> lines;
  for (const std::string& warning : warnings)
    tell_one("warning", warning, whose, lines);
  return lines;
}

bool Notes::read(const std::string& line) {
  const Json json = Json::parse(line, nullptr, false);
  if (!json.is_object() || !json.contains("note") || !json["note"].is_string()) return false;
  told_.insert(kind_of_note(json["note"]));
  return true;
}

}  // namespace arcuate::search
