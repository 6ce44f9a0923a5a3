#include "terms.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>

#include "arcuate/analysis/connectivity.hpp"
#include "arcuate/core/error.hpp"
#include "arcuate/core/suggest.hpp"
#include "arcuate/io/array_file.hpp"
#include "arcuate/io/features.hpp"
#include "arcuate/loss/loss.hpp"
#include "arcuate/monitor/kind.hpp"

namespace arcuate::io {
namespace {

/// What is compared, as a feature or a monitor says it.
struct Source {
  const MonitorForm* monitor = nullptr;
  const FeatureRequest* feature = nullptr;
};

/// Reads one member of the list.
class TermReader {
 public:
  TermReader(const Context& context, const yaml::Node& node, std::string path)
      : context_(context),
        node_(node),
        path_(std::move(path)),
        section_(context.document, &node, path_, "fit.minimise[]", normal_, options_of(node)) {}

  FitTerm read(const Regions& regions) {
    term_.place = context_.place(node_, path_);
    if (section_.has("populations"))
      section_.fail("populations", "is of spiking neurons; `regions` of a monitor say which");
    read_loss();
    const Source source = read_source();
    term_.monitor = source.monitor->spec.name;
    if (source.feature != nullptr) follow(*source.feature);
    read_variable(*source.monitor);
    if (section_.has("from")) term_.from = section_.number("from");
    read_pairs();
    read_dynamics();
    if (!section_.has("target")) return term_;
    const std::string place = section_.place("target");
    term_.target = target_of(context_, term_, section_.text("target"), place, regions);
    return term_;
  }

 private:
  /// Keys that are options of the loss: those of its table, or of a plug-in all others.
  static std::vector<std::string> options_of(const yaml::Node& node) {
    const yaml::Node* name = node.find("loss");
    if (!node.is_map() || name == nullptr) return {};
    std::vector<std::string> keys;
    if (node.find("plugin") != nullptr) {
      for (const std::string& key : node.keys) {
        if (!of_schema(key)) keys.push_back(key);
      }
      return keys;
    }
    for (const loss::Loss* one : loss::losses()) {
      if (one->info.name != name->text) continue;
      for (const auto& option : one->info.options)
        keys.emplace_back(option.name);
      if (!one->info.forms.empty()) keys.emplace_back("form");
    }
    return keys;
  }

  static bool of_schema(const std::string& key) {
    const auto keys = study_keys();
    return std::any_of(keys.begin(), keys.end(), [&](const KeyInfo& info) {
      return info.path.starts_with("fit.minimise[].") && info.path.substr(15) == key;
    });
  }

  void read_loss() {
    const std::string name = section_.text("loss");
    if (!section_.has("plugin")) {
      std::vector<std::string> names;
      for (const loss::Loss* one : loss::losses())
        names.emplace_back(one->info.name);
      if (std::find(names.begin(), names.end(), name) == names.end())
        section_.fail("loss", fmt::format("there is no loss '{}'", name) + hint(name, names));
    }
    term_.weight = section_.number("weight");
    term_.loss = term_.weight == 1.0 ? name : fmt::format("{}*{}", name, term_.weight);
    for (const std::string& key : options_of(node_))
      add_option(key);
    if (section_.has("plugin")) {
      const std::filesystem::path file(input_path(context_.study.path, section_.text("plugin")));
      add("plugin", std::filesystem::absolute(file).lexically_normal().string());
    }
    try {
      const loss::LossTerm term = loss::parse_term(term_.loss);
      compares_ = term.loss->info.compares;
      term_.compares = std::string(loss::target_option(compares_));
    } catch (const ConfigError& error) {
      section_.fail("loss", error.what());
    } catch (const DataError& error) {
      section_.fail("loss", error.what());
    }
  }

  void add_option(const std::string& key) {
    const yaml::Node* value = section_.find(key);
    if (value == nullptr) return;
    if (!value->is_scalar())
      section_.fail(key, fmt::format("expected a number or a word, not {}", describe(*value)));
    add(key, value->text);
  }

  void add(const std::string& key, const std::string& text) {
    if (text.find(',') != std::string::npos)
      section_.fail(key, fmt::format("'{}' has a comma", text));
    term_.loss.append(",").append(key).append("=").append(text);
  }

  [[nodiscard]] const MonitorForm* monitor_called(const std::string& name) const {
    for (const MonitorForm& monitor : context_.study.regions()->unresolved->monitors) {
      if (monitor.spec.name == name) return &monitor;
    }
    return nullptr;
  }

  /// The monitor, or the only one.
  [[nodiscard]] const MonitorForm& monitor_of(const std::string& key, const std::string& name) {
    const auto& monitors = context_.study.regions()->unresolved->monitors;
    if (!name.empty()) return *monitor_called(name);
    if (monitors.size() == 1) return monitors.front();
    std::vector<std::string> names;
    for (const MonitorForm& monitor : monitors)
      names.push_back(monitor.spec.name);
    section_.fail(key, "missing, but required" + hint("", names));
  }

  Source read_source() {
    if (!section_.has("source")) return {&monitor_of("source", ""), nullptr};
    const std::string name = section_.text("source");
    if (const MonitorForm* monitor = monitor_called(name)) return {monitor, nullptr};
    std::vector<std::string> names;
    for (const MonitorForm& monitor : context_.study.regions()->unresolved->monitors)
      names.push_back(monitor.spec.name);
    for (const FeatureRequest& feature : *context_.study.regions()->features) {
      names.push_back(feature.name);
      if (feature.name != name) continue;
      const auto& options = feature.options;
      return {&monitor_of("source", options.has("monitor") ? options.word("monitor") : ""),
              &feature};
    }
    section_.fail("source",
                  fmt::format("'{}' is neither a monitor nor a feature of the study", name) +
                      hint(name, names));
  }

  /// Takes over what a feature says of the samples; what a loss cannot do as well is an error.
  void follow(const FeatureRequest& feature) {
    constexpr std::array common{"name", "monitor", "variable", "from", "pairs"};
    constexpr std::array dynamics{"preset", "window", "step"};
    const std::string_view kind = feature.feature->name;
    const bool fcd = kind == "fcd";
    check_kind(feature);
    for (const auto& [name, value] : feature.options.all()) {
      const bool known =
          std::find(common.begin(), common.end(), name) != common.end() ||
          (fcd && std::find(dynamics.begin(), dynamics.end(), name) != dynamics.end());
      if (!known && feature.options.given(name))
        section_.fail("source", fmt::format("feature '{}' has `{}`, which losses know nothing of "
                                            "(allowed: a feature with {}{})",
                                            feature.name, name, fmt::join(common, ", "),
                                            fcd ? ", preset, window, step" : ""));
    }
    const auto& options = feature.options;
    if (options.has("variable")) term_.variable = options.word("variable");
    if (options.has("from")) term_.from = options.number("from");
    if (options.given("pairs")) term_.pairs = pairs_of(feature);
    if (!fcd || compares_ != loss::Compares::dynamics) return;
    if (options.given("preset") && options.word("preset") != "none")
      term_.preset = options.word("preset");
    if (options.given("window")) term_.window = options.number("window");
    if (options.given("step")) term_.step = options.number("step");
  }

  void check_kind(const FeatureRequest& feature) {
    const std::string_view kind = feature.feature->name;
    const std::string_view wanted = compares_ == loss::Compares::connectivity ? "fc"
                                    : compares_ == loss::Compares::dynamics   ? "fcd"
                                    : compares_ == loss::Compares::spectra    ? "psd"
                                                                              : "";
    if (kind != wanted)
      section_.fail(
          "source",
          fmt::format("feature '{}' is of kind {}, and the loss compares {}{}", feature.name, kind,
                      term_.compares, wanted.empty() ? "" : fmt::format(" (allowed: {})", wanted)));
  }

  std::string pairs_of(const FeatureRequest& feature) {
    const std::string& pairs = feature.options.word("pairs");
    if (pairs == "all") return pairs;
    if (pairs == "within_hemispheres") return "within";
    section_.fail("source", fmt::format("feature '{}' has pairs '{}', which losses cannot take "
                                        "(allowed: all, within_hemispheres)",
                                        feature.name, pairs));
  }

  void read_variable(const MonitorForm& monitor) {
    if (section_.has("variable")) term_.variable = section_.text("variable");
    const std::vector<std::string>& names = monitor.variables;
    const bool there = std::find(names.begin(), names.end(), term_.variable) != names.end();
    if (!term_.variable.empty() && !names.empty() && !there)
      section_.fail("variable",
                    fmt::format("'{}' has no variable '{}'", monitor.spec.name, term_.variable) +
                        hint(term_.variable, names));
    if (term_.variable.empty() && names.size() > 1)
      section_.fail("variable",
                    fmt::format("missing, and monitor '{}' has several", monitor.spec.name) +
                        hint("", names));
  }

  void read_pairs() {
    if (!section_.has("pairs")) return;
    const bool pairs =
        compares_ == loss::Compares::connectivity || compares_ == loss::Compares::dynamics;
    if (!pairs) section_.fail("pairs", "only of losses of FC and FCD");
    term_.pairs = std::array{"all", "within", "target"}.at(
        static_cast<std::size_t>(section_.choice("pairs")));
  }

  void read_dynamics() {
    if (compares_ != loss::Compares::dynamics) {
      for (const char* key : {"preset", "window", "step"}) {
        if (section_.has(key)) section_.fail(key, "only of losses of FCD");
      }
      return;
    }
    std::vector<std::string> presets;
    for (const auto& preset : analysis::fcd_presets())
      presets.emplace_back(preset.name);
    if (section_.has("preset"))
      term_.preset = presets[static_cast<std::size_t>(section_.choice_among("preset", presets))];
    if (term_.preset.empty()) term_.preset = presets.front();
    if (section_.has("window")) term_.window = section_.number("window");
    if (section_.has("step")) term_.step = section_.number("step");
  }

  const Context& context_;
  const yaml::Node& node_;
  std::string path_;
  yaml::Node normal_;
  Section section_;
  FitTerm term_;
  loss::Compares compares_ = loss::Compares::series;
};

/// As `arcuate compare` looks for arrays.
std::vector<std::string> usual_names(const std::string& compares) {
  if (compares == "fc") return {"fc", "FC", "data", "arr_0"};
  if (compares == "fcd") return {"fcd", "FCD", "fcd_tril", "fcd_trils", "data", "arr_0"};
  if (compares == "psd") return {"psd", "PSD", "spectrum", "data", "arr_0"};
  return {"data", "tc", "series", "arr_0"};
}

/// Whether the samples of a monitor have a column for each region of the study.
bool by_region(const MonitorForm& form) {
  return form.spec.kind->regions != monitor::Regions::seen && form.regions.empty() &&
         form.groups == MonitorForm::Groups::none;
}

/// A target of FC has a row for each region, or the labels of all.
void check_connectivity(const Array& array, const network::Connectome& connectome) {
  const network::Connectome& own = connectome.mapped ? connectome.mapped->regions : connectome;
  const auto n = static_cast<std::size_t>(own.n_regions());
  if (!array.is_square())
    throw DataError(
        fmt::format("{}: has size {}: expected a square matrix of FC", array.name, array.size()));
  if (array.labels.size() == static_cast<std::size_t>(array.shape[0]) && own.labels.size() == n) {
    static_cast<void>(matched(own.labels, array.labels, array.name));
    return;
  }
  if (static_cast<std::size_t>(array.shape[0]) != n)
    throw DataError(fmt::format("{}: has size {}: expected {} x {}, a row for each region",
                                array.name, array.size(), n, n));
}

}  // namespace

std::string target_of(const Context& context, const FitTerm& term, const std::string& where,
                      const std::string& place, const Regions& regions) {
  std::string target = input_path(context.study.path, where);
  std::error_code failed;
  if (!std::filesystem::exists(file_of_array(target), failed))
    throw ConfigError(place + fmt::format("{}: no such file", file_of_array(target)));
  try {
    const Array array = read_array(target, usual_names(term.compares));
    const auto& monitors = context.study.regions()->unresolved->monitors;
    const auto monitor = std::find_if(monitors.begin(), monitors.end(), [&](const auto& one) {
      return one.spec.name == term.monitor;
    });
    if (term.compares == "fc" && monitor != monitors.end() && by_region(*monitor) &&
        !context.study.regions()->surface)
      check_connectivity(array, regions());
  } catch (const DataError& error) {
    throw ConfigError(place + error.what());
  }
  return target;
}

std::vector<FitTerm> members_of_minimise(
    const Context& context, const yaml::Node& list,
    const std::function<FitTerm(const yaml::Node&, const std::string&)>& read) {
  const std::string place = context.place(list, "fit.minimise");
  if (!list.is_list() || list.items.empty())
    throw ConfigError(place + fmt::format("expected a list of losses, not {}",
                                          list.is_list() ? "an empty list" : describe(list)));
  std::vector<FitTerm> terms;
  double weights = 0.0;
  for (std::size_t k = 0; k < list.items.size(); ++k) {
    terms.push_back(read(list.items[k], fmt::format("fit.minimise.{}", k)));
    weights += terms.back().weight;
  }
  if (weights == 0.0) throw ConfigError(place + "all weights are 0: there is nothing to minimise");
  return terms;
}

std::vector<FitTerm> read_terms(const Context& context, const yaml::Node& list,
                                const Regions& regions) {
  std::vector<FitTerm> terms =
      members_of_minimise(context, list, [&](const yaml::Node& node, const std::string& path) {
        return TermReader(context, node, path).read(regions);
      });
  const bool fc = std::any_of(terms.begin(), terms.end(),
                              [](const FitTerm& term) { return term.compares == "fc"; });
  for (const FitTerm& term : terms) {
    if (term.pairs == "target" && !fc)
      throw ConfigError(term.place +
                        "pairs: `target` are those of a target of FC, and no loss has "
                        "one");
  }
  return terms;
}

}  // namespace arcuate::io
