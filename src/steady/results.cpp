#include "arcuate/steady/results.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "arcuate/core/index.hpp"
#include "arcuate/core/version.hpp"
#include "arcuate/io/hdf5.hpp"
#include "labelled.hpp"

namespace arcuate::steady {
namespace {

using namespace io;

constexpr double none = std::numeric_limits<double>::quiet_NaN();

/// Variables of all models, each name once, with its unit.
std::vector<std::pair<std::string, std::string>> variables_of(const engine::SimulationSpec& spec) {
  std::vector<std::pair<std::string, std::string>> variables;
  for (const engine::Population& population : spec.populations) {
    for (const model::StateInfo& state : population.model->info.states) {
      const auto same = [&](const auto& one) { return one.first == state.name; };
      if (std::none_of(variables.begin(), variables.end(), same))
        variables.emplace_back(state.name, state.unit);
    }
  }
  return variables;
}

/// (points, variables, regions)
template <class Point>
std::vector<double> states_of(const std::vector<Point>& points,
                              const engine::SimulationSpec& spec) {
  std::vector<double> values;
  for (const Point& point : points) {
    for (const auto& [name, unit] : variables_of(spec)) {
      for (std::size_t i = 0; i < point.state.size(); ++i) {
        const int k = spec.at(static_cast<GlobalIndex>(i)).model->state(name);
        values.push_back(k < 0 ? none : point.state[i][z(k)]);
      }
    }
  }
  return values;
}

template <class Point, class Value>
std::vector<double> column(const std::vector<Point>& points, const Value& value) {
  std::vector<double> values;
  for (const Point& point : points)
    values.push_back(static_cast<double>(value(point)));
  return values;
}

/// The scales of states and their units.
void add_variables(Labelled& group, const engine::SimulationSpec& spec,
                   const std::vector<std::string>& labels) {
  std::vector<std::string> names, units;
  for (const auto& [name, unit] : variables_of(spec)) {
    names.push_back(name);
    units.push_back(unit);
  }
  group.texts("variable", names);
  group.texts("region", labels);
  group.add_texts("unit", units, "variable", "of a variable");
}

void write_points(const hdf5::Object& file, const Results& results,
                  const engine::SimulationSpec& spec) {
  Labelled group(file.create_group("fixed_points"));
  std::vector<std::string> kinds;
  for (const Rest& rest : results.rests)
    kinds.emplace_back(core::word_of(rest.stability().kind));
  group.numbers("fixed_point", results.rests.size());
  add_variables(group, spec, results.labels);
  group.add("state", states_of(results.rests, spec), {"fixed_point", "variable", "region"}, "",
            "states at rest, in the units of the variables; NaN: the model of the region has no "
            "such variable");
  group.add_texts("kind", kinds, "fixed_point", "stability, with all delays");
  group.add("residual", column(results.rests, [](const Rest& rest) { return rest.residual; }),
            {"fixed_point"}, "ms-1", "largest rate, over the width of the state's usual range");
  group.add("correction", column(results.rests, [](const Rest& rest) { return rest.correction; }),
            {"fixed_point"}, "1", "what one more Newton step changes, over the same");
  group.add("start", column(results.rests, [](const Rest& rest) { return rest.start; }),
            {"fixed_point"}, "1", "start that led there first; 0: the study's initial state");
  group.add("unstable",
            column(results.rests, [](const Rest& rest) { return rest.stability().unstable; }),
            {"fixed_point"}, "1", "roots with a positive real part, among those that are kept");
  group.add("frequency",
            column(results.rests, [](const Rest& rest) { return rest.stability().frequency; }),
            {"fixed_point"}, "Hz", "of the rightmost root");
  group.add("damping",
            column(results.rests, [](const Rest& rest) { return rest.stability().damping; }),
            {"fixed_point"}, "s-1", "of the rightmost root; negative: it grows");
  group.attach();
}

/// spectrum(rest): a Spectrum, or nullptr.
template <class Get>
void write_roots(const hdf5::Object& file, const char* name, const Results& results,
                 const Get& spectrum) {
  std::size_t most = 0;
  for (const Rest& rest : results.rests)
    most = std::max(most, spectrum(rest) == nullptr ? 0 : spectrum(rest)->roots.size());
  if (most == 0) return;
  const std::size_t size = results.rests.size() * most;
  std::vector<double> real(size, none), imaginary(size, none), error(size, none), complete;
  for (std::size_t p = 0; p < results.rests.size(); ++p) {
    const Spectrum* one = spectrum(results.rests[p]);
    complete.push_back(one == nullptr ? none : one->complete_up_to * 1000.0);
    for (std::size_t r = 0; one != nullptr && r < one->roots.size(); ++r) {
      real[p * most + r] = one->roots[r].real() * 1000.0;
      imaginary[p * most + r] = one->roots[r].imag() * 1000.0;
      error[p * most + r] = one->errors[r] * 1000.0;
    }
  }
  Labelled group(file.create_group(name));
  group.numbers("fixed_point", results.rests.size());
  group.numbers("root", most);
  const std::vector<std::string> axes{"fixed_point", "root"};
  group.add("real", real, axes, "s-1", "real part; negative: it decays");
  group.add("imaginary", imaginary, axes, "rad/s", "imaginary part: 2 pi times the frequency");
  group.add("error", error, axes, "s-1", "what the last Newton step changed");
  group.add("complete_up_to", complete, {"fixed_point"}, "rad/s",
            "imaginary part up to which no root right of the last one is missing");
  group.attach();
}

std::string unit_of(const engine::SimulationSpec& spec, const std::string& variable) {
  for (const engine::Population& population : spec.populations) {
    const int index = population.model->observable(variable);
    if (index >= 0) return std::string(population.model->observable_unit(index));
    for (const model::ComputedVariable& own : population.computed) {
      if (own.name == variable) return own.unit;
    }
  }
  return "";
}

/// Of covariances (variables, regions, regions).
std::vector<double> correlations(const std::vector<double>& covariance, std::size_t n) {
  std::vector<double> all(covariance.size());
  for (std::size_t k = 0; k < all.size(); ++k) {
    const std::size_t block = k / (n * n) * n * n, i = k / n % n, j = k % n;
    const double product = covariance[block + i * n + i] * covariance[block + j * n + j];
    all[k] = product > 0.0 ? covariance[k] / std::sqrt(product) : none;
  }
  return all;
}

/// One after the other; of points without, NaN.
template <class Values>
std::vector<double> of_all(const Results& results, std::size_t size, const Values& values) {
  std::vector<double> all;
  for (const Rest& rest : results.rests) {
    std::vector<double> one(size, none);
    if (rest.fluctuations) one = values(*rest.fluctuations);
    all.insert(all.end(), one.begin(), one.end());
  }
  return all;
}

void write_noise(const hdf5::Object& file, const Results& results,
                 const engine::SimulationSpec& spec) {
  const equilibrium::LinearNoiseOptions& options = results.noise;
  if (!options.wanted) return;
  const std::size_t n = results.labels.size(), variables = options.variables.size();
  const std::vector<double> frequencies = frequencies_of(options);
  Labelled group(file.create_group("linear_noise"));
  group.numbers("fixed_point", results.rests.size());
  group.texts("variable", options.variables);
  group.texts("region", results.labels);
  group.texts("other_region", results.labels);
  group.values("frequency", frequencies, "Hz", "of the power spectra");
  std::vector<std::string> units;
  for (const std::string& variable : options.variables)
    units.push_back(unit_of(spec, variable));
  group.add_texts("unit", units, "variable", "of a variable");
  const std::vector<std::string> pairs{"fixed_point", "variable", "region", "other_region"};
  const auto covariance = [](const Fluctuations& one) { return one.covariance; };
  group.add("covariance", of_all(results, variables * n * n, covariance), pairs, "",
            "of departures at equal times, in the square of the variable's unit; NaN: the point is "
            "not stable, or a region has no such variable");
  const auto fc = [n](const Fluctuations& one) { return correlations(one.covariance, n); };
  group.add("fc", of_all(results, variables * n * n, fc), pairs, "1",
            "functional connectivity: Pearson's correlation");
  const auto power = [](const Fluctuations& one) { return one.power; };
  group.add("power", of_all(results, variables * frequencies.size() * n, power),
            {"fixed_point", "variable", "frequency", "region"}, "",
            "one-sided density, in the square of the variable's unit over Hz");
  const auto error = [](const Fluctuations& one) { return std::vector<double>{one.error}; };
  group.add("error", of_all(results, 1, error), {"fixed_point"}, "1",
            "estimate of the covariances' error, over the standard deviations of both sides");
  group.attach();
}

void write_plane(const hdf5::Object& file, const Results& results,
                 const engine::SimulationSpec& spec) {
  if (!results.plane) return;
  const auto& states = spec.at(0).model->info.states;
  Labelled group(file.create_group("phase_plane"));
  std::vector<std::string> axes;
  for (std::size_t k = 0; k < 2; ++k) {
    axes.emplace_back(states[k].name);
    group.values(axes.back(), results.plane->along[k], std::string(states[k].unit), "state");
  }
  for (std::size_t k = 0; k < 2; ++k)
    group.add("rate_" + axes[k], results.plane->rate[k], axes, "",
              "derivative by time [ms], in the unit of the state");
  group.attach();
}

/// Of the parameter of a model; "" where the study has no unit.
std::string unit_of(const std::string& path, const engine::SimulationSpec& spec) {
  const std::string name = path.substr(path.find_last_of('.') + 1);
  for (const engine::Population& population : spec.populations) {
    const int index = path.starts_with("model.") ? population.model->parameter(name) : -1;
    if (index >= 0)
      return std::string(population.model->info.parameters[static_cast<std::size_t>(index)].unit);
  }
  return "";
}

void write_branches(const hdf5::Object& file, const Results& results,
                    const engine::SimulationSpec& spec) {
  const std::vector<TracedPoint>& points = results.traced;
  if (points.empty()) return;
  const hdf5::Object place = file.create_group("continuation");
  place.set("path", results.followed);
  Labelled group(file.open_group("continuation"));
  const std::vector<std::string> along{"point"};
  group.numbers("point", points.size());
  add_variables(group, spec, results.labels);
  group.add("branch", column(points, [](const TracedPoint& one) { return one.branch; }), along, "1",
            "number of the branch; its points follow each other");
  group.add("parameter", column(points, [](const TracedPoint& one) { return one.parameter; }),
            along, unit_of(results.followed, spec), "value of what is followed");
  group.add("state", states_of(points, spec), {"point", "variable", "region"}, "",
            "states at rest, in the units of the variables");
  group.add("unstable", column(points, [](const TracedPoint& one) { return one.unstable; }), along,
            "1", "roots with a positive real part");
  group.add("real", column(points, [](const TracedPoint& one) { return one.root.real() * 1e3; }),
            along, "s-1", "real part of the rightmost root");
  group.add("imaginary",
            column(points, [](const TracedPoint& one) { return one.root.imag() * 1e3; }), along,
            "rad/s", "imaginary part of the rightmost root");
  std::vector<std::string> kinds;
  for (const TracedPoint& one : points)
    kinds.push_back(name_of(one.bifurcation));
  group.add_texts("bifurcation", kinds, "point", "what was located here; empty: nothing");
  group.attach();
}

}  // namespace

void write_results(io::Output& output, const Results& results, const engine::SimulationSpec& spec) {
  hdf5::Object file = hdf5::create_file(output.temporary(), hdf5::Order::kept);
  file.set("format", std::string("arcuate steady 1"));
  file.set("title", results.title);
  file.set("study", results.study);
  file.set("arcuate_version", std::string(version()));
  file.set("left_out", results.left_out);
  file.set("starts", static_cast<std::int64_t>(results.starts));
  write_points(file, results, spec);
  write_roots(file, "eigenvalues", results, [](const Rest& rest) { return &rest.undelayed; });
  write_roots(file, "roots", results,
              [](const Rest& rest) { return rest.delayed ? &*rest.delayed : nullptr; });
  write_noise(file, results, spec);
  write_plane(file, results, spec);
  write_branches(file, results, spec);
  file.close();
  output.publish();
}

}  // namespace arcuate::steady
