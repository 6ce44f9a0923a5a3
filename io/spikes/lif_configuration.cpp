#include "lif_configuration.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "arcuate/core/error.hpp"
#include "arcuate/core/suggest.hpp"
#include "study/schema.hpp"

namespace arcuate::io {
namespace {

/// What the original reads. A map ends in a dot.
constexpr std::array known_paths{
    "init_params.",
    "init_params.delta_t",
    "init_params.duration_sec",
    "init_params.mechanism",
    "init_params.n_neurons",
    "init_params.n_excitatory",
    "init_params.n_inhibitory",
    "architecture.",
    "architecture.network.",
    "architecture.network.tau_membrane",
    "architecture.network.tau_synaptic",
    "architecture.network.tau_refractory",
    "architecture.network.threshold",
    "architecture.network.reset_voltage",
    "architecture.network.j_ext",
    "architecture.clusters.",
    "architecture.clusters.n_excitatory_background",
    "architecture.clusters.n_inhibitory_background",
    "architecture.clusters.n_clusters",
    "architecture.clusters.total_pops",
    "architecture.clusters.connectivity_fraction_probs",
    "architecture.clusters.j_baseline",
    "architecture.clusters.j_potentiated",
    "architecture.clusters.potentiate",
    "external_currents.",
    "external_currents.c_ext",
    "external_currents.nu_ext_baseline",
    "stimulus.",
    "stimulus.stimulus_shape",
    "stimulus.onsets",
    "stimulus.amplitude",
    "stimulus.stimulated_clusters_prob",
    "stimulus.stimulated_neuron_prob",
    "stimulus.tau_rise",
    "stimulus.tau_decay",
    "settings.",
    "settings.save",
    "settings.plot",
    "settings.save_dir",
    "settings.sim_name",
    "settings.random_seed",
    "arousal.",
    "arousal.level",
    "arousal.L",
    "arousal.x_0",
    "arousal.k",
    "arousal.M",
};

bool is_known(const std::string& path) {
  return std::find(known_paths.begin(), known_paths.end(), path) != known_paths.end();
}

/// The keys that stand in a section of the original.
std::vector<std::string> known_in(const std::string& section) {
  std::vector<std::string> keys;
  for (const std::string_view one : known_paths) {
    if (!one.starts_with(section) || one.size() == section.size()) continue;
    std::string rest(one.substr(section.size()));
    if (rest.back() == '.') rest.pop_back();
    if (rest.find('.') == std::string::npos) keys.push_back(std::move(rest));
  }
  return keys;
}

}  // namespace

yaml::Node numbers_node(const std::vector<double>& values) {
  if (values.size() == 1) return yaml::number(values.front());
  std::vector<yaml::Node> items;
  std::transform(values.begin(), values.end(), std::back_inserter(items), yaml::number);
  return yaml::list(std::move(items));
}

LifConfiguration::LifConfiguration(const std::string& path)
    : document_(yaml::parse(yaml::read_text(path), path)) {
  if (!document_.root.is_map())
    throw ConfigError(yaml::place(document_, 0, -1, "") + "expected a map, not " +
                      describe(document_.root));
}

const yaml::Node* LifConfiguration::find(std::string_view path) const {
  const yaml::Node* node = &document_.root;
  while (node != nullptr && !path.empty()) {
    const std::size_t dot = std::min(path.find('.'), path.size());
    node = node->is_map() ? node->find(path.substr(0, dot)) : nullptr;
    path.remove_prefix(std::min(dot + 1, path.size()));
  }
  return node == nullptr || node->kind == yaml::Node::Kind::null ? nullptr : node;
}

std::string LifConfiguration::place(std::string_view path) const {
  for (std::string_view part = path; !part.empty();) {
    if (const yaml::Node* node = find(part)) return yaml::place(document_, node->line, -1, path);
    const std::size_t dot = part.rfind('.');
    part = dot == std::string_view::npos ? std::string_view() : part.substr(0, dot);
  }
  return yaml::place(document_, 0, -1, path);
}

void LifConfiguration::fail(std::string_view path, const std::string& message) const {
  throw ConfigError(place(path) + message);
}

void LifConfiguration::note(std::string_view path, const std::string& message) {
  notes_.push_back(place(path) + message);
}

const yaml::Node& LifConfiguration::need(std::string_view path) const {
  const yaml::Node* node = find(path);
  if (node == nullptr) fail(path, "missing, but the original requires it");
  return *node;
}

double LifConfiguration::number(std::string_view path) const {
  const double value = to_number(need(path), "", place(path));
  if (!std::isfinite(value)) fail(path, fmt::format("{} is not a finite number", value));
  return value;
}

std::vector<double> LifConfiguration::numbers_of(const yaml::Node& node,
                                                 std::string_view path) const {
  std::vector<double> values;
  const std::string begin = yaml::place(document_, node, path);
  if (!node.is_list()) return {to_number(node, "", begin)};
  for (const yaml::Node& item : node.items)
    values.push_back(to_number(item, "", yaml::place(document_, item, path)));
  if (values.empty()) throw ConfigError(begin + "the list is empty");
  return values;
}

std::vector<double> LifConfiguration::numbers(std::string_view path) const {
  return numbers_of(need(path), path);
}

bool LifConfiguration::flag(std::string_view path, bool fallback) const {
  const yaml::Node* node = find(path);
  if (node == nullptr) return fallback;
  const std::array truth{"true", "True", "yes", "on"}, untruth{"false", "False", "no", "off"};
  if (std::find(truth.begin(), truth.end(), node->text) != truth.end()) return true;
  if (std::find(untruth.begin(), untruth.end(), node->text) != untruth.end()) return false;
  fail(path, "expected true or false, not " + describe(*node));
}

std::string LifConfiguration::text(std::string_view path, const std::string& fallback) const {
  const yaml::Node* node = find(path);
  if (node == nullptr) return fallback;
  if (!node->is_scalar()) fail(path, "expected a text, not " + describe(*node));
  return node->text;
}

void LifConfiguration::note_unknown() {
  note_unknown_in(document_.root, "");
}

void LifConfiguration::note_unknown_in(const yaml::Node& map, const std::string& path) {
  for (std::size_t k = 0; k < map.keys.size(); ++k) {
    const std::string own = path + map.keys[k];
    if (own == "perturbation") continue;
    if (is_known(own)) continue;
    if (!is_known(own + "."))
      notes_.push_back(yaml::place(document_, map.key_lines[k], -1, own) +
                       "is no key of the original and is left out" +
                       hint(map.keys[k], known_in(path)));
    else if (map.items[k].is_map())
      note_unknown_in(map.items[k], own + ".");
    else if (map.items[k].kind != yaml::Node::Kind::null)
      fail(own, "expected a map, not " + describe(map.items[k]));
  }
}

}  // namespace arcuate::io
