#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "arcuate/analysis/plugin.hpp"
#include "arcuate/core/counted.hpp"
#include "arcuate/core/error.hpp"
#include "arcuate/io/features.hpp"
#include "arcuate/loss/plugin.hpp"
#include "arcuate/model/plugin.hpp"
#include "arcuate/network/generators.hpp"
#include "arcuate/network/plugin.hpp"
#include "plugin_parts.hpp"

namespace arcuate::app {

extern const std::string_view model_template;         ///< templates/model.hpp
extern const std::string_view loss_template;          ///< templates/loss.hpp
extern const std::string_view feature_template;       ///< templates/feature.hpp
extern const std::string_view connectivity_template;  ///< templates/connectivity.hpp

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

bool is_loss(const std::string& name) {
  const auto all = loss::losses();
  return std::any_of(all.begin(), all.end(),
                     [&](const loss::Loss* one) { return one->info.name == name; });
}

/// "note: ..." where a loss of two equal sides is not 0.
std::string doubt_of(const loss::Loss& one) {
  try {
    const double least = loss::loss_of_equal_sides(one);
    if (std::abs(least) < 1e-6) return "";
    return fmt::format("note: of two equal sides the loss is {:.6g}, and should be 0\n", least);
  } catch (const Error& error) {
    return fmt::format("note: it could not be tried: {}\n", error.what());
  }
}

std::string tell_loss(const std::string& library, const std::string& file) {
  const loss::Loss& one = *loss::load_plugin(library).loss;
  return fmt::format(
      "loss {0}, {1}\n{2}to use it:  arcuate compare REC.h5 --{3} FILE --loss "
      "{0},plugin={4}\n",
      one.info.name, counted(one.info.options.size(), "option"), doubt_of(one),
      loss::target_option(one.info.compares), file);
}

std::string list_losses(const std::string& library) {
  if (!library.empty()) return loss::describe(*loss::load_plugin(library).loss);
  std::string text;
  for (const loss::Loss* one : loss::losses())
    text += loss::describe(*one);
  return text;
}

bool is_feature(const std::string& name) {
  return analysis::find_feature(name) != nullptr;
}

std::string tell_feature(const std::string& library, const std::string& file) {
  const analysis::Feature& one = *analysis::load_plugin(library).feature;
  io::require_sound_defaults(one);
  return fmt::format(
      "feature {0}, {1}, {2}\n"
      "to use it:  arcuate analyze REC.h5 --feature {0} --plugin {3}\n"
      "in a study beside it:  features: [ {{ kind: {0}, plugin: {3} }} ]\n",
      one.name, counted(one.options.size(), "option"), counted(one.returns.size(), "array"), file);
}

std::string list_features(const std::string& library) {
  if (!library.empty()) return io::describe(*analysis::load_plugin(library).feature);
  std::string text;
  for (const analysis::Feature* one : analysis::features())
    text += fmt::format("{:<22}{}\n", one->name, one->meaning);
  return text + "all about them: arcuate analyze --reference\n";
}

bool is_generator(const std::string& name) {
  const auto& names = network::generator_names();
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::string tell_builder(const std::string& library, const std::string& file) {
  const network::Builder& one = *network::load_plugin(library).builder;
  network::require_repeatable(one);
  return fmt::format(
      "builder {0}, {1}\n"
      "in a study beside it:  connectome: {{ generator: {{ name: {0}, plugin: {2} }} }}\n",
      one.info.name, counted(one.info.parameters.size(), "parameter"), file);
}

std::string list_builders(const std::string& library) {
  if (!library.empty()) return network::describe(*network::load_plugin(library).builder);
  return fmt::format("{}\nall about them: docs/study-file.md, connectome.generator\n",
                     fmt::join(network::generator_names(), "\n"));
}

}  // namespace

std::span<const PluginForm> plugin_forms() {
  using plugin::Kind;
  static const std::array forms{
      PluginForm{Kind::model, "Make a model of your own, without rebuilding", model_template,
                 is_model, tell_model},
      PluginForm{Kind::loss, "Make a loss of your own, without rebuilding; list losses",
                 loss_template, is_loss, tell_loss, list_losses},
      PluginForm{Kind::feature, "Make a feature of your own, without rebuilding; list features",
                 feature_template, is_feature, tell_feature, list_features},
      PluginForm{Kind::connectivity,
                 "Make a builder of connectomes of your own, without rebuilding; list generators",
                 connectivity_template, is_generator, tell_builder, list_builders},
  };
  return forms;
}

}  // namespace arcuate::app
