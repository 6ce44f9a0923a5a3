#include <fmt/format.h>

#include "export/connectivity.hpp"
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

void write_pconn(ExportJob& job) {
  const PlacedRegions regions = placed_regions(job);
  const Eigen::MatrixXd fc = functional_connectivity(job);
  cifti::Writer file(job.file, regions.parcels, std::nullopt,
                     fmt::format("functional connectivity (Pearson) of {}, variable {}",
                                 job.title(), job.variables().front()));
  const std::size_t n = job.columns();
  std::vector<float> row(n);
  std::size_t undefined = 0;
  for (std::size_t a = 0; a < n; ++a) {
    for (std::size_t b = 0; b < n; ++b)
      row[regions.row_of[b]] =
          static_cast<float>(fc(static_cast<Eigen::Index>(a), static_cast<Eigen::Index>(b)));
    file.write(regions.row_of[a], 0, row);
    if (row[regions.row_of[a]] != row[regions.row_of[a]]) ++undefined;
  }
  file.close();
  if (undefined > 0)
    job.notes.push_back(fmt::format(
        "{} of {} regions are constant or not finite: their correlations are NaN", undefined, n));
}

}  // namespace

extern const ExportFormat export_pconn;
const ExportFormat export_pconn{
    "pconn",
    ".pconn.nii",
    "CIFTI-2 parcellated connectivity: the functional connectivity (Pearson, float32); `--parcels` "
    "as above",
    Holds::connectivity,
    true,
    "",
    true,
    doubt_about_pconn,
    write_pconn};

}  // namespace arcuate::io
