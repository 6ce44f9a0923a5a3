#include <cmath>
#include <nlohmann/json.hpp>

#include "arcuate/model/describe.hpp"
#include "arcuate/model/limits.hpp"

namespace arcuate::model {
namespace {

using Json = nlohmann::ordered_json;

/// JSON has no infinity.
Json finite_or_null(double value) {
  return std::isfinite(value) ? Json(value) : Json();
}

Json range_of(const Range& range) {
  return Json::array({range.low, range.high});
}

Json plausible_of(const StateInfo& state) {
  const auto [low, high] = plausible_range(state);
  return Json::array({finite_or_null(low), finite_or_null(high)});
}

Json states_of(const ModelInfo& info) {
  Json rows = Json::array();
  for (const auto& s : info.states) {
    rows.push_back({{"name", s.name},
                    {"unit", s.unit},
                    {"initial", s.initial},
                    {"range", range_of(s.range)},
                    {"lower", finite_or_null(s.lower)},
                    {"upper", finite_or_null(s.upper)},
                    {"plausible", plausible_of(s)},
                    {"meaning", s.meaning}});
  }
  return rows;
}

Json parameters_of(const ModelInfo& info) {
  Json rows = Json::array();
  for (const auto& p : info.parameters) {
    rows.push_back({{"name", p.name},
                    {"unit", p.unit},
                    {"value", p.value},
                    {"range", range_of(p.range)},
                    {"allowed", allowed_text(takes_of(p))},
                    {"meaning", p.meaning}});
  }
  return rows;
}

Json inputs_of(const ModelInfo& info) {
  Json rows = Json::array();
  for (const auto& i : info.inputs) {
    rows.push_back({{"name", i.name},
                    {"unit", i.unit},
                    {"source", i.source},
                    {"gate", i.gate},
                    {"meaning", i.meaning}});
  }
  return rows;
}

Json observables_of(const ModelInfo& info) {
  Json rows = Json::array();
  for (const auto& o : info.observables) {
    rows.push_back(
        {{"name", o.name}, {"unit", o.unit}, {"uses_input", o.uses_input}, {"meaning", o.meaning}});
  }
  return rows;
}

Json presets_of(const ModelInfo& info) {
  Json rows = Json::array();
  for (const auto& p : info.presets) {
    Json values = Json::object();
    for (const PresetValue& given : p.values)
      values[std::string(given.parameter)] = given.value;
    rows.push_back({{"name", p.name}, {"meaning", p.meaning}, {"values", std::move(values)}});
  }
  return rows;
}

Json delayed_of(const ModelInfo& info) {
  Json rows = Json::array();
  for (const auto& d : info.delayed) {
    rows.push_back(
        {{"name", d.name}, {"source", d.source}, {"delay", d.delay}, {"meaning", d.meaning}});
  }
  return rows;
}

Json inhibition_of(const FicInfo& fic) {
  return {{"parameter", fic.parameter},
          {"rate", fic.rate},
          {"excitatory", fic.excitatory},
          {"inhibitory", fic.inhibitory},
          {"slope", fic.slope}};
}

Json table_of(const TableInfo& table) {
  Json axes = Json::array(), columns = Json::array();
  for (const auto& axis : {table.x, table.y}) {
    axes.push_back({{"name", axis.name},
                    {"unit", axis.unit},
                    {"low", axis.low},
                    {"high", axis.high},
                    {"points", axis.points}});
  }
  for (const auto& c : table.columns)
    columns.push_back({{"name", c.name}, {"unit", c.unit}, {"meaning", c.meaning}});
  return {{"axes", std::move(axes)}, {"columns", std::move(columns)}};
}

Json object_of(const ModelInfo& info) {
  Json object{{"name", info.name},
              {"title", info.title},
              {"category", info.category},
              {"equations", info.equations},
              {"reference", info.reference},
              {"notes", info.notes},
              {"time_unit_ms", info.time_unit},
              {"time_unit_name", info.time_unit_name},
              {"states", states_of(info)},
              {"parameters", parameters_of(info)},
              {"inputs", inputs_of(info)},
              {"delayed", delayed_of(info)},
              {"observables", observables_of(info)},
              {"presets", presets_of(info)}};
  if (!info.table.columns.empty()) object["table"] = table_of(info.table);
  if (!info.fic.parameter.empty()) object["inhibition_control"] = inhibition_of(info.fic);
  return object;
}

}  // namespace

std::string json() {
  Json models = Json::array();
  for (const Entry* entry : catalogue())
    models.push_back(object_of(entry->info));
  return models.dump(2) + "\n";
}

std::string json(const Entry& entry) {
  return object_of(entry.info).dump(2) + "\n";
}

}  // namespace arcuate::model
