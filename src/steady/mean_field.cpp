#include "arcuate/steady/mean_field.hpp"

#include "arcuate/core/index.hpp"
#include "arcuate/core/version.hpp"
#include "labelled.hpp"

namespace arcuate::steady {
namespace {

using io::hdf5::Object;
using meanfield::FixedPoint;

template <class Value>
std::vector<double> of_points(const std::vector<FixedPoint>& points, const Value& value) {
  std::vector<double> values;
  for (const FixedPoint& point : points)
    values.push_back(static_cast<double>(value(point)));
  return values;
}

void write_fixed_points(const Object& file, const MeanFieldResults& results) {
  const std::vector<FixedPoint>& points = results.search.points;
  Labelled group(file.create_group("fixed_points"));
  group.numbers("fixed_point", points.size());
  group.texts("population", results.populations);
  std::vector<double> rates;
  std::vector<std::string> kinds;
  for (const FixedPoint& point : points) {
    rates.insert(rates.end(), point.rates.begin(), point.rates.end());
    kinds.emplace_back(core::word_of(point.kind));
  }
  group.add("rate", rates, {"fixed_point", "population"}, "Hz", "rates at rest");
  group.add_texts("kind", kinds, "fixed_point", "stability of d rate/dt = -rate + response");
  group.add("residual", of_points(points, [](const FixedPoint& one) { return one.residual; }),
            {"fixed_point"}, "Hz", "largest difference of response and rate");
  group.add("start", of_points(points, [](const FixedPoint& one) { return one.start; }),
            {"fixed_point"}, "1", "start that led there first; 0: rates of 0");
  group.add("found", of_points(points, [](const FixedPoint& one) { return one.found; }),
            {"fixed_point"}, "1", "starts that led there");
  group.add("active",
            of_points(points, [&](const auto& one) { return results.active_in(one).active; }),
            {"fixed_point"}, "1", "excitatory clusters that are active; 0: all alike");
  group.add("active_rate",
            of_points(points, [&](const auto& one) { return results.active_in(one).active_rate; }),
            {"fixed_point"}, "Hz", "mean over the active ones");
  group.add(
      "inactive_rate",
      of_points(points, [&](const auto& one) { return results.active_in(one).inactive_rate; }),
      {"fixed_point"}, "Hz", "mean over the others");
  group.attach();
}

void write_eigenvalues(const Object& file, const MeanFieldResults& results) {
  std::vector<double> real, imaginary;
  for (const FixedPoint& point : results.search.points) {
    for (const std::complex<double>& value : point.eigenvalues) {
      real.push_back(value.real());
      imaginary.push_back(value.imag());
    }
  }
  Labelled group(file.create_group("eigenvalues"));
  group.numbers("fixed_point", results.search.points.size());
  group.numbers("root", results.populations.size());
  const std::vector<std::string> axes{"fixed_point", "root"};
  group.add("real", real, axes, "1", "in units of the time constant of the rates");
  group.add("imaginary", imaginary, axes, "1", "in units of the time constant of the rates");
  group.attach();
}

void write_landscape(const Object& file, const MeanFieldResults& results) {
  const meanfield::Landscape& all = *results.landscape;
  const Object own = file.create_group("landscape");
  std::string held;
  for (const Eigen::Index one : all.focus)
    held += (held.empty() ? "" : " ") + results.populations[z(one)];
  own.set("populations", held);  // in the order of the axes
  Labelled group(file.open_group("landscape"));
  std::vector<std::string> axes;
  for (std::size_t k = 0; k < all.focus.size(); ++k) {
    const std::string axis = "rate_" + results.populations[z(all.focus[k])];
    group.values(axis, all.along[k], "Hz", "rate at which the population is held");
    axes.push_back(axis);
  }
  for (std::size_t k = 0; k < all.focus.size(); ++k) {
    const auto force = all.force.col(static_cast<Eigen::Index>(k));
    group.add("force_" + results.populations[z(all.focus[k])], {force.begin(), force.end()}, axes,
              "Hz", "response of the population less its rate, the others at rest");
  }
  group.add("residual", all.residual, axes, "Hz", "of the others; above 1e-9 they are not at rest");
  group.attach();
  if (!results.path) return;
  Labelled path(file.create_group("path"));
  path.numbers("move", results.path->potential.size());
  path.add("displacement", results.path->displacement, {"move"}, "Hz", "length of the way");
  path.add("potential", results.path->potential, {"move"}, "Hz2",
           "integral of minus the force along the way");
  std::vector<double> rows;
  for (const Eigen::Index row : results.path->row)
    rows.push_back(all.along[0][z(row)]);
  path.values("rate_" + results.populations[z(all.focus[1])], all.along[1], "Hz",
              "rate of the second population");
  path.add("rate_" + results.populations[z(all.focus[0])], rows,
           {"rate_" + results.populations[z(all.focus[1])]}, "Hz",
           "rate of the first population at which the force is least");
  path.attach();
}

}  // namespace

void write_results(io::Output& output, const MeanFieldResults& results) {
  Object file = io::hdf5::create_file(output.temporary(), io::hdf5::Order::kept);
  file.set("format", std::string("arcuate steady mean field 1"));
  file.set("title", results.title);
  file.set("study", results.study);
  file.set("arcuate_version", std::string(version()));
  file.set("starts", static_cast<std::int64_t>(results.search.starts));
  write_fixed_points(file, results);
  write_eigenvalues(file, results);
  if (results.landscape) write_landscape(file, results);
  file.close();
  output.publish();
}

}  // namespace arcuate::steady
