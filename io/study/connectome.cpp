#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "arcuate/core/error.hpp"
#include "arcuate/core/memory.hpp"
#include "arcuate/core/suggest.hpp"
#include "arcuate/io/connectome_file.hpp"
#include "arcuate/network/plugin.hpp"
#include "arcuate/network/prepare.hpp"
#include "parts.hpp"

namespace arcuate::io {

std::vector<std::string> generator_keys(const std::string& name) {
  if (name == "spatial") return {"degree", "decay"};
  if (name == "erdos_renyi") return {"p", "symmetric"};
  if (name == "small_world") return {"k", "beta", "symmetric"};
  if (name == "ring_lattice") return {"k"};
  if (name == "stochastic_block_model") return {"blocks", "p_in", "p_out", "block_sizes"};
  return {};
}

namespace {

std::vector<GlobalIndex> read_block_sizes(const Reading& reading, Section& section) {
  const yaml::Node* list = section.list_of("block_sizes");
  std::vector<GlobalIndex> sizes;
  if (list == nullptr) return sizes;
  std::vector<yaml::Node> noted;
  for (const yaml::Node& item : list->items) {
    const double size =
        to_number(item, "1", yaml::place(reading.document, item, section.path("block_sizes")));
    if (!(size >= 1.0 && size <= 2147483647.0) ||
        size != static_cast<double>(static_cast<GlobalIndex>(size))) {
      section.fail("block_sizes",
                   fmt::format("'{}' is not a number of regions (allowed: 1, 2, ...)", item.text));
    }
    sizes.push_back(static_cast<GlobalIndex>(size));
    noted.push_back(yaml::scalar(fmt::format("{}", sizes.back())));
  }
  section.normal().set("block_sizes", yaml::list(std::move(noted)));
  return sizes;
}

network::GeneratorOptions read_generator(const Reading& reading, const Section& connectome,
                                         yaml::Node& normal) {
  const std::string path = "connectome.generator";
  Section section(reading.document, connectome.find("generator"), path, path, normal);
  network::GeneratorOptions options;
  section.choice("name");
  options.name = normal.find("name")->text;
  options.regions = section.integer("regions");
  options.seed = section.seed("seed");
  section.choice("weights");
  options.weights = normal.find("weights")->text;
  options.weight_scale = section.number("weight_scale");
  const std::vector<std::string> used = generator_keys(options.name);
  const auto uses = [&used](std::string_view key) {
    return std::find(used.begin(), used.end(), key) != used.end();
  };
  for (const std::string_view key : {"degree", "decay", "p", "k", "beta", "blocks", "p_in", "p_out",
                                     "block_sizes", "symmetric"}) {
    if (section.has(key) && !uses(key)) {
      section.fail(key, fmt::format("generator {} does not use it", options.name) + hint("", used));
    }
  }
  if (uses("degree")) options.degree = section.number("degree");
  const auto most = static_cast<double>(options.regions - 1);
  if (section.has("degree") && uses("degree") && options.degree > most)
    section.fail("degree", fmt::format("{} is out of range (allowed: up to {}, the other regions)",
                                       options.degree, most));
  if (uses("decay")) options.decay = section.number("decay");
  if (uses("p")) options.p = section.number("p");
  if (uses("k")) options.k = static_cast<int>(section.integer("k"));
  if (uses("beta")) options.beta = section.number("beta");
  if (uses("p_in")) options.p_in = section.number("p_in");
  if (uses("p_out")) options.p_out = section.number("p_out");
  if (uses("block_sizes")) options.block_sizes = read_block_sizes(reading, section);
  if (uses("blocks")) options.blocks = static_cast<int>(section.integer("blocks"));
  const auto sizes = options.block_sizes.size();
  if (sizes > 0 && section.has("blocks") && static_cast<std::size_t>(options.blocks) != sizes)
    section.fail("blocks", fmt::format("{}, and `block_sizes` has {}", options.blocks, sizes));
  if (sizes > 0) normal.set("blocks", yaml::scalar(fmt::format("{}", sizes)));
  if (uses("symmetric")) options.symmetric = section.flag("symmetric");
  return options;
}

/// The builder in the library that `generator.plugin` names.
OwnBuilder load_builder(const Reading& reading, const yaml::Node& generator) {
  const std::string path = "connectome.generator.plugin";
  const yaml::Node& given = *generator.find("plugin");
  const std::string place = yaml::place(reading.document, given, path);
  if (!given.is_scalar() || given.text.empty())
    throw ConfigError(place + fmt::format("expected a file, not {}", describe(given)));
  try {
    network::Plugin plugin = network::load_plugin(input_path(reading.study.path, given.text));
    return {plugin.builder, {}, std::move(plugin.path), std::move(plugin.sha256)};
  } catch (const DataError& error) {
    throw ConfigError(place + given.text + ": " + error.what());
  }
}

/// A number of its unit, and what it is allowed to be.
double read_parameter(Section& section, const network::BuilderParameter& parameter) {
  double value = parameter.value;
  if (const yaml::Node* given = section.find(parameter.name)) {
    value = to_number(*given, parameter.unit, section.place(parameter.name));
    const bool within = value >= parameter.least && value <= parameter.most;
    if (!within || (parameter.whole && value != std::floor(value)))
      section.fail(parameter.name,
                   fmt::format("{} is out of range (allowed: {}{} to {})", given->text,
                               parameter.whole ? "a whole number from " : "", parameter.least,
                               parameter.most));
  }
  section.normal().set(std::string(parameter.name), yaml::number(value));
  return value;
}

OwnBuilder read_own_builder(const Reading& reading, const yaml::Node& generator,
                            yaml::Node& normal) {
  OwnBuilder own = load_builder(reading, generator);
  const network::BuilderInfo& info = own.builder->info;
  std::vector<std::string> parameters;
  for (const network::BuilderParameter& parameter : info.parameters)
    parameters.emplace_back(parameter.name);
  const std::string path = "connectome.generator";
  Section section(reading.document, &generator, path, path, normal, parameters);
  if (!section.has("name")) section.fail("name", "missing, but required");
  section.choice_among("name", {std::string(info.name)});
  static_cast<void>(section.text("plugin"));
  own.settings.regions = section.integer("regions");
  own.settings.seed = section.seed("seed");
  for (const std::string& key : generator.keys) {
    const bool of_all = key == "name" || key == "plugin" || key == "regions" || key == "seed";
    if (of_all || std::find(parameters.begin(), parameters.end(), key) != parameters.end())
      continue;
    section.fail(key, fmt::format("builder {} does not use it", info.name) + hint("", parameters));
  }
  for (const network::BuilderParameter& parameter : info.parameters)
    own.settings.numbers.push_back(read_parameter(section, parameter));
  return own;
}

network::GeneratorOptions read_builtin(Section& section) {
  network::GeneratorOptions options;
  const yaml::Node* node = section.find("builtin");
  if (node->is_scalar() && node->text == "default") {
    section.normal().set("builtin", yaml::scalar("default"));
    return options;
  }
  const auto regions = node->is_scalar() ? plain_number(node->text) : std::nullopt;
  if (!regions || !(*regions >= 1.0 && *regions <= 2147483647.0) ||
      *regions != static_cast<double>(static_cast<GlobalIndex>(*regions))) {
    section.fail("builtin",
                 fmt::format("unknown value {} (allowed: default, or a number of regions)",
                             describe(*node)));
  }
  options.regions = static_cast<GlobalIndex>(*regions);
  section.normal().set("builtin", yaml::scalar(fmt::format("{}", options.regions)));
  return options;
}

std::string read_file(const Reading& reading, Section& section, std::string_view key) {
  return section.has(key) ? input_path(reading.study.path, section.text(key)) : "";
}

/// A file, or `{file: x.mat, variable: sc}` for one of the matrices in it.
MatrixFile read_matrix_file(const Reading& reading, Section& section, std::string_view key) {
  const yaml::Node* node = section.find(key);
  if (node == nullptr || !node->is_map()) return {read_file(reading, section, key), ""};
  for (const std::string& inner : node->keys) {
    if (inner != "file" && inner != "variable")
      section.fail(key, fmt::format("unknown key '{}'", inner) + hint(inner, {"file", "variable"}));
  }
  const auto text = [&](const char* inner) {
    const yaml::Node* value = node->find(inner);
    if (value == nullptr || !value->is_scalar() || value->text.empty())
      section.fail(key,
                   fmt::format("expected a file or {{file: NAME, variable: NAME}}: no {}", inner));
    return value->text;
  };
  const std::string file = text("file");
  const std::string variable = text("variable");
  yaml::Node noted = yaml::map();
  noted.set("file", yaml::scalar(file, true));
  noted.set("variable", yaml::scalar(variable, true));
  section.normal().set(std::string(key), std::move(noted));
  return {input_path(reading.study.path, file), variable};
}

void read_parts(const Reading& reading, Section& section, ConnectomeSource& source) {
  for (const std::string_view key : {"lengths", "delays", "labels", "centres", "hemispheres"}) {
    if (section.has(key) && !section.has("weights")) {
      section.fail(key, "only together with `weights`");
    }
  }
  if (!section.has("weights")) return;
  if (section.has("lengths") && section.has("delays"))
    section.fail("delays", "give either lengths [mm] or delays [ms] with the weights");
  source.files.weights = read_matrix_file(reading, section, "weights");
  source.files.lengths = read_matrix_file(reading, section, "lengths");
  source.files.delays = read_matrix_file(reading, section, "delays");
  source.files.labels = read_file(reading, section, "labels");
  source.files.centres = read_file(reading, section, "centres");
  source.files.hemispheres = read_file(reading, section, "hemispheres");
}

const std::vector<std::string> transform_words{"log1p", "sqrt", "binary",   "power",
                                               "scale", "mean", "threshold"};

/// `log1p`, or `{mean: 0.01}`.
network::Transform read_transform(const Reading& reading, const Section& section,
                                  const yaml::Node& node, yaml::Node& noted) {
  const std::string begin = yaml::place(reading.document, node, section.path("transform"));
  const bool map = node.is_map() && node.items.size() == 1;
  if (!map && !node.is_scalar()) {
    throw ConfigError(
        begin +
        fmt::format("expected log1p, sqrt, binary or one of {{power: number}}, {{scale: number}}, "
                    "{{mean: number}}, {{threshold: number}}, not {}",
                    describe(node)));
  }
  const yaml::Node word = map ? yaml::scalar(node.keys.front()) : node;
  network::Transform transform;
  transform.kind = static_cast<network::Transform::Kind>(to_choice(word, transform_words, begin));
  const bool needs = transform.kind >= network::Transform::Kind::power;
  if (needs != map) {
    throw ConfigError(
        begin + word.text +
        (needs ? fmt::format(" needs a number: {{{}: number}}", word.text) : " takes no number"));
  }
  noted = yaml::scalar(word.text);
  if (!map) return transform;
  transform.value = to_number(node.items.front(), "1", begin);
  if (!(transform.value > 0.0) || !std::isfinite(transform.value)) {
    throw ConfigError(begin + fmt::format("{}: {} is out of range (allowed: > 0)", word.text,
                                          node.items.front().text));
  }
  noted = yaml::map();
  noted.set(word.text, yaml::number(transform.value));
  return transform;
}

void read_transforms(const Reading& reading, Section& section, ConnectomeSource& source) {
  const yaml::Node* node = section.find("transform");
  if (node == nullptr) return;
  std::vector<yaml::Node> noted;
  const std::vector<yaml::Node> one{*node};
  for (const yaml::Node& item : node->is_list() ? node->items : one)
    source.transforms.push_back(read_transform(reading, section, item, noted.emplace_back()));
  section.normal().set("transform", yaml::list(std::move(noted)));
}

/// A speed that nobody gave is not noted for files, which may hold delays: the study of a recording
/// would give it then.
void read_speed(const Reading& reading, Section& section, ConnectomeSource& source,
                std::string_view kind) {
  const bool delays = !source.files.delays.file.empty();
  source.speed_given = section.has("speed");
  if (delays && source.speed_given) section.fail("speed", "has no meaning when delays are given");
  if (source.speed_given || kind == "generator" || kind == "builtin") {
    source.speed = section.number("speed");
  }
  reading.parts.speed_place = section.place("speed");
}

/// Mean number of edges that a generator makes.
double expected_edges(const network::GeneratorOptions& options) {
  const auto n = static_cast<double>(options.regions);
  if (options.name == "spatial") return n * std::min(options.degree, n);
  if (options.name == "erdos_renyi") return n * n * options.p;
  if (options.name == "stochastic_block_model")
    return n * n * std::min(options.p_in, options.p_out);
  return n * std::min(static_cast<double>(options.k / 2 * 2), n);
}

/// Refuses a generator that cannot fit before it fills the memory; never one that fits.
void check_memory(const network::GeneratorOptions& options) {
  constexpr double bytes_of_a_region = 64.0;
  constexpr double bytes_of_an_edge = 20.0;  // source, weight, length
  const double bytes = bytes_of_a_region * static_cast<double>(options.regions) +
                       bytes_of_an_edge * expected_edges(options);
  const auto available = static_cast<double>(core::available_bytes());
  if (available <= 0.0 || !(bytes > available))
    return;  // what is no number is refused with its key
  throw ConfigError(fmt::format(
      "{} regions with {:.3g} edges need at least {:.3g} GB of memory; {:.3g} GB are available",
      options.regions, expected_edges(options), bytes * 1e-9, available * 1e-9));
}

}  // namespace

void read_connectome_source(const Reading& reading, const Section& top, yaml::Node& normal) {
  if (!top.has("connectome")) top.fail("connectome", "missing, but required");
  Section section(reading.document, top.find("connectome"), "connectome", "connectome", normal);
  constexpr std::array<std::string_view, 4> kinds{"file", "weights", "generator", "builtin"};
  std::string_view given;
  for (const std::string_view kind : kinds) {
    if (!section.has(kind)) continue;
    if (!given.empty())
      section.fail(
          kind, fmt::format("`{}` is given already; only one of file, weights, generator, builtin",
                            given));
    given = kind;
  }
  ConnectomeSource& source = reading.study.connectome;
  read_parts(reading, section, source);
  if (given.empty())
    section.fail("", "nothing to read (one of: file, weights, generator, builtin)");
  source.file = read_file(reading, section, "file");
  const yaml::Node* const generator = section.find("generator");
  if (generator != nullptr && generator->is_map() && generator->find("plugin") != nullptr) {
    source.own = read_own_builder(reading, *generator, normal.set("generator", {}));
  } else if (given == "generator") {
    source.generator = read_generator(reading, section, normal.set("generator", {}));
  }
  if (given == "builtin") source.generator = read_builtin(section);
  read_transforms(reading, section, source);
  source.normalise = section.choice_as<network::Normalisation>("normalize");
  read_edges(reading, section, normal);
  source.self_loops = section.choice_as<network::SelfLoops>("self_loops");
  source.laplacian = section.choice_as<network::Laplacian>("laplacian");
  read_speed(reading, section, source, given);
  reading.parts.simulation.speed = source.speed;
  reading.parts.connectome_place = section.place("");
  if (source.generator || source.own) reading.parts.connectome_place = section.place(given);
}

network::Connectome generate_connectome(const network::GeneratorOptions& options) {
  check_memory(options);
  return network::generate(options);
}

namespace {

/// The first few.
std::string names_of(const network::Connectome& connectome,
                     const std::vector<GlobalIndex>& regions) {
  constexpr std::size_t shown = 5;
  std::string names;
  for (std::size_t k = 0; k < std::min(shown, regions.size()); ++k) {
    names += k == 0 ? "" : ", ";
    names += connectome.labels[static_cast<std::size_t>(regions[k])];
  }
  if (regions.size() > shown) names += fmt::format(", ... ({} in all)", regions.size());
  return names;
}

/// Rows that a normalisation cannot divide stay as they are, which is said.
void warn_of_rows(network::Connectome& connectome, network::Normalisation how) {
  const std::vector<GlobalIndex> regions = network::not_normalisable(connectome, how);
  if (regions.empty()) return;
  connectome.warnings.push_back(
      fmt::format("{}: normalize: no weight enters {}: nothing is divided there", connectome.origin,
                  names_of(connectome, regions)));
}

/// A speed beside delays is one too many, unless both say the same.
void check_speed(const Study& study, const network::Connectome& connectome) {
  const ConnectomeSource& source = study.connectome;
  if (!source.speed_given || connectome.delay.empty()) return;
  const double implied = connectome.implied_speed;
  constexpr double rounding = 1e-6;
  if (implied > 0.0 && std::abs(implied - source.speed) <= rounding * implied) return;
  throw ConfigError(
      study.unresolved->speed_place +
      fmt::format("{} holds delays, so a speed of {} mm/ms has no meaning{}: leave it out",
                  connectome.origin, source.speed,
                  implied > 0.0
                      ? fmt::format(" (its lengths agree with them at {:.6g} mm/ms)", implied)
                      : ""));
}

/// Axons conduct at 0.1 to 120 m/s; who writes 4 mm/s means 4 m/s.
void warn_of_speed(const Study& study, network::Connectome& connectome) {
  constexpr double slowest = 0.1;
  constexpr double fastest = 200.0;
  const double speed = study.connectome.speed;
  const bool usual = (speed >= slowest && speed <= fastest) || std::isinf(speed);
  const auto longest = std::max_element(connectome.length.begin(), connectome.length.end());
  if (usual || longest == connectome.length.end() || *longest == 0.0) return;
  connectome.warnings.push_back(
      study.unresolved->speed_place +
      fmt::format(
          "{:.6g} mm/ms is outside of the usual range, {} to {} mm/ms: the longest delay is "
          "{:.6g} ms",
          speed, slowest, fastest,
          network::delay_ms(connectome, longest - connectome.length.begin(), speed)));
}

void warn_of_missing_lengths(network::Connectome& connectome, const ConnectomeSource& source) {
  if (source.generator) return;
  const bool any = std::any_of(connectome.length.begin(), connectome.length.end(),
                               [](double length) { return length > 0.0; });
  if (any || connectome.length.empty() || !connectome.delay.empty() || std::isinf(source.speed))
    return;
  connectome.warnings.push_back(fmt::format(
      "{}: there are no tract lengths above 0 and no centres: all delays are 0 (speed: inf says "
      "that this is meant)",
      connectome.origin));
}

/// Metres or micrometres are read as mm.
void warn_of_units(network::Connectome& connectome, const ConnectomeSource& source) {
  if (source.generator || source.own || std::isinf(source.speed)) return;
  const std::string doubt = doubt_of_lengths(connectome);
  if (!doubt.empty()) connectome.warnings.push_back(connectome.origin + ": " + doubt);
}

/// 1/sqrt of a strength of 0 is taken as that of 1e-12.
void warn_of_laplacian(network::Connectome& connectome, network::Laplacian how) {
  if (how != network::Laplacian::symmetric) return;
  const std::vector<GlobalIndex> none =
      network::not_normalisable(connectome, network::Normalisation::row_sum);
  if (none.empty()) return;
  connectome.warnings.push_back(
      fmt::format("{}: laplacian: no weight enters {}: what leaves there becomes up to a million "
                  "times as large",
                  connectome.origin, names_of(connectome, none)));
}

network::Connectome load_regions(const Study& study) {
  const ConnectomeSource& source = study.connectome;
  network::Connectome connectome;
  if (source.generator || source.own) {
    try {
      connectome = source.own ? network::build(*source.own->builder, source.own->settings)
                              : generate_connectome(*source.generator);
    } catch (const ConfigError& error) {
      throw ConfigError(study.unresolved->connectome_place + error.what());
    } catch (const DataError& error) {
      throw DataError(study.unresolved->connectome_place + error.what());
    }
  } else if (!source.file.empty()) {
    connectome = read_connectome(source.file);
  } else {
    connectome = read_connectome(source.files);
  }
  check_speed(study, connectome);
  if (source.self_loops == network::SelfLoops::remove) network::remove_self_loops(connectome);
  try {
    for (const network::Transform& transform : source.transforms)
      network::apply(connectome, transform);
  } catch (const DataError& error) {
    throw DataError(study.unresolved->connectome_place + "transform: " + error.what());
  }
  warn_of_rows(connectome, source.normalise);
  network::normalise(connectome, source.normalise);
  apply_edges(study, connectome);
  warn_of_missing_lengths(connectome, source);
  warn_of_units(connectome, source);
  warn_of_speed(study, connectome);
  warn_of_laplacian(connectome, source.laplacian);
  try {
    network::apply_laplacian(connectome, source.laplacian);
  } catch (const DataError& error) {
    throw DataError(study.unresolved->connectome_place + "laplacian: " + error.what());
  }
  return connectome;
}

}  // namespace

network::Connectome load_connectome_without_local(const Study& study) {
  network::Connectome regions = load_regions(study);
  return study.surface ? load_vertices(study, std::move(regions)) : regions;
}

network::Connectome load_connectome(const Study& study) {
  network::Connectome connectome = load_connectome_without_local(study);
  if (!study.surface || !study.surface->kernel) return connectome;
  const network::Surface& surface = connectome.mapped->surface;
  add_local_edges(study, connectome,
                  network::local_rows(surface, *study.surface->kernel, 0, surface.n_vertices()));
  return connectome;
}

}  // namespace arcuate::io
