#include "capacity.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <cstdint>
#include <iostream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "arcuate/analysis/vocabulary.hpp"
#include "arcuate/core/counted.hpp"
#include "arcuate/core/error.hpp"
#include "arcuate/io/output.hpp"
#include "arcuate/io/spikes.hpp"
#include "arcuate/io/steering.hpp"

namespace arcuate::app {
namespace {

struct CapacityArguments {
  std::string recording, states, dimensions, counts, study, output;
  std::vector<double> strengths{0.0, 0.5, 1.0};
  int clusters = 18, size = 0, count = 0, draws = 1, random = 3;
  std::uint64_t seed = 256;
  bool basis = false, overwrite = false;
};

/// "1-12" or "2,4,6".
std::vector<int> whole_numbers(const std::string& text, const char* option) {
  std::vector<int> numbers;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    const std::string part = text.substr(begin, end - begin);
    int first = 0, last = 0;
    const auto low = std::from_chars(part.data(), part.data() + part.size(), first);
    last = first;
    auto high = low;
    if (low.ec == std::errc() && *low.ptr == '-')
      high = std::from_chars(low.ptr + 1, part.data() + part.size(), last);
    constexpr int most = 1000;
    if (low.ec != std::errc() || high.ec != std::errc() || high.ptr != part.data() + part.size() ||
        first < 1 || last < first || last > most)
      throw ConfigError(
          fmt::format("{} '{}': expected whole numbers from 1 to {} such as 1-12 or 2,4,6", option,
                      text, most));
    for (int number = first; number <= last; ++number)
      numbers.push_back(number);
    begin = end + 1;
  }
  return numbers;
}

/// From one to all clusters where nothing is said.
std::vector<int> dimensions_of(const CapacityArguments& arguments) {
  const std::string usual = fmt::format("1-{}", arguments.clusters);
  std::vector<int> numbers =
      whole_numbers(arguments.dimensions.empty() ? usual : arguments.dimensions, "--dimensions");
  const int most = *std::max_element(numbers.begin(), numbers.end());
  if (most > arguments.clusters)
    throw ConfigError(
        fmt::format("--dimensions: {} are more than the {} clusters", most, arguments.clusters));
  return numbers;
}

/// The states of a recording: those with the most time first.
analysis::Vocabulary found_states(CapacityArguments& arguments) {
  const spiking::Populations populations = io::populations_in(arguments.recording);
  arguments.clusters = populations.n() / 2 - 1;
  constexpr int usual = 24;
  const analysis::Attractors all = io::read_spike_results(arguments.recording).attractors;
  for (const std::vector<int>& state : all.states) {
    if (!state.empty() && state.back() >= arguments.clusters)
      throw ConfigError(arguments.recording +
                        ": its states are of all populations, not of excitatory clusters");
  }
  analysis::Vocabulary states =
      analysis::vocabulary_of(all, arguments.size, arguments.count > 0 ? arguments.count : usual);
  if (states.size() < 2)
    throw ConfigError(fmt::format(
        "{}: has {}{}: a capacity is of two or more (--size takes those "
        "of another number of clusters)",
        arguments.recording, counted(states.size(), "state"),
        arguments.size > 0 ? fmt::format(" of {} clusters", arguments.size) : " of one size"));
  return states;
}

analysis::Vocabulary states_of(CapacityArguments& arguments, std::uint64_t seed) {
  if (!arguments.recording.empty()) return found_states(arguments);
  constexpr int usual_size = 3, usual_count = 12;
  const int size = arguments.size > 0 ? arguments.size : usual_size;
  if (arguments.states == "all") return analysis::all_states(arguments.clusters, size);
  if (arguments.states == "drawn")
    return analysis::drawn_states(arguments.clusters, size,
                                  arguments.count > 0 ? arguments.count : usual_count, seed);
  return analysis::shifted_partitions(arguments.clusters, size);
}

/// A line of the table.
std::string row_of(const analysis::Vocabulary& states, const CapacityArguments& arguments,
                   std::uint64_t draw, int dimensions) {
  const analysis::Capacity found = analysis::capacity_of(states, arguments.clusters, dimensions);
  double sum = 0.0, best = 0.0;
  for (int k = 0; k < arguments.random; ++k) {
    const double gamma = analysis::gamma_of(
        states, analysis::random_projection(arguments.clusters, dimensions,
                                            arguments.seed * 1000003U +
                                                1009U * static_cast<std::uint64_t>(dimensions) +
                                                static_cast<std::uint64_t>(k)));
    sum += gamma;
    best = std::max(best, gamma);
  }
  std::vector<int> of_difficulty(3, 0);
  for (const int neighbours : analysis::one_swap_neighbours(states))
    ++of_difficulty[static_cast<std::size_t>(analysis::difficulty_of(neighbours))];
  const double pairs = arguments.clusters * (arguments.clusters - 1.0);
  const std::string random =
      arguments.random == 0 ? "," : fmt::format("{:.9g},{:.9g}", sum / arguments.random, best);
  return fmt::format("{},{},{},{:.9g},{:.3g},{:.9g},{},{},{:.9g},{},{},{},{}\n", states.size(),
                     draw, dimensions, found.gamma, found.gap, found.isotropic,
                     found.is_isotropic ? 1 : 0, random, static_cast<double>(found.covered) / pairs,
                     found.bottlenecks, of_difficulty[0], of_difficulty[1], of_difficulty[2]);
}

constexpr const char* capacity_columns =
    "states,draw,dimensions,gamma,gap,isotropic_gamma,is_isotropic,random_gamma,"
    "best_random_gamma,covered_pairs,bottlenecks,easy,medium,hard\n";

std::string table_of(CapacityArguments& arguments) {
  std::string text = capacity_columns;
  for (int draw = 0; draw < arguments.draws; ++draw) {
    const auto seed = arguments.seed + static_cast<std::uint64_t>(draw);
    const analysis::Vocabulary all = states_of(arguments, seed);
    const std::vector<int> dimensions = dimensions_of(arguments);
    std::vector<int> counts{static_cast<int>(all.size())};
    if (!arguments.counts.empty()) counts = whole_numbers(arguments.counts, "--counts");
    for (const int count : counts) {
      if (count > std::ssize(all))
        throw ConfigError(fmt::format("--counts: {} states, but there are {}", count, all.size()));
      const analysis::Vocabulary some(all.begin(), all.begin() + count);
      for (const int one : dimensions)
        text += row_of(some, arguments, seed, one);
    }
  }
  return text;
}

/// Perturbations of one cluster each, or towards each state.
std::string directions_of(CapacityArguments& arguments) {
  const analysis::Vocabulary states = states_of(arguments, arguments.seed);
  const std::vector<std::string> names = spiking::population_names(arguments.clusters);
  std::vector<std::vector<double>> vectors;
  std::vector<std::string> words;
  if (arguments.basis) {
    for (int cluster = 0; cluster < arguments.clusters; ++cluster) {
      vectors.emplace_back(static_cast<std::size_t>(arguments.clusters), 0.0)
          .at(static_cast<std::size_t>(cluster)) = 1.0;
      words.push_back(names[static_cast<std::size_t>(cluster)]);
    }
  } else {
    const std::vector<int> dimensions = dimensions_of(arguments);
    if (dimensions.size() != 1)
      throw ConfigError("--dimensions '" + arguments.dimensions +
                        "': directions are of one number of dimensions");
    const analysis::Capacity found =
        analysis::capacity_of(states, arguments.clusters, dimensions.front());
    for (const std::vector<int>& state : states) {
      const Eigen::VectorXd direction = analysis::direction_to(state, found.Pi);
      vectors.emplace_back(direction.begin(), direction.end());
      words.push_back("towards " + io::name_of_state(state, names));
    }
  }
  return io::study_of_directions(arguments.study, vectors, words, arguments.strengths);
}

void find_capacity(CapacityArguments& arguments) {
  if (arguments.study.empty() && arguments.basis)
    throw ConfigError("capacity: --basis is of --study, whose perturbations it writes");
  if (!arguments.recording.empty() && !arguments.states.empty())
    throw ConfigError("capacity: --states is of no recording; those of a recording are found ones");
  if (arguments.study.empty()) {
    const std::string table = table_of(arguments);
    if (arguments.output.empty()) {
      std::cout << table;
      return;
    }
    io::write_output(arguments.output, table,
                     {io::OutputKind::results, arguments.overwrite, {arguments.recording}});
  } else {
    if (arguments.output.empty()) throw ConfigError("capacity: --study needs -o STUDY");
    if (!arguments.basis && arguments.dimensions.empty())
      throw ConfigError("capacity: --study needs --dimensions or --basis");
    io::write_output(arguments.output, directions_of(arguments),
                     {io::OutputKind::study, arguments.overwrite, {arguments.study}});
  }
  std::cout << (arguments.study.empty() ? "table: " : "study: ") << arguments.output << '\n';
}

void add_capacity(CLI::App& program, std::function<void()>& run) {
  const auto arguments = std::make_shared<CapacityArguments>();
  CLI::App* verb = program.add_subcommand(
      "capacity",
      "How well perturbations of few dimensions tell states of a clustered network apart");
  verb->add_option("RECORDING", arguments->recording,
                   "A recording of spiking neurons whose states are taken");
  verb->add_option("--states", arguments->states,
                   "Without a recording: two shifted partitions of the clusters (default), all, or "
                   "drawn ones")
      ->check(CLI::IsMember({"partitions", "all", "drawn"}));
  verb->add_option("--clusters", arguments->clusters, "Without a recording (default: 18)")
      ->check(CLI::Range(2, analysis::most_clusters_of_capacity));
  verb->add_option("--size", arguments->size,
                   "Clusters of a state (default: 3; of a recording, those with the most time)")
      ->check(CLI::Range(1, analysis::most_clusters_of_capacity));
  verb->add_option("--count", arguments->count,
                   "Most states (default: 12 drawn ones, 24 of a recording)")
      ->check(CLI::Range(2, analysis::most_states_of_vocabulary));
  verb->add_option("--counts", arguments->counts,
                   "The first so many of them, one table for each: 4,8,12");
  verb->add_option("--dimensions", arguments->dimensions,
                   "Of perturbations: 1-12 or 2,4,6 (default: 1 to the clusters)");
  verb->add_option("--random", arguments->random,
                   "Random subspaces to compare with, for each (default: 3)")
      ->check(CLI::Range(0, 1000));
  verb->add_option("--draws", arguments->draws, "Seeds, one after another (default: 1)")
      ->check(CLI::Range(1, 1000));
  verb->add_option("--seed", arguments->seed, "Of states and subspaces (default: 256)");
  verb->add_option("--study", arguments->study,
                   "Write this study with perturbations towards each state, and a sweep over them");
  verb->add_flag("--basis", arguments->basis,
                 "Of --study: perturbations of one cluster each, for `arcuate sensitivity`");
  verb->add_option("--strengths", arguments->strengths, "Of --study [Hz] (default: 0 0.5 1)");
  verb->add_option("-o,--output", arguments->output, "The table (CSV), or the study");
  verb->add_flag("--overwrite", arguments->overwrite, "Replace an existing file");
  verb->callback([&run, arguments] { run = [arguments] { find_capacity(*arguments); }; });
}

}  // namespace

void add_steering(CLI::App& program, std::function<void()>& run) {
  add_capacity(program, run);
  struct Arguments {
    std::vector<std::string> recordings;
    analysis::SensitivityOptions options;
    int size = 0;
    std::string output;
    bool overwrite = false;
  };
  const auto arguments = std::make_shared<Arguments>();
  CLI::App* verb = program.add_subcommand(
      "sensitivity",
      "How perturbations of clusters change the time a network spends in its states");
  verb->add_option("RECORDINGS", arguments->recordings,
                   "Recordings with and without perturbations of rates, or folders of them")
      ->required();
  verb->add_option("--weak", arguments->options.weak,
                   "Strength [Hz] up to which slopes are taken (default: 0.05)")
      ->check(CLI::PositiveNumber);
  verb->add_option("--occurrences", arguments->options.occurrences,
                   "Least occurrences of a state (default: 5)")
      ->check(CLI::Range(1, 1000000));
  verb->add_option("--size", arguments->size,
                   "Clusters of a state that may be a target (default: those with the most time)")
      ->check(CLI::Range(1, 32767));
  verb->add_option("-o,--output", arguments->output, "Write all numbers (HDF5)");
  verb->add_flag("--overwrite", arguments->overwrite, "Replace an existing file");
  verb->callback([&run, arguments] {
    run = [arguments] {
      const io::SteeringResults results =
          io::analyse_steering(arguments->recordings, arguments->size, arguments->options);
      if (!arguments->output.empty())
        io::write_steering(results, arguments->output, arguments->recordings, arguments->overwrite);
      std::cout << io::describe(results);
      if (!arguments->output.empty()) std::cout << "results: " << arguments->output << '\n';
    };
  });
}

}  // namespace arcuate::app
