#include "arcuate/io/spiking_study.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <iterator>
#include <sstream>

#include "arcuate/analysis/capacity.hpp"
#include "arcuate/core/error.hpp"
#include "arcuate/io/study.hpp"
#include "arcuate/spiking/idle.hpp"
#include "arcuate/spiking/names.hpp"
#include "document.hpp"
#include "perturbations.hpp"
#include "study/parts.hpp"
#include "study/searches.hpp"
#include "study/value_file.hpp"
#include "values.hpp"

namespace arcuate::io {
namespace {

constexpr double ms = 1e-3;

/// Keys beside `spiking` that say something of such a study.
constexpr std::array beside{"title",   "spiking", "seed",      "duration",   "transient", "steady",
                            "storage", "output",  "overwrite", "checkpoint", "sweep",     "fit"};

struct SpikingReading {
  const yaml::Document& document;
  SpikingStudy& study;
  Section& section;  ///< `spiking`
  [[nodiscard]] Lists lists() const { return {document, section, "spiking"}; }
};

void refuse_other_sections(const yaml::Document& document) {
  for (std::size_t k = 0; k < document.root.keys.size(); ++k) {
    const std::string& key = document.root.keys[k];
    if (std::find(beside.begin(), beside.end(), key) != beside.end()) continue;
    const yaml::Node& value = document.root.items[k];
    throw ConfigError(
        yaml::place(document, document.root.key_lines[k], value.override_, key) +
        fmt::format("does not go with `spiking` (allowed beside it: {})", fmt::join(beside, ", ")));
  }
}

std::array<GlobalIndex, 2> whole_pair(const SpikingReading& reading, const char* key) {
  const std::array<double, 2> found = reading.lists().exactly<2>(key, false);
  std::array<GlobalIndex, 2> result{};
  for (std::size_t k : {0U, 1U}) {
    if (found[k] != std::floor(found[k]) || found[k] < 0.0 || found[k] > 2147483647.0)
      reading.section.fail(key,
                           fmt::format("{} is not a whole number from 0 to 2147483647", found[k]));
    result[k] = static_cast<GlobalIndex>(found[k]);
  }
  return result;
}

void read_structure(const SpikingReading& reading) {
  spiking::Config& config = reading.study.config;
  config.neurons = whole_pair(reading, "neurons");
  config.background = whole_pair(reading, "background");
  config.clusters = static_cast<int>(reading.section.integer("clusters"));
  config.probabilities = reading.lists().exactly<4>("probabilities", true);
  config.j_baseline = reading.lists().exactly<4>("j_baseline", false);
  config.j_potentiated = reading.lists().exactly<4>("j_potentiated", false);
  config.potentiate = reading.section.flag("potentiate");
}

/// Values by neuron of a file, or those of the study.
spiking::Values values_of(const SpikingReading& reading, const char* key, double unit) {
  spiking::Values values;
  const yaml::Node* node = reading.section.find(key);
  if (node != nullptr && node->is_map()) {
    const yaml::Node* file = node->find("file");
    if (file == nullptr || node->keys.size() != 1 || !file->is_scalar())
      reading.section.fail(key, "expected numbers or {file: PATH}");
    const std::string path = input_path(reading.study.path, file->text);
    const auto neurons = static_cast<std::size_t>(reading.study.config.n_neurons());
    values = read_values_by_region(path, neurons, reading.section.place(key)).values;
    reading.study.inputs.push_back(path);
    yaml::Node normal = yaml::map();
    normal.set("file",
               yaml::scalar(std::filesystem::absolute(path).lexically_normal().string(), true));
    reading.section.normal().set(key, normal);
  } else {
    values = reading.lists().numbers(key);
  }
  for (double& value : values)
    value *= unit;
  return values;
}

/// [s] of a number of ms: 20 ms are 0.02, to the bit.
void read_neurons(const SpikingReading& reading) {
  spiking::Config& config = reading.study.config;
  const auto seconds = [&](const char* key) {
    spiking::Values values = values_of(reading, key, 1.0);
    for (double& value : values)
      value /= 1000.0;
    return values;
  };
  config.method = reading.section.choice_as<spiking::Method>("method");
  config.tau_membrane = seconds("tau_membrane");
  config.tau_synaptic = seconds("tau_synaptic");
  config.tau_refractory = seconds("tau_refractory");
  config.threshold = values_of(reading, "threshold", 1.0);
  config.reset = values_of(reading, "reset", 1.0);
  config.j_ext = reading.lists().exactly<2>("j_ext", true);
  config.c_ext = reading.lists().exactly<2>("c_ext", true);
  config.nu_ext = reading.lists().exactly<2>("nu_ext", true);
  for (const char* key : {"c_ext", "nu_ext"}) {
    const spiking::PairOf& pair = key[0] == 'c' ? config.c_ext : config.nu_ext;
    const double least = std::min(pair[0], pair[1]);
    if (least < 0.0)
      reading.section.fail(key, fmt::format("{:.6g} is out of range (allowed: >= 0)", least));
  }
}

void read_arousal(const SpikingReading& reading) {
  Section section(reading.document, reading.section.map_of("arousal"), "spiking.arousal",
                  "spiking.arousal", reading.section.normal().set("arousal", {}));
  spiking::Arousal& arousal = reading.study.config.arousal;
  arousal.level = section.number("level");
  arousal.L = section.number("L");
  arousal.x_0 = section.number("x_0");
  arousal.k = section.number("k");
  arousal.M = section.number("M");
  arousal.noise = section.choice_as<spiking::ArousalNoise>("noise");
}

void read_times(const SpikingReading& reading, Section& top) {
  SpikingStudy& study = reading.study;
  const double dt = reading.section.number("dt");
  study.config.dt = dt / 1000.0;
  study.config.delay = 1;
  if (reading.section.has("delay"))
    study.config.delay =
        whole_steps(reading.section.number("delay"), dt, reading.section.place("delay"));
  study.steps = whole_steps(top.number("duration"), dt, top.place("duration"));
  const double transient = top.number("transient");
  if (transient > 0.0) study.transient = whole_steps(transient, dt, top.place("transient"));
  if (study.transient >= study.steps)
    top.fail("transient", fmt::format("{} ms must be shorter than the duration", transient));
}

/// One map of a list of maps.
struct Item {
  const yaml::Node& node;
  std::string path;
  yaml::Node& normal;
};

template <class Read>
void for_each_of(const SpikingReading& reading, const char* key, const Read& read) {
  const yaml::Node* list = reading.section.list_of(key);
  if (list == nullptr) return;
  yaml::Node& normal = reading.section.normal().set(key, yaml::list({}));
  normal.items.resize(list->items.size());
  for (std::size_t k = 0; k < list->items.size(); ++k)
    read(Item{list->items[k], fmt::format("spiking.{}.{}", key, k), normal.items[k]});
}

/// Numbers that would be without effect. Normalised studies have the usual ones of all keys.
void refuse_idle_numbers(const Section& section, const spiking::Stimulus& one) {
  const spiking::Stimulus usual;
  if (one.shape != spiking::Shape::diff2exp) {
    constexpr const char* why = "is of diff2exp; box and linear have a `duration`";
    if (one.tau_rise != usual.tau_rise) section.fail("tau_rise", why);
    if (one.tau_decay != usual.tau_decay) section.fail("tau_decay", why);
  } else if (section.has("duration")) {
    section.fail("duration", "is of box and linear; diff2exp decays with tau_decay");
  }
  if (!one.clusters.empty() && one.cluster_fraction != usual.cluster_fraction)
    section.fail("cluster_fraction", "is the part of clusters that is drawn: not with `clusters`");
}

void read_stimuli(const SpikingReading& reading) {
  for_each_of(reading, "stimuli", [&](const Item& item) {
    const std::string schema = "spiking.stimuli[]";
    Section section(reading.document, &item.node, item.path, schema, item.normal);
    spiking::Stimulus one;
    one.shape = section.choice_as<spiking::Shape>("shape");
    one.onsets = Lists{reading.document, section, schema}.numbers("onsets");
    for (double& onset : one.onsets) {
      if (onset < 0.0) section.fail("onsets", fmt::format("{} ms is before the begin", onset));
      onset /= 1000.0;
    }
    if (section.has("duration")) one.duration = section.number("duration") / 1000.0;
    one.amplitude = section.number("amplitude");
    one.tau_rise = section.number("tau_rise") / 1000.0;
    one.tau_decay = section.number("tau_decay") / 1000.0;
    if (const yaml::Node* clusters = section.find("clusters")) {
      const int p = reading.study.config.clusters;
      std::vector<std::string> names = spiking::population_names(p);
      names.resize(static_cast<std::size_t>(p));
      for (const GlobalIndex k : indices_in(*clusters, names, p, section.place("clusters")))
        one.clusters.push_back(static_cast<int>(k));
      std::sort(one.clusters.begin(), one.clusters.end());
      section.normal().set("clusters", *clusters);
    }
    one.cluster_fraction = section.number("cluster_fraction");
    one.neuron_fraction = section.number("neuron_fraction");
    refuse_idle_numbers(section, one);
    reading.study.config.stimuli.push_back(std::move(one));
  });
}

/// dt [s]
analysis::Smoothing read_smoothing(Section& section, double dt) {
  const analysis::Smoothing result{
      section.choice("kernel") == 0 ? analysis::Kernel::gaussian : analysis::Kernel::box,
      section.number("width") * ms};
  constexpr double most = 100000.0;
  if (result.width / dt > most)
    section.fail("width", fmt::format("{:.6g} ms are {:.6g} steps of {:.6g} ms (allowed: up to "
                                      "{:g} steps)",
                                      result.width / ms, result.width / dt, dt / ms, most));
  return result;
}

SpikingMonitor read_monitor(const SpikingReading& reading, const Item& item) {
  const SpikingStudy& study = reading.study;
  Section section(reading.document, &item.node, item.path, "spiking.monitors[]", item.normal);
  SpikingMonitor one;
  one.voltages = section.choice("kind") == 1;
  one.name = section.has("name") ? section.text("name") : one.voltages ? "voltages" : "rates";
  if (one.name.find_first_of("/.") != std::string::npos)
    section.fail("name", "'" + one.name + "' has a '/' or '.'");
  one.period =
      whole_steps(section.number("period"), study.config.dt * 1000.0, section.place("period"));
  for (const char* key : {"kernel", "width"}) {
    if (one.voltages && section.has(key))
      section.fail(key, "is of rates; voltages are not smoothed");
  }
  if (!one.voltages) one.smoothing = read_smoothing(section, study.config.dt);
  const yaml::Node* neurons = section.find("neurons");
  if (one.voltages && neurons == nullptr) section.fail("neurons", "missing, but required");
  if (!one.voltages && neurons != nullptr)
    section.fail("neurons", "is of voltages; rates are of all populations");
  if (neurons != nullptr) {
    one.neurons = indices_in(*neurons, {}, study.config.n_neurons(), section.place("neurons"));
    std::sort(one.neurons.begin(), one.neurons.end());
    section.normal().set("neurons", *neurons);
  }
  if (one.period > study.steps - study.transient)
    section.fail("period", "is longer than what is recorded: there would be no sample");
  return one;
}

/// Rates every ms, or every step where that is longer, unless monitors are listed.
void read_monitors(const SpikingReading& reading) {
  SpikingStudy& study = reading.study;
  if (!reading.section.has("monitors")) {
    SpikingMonitor rates;
    rates.name = "rates";
    rates.period = std::clamp<Step>(static_cast<Step>(std::round(ms / study.config.dt)), 1,
                                    study.steps - study.transient);
    study.monitors.push_back(rates);
    return;
  }
  for_each_of(reading, "monitors", [&](const Item& item) {
    study.monitors.push_back(read_monitor(reading, item));
    const std::string& name = study.monitors.back().name;
    const auto same = std::count_if(study.monitors.begin(), study.monitors.end(),
                                    [&](const SpikingMonitor& one) { return one.name == name; });
    if (same > 1)
      throw ConfigError(yaml::place(reading.document, item.node, item.path) +
                        "there is a monitor '" + name + "' already; give it another `name`");
  });
}

std::optional<CapacityOptions> read_capacity(const yaml::Document& document, Section& analysis,
                                             int clusters) {
  const yaml::Node* node = analysis.map_of("capacity");
  if (node == nullptr) return std::nullopt;
  Section section(document, node, "spiking.analysis.capacity", "spiking.analysis.capacity",
                  analysis.normal().set("capacity", {}));
  if (clusters > analysis::most_clusters_of_capacity)
    analysis.fail("capacity",
                  fmt::format("of {} populations that can be active (allowed: up to {})", clusters,
                              analysis::most_clusters_of_capacity));
  const auto require_clusters = [&](const char* key, double number) {
    if (number > clusters)
      section.fail(key, fmt::format("{:.6g} are more than the {} clusters", number, clusters));
  };
  CapacityOptions options;
  options.dimensions = section.number("dimensions");
  require_clusters("dimensions", options.dimensions);
  if (section.has("size")) options.size = static_cast<int>(section.integer("size"));
  require_clusters("size", options.size);
  options.states = static_cast<int>(section.integer("states"));
  return options;
}

/// seconds: of spikes that are kept.
void read_window(Section& section, double seconds, SpikeAnalysis& result) {
  const auto time_at = [&](const char* key) {
    const double time = section.number(key) * ms;
    if (std::abs(time) > seconds * (1.0 + 1e-9))
      section.fail(key, fmt::format("{:.6g} s lies outside of the {:.6g} s of spikes (allowed: up "
                                    "to that, or as much before the end)",
                                    time, seconds));
    return time;
  };
  result.from = time_at("from");
  if (!section.has("to")) return;
  result.to = time_at("to");
  const double begin = result.from < 0.0 ? result.from + seconds : result.from;
  const double end = result.to < 0.0 ? result.to + seconds : result.to;
  if (begin >= end)
    section.fail("to", fmt::format("the window from {:.6g} s to {:.6g} s is empty", begin, end));
}

/// "E0 E3" or "none".
std::vector<int> state_called(const yaml::Node& node, const std::vector<std::string>& names,
                              const std::string& begin) {
  if (!node.is_scalar())
    throw ConfigError(begin + "expected states such as \"E0 E3\" or none, not " + describe(node));
  if (node.text == "none") return {};
  std::vector<yaml::Node> words;
  std::istringstream text(node.text);
  for (std::string word; text >> word;)
    words.push_back(yaml::scalar(word));
  std::vector<int> state;
  for (const GlobalIndex one : indices_in(yaml::list(words), names, std::ssize(names), begin))
    state.push_back(static_cast<int>(one));
  std::sort(state.begin(), state.end());
  return state;
}

/// names: of populations that can be active.
void read_sequences(Section& section, const std::vector<std::string>& names,
                    SpikeAnalysis& result) {
  const yaml::Node* node = section.list_of("sequences");
  if (node == nullptr) return;
  const std::string begin = section.place("sequences");
  for (const yaml::Node& sequence : node->items) {
    if (!sequence.is_list() || sequence.items.size() < 2)
      section.fail("sequences", "each is a list of two states or more");
    auto& states = result.sequences.emplace_back();
    for (const yaml::Node& state : sequence.items)
      states.push_back(state_called(state, names, begin));
  }
  section.normal().set("sequences", *node);
}

SpikeAnalysis read_analysis(const yaml::Document& document, const yaml::Node* node,
                            const spiking::Config& config, double seconds, yaml::Node& normal) {
  Section section(document, node, "spiking.analysis", "spiking.analysis", normal);
  SpikeAnalysis result;
  result.smoothing = read_smoothing(section, config.dt);
  result.all_populations = section.choice("clusters") == 1;
  result.activity.tolerance = section.number("tolerance");
  result.activity.once_more = section.choice("rule") == 1;
  if (section.has("baseline")) result.activity.baseline = section.number("baseline");
  result.minimum = section.number("minimum") * ms;
  result.fill = section.number("fill") * ms;
  read_window(section, seconds, result);
  const int can_be_active = result.all_populations ? config.n_populations() : config.clusters;
  std::vector<std::string> names = spiking::population_names(config.clusters);
  names.resize(static_cast<std::size_t>(can_be_active));
  read_sequences(section, names, result);
  result.capacity = read_capacity(document, section, can_be_active);
  return result;
}

/// What the study has of "stimuli.0.onsets": this, or else the map or list it would be in.
const yaml::Node* deepest_of(const SpikingReading& reading, const std::string& key) {
  std::istringstream words(key);
  std::string word;
  std::getline(words, word, '.');
  const yaml::Node* node = reading.section.find(word);
  while (node != nullptr && std::getline(words, word, '.')) {
    const yaml::Node* inner = node->is_list() ? &node->items[std::stoul(word)] : node->find(word);
    if (inner == nullptr) break;
    node = inner;
  }
  return node;
}

/// Each is of a key of `spiking`, whose place begins the message.
void check_sound(const SpikingReading& reading) {
  const auto place = [&](const std::string& key) {
    const std::string path = "spiking." + key;
    const yaml::Node* node = deepest_of(reading, key);
    return node != nullptr ? yaml::place(reading.document, *node, path)
                           : yaml::place(reading.document, 0, -1, path);
  };
  if (const auto doubt = spiking::doubt_of(reading.study.config))
    throw ConfigError(place(doubt->key) + doubt->message);
  const spiking::Config& config = reading.study.config;
  for (const auto& odd :
       {spiking::oddities_of(config), spiking::idle_in(config, reading.study.steps)}) {
    for (const spiking::Doubt& one : odd)
      reading.study.warnings.push_back(place(one.key) + one.message);
  }
}

void read_output(SpikingStudy& study, Section& top) {
  const std::string stem = std::filesystem::path(study.path).stem().string();
  study.output = top.has("output") ? top.text("output") : (stem.empty() ? "study" : stem) + ".h5";
  top.normal().set("output", yaml::scalar(study.output, true));
  study.storage = top.choice_as<Storage>("storage");
  study.overwrite = top.flag("overwrite");
  top.normal().set("overwrite", yaml::scalar("false"));
}

void read_spiking_checkpoint(const yaml::Document& document, SpikingStudy& study, Section& top,
                             yaml::Node& normal) {
  Section section(document, top.map_of("checkpoint"), "checkpoint", "checkpoint", normal);
  study.final_state = section.flag("final");
  study.checkpoint_every = section.number("every");
  study.checkpoint_before_end = section.number("before_end");
  study.checkpoints = static_cast<int>(section.integer("keep"));
}

/// Rates from `from` on, below `to`.
std::vector<double> rates_along(Section& section) {
  const double from = section.number("from"), to = section.number("to"),
               step = section.number("step");
  constexpr double most = 10000.0;
  if (from >= to) section.fail("to", fmt::format("{} Hz is not above `from`", to));
  if ((to - from) / step > most) section.fail("step", "makes more than 10000 rates");
  std::vector<double> rates;
  for (int k = 0; from + k * step < to; ++k)
    rates.push_back(from + k * step);
  return rates;
}

void read_mean_field(const yaml::Document& document, SpikingStudy& study, Section& top) {
  const yaml::Node* node = top.map_of("steady");
  yaml::Node normal;
  Section section(document, node, "steady", "steady", normal);
  study.mean_field.starts = static_cast<int>(section.integer("starts"));
  study.mean_field.contrast = section.number("contrast");
  for (const char* key : {"roots", "continue", "linear_noise"}) {
    if (section.has(key)) section.fail(key, "is of networks of regions, not of spiking neurons");
  }
  if (const yaml::Node* landscape = section.map_of("landscape")) {
    Section grid(document, landscape, "steady.landscape", "steady.landscape",
                 normal.set("landscape", {}));
    const yaml::Node* populations = grid.find("populations");
    if (populations == nullptr) grid.fail("populations", "missing, but required");
    for (const GlobalIndex one :
         indices_in(*populations, spiking::population_names(study.config.clusters),
                    study.config.n_populations(), grid.place("populations")))
      study.mean_field.focus.push_back(static_cast<int>(one));
    if (study.mean_field.focus.empty() || study.mean_field.focus.size() > 3)
      grid.fail("populations", "are one to three");
    grid.normal().set("populations", *populations);
    study.mean_field.along = rates_along(grid);
    constexpr double most = 1e7;
    const auto rates = static_cast<double>(study.mean_field.along.size());
    const double points = std::pow(rates, static_cast<double>(study.mean_field.focus.size()));
    if (points > most)
      grid.fail("step", fmt::format("{} rates of each of {} populations are {:.3g} points "
                                    "(allowed: up to {:g})",
                                    rates, study.mean_field.focus.size(), points, most));
  }
  if (node != nullptr) top.normal().set("steady", std::move(normal));
}

yaml::Document with_overrides(yaml::Document document, const std::vector<std::string>& overrides) {
  for (const std::string& one : overrides)
    yaml::apply_override(document, one);
  return document;
}

}  // namespace

bool is_spiking_study(const std::string& path, const std::vector<std::string>& overrides) {
  return is_spiking_document(yaml::parse(study_text(path), path), overrides);
}

bool is_spiking_document(const yaml::Document& document,
                         const std::vector<std::string>& overrides) {
  // Overrides of networks of regions are read by who knows their short forms.
  return document.root.find("spiking") != nullptr ||
         std::any_of(overrides.begin(), overrides.end(), [](const std::string& one) {
           return one.starts_with("spiking.") || one.starts_with("spiking=");
         });
}

SpikingStudy parse_spiking_study(const std::string& text, const std::string& path,
                                 const std::vector<std::string>& overrides) {
  return spiking_study_of(yaml::parse(text, path), overrides);
}

SpikingStudy spiking_study_of(yaml::Document given, const std::vector<std::string>& overrides) {
  const yaml::Document document = with_overrides(std::move(given), overrides);
  SpikingStudy study;
  study.path = document.path;
  study.inputs.push_back(study.path);
  yaml::Node normal;
  Section top(document, &document.root, "", "", normal);
  refuse_other_sections(document);
  if (top.has("title")) study.title = top.text("title");
  yaml::Node own;
  Section section(document, top.map_of("spiking"), "spiking", "spiking", own);
  const SpikingReading reading{document, study, section};
  read_structure(reading);
  read_times(reading, top);
  read_neurons(reading);
  read_arousal(reading);
  read_stimuli(reading);
  if (section.has("perturbation"))
    read_perturbations(document, section, section.normal().set("perturbation", yaml::map()), study);
  study.config.seed = top.seed("seed");
  read_monitors(reading);
  study.analysis =
      read_analysis(document, section.map_of("analysis"), study.config,
                    static_cast<double>(study.steps - study.transient) * study.config.dt,
                    section.normal().set("analysis", {}));
  read_output(study, top);
  yaml::Node saving;
  read_spiking_checkpoint(document, study, top, saving);
  normal.set("checkpoint", std::move(saving));
  check_sound(reading);
  read_mean_field(document, study, top);
  normal.set("spiking", std::move(own));
  study.searches = keep_searches(document, study.path, top, study.inputs, Targets::numbers);
  study.normalised = yaml::emit(normal);
  return study;
}

SpikingStudy read_spiking_study(const std::string& path,
                                const std::vector<std::string>& overrides) {
  return parse_spiking_study(study_text(path), path, overrides);
}

SpikeAnalysis read_spike_analysis(const SpikingStudy& study,
                                  const std::vector<std::string>& settings, double seconds) {
  yaml::Document document = yaml::parse(study.normalised, study.path);
  for (const std::string& one : settings)
    yaml::apply_override(document, "spiking.analysis." + one);
  yaml::Node unused;
  return read_analysis(document, document.root.find("spiking")->find("analysis"), study.config,
                       seconds, unused);
}

}  // namespace arcuate::io
