#include <fmt/format.h>

#include "export/job.hpp"
#include "export/parcels.hpp"

// CIFTI-2 parcellated time series, (parcel, time) in single precision as Workbench writes them.

namespace arcuate::io {
namespace {

void write_ptseries(ExportJob& job) {
  const PlacedRegions regions = placed_regions({job.request, job.series().labels, job.notes});
  double start = 0.0;
  job.run.read_times(job.series(), 0, {&start, 1});
  const cifti::Series series{static_cast<std::int64_t>(job.samples()), start, job.series().period};
  const std::string title = fmt::format("{}, variable {} [{}]", job.title(),
                                        job.variables().front(), job.units().front());
  cifti::Writer file(job.file, regions.parcels, series, title);
  const std::size_t n = job.columns();
  std::vector<float> row;
  job.each_block([&](std::size_t first, std::span<const double> values) {
    row.resize(values.size() / n);
    for (std::size_t region = 0; region < n; ++region) {
      for (std::size_t t = 0; t < row.size(); ++t)
        row[t] = static_cast<float>(values[t * n + region]);
      file.write(regions.row_of[region], first, row);
    }
  });
  file.close();
}

}  // namespace

extern const ExportFormat export_ptseries;
const ExportFormat export_ptseries{
    "ptseries",
    ".ptseries.nii",
    "CIFTI-2 parcellated time series (float32); `--parcels` places the regions on the surface",
    Holds::one_variable,
    true,
    "",
    true,
    nullptr,
    write_ptseries};

}  // namespace arcuate::io
