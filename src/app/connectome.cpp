#include "connectome.hpp"
#include "arcuate/core/counted.hpp"
#include "connectome_json.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <iostream>
#include <memory>

#include "arcuate/core/error.hpp"
#include "arcuate/core/one_line.hpp"
#include "arcuate/core/suggest.hpp"
#include "arcuate/core/units.hpp"
#include "arcuate/io/connectome_file.hpp"
#include "arcuate/io/study.hpp"
#include "arcuate/network/generators.hpp"
#include "arcuate/network/plugin.hpp"
#include "arcuate/network/prepare.hpp"

namespace arcuate::app {
namespace {

using network::Connectome;

struct Options {
  std::string input;
  std::string output;
  bool overwrite = false;
  std::string speed = "3 mm/ms";
  network::GeneratorOptions generator;
  std::string plugin;                 ///< with a builder in place of a generator, or ""
  std::vector<std::string> settings;  ///< of its parameters, NAME=VALUE
  io::ConnectomeFiles files;
  bool json = false;
};

template <typename Value>
std::string quantiles(std::vector<Value> values) {
  if (values.empty()) return "none";
  std::sort(values.begin(), values.end());
  std::string text;
  for (double q : {0.0, 0.25, 0.5, 0.75, 1.0}) {
    const auto at = static_cast<std::size_t>(q * static_cast<double>(values.size() - 1));
    text += fmt::format("{}{:.6g}", text.empty() ? "" : "  ", values[at]);
  }
  return text;
}

std::string sample(const std::vector<std::string>& labels) {
  std::string text;
  for (std::size_t k = 0; k < std::min<std::size_t>(labels.size(), 5); ++k) {
    text += fmt::format("{}{}", k == 0 ? "" : ", ", labels[k]);
  }
  if (labels.size() > 5) text += fmt::format(", ..., {}", labels.back());
  return text;
}

std::string described(const Connectome& connectome) {
  std::string text;
  const auto add = [&](bool there, const char* what) {
    if (there) text += fmt::format("{}{}", text.empty() ? "" : ", ", what);
  };
  add(!connectome.centres.empty(), "centres");
  add(!connectome.hemisphere.empty(), "hemispheres");
  add(!connectome.cortical.empty(), "cortical");
  add(!connectome.area.empty(), "areas (not simulated)");
  add(!connectome.orientation.empty(), "orientations (not simulated)");
  return text.empty() ? "none" : text;
}

double speed_of(const Options& options) {
  double speed = 0.0;
  try {
    speed = units::parse(options.speed, "mm/ms");
  } catch (const ConfigError& error) {
    throw ConfigError(std::string("--speed: ") + error.what());
  }
  if (speed > 0.0) return speed;
  throw ConfigError(
      fmt::format("--speed {}: out of range (allowed: above 0 mm/ms, or inf)", options.speed));
}

void print_info(const Options& options) {
  const Connectome connectome = io::read_connectome(options.input);
  if (options.json) {
    std::cout << connectome_json(connectome);
    return;
  }
  const double speed = speed_of(options);
  const auto regions = static_cast<double>(connectome.n_regions());
  const std::vector<double> delays = network::delays_ms(connectome, speed);
  const auto undelayed = std::count(delays.begin(), delays.end(), 0.0F);
  const auto line = [](const char* name, const std::string& value) {
    std::cout << fmt::format("{:<18}{}\n", name, value);
  };
  line("connectome", connectome.origin);
  line("regions", fmt::format("{}", connectome.n_regions()));
  line("edges", fmt::format("{}", connectome.n_edges()));
  line("density",
       fmt::format("{:.4g}", static_cast<double>(connectome.n_edges()) / (regions * regions)));
  line("labels", sample(connectome.labels));
  line("also known", described(connectome));
  line("", "least  quarter  median  three quarters  most");
  line("weights", quantiles(connectome.weight));
  if (!connectome.length.empty()) line("lengths [mm]", quantiles(connectome.length));
  line("delays [ms]",
       quantiles(delays) + (connectome.delay.empty() ? fmt::format("  at {} mm/ms", speed) : ""));
  line("undelayed edges", fmt::format("{}", undelayed));
  for (const std::string& warning : connectome.warnings)
    std::cerr << "warning: " << warning << '\n';
}

void print_check(const Options& options) {
  const std::vector<io::Finding> findings = io::lint(io::read_connectome(options.input));
  int errors = 0;
  for (const io::Finding& finding : findings) {
    const bool error = finding.severity == io::Finding::Severity::error;
    const bool note = finding.severity == io::Finding::Severity::note;
    errors += error ? 1 : 0;
    std::cout << (error  ? "error: "
                  : note ? "note: "
                         : "warning: ")
              << core::one_line(finding.message) << '\n';
  }
  if (findings.empty()) std::cout << "nothing to remark\n";
  if (errors > 0) {
    throw DataError(fmt::format("{}: {} error{} in the connectome", options.input, errors,
                                errors == 1 ? "" : "s"));
  }
}

template <class Make>
void write_and_tell(const Options& options, std::vector<std::string> inputs, const Make& make) {
  const std::string& path = options.output;
  io::Output output = io::claim_connectome(path, options.overwrite, std::move(inputs));
  const Connectome connectome = make();
  const std::vector<std::string> lost = io::lost_in(connectome, path);
  if (!lost.empty()) {
    std::cerr << fmt::format("warning: {}: edge lists have no {}: .h5, .npz and .zip do\n", path,
                             fmt::join(lost, ", "));
  }
  io::write_connectome(connectome, std::move(output));
  std::cout << fmt::format("{}: {}, {}\n", path, counted(connectome.n_regions(), "region"),
                           counted(connectome.n_edges(), "edge"));
}

bool is_one_file(const io::ConnectomeFiles& files) {
  return files.weights.variable.empty() && files.lengths.file.empty() &&
         files.delays.file.empty() && files.labels.empty() && files.centres.empty() &&
         files.hemispheres.empty();
}

std::vector<std::string> files_of(const io::ConnectomeFiles& files) {
  std::vector<std::string> all{files.weights.file, files.lengths.file, files.delays.file,
                               files.labels,       files.centres,      files.hemispheres};
  all.erase(std::remove(all.begin(), all.end(), ""), all.end());
  return all;
}

void convert(const Options& options) {
  write_and_tell(options, files_of(options.files), [&] {
    Connectome connectome = is_one_file(options.files)
                                ? io::read_connectome(options.files.weights.file)
                                : io::read_connectome(options.files);
    for (const std::string& warning : connectome.warnings)
      std::cerr << "warning: " << warning << '\n';
    return connectome;
  });
}

void add_files(CLI::App& command, io::ConnectomeFiles& files) {
  command.add_option("--variable", files.weights.variable,
                     "Matrix of weights in a .mat, .npz or .h5 that holds several");
  auto* lengths = command.add_option("--lengths", files.lengths.file, "File of tract lengths [mm]");
  command.add_option("--delays", files.delays.file, "File of delays [ms]")->excludes(lengths);
  command.add_option("--labels", files.labels, "File of region labels");
  command.add_option("--centres", files.centres, "File of region centres [mm]");
  command.add_option("--hemispheres", files.hemispheres, "File of sides: 0 or L, 1 or R");
  command.add_option("--lengths-variable", files.lengths.variable, "As --variable, for --lengths")
      ->needs(lengths);
}

void add_convert(CLI::App& verb, const std::shared_ptr<Options>& options,
                 std::function<void()>& run) {
  CLI::App* command = verb.add_subcommand("convert", "Write a connectome in another format");
  command
      ->add_option("input", options->files.weights.file, "Connectome, any format; or its weights")
      ->required();
  command->add_option("output", options->output, "File to write (.h5, .zip, .npz, .edges.csv)")
      ->required();
  add_files(*command, options->files);
  command->add_flag("--overwrite", options->overwrite, "Replace an existing connectome");
  command->callback([options, &run] { run = [options] { convert(*options); }; });
}

void add_merge(CLI::App& verb, const std::shared_ptr<Options>& options,
               std::function<void()>& run) {
  CLI::App* command = verb.add_subcommand("merge", "Put separate files together to one connectome");
  command->add_option("--weights", options->files.weights.file, "File of weights (row = target)")
      ->required();
  add_files(*command, options->files);
  command->add_option("-o,--output", options->output, "File to write (.h5, .zip, .npz, .edges.csv)")
      ->required();
  command->add_flag("--overwrite", options->overwrite, "Replace an existing connectome");
  command->callback([options, &run] { run = [options] { convert(*options); }; });
}

/// Sets a parameter of a builder: "reach=30 mm".
void set(const network::BuilderInfo& info, const std::string& setting,
         std::vector<double>& numbers) {
  const std::size_t is = setting.find('=');
  std::vector<std::string> names;
  for (std::size_t k = 0; k < info.parameters.size(); ++k) {
    names.emplace_back(info.parameters[k].name);
    if (is == std::string::npos || names.back() != setting.substr(0, is)) continue;
    try {
      numbers[k] = units::parse(setting.substr(is + 1), std::string(info.parameters[k].unit));
    } catch (const ConfigError& error) {
      throw ConfigError(fmt::format("--set {}: {}", setting, error.what()));
    }
    return;
  }
  throw ConfigError(fmt::format("--set {}: expected NAME=VALUE", setting) +
                    hint(setting.substr(0, is), names));
}

Connectome generated(const Options& options) {
  if (options.plugin.empty()) {
    if (!options.settings.empty())
      throw ConfigError("--set is of a builder of your own: give its --plugin");
    return io::generate_connectome(options.generator);
  }
  network::Plugin own;
  try {
    own = network::load_plugin(options.plugin);
  } catch (const DataError& error) {
    throw DataError(options.plugin + ": " + error.what());
  }
  const network::BuilderInfo& info = own.builder->info;
  if (options.generator.name != info.name)
    throw ConfigError(fmt::format("{}: its builder is called '{}', not '{}'", options.plugin,
                                  info.name, options.generator.name));
  network::BuilderSettings settings{options.generator.regions, options.generator.seed,
                                    network::usual_numbers(info)};
  for (const std::string& setting : options.settings)
    set(info, setting, settings.numbers);
  return network::build(*own.builder, settings);
}

void add_own(CLI::App& command, Options& options) {
  command.add_option("--plugin", options.plugin, "The plug-in with a builder of your own")
      ->type_name("FILE");
  command
      .add_option("--set", options.settings, "A parameter of that builder: NAME=VALUE, repeated")
      ->allow_extra_args(false);
}

/// An option that this kind of network does not use would be lost.
void check_given(const CLI::App& command, const network::GeneratorOptions& options) {
  const std::vector<std::string> used = io::generator_keys(options.name);
  const auto given = [&](const std::string& key) { return command.count("--" + key) > 0; };
  for (const std::string key : {"degree", "decay", "p", "k", "beta", "blocks", "block-sizes",
                                "p-in", "p-out", "symmetric"}) {
    std::string word = key;
    std::replace(word.begin(), word.end(), '-', '_');
    if (given(key) && std::find(used.begin(), used.end(), word) == used.end())
      throw ConfigError(fmt::format("--{}: generator {} does not use it", key, options.name) +
                        hint("", used));
  }
  const auto most = static_cast<double>(options.regions - 1);
  if (given("degree") && options.degree > most)
    throw ConfigError(
        fmt::format("--degree {}: is out of range (allowed: up to {}, the other "
                    "regions)",
                    options.degree, most));
  const std::size_t sizes = options.block_sizes.size();
  if (given("blocks") && sizes > 0 && static_cast<std::size_t>(options.blocks) != sizes)
    throw ConfigError(fmt::format("--blocks {}: --block-sizes has {}", options.blocks, sizes));
}

/// CLI11 takes -1 for the largest number, and what is above that one too.
std::string seed_error(const std::string& text) {
  std::uint64_t seed = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), seed);
  const bool whole = code == std::errc() && end == text.data() + text.size();
  return whole ? "" : text + " is not a seed (allowed: 0 to 2^64 - 1)";
}

void add_generate(CLI::App& verb, const std::shared_ptr<Options>& options,
                  std::function<void()>& run) {
  CLI::App* command = verb.add_subcommand("generate", "Write a random connectome");
  network::GeneratorOptions& g = options->generator;
  command->add_option("name", g.name, "Kind of network")
      ->type_name("spatial|erdos_renyi|small_world|ring_lattice|stochastic_block_model")
      ->required();
  command->add_option("--regions", g.regions, "Number of regions")->capture_default_str();
  command->add_option("--seed", g.seed, "Seed")->check(seed_error)->capture_default_str();
  command->add_option("--degree", g.degree, "spatial: mean number of in-edges")
      ->capture_default_str();
  command->add_option("--decay", g.decay, "spatial: length scale of the weights [mm]")
      ->capture_default_str();
  command->add_option("--p", g.p, "erdos_renyi: probability of an edge")->capture_default_str();
  command->add_option("--k", g.k, "small_world, ring_lattice: neighbours")->capture_default_str();
  command->add_option("--beta", g.beta, "small_world: probability of rewiring")
      ->capture_default_str();
  command->add_option("--blocks", g.blocks, "stochastic_block_model: blocks")
      ->capture_default_str();
  command->add_option("--block-sizes", g.block_sizes, "stochastic_block_model: sizes")
      ->delimiter(',');
  command->add_option("--p-in", g.p_in, "stochastic_block_model: inside a block")
      ->capture_default_str();
  command->add_option("--p-out", g.p_out, "stochastic_block_model: between blocks")
      ->capture_default_str();
  command->add_option("--weights", g.weights, "Distribution of the weights")
      ->type_name("lognormal|normal|uniform")
      ->capture_default_str();
  command->add_option("--weight-scale", g.weight_scale, "Scale of the weights")
      ->capture_default_str();
  add_own(*command, *options);
  command->add_flag("--symmetric", g.symmetric, "erdos_renyi, small_world: symmetric weights");
  command->add_option("-o,--output", options->output, "File to write (.h5, .zip, .npz, .edges.csv)")
      ->required();
  command->add_flag("--overwrite", options->overwrite, "Replace an existing connectome");
  command->callback([options, command, &run] {
    run = [options, command] {
      check_given(*command, options->generator);
      write_and_tell(*options, {}, [&] { return generated(*options); });
    };
  });
}

}  // namespace

void add_connectome(CLI::App& program, std::function<void()>& run) {
  const auto options = std::make_shared<Options>();
  CLI::App* verb = program.add_subcommand(
      "connectome", "Look at, check, convert, merge and generate connectomes");
  verb->require_subcommand(1);

  CLI::App* info = verb->add_subcommand("info", "Print the figures of a connectome");
  info->add_option("file", options->input, "Connectome, any format")->required();
  info->add_option("--speed", options->speed, "Conduction speed [mm/ms], or inf")
      ->capture_default_str();
  info->add_flag("--json", options->json, "Print JSON, with a matrix of at most 200 rows");
  info->callback([options, &run] { run = [options] { print_info(*options); }; });

  CLI::App* check = verb->add_subcommand("check", "Look for mistakes in a connectome");
  check->add_option("file", options->input, "Connectome, any format")->required();
  check->callback([options, &run] { run = [options] { print_check(*options); }; });

  add_convert(*verb, options, run);
  add_merge(*verb, options, run);
  add_generate(*verb, options, run);
}

}  // namespace arcuate::app
