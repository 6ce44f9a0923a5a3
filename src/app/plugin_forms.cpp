#include <fmt/format.h>

#include <array>

#include "arcuate/model/plugin.hpp"
#include "plugin_parts.hpp"

namespace arcuate::app {

extern const std::string_view model_template;  ///< templates/model.hpp

namespace {

bool is_model(const std::string& name) {
  return model::find(name) != nullptr;
}

std::string tell_model(const std::string& library, const std::string& file) {
  const model::ModelInfo& info = model::load_plugin(library).entry->info;
  return fmt::format(
      "model {0}, {1} states, {2} parameters\n"
      "in a study beside it:  model: {{ name: {0}, plugin: {3} }}\n",
      info.name, info.states.size(), info.parameters.size(), file);
}

}  // namespace

std::span<const PluginForm> plugin_forms() {
  static const std::array forms{
      PluginForm{plugin::Kind::model, "Make a model of your own, without rebuilding",
                 model_template, is_model, tell_model},
  };
  return forms;
}

}  // namespace arcuate::app
