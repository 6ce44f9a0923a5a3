#include "arcuate/io/tuned_weights.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>

#include "arcuate/core/error.hpp"
#include "arcuate/core/sha256.hpp"
#include "arcuate/core/version.hpp"
#include "arcuate/engine/names.hpp"
#include "arcuate/tuning/names.hpp"
#include "file/output_kind.hpp"
#include "matrix/stream.hpp"
#include "parts.hpp"

namespace arcuate::io {
namespace {

constexpr std::size_t digits = 16;  ///< of a digest: as many as tell two networks apart
constexpr std::string_view weights_digest = "weights.sha256";
constexpr const char* side_ending = ".tuned.yaml";

bool is_array(const std::string& path) {
  return path.ends_with(".npy");
}

template <typename Value>
std::string digest(const std::vector<Value>& values) {
  const auto* bytes = reinterpret_cast<const char*>(values.data());
  return sha256({bytes, values.size() * sizeof(Value)}).substr(0, digits);
}

/// Of edges and how long signals take, as they are simulated: not of labels and places.
std::string digest(const network::Connectome& connectome) {
  const std::string parts = digest(connectome.row) + digest(connectome.source) +
                            digest(connectome.weight) +
                            digest(connectome.delay.empty() ? connectome.length : connectome.delay);
  return sha256(parts).substr(0, digits);
}

std::string text_of(const RegionValues& values) {
  const double first = values.values.front();
  if (values.is(first)) return fmt::format("{}", first);
  return "by region, sha256 " + digest(values.values);
}

/// The values below a key of the study.
void flatten(const yaml::Node& node, const std::string& key, Settings& settings) {
  if (node.is_scalar()) settings.emplace_back(key, node.text);
  for (std::size_t i = 0; i < node.items.size(); ++i)
    flatten(node.items[i], key + '.' + (node.is_map() ? node.keys[i] : fmt::format("{}", i)),
            settings);
}

std::string targets_of(const yaml::Node& noise) {
  return noise.keys.empty() ? "none" : fmt::format("{}", fmt::join(noise.keys, ", "));
}

/// Noise, whose strength may be given in many ways.
void add_noise(const yaml::Node& noise, const engine::SimulationSpec& simulation,
               Settings& settings) {
  settings.emplace_back("noise", targets_of(noise));
  for (std::size_t i = 0; i < noise.keys.size(); ++i) {
    const std::string key = "noise." + noise.keys[i];
    const std::string sigma = key + ".sigma";
    settings.emplace_back(sigma, text_of(simulation.populations.front().noise[i].sigma));
    Settings rest;
    flatten(noise.items[i], key, rest);
    for (auto& setting : rest) {
      if (!setting.first.starts_with(sigma)) settings.push_back(std::move(setting));
    }
  }
}

void add_model(const Study& study, const engine::SimulationSpec& simulation, Settings& settings) {
  const engine::Population& own = simulation.populations.front();
  const model::ModelInfo& info = own.model->info;
  settings.emplace_back("model.name", info.name);
  if (!study.models.front().plugin.empty())
    settings.emplace_back("model.plugin", "sha256 " + study.models.front().plugin_sha256);
  for (std::size_t p = 0; p < info.parameters.size(); ++p) {
    if (info.parameters[p].name == info.fic.parameter) continue;
    settings.emplace_back(fmt::format("model.parameters.{}", info.parameters[p].name),
                          text_of(own.parameters[p]));
  }
}

/// What the weights depend on, the parameter that they are for among it.
Settings settings_of(const Study& study, const engine::SimulationSpec& simulation,
                     const network::Connectome& connectome) {
  const yaml::Node study_map = yaml::parse(study.normalised, study.path).root;
  const auto add = [&study_map](const char* key, Settings& to) {
    if (const yaml::Node* node = study_map.find(key)) flatten(*node, key, to);
  };
  Settings settings;
  if (simulation.n_populations() > 1) {
    settings.emplace_back("model.name", "several");
  } else {
    add_model(study, simulation, settings);
    const yaml::Node* noise = study_map.find("noise");
    add_noise(noise == nullptr ? yaml::map() : *noise, simulation, settings);
  }
  if (simulation.n_links() == 0) {
    settings.emplace_back("coupling.name", "none");
  } else {
    add("coupling", settings);
  }
  add("integrator", settings);
  settings.emplace_back("connectome.speed", fmt::format("{}", simulation.speed));
  settings.emplace_back("connectome.sha256", digest(connectome));
  return settings;
}

void add_section(const Study& study, const engine::SimulationSpec& simulation, Settings& record) {
  const tuning::InhibitionOptions& options = *study.inhibition;
  const auto add = [&record](const char* key, const std::string& value) {
    record.emplace_back(std::string("tune_inhibition.") + key, value);
  };
  add("parameter", std::string(simulation.populations.front().model->info.fic.parameter));
  add("method", std::string(core::word_of(options.method)));
  add("target_rate", fmt::format("{}", options.target_rate));
  if (options.method != tuning::InhibitionMethod::analytic) {
    add("tolerance", fmt::format("{}", options.tolerance));
    add("transient", fmt::format("{}", static_cast<double>(options.transient) * simulation.dt));
    add("window", fmt::format("{}", static_cast<double>(options.window) * simulation.dt));
  }
}

/// YAML, which stands behind # in files of text.
std::string text_of(const Settings& record, const char* before) {
  yaml::Node node = yaml::map();
  for (const auto& [key, value] : record)
    node.set(key, yaml::scalar(value, !plain_number(value)));
  std::string text(tuning_mark);
  text += '\n';
  const std::string body = yaml::emit(node);
  for (std::size_t at = 0; at < body.size();) {
    const std::size_t end = body.find('\n', at);
    text += before + body.substr(at, end - at) + '\n';
    at = end + 1;
  }
  return text;
}

/// The YAML of a record, which stands at the beginning of a file; "" when there is none.
std::string lines_of_record(const std::string& path, bool side_file) {
  constexpr std::size_t most = 1 << 18;
  std::error_code none;
  if (!std::filesystem::is_regular_file(path, none)) return "";
  std::ifstream in(path, std::ios::binary);
  const auto next = [&in](std::string& line) {
    if (!std::getline(in, line)) return false;
    if (line.ends_with('\r')) line.pop_back();
    return true;
  };
  std::string text, line;
  if (!next(line) || line != tuning_mark) return "";
  while (text.size() < most && next(line)) {
    if (!side_file && !line.starts_with("# ")) break;
    text += (side_file ? line : line.substr(2)) + '\n';
  }
  return text;
}

const std::string* find(const Settings& settings, std::string_view key) {
  const auto found = std::find_if(settings.begin(), settings.end(),
                                  [key](const auto& setting) { return setting.first == key; });
  return found == settings.end() ? nullptr : &found->second;
}

/// "coupling.gain 0.5 (here 1), ..."
std::string differences(const Settings& record, const Settings& here) {
  constexpr std::size_t most = 8;
  std::vector<std::string> found;
  for (const auto& [key, value] : here) {
    const std::string* const then = find(record, key);
    if (then == nullptr || *then == value) continue;
    found.push_back(fmt::format("{} {} (here {})", key, *then, value));
  }
  const std::size_t count = found.size();
  if (count > most) found.resize(most);
  std::string text = fmt::format("{}", fmt::join(found, "; "));
  return count > most ? text + fmt::format("; and {} more", count - most) : text;
}

void warn_of_record(const std::string& begin, const Settings& record, const Settings& here,
                    std::vector<std::string>& warnings) {
  const std::string* const converged = find(record, "converged");
  if (converged != nullptr && *converged != "true")
    warnings.push_back(begin + "these weights are of a tuning that did not succeed");
  const std::string what = differences(record, here);
  if (what.empty()) return;
  warnings.push_back(begin +
                     "these weights were tuned with other settings, and need not hold their rate "
                     "here: " +
                     what);
}

}  // namespace

Settings tuning_record(const Study& study, const engine::SimulationSpec& simulation,
                       const network::Connectome& connectome) {
  Settings record{
      {"version", std::string(version())},
      {"study", matrix::excerpt(std::filesystem::path(study.path).filename().string())}};
  add_section(study, simulation, record);
  record.emplace_back("seed", fmt::format("{}", simulation.seed));
  record.emplace_back("stimuli", fmt::format("{}", simulation.populations.front().stimuli.size()));
  for (auto& setting : settings_of(study, simulation, connectome))
    record.push_back(std::move(setting));
  return record;
}

WeightsFile claim_weights(const std::string& path, bool overwrite,
                          std::vector<std::string> inputs) {
  WeightsFile file;
  file.weights = claim_numbers(path, overwrite, inputs);
  if (is_array(path)) {
    // That of numbers which may be replaced may be replaced too, and without them it is nothing.
    file.record = Output(path + side_ending, {OutputKind::numbers, true, std::move(inputs)});
  }
  return file;
}

void write_weights(const std::vector<double>& weights, bool converged, Settings record,
                   WeightsFile file) {
  record.emplace_back("converged", converged ? "true" : "false");
  if (!is_array(file.weights.path())) {
    write_numbers(weights, std::move(file.weights), text_of(record, "# "));
    return;
  }
  record.emplace_back(weights_digest, digest(weights));
  file.record.write(text_of(record, ""));
  file.record.publish();
  write_numbers(weights, std::move(file.weights));
}

Settings read_tuning_record(const std::string& path, const std::vector<double>& weights) {
  const bool side_file = is_array(path);
  Settings record;
  try {
    const std::string text = lines_of_record(side_file ? path + side_ending : path, side_file);
    if (text.empty()) return {};
    const yaml::Node node = yaml::parse(text, path).root;
    for (std::size_t i = 0; i < node.keys.size(); ++i) {
      if (node.items[i].is_scalar()) record.emplace_back(node.keys[i], node.items[i].text);
    }
  } catch (const ConfigError&) {
    return {};  // comments that only look like a record
  }
  const std::string* const of = find(record, weights_digest);
  const bool of_others = side_file && (of == nullptr || *of != digest(weights));
  return of_others ? Settings{} : record;
}

std::vector<std::string> tuned_elsewhere(const Study& study,
                                         const engine::SimulationSpec& simulation,
                                         const network::Connectome& connectome) {
  std::vector<std::string> warnings;
  Settings shared;  // takes a while in a large network
  for (std::size_t number = 0; number < simulation.populations.size(); ++number) {
    const PopulationForm& forms = study.unresolved->populations[number];
    const engine::Population& own = simulation.populations[number];
    for (std::size_t p = 0; p < forms.parameters.size(); ++p) {
      const RegionForm& form = forms.parameters[p];
      if (form.kind != RegionForm::Kind::file) continue;
      const Settings record = read_tuning_record(form.file, own.parameters[p].values);
      if (record.empty()) continue;
      if (shared.empty()) shared = settings_of(study, simulation, connectome);
      Settings here{{"tune_inhibition.parameter", std::string(own.model->info.parameters[p].name)}};
      here.insert(here.end(), shared.begin(), shared.end());
      warn_of_record(form.place + form.file + ": ", record, here, warnings);
    }
  }
  return warnings;
}

}  // namespace arcuate::io
