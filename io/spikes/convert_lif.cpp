#include "arcuate/io/convert_lif.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "arcuate/core/error.hpp"
#include "arcuate/io/spiking_study.hpp"
#include "file/output_kind.hpp"
#include "lif_configuration.hpp"
#include "study/schema.hpp"

namespace arcuate::io {
namespace {

constexpr const char* converted = "converted";

/// Twelve digits, so that 0.005 s are 5 ms.
yaml::Node quantity(double value, const char* unit) {
  return yaml::scalar(fmt::format("{:.12g} {}", value, unit));
}

bool is_mean_field(const LifConfiguration& configuration) {
  return configuration.find("init_params.delta_t") == nullptr;
}

void convert_structure(LifConfiguration& configuration, LifStudy& study) {
  const std::string init = "init_params.", clusters = "architecture.clusters.";
  const double e = configuration.number(init + "n_excitatory"),
               i = configuration.number(init + "n_inhibitory"),
               p = configuration.number(clusters + "n_clusters");
  if (configuration.number(init + "n_neurons") != e + i)
    configuration.fail(init + "n_neurons",
                       fmt::format("{} is not n_excitatory + n_inhibitory = {}",
                                   configuration.number(init + "n_neurons"), e + i));
  if (configuration.number(clusters + "total_pops") != 2.0 * p + 2.0)
    configuration.fail(clusters + "total_pops",
                       fmt::format("{} is not 2 n_clusters + 2 = {}",
                                   configuration.number(clusters + "total_pops"), 2.0 * p + 2.0));
  study.set("neurons", numbers_node({e, i}), init + "n_excitatory");
  study.set("background",
            numbers_node({configuration.number(clusters + "n_excitatory_background"),
                          configuration.number(clusters + "n_inhibitory_background")}),
            clusters + "n_excitatory_background");
  study.set("clusters", yaml::number(p), clusters + "n_clusters");
  const std::string fractions = clusters + "connectivity_fraction_probs";
  const auto probabilities = configuration.numbers(fractions);
  study.set("probabilities", numbers_node(probabilities), fractions);
  if (probabilities.size() == 4 && probabilities[1] != probabilities[2])
    configuration.note(fractions,
                       "the original takes entry 1 for I to E and entry 2 for E to I; here they "
                       "are ordered as weights are: E to E, E to I, I to E, I to I");
  for (const char* key : {"j_baseline", "j_potentiated"})
    study.set(key, numbers_node(configuration.numbers(clusters + key)), clusters + key);
  if (!configuration.flag(clusters + "potentiate", true))
    study.set("potentiate", yaml::scalar("false"), clusters + "potentiate");
}

void convert_neurons(LifConfiguration& configuration, LifStudy& study) {
  const std::string network = "architecture.network.";
  const auto values = [&](const char* original) {
    std::vector<double> found = configuration.numbers(network + original);
    if (found.size() > 2)
      configuration.fail(network + original,
                         fmt::format("{} numbers (allowed: one, or [E, I]; values by neuron are "
                                     "{{file: PATH}} in a study)",
                                     found.size()));
    return found;
  };
  for (const char* key : {"tau_membrane", "tau_synaptic", "tau_refractory"}) {
    std::vector<yaml::Node> items;
    for (const double seconds : values(key))
      items.push_back(yaml::scalar(fmt::format("{:.12g}", 1000.0 * seconds)));
    if (items.size() == 1) items.front().text += " ms";
    study.set(key, items.size() == 1 ? items.front() : yaml::list(items), network + key);
  }
  study.set("threshold", numbers_node(values("threshold")), network + "threshold");
  study.set("reset", numbers_node(values("reset_voltage")), network + "reset_voltage");
}

/// A list of four: entries 0 and 1 are of the excitatory source outside, 2 and 3 of an inhibitory
/// one. Returns all four.
std::vector<double> convert_external(LifConfiguration& configuration, LifStudy& study,
                                     const std::string& original, const std::string& key) {
  std::vector<double> values = configuration.numbers(original);
  const bool fits = values.size() == 1 || values.size() == 2 || values.size() == 4;
  if (!fits)
    configuration.fail(original,
                       fmt::format("{} numbers (allowed: one, two or four)", values.size()));
  values.resize(4, values.size() == 1 ? values[0] : 0.0);
  const bool alike = values[0] == values[1];
  study.set(key, alike ? numbers_node({values[0]}) : numbers_node({values[0], values[1]}),
            original);
  if (!alike && !is_mean_field(configuration))
    configuration.note(original,
                       "the original takes entry 0 for all populations of spiking networks; here "
                       "it is for E and entry 1 for I");
  return values;
}

void convert_drive(LifConfiguration& configuration, LifStudy& study) {
  const std::string weights = "architecture.network.j_ext", synapses = "external_currents.c_ext",
                    rates = "external_currents.nu_ext_baseline";
  const auto j = convert_external(configuration, study, weights, "j_ext");
  const auto c = convert_external(configuration, study, synapses, "c_ext");
  const auto nu = convert_external(configuration, study, rates, "nu_ext");
  const bool listed = configuration.need(synapses).is_list();
  for (const std::size_t k : {std::size_t{2}, std::size_t{3}}) {
    if (listed && j[k] * c[k] * nu[k] != 0.0)
      configuration.note(synapses,
                         fmt::format("entry {}: an inhibitory source outside is left out", k));
  }
}

void convert_arousal(LifConfiguration& configuration, LifStudy& study) {
  yaml::Node arousal = yaml::map();
  for (const char* key : {"level", "L", "x_0", "k", "M"}) {
    const std::string original = std::string("arousal.") + key;
    const double value = configuration.number(original);
    arousal.set(key, std::string_view(key) == "M" ? quantity(value, "Hz") : yaml::number(value));
    study.from["spiking.arousal." + std::string(key)] = original;
  }
  study.set("arousal", std::move(arousal), "arousal");
}

/// The number of a shape, or its name.
std::string shape_of(const LifConfiguration& configuration) {
  const std::string key = "stimulus.stimulus_shape";
  const std::string text = configuration.text(key, "diff2exp");
  for (const auto& [number, name] :
       {std::pair{"1", "box"}, std::pair{"2", "linear"}, std::pair{"3", "diff2exp"}}) {
    if (text == number || text == name) return name;
  }
  configuration.fail(key, "'" + text + "' (allowed: box, linear, diff2exp, or 1 to 3)");
}

void convert_stimulus(LifConfiguration& configuration, LifStudy& study) {
  if (is_mean_field(configuration)) return;
  static_cast<void>(configuration.need("stimulus"));
  const std::string shape = shape_of(configuration);
  if (configuration.find("stimulus.onsets") == nullptr) return;
  yaml::Node stimulus = yaml::map();
  const auto from = [&](const std::string& key, const std::string& original) {
    study.from["spiking.stimuli.0." + key] = "stimulus." + original;
  };
  stimulus.set("shape", yaml::scalar(shape));
  std::vector<yaml::Node> onsets;
  for (const double onset : configuration.numbers("stimulus.onsets"))
    onsets.push_back(yaml::scalar(fmt::format("{:.12g}", 1000.0 * onset)));
  stimulus.set("onsets", yaml::list(std::move(onsets)));
  from("onsets", "onsets");
  stimulus.set("amplitude", yaml::number(configuration.number("stimulus.amplitude")));
  from("amplitude", "amplitude");
  for (const auto& [original, key] : {std::pair{"stimulated_clusters_prob", "cluster_fraction"},
                                      std::pair{"stimulated_neuron_prob", "neuron_fraction"}}) {
    stimulus.set(key, yaml::number(configuration.number(std::string("stimulus.") + original)));
    from(key, original);
  }
  for (const char* key : {"tau_rise", "tau_decay"}) {
    if (shape != "diff2exp") break;
    stimulus.set(key,
                 quantity(1000.0 * configuration.number(std::string("stimulus.") + key), "ms"));
    from(key, key);
  }
  study.set("stimuli", yaml::list({std::move(stimulus)}), "stimulus");
}

/// The step of time, the length and the seed.
void convert_run(LifConfiguration& configuration, LifStudy& study, const std::string& stem) {
  const std::string name = configuration.text("settings.sim_name", stem);
  study.root.set("title", yaml::scalar(name, true));
  const auto top = [&](const std::string& key, yaml::Node value, const std::string& original) {
    study.root.set(key, std::move(value));
    study.from[key] = original;
  };
  if (const yaml::Node* seed = configuration.find("settings.random_seed")) {
    top("seed", *seed, "settings.random_seed");
  } else {
    configuration.note("settings.random_seed",
                       "is null, for which the original draws one; here it is 0");
  }
  if (is_mean_field(configuration)) {
    top("duration", quantity(10.0, "s"), "init_params");
    study.root.set("steady", [] {
      yaml::Node steady = yaml::map();
      steady.set("starts", yaml::number(100.0));
      return steady;
    }());
    configuration.note("init_params",
                       "is of the mean field, which `arcuate steady` takes; the duration is for "
                       "`arcuate simulate`");
  } else {
    const std::string mechanism = configuration.text("init_params.mechanism", "analytic");
    if (mechanism == "euler")
      study.set("method", yaml::scalar("euler"), "init_params.mechanism");
    else if (mechanism != "analytic")
      configuration.note("init_params.mechanism",
                         "'" + mechanism + "' is analytic to the original, and here");
    study.set("dt", quantity(1000.0 * configuration.number("init_params.delta_t"), "ms"),
              "init_params.delta_t");
    top("duration", quantity(configuration.number("init_params.duration_sec"), "s"),
        "init_params.duration_sec");
  }
  study.root.set("output", yaml::scalar(name + ".h5", true));
  for (const auto& [key, now] :
       {std::pair{"settings.save", "a run is always recorded"},
        std::pair{"settings.plot", "figures are made by `arcuate report`"}}) {
    if (configuration.flag(key, false)) configuration.note(key, std::string("is left out: ") + now);
  }
  if (configuration.find("settings.save_dir") != nullptr)
    configuration.note("settings.save_dir",
                       "is left out: `output` has a name in the working folder");
}

/// A message about the study, as one about the configuration.
std::string about_original(const LifConfiguration& configuration, const LifStudy& study,
                           std::string_view message) {
  const std::string rest(message.substr(std::min(message.size(), message.find(": ") + 2)));
  std::string key = rest.substr(0, rest.find(": "));
  for (std::string part = key; !part.empty();) {
    const auto found = study.from.find(part);
    if (found != study.from.end())
      return configuration.place(found->second) +
             rest.substr(std::min(rest.size(), key.size() + 2));
    const std::size_t dot = part.rfind('.');
    part.resize(dot == std::string::npos ? 0 : dot);
  }
  return configuration.place("") + rest;
}

/// What the study says of itself, in the words of the configuration.
void check_converted(LifConfiguration& configuration, const LifStudy& study,
                     const std::string& text) {
  try {
    for (const std::string& warning : parse_spiking_study(text, converted, {}).warnings)
      configuration.notes().push_back(about_original(configuration, study, warning));
  } catch (const ConfigError& error) {
    throw ConfigError(about_original(configuration, study, error.what()));
  }
}

}  // namespace

ConvertedStudy convert_lif(const std::string& path) {
  LifConfiguration configuration(path);
  for (const char* section : {"init_params", "architecture.network", "architecture.clusters",
                              "external_currents", "arousal", "settings"})
    static_cast<void>(configuration.need(section));
  configuration.note_unknown();
  LifStudy study;
  const std::filesystem::path file(path);
  convert_run(configuration, study, file.stem().string());
  convert_structure(configuration, study);
  convert_neurons(configuration, study);
  convert_drive(configuration, study);
  convert_arousal(configuration, study);
  convert_stimulus(configuration, study);
  convert_perturbations(configuration, study);
  study.root.set("spiking", std::move(study.spiking));
  ConvertedStudy result;
  result.text = yaml::emit(study.root);
  if (result.text.empty() || result.text.back() != '\n') result.text += '\n';
  check_converted(configuration, study, result.text);
  result.text = fmt::format("# From {}, {}: docs/spiking.md\n{}", file.filename().string(),
                            export_mark, result.text);
  result.notes = std::move(configuration.notes());
  return result;
}

}  // namespace arcuate::io
