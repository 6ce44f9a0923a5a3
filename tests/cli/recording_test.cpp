#include <gtest/gtest.h>

#include "places.hpp"
#include "support.hpp"

namespace arcuate {
namespace {

constexpr const char* recorded_study = R"(title: labelled arrays
connectome: { generator: { name: spatial, regions: 8, degree: 4, seed: 3 } }
model: { name: MontbrioPazoRoxin, initial: { r: 0.1, V: [-2.5, -1.5] } }
coupling: { name: linear, gain: 0.1 }
integrator: { method: heun, dt: 0.1 ms }
duration: 50 ms
monitors:
  - { kind: raw, variables: [r], period: 1 ms }
output: r.h5
)";

TEST(Recording, OpensInXarrayWithItsLabelsWhateverTheNumberOfRanks) {
  const test::Folder folder;
  if (folder.shell("/usr/bin/python3 -c 'import xarray, h5netcdf'").code != 0) {
    GTEST_SKIP() << "python3-xarray and python3-h5netcdf are not installed";
  }
  folder.write("s.yml", recorded_study);
  for (const int ranks : {1, 3}) {
    const test::Outcome run = folder.ranks(ranks, "simulate s.yml --overwrite");
    ASSERT_EQ(run.code, 0) << run.err;
    const test::Outcome read =
        folder.shell("/usr/bin/python3 " ARCUATE_SOURCE "/tests/cli/check_recording.py r.h5");
    EXPECT_EQ(read.code, 0) << read.err;
  }
}

TEST(Recording, HasTheSamplesThatCheckAndPlanCounted) {
  const test::Folder folder;
  folder.write("s.yml", recorded_study);
  // A period of 4 ms that straddles the end of the transient: 22 averages, 23 values.
  const std::string arguments =
      "s.yml --set transient=10 --set duration=100 --set "
      "'monitors=[{kind: temporal_average, variables: [r], period: 4}, {kind: raw, name: values, "
      "variables: [r], period: 4}]'";
  const test::Outcome check = folder.arcuate("check " + arguments);
  EXPECT_NE(check.out.find("temporal_average: 22 samples"), std::string::npos) << check.out;
  EXPECT_NE(check.out.find("values: 23 samples"), std::string::npos) << check.out;
  const test::Outcome plan = folder.arcuate("plan --json " + arguments);
  EXPECT_NE(plan.out.find("\"output_bytes\": 2880.0"), std::string::npos) << plan.out;
  ASSERT_EQ(folder.arcuate("simulate " + arguments).code, 0);
  const test::Outcome show = folder.arcuate("show r.h5");
  EXPECT_NE(show.out.find("22 samples"), std::string::npos) << show.out;
  EXPECT_NE(show.out.find("23 samples"), std::string::npos) << show.out;
}

TEST(Recording, InSinglePrecisionHasHalfTheSizeAndTheSameBytesForEveryLayout) {
  const test::Folder folder;
  folder.write("s.yml", recorded_study);
  const std::string single = "simulate s.yml --set storage=single --set output=";
  ASSERT_EQ(folder.ranks(1, single + "one.h5").code, 0);
  ASSERT_EQ(folder.ranks(3, single + "three.h5 --threads 2").code, 0);
  ASSERT_EQ(folder.ranks(1, "simulate s.yml --set output=double.h5").code, 0);
  const test::Outcome compared = folder.shell(
      "/usr/bin/python3 -c \"import h5py, numpy; a, b, c = (h5py.File(f)['monitors/raw/data'][()] "
      "for f in ('one.h5', 'three.h5', 'double.h5')); assert a.dtype == 'f4' and c.dtype == 'f8'; "
      "assert a.tobytes() == b.tobytes() == c.astype('f4').tobytes()\"");
  EXPECT_EQ(compared.code, 0) << compared.err;
  const test::Outcome check = folder.arcuate("check s.yml --set storage=single");
  EXPECT_NE(check.out.find("50 samples every 1 ms x 1 variable x 8 columns, 1.6 kB"),
            std::string::npos)
      << check.out;
  EXPECT_EQ(folder.arcuate("report one.h5").code, 0);
}

TEST(Report, IsWrittenNextToTheRecordingOrWhereAsked) {
  const test::Folder folder;
  folder.write("s.yml", recorded_study);
  ASSERT_EQ(folder.arcuate("simulate s.yml").code, 0);
  EXPECT_EQ(folder.arcuate("report r.h5").code, 0);
  EXPECT_EQ(folder.arcuate("report r.h5 -o other.html").code, 0);
  EXPECT_EQ(folder.names(), (std::set<std::string>{"s.yml", "r.h5", "r.html", "other.html"}));
  EXPECT_EQ(test::content(folder.path("r.html")), test::content(folder.path("other.html")));
}

TEST(Report, OfAnythingElseIsOneLineAndExitCode2) {
  const test::Folder folder;
  folder.write("s.yml", recorded_study);
  test::expect_one_line(folder.arcuate("report s.yml"), 2, {"s.yml"});
  test::expect_one_line(folder.arcuate("report missing.h5"), 2, {"missing.h5", "no such file"});
  test::expect_one_line(folder.arcuate("report ."), 2, {"folder"});
}

}  // namespace
}  // namespace arcuate
