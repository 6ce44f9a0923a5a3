#include <gtest/gtest.h>
#include <hdf5.h>

#include <cmath>
#include <cstring>
#include <vector>

#include "support.hpp"

/// Studies with several models, as a user runs them.
namespace arcuate::test {
namespace {

constexpr const char* two_models = R"(title: two models
connectome: { generator: { name: spatial, regions: 21, degree: 6, seed: 3 }, speed: 4 mm/ms }
models:
  - name: MontbrioPazoRoxin
    regions: rest
    source: r
    target: c_r
    initial: { r: 0.1, V: [-2.5, -1.5] }
    noise: { V: 0.05 }
  - name: Thalamus
    regions: [4, 11-12]
    source: Q_t
    target: c
coupling: { name: linear, gain: 0.1 }
integrator: { method: heun, dt: 0.05 ms }
duration: 60 ms
monitors:
  - { kind: raw, variables: [r, V_t], period: 1 ms }
  - { kind: global_average, variables: [V_t], period: 1 ms }
output: r.h5
)";

std::vector<double> samples_of(const std::filesystem::path& recording, const char* dataset) {
  const hid_t file = H5Fopen(recording.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT);
  const hid_t data = H5Dopen2(file, dataset, H5P_DEFAULT);
  const hid_t space = H5Dget_space(data);
  std::vector<double> values(static_cast<std::size_t>(H5Sget_simple_extent_npoints(space)));
  H5Dread(data, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data());
  H5Sclose(space);
  H5Dclose(data);
  H5Fclose(file);
  return values;
}

bool is_thalamic(std::size_t region) {
  return region == 4 || region == 11 || region == 12;
}

TEST(SeveralModels, AreRecordedWithTheSameBitsByAnyNumberOfRanksAndThreads) {
  const Folder folder;
  folder.write("s.yml", two_models);
  ASSERT_EQ(folder.arcuate("simulate s.yml").code, 0);
  const auto raw = samples_of(folder.path("r.h5"), "/monitors/raw/data");
  const auto mean = samples_of(folder.path("r.h5"), "/monitors/global_average/data");
  ASSERT_EQ(raw.size(), std::size_t{60} * 2 * 21);
  for (std::size_t i = 0; i < raw.size(); ++i) {
    const bool rate = i / 21 % 2 == 0;
    ASSERT_EQ(std::isnan(raw[i]), rate == is_thalamic(i % 21)) << i;
  }
  for (std::size_t t = 0; t < mean.size(); ++t) {
    const double* potential = raw.data() + (2 * t + 1) * 21;
    EXPECT_EQ(mean[t], (potential[4] + potential[11] + potential[12]) / 3.0);
  }
  for (const char* how : {"--threads 2", "--set partition.method=block", "--block 1"}) {
    for (const int ranks : {1, 2, 3}) {
      ASSERT_EQ(folder.ranks(ranks, std::string("simulate s.yml --overwrite ") + how).code, 0);
      const auto again = samples_of(folder.path("r.h5"), "/monitors/raw/data");
      ASSERT_EQ(again.size(), raw.size());
      EXPECT_EQ(std::memcmp(again.data(), raw.data(), raw.size() * sizeof(double)), 0)
          << ranks << " ranks, " << how;
    }
  }
}

/// Regions of every rank follow the times of the file.
TEST(SeveralModels, FollowASeriesWithTimesOnEveryRank) {
  const Folder folder;
  folder.write("s.yml", two_models);
  folder.write("course.csv", "time,value\n0,0\n3,1\n10.5,-1\n40,0\n");
  const std::string stimulus =
      " --set 'models.0.stimuli=[{target: c_r, equation: {name: series, file: course.csv, "
      "columns: [time, value]}}]'";
  ASSERT_EQ(folder.arcuate("simulate s.yml").code, 0);
  const auto without = samples_of(folder.path("r.h5"), "/monitors/raw/data");
  ASSERT_EQ(folder.arcuate("simulate s.yml --overwrite" + stimulus).code, 0);
  const auto with = samples_of(folder.path("r.h5"), "/monitors/raw/data");
  EXPECT_NE(std::memcmp(with.data(), without.data(), with.size() * sizeof(double)), 0);
  ASSERT_EQ(folder.ranks(3, "simulate s.yml --overwrite" + stimulus).code, 0);
  const auto again = samples_of(folder.path("r.h5"), "/monitors/raw/data");
  ASSERT_EQ(again.size(), with.size());
  EXPECT_EQ(std::memcmp(again.data(), with.data(), with.size() * sizeof(double)), 0);
}

TEST(SeveralModels, AreCheckedPlannedPartitionedAndReported) {
  const Folder folder;
  folder.write("s.yml", two_models);
  const Outcome check = folder.arcuate("check s.yml");
  EXPECT_EQ(check.code, 0) << check.err;
  EXPECT_THAT(check.out, testing::HasSubstr("MontbrioPazoRoxin: in 18 regions, 2 states"));
  EXPECT_THAT(check.out, testing::HasSubstr("Thalamus: in 3 regions, 15 states"));
  EXPECT_THAT(check.out, testing::HasSubstr("MontbrioPazoRoxin: r -> c_r, Thalamus: Q_t -> c"));
  const Outcome plan = folder.arcuate("plan s.yml --ranks 2");
  EXPECT_EQ(plan.code, 0) << plan.err;
  EXPECT_THAT(plan.out, testing::HasSubstr("MontbrioPazoRoxin and Thalamus"));
  EXPECT_EQ(folder.arcuate("partition s.yml --parts 3").code, 0);
  ASSERT_EQ(folder.arcuate("simulate s.yml").code, 0);
  EXPECT_EQ(folder.arcuate("report r.h5").code, 0);
  EXPECT_EQ(count(content(folder.path("r.html")), ":nan"), 0U);
}

TEST(SeveralModels, CannotBeTuned) {
  const Folder folder;
  folder.write("s.yml", two_models);
  expect_one_line(folder.arcuate("tune-inhibition s.yml"), 2,
                  {"s.yml: models: tuning inhibition is for studies with one model only"});
}

TEST(SeveralModels, ThatDivergeAreNamed) {
  const Folder folder;
  folder.write("s.yml", two_models);
  // A calcium pump that works backwards.
  const Outcome outcome = folder.arcuate(
      "simulate s.yml --set models.1.initial.V_t=7e5 --set models.1.parameters.alpha_Ca=1");
  expect_one_line(outcome, 4, {"Thalamus", "region 4"});
}

}  // namespace
}  // namespace arcuate::test
