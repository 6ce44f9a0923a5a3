#include <cstring>
#include <nlohmann/json.hpp>

#include "arcuate/search/trial.hpp"
#include "json.hpp"

/// Orders and outcomes as they travel: one line of JSON, and behind that of an outcome the values
/// of its features, eight bytes each.
namespace arcuate::search {
namespace {

using Json = nlohmann::ordered_json;

Json json_of(const analysis::Axis& axis) {
  return {{"name", axis.name}, {"unit", axis.unit}, {"values", axis.values}, {"texts", axis.texts}};
}

analysis::Axis axis_of(const Json& json) {
  return {json.at("name"), json.at("unit"), json.at("values"), json.at("texts")};
}

Json json_of(const TermValue& term) {
  return {{"name", term.name},
          {"value", number_json(term.value)},
          {"loss", number_json(term.loss)},
          {"weight", term.weight}};
}

Json json_of(const KeptArray& array) {
  Json axes = Json::array();
  for (const analysis::Axis& axis : array.axes)
    axes.push_back(json_of(axis));
  return {{"feature", array.feature},
          {"name", array.name},
          {"unit", array.unit},
          {"axes", axes},
          {"count", array.values.size()}};
}

}  // namespace

std::string write_order(const Order& order) {
  return line(Json{{"id", order.id},
                   {"condition", order.condition},
                   {"changes", order.changes},
                   {"name", order.name},
                   {"keeps_state", order.keeps_state},
                   {"correction", order.correction}});
}

Order read_order(const std::string& text) {
  const Json json = Json::parse(text);
  return {json.at("id"),   json.at("condition"),   json.at("changes"),
          json.at("name"), json.at("keeps_state"), json.at("correction")};
}

std::string write_outcome(const Outcome& outcome) {
  Json json{{"terms", Json::array()},         {"features", Json::array()},
            {"recording", outcome.recording}, {"warnings", outcome.warnings},
            {"notes", outcome.notes},         {"simulated", outcome.simulated}};
  for (const TermValue& term : outcome.terms)
    json["terms"].push_back(json_of(term));
  for (const KeptArray& array : outcome.features)
    json["features"].push_back(json_of(array));
  std::string text = line(json) + "\n";
  for (const KeptArray& array : outcome.features) {
    const auto* bytes = reinterpret_cast<const char*>(array.values.data());
    text.append(bytes, array.values.size() * sizeof(double));
  }
  return text;
}

Outcome read_outcome(const std::string& text) {
  const std::size_t line = text.find('\n');
  const Json json = Json::parse(text.substr(0, line));
  Outcome outcome;
  for (const Json& term : json.at("terms"))
    outcome.terms.push_back({term.at("name"), number_of_json(term.at("value")),
                             number_of_json(term.at("loss")), term.at("weight")});
  outcome.recording = json.at("recording");
  outcome.warnings = json.at("warnings");
  outcome.notes = json.at("notes");
  outcome.simulated = json.at("simulated");
  const char* bytes = text.data() + line + 1;
  for (const Json& array : json.at("features")) {
    KeptArray kept{array.at("feature"), array.at("name"), array.at("unit"), {}, {}};
    for (const Json& axis : array.at("axes"))
      kept.axes.push_back(axis_of(axis));
    kept.values.resize(array.at("count").get<std::size_t>());
    const std::size_t size = kept.values.size() * sizeof(double);
    if (size > 0) std::memcpy(kept.values.data(), bytes, size);
    bytes += size;
    outcome.features.push_back(std::move(kept));
  }
  return outcome;
}

}  // namespace arcuate::search
