#include <fmt/format.h>

#include <algorithm>

#include "arcuate/core/error.hpp"
#include "arcuate/core/expression.hpp"
#include "arcuate/core/suggest.hpp"
#include "arcuate/core/units.hpp"
#include "arcuate/monitor/spec.hpp"
#include "parts.hpp"

namespace arcuate::io {
namespace {

using monitor::named_quantity;
using monitor::NamedQuantity;

constexpr std::string_view no_unit = "unknown";

/// All that an expression may name.
std::vector<std::string> names_of(const model::Entry& model) {
  std::vector<std::string> names;
  for (int i = 0; i < model.n_observables(); ++i)
    names.emplace_back(model.observable_name(i));
  for (const std::vector<std::string>& more :
       {input_names(model.info), parameter_names(model.info)})
    names.insert(names.end(), more.begin(), more.end());
  return names;
}

std::vector<std::string> names_of(const std::vector<const model::Entry*>& models) {
  std::vector<std::string> names;
  for (const model::Entry* model : models) {
    for (std::string& name : names_of(*model)) {
      if (std::find(names.begin(), names.end(), name) == names.end())
        names.push_back(std::move(name));
    }
  }
  return names;
}

void check_name(Section& section, const std::string& name,
                const std::vector<std::string>& variables) {
  constexpr std::string_view allowed =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_";
  const bool word = !name.empty() && name.find_first_not_of(allowed) == std::string::npos &&
                    allowed.find(name.front()) < allowed.find('0');
  if (!word) {
    section.fail("name", fmt::format("'{}' (allowed: a letter, then letters, digits and _)", name));
  }
  if (std::find(variables.begin(), variables.end(), name) != variables.end())
    section.fail("name", fmt::format("'{}' is a name of the model already; choose another", name));
  const auto functions = expression::functions();
  if (name == "pi" || std::any_of(functions.begin(), functions.end(),
                                  [&](const auto& one) { return one.name == name; }))
    section.fail("name",
                 fmt::format("'{}' is a name in expressions already; choose another", name));
}

/// What a name stands for must be told by the name alone.
void check_meaning(Section& section, const std::string& name,
                   const std::vector<const model::Entry*>& models,
                   const std::vector<std::string>& variables) {
  if (std::find(variables.begin(), variables.end(), name) == variables.end())
    section.fail("expression", fmt::format("unknown name '{}'", name) + hint(name, variables));
  for (const model::Entry* model : models) {
    const std::vector<std::string> own = names_of(*model);
    if (std::count(own.begin(), own.end(), name) < 2) continue;
    section.fail("expression", fmt::format("'{}' is the name of two quantities of {}: an input or "
                                           "a parameter has the name of another",
                                           name, model->info.name));
  }
}

/// The units of the names of an expression in a model.
std::vector<std::string> units_of(const expression::Program& program, const model::Entry& model) {
  std::vector<std::string> units;
  for (const std::string& name : program.names)
    units.emplace_back(named_quantity(model, name).unit);
  return units;
}

/// The unit of an expression where the study gives none: that of its parts when it can be told.
std::string unit_told(const expression::Program& program, const model::Entry& model) {
  try {
    const expression::UnitOf unit = expression::unit_of(program, units_of(program, model));
    return unit.known && (!unit.scaled || unit.unit == "1") ? unit.unit : std::string(no_unit);
  } catch (const ConfigError&) {
    return std::string(no_unit);
  }
}

std::string read_unit(Section& section, const expression::Program& program,
                      const std::vector<const model::Entry*>& models) {
  if (!section.has("unit")) {
    const std::string first = unit_told(program, *models.front());
    const bool alike = std::all_of(models.begin(), models.end(), [&](const model::Entry* model) {
      return unit_told(program, *model) == first;
    });
    return section.normal().set("unit", yaml::scalar(alike ? first : std::string(no_unit))).text;
  }
  const std::string unit = section.text("unit");
  if (unit == no_unit) return unit;
  if (!units::known(unit))
    section.fail("unit", fmt::format("'{}' is not a unit that udunits2 knows", unit));
  for (const model::Entry* model : models) {
    try {
      expression::check_unit(program, units_of(program, *model), unit);
    } catch (const ConfigError& error) {
      section.fail("unit", error.what());
    }
  }
  return unit;
}

}  // namespace

bool has_names(const model::Entry& model, const expression::Program& program) {
  return std::all_of(program.names.begin(), program.names.end(), [&](const std::string& name) {
    return named_quantity(model, name).kind != NamedQuantity::Kind::none;
  });
}

model::ComputedVariable read_computed(const Reading& reading, const yaml::Node& node,
                                      const std::string& path, const ComputedFor& use,
                                      yaml::Node& normal) {
  Section section(reading.document, &node, path, use.schema, normal);
  const std::vector<const model::Entry*>& models = use.models;
  const std::vector<std::string> variables = names_of(models);
  model::ComputedVariable computed;
  computed.name = section.text("name");
  check_name(section, computed.name, variables);
  const std::string text = section.text("expression");
  try {
    computed.program = expression::compile(text);
  } catch (const ConfigError& error) {
    section.fail("expression", error.what());
  }
  for (const std::string& name : computed.program.names)
    check_meaning(section, name, models, variables);
  std::vector<const model::Entry*> able;
  std::copy_if(models.begin(), models.end(), std::back_inserter(able),
               [&](const model::Entry* model) { return has_names(*model, computed.program); });
  if (computed.program.names.empty())
    section.fail("expression", "names nothing of the model" + hint("", variables));
  if (able.empty()) section.fail("expression", "no model has all of its names");
  computed.unit = read_unit(section, computed.program, able);
  return computed;
}

}  // namespace arcuate::io
