#include "solve.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <functional>
#include <iostream>
#include <string>
#include <vector>

#include "arcuate/core/counted.hpp"
#include "arcuate/core/error.hpp"
#include "arcuate/core/index.hpp"
#include "arcuate/equilibrium/resting_network.hpp"
#include "arcuate/io/connectome_file.hpp"
#include "arcuate/io/output.hpp"
#include "arcuate/io/spiking_study.hpp"
#include "arcuate/io/study.hpp"
#include "arcuate/run/launch.hpp"
#include "arcuate/run/run.hpp"
#include "arcuate/run/share.hpp"
#include "arcuate/steady/continuation.hpp"
#include "arcuate/steady/fixed_points.hpp"
#include "arcuate/steady/results.hpp"
#include "arcuate/steady/session.hpp"
#include "arcuate/steady/stability.hpp"
#include "mean_field.hpp"
#include "noise.hpp"

namespace arcuate::app {
namespace {

/// What is asked for, on all ranks; results and their file on rank 0.
struct Task {
  equilibrium::SteadyOptions options;
  steady::Results results;
  io::Output output;
};

/// What of the study is no part of its steady states, in words.
std::string left_out(const io::Study& study, const engine::SimulationSpec& spec) {
  const bool with_noise = study.steady.noise.wanted;
  std::vector<std::string> parts;
  const auto any = [&](const auto& has) {
    return std::any_of(spec.populations.begin(), spec.populations.end(), has);
  };
  if (!with_noise && any([](const engine::Population& one) { return !one.noise.empty(); }))
    parts.emplace_back("noise");
  if (any([](const engine::Population& one) { return !one.stimuli.empty(); }))
    parts.emplace_back("stimuli");
  if (study.normalised.find("\nphases:") != std::string::npos) parts.emplace_back("phases");
  return fmt::format("{}", fmt::join(parts, ", "));
}

void refuse_surfaces(const io::Study& study) {
  if (study.surface)
    throw ConfigError(study.path +
                      ": surface: steady is for networks of regions: look at the study without "
                      "its surface");
}

std::vector<std::string> labels_of(const network::Connectome& connectome) {
  std::vector<std::string> labels;
  for (GlobalIndex i = 0; i < connectome.n_regions(); ++i)
    labels.push_back(network::name_of(connectome, i));
  return labels;
}

/// What monitors record does not matter here.
std::vector<std::string> without_monitors(std::vector<std::string> warnings) {
  std::erase_if(warnings, [](const std::string& warning) {
    return warning.find(": monitors") != std::string::npos;
  });
  return warnings;
}

void share_options(const comm::Communicator& world, equilibrium::SteadyOptions& options) {
  equilibrium::ContinueOptions& follow = options.follow;
  std::vector<double> numbers{static_cast<double>(options.starts),
                              static_cast<double>(options.roots), follow.from, follow.to,
                              static_cast<double>(follow.points)};
  equilibrium::LinearNoiseOptions& noise = options.noise;
  for (const double number : {noise.wanted ? 1.0 : 0.0, noise.from, noise.to, noise.step})
    numbers.push_back(number);
  run::share(world, noise.variables);
  run::share(world, numbers);
  run::share(world, follow.path);
  options.starts = static_cast<int>(numbers[0]);
  options.roots = static_cast<int>(numbers[1]);
  follow.from = numbers[2];
  follow.to = numbers[3];
  follow.points = static_cast<int>(numbers[4]);
  noise.wanted = numbers[5] != 0.0;
  noise.from = numbers[6];
  noise.to = numbers[7];
  noise.step = numbers[8];
}

/// What is followed is there, and one number for all regions.
void check_followed(const engine::SimulationSpec& spec, const std::string& path) {
  if (path.empty()) return;
  const steady::FollowedParameter followed(spec, path);
  for (const engine::Population& population : spec.populations) {
    const int index = population.model->parameter(path.substr(path.rfind('.') + 1));
    if (index < 0 || !path.starts_with("model.")) continue;
    const std::vector<double>& values = population.parameters[z(index)].values;
    if (std::adjacent_find(values.begin(), values.end(), std::not_equal_to<>()) != values.end())
      throw ConfigError("steady.continue.path: " + followed.path() +
                        " differs between regions in this study, but is followed as one number for "
                        "all of them: give it as one");
  }
}

/// study file -> connectome -> partition, and the claim on the output.
run::Prepared prepare(const comm::Communicator& world, const SteadyArguments& arguments,
                      Task& task) {
  run::Source source;
  source.study = [&] {
    io::Study study = io::read_study(arguments.file, arguments.overrides);
    refuse_surfaces(study);
    const std::string stem = std::filesystem::path(study.path).stem().string();
    const std::string path = arguments.output.empty() ? stem + ".steady.h5" : arguments.output;
    task.output = io::Output(path, {io::OutputKind::steady, arguments.overwrite, study.inputs});
    task.options = study.steady;
    return study;
  };
  source.change = [&](const io::Study& study, run::Prepared& prepared) {
    task.results.title = study.title;
    task.results.study = study.normalised;
    task.results.left_out = left_out(study, prepared.simulation);
    task.results.labels = labels_of(prepared.connectome);
    try {
      check_followed(prepared.simulation, task.options.follow.path);
      complete_noise(prepared, task.options.noise);
    } catch (const ConfigError& error) {
      throw ConfigError(study.path + ": " + error.what());
    }
  };
  run::Prepared prepared = run::prepare(world, source, 1);
  comm::on_root(world, [&] { run::warn_of(without_monitors(prepared.warnings)); });
  share_options(world, task.options);
  return prepared;
}

/// Hz and 1/s, or a wave that does not turn.
std::string motion_of(const steady::Stability& stability) {
  return fmt::format("{:>12.4g}{:>14.4g}", stability.damping, stability.frequency);
}

std::string name_of_point(const steady::Rest& rest, std::size_t number) {
  return fmt::format("{}{}", number, rest.start == 0 ? "*" : "");
}

void print_points(const Task& task, const engine::SimulationSpec& spec) {
  std::cout << fmt::format("{:>5}  {:<15}{:>12}{:>14}{:>10}{:>12}  {}\n", "point", "kind",
                           "damping 1/s", "frequency Hz", "unstable", "residual", "state");
  for (std::size_t p = 0; p < task.results.rests.size(); ++p) {
    const steady::Rest& rest = task.results.rests[p];
    const auto& states = spec.at(0).model->info.states;
    std::string state;
    for (std::size_t k = 0; k < std::min<std::size_t>(states.size(), 6); ++k)
      state += fmt::format("{}{}={:.6g}", k == 0 ? "" : " ", states[k].name, rest.state[0][k]);
    if (states.size() > 6) state += " ...";
    std::cout << fmt::format("{:>5}  {:<15}{}{:>10}{:>12.2g}  {}\n", name_of_point(rest, p),
                             core::word_of(rest.stability().kind), motion_of(rest.stability()),
                             rest.stability().unstable, rest.residual, state);
  }
  std::cout << fmt::format("(states of {}; *: where the study's initial state leads)\n",
                           task.results.labels.front());
}

void print_roots(const steady::Spectrum& spectrum, const char* what) {
  std::cout << fmt::format("  rightmost {} [1/s, Hz]:", what);
  constexpr std::size_t most = 6;
  std::size_t shown = 0;
  for (std::size_t r = 0; r < spectrum.roots.size() && shown < most; ++r) {
    const std::complex<double> root = spectrum.roots[r];
    if (root.imag() < 0.0) continue;
    std::cout << fmt::format("{} {:.6g}", shown == 0 ? "" : ",", root.real() * 1000.0);
    if (root.imag() > 0.0)
      std::cout << fmt::format(" +- {:.4g} Hz", root.imag() * 1000.0 / 6.283185307179586);
    ++shown;
  }
  std::cout << '\n';
}

void print(const Task& task, const engine::SimulationSpec& spec, const steady::FixedPoints& found) {
  print_points(task, spec);
  for (std::size_t p = 0; p < task.results.rests.size(); ++p) {
    const steady::Rest& rest = task.results.rests[p];
    std::cout << "point " << name_of_point(rest, p) << '\n';
    print_roots(rest.undelayed, "eigenvalues without delays");
    if (rest.delayed) {
      print_roots(*rest.delayed, "roots with all delays");
      if (std::isfinite(rest.delayed->complete_up_to))
        std::cout << fmt::format("  (complete up to {:.4g} Hz)\n",
                                 rest.delayed->complete_up_to * 1000.0 / 6.283185307179586);
    }
  }
  std::cout << fmt::format(
      "{} from {}: {} led nowhere, {} beyond the bounds of states; there may be more\n",
      counted(found.points.size(), "fixed point"), counted(found.starts, "start"),
      found.unconverged, found.outside);
  if (!task.results.left_out.empty())
    std::cout << "not part of a steady state, and left out: " << task.results.left_out << '\n';
}

/// Of the pair that crosses. [Hz]
double frequency_at_axis(const steady::BranchPoint& point) {
  double nearest = 1e300, frequency = 0.0;
  for (const std::complex<double>& root : point.roots) {
    if (root.imag() <= 0.0 || std::abs(root.real()) >= nearest) continue;
    nearest = std::abs(root.real());
    frequency = root.imag() * 1000.0 / 6.283185307179586;
  }
  return frequency;
}

[[noreturn]] void complain_of(const steady::FixedPoints& found) {
  std::string text = fmt::format("no fixed point from {}: {} did not converge",
                                 counted(found.starts, "start"), found.unconverged);
  if (found.singular > 0) text += fmt::format(" ({} at a singular Jacobian)", found.singular);
  if (found.outside > 0) text += fmt::format(", {} led beyond the bounds of states", found.outside);
  text += fmt::format(
      "; the smallest residual was {:.3g} /ms of a state's usual range. A larger steady.starts may "
      "find one, if there is one",
      found.best_residual);
  throw UnconvergedError(text);
}

/// By region, from what every rank has in the order of the layout.
std::vector<std::vector<double>> by_region(const equilibrium::RestingNetwork& network,
                                           const std::vector<double>& own) {
  const std::vector<double> all = network.everywhere(own);
  std::vector<std::vector<double>> states;
  for (std::size_t i = 0; i < network.layout().first.size(); ++i) {
    const auto first = all.begin() + network.layout().first[i];
    states.emplace_back(first, first + network.layout().states[i]);
  }
  return states;
}

/// spec: with its noise.
steady::Rest look_at(const equilibrium::RestingNetwork& network, const steady::FixedPoint& point,
                     const engine::SimulationSpec& spec,
                     const equilibrium::SteadyOptions& options) {
  steady::Rest rest;
  rest.state = by_region(network, point.state);
  rest.residual = point.residual;
  rest.correction = point.correction;
  rest.start = point.start;
  const equilibrium::LinearNetwork linear = network.linearise(point.state);
  rest.undelayed = steady::rightmost(network, linear, options.roots, steady::Delays::none);
  rest.without_delays = steady::stability_of(rest.undelayed);
  if (network.longest_delay() > 0.0) {
    rest.delayed = steady::rightmost(network, linear, options.roots, steady::Delays::all);
    rest.with_delays = steady::stability_of(*rest.delayed);
  }
  if (options.noise.wanted && is_stable(rest.stability().kind))
    rest.fluctuations =
        steady::fluctuations(network, linear, point.state,
                             rest.delayed ? *rest.delayed : rest.undelayed, spec, options.noise);
  return rest;
}

void keep(const equilibrium::RestingNetwork& network, const std::vector<steady::Branch>& branches,
          Task& task) {
  for (std::size_t b = 0; b < branches.size(); ++b) {
    for (const steady::BranchPoint& point : branches[b].points) {
      task.results.traced.push_back(
          {static_cast<int>(b), point.parameter, by_region(network, point.state), point.unstable,
           point.roots.empty() ? 0.0 : point.roots.front(), point.bifurcation});
    }
  }
}

void print_branches(const Task& task, const std::vector<steady::Branch>& branches) {
  const std::string& path = task.options.follow.path;
  for (std::size_t b = 0; b < branches.size(); ++b) {
    const steady::Branch& branch = branches[b];
    std::cout << fmt::format("branch {}: {} from {:.6g} to {:.6g}, {} ({})\n", b, path,
                             branch.points.front().parameter, branch.points.back().parameter,
                             counted(branch.points.size(), "point"), branch.end);
    for (const steady::BranchPoint& point : branch.points) {
      if (point.bifurcation == steady::Bifurcation::none) continue;
      std::cout << fmt::format("  {:<12} at {:.9g}", steady::name_of(point.bifurcation),
                               point.parameter);
      if (point.bifurcation == steady::Bifurcation::hopf)
        std::cout << fmt::format(", {:.4g} Hz", frequency_at_axis(point));
      std::cout << '\n';
    }
  }
}

/// The branches of a parameter, in a network of its own.
void follow(const comm::Communicator& world, const SteadyArguments& arguments,
            equilibrium::RestingNetwork& network, Task& task) {
  if (task.options.follow.path.empty()) return;
  const std::vector<steady::Branch> branches =
      steady::follow(network, task.options.follow, {task.options.starts, network.spec().seed});
  keep(network, branches, task);
  task.results.followed = task.options.follow.path;
  if (world.is_root() && !arguments.quiet) print_branches(task, branches);
}

}  // namespace

void solve(const comm::Communicator& world, const SteadyArguments& arguments) {
  std::int64_t spiking = 0;
  comm::on_root(
      world, [&] { spiking = io::is_spiking_study(arguments.file, arguments.overrides) ? 1 : 0; });
  if (world.max(spiking) != 0) return solve_mean_field(world, arguments);
  Task task;
  run::Prepared prepared = prepare(world, arguments, task);
  const steady::Session session(world);
  equilibrium::RestingNetwork network(
      world, prepared.simulation,
      engine::distribute(world, std::move(prepared.connectome), std::move(prepared.delays),
                         prepared.header.owner));
  const steady::FixedPoints found =
      steady::find_fixed_points(network, {task.options.starts, prepared.simulation.seed});
  if (found.points.empty()) complain_of(found);
  task.results.starts = found.starts;
  for (const steady::FixedPoint& point : found.points)
    task.results.rests.push_back(look_at(network, point, prepared.simulation, task.options));
  task.results.noise = task.options.noise;
  std::vector<std::vector<double>> rests;
  for (const steady::FixedPoint& point : found.points)
    rests.push_back(point.state);
  task.results.plane = steady::phase_plane(network, rests);
  refuse_unstable(task.results);
  follow(world, arguments, network, task);
  comm::on_root(world, [&] {
    const std::string path = task.output.path();
    steady::write_results(task.output, task.results, prepared.simulation);
    if (arguments.quiet) return;
    print(task, prepared.simulation, found);
    print_noise(task.results);
    std::cout << "results: " << path << '\n';
  });
}

}  // namespace arcuate::app
