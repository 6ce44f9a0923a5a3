#include "mean_field.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <iostream>

#include "arcuate/core/counted.hpp"
#include "arcuate/core/error.hpp"
#include "arcuate/core/index.hpp"
#include "arcuate/io/spiking_study.hpp"
#include "arcuate/run/launch.hpp"
#include "arcuate/steady/mean_field.hpp"

namespace arcuate::app {
namespace {

using meanfield::FixedPoint;
using steady::MeanFieldResults;

void complain_of(const meanfield::Search& search) {
  throw UnconvergedError(fmt::format(
      "no fixed point of the mean field from {}: the smallest residual was {:.3g} Hz. A "
      "larger steady.starts may find one, if there is one",
      counted(search.starts, "start"), search.best_residual));
}

/// Runs of neighbours with one rate as one: "E0-E2 38.01".
std::string words_of(const meanfield::Rates& rates, const std::vector<std::string>& names) {
  std::string words;
  for (std::size_t first = 0; first < names.size();) {
    std::size_t last = first;
    const auto same = [&](std::size_t k) {
      return std::abs(rates[static_cast<Eigen::Index>(k)] -
                      rates[static_cast<Eigen::Index>(first)]) < 1e-6;
    };
    while (last + 1 < names.size() && same(last + 1))
      ++last;
    words +=
        fmt::format("{}{}{} {:.6g}", words.empty() ? "" : ", ", names[first],
                    last > first ? "-" + names[last] : "", rates[static_cast<Eigen::Index>(first)]);
    first = last + 1;
  }
  return words;
}

void print(const MeanFieldResults& results) {
  std::cout << fmt::format("{:>5}  {:<15}{:>10}{:>8}{:>8}  {}\n", "point", "kind", "rightmost",
                           "found", "active", "rates [Hz]");
  for (std::size_t p = 0; p < results.search.points.size(); ++p) {
    const FixedPoint& point = results.search.points[p];
    const double rightmost =
        point.eigenvalues.empty() ? std::nan("") : point.eigenvalues.front().real();
    std::cout << fmt::format("{:>5}  {:<15}{:>10.4g}{:>8}{:>8}  {}\n", p, core::word_of(point.kind),
                             rightmost, point.found, results.active_in(point).active,
                             words_of(point.rates, results.populations));
  }
  std::cout << fmt::format("{} from {}: {} led nowhere; there may be more\n",
                           counted(results.search.points.size(), "fixed point"),
                           counted(results.search.starts, "start"), results.search.unconverged);
  if (!results.landscape) return;
  const auto& residual = results.landscape->residual;
  const auto unsettled =
      std::count_if(residual.begin(), residual.end(), [](double one) { return !(one <= 1e-9); });
  std::cout << fmt::format("landscape: {}{}\n", counted(residual.size(), "point"),
                           unsettled == 0 ? std::string()
                                          : fmt::format(", at {} of which the other populations do "
                                                        "not come to rest",
                                                        unsettled));
}

/// A perturbation that begins or ends counts as if it lasted.
void warn_of_windows(const io::SpikingStudy& study) {
  for (const spiking::Perturbation& one : study.config.perturbations) {
    if (one.target != spiking::Target::rate) continue;
    if (one.begin <= 0.0 && one.end >= study.seconds()) continue;
    run::warn_of(
        {study.path +
         ": spiking.perturbation.rate: begins or ends within the run; the mean field takes "
         "it as lasting"});
  }
  if (!study.config.stimuli.empty())
    run::warn_of({study.path + ": spiking.stimuli: are no part of the mean field, and left out"});
}

void solve_on_root(const SteadyArguments& arguments) {
  const io::SpikingStudy study = io::read_spiking_study(arguments.file, arguments.overrides);
  run::warn_of(study.warnings);
  warn_of_windows(study);
  const std::string stem = std::filesystem::path(study.path).stem().string();
  const std::string path = arguments.output.empty() ? stem + ".steady.h5" : arguments.output;
  io::Output output(path, {io::OutputKind::steady, arguments.overwrite, study.inputs});
  const meanfield::Network network = meanfield::network_of(study.config);
  MeanFieldResults results{study.title, study.normalised,         network.names, {}, {},
                           {},          study.mean_field.contrast};
  results.search =
      meanfield::find_fixed_points(network, study.mean_field.starts, study.config.seed);
  if (results.search.points.empty()) complain_of(results.search);
  const std::vector<int>& focus = study.mean_field.focus;
  if (!focus.empty()) {
    results.landscape = meanfield::landscape(network, {focus.begin(), focus.end()},
                                             std::vector(focus.size(), study.mean_field.along));
    if (focus.size() == 2) results.path = meanfield::least_resistance(*results.landscape);
  }
  steady::write_results(output, results);
  if (arguments.quiet) return;
  print(results);
  std::cout << "results: " << path << '\n';
}

}  // namespace

void solve_mean_field(const comm::Communicator& world, const SteadyArguments& arguments) {
  comm::on_root(world, [&] { solve_on_root(arguments); });
}

}  // namespace arcuate::app
