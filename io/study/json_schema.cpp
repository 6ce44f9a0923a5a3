#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "arcuate/io/study.hpp"
#include "schema.hpp"

namespace arcuate::io {
namespace {

using Json = nlohmann::ordered_json;

/// "a, b, c" of a key whose value is one of some words.
std::vector<std::string> choices_of(const KeyInfo& key) {
  std::vector<std::string> words;
  if (key.type != KeyType::choice) return words;
  std::string_view rest = key.allowed;
  while (!rest.empty()) {
    const std::size_t comma = rest.find(", ");
    words.emplace_back(rest.substr(0, comma));
    rest = comma == std::string_view::npos ? "" : rest.substr(comma + 2);
  }
  return words;
}

std::string_view kind_of(KeyType type) {
  switch (type) {
    case KeyType::section:
      return "section";
    case KeyType::text:
      return "text";
    case KeyType::file:
      return "file";
    case KeyType::number:
      return "number";
    case KeyType::integer:
      return "integer";
    case KeyType::flag:
      return "flag";
    case KeyType::choice:
      return "choice";
    case KeyType::values:
      return "values";
    case KeyType::names:
      return "names";
  }
  return "";
}

/// What YAML may have there: a number may be a text with its unit, many values have short forms.
/// {}: anything, which the program itself judges.
Json types_of(KeyType type) {
  switch (type) {
    case KeyType::number:
      return {"number", "string"};
    case KeyType::integer:
      return {"integer", "string"};
    case KeyType::text:
      return {"string", "number", "boolean"};
    case KeyType::flag:
      return "boolean";
    case KeyType::choice:
      return {"string", "boolean"};
    case KeyType::names:
      return {"string", "integer", "array", "object"};
    default:
      return {};
  }
}

/// The place of a path's next part in the schema of what holds it: "a" is a property, "a[]" the
/// items of one, "<a>" every other property.
Json& child_of(Json& parent, std::string_view part) {
  if (part.starts_with('<')) return parent["additionalProperties"];
  const bool list = part.ends_with("[]");
  Json& property = parent["properties"][std::string(list ? part.substr(0, part.size() - 2) : part)];
  return list ? property["items"] : property;
}

void add(Json& root, const KeyInfo& key) {
  Json* at = &root;
  std::string_view rest = key.path;
  while (!rest.empty()) {
    const std::size_t dot = rest.find('.');
    at = &child_of(*at, rest.substr(0, dot));
    rest = dot == std::string_view::npos ? "" : rest.substr(dot + 1);
  }
  if (!at->contains("description")) (*at)["description"] = key.meaning;
  if (const Json types = types_of(key.type); !types.empty()) (*at)["type"] = types;
  // Parts of a user's own have other names.
  if (auto words = choices_of(key); !words.empty()) (*at)["examples"] = std::move(words);
}

Json row_of(const KeyInfo& key) {
  Json row{{"path", key.path},        {"type", kind_of(key.type)}, {"unit", key.unit},
           {"default", key.fallback}, {"allowed", key.allowed},    {"meaning", key.meaning}};
  if (auto words = choices_of(key); !words.empty()) row["choices"] = std::move(words);
  return row;
}

}  // namespace

std::string study_schema() {
  Json schema{{"$schema", "https://json-schema.org/draft/2020-12/schema"},
              {"title", "Study of Arcuate"},
              {"type", "object"},
              {"properties", Json::object()},
              {"additionalProperties", false}};
  Json rows = Json::array();
  for (const KeyInfo& key : study_keys()) {
    add(schema, key);
    rows.push_back(row_of(key));
  }
  schema["x-keys"] = std::move(rows);
  return schema.dump(1) + "\n";
}

}  // namespace arcuate::io
