#include <fmt/format.h>

#include <algorithm>

#include "arcuate/core/version.hpp"
#include "arcuate/io/hdf5.hpp"
#include "export/feature_table.hpp"
#include "export/job.hpp"

// netCDF-4 is HDF5 with dimension scales: each variable of the model is one of the file, with its
// unit, along the coordinates time and region.

namespace arcuate::io {
namespace {

/// Names that netCDF has for something else, or cannot have.
std::string doubt_about_netcdf(const ExportJob& job) {
  for (const std::string& name : job.variables()) {
    const bool taken = name == "time" || name == "region" || name == "region_index";
    if (taken || name.find('/') != std::string::npos || name.front() == ' ' || name.back() == ' ')
      return fmt::format(
          "{}: monitor {}: a variable of a netCDF file cannot be called '{}' "
          "(npz and matlab hold it)",
          job.run.path, job.series().name, name);
  }
  return "";
}

std::vector<hdf5::Object> write_variables(const ExportJob& job, const hdf5::Object& file) {
  std::vector<hdf5::Object> variables;
  for (std::size_t v = 0; v < job.variables().size(); ++v) {
    variables.push_back(
        file.create_array<double>(job.variables()[v], {job.samples(), job.columns()}));
    variables.back().set("units", job.units()[v]);
    variables.back().set("long_name", job.variables()[v] + " of " + job.series().kind);
  }
  const std::size_t n = job.columns();
  std::vector<double> plane;
  job.each_block([&](std::size_t first, std::span<const double> values) {
    const std::size_t count = values.size() / (variables.size() * n);
    plane.resize(count * n);
    for (std::size_t v = 0; v < variables.size(); ++v) {
      for (std::size_t t = 0; t < count; ++t)
        std::copy_n(&values[(t * variables.size() + v) * n], n, &plane[t * n]);
      variables[v].write_part({{first, 0}, {count, n}}, plane);
    }
  });
  return variables;
}

void write_netcdf(ExportJob& job) {
  hdf5::Object file = hdf5::create_file(job.file, hdf5::Order::kept);
  file.set("Conventions", std::string("CF-1.8"));
  file.set("title", job.run.title);
  file.set("source", fmt::format("Arcuate {}", arcuate::version()));
  file.set("history", fmt::format("simulated {}", job.fact("Recorded")));
  file.set("monitor", job.series().name);
  file.set("kind", job.series().kind);
  file.set("model", job.run.model);
  file.set("study", job.run.study);
  file.set("arcuate_export", std::string("netcdf"));
  hdf5::Object time = file.create_array<double>("time", {job.samples()});
  time.set("units", std::string("s"));
  time.set("standard_name", std::string("time"));
  time.set("period", job.series().period);
  job.each_time([&](std::size_t first, std::span<const double> values) {
    time.write_part({{first}, {values.size()}}, values);
  });
  hdf5::Object region = file.write_texts("region", job.series().labels);
  time.make_scale("time");
  region.make_scale("region");
  std::vector<hdf5::Object> variables = write_variables(job, file);
  std::vector<hdf5::ScaleUse> uses;
  for (const hdf5::Object& variable : variables)
    uses.push_back({&variable, {&time, &region}});
  hdf5::Object index;
  if (job.of_regions()) {
    index = file.write<std::int64_t>("region_index", job.series().columns);
    uses.push_back({&index, {&region}});
  }
  hdf5::attach_scales(uses);
  for (hdf5::Object& variable : variables)
    variable.close();
  file.flush();
}

void write_netcdf_feature(FeatureExport& job) {
  const FeatureTable& table = job.table;
  hdf5::Object out = hdf5::create_file(job.file, hdf5::Order::kept);
  out.set("Conventions", std::string("CF-1.8"));
  out.set("title", table.name);
  out.set("source", fmt::format("Arcuate {}", arcuate::version()));
  out.set("arcuate_export", std::string("netcdf"));
  for (const auto& [name, text] : table.facts)
    out.set(name, text);
  std::vector<hdf5::Object> scales;
  for (const FeatureAxis& axis : table.axes) {
    scales.push_back(axis.texts.empty() ? out.write<double>(axis.name, axis.values)
                                        : out.write_texts(axis.name, axis.texts));
    if (!axis.unit.empty()) scales.back().set("units", axis.unit);
    scales.back().make_scale(axis.name);
  }
  std::vector<hdf5::Object> written;
  std::vector<std::vector<const hdf5::Object*>> used;
  for (const FeatureArray& array : table.arrays) {
    const std::vector<std::size_t> shape = table.shape(array);
    written.push_back(
        shape.empty() ? out.write_number(array.name, array.values.front())
                      : out.write<double>(array.name, array.values, {shape.begin(), shape.end()}));
    written.back().set("units", array.unit);
    written.back().set("long_name", array.meaning);
    used.emplace_back();
    for (const std::size_t axis : array.axes)
      used.back().push_back(&scales[axis]);
  }
  std::vector<hdf5::ScaleUse> uses;
  for (std::size_t k = 0; k < written.size(); ++k) {
    if (!used[k].empty()) uses.push_back({&written[k], used[k]});
  }
  hdf5::attach_scales(uses);
  out.flush();
}

}  // namespace

extern const ExportFormat export_netcdf;
const ExportFormat export_netcdf{
    "netcdf",
    ".nc",
    "netCDF-4: a variable (time, region) with its unit for each of the model's, coordinates "
    "`time` [s] and `region`, the study as an attribute",
    Holds::samples,
    false,
    "",
    false,
    doubt_about_netcdf,
    write_netcdf,
    write_netcdf_feature};

}  // namespace arcuate::io
