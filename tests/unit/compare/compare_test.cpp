#include "arcuate/compare/compare.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <numbers>

#include "arcuate/core/error.hpp"
#include "arcuate/io/array_file.hpp"
#include "arcuate/io/export.hpp"
#include "arcuate/io/hdf5.hpp"
#include "unit/io/made_recording.hpp"

namespace arcuate {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::Each;
using testing::HasSubstr;
using testing::Not;

const std::vector<std::string> labels{"lA", "lB", "rA", "rB"};

/// sin(2 pi (base + .01 i) t + phase i) + sin(2 pi .013 t)/2 at t = 0, 1, ... s: the banks of
/// signals whose numbers brainmass gives (A: .02, .5; B: .025, .8).
double signal(double base, double phase, std::size_t t, std::size_t region) {
  const auto n = static_cast<double>(t);
  const auto i = static_cast<double>(region);
  return std::sin(2.0 * std::numbers::pi * (base + 0.01 * i) * n + phase * i) +
         0.5 * std::sin(2.0 * std::numbers::pi * 0.013 * n);
}

test::MadeSeries bank(double base, double phase) {
  test::MadeSeries made;
  made.samples = 200;
  made.first_time = 1.0;
  made.period = 1.0;
  made.value = [=](std::size_t t, std::size_t, std::size_t r) { return signal(base, phase, t, r); };
  return made;
}

class Compare : public testing::Test {
 protected:
  Compare() {
    request.recording = place.path("a.h5");
    test::make_recording(request.recording, labels, {bank(0.02, 0.5)});
    test::make_recording(place.path("b.h5"), labels, {bank(0.025, 0.8)});
    request.preset = "braintools";
    request.window = 30.0;
    request.step = 5.0;
  }

  std::string target(const std::string& name, const std::string& text) const {
    std::ofstream(place.path(name)) << text;
    return place.path(name);
  }
  std::string exported(const std::string& name) const {
    io::export_recording({place.path("b.h5"), "", place.path(name), "", "", "", true});
    return place.path(name);
  }
  [[nodiscard]] double value(std::size_t row = 0) const {
    return compare::compare(request).rows.at(row).value.value;
  }
  [[nodiscard]] std::string refused() const {
    try {
      compare::compare(request);
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ExitCode::user);
      return error.what();
    }
    return "";
  }

  test::Place place;
  compare::Request request;
};

TEST_F(Compare, SamplesOfAnyFormatGiveTheReferenceValues) {
  for (const char* file : {"b.npz", "b.mat", "b.nc", "b.csv", "b.ptseries.nii", "b.h5", "tvb.h5",
                           "sub-b_timeseries.tsv"}) {
    const bool own = std::string(file) == "b.h5";
    request.fc = own ? place.path(file) : exported(file);
    // CIFTI-2 has single precision.
    EXPECT_NEAR(value(0), 0.9988982471, 1e-7) << file;
    EXPECT_NEAR(value(1), 0.009020413969, 1e-7) << file;
    EXPECT_THAT(compare::compare(request).notes, Each(Not(HasSubstr("no labels")))) << file;
  }
}

TEST_F(Compare, SamplesBringTheirPeriod) {
  request.losses = {"fcd_ks,form=density"};
  for (const char* file : {"b.nc", "b.npz", "b.csv", "tvb.h5", "sub-b_timeseries.tsv"}) {
    request.fcd = exported(file);
    EXPECT_NEAR(value(), 0.02939037230, 1e-8) << file;
  }
  std::ofstream(place.path("sub-b_timeseries.json")) << R"({"SamplingFrequency": "fast"})";
  EXPECT_THAT(refused(), HasSubstr("SamplingFrequency"));
  std::filesystem::remove(place.path("sub-b_timeseries.json"));
  EXPECT_THAT(refused(), HasSubstr("samples without their period"));
}

TEST_F(Compare, DynamicsAreThoseOfBraintools) {
  request.fcd = exported("b.ptseries.nii");
  request.losses = {"fcd_ks*2,form=density", "fcd_wasserstein,form=density"};
  const compare::Comparison done = compare::compare(request);
  EXPECT_NEAR(done.rows[0].value.value, 0.02939037230, 1e-5);
  EXPECT_NEAR(done.rows[1].value.value, 0.02673964782, 1e-5);
  EXPECT_NEAR(done.total, 2 * 0.02939037230 + 0.02673964782, 3e-5);
  EXPECT_EQ(done.fcd->predicted.rows(), 35);
  EXPECT_NEAR(done.fcd->predicted(0, 1), 0.7971130551, 1e-9);
  EXPECT_THAT(done.notes, Contains(HasSubstr("windows of 30 samples (30 s) every 5 (5 s)")));
}

/// FC of bank B, as brainmass gives it: 01 02 03 12 13 23.
constexpr double b01 = .2068260988, b02 = .2017524848, b03 = .201084787, b12 = .1843954021,
                 b13 = .1836947336, b23 = .178282408;

TEST_F(Compare, LabelsDecideWhichRowIsWhichRegion) {
  const std::string shuffled = fmt::format(
      ",rB,none,lA,rA,lB\nrB,1,0,{0},{1},{2}\nnone,0,1,0,0,0\nlA,{0},0,1,{3},{4}\nrA,{1},0,{3},1,{"
      "5}\n"
      "lB,{2},0,{4},{5},1\n",
      b03, b23, b13, b02, b01, b12);
  request.fc = target("fc.csv", shuffled);
  EXPECT_NEAR(value(0), 0.9988982471, 1e-8);
  EXPECT_NEAR(value(1), 0.009020413969, 1e-9);
  EXPECT_THAT(compare::compare(request).notes,
              Contains(HasSubstr("1 region of it were not simulated")));
  request.fc = target("other.csv", ",lA,lB,rA\nlA,1,0,0\nlB,0,1,0\nrA,0,0,1\n");
  EXPECT_THAT(refused(), HasSubstr("has no region 'rB' (1 of 4 regions are not in it)"));
}

TEST_F(Compare, PairsThatAreNotANumberAreLeftOutAndSaid) {
  const std::string text =
      fmt::format("1 {0} nan nan\n{0} 1 nan nan\nnan nan 0 {1}\nnan nan {1} 0\n", b01, b23);
  request.fc = target("fc.txt", text);
  request.losses = {"fc_rmse"};
  // Two pairs and, in four rows, a diagonal that counts as 1.
  const double a01 = .2198647376, a23 = .1852236628;
  const double squares = 2 * (a01 - b01) * (a01 - b01) + 2 * (a23 - b23) * (a23 - b23);
  EXPECT_NEAR(value(), std::sqrt(squares / 8.0), 1e-10);
  EXPECT_THAT(compare::compare(request).notes,
              Contains("FC: 4 of 6 pairs of regions are left out"));
  request.fcd = target("fcd.txt", "0.1\n0.2\n");
  request.losses.emplace_back("fcd_ks");
  request.pairs = "target";
  EXPECT_THAT(compare::compare(request).notes, Contains(HasSubstr("pairs of regions: target")));
}

TEST_F(Compare, AMatrixAndAListOfFcdAreTheSameDistribution) {
  request.losses = {"fcd_ks"};
  request.fcd = target("list.csv", "0.25\n-0.5\n0.75\n");
  const double list = value();
  request.fcd = target("matrix.csv", "1,0.25,-0.5\n0.25,1,0.75\n-0.5,0.75,1\n");
  EXPECT_EQ(value(), list);
  request.fcd = target("row.csv", "0.75 nan 0.25 -0.5\n");
  EXPECT_EQ(value(), list);
}

TEST_F(Compare, SpectraAreComparedAtTheFrequenciesOfTheTarget) {
  // Segments of 100 samples: 0, 0.01, ... Hz.
  std::string text = "frequency,power\n";
  for (int k = 1; k <= 30; ++k)
    text += fmt::format("{},{}\n", k * 0.01, k == 2 ? 1.0 : 0.0);
  request.psd = target("psd.csv", text);
  request.losses = {"psd_mse,low=0.02,high=0.02"};
  const compare::Comparison done = compare::compare(request);
  EXPECT_THAT(done.notes, Contains(HasSubstr("segments of 100 samples")));
  // scipy 1.10: (welch(x, 1, nperseg=100, axis=0)[1].mean(1)[2] - 1)**2
  EXPECT_NEAR(done.rows[0].value.value, 204.22222699036936, 1e-9);
  request.losses = {"psd_mse,high=0.6"};
  EXPECT_THAT(refused(), HasSubstr("the spectrum has 0.01 to 0.3 Hz"));
  request.psd = target("fine.csv", "0,1\n0.001,1\n");
  EXPECT_THAT(refused(), HasSubstr("segments of 1000 samples: monitor bold has 200"));
  request.psd = target("odd.csv", "0,1\n0.03,1\n");
  EXPECT_THAT(refused(), HasSubstr("has none of them"));
  request.psd = target("high.csv", "0,1\n0.25,1\n0.5,1\n0.75,1\n");
  EXPECT_THAT(refused(), HasSubstr("have a spectrum to 0.5 Hz"));
  request.psd = target("uneven.csv", "0,1\n0.1,1\n0.3,1\n");
  EXPECT_THAT(refused(), HasSubstr("row 3: 0.3 Hz"));
}

TEST_F(Compare, SeriesNeedAsManySamples) {
  request.series = exported("b.npz");
  EXPECT_NEAR(value(0), 1.0, 1e-9);
  EXPECT_NEAR(value(1), 0.2018910691, 1e-10);
  request.from = 11.0;
  EXPECT_THAT(refused(), HasSubstr("has 200 samples: monitor bold has 190 that count"));
}

TEST_F(Compare, ValuesOfFcdThatAreNotANumberAreSaid) {
  request.fcd = target("fcd.txt", "0.75\nnan\n0.25\nnan\n-0.5\n");
  EXPECT_THAT(compare::compare(request).notes,
              Contains(HasSubstr("fcd.txt: 2 of 5 values of FCD are not a number and left out")));
  request.fcd = target("m.csv", "1,nan,0.5\nnan,1,0.75\n0.5,0.75,1\n");
  EXPECT_THAT(compare::compare(request).notes,
              Contains(HasSubstr("m.csv: 1 of 3 values of FCD are not a number")));
}

TEST_F(Compare, TargetsWithoutWhatALossNeedsAreRefused) {
  const auto fc = [&](const std::string& name, const std::string& text) {
    request.fc = target(name, text);
    return refused();
  };
  EXPECT_THAT(fc("one.txt", "1 nan 0 0\n0.5 1 0 0\n0 0 1 0\n0 0 0 1\n"),
              HasSubstr("one.txt: is not symmetric: 0.5 in row 2, column 1, and nan in row 1"));
  EXPECT_THAT(fc("other.txt", "1 0.5 0 0\nnan 1 0 0\n0 0 1 0\n0 0 0 1\n"),
              HasSubstr("other.txt: is not symmetric: nan in row 2, column 1, and 0.5 in row 1"));
  std::string none;
  for (int i = 0; i < 4; ++i)
    none += "nan nan nan nan\n";
  EXPECT_THAT(fc("none.txt", none), HasSubstr("none.txt: of 6 pairs that are compared none"));
  const std::string identity = "1 0 0 0\n0 1 0 0\n0 0 1 0\n0 0 0 1\n";
  EXPECT_THAT(fc("i.txt", identity),
              HasSubstr("i.txt: fc_corr: all pairs of regions have the same"));
  request.losses = {"fc_rmse"};
  EXPECT_EQ(fc("i.txt", identity), "");
  request.losses.clear();
  request.fc.clear();
  request.psd = target("neg.csv", "0,1\n0.1,1\n0.2,-2\n");
  EXPECT_THAT(refused(), HasSubstr("neg.csv: row 3: a power of -2 (allowed: 0 or more"));
  request.psd.clear();
  std::string zeros;
  for (int t = 0; t < 200; ++t)
    zeros += "0,0,0,0\n";
  request.series = target("zero.csv", zeros);
  EXPECT_THAT(refused(), HasSubstr("zero.csv: cosine: all samples are 0"));
}

TEST_F(Compare, ALossThatIsNoNumberIsSaid) {
  test::MadeSeries still = bank(0.02, 0.5);
  still.value = [](std::size_t, std::size_t, std::size_t) { return 1.0; };
  request.recording = place.path("still.h5");
  test::make_recording(request.recording, labels, {still});
  request.fc = exported("b.npz");
  EXPECT_THAT(
      compare::compare(request).notes,
      Contains("fc_corr: is no finite number of what was simulated, and so the total is none"));
}

TEST_F(Compare, LabelsOfAnotherNumberAreRefused) {
  const std::string path = place.path("labels.h5");
  const std::vector<std::string> three{"lA", "lB", "rA"};
  {
    const io::hdf5::Object file = io::hdf5::create_file(path);
    std::vector<double> values(16, 0.25);
    values[1] = values[4] = 0.5;
    file.write<double>("fc", values, {4, 4});
    file.write_texts("labels", three);
  }
  request.fc = path;
  EXPECT_THAT(refused(), HasSubstr("labels.h5: fc: 3 labels, 4 rows"));
}

TEST_F(Compare, ATargetThatNoLossComparesIsRefused) {
  request.fc = exported("b.npz");
  request.series = request.fc;
  EXPECT_EQ(refused(), "");
  request.losses = {"fc_corr"};
  EXPECT_THAT(refused(), AllOf(HasSubstr("--series "), HasSubstr("b.npz: no --loss compares it"),
                               HasSubstr("timeseries_rmse, cosine")));
}

TEST_F(Compare, FilesWithoutAListOrAMatrixAreRefused) {
  std::string number("\x93NUMPY\x01\x00\x3b\x00", 10);
  number.append("{'descr': '<f8', 'fortran_order': False, 'shape': (), }   \n").append(8, '\0');
  request.fcd = target("one.npy", number);
  EXPECT_THAT(refused(), HasSubstr("one.npy: is a single number: expected a list or a matrix"));
  { const io::hdf5::Object file = io::hdf5::create_file(place.path("none.h5")); }
  request.fcd = place.path("none.h5");
  EXPECT_THAT(refused(), testing::EndsWith("none.h5: holds no array of two numbers or more"));
}

TEST_F(Compare, WhatCannotBeMeantIsRefused) {
  EXPECT_THAT(refused(), HasSubstr("give --fc, --fcd, --psd or --series"));
  request.fc = target("small.txt", "1 0\n0 1\n");
  EXPECT_THAT(refused(), HasSubstr("has size 2 x 2: expected 4 x 4"));
  request.fc = target("skew.txt", "1 0 0 0\n0.5 1 0 0\n0 0 1 0\n0 0 0 1\n");
  EXPECT_THAT(refused(), HasSubstr("not symmetric: 0.5 in row 2, column 1, and 0 in row 1"));
  request.fc = target("z.txt", "1 2 0 0\n2 1 0 0\n0 0 1 0\n0 0 0 1\n");
  EXPECT_THAT(refused(), HasSubstr("2 in row 1, column 2 (counted from 1) is no correlation"));
  request.fc = target("words.txt", "1 0\n0 x\n");
  EXPECT_THAT(refused(), HasSubstr("line 2: 'x' is not a number"));
  request.fc = place.path("none.npz");
  EXPECT_THAT(refused(), HasSubstr("none.npz"));
  request.fc = exported("b.npz") + ":nothing";
  EXPECT_THAT(refused(), HasSubstr("there is no array 'nothing'"));
  request.fc = exported("b.npz");
  request.losses = {"fcd_ks"};
  EXPECT_THAT(refused(), HasSubstr("--loss fcd_ks: needs a target (--fcd FILE)"));
  request.losses.clear();
  request.pairs = "left";
  EXPECT_THAT(refused(), HasSubstr("--pairs left: allowed: all, within, target"));
  request.pairs = "all";
  request.from = 1000.0;
  EXPECT_THAT(refused(), HasSubstr("has samples from 1 to 200 s"));
  request.from = 0.0;
  request.fcd = request.fc;
  request.preset = "cubmn";
  EXPECT_THAT(refused(), HasSubstr("allowed: cubnm, neurolib, vbi, pfic, braintools"));
}

}  // namespace
}  // namespace arcuate
