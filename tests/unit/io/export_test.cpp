#include "arcuate/io/export.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <matio.h>

#include <cmath>
#include <cstring>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "arcuate/core/error.hpp"
#include "cifti/cifti.hpp"
#include "made_recording.hpp"
#include "matrix/npy.hpp"
#include "places.hpp"
#include "study_support.hpp"

namespace arcuate {
namespace {

using test::MadeSeries;
using testing::ElementsAre;
using testing::HasSubstr;

/// Labels that formats trip over: separators, quotes, other alphabets, beyond U+FFFF.
const std::vector<std::string> labels{"lh, \"a\"", "h\xC3\xB6ren", "\xF0\x9F\xA7\xA0"};

class Export : public testing::Test {
 protected:
  Export() {
    MadeSeries two;
    two.name = "rates";
    two.variables = {"E", "I"};
    two.units = R"({"E": "kHz", "I": "1"})";
    MadeSeries mean = two;
    mean.name = "mean";
    mean.averages = true;
    test::make_recording(recording, labels, {MadeSeries{}, two, mean});
  }

  io::Exported write(const std::string& file, const std::string& monitor,
                     const std::string& variable = "") const {
    return io::export_recording({recording, "", place.path(file), monitor, variable, "", false});
  }
  [[nodiscard]] std::string refused(const std::string& file, const std::string& monitor,
                                    const std::string& variable = "") const {
    return test::message_of([&] { static_cast<void>(write(file, monitor, variable)); });
  }
  [[nodiscard]] std::string text(const std::string& file) const {
    std::ifstream in(place.path(file), std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  /// As make_recording defines it.
  static double value(std::size_t t, std::size_t v, std::size_t r) {
    return MadeSeries{}.value(t, v, r);
  }

  test::Place place;
  std::string recording = place.path("r.h5");
};

TEST_F(Export, NumpysArchiveHasTheArraysOfTheRecording) {
  write("a.npz", "rates");
  const io::matrix::ZipReader zip(place.path("a.npz"));
  const auto data = zip.open("data.npy");
  io::matrix::NpyReader reader(*data);
  EXPECT_THAT(reader.shape(), ElementsAre(4, 2, 3));
  const std::vector<double> values = reader.numbers();
  for (std::size_t k = 0; k < values.size(); ++k)
    EXPECT_EQ(values[k], value(k / 6, k / 3 % 2, k % 3)) << k;
  const auto region = zip.open("region.npy");
  EXPECT_EQ(io::matrix::NpyReader(*region).texts(), labels);
  const auto units = zip.open("units.npy");
  EXPECT_THAT(io::matrix::NpyReader(*units).texts(), ElementsAre("kHz", "1"));
  const auto time = zip.open("time.npy");
  EXPECT_EQ(io::matrix::NpyReader(*time).numbers()[3], 0.72 + 3 * 0.72);
}

TEST_F(Export, OneVariableOfSeveralIsItsOwnSamples) {
  write("i.npz", "rates", "I");
  const io::matrix::ZipReader zip(place.path("i.npz"));
  const auto data = zip.open("data.npy");
  io::matrix::NpyReader reader(*data);
  EXPECT_THAT(reader.shape(), ElementsAre(4, 1, 3));
  const std::vector<double> values = reader.numbers();
  for (std::size_t k = 0; k < values.size(); ++k)
    EXPECT_EQ(values[k], value(k / 3, 1, k % 3)) << k;
}

TEST_F(Export, MatlabHasTheFirstDimensionInnermostAndTextsInUtf16) {
  write("a.mat", "rates");
  mat_t* file = Mat_Open(place.path("a.mat").c_str(), MAT_ACC_RDONLY);
  ASSERT_NE(file, nullptr);
  EXPECT_EQ(Mat_GetVersion(file), MAT_FT_MAT5);
  matvar_t* data = Mat_VarRead(file, "data");
  ASSERT_NE(data, nullptr);
  EXPECT_THAT(std::vector<std::size_t>(data->dims, data->dims + 3), ElementsAre(3, 2, 4));
  EXPECT_EQ(static_cast<double*>(data->data)[2 + 3 * (1 + 2 * 3)], value(3, 1, 2));
  Mat_VarFree(data);
  matvar_t* region = Mat_VarRead(file, "region");
  ASSERT_NE(region, nullptr);
  const matvar_t* last = Mat_VarGetCell(region, 2);
  EXPECT_EQ(last->dims[1], 2U) << "two halves of one character";
  EXPECT_EQ(static_cast<std::uint16_t*>(last->data)[0], 0xD83E);
  EXPECT_EQ(static_cast<std::uint16_t*>(last->data)[1], 0xDDE0);
  Mat_VarFree(region);
  Mat_Close(file);
}

TEST_F(Export, NetcdfHasAVariableWithItsUnitForEachOfTheModels) {
  write("a.nc", "rates");
  const auto file = io::hdf5::open_file(place.path("a.nc"), io::hdf5::Access::read);
  EXPECT_EQ(file.open_dataset("E").text("units"), "kHz");
  EXPECT_THAT(file.open_dataset("I").shape(), ElementsAre(4, 3));
  EXPECT_EQ(file.read<double>("I")[3 * 3 + 1], value(3, 1, 1));
  EXPECT_EQ(file.read_texts("region"), labels);
}

TEST_F(Export, TheVirtualBrainsSeriesCountsInMilliseconds) {
  write("a.h5", "rates");
  const auto file = io::hdf5::open_file(place.path("a.h5"), io::hdf5::Access::read);
  EXPECT_THAT(file.open_dataset("data").shape(), ElementsAre(4, 2, 3, 1));
  EXPECT_EQ(file.read<double>("data")[(3 * 2 + 1) * 3 + 2], value(3, 1, 2));
  EXPECT_DOUBLE_EQ(file.number("TVB_sample_period"), 720.0);
  EXPECT_DOUBLE_EQ(file.number("TVB_sample_rate"), 1.0 / 0.72);
  EXPECT_EQ(file.text("TVB_create_date"), "2026-11-28,20-15-00.000000");
  EXPECT_EQ(nlohmann::json::parse(file.text("TVB_labels_dimensions"))["Region"], labels);
  write("m.h5", "mean");
  const auto mean = io::hdf5::open_file(place.path("m.h5"), io::hdf5::Access::read);
  EXPECT_EQ(mean.text("TVB_type"), "tvb.datatypes.time_series.TimeSeries");
  EXPECT_FALSE(mean.has_attribute("TVB_connectivity"));
}

TEST_F(Export, TablesQuoteLabelsAndKeepAllDigits) {
  const io::Exported done = write("a.csv", "rates");
  EXPECT_THAT(done.notes, ElementsAre(HasSubstr("E: kHz, I: 1")));
  EXPECT_THAT(text("a.csv"), testing::StartsWith("time [s],\"E lh, \"\"a\"\"\",E h\xC3\xB6ren,"));
  EXPECT_THAT(text("a.csv"), HasSubstr("\n0.72,0,0,0,10,10,10\n1.44,0.09983341664682815,"));
}

TEST_F(Export, BidsHasAFileBesideTheTable) {
  EXPECT_EQ(write("sub-01_task-rest_timeseries.tsv", "bold").files.size(), 2U);
  const auto side = nlohmann::json::parse(text("sub-01_task-rest_timeseries.json"));
  EXPECT_DOUBLE_EQ(side["SamplingFrequency"], 1.0 / 0.72);
  EXPECT_EQ(side["Columns"], labels);
  EXPECT_THAT(refused("run_timeseries.tsv", "bold"), HasSubstr("sub-01_task-rest_desc-model"));
}

TEST_F(Export, CiftiHasARowForEachParcel) {
  write("a.ptseries.nii", "rates", "I");
  const io::cifti::Table series = io::cifti::read_table(place.path("a.ptseries.nii"));
  EXPECT_EQ(series.parcels, labels);
  EXPECT_EQ(series.columns, 4U);
  EXPECT_DOUBLE_EQ(series.series->step, 0.72);
  EXPECT_EQ(series.values[2 * 4 + 3], static_cast<float>(value(3, 1, 2)));
  write("a.pconn.nii", "rates", "I");
  const io::cifti::Table fc = io::cifti::read_table(place.path("a.pconn.nii"));
  EXPECT_FALSE(fc.series.has_value());
  // numpy.corrcoef(sin(.1 t), sin(.3 t)) over t = 0 .. 3
  EXPECT_NEAR(fc.values[0 * 3 + 2], 0.99824228, 1e-7);
  EXPECT_EQ(fc.values[0 * 3 + 2], fc.values[2 * 3 + 0]);
}

TEST_F(Export, ParcelsComeInTheOrderOfALabelList) {
  std::ofstream(place.path("list.txt")) << "???\n0 0 0 0 0\n"
                                        << labels[2] << "\n1 9 9 9 255\nelsewhere\n7 1 1 1 255\n"
                                        << labels[0] << "\n3 9 9 9 255\n"
                                        << labels[1] << "\n2 9 9 9 255\n";
  const io::Exported done =
      io::export_recording({recording, "ptseries", place.path("p.ptseries.nii"), "bold", "",
                            place.path("list.txt"), false});
  EXPECT_THAT(done.notes, testing::Contains(HasSubstr("1 label of ")));
  const io::cifti::Table series = io::cifti::read_table(place.path("p.ptseries.nii"));
  EXPECT_THAT(series.parcels, ElementsAre(labels[2], labels[1], labels[0]));
  EXPECT_EQ(series.values[0 * 4 + 3], static_cast<float>(value(3, 0, 2)));
  std::ofstream(place.path("other.txt")) << "lh\n1 0 0 0 0\n";
  const std::string said = test::message_of([&] {
    io::export_recording(
        {recording, "", place.path("o.ptseries.nii"), "bold", "", place.path("other.txt"), false});
  });
  EXPECT_THAT(said, HasSubstr("3 of 3 regions are not in it"));
  std::ofstream(place.path("bad.txt")) << "lh\n1 0 0\n";
  EXPECT_THAT(test::message_of([&] {
                io::export_recording({recording, "", place.path("o.ptseries.nii"), "bold", "",
                                      place.path("bad.txt"), false});
              }),
              HasSubstr("line 2: expected 'key red green blue alpha'"));
}

TEST_F(Export, WhatAFormatCannotHoldIsRefusedWithThoseThatCan) {
  EXPECT_THAT(refused("a.ptseries.nii", "rates"),
              testing::AllOf(HasSubstr("2 variables (E, I)"), HasSubstr("--variable"),
                             HasSubstr("npz, csv, netcdf, matlab, tvb")));
  EXPECT_THAT(refused("a.pconn.nii", "mean", "E"), HasSubstr("regions only"));
  EXPECT_THAT(refused("a.npz", ""), HasSubstr("--monitor (bold, rates, mean)"));
  EXPECT_THAT(refused("a.npz", "rate"), HasSubstr("did you mean 'rates'?"));
  EXPECT_THAT(refused("a.npz", "rates", "X"), HasSubstr("there is no variable 'X'"));
  EXPECT_THAT(refused("a.xyz", "bold"), HasSubstr("--to (npz, csv,"));
  const std::string ending = test::message_of([&] {
    io::export_recording({recording, "npz", place.path("a.csv"), "bold", "", "", false});
  });
  EXPECT_THAT(ending, HasSubstr("files of the format npz end in .npz"));
  const std::string parcels = test::message_of([&] {
    io::export_recording({recording, "npz", place.path("a.npz"), "bold", "", "p.txt", false});
  });
  EXPECT_THAT(parcels, HasSubstr("(allowed: ptseries, pconn)"));
}

TEST_F(Export, EveryFormatKnowsItsOwnFilesAndReplacesNoOther) {
  const auto file_of = [&](const io::ExportFormat& format) {
    return place.path((format.beside.empty() ? "x" : "sub-x") + std::string(format.ending));
  };
  const auto again = [&](const io::ExportFormat& format, bool overwrite) {
    const std::string variable = format.holds == io::Holds::samples ? "" : "E";
    return test::message_of([&] {
      io::export_recording(
          {recording, std::string(format.name), file_of(format), "rates", variable, "", overwrite});
    });
  };
  for (const io::ExportFormat* format : io::export_formats()) {
    EXPECT_EQ(again(*format, false), "") << format->name;
    EXPECT_THAT(again(*format, false), HasSubstr("--overwrite")) << format->name;
    EXPECT_EQ(again(*format, true), "") << format->name;
    std::ofstream(file_of(*format)) << "a file of somebody else";
    if (format->beside.empty()) {
      EXPECT_NE(again(*format, true), "") << format->name;
    }
  }
  EXPECT_THAT(test::message_of([&] {
                io::export_recording({recording, "tvb", recording, "bold", "", "", true});
              }),
              HasSubstr("r.h5"))
      << "its own input";
}

TEST_F(Export, EmptySeriesAndNamesThatNetcdfHasForOtherThingsAreRefused) {
  MadeSeries empty;
  empty.samples = 0;
  MadeSeries time;
  time.name = "odd";
  time.variables = {"time"};
  test::make_recording(recording, labels, {empty, time});
  EXPECT_THAT(refused("e.npz", "bold"), HasSubstr("has recorded nothing"));
  EXPECT_THAT(refused("e.nc", "odd"), HasSubstr("cannot be called 'time'"));
}

TEST(ExportFormats, AreInTheDocumentation) {
  std::ifstream in(ARCUATE_SOURCE "/docs/interchange.md");
  const std::string page{std::istreambuf_iterator<char>(in), {}};
  EXPECT_THAT(page, HasSubstr(io::export_reference()));
}

TEST(ExportBlocks, AreOfAnySizeAndLoseNothing) {
  // 3 variables x 3 regions: 116,508 samples are a block of 8 MiB; 250,000 need three.
  const test::Place place;
  MadeSeries many;
  many.variables = {"a", "b", "c"};
  many.samples = 250000;
  many.value = [](std::size_t t, std::size_t v, std::size_t r) {
    return static_cast<double>(t * 9 + v * 3 + r);
  };
  test::make_recording(place.path("r.h5"), labels, {many});
  const auto write = [&](const std::string& file, const std::string& variable) {
    io::export_recording({place.path("r.h5"), "", place.path(file), "", variable, "", false});
  };
  write("a.npz", "");
  const io::matrix::ZipReader zip(place.path("a.npz"));
  const auto data = zip.open("data.npy");
  const std::vector<double> values = io::matrix::NpyReader(*data).numbers();
  ASSERT_EQ(values.size(), 9U * many.samples);
  for (std::size_t k = 0; k < values.size(); ++k)
    ASSERT_EQ(values[k], static_cast<double>(k));
  write("a.nc", "");
  const auto nc = io::hdf5::open_file(place.path("a.nc"), io::hdf5::Access::read).read<double>("b");
  ASSERT_EQ(nc[249999 * 3 + 2], 249999.0 * 9 + 5);
  write("b.ptseries.nii", "b");
  const io::cifti::Table series = io::cifti::read_table(place.path("b.ptseries.nii"));
  for (std::size_t k = 0; k < series.values.size(); ++k)
    ASSERT_EQ(series.values[k],
              static_cast<float>(many.value(k % many.samples, 1, k / many.samples)));
}

}  // namespace
}  // namespace arcuate
