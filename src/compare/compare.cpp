#include "arcuate/compare/compare.hpp"

#include <fmt/format.h>

#include <cmath>
#include <map>
#include <set>

#include "arcuate/core/error.hpp"
#include "sides.hpp"

namespace arcuate::compare {
namespace {

using loss::Compares;

/// What a kind of target is asked for by, how its sides are made, and what compares them unless
/// losses are named.
struct Kind {
  Compares compares;
  const char* option;
  std::string Request::*target;
  loss::Sides (*sides)(const Request&, const Simulated&, Targets&, Comparison&);
  std::vector<const char*> usual;
};

/// FC first: the pairs of FCD may be those of its target.
const std::vector<Kind>& kinds() {
  static const std::vector<Kind> all{
      {Compares::connectivity, "--fc", &Request::fc, fc_sides, {"fc_corr", "fc_rmse"}},
      {Compares::dynamics, "--fcd", &Request::fcd, fcd_sides, {"fcd_ks", "fcd_wasserstein"}},
      {Compares::spectra, "--psd", &Request::psd, psd_sides, {"psd_mse", "log_psd_mse"}},
      {Compares::series,
       "--series",
       &Request::series,
       series_sides,
       {"timeseries_rmse", "cosine"}}};
  return all;
}

const Kind& kind_of(const loss::Loss& one) {
  for (const Kind& kind : kinds()) {
    if (kind.compares == one.info.compares) return kind;
  }
  throw ConfigError(fmt::format("{}: nothing is compared by it", one.info.name));
}

/// The losses that were asked for, or the usual ones of the targets that there are.
std::vector<loss::LossTerm> terms_of(const Request& request) {
  std::vector<loss::LossTerm> terms;
  for (const std::string& text : request.losses) {
    terms.push_back(loss::parse_term(text));
    const Kind& kind = kind_of(*terms.back().loss);
    if ((request.*kind.target).empty())
      throw ConfigError(fmt::format("--loss {}: needs a target ({} FILE)",
                                    terms.back().loss->info.name, kind.option));
  }
  for (const Kind& kind : kinds()) {
    if (!request.losses.empty() || (request.*kind.target).empty()) continue;
    for (const char* name : kind.usual)
      terms.push_back(loss::parse_term(name));
  }
  if (terms.empty())
    throw ConfigError("there is nothing to compare with: give --fc, --fcd, --psd or --series");
  return terms;
}

/// A target that nothing is compared with.
void check_use(const Request& request) {
  std::set<Compares> used;
  for (const loss::LossTerm& term : terms_of(request))
    used.insert(term.loss->info.compares);
  for (const Kind& kind : kinds()) {
    const bool chooses = kind.compares == Compares::connectivity && request.pairs == "target";
    if ((request.*kind.target).empty() || used.contains(kind.compares) || chooses) continue;
    throw ConfigError(fmt::format("{} {}: no --loss compares it (its own are {})", kind.option,
                                  request.*kind.target, fmt::join(kind.usual, ", ")));
  }
}

void check_pairs(const Request& request) {
  for (const char* allowed : {"all", "within", "target"}) {
    if (request.pairs == allowed) return;
  }
  throw ConfigError(fmt::format("--pairs {}: allowed: all, within, target", request.pairs));
}

/// What the losses of spectra and of samples see, for those who draw it.
void keep_lines(const std::map<Compares, loss::Sides>& sides, const Simulated& simulated,
                double from, Comparison& result) {
  if (const auto spectra = sides.find(Compares::spectra); spectra != sides.end()) {
    const auto& frequency = spectra->second.frequency;
    result.psd = Lines{
        {frequency.begin(), frequency.end()}, spectra->second.predicted, spectra->second.target};
  }
  if (const auto series = sides.find(Compares::series); series != sides.end()) {
    std::vector<double> time;
    for (Eigen::Index k = 0; k < series->second.predicted.rows(); ++k)
      time.push_back(from + static_cast<double>(k + 1) * simulated.series.period);
    result.samples_beside = Lines{std::move(time), series->second.predicted, series->second.target};
  }
}

}  // namespace

Comparison compare(const Request& request) {
  check_pairs(request);
  check_use(request);  // before a recording is read
  Targets targets;
  return compare(request, simulated_of(request), targets);
}

void check_targets(const Request& request, const Simulated& simulated, Targets& targets) {
  check_pairs(request);
  Comparison ignored;
  std::map<Compares, loss::Sides> sides;
  for (const Kind& kind : kinds()) {
    if (!(request.*kind.target).empty())
      sides[kind.compares] = kind.sides(request, simulated, targets, ignored);
  }
  for (const loss::LossTerm& term : terms_of(request)) {
    if (!term.plugin.empty()) continue;
    const Kind& kind = kind_of(*term.loss);
    if (!std::isfinite(loss::evaluate(term, sides.at(kind.compares)).loss))
      throw DataError(
          fmt::format("{}: leaves nothing to compare: {} is not a number, whatever is "
                      "simulated (is the target constant, or without numbers where it "
                      "is compared?)",
                      request.*kind.target, term.loss->info.name));
  }
}

Comparison compare(const Request& request, const Simulated& simulated, Targets& targets) {
  check_pairs(request);
  const std::vector<loss::LossTerm> terms = terms_of(request);
  Comparison result;
  result.recording = request.recording;
  result.title = simulated.title;
  result.monitor = simulated.series.name;
  result.variable = simulated.variable;
  result.samples = static_cast<std::size_t>(simulated.samples.rows());
  result.labels = simulated.labels();
  std::map<Compares, loss::Sides> sides;
  for (const Kind& kind : kinds()) {
    if (!(request.*kind.target).empty())
      sides[kind.compares] = kind.sides(request, simulated, targets, result);
  }
  keep_lines(sides, simulated, request.from, result);
  for (const loss::LossTerm& term : terms) {
    const Kind& kind = kind_of(*term.loss);
    const loss::LossValue value = loss::evaluate(term, sides.at(kind.compares));
    result.rows.push_back({std::string(term.loss->info.name), value, term.weight,
                           request.*kind.target, term.plugin, term.plugin_sha256});
    if (!term.plugin.empty())
      result.notes.push_back(fmt::format("{}: plug-in {}, SHA-256 {}", term.loss->info.name,
                                         term.plugin, term.plugin_sha256));
    if (!std::isfinite(value.loss))
      result.notes.push_back(
          fmt::format("{}: is no finite number of what was simulated, and so the total is none",
                      term.loss->info.name));
    result.total += term.weight * value.loss;
  }
  return result;
}

}  // namespace arcuate::compare
