#include <gtest/gtest.h>

#include "support.hpp"

namespace arcuate {
namespace {

constexpr const char* exported_study = R"(title: what others read
connectome: { generator: { name: spatial, regions: 8, degree: 4, seed: 3 } }
model: { name: MontbrioPazoRoxin, initial: { r: 0.1, V: [-2.5, -1.5] } }
coupling: { name: linear, gain: 0.1 }
integrator: { method: heun, dt: 0.1 ms }
duration: 60 ms
transient: 20 ms
monitors:
  - { kind: raw, variables: [r, V], period: 1 ms }
  - { kind: temporal_average, variables: [r], period: 1.5 ms }
output: r.h5
)";

/// Exports, then reads everything in one process of Python.
struct Checked {
  const test::Folder& folder;
  std::string words{};
  int count = 0;

  void write(const std::string& format, const std::string& file, const std::string& monitor,
             const std::string& options = "") {
    const std::string to = format == "placed"         ? "ptseries"
                           : format == "placed_pairs" ? "pconn"
                           : format == "matlab73"     ? "matlab"
                                                      : format;
    const test::Outcome written = folder.arcuate("export r.h5 --to " + to + " -o " + file +
                                                 " --monitor " + monitor + options);
    EXPECT_EQ(written.code, 0) << written.err;
    words += " " + format + " " + file + " " + monitor;
    ++count;
  }

  void read() const {
    const test::Outcome read =
        folder.shell("/usr/bin/python3 " ARCUATE_SOURCE "/tests/cli/check_export.py r.h5" + words);
    EXPECT_EQ(read.code, 0) << read.out << read.err;
    EXPECT_EQ(test::count(read.out, "read: "), static_cast<std::size_t>(count)) << read.out;
    if (test::count(read.out, "not read: ") > 0) std::cout << read.out;
  }
};

bool has_python(const test::Folder& folder) {
  return folder.shell("/usr/bin/python3 -c 'import numpy, h5py'").code == 0;
}

TEST(Export, IsReadByTheReadersOfItsOwnEcosystem) {
  const test::Folder folder;
  if (!has_python(folder)) GTEST_SKIP() << "python3-numpy and python3-h5py are not installed";
  folder.write("s.yml", exported_study);
  ASSERT_EQ(folder.arcuate("simulate s.yml").code, 0);
  Checked checked{folder};
  checked.write("npz", "a.npz", "raw");
  checked.write("csv", "a.csv", "raw");
  checked.write("netcdf", "a.nc", "raw");
  checked.write("matlab", "a.mat", "raw");
  checked.write("tvb", "a.h5", "raw");
  checked.write("csv", "b.csv", "temporal_average");
  checked.write("ptseries", "b.ptseries.nii", "temporal_average");
  checked.write("pconn", "b.pconn.nii", "temporal_average");
  checked.write("bids", "sub-01_timeseries.tsv", "temporal_average");
  const test::Outcome made = folder.shell("/usr/bin/python3 " ARCUATE_SOURCE
                                          "/tests/cli/make_dlabel.py r.h5 p.dlabel.nii");
  if (made.code != 77) {
    checked.write("placed", "p.ptseries.nii", "temporal_average", " --parcels p.dlabel.nii");
    checked.write("placed_pairs", "p.pconn.nii", "temporal_average", " --parcels p.dlabel.nii");
  }
  checked.read();
  if (made.code == 77) GTEST_SKIP() << "python3-nibabel is not installed: no CIFTI-2 was read";
}

TEST(Export, LargeMatlabFilesAreVersion73) {
  const test::Folder folder;
  folder.write("s.yml", exported_study);
  // 8 regions x 2 variables x 600,000 steps x 8 bytes = 77 MB.
  ASSERT_EQ(folder
                .arcuate("simulate s.yml --set duration=60000 --set transient=0 --set "
                         "integrator.method=euler --set 'monitors=[{kind: raw, variables: [r, V], "
                         "period: 0.1}]'")
                .code,
            0);
  if (!has_python(folder)) GTEST_SKIP() << "python3-numpy and python3-h5py are not installed";
  Checked checked{folder};
  checked.write("matlab73", "big.mat", "raw");
  checked.read();
}

TEST(Export, SaysWhatItDidAndWhatItCannot) {
  const test::Folder folder;
  folder.write("s.yml", exported_study);
  ASSERT_EQ(folder.arcuate("simulate s.yml").code, 0);
  const test::Outcome done = folder.arcuate("export r.h5 -o a.csv --monitor raw");
  EXPECT_EQ(done.code, 0);
  EXPECT_EQ(done.out, "a.csv: monitor raw: 40 samples x 2 variables x 8 columns\n");
  EXPECT_EQ(done.err, "note: csv has no room for units (r: 1/ms, V: 1)\n");
  test::expect_one_line(folder.arcuate("export r.h5 -o b.csv"), 2, {"--monitor", "raw"});
  test::expect_one_line(folder.arcuate("export s.yml -o b.csv"), 2, {"s.yml"});
  test::expect_one_line(folder.arcuate("export r.h5 -o b.csv --to nzp --monitor raw"), 2,
                        {"did you mean 'npz'"});
  const test::Outcome help = folder.arcuate("export --help");
  EXPECT_NE(help.out.find("BIDS"), std::string::npos);
  EXPECT_EQ(folder.names(), (std::set<std::string>{"s.yml", "r.h5", "a.csv"}));
}

}  // namespace
}  // namespace arcuate
