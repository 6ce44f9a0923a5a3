#include "arcuate/io/steering.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <limits>
#include <map>
#include <set>
#include <utility>

#include "arcuate/core/counted.hpp"
#include "arcuate/core/error.hpp"
#include "arcuate/io/output.hpp"
#include "arcuate/io/recorded_study.hpp"
#include "arcuate/io/spikes.hpp"
#include "arcuate/io/spiking_study.hpp"
#include "arcuate/io/study.hpp"
#include "file/output_kind.hpp"
#include "file/yaml.hpp"
#include "results.hpp"

namespace arcuate::io {
namespace {

using analysis::Perturbed;
using analysis::Role;

std::vector<std::string> files_in(const std::vector<std::string>& given) {
  std::vector<std::string> files;
  for (const std::string& one : given) {
    std::error_code none;
    if (!std::filesystem::is_directory(one, none)) {
      files.push_back(one);
      continue;
    }
    std::vector<std::string> inside;
    for (const auto& entry : std::filesystem::directory_iterator(one)) {
      if (entry.path().extension() == ".h5") inside.push_back(entry.path().string());
    }
    if (inside.empty()) throw ConfigError(one + ": there is no recording (*.h5) in this folder");
    std::sort(inside.begin(), inside.end());
    files.insert(files.end(), inside.begin(), inside.end());
  }
  return files;
}

/// [Hz] of the excitatory clusters, all the time.
std::vector<double> strength_in(const SpikingStudy& study) {
  std::vector<double> strength(static_cast<std::size_t>(study.config.clusters), 0.0);
  for (const spiking::Perturbation& one : study.config.perturbations) {
    if (one.target != spiking::Target::rate) continue;
    if (one.begin > 0.0 || one.end < study.seconds())
      throw ConfigError(study.path +
                        ": its perturbation of rates begins or ends within the run; of a "
                        "sensitivity it lasts");
    for (std::size_t p = 0; p < one.values.size(); ++p) {
      if (p < strength.size()) {
        strength[p] += one.values[p];
      } else if (one.values[p] != 0.0) {
        throw ConfigError(study.path +
                          ": its perturbation of rates is not of excitatory clusters alone");
      }
    }
  }
  return strength;
}

/// "E0 0.05", of several clusters the strongest ones.
std::string name_of_strength(const std::vector<double>& strength,
                             const std::vector<std::string>& clusters) {
  std::vector<std::size_t> order;
  for (std::size_t c = 0; c < strength.size(); ++c) {
    if (strength[c] != 0.0) order.push_back(c);
  }
  if (order.empty()) return "none";
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return std::abs(strength[a]) > std::abs(strength[b]);
  });
  constexpr std::size_t most = 4;
  std::string text;
  for (std::size_t k = 0; k < std::min(most, order.size()); ++k)
    text += fmt::format("{}{} {:.3g}", k == 0 ? "" : " ", clusters[order[k]], strength[order[k]]);
  return order.size() > most ? text + " .." : text;
}

/// All states of the wanted size that were seen anywhere.
analysis::Vocabulary targets_of(const std::vector<Perturbed>& trials, int size) {
  std::map<std::size_t, double> time;
  std::set<std::vector<int>> states;
  for (const Perturbed& one : trials) {
    for (const auto& [state, seconds] : one.seconds) {
      states.insert(state);
      if (!state.empty()) time[state.size()] += seconds;
    }
  }
  auto wanted = static_cast<std::size_t>(size);
  const auto longest = std::max_element(
      time.begin(), time.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
  if (size == 0 && longest != time.end()) wanted = longest->first;
  analysis::Vocabulary found;
  for (const std::vector<int>& state : states) {
    if (!state.empty() && state.size() == wanted) found.push_back(state);
  }
  return found;
}

std::vector<double> seen_in(const Perturbed& one, const analysis::Sensitivity& sensitivity) {
  std::vector<double> seen;
  for (const std::vector<int>& state : sensitivity.states)
    seen.push_back(one.probability(state));
  return seen;
}

constexpr std::array roles{
    std::pair{Role::target, "target"}, std::pair{Role::bottleneck, "bottleneck"},
    std::pair{Role::partial, "partial"}, std::pair{Role::orthogonal, "orthogonal"},
    std::pair{Role::other, "other"}};

void write_slopes(const hdf5::Object& file, const SteeringResults& results) {
  const analysis::Sensitivity& all = results.sensitivity;
  const hdf5::Object group = file.create_group("sensitivity");
  std::vector<std::string> states;
  for (const std::vector<int>& state : all.states)
    states.push_back(name_of_state(state, results.clusters));
  const hdf5::Object state = group.write_texts("state", states);
  const hdf5::Object cluster = group.write_texts("cluster", results.clusters);
  state.make_scale("state");
  cluster.make_scale("cluster");
  const std::vector<hsize_t> shape{states.size(), results.clusters.size()};
  std::vector<hdf5::Object> columns;
  const auto column = [&](const char* name, const char* unit, const char* meaning,
                          const auto& value) {
    std::vector<double> values;
    for (const analysis::SensitivitySlope& one : all.slopes)
      values.push_back(static_cast<double>(value(one)));
    columns.push_back(group.write<double>(name, values, shape));
    columns.back().set("units", std::string(unit));
    columns.back().set("long_name", std::string(meaning));
  };
  using Slope = analysis::SensitivitySlope;
  column("slope", "Hz-1", "of ln p against the perturbation of the cluster",
         [](const Slope& one) { return one.value; });
  column("R2", "1", "of the line", [](const Slope& one) { return one.R2; });
  column("points", "1", "strengths that counted", [](const Slope& one) { return one.points; });
  column("linear", "1", "1: three strengths or more on a line",
         [](const Slope& one) { return one.linear ? 1 : 0; });
  column("breaks", "Hz", "least strength that is far from the line",
         [](const Slope& one) { return one.breaks; });
  std::vector<hdf5::ScaleUse> uses;
  for (const hdf5::Object& one : columns)
    uses.push_back({&one, {&state, &cluster}});
  const hdf5::Object probability = group.write<double>("probability", all.probability);
  uses.push_back({&probability, {&state}});
  hdf5::attach_scales(uses);
}

void write_perturbed(const hdf5::Object& file, const SteeringResults& results) {
  const hdf5::Object group = file.create_group("perturbations");
  std::vector<std::string> names, targets;
  std::vector<double> strength, seconds;
  for (std::size_t k = 0; k < results.trials.size(); ++k) {
    const Perturbed& one = results.trials[k];
    names.push_back(name_of_strength(one.strength, results.clusters));
    targets.push_back(name_of_state(results.leakage[k].target, results.clusters));
    strength.insert(strength.end(), one.strength.begin(), one.strength.end());
    seconds.push_back(one.looked_at);
  }
  Table table(group, "perturbation", names);
  table.add("seconds", "s", "of all recordings with it", seconds);
  for (const auto& [role, word] : roles) {
    std::vector<double> now, before;
    for (const analysis::Leakage& one : results.leakage) {
      const bool known = !one.target.empty();
      now.push_back(known ? one.probability.at(role) : std::nan(""));
      before.push_back(known ? one.baseline.at(role) : std::nan(""));
    }
    table.add(word, "1", "part of the time in states of that role", now);
    table.add(std::string(word) + "_baseline", "1", "the same without a perturbation", before);
  }
  const auto column = [&](const char* name, const char* meaning, const auto& value) {
    std::vector<double> values;
    for (const analysis::Leakage& one : results.leakage)
      values.push_back(one.target.empty() ? std::nan("") : static_cast<double>(value(one)));
    table.add(name, "1", meaning, values);
  };
  using One = analysis::Leakage;
  column("dominates", "1: no state has more time than the target",
         [](const One& one) { return one.dominates ? 1 : 0; });
  column("of_size", "part of the time in states that is in those of the target's size",
         [](const One& one) { return one.of_size; });
  column("visited", "states with more than 1 % of the time",
         [](const One& one) { return one.visited; });
  table.add("explained", "1", "R^2 of probabilities against p0 exp(slopes times strengths)",
            results.explained);
  table.finish();
  group.write_texts("target_state", targets);
  group.write<double>("strength", strength, {names.size(), results.clusters.size()})
      .set("units", std::string("Hz"));
}

}  // namespace

std::string study_of_directions(const std::string& base,
                                const std::vector<std::vector<double>>& vectors,
                                const std::vector<std::string>& names,
                                const std::vector<double>& strengths) {
  const SpikingStudy study = read_spiking_study(base, {});
  yaml::Document document = yaml::parse(study_text(base), base);
  std::vector<yaml::Node> all, coefficients;
  for (const std::vector<double>& vector : vectors) {
    if (std::ssize(vector) != study.config.clusters)
      throw ConfigError(fmt::format("{}: has {} clusters, and the states are of {}", base,
                                    study.config.clusters, vector.size()));
    std::vector<yaml::Node> numbers;
    for (const double number : vector)
      numbers.push_back(yaml::number(number));
    all.push_back(yaml::list({yaml::list(std::move(numbers))}));
  }
  for (const double strength : strengths)
    coefficients.push_back(yaml::list({yaml::number(strength)}));
  const std::string path = "spiking.perturbation.rate";
  yaml::Node rate = yaml::map();
  rate.set("populations",
           yaml::list({yaml::scalar(fmt::format("0-{}", study.config.clusters - 1))}));
  rate.set("vectors", all.front());
  rate.set("coefficients", coefficients.front());
  yaml::apply_change(document, path, std::move(rate), base + ": ");
  yaml::Node sweep = yaml::map();
  sweep.set(path + ".vectors", yaml::list(std::move(all)));
  sweep.set(path + ".coefficients", yaml::list(std::move(coefficients)));
  sweep.set("keep", yaml::list({yaml::scalar("features"), yaml::scalar("recordings")}));
  document.root.erase("fit");
  document.root.set("sweep", std::move(sweep));
  std::string text = fmt::format("# Perturbations, {}, in the order of the sweep:\n", export_mark);
  for (const std::string& name : names)
    text += "#   " + name + "\n";
  return text + yaml::emit(document.root);
}

SteeringResults analyse_steering(const std::vector<std::string>& recordings, int size,
                                 const analysis::SensitivityOptions& options) {
  SteeringResults results;
  std::map<std::vector<double>, Perturbed> trials;
  for (const std::string& one : files_in(recordings)) {
    const SpikingStudy study = parse_spiking_study(study_of_recording(one), one, {});
    std::vector<std::string> names = spiking::population_names(study.config.clusters);
    names.resize(static_cast<std::size_t>(study.config.clusters));
    if (results.clusters.empty()) results.clusters = names;
    if (names != results.clusters || study.analysis.all_populations)
      throw ConfigError(one + ": its states are of other clusters than those of the first one");
    const std::vector<double> strength = strength_in(study);
    Perturbed& trial = trials[strength];
    trial.strength = strength;
    trial.add(read_spike_results(one).attractors);
  }
  if (std::all_of(trials.begin(), trials.end(),
                  [](const auto& one) { return one.second.is_baseline(); }))
    throw ConfigError(
        fmt::format("{}: no recording has a perturbation of `rate`: there is nothing "
                    "to compare",
                    fmt::join(recordings, ", ")));
  for (auto& [strength, trial] : trials) {
    const auto at = trial.is_baseline() ? results.trials.begin() : results.trials.end();
    results.trials.insert(at, std::move(trial));
  }
  results.sensitivity =
      analysis::sensitivity_of(results.trials, static_cast<int>(results.clusters.size()), options);
  const analysis::Vocabulary targets = targets_of(results.trials, size);
  for (const Perturbed& one : results.trials) {
    const std::vector<int> target = analysis::target_of(one.strength, targets);
    results.leakage.push_back(target.empty()
                                  ? analysis::Leakage{}
                                  : analysis::leakage_of(one, results.trials.front(), target));
    results.explained.push_back(analysis::explained(
        seen_in(one, results.sensitivity), analysis::predicted(results.sensitivity, one.strength)));
  }
  return results;
}

std::string describe(const SteeringResults& results) {
  const auto& slopes = results.sensitivity.slopes;
  const auto count = [&](const auto& what) {
    return std::count_if(slopes.begin(), slopes.end(), what);
  };
  using Slope = analysis::SensitivitySlope;
  std::string text = fmt::format(
      "baseline: {:.6g} s, {}\n"
      "sensitivity: {} of {} slopes (state, cluster) are known, {} of them linear, {} break\n",
      results.trials.front().looked_at, counted(results.sensitivity.states.size(), "state"),
      count([](const Slope& one) { return !std::isnan(one.value); }), slopes.size(),
      count([](const Slope& one) { return one.linear; }),
      count([](const Slope& one) { return !std::isnan(one.breaks); }));
  text += fmt::format("{:<36}{:<16}{:>8}{:>12}{:>9}{:>12}{:>7}{:>6}{:>9}\n", "perturbation [Hz]",
                      "target", "target", "bottleneck", "partial", "orthogonal", "other", "", "R2");
  for (std::size_t k = 0; k < results.trials.size(); ++k) {
    const analysis::Leakage& one = results.leakage[k];
    text += fmt::format("{:<36}", name_of_strength(results.trials[k].strength, results.clusters));
    if (one.target.empty()) {
      text += fmt::format("{:<70}", "-");
    } else {
      text += fmt::format("{:<16}{:>8.4f}{:>12.4f}{:>9.4f}{:>12.4f}{:>7.4f}{:>6}",
                          name_of_state(one.target, results.clusters),
                          one.probability.at(Role::target), one.probability.at(Role::bottleneck),
                          one.probability.at(Role::partial), one.probability.at(Role::orthogonal),
                          one.probability.at(Role::other), one.dominates ? "most" : "");
    }
    text += fmt::format("{:>9.3f}\n", results.explained[k]);
  }
  return text;
}

void write_steering(const SteeringResults& results, const std::string& output,
                    const std::vector<std::string>& inputs, bool overwrite) {
  Output claimed(output, {OutputKind::features, overwrite, inputs});
  {
    const hdf5::Object file = hdf5::create_file(claimed.temporary());
    file.set("format", std::string("arcuate features 1"));
    static_cast<void>(file.create_group("features"));
    write_slopes(file, results);
    write_perturbed(file, results);
    file.flush();
  }
  claimed.publish();
}

}  // namespace arcuate::io
