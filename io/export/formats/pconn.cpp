#include <fmt/format.h>

#include <cmath>
#include <string>
#include <vector>

#include "arcuate/core/error.hpp"
#include "export/connectivity.hpp"
#include "export/feature_table.hpp"
#include "export/job.hpp"
#include "export/parcels.hpp"

// CIFTI-2 parcellated connectivity: Pearson's correlation of the samples of each pair of regions.

namespace arcuate::io {
namespace {

std::string doubt_about_pconn(const ExportJob& job) {
  if (job.samples() < 3)
    return fmt::format("{}: monitor {}: {} samples have no correlation (at least 3)", job.run.path,
                       job.series().name, job.samples());
  if (job.units().front() == "rad")
    return fmt::format(
        "{}: monitor {}: {} is a phase [rad], which Pearson's correlation takes for "
        "a number: export an observable without jumps",
        job.run.path, job.series().name, job.variables().front());
  return "";
}

/// A matrix of pairs of regions. Returns how many regions have no number on the diagonal.
template <class Value>
std::size_t write_pairs(const std::string& path, const PlacedRegions& regions,
                        const std::string& what, Value value) {
  cifti::Writer file(path, regions.parcels, std::nullopt, what);
  const std::size_t n = regions.row_of.size();
  std::vector<float> row(n);
  std::size_t undefined = 0;
  for (std::size_t a = 0; a < n; ++a) {
    for (std::size_t b = 0; b < n; ++b)
      row[regions.row_of[b]] = static_cast<float>(value(a, b));
    file.write(regions.row_of[a], 0, row);
    if (std::isnan(row[regions.row_of[a]])) ++undefined;
  }
  file.close();
  return undefined;
}

void write_pconn(ExportJob& job) {
  const PlacedRegions regions = placed_regions({job.request, job.series().labels, job.notes});
  const Eigen::MatrixXd fc = functional_connectivity(job);
  const std::size_t undefined =
      write_pairs(job.file, regions,
                  fmt::format("functional connectivity (Pearson) of {}, variable {}", job.title(),
                              job.variables().front()),
                  [&](std::size_t a, std::size_t b) {
                    return fc(static_cast<Eigen::Index>(a), static_cast<Eigen::Index>(b));
                  });
  if (undefined > 0)
    job.notes.push_back(
        fmt::format("{} of {} regions are constant or not finite: their correlations are NaN",
                    undefined, job.columns()));
}

/// Whether an array of a feature has a number for each pair of regions.
bool is_of_pairs(const FeatureTable& table, const FeatureArray& array) {
  return array.axes.size() == 2 && table.axes[array.axes[0]].name == "region" &&
         table.axes[array.axes[1]].name == "other_region";
}

/// The only array of a feature. Throws ConfigError.
const FeatureArray& pairs_of(const FeatureTable& table) {
  std::vector<std::string> names;
  for (const FeatureArray& array : table.arrays) {
    if (is_of_pairs(table, array)) names.push_back(array.name);
  }
  if (names.empty())
    throw ConfigError(
        fmt::format("--feature {}: has no number for each pair of regions, which is what pconn "
                    "holds; formats for all features: npz, csv, netcdf, matlab",
                    table.name));
  if (table.arrays.size() > 1)
    throw ConfigError(
        fmt::format("--feature {}: has {} arrays, and pconn holds one: choose it with --variable "
                    "(allowed: {})",
                    table.name, table.arrays.size(), fmt::join(names, ", ")));
  return table.arrays.front();
}

void write_pconn_feature(FeatureExport& job) {
  const FeatureArray& array = pairs_of(job.table);
  const std::vector<std::string>& labels = job.table.axes[array.axes[0]].texts;
  const PlacedRegions regions = placed_regions({job.request, labels, job.notes});
  write_pairs(job.file, regions, fmt::format("feature {}: {}", job.table.name, array.meaning),
              [&](std::size_t a, std::size_t b) { return array.values[a * labels.size() + b]; });
}

}  // namespace

extern const ExportFormat export_pconn;
const ExportFormat export_pconn{"pconn",
                                ".pconn.nii",
                                "CIFTI-2 parcellated connectivity: the functional connectivity "
                                "(Pearson, float32), or a feature "
                                "of pairs of regions; `--parcels` as above",
                                Holds::connectivity,
                                true,
                                "",
                                true,
                                doubt_about_pconn,
                                write_pconn,
                                write_pconn_feature};

}  // namespace arcuate::io
